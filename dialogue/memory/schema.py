"""The tables of the store, and how an older store becomes a newer one.

Each entry of `STEPS` leads from one version to the next and runs as one atomic step; a store of a newer program is refused.
"""

from __future__ import annotations

from collections.abc import Callable

from dialogue.memory.store import Run, Store
from dialogue.memory.vectors import vector
from dialogue.memory.words import indexed
from dialogue.trouble import MemoryTrouble

TABLES = (
    # hers: what she said, as far as it was heard; feeling: what she felt most; at: seconds since 1970, as everywhere
    "CREATE TABLE visits (id INTEGER PRIMARY KEY, person TEXT NOT NULL, begun REAL NOT NULL, ended REAL,"
    " reflected INTEGER NOT NULL DEFAULT 0)",
    "CREATE TABLE turns (id INTEGER PRIMARY KEY, visit INTEGER NOT NULL REFERENCES visits(id), number INTEGER NOT NULL, user TEXT NOT NULL,"
    " hers TEXT NOT NULL, feeling TEXT NOT NULL, at REAL NOT NULL)",
    "CREATE INDEX turns_of_visit ON turns(visit)",
    # slot: holds one current fact; turns: ids of the turns it came from, a JSON list; successor: the fact that took its
    # place, or minus the turn that ended it
    "CREATE TABLE facts (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, slot TEXT NOT NULL, value TEXT NOT NULL, name TEXT NOT NULL,"
    " gone INTEGER NOT NULL, importance REAL NOT NULL, pinned INTEGER NOT NULL DEFAULT 0, uses INTEGER NOT NULL DEFAULT 0,"
    " at REAL NOT NULL, turns TEXT NOT NULL, successor INTEGER, replaced REAL)",
    "CREATE INDEX facts_of_slot ON facts(slot)",
    "CREATE TABLE threads (id INTEGER PRIMARY KEY, fact INTEGER NOT NULL, due REAL, made REAL NOT NULL, raised REAL)",
    "CREATE TABLE reflections (id INTEGER PRIMARY KEY, visit INTEGER, text TEXT NOT NULL, facts TEXT NOT NULL, at REAL NOT NULL)",
    "CREATE TABLE tombstones (mark TEXT PRIMARY KEY, at REAL NOT NULL)",
    "CREATE TABLE moods (id INTEGER PRIMARY KEY, at REAL NOT NULL, pleasure REAL NOT NULL, arousal REAL NOT NULL, dominance REAL NOT NULL)",
    "CREATE TABLE ledger (key TEXT PRIMARY KEY, value TEXT NOT NULL)",
    "CREATE TABLE undo (id INTEGER PRIMARY KEY, fact INTEGER NOT NULL, at REAL NOT NULL)",
)


def _first(run: Run, store: Store) -> None:
    for statement in TABLES:
        run(statement)


def _search(run: Run, store: Store) -> None:
    """Full-text indexes over base forms, and vectors. Fact n is row 2n of `note_words`, reflection n row 2n + 1."""
    for name in ("turn_words", "note_words"):
        run(f"CREATE VIRTUAL TABLE {name} USING fts5(words, tokenize = \"unicode61 remove_diacritics 2 tokenchars '-'\")")
        run(f"CREATE VIRTUAL TABLE {name}_seen USING fts5vocab({name}, row)")
        if tuple(map(int, store.read("SELECT sqlite_version()")[0][0].split(".")[:2])) >= (3, 42):
            run(f"INSERT INTO {name}({name}, rank) VALUES ('secure-delete', 1)")
    # apart from their turns, so that many are read from few pages
    run("CREATE TABLE turn_vectors (id INTEGER PRIMARY KEY, at REAL NOT NULL, vec BLOB NOT NULL)")
    run("CREATE INDEX turn_vector_places ON turn_vectors(length(vec))")
    for table in ("facts", "reflections"):
        run(f"ALTER TABLE {table} ADD COLUMN vec BLOB")
    for number, user, hers, at in store.read("SELECT id, user, hers, at FROM turns"):
        run("INSERT INTO turn_vectors(id, at, vec) VALUES (?, ?, ?)", (number, at, vector(f"{user} {hers}")))
        run("INSERT INTO turn_words(rowid, words) VALUES (?, ?)", (number, indexed(f"{user} {hers}")))
    for number, kind, value, name in store.read("SELECT id, kind, value, name FROM facts"):
        text = f"{kind} {value} {name}"
        run("UPDATE facts SET vec = ? WHERE id = ?", (vector(text), number))
        run("INSERT INTO note_words(rowid, words) VALUES (?, ?)", (2 * number, indexed(text)))
    for number, text in store.read("SELECT id, text FROM reflections"):
        run("UPDATE reflections SET vec = ? WHERE id = ?", (vector(text), number))
        run("INSERT INTO note_words(rowid, words) VALUES (?, ?)", (2 * number + 1, indexed(text)))


STEPS: tuple[Callable[[Run, Store], None], ...] = (_first, _search)
VERSION = len(STEPS)


def version_of(store: Store) -> int:
    """0 for an empty store."""
    return int(store.read("PRAGMA user_version")[0][0])


def migrate(store: Store, upto: int = VERSION) -> None:
    """Bring a store to this program's version, one atomic step after another. Raises `MemoryTrouble` for a newer one."""
    found = version_of(store)
    if found > VERSION:
        raise MemoryTrouble("The memory was written by a newer Visavis; update this one to open it.")
    for number in range(found, upto):
        with store.change() as run:
            STEPS[number](run, store)
            run(f"PRAGMA user_version = {number + 1}")
