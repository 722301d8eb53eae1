"""How serious a message is: phrases first, then words that add up. Tiers 0 to 3 as in the crisis protocol.

Built from written phrases and hand-set weights; what it finds on its own test sets stands in the tests.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Literal

from dialogue.data import asset_json
from dialogue.safety.lines import plain

Kind = Literal["none", "distress", "thoughts", "eating", "method", "acute"]


@dataclass(frozen=True, slots=True)
class Sign:
    """tier: 0 none, 1 distress, 2 thoughts, self-harm or an eating disorder, 3 a plan, means, time, or an act."""

    tier: int
    kind: Kind
    score: float = 0.0


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{part})" for part in asset_json("safety/signs.json")[name]))


def matches(name: str, text: str) -> bool:
    """Whether a pattern list of assets/safety/signs.json (`yes`, `no`, `cannot` ...) finds something in the text."""
    return bool(_pattern(name).search(plain(text)))


def score(text: str) -> float:
    """Sum of the weights of words and word pairs."""
    words = re.findall(r"[a-z']+", plain(text))
    table = asset_json("safety/signs.json")["weights"]
    pairs = [" ".join(pair) for pair in pairwise(words)]
    return sum(float(table.get(item, 0.0)) for item in {*words, *pairs})


def read_signs(text: str) -> Sign:
    """The tier of one message of the user."""
    # Harmless idioms leave a mark, so that the words around them do not grow together to something else.
    said = _pattern("harmless").sub(" ~ ", plain(text))
    table, points = asset_json("safety/signs.json"), score(said)
    lists: tuple[tuple[str, int, Kind], ...] = (
        ("tier3", 3, "acute"),
        ("method", 2, "method"),
        ("eating", 2, "eating"),
        ("tier2", 2, "thoughts"),
    )
    for name, tier, kind in lists:
        if _pattern(name).search(said):
            return Sign(tier, kind, points)
    if _pattern("of_death").search(said) and _pattern("own_wish").search(said):
        points += float(table["together"])
    first_person = bool(re.search(r"\b(?:i|i'm|i've|i'd|i'll|im|me|my|myself)\b", said))
    if first_person and points >= float(table["act"]):
        return Sign(2, "thoughts", points)
    if _pattern("tier1").search(said) or (first_person and points >= float(table["ask"])):
        return Sign(1, "distress", points)
    return Sign(0, "none", points)
