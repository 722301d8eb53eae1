"""All rows of a store as plain data and back: for an export, an import, and a move from one store to another."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from dialogue.memory.kept import words_of
from dialogue.memory.store import Store, Value
from dialogue.memory.vectors import vector
from dialogue.memory.words import indexed
from dialogue.trouble import MemoryTrouble

TABLES: dict[str, dict[str, tuple[type, ...]]] = {
    "visits": {"id": (int,), "person": (str,), "begun": (float,), "ended": (float, type(None)), "reflected": (int,)},
    "turns": {"id": (int,), "visit": (int,), "number": (int,), "user": (str,), "hers": (str,), "feeling": (str,), "at": (float,)},
    "facts": {
        "id": (int,), "kind": (str,), "slot": (str,), "value": (str,), "name": (str,), "gone": (int,), "importance": (float,),
        "pinned": (int,), "uses": (int,), "at": (float,), "turns": (list,), "successor": (int, type(None)), "replaced": (float, type(None)),
    },
    "threads": {"id": (int,), "fact": (int,), "due": (float, type(None)), "made": (float,), "raised": (float, type(None))},
    "reflections": {"id": (int,), "visit": (int, type(None)), "text": (str,), "facts": (list,), "at": (float,)},
    "tombstones": {"mark": (str,), "at": (float,)},
    "moods": {"id": (int,), "at": (float,), "pleasure": (float,), "arousal": (float,), "dominance": (float,)},
    "undo": {"id": (int,), "fact": (int,), "at": (float,)},
}  # fmt: skip
"""Columns and their types; a list of numbers lies as JSON. Vectors and indexes are made anew."""
_ORDER = {"tombstones": "mark"}


def rows(store: Store) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, in the order of their ids."""
    out: dict[str, list[dict[str, Any]]] = {}
    for table, columns in TABLES.items():
        found = store.read(f"SELECT {', '.join(columns)} FROM {table} ORDER BY {_ORDER.get(table, 'id')}")
        out[table] = [
            {name: json.loads(value) if list in types else value for (name, types), value in zip(columns.items(), row, strict=True)}
            for row in found
        ]
    out["ledger"] = [{"key": k, "value": json.loads(v)} for k, v in store.read("SELECT key, value FROM ledger ORDER BY key")]
    return out


def is_empty(store: Store) -> bool:
    """Whether nothing that a user would miss lies in it."""
    return not store.read("SELECT 1 FROM turns UNION SELECT 1 FROM facts LIMIT 1")


def fill(store: Store, data: dict[str, Any], embed: Callable[[str], bytes] = vector) -> None:
    """Put rows into an empty store as one step. Raises `MemoryTrouble` for what is not as `rows` gives it; the store is then as before."""
    if not is_empty(store):
        raise MemoryTrouble("There are memories here already; erase them first, or import into another profile.")
    with store.change() as run:
        for table in ("turn_vectors", "undo", "moods", "tombstones", "reflections", "threads", "facts", "turns", "visits", "ledger"):
            run(f"DELETE FROM {table}")
        for table, columns in TABLES.items():
            for place, row in enumerate(_list(data, table)):
                values = [_value(row, name, types, f"{table}[{place}]") for name, types in columns.items()]
                run(f"INSERT INTO {table}({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})", values)
                _index(run, table, row, embed)
        for place, row in enumerate(_list(data, "ledger")):
            if not isinstance(row, dict) or not isinstance(row.get("key"), str) or "value" not in row:
                raise _wrong(f"ledger[{place}]")
            run("INSERT INTO ledger(key, value) VALUES (?, ?)", (row["key"], json.dumps(row["value"], sort_keys=True)))


def carry(source: Store, target: Store, embed: Callable[[str], bytes] = vector) -> None:
    """All rows of one store into another, empty one."""
    fill(target, rows(source), embed)


def _index(run: Any, table: str, row: dict[str, Any], embed: Callable[[str], bytes]) -> None:
    if table == "turns":
        text = f"{row['user']} {row['hers']}".strip()
        run("INSERT INTO turn_vectors(id, at, vec) VALUES (?, ?, ?)", (row["id"], row["at"], embed(text)))
        run("INSERT INTO turn_words(rowid, words) VALUES (?, ?)", (row["id"], indexed(text)))
    elif table == "facts":
        text = words_of(row["kind"], row["value"], row["name"])
        run("UPDATE facts SET vec = ? WHERE id = ?", (embed(text), row["id"]))
        if row["replaced"] is None:
            run("INSERT INTO note_words(rowid, words) VALUES (?, ?)", (2 * row["id"], indexed(text)))
    elif table == "reflections":
        run("UPDATE reflections SET vec = ? WHERE id = ?", (embed(row["text"]), row["id"]))
        run("INSERT INTO note_words(rowid, words) VALUES (?, ?)", (2 * row["id"] + 1, indexed(row["text"])))


def _list(data: dict[str, Any], name: str) -> list[Any]:
    found = data.get(name)
    if not isinstance(found, list):
        raise _wrong(name)
    return found


def _value(row: Any, name: str, types: tuple[type, ...], place: str) -> Value:
    if not isinstance(row, dict) or name not in row:
        raise _wrong(f"{place}.{name}")
    value = row[name]
    if float in types and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if not isinstance(value, types) or isinstance(value, bool) or (isinstance(value, int) and abs(value) >= 2**62):
        raise _wrong(f"{place}.{name}")
    if isinstance(value, list):
        if not all(isinstance(n, int) and not isinstance(n, bool) for n in value):
            raise _wrong(f"{place}.{name}")
        return json.dumps(value)
    assert value is None or isinstance(value, (int, float, str))
    return value


def _wrong(place: str) -> MemoryTrouble:
    return MemoryTrouble(f"The export is not as Visavis writes it, at {place}; nothing was imported.")
