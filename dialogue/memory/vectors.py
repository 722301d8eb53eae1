"""Vectors without weights: hashed words and their groups of 3 and 4 letters, TF-IDF, 128 numbers, of length 1, stored as int8.

The rarity of a word (its IDF) is counted over the lines that are written in assets/mind; a word that does not occur there counts as
the rarest. Groups of letters inherit their word's rarity, so that "hiking" and "hikers" come near each other and typing errors do
little harm. The products of two such vectors are cosines times `ONE` squared, give or take what 128 places cost.
"""

from __future__ import annotations

import json
import math
import zlib
from collections import Counter
from functools import cache, lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from dialogue.memory.words import bases

PLACES, ONE = 128, 127.0
GRAM_SHARE = 0.8
"""Weight of all letter groups of a word together, against the word itself."""
_SOURCES = ("talk.json", "topics.json")


@cache
def _rarity() -> tuple[Counter[str], int]:
    counts: Counter[str] = Counter()
    lines = 0

    def walk(node: object) -> None:
        nonlocal lines
        if isinstance(node, str):
            counts.update(set(bases(node)))
            lines += 1
        elif isinstance(node, dict):
            for part in node.values():
                walk(part)
        elif isinstance(node, list):
            for part in node:
                walk(part)

    for name in _SOURCES:
        walk(json.loads(files("world.assets").joinpath("mind", name).read_bytes()))
    return counts, lines


def idf(word: str) -> float:
    """Smoothed inverse frequency of a base form, at least 1."""
    counts, lines = _rarity()
    return math.log((1 + lines) / (1 + counts[word])) + 1.0


@lru_cache(maxsize=60_000)
def _of_word(word: str) -> NDArray[np.float32]:
    out = np.zeros(PLACES, np.float32)
    padded = f"<{word}>"
    grams = [padded[i : i + n] for n in (3, 4) for i in range(len(padded) - n + 1)]
    weight = idf(word)
    parts = [(word, weight)] + [(g, weight * GRAM_SHARE / math.sqrt(len(grams))) for g in grams]
    for feature, value in parts:
        mark = zlib.crc32(feature.encode())
        out[mark % PLACES] += value if mark & 0x80000000 else -value
    return out


def floats(text: str) -> NDArray[np.float32]:
    """The vector of a text, of length 1 (0 for a text without words)."""
    counts = Counter(bases(text))
    out = np.zeros(PLACES, np.float32)
    for word, count in counts.items():
        out += _of_word(word) * (1.0 + math.log(count))
    size = float(np.linalg.norm(out))
    return out / size if size else out


def vector(text: str) -> bytes:
    """The same as 128 signed bytes."""
    return packed(floats(text))


def packed(values: NDArray[np.float32]) -> bytes:
    """A vector of length 1 as signed bytes."""
    return bytes(np.clip(np.rint(values * ONE), -127, 127).astype(np.int8).tobytes())


def cosines(query: NDArray[np.float32], stored: list[bytes]) -> NDArray[np.float32]:
    """Cosine of a query with each stored vector; 0 where one has another number of places."""
    places = len(query)
    if any(len(s) != places for s in stored):
        stored = [s if len(s) == places else bytes(places) for s in stored]
    matrix = np.frombuffer(b"".join(stored), np.int8).reshape(len(stored), places)
    return (matrix.astype(np.float32) @ query) / ONE
