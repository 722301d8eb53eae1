"""Forgetting that is real: a fact, the sentences that told it, a visit, everything of a search; each leaves no trace in the files."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from dialogue.brain.words import content, lemma, stop_words, tokens
from dialogue.memory.items import KeptFact
from dialogue.memory.kept import Kept
from dialogue.memory.store import Run, Store
from dialogue.memory.visits import Visits
from dialogue.memory.words import bases, quoted

GONE = "(…)"
"""What stands in a turn where a sentence was."""
_SENTENCES = re.compile(r"(?<=[.!?…])\s+|\n+")


@dataclass(frozen=True, slots=True)
class Mark:
    """Words by which a sentence is known to tell a fact: all of them must be in it. `exact`: a name, in any of its letters."""

    words: frozenset[str]
    exact: str = ""

    def fits(self, sentence: str) -> bool:
        """Whether a sentence tells it."""
        if self.exact:
            return self.exact.lower() in sentence.lower()
        return bool(self.words) and self.words <= {lemma(w) for w in tokens(sentence)}


def mark_of(fact: KeptFact) -> Mark:
    """By what the sentences of a fact are known: its name where it has one, else the words of its value."""
    if fact.kind in ("person", "pet") and fact.name:
        return Mark(frozenset(), fact.name)
    if fact.kind == "name":
        return Mark(frozenset(), fact.value)
    return mark_of_words(fact.value)


def mark_of_words(text: str) -> Mark:
    """By the content words of a text; a single word that is a name or rare counts in any form."""
    words = content(text) or [lemma(w) for w in tokens(text) if w not in stop_words()]
    plain = [w for w in tokens(text) if w not in stop_words()]
    if len(plain) == 1:
        return Mark(frozenset(), plain[0])
    return Mark(frozenset(words))


def without(text: str, marks: Iterable[Mark]) -> str:
    """A text without the sentences that fit any mark."""
    marks = tuple(marks)
    pieces = _SENTENCES.split(text)
    kept = [GONE if any(m.fits(p) for m in marks) else p for p in pieces]
    if kept == pieces:
        return text
    out = [p for i, p in enumerate(kept) if p != GONE or i == 0 or kept[i - 1] != GONE]
    return " ".join(out)


class Eraser:
    """Works on one store."""

    def __init__(self, store: Store, kept: Kept, visits: Visits) -> None:
        self._store, self._kept, self._visits = store, kept, visits

    def facts(self, numbers: Iterable[int], now: float) -> None:
        """Forget facts with their history, the sentences that told them, and all that rests on them; they do not come back."""
        chosen = set(numbers)
        facts = [f for f in self._kept.all(now, past=True) if f.id in chosen]
        slots = {f.slot for f in facts if f.kind not in ("person", "pet")}
        facts += [f for f in self._kept.all(now, past=True) if f.slot in slots and f.id not in chosen]
        marks = [mark_of(f) for f in facts]
        named = [m for m in marks if m.exact]
        also = [f for f in self._kept.all(now, past=True) if f not in facts and any(m.fits(f"{f.value} {f.name}") for m in named)]
        with self._store.change() as run:
            for fact in (*facts, *also):
                self._kept.tombs.bury(run, fact, now)
            ids = {f.id for f in (*facts, *also)}
            self._cut_out(run, ids)
            self._redact(run, marks)
        self._store.scrub(whole=False)

    def words(self, text: str, now: float) -> int:
        """Forget every sentence that holds these words, and every fact about them; how many turns changed."""
        mark = mark_of_words(text)
        facts = [f for f in self._kept.all(now, past=True) if mark.fits(f"{f.value} {f.name}")]
        with self._store.change() as run:
            for fact in facts:
                self._kept.tombs.bury(run, fact, now)
            self._cut_out(run, {f.id for f in facts})
            changed = self._redact(run, [mark])
        self._store.scrub(whole=False)
        return changed

    def touched(self, text: str) -> set[int]:
        """The turns in which a sentence holds these words."""
        mark = mark_of_words(text)
        found: set[int] = set()
        for number in self._candidates([mark]):
            for user, hers in self._store.read("SELECT user, hers FROM turns WHERE id = ?", (number,)):
                if without(user, [mark]) != user or without(hers, [mark]) != hers:
                    found.add(number)
        return found

    def visit(self, visit: int, now: float) -> None:
        """Forget all that came from one visit."""
        with self._store.change() as run:
            turns = {n for (n,) in self._store.read("SELECT id FROM turns WHERE visit = ?", (visit,))}
            times = self._store.read(
                "SELECT begun, coalesce(ended, (SELECT max(at) FROM turns WHERE visit = ?), begun) FROM visits WHERE id = ?", (visit, visit)
            )
            self._kept.revive(run, turns)
            self._cut_out(run, self._kept.of_turns(turns), restore=True)
            self._visits.remove(run, turns)
            for (number,) in self._store.read("SELECT id FROM reflections WHERE visit = ?", (visit,)):
                run("DELETE FROM reflections WHERE id = ?", (number,))
                run("DELETE FROM note_words WHERE rowid = ?", (2 * number + 1,))
            for begun, ended in times:
                run("DELETE FROM moods WHERE at BETWEEN ? AND ?", (begun, ended + 1))
            run("DELETE FROM visits WHERE id = ?", (visit,))
        self._store.scrub(whole=True)

    def _cut_out(self, run: Run, numbers: set[int], *, restore: bool = False) -> None:
        """Take facts out of every table. Without `restore` what they had replaced goes as well, when it is of the same slot."""
        if not restore:
            more = numbers
            while more:
                marks = ",".join(map(str, more))
                rows = self._store.read(
                    f"SELECT a.id FROM facts a JOIN facts b ON a.successor = b.id WHERE b.id IN ({marks}) AND a.slot = b.slot"
                )
                more = {n for (n,) in rows} - numbers
                numbers = numbers | more
        self._kept.take_out(run, numbers)

    def _redact(self, run: Run, marks: list[Mark]) -> int:
        changed = 0
        for number in self._candidates(marks):
            for user, hers in self._store.read("SELECT user, hers FROM turns WHERE id = ?", (number,)):
                now_user, now_hers = without(user, marks), without(hers, marks)
                if (now_user, now_hers) != (user, hers):
                    self._visits.write(run, number, now_user, now_hers)
                    changed += 1
        for number, text in self._store.read("SELECT id, text FROM reflections"):
            if any(m.fits(text) for m in marks):
                run("DELETE FROM reflections WHERE id = ?", (number,))
                run("DELETE FROM note_words WHERE rowid = ?", (2 * number + 1,))
        return changed

    def _candidates(self, marks: list[Mark]) -> list[int]:
        """Turns that may hold a marked sentence. A name is looked for in the text itself, for it may be part of a longer word."""
        found: set[int] = set()
        for mark in marks:
            if mark.exact:
                like = "%" + re.sub(r"([%_\\])", r"\\\1", mark.exact) + "%"
                rows = self._store.read("SELECT id FROM turns WHERE user LIKE ? ESCAPE '\\' OR hers LIKE ? ESCAPE '\\'", (like, like))
            else:
                query = " AND ".join(quoted(w) for w in bases(" ".join(sorted(mark.words))))
                rows = self._store.read("SELECT rowid FROM turn_words WHERE turn_words MATCH ?", (query,)) if query else []
            found |= {n for (n,) in rows}
        return sorted(found)
