"""The patterns of the safety rules, from assets/safety/patterns.json."""

from __future__ import annotations

import re
from functools import cache

from dialogue.data import asset_json

_SLOTS = ("being", "adj", "farewell_words")


@cache
def pattern(name: str) -> re.Pattern[str]:
    """A named list of patterns, joined by `or`, with its slots filled."""
    table = asset_json("safety/patterns.json")
    joined = "|".join(table[name])
    for slot in _SLOTS:
        joined = joined.replace("{" + slot + "}", table[slot])
    return re.compile(joined)


@cache
def patterns(name: str) -> tuple[re.Pattern[str], ...]:
    """A named list, each on its own."""
    return tuple(re.compile(part) for part in asset_json("safety/patterns.json")[name])
