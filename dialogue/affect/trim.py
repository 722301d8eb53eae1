"""A message made short and clean enough to be read word by word. The safety rules do not use this: they read everything."""

from __future__ import annotations

import re
from functools import lru_cache

MOST_LETTERS = 600
MOST_UNITS = 60
"""Words and signs a word-by-word reader sees; its cost grows with the square of their number."""
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]+")
_SLOTS = re.compile(r"[{}\[\]]+")
_SAME_SIGN = re.compile(r"(.)\1{3,}", re.S)
_SAME_WORDS = re.compile(r"(\S{1,20}(?: \S{1,20}){0,3}) (?:\1 ){2,}")
_UNIT = re.compile(r"\w+(?:['’-]\w+)*|[^\w\s]")


def clean(text: str) -> str:
    """The text without control characters; lines stay."""
    return _CONTROL.sub("", text)


@lru_cache(maxsize=64)
def trimmed(text: str) -> str:
    """The text without control characters (lines stay), slots and tags (`{user}` is said as `user`), with runs of one sign or of
    the same few words shortened to three, and at most `MOST_LETTERS` long: its beginning and its end."""
    text = _SLOTS.sub("", clean(text))
    text = _SAME_SIGN.sub(r"\1\1\1", text)
    if len(text) > 4 * MOST_LETTERS:
        text = f"{text[: 2 * MOST_LETTERS]} {text[-2 * MOST_LETTERS :]}"
    text = _SAME_WORDS.sub(r"\1 ", f"{text} ").strip()
    if len(text) <= MOST_LETTERS:
        return text
    half = MOST_LETTERS // 2
    head, tail = text[:half], text[-half:]
    return f"{head.rpartition(' ')[0] or head} … {tail.partition(' ')[2] or tail}"[: MOST_LETTERS + 3]


def few(text: str) -> str:
    """The first and the last of the words and signs of the trimmed text, `MOST_UNITS` together."""
    text = trimmed(text)
    units = list(_UNIT.finditer(text))
    if len(units) <= MOST_UNITS:
        return text
    half = MOST_UNITS // 2
    return f"{text[: units[half - 1].end()]} {text[units[-half].start() :]}"
