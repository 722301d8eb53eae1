"""Finding what fits: full-text search and vectors together, age, importance and pins.

score = 1.0 RRF + .35 2^(-age_days / 30) sqrt(1 + log2(1 + uses)) + .35 importance / 10 + .3 pinned
RRF   = sum over the two lists of 1 / (60 + rank), over 2/61; what a list does not have counts 0 there

Facts and reflections are few and are all looked at by their vectors; of the turns only those that share rare words with what is
asked are, `MOST` at most.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from dialogue.memory.items import Item
from dialogue.memory.kept import COLUMNS, as_kept
from dialogue.memory.store import Store
from dialogue.memory.vectors import PLACES, cosines, floats
from dialogue.memory.words import bases, quoted, related

RANK_0 = 60
TURN_IMPORTANCE, REFLECTION_IMPORTANCE = 2.0, 5.0
HALF_LIFE_DAYS = 30.0
MOST, WORDS = 1000, 12
"""Turns that are looked at by their vectors (two thousand took 20 ms of a store of 200,000, a thousand 12), words of a question."""
MORE_WORDS, MORE_WEIGHT = 24, 0.4
"""Words that are related to those of the question: how many at most, and how much they weigh in its vector (design values)."""
TEXT_WEIGHT = 1.0
"""How much a turn's place by its words counts within the list by vectors: 128 places are too noisy to order a thousand turns alone (on
LoCoMo the evidence found among ten items rises from .40 to .48; our own set does not change)."""
LEAST_COSINE = 0.25
"""Below this, and without a word in common, nothing is recalled (the usual threshold of memory extensions)."""


def rrf(places: Sequence[int | None]) -> float:
    """Reciprocal ranks of an item in each list, counted from 1; None where a list does not have it. 1 for the first of both."""
    return sum(1 / (RANK_0 + p) for p in places if p is not None) / (2 / (RANK_0 + 1))


def score(fused: float, age_s: float, uses: int, importance: float, pinned: bool) -> float:
    """The formula above."""
    fresh: float = 2.0 ** (-max(age_s, 0.0) / 86400.0 / HALF_LIFE_DAYS) * math.sqrt(1 + math.log2(1 + uses))
    return fused + 0.35 * fresh + 0.35 * importance / 10 + 0.3 * pinned


class Recall:
    """`query`: the vector of what is asked."""

    def __init__(self, store: Store, query: Callable[[str], NDArray[np.float32]] = floats) -> None:
        self._store, self.query = store, query
        self._named: tuple[tuple[object, ...], dict[str, list[str]]] = ((), {})

    def find(self, text: str, now: float, count: int = 10, *, turns: bool = True, before: int | None = None) -> list[Item]:
        """The best items, best first. `before`: leave out this turn and later ones, which the talk itself still holds."""
        words = list(dict.fromkeys(bases(text)))[:WORDS]
        if not words:
            return []
        more = related(words, self._names())[:MORE_WORDS]
        vec = self.query(text)
        if more and len(vec) == PLACES:
            vec = vec + MORE_WEIGHT * floats(" ".join(more))
            vec = vec / max(float(np.linalg.norm(vec)), 1e-9)
        words = words + more
        items = self._notes(words, vec, now, count) + (self._turns(words, vec, now, count, before) if turns else [])
        return sorted(items, key=lambda i: (-i.score, i.kind, i.id))[:count]

    def _names(self) -> dict[str, list[str]]:
        """Words for somebody and the name, each to the other: "my dog" and "Rufus" are one."""
        people = "FROM facts WHERE kind IN ('person', 'pet') AND name != '' AND replaced IS NULL"
        state = self._store.read(f"SELECT count(*), max(id), total(length(name)), total(length(value)) {people}")[0]
        if state != self._named[0]:
            out: dict[str, list[str]] = {}
            for value, name in self._store.read(f"SELECT value, name {people}"):
                for one, other in ((value, name), (name, value)):
                    for word in bases(one):
                        out.setdefault(word, []).extend(bases(other))
            self._named = (state, out)
        return self._named[1]

    # -- facts and reflections -------------------------------------------------------------------------------------------

    def _notes(self, words: list[str], vec: NDArray[np.float32], now: float, count: int) -> list[Item]:
        rows = self._store.read(
            "SELECT 2 * id, importance, pinned, uses, at, vec FROM facts WHERE successor IS NULL AND replaced IS NULL"
            f" UNION ALL SELECT 2 * id + 1, {REFLECTION_IMPORTANCE}, 0, 0, at, vec FROM reflections"
        )
        if not rows:
            return []
        near = cosines(vec, [row[5] for row in rows])
        by_vector = {rows[int(i)][0]: place for place, i in enumerate(np.argsort(-near, kind="stable"), 1) if near[i] >= LEAST_COSINE}
        by_text = {key: place for place, key in enumerate(self._ranked("note_words", words, MOST), 1)}
        scored: list[tuple[float, int, float]] = []
        for row, fit in zip(rows, near, strict=True):
            key, importance, pinned, uses, at, _ = row
            places = (by_text.get(key), by_vector.get(key))
            if places != (None, None):
                scored.append((score(rrf(places), now - at, uses, importance, bool(pinned)), key, float(fit)))
        scored.sort(key=lambda one: (-one[0], one[1]))
        return [self._note(key, value, fit, now) for value, key, fit in scored[:count]]

    def _note(self, key: int, value: float, fit: float, now: float) -> Item:
        if key % 2 == 0:
            row = self._store.read(f"SELECT {COLUMNS} FROM facts WHERE id = ?", (key // 2,))[0]
            kept = as_kept(row, now)
            return Item("fact", kept.id, kept.text, kept.at, value, kept.turns, fit)
        said, cited, at = self._store.read("SELECT text, facts, at FROM reflections WHERE id = ?", (key // 2,))[0]
        return Item("reflection", key // 2, said, at, value, self._sources(json.loads(cited)), fit)

    def _sources(self, facts: list[int]) -> tuple[int, ...]:
        """The turns that facts came from."""
        told = self._store.read(f"SELECT turns FROM facts WHERE id IN ({','.join(map(str, facts))})")
        return tuple(dict.fromkeys(turn for (turns,) in told for turn in json.loads(turns)))

    # -- turns -----------------------------------------------------------------------------------------------------------

    def _turns(self, words: list[str], vec: NDArray[np.float32], now: float, count: int, before: int | None) -> list[Item]:
        found = self._ranked("turn_words", words, MOST)
        if before is not None:
            found = [n for n in found if n < before]
        if not found:
            return []
        rows = {row[0]: row for row in self._store.read(
            f"SELECT id, at, vec FROM turn_vectors WHERE id IN ({','.join(map(str, found))})"
        )}  # fmt: skip
        found = [n for n in found if n in rows]
        near = cosines(vec, [rows[n][2] for n in found])
        places = np.arange(1, len(found) + 1)
        order = np.argsort(-(near + TEXT_WEIGHT * (RANK_0 + 1) / (RANK_0 + places)), kind="stable")
        by_vector = np.full(len(found), np.inf)  # 1 / inf is 0: what has no vector, or nothing in common, is in no list
        by_vector[order] = np.where(near[order] > 0, np.arange(1, len(found) + 1), np.inf)
        ages = np.maximum(now - np.array([rows[n][1] for n in found]), 0.0)
        fused = (1 / (RANK_0 + places) + 1 / (RANK_0 + by_vector)) / (2 / (RANK_0 + 1))
        scores = fused + 0.35 * 2.0 ** (-ages / 86400.0 / HALF_LIFE_DAYS) + 0.35 * TURN_IMPORTANCE / 10
        best = [int(i) for i in np.argsort(-scores, kind="stable")[:count]]
        ids = [found[i] for i in best]
        texts = {r[0]: r[1:] for r in self._store.read(
            f"SELECT id, user, hers FROM turns WHERE id IN ({','.join(map(str, ids))})"
        )}  # fmt: skip
        return [
            Item("turn", n, " / ".join(t for t in texts[n] if t), rows[n][1], float(scores[i]), (n,), float(near[i]))
            for i, n in zip(best, ids, strict=True)
        ]

    def _ranked(self, table: str, words: list[str], most: int) -> list[int]:
        """Rows that hold any of the words, best first by bm25. Where that would be more than `most`, the common words are left out, for
        they tell little; a single word that is so common gives its newest rows."""
        counts = {w: self._count(table, w) for w in words}
        known = sorted((w for w in words if counts[w]), key=lambda w: (counts[w], w))
        if not known:
            return []
        if counts[known[0]] > most:
            both = " AND ".join(quoted(w) for w in known[:2])
            rows = self._store.read(f"SELECT rowid FROM {table} WHERE {table} MATCH ? ORDER BY rowid DESC LIMIT ?", (both, most))
            if len(rows) < most:
                rows += self._store.read(
                    f"SELECT rowid FROM {table} WHERE {table} MATCH ? ORDER BY rowid DESC LIMIT ?", (quoted(known[0]), most - len(rows))
                )
            return list(dict.fromkeys(n for (n,) in rows))
        chosen: list[str] = []
        total = 0
        for word in known:
            if total + counts[word] > most and chosen:
                break
            chosen.append(word)
            total += counts[word]
        query = " OR ".join(quoted(w) for w in chosen)
        rows = self._store.read(
            f"SELECT rowid FROM {table} WHERE {table} MATCH ? ORDER BY bm25({table}), rowid DESC LIMIT ?", (query, most)
        )
        return [int(n) for (n,) in rows]

    def _count(self, table: str, word: str) -> int:
        rows = self._store.read(f"SELECT doc FROM {table}_seen WHERE term = ?", (word,))
        return int(rows[0][0]) if rows else 0
