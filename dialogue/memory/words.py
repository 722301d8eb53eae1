"""Texts as search sees them: base forms of the words that carry meaning, the same for what is kept and what is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from dialogue.brain.words import lemma, stop_words, tokens
from dialogue.data import asset_json

MOST_LETTERS = 4000


def bases(text: str) -> list[str]:
    """Base forms in order, numbers included, small words left out. Where only small words stand, those."""
    words = tokens(text[:MOST_LETTERS])
    meant = [lemma(w) for w in words if w not in stop_words() and (len(w) > 1 or w.isdigit())]
    return meant or [lemma(w) for w in words]


@cache
def _related() -> dict[str, tuple[str, ...]]:
    out: dict[str, dict[str, None]] = {}
    for group in asset_json("memory/related.json")["groups"]:
        words = [lemma(w.lower()) for w in group.split()]
        for word in words:
            out.setdefault(word, {}).update(dict.fromkeys(w for w in words if w != word))
    return {word: tuple(others) for word, others in out.items()}


def related(words: Sequence[str], names: Mapping[str, Sequence[str]]) -> list[str]:
    """Base forms that may stand in an answer although the question has others: of one group of everyday words, and `names` that go with
    a word ("sister": "anna") or the reverse."""
    found: dict[str, None] = {}
    for word in words:
        found.update(dict.fromkeys(names.get(word, ())))
    for word in words:
        found.update(dict.fromkeys(_related().get(word, ())))
    return [w for w in found if w not in words]


def indexed(text: str) -> str:
    """What the full-text index is given."""
    return " ".join(bases(text))


def quoted(word: str) -> str:
    """A word as an FTS5 string, whatever signs it holds."""
    return '"' + word.replace('"', '""') + '"'
