"""Texts as search sees them: base forms of the words that carry meaning, the same for what is kept and what is asked."""

from __future__ import annotations

from dialogue.brain.words import lemma, stop_words, tokens

MOST_LETTERS = 4000


def bases(text: str) -> list[str]:
    """Base forms in order, numbers included, small words left out. Where only small words stand, those."""
    words = tokens(text[:MOST_LETTERS])
    meant = [lemma(w) for w in words if w not in stop_words() and (len(w) > 1 or w.isdigit())]
    return meant or [lemma(w) for w in words]


def indexed(text: str) -> str:
    """What the full-text index is given."""
    return " ".join(bases(text))


def quoted(word: str) -> str:
    """A word as an FTS5 string, whatever signs it holds."""
    return '"' + word.replace('"', '""') + '"'
