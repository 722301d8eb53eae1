"""Small linear tables over words, word pairs and word classes: how much a message sounds like somebody in danger, like one who
thinks of death or hurts themselves, like a goodbye, like the question whether she is human, like a plan that will hurt, like a minor,
like ideas out of touch with the world, like talk of somebody near.

The weights are trained by script/train-crisis on text written for it; nothing of that text is in them but hashed counts. The phrase lists
of `signs` stand beside it; either can raise the tier; see there for where the table overrules a list.
"""

from __future__ import annotations

import io
import re
import zlib
from functools import cache
from itertools import combinations, pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from dialogue.data import asset_bytes, asset_json
from dialogue.safety.spelling import spelled

What = Literal["danger", "serious", "farewell", "human", "plan", "minor", "delusion", "tie"]
MOST_TOKENS = 120
LEAST_WORDS = 6
"""Of a message that a table may judge alone."""


@cache
def _classes() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, re.compile(part)) for name, part in asset_json("safety/table.json")["classes"].items())


def _bucket(feature: str) -> int:
    return zlib.crc32(feature.encode()) % int(asset_json("safety/table.json")["buckets"])


def features(text: str) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Buckets and values of a message: int64[n] without repeats, float64[n] of length 1 together (0 for an empty message)."""
    said = spelled(text)
    words = re.findall(r"[a-z']+", said)[:MOST_TOKENS]
    found: dict[str, float] = {f"w {w}": 1.0 for w in words}
    found |= {f"b {a} {b}": 0.8 for a, b in pairwise(["^", *words, "$"])}
    found |= {f"s {a} {b}": 0.5 for a, _, b in zip(words, words[1:], words[2:], strict=False)}
    found |= {f"c {g}": 0.35 for w in words if len(w) > 4 for g in (f"^{w}"[:5], f"{w}$"[-5:])}
    classes = [name for name, pattern in _classes() if pattern.search(said)]
    found |= {f"k {name}": 1.0 for name in classes}
    found |= {f"p {a} {b}": 0.5 for a, b in combinations(classes, 2)}
    found[f"n {min(len(words) // 6, 6)}"] = 0.5
    values: dict[int, float] = {}
    for name, value in found.items():
        at = _bucket(name)
        values[at] = values.get(at, 0.0) + value
    at_ = np.fromiter(values, np.int64, len(values))
    of = np.fromiter(values.values(), np.float64, len(values))
    return at_, of / max(float(np.sqrt((of**2).sum())), 1e-9)


@cache
def _weights(what: What) -> tuple[NDArray[np.float64], float]:
    with np.load(io.BytesIO(asset_bytes("safety/table.npz"))) as kept:
        return kept[what].astype(np.float64) * float(kept[f"{what}_scale"]), float(kept[f"{what}_bias"])


def score(what: What, text: str) -> float:
    """The log-odds that a message is what the table was trained for, about -8 to 8."""
    weights, bias = _weights(what)
    at, values = features(text)
    return float((weights[at] * values).sum()) + bias


def sounds_like(what: What, text: str, *, alone: bool = False) -> bool:
    """Whether the score passes the table's threshold in assets/safety/table.json: `least` beside another sign; `alone` without one, and
    not for a few words, which give it nothing to go by."""
    if alone and len(text.split()) < LEAST_WORDS:
        return False
    return score(what, text) >= float(asset_json("safety/table.json")["alone" if alone else "least"][what])
