"""Facts in the store: added, replaced, ended, undone, corrected, pinned; each change is one atomic step with its search index.

A plan is kept without its time ("your interview"), its day beside it, so that it can be said rightly on any later day.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any, get_args

from dialogue.brain.facts import EARLIER, Change, Fact, Kind, bare, slot
from dialogue.brain.knowing import say_fact
from dialogue.memory.dates import day_of, resolve, spoken
from dialogue.memory.items import KeptFact
from dialogue.memory.store import Row, Run, Store
from dialogue.memory.tombs import Tombs
from dialogue.memory.vectors import vector
from dialogue.memory.words import indexed
from dialogue.trouble import MemoryTrouble

IMPORTANCE: dict[str, float] = {
    "name": 9, "allergy": 9, "boundary": 9, "health": 8, "date": 7, "note": 7, "person": 6, "pet": 6, "job": 6, "home": 6, "worry": 6,
    "plan": 6, "status": 6, "diet": 6, "age": 5, "hobby": 5, "like": 4, "dislike": 4,
}  # fmt: skip
"""0..10 as in Generative Agents, by kind (design values)."""
COLUMNS = "id, kind, slot, value, name, gone, importance, pinned, uses, at, turns, replaced"


def words_of(kind: str, value: str, name: str) -> str:
    """What search is given of a fact: its kind in words people use, and what it says."""
    also = {
        "pet": "called named", "person": "called named", "home": "live", "job": "work living", "allergy": "allergic avoid",
        "date": "when day",
        "age": "old years", "health": "illness condition", "diet": "eat food", "status": "relationship", "like": "love favourite",
        "dislike": "hate", "worry": "worried afraid", "plan": "coming", "hobby": "free time", "name": "called",
    }  # fmt: skip
    return f"{kind} {also.get(kind, '')} {value} {name}"


class Kept:
    """The facts of a store. `embed`: the vector of a text as signed bytes."""

    def __init__(self, store: Store, embed: Callable[[str], bytes] = vector) -> None:
        self._store, self.embed = store, embed
        self.tombs = Tombs(store)

    # -- reading ---------------------------------------------------------------------------------------------------------

    def now_held(self, now: float) -> list[Fact]:
        """All that holds, oldest first, said as it is right at `now`."""
        rows = self._store.read(f"SELECT {COLUMNS} FROM facts WHERE successor IS NULL AND replaced IS NULL ORDER BY id")
        return [as_fact(row, day_of(now)) for row in rows if row[1] in get_args(Kind)]

    def all(self, now: float, *, past: bool = False) -> list[KeptFact]:
        """For showing, pinned first, then newest first. `past`: with what was replaced."""
        where = "" if past else "WHERE successor IS NULL AND replaced IS NULL"
        rows = self._store.read(f"SELECT {COLUMNS} FROM facts {where} ORDER BY pinned DESC, id DESC")
        return [as_kept(row, now) for row in rows]

    def get(self, number: int, now: float) -> KeptFact:
        """One fact. Raises `MemoryTrouble` when there is none."""
        rows = self._store.read(f"SELECT {COLUMNS} FROM facts WHERE id = ?", (number,))
        if not rows:
            raise MemoryTrouble(f"There is no fact {number}; `visavis memory list` shows what there is.")
        return as_kept(rows[0], now)

    def history(self, slot_: str, now: float) -> list[KeptFact]:
        """Every value that a slot has held, oldest first."""
        return [as_kept(r, now) for r in self._store.read(f"SELECT {COLUMNS} FROM facts WHERE slot = ? ORDER BY id", (slot_,))]

    # -- writing ---------------------------------------------------------------------------------------------------------

    def apply(self, changes: tuple[Change, ...], turn: int, now: float) -> dict[Fact, int]:
        """Write what a message told; the new facts' ids. `turn`: id of the turn it came from."""
        ids: dict[Fact, int] = {}
        with self._store.change() as run:
            for change in changes:
                number = -turn  # what merely ended knows by which turn
                if change.new is not None:
                    number = self._insert(run, change.new, (turn,) if turn else (), now)
                    ids[change.new] = number
                old = change.old.id or ids.get(change.old, 0) if change.old is not None else 0
                if old:
                    run("UPDATE facts SET successor = ?, replaced = ? WHERE id = ?", (number, now, old))
                    run("DELETE FROM note_words WHERE rowid = ?", (2 * old,))
                    run("DELETE FROM threads WHERE fact = ?", (old,))
        return ids

    def _insert(self, run: Run, fact: Fact, turns: tuple[int, ...], now: float) -> int:
        today = day_of(now)
        value, name, due = fact.value, fact.name, None
        if fact.kind == "plan":
            due = resolve(fact.value, today)
            value, name = bare(fact.value) or fact.value, due.isoformat() if due else fact.name
        text = words_of(fact.kind, value, name)
        number = run(
            "INSERT INTO facts(kind, slot, value, name, gone, importance, at, turns, vec) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (fact.kind, slot(fact), value, name, int(fact.gone), IMPORTANCE[fact.kind], now, json.dumps(list(turns)), self.embed(text)),
        )
        run("INSERT INTO note_words(rowid, words) VALUES (?, ?)", (2 * number, indexed(text)))
        if fact.kind in ("plan", "worry") and not fact.gone:
            run("INSERT INTO threads(fact, due, made) VALUES (?, ?, ?)", (number, noon(due) if due else None, now))
        run("INSERT INTO undo(fact, at) VALUES (?, ?)", (number, now))
        return number

    def pin(self, number: int, on: bool) -> None:
        """Keep it in front, or no longer."""
        with self._store.change() as run:
            run("UPDATE facts SET pinned = ? WHERE id = ?", (int(on), number))

    def used(self, numbers: list[int]) -> None:
        """Count that facts were recalled."""
        if numbers:
            with self._store.change() as run:
                run(f"UPDATE facts SET uses = uses + 1 WHERE id IN ({','.join('?' * len(numbers))})", numbers)

    def edit(self, number: int, value: str, name: str | None, now: float) -> None:
        """Put a fact right. The wrong one does not stay: it is not history, it never held."""
        old = self.get(number, now)
        value = " ".join(value.split())
        if not value:
            raise MemoryTrouble("A fact cannot be empty; delete it instead.")
        name = old.name if name is None else " ".join(name.split())
        fact = Fact(_kind(old.kind), value, 0, name)
        with self._store.change() as run:
            self.tombs.bury(run, old, now)
            text = words_of(old.kind, value, name)
            run(
                "UPDATE facts SET value = ?, name = ?, slot = ?, vec = ? WHERE id = ?",
                (value, name, slot(fact), self.embed(text), number),
            )
            run("UPDATE note_words SET words = ? WHERE rowid = ?", (indexed(text), 2 * number))
            self.tombs.raise_(run, fact)
            drop_reflections(run, self._store, {number})

    def undo(self, number: int, now: float) -> None:
        """Take back a fact that was just made: what it replaced holds again, and it is not learned again from the same words."""
        fact = self.get(number, now)
        with self._store.change() as run:
            self.tombs.bury(run, fact, now)
            self.take_out(run, {number})

    def newest(self) -> int | None:
        """The fact that could be undone next."""
        rows = self._store.read("SELECT fact FROM undo ORDER BY id DESC LIMIT 1")
        return int(rows[0][0]) if rows else None

    def take_out(self, run: Run, numbers: set[int]) -> None:
        """Delete facts; what they had replaced holds again, what rests on them goes."""
        for number in sorted(numbers):
            for (older,) in self._store.read("SELECT id FROM facts WHERE successor = ?", (number,)):
                run("UPDATE facts SET successor = NULL, replaced = NULL WHERE id = ?", (older,))
                if older not in numbers:
                    self._index_again(run, older)
            run("DELETE FROM facts WHERE id = ?", (number,))
            run("DELETE FROM note_words WHERE rowid = ?", (2 * number,))
            run("DELETE FROM threads WHERE fact = ?", (number,))
            run("DELETE FROM undo WHERE fact = ?", (number,))
        drop_reflections(run, self._store, numbers)

    def _index_again(self, run: Run, number: int) -> None:
        for kind, value, name, at in self._store.read("SELECT kind, value, name, at FROM facts WHERE id = ?", (number,)):
            run("INSERT INTO note_words(rowid, words) VALUES (?, ?)", (2 * number, indexed(words_of(kind, value, name))))
            if kind in ("plan", "worry"):
                due = _iso(name)
                run("INSERT INTO threads(fact, due, made) VALUES (?, ?, ?)", (number, noon(due) if due else None, at))

    def revive(self, run: Run, turns: set[int]) -> None:
        """What these turns had ended holds again."""
        for turn in turns:
            for (number,) in self._store.read("SELECT id FROM facts WHERE successor = ?", (-turn,)):
                run("UPDATE facts SET successor = NULL, replaced = NULL WHERE id = ?", (number,))
                self._index_again(run, number)

    def of_turns(self, turns: set[int]) -> set[int]:
        """Facts that came from these turns and from no other."""
        rows = self._store.read("SELECT id, turns FROM facts")
        return {number for number, told in rows if (ids := set(json.loads(told))) and ids <= turns}


def drop_reflections(run: Run, store: Store, facts: set[int]) -> None:
    """Delete the reflections that rest on any of these facts."""
    for number, cited in store.read("SELECT id, facts FROM reflections"):
        if facts & set(json.loads(cited)):
            run("DELETE FROM reflections WHERE id = ?", (number,))
            run("DELETE FROM note_words WHERE rowid = ?", (2 * number + 1,))


def noon(day: date) -> float:
    """The middle of a day, in seconds since 1970."""
    return datetime.combine(day, time(12)).timestamp()


def _iso(text: str) -> date | None:
    return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else None


def _kind(text: str) -> Any:
    return text if text in get_args(Kind) else "note"


def as_fact(row: Row, today: date) -> Fact:
    """A row as the brain knows facts; a plan is said from today, and is gone when its day is past."""
    number, kind, _, value, name, gone = row[:6]
    fact = Fact(_kind(kind), value, EARLIER, name, bool(gone), number)
    if kind == "plan":
        day = _iso(name)
        if day is not None:
            fact = replace(fact, value=f"{value} {spoken(day, today)}", name="", gone=bool(gone) or day < today)
    return fact


def as_kept(row: Row, now: float) -> KeptFact:
    """A row for showing."""
    number, kind, slot_, value, name, gone, importance, pinned, uses, at, turns, until = row
    clause = say_fact(as_fact(row, day_of(now)))
    text = clause[:1].upper() + clause[1:]
    return KeptFact(number, kind, slot_, value, name, text, at, importance, bool(pinned), uses, tuple(json.loads(turns)), bool(gone), until)
