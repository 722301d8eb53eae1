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
from dialogue.memory.kept import as_kept
from dialogue.memory.store import Store
from dialogue.memory.vectors import cosines, floats
from dialogue.memory.words import bases, quoted

RANK_0 = 60
TURN_IMPORTANCE, REFLECTION_IMPORTANCE = 2.0, 5.0
HALF_LIFE_DAYS = 30.0
MOST, WORDS = 2000, 12
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

    def find(self, text: str, now: float, count: int = 10, *, turns: bool = True, before: int | None = None) -> list[Item]:
        """The best items, best first. `before`: leave out this turn and later ones, which the talk itself still holds."""
        words = list(dict.fromkeys(bases(text)))[:WORDS]
        if not words:
            return []
        vec = self.query(text)
        items = self._notes(words, vec, now) + (self._turns(words, vec, now, count, before) if turns else [])
        return sorted(items, key=lambda i: (-i.score, i.kind, i.id))[:count]

    # -- facts and reflections -------------------------------------------------------------------------------------------

    def _notes(self, words: list[str], vec: NDArray[np.float32], now: float) -> list[Item]:
        facts = self._store.read(
            "SELECT id, kind, slot, value, name, gone, importance, pinned, uses, at, turns, replaced, vec FROM facts"
            " WHERE successor IS NULL AND replaced IS NULL"
        )
        reflections = self._store.read("SELECT id, text, facts, at, vec FROM reflections")
        if not facts and not reflections:
            return []
        keys = [2 * row[0] for row in facts] + [2 * row[0] + 1 for row in reflections]
        near = cosines(vec, [row[-1] for row in (*facts, *reflections)])
        texts = self._ranked("note_words", words, len(keys) * 2)
        by_vector = {int(keys[i]): place for place, i in enumerate(np.argsort(-near, kind="stable"), 1) if near[i] >= LEAST_COSINE}
        by_text = {key: place for place, key in enumerate(texts, 1)}
        found: list[Item] = []
        for i, key in enumerate(keys):
            places = (by_text.get(key), by_vector.get(key))
            if places == (None, None):
                continue
            if key % 2 == 0:
                kept = as_kept(facts[i][:12], now)
                value = score(rrf(places), now - kept.at, kept.uses, kept.importance, kept.pinned)
                found.append(Item("fact", kept.id, kept.text, kept.at, value, kept.turns, float(near[i])))
            else:
                number, said, _, at, _ = reflections[i - len(facts)]
                value = score(rrf(places), now - at, 0, REFLECTION_IMPORTANCE, False)
                found.append(Item("reflection", number, said, at, value, (), float(near[i])))
        return found

    # -- turns -----------------------------------------------------------------------------------------------------------

    def _turns(self, words: list[str], vec: NDArray[np.float32], now: float, count: int, before: int | None) -> list[Item]:
        found = self._ranked("turn_words", words, MOST)
        if before is not None:
            found = [n for n in found if n < before]
        if not found:
            return []
        rows = {row[0]: row for row in self._store.read(
            f"SELECT id, at, vec FROM turns WHERE id IN ({','.join(map(str, found))})"
        )}  # fmt: skip
        found = [n for n in found if n in rows]
        near = cosines(vec, [rows[n][2] for n in found])
        order = np.argsort(-near, kind="stable")
        by_vector = np.empty(len(found), np.int64)
        by_vector[order] = np.arange(1, len(found) + 1)
        ages = np.maximum(now - np.array([rows[n][1] for n in found]), 0.0)
        places = np.arange(1, len(found) + 1)
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


def cited(store: Store, reflection: int) -> list[int]:
    """The facts that a reflection rests on."""
    rows = store.read("SELECT facts FROM reflections WHERE id = ?", (reflection,))
    return list(json.loads(rows[0][0])) if rows else []
