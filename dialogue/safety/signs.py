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

Kind = Literal["none", "distress", "thoughts", "eating", "method", "acute", "third", "lost", "other"]


@dataclass(frozen=True, slots=True)
class Sign:
    """tier: 0 none, 1 distress, 2 thoughts, self-harm or an eating disorder, 3 a plan, means, time, or an act."""

    tier: int
    kind: Kind
    score: float = 0.0


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{part})" for part in asset_json("safety/signs.json")[name]))


def spelled(text: str) -> str:
    """The plain text with the slips of a hurried hand set right ("wana dye" is "wanna die")."""
    said = plain(text)
    for slip, meant in _spelling():
        said = slip.sub(meant, said)
    return said


@cache
def _spelling() -> tuple[tuple[re.Pattern[str], str], ...]:
    table: dict[str, str] = asset_json("safety/signs.json")["spelling"]
    return tuple((re.compile(slip), meant) for slip, meant in table.items())


def matches(name: str, text: str) -> bool:
    """Whether a pattern list of assets/safety/signs.json (`yes`, `no`, `cannot` ...) finds something in the text."""
    return bool(_pattern(name).search(spelled(text)))


def score(text: str) -> float:
    """Sum of the weights of words and word pairs."""
    words = re.findall(r"[a-z']+", plain(text))
    table = asset_json("safety/signs.json")["weights"]
    pairs = [" ".join(pair) for pair in pairwise(words)]
    return sum(float(table.get(item, 0.0)) for item in {*words, *pairs})


def read_signs(text: str, open_crisis: bool = False) -> Sign:
    """The tier of one message of the user. `open_crisis`: the talk was about it a moment ago, so that any mention of means,
    time or place is danger."""
    # Harmless idioms leave a mark, so that the words around them do not grow together to something else.
    said = _pattern("harmless").sub(" ~ ", spelled(text))
    table, points = asset_json("safety/signs.json"), score(said)
    other = _other_person(said)
    if other:
        return Sign(2, other, points)
    if _pattern("tier3").search(said) or _in_danger(said, open_crisis):
        return Sign(3, "acute", points)
    if _pattern("method").search(said) or _seeks_method(said):
        return Sign(2, "method", points)
    lists: tuple[tuple[str, Kind], ...] = (("eating", "eating"), ("tier2", "thoughts"))
    for name, kind in lists:
        if _pattern(name).search(said):
            return Sign(2, kind, points)
    if _pattern("of_death").search(said) and _pattern("own_wish").search(said):
        points += float(table["together"])
    first_person = bool(re.search(r"\b(?:i|i'm|i've|i'd|i'll|im|me|my|myself)\b", said))
    if first_person and points >= float(table["act"]):
        return Sign(2, "thoughts", points)
    if _pattern("tier1").search(said) or (first_person and points >= float(table["ask"])):
        return Sign(1, "distress", points)
    return Sign(0, "none", points)


def _in_danger(said: str, open_crisis: bool) -> bool:
    """Means together with an intent or a time for it; in an open crisis any of means, time and place."""
    means, soon = _pattern("means").search(said), _pattern("soon").search(said)
    if open_crisis:
        return bool(means or soon or _pattern("place").search(said)) and not _pattern("reassures").search(said)
    if _pattern("taking_care").search(said):
        return False
    if means and _pattern("intent").search(said):
        return bool(soon) or bool(re.search(r"\ball\b", said))
    return bool(soon and _pattern("tier2").search(said) and _pattern("explicit").search(said))


def _seeks_method(said: str) -> bool:
    """A question about what is deadly, inside a story or not (L-11)."""
    return (
        bool(_pattern("substance").search(said) and _pattern("lethality").search(said) and _pattern("seeking").search(said))
        and not _pattern("not_person").search(said)
    )  # fmt: skip


def _other_person(said: str) -> Kind | None:
    """Somebody else's danger, or a death by suicide; None when the user speaks of their own as well."""
    if _pattern("me_too").search(said):
        return None
    if _pattern("third_lost").search(said):
        return "lost"
    return "third" if _pattern("third").search(said) else None
