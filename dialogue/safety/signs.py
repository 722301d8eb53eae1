"""How serious a message is: phrases first, then the trained table. Tiers 0 to 3 as in the crisis protocol.

Either can raise the tier. The table lowers none of tier 3, of a method, of somebody else's danger, of eating and of what is said outright
(`explicit`); other phrases it overrules where it is sure that a message is harmless (`calm` in assets/safety/signs.json). What both find
on the sets stands in the tests and in docs/safety.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from dialogue.data import asset_json
from dialogue.safety.spelling import spelled
from dialogue.safety.table import LEAST_WORDS, score

SHORT = 10
"""Words under which the table has to be surer, the more the fewer there are: by `short` of assets/safety/signs.json for each."""

Kind = Literal["none", "distress", "thoughts", "eating", "method", "acute", "third", "lost", "other"]


@dataclass(frozen=True, slots=True)
class Sign:
    """tier: 0 none, 1 distress, 2 thoughts, self-harm or an eating disorder, 3 a plan, means, time, or an act. score: of the table.
    certain: a phrase was found, or the table of serious signs is far beyond its threshold."""

    tier: int
    kind: Kind
    score: float = 0.0
    certain: bool = True


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{part})" for part in asset_json("safety/signs.json")[name]))


def matches(name: str, text: str) -> bool:
    """Whether a pattern list of assets/safety/signs.json (`yes`, `no`, `cannot` ...) finds something in the text."""
    return bool(_pattern(name).search(spelled(text)))


def read_signs(text: str, open_crisis: bool = False) -> Sign:
    """The tier of one message of the user. `open_crisis`: the talk was about it a moment ago, so that any mention of means,
    time or place is danger."""
    # Harmless idioms leave a mark, so that the words around them do not grow together to something else.
    said = _pattern("harmless").sub(" ~ ", spelled(text))
    table, points = asset_json("safety/signs.json"), score("danger", text)
    other = _other_person(said)
    if other:
        return Sign(2, other, points)
    if _pattern("tier3").search(said) or _in_danger(said, open_crisis):
        return Sign(3, "acute", points)
    if _pattern("method").search(said) or _seeks_method(said):
        return Sign(2, "method", points)
    length = len(said.split())
    # Where nothing is said outright, and the table is sure of enough words that nothing is meant by them, it overrules the lists.
    calm = length >= LEAST_WORDS and points < float(table["calm"]) and not _pattern("explicit").search(said)
    if _pattern("eating").search(said):
        return Sign(2, "eating", points)
    if not calm and _pattern("tier2").search(said):
        return Sign(2, "thoughts", points)
    # Beside a harmless idiom or the words of daily care the table, which sees the same words, has to be surer.
    daily = "~" in said or bool(_pattern("taking_care").search(said))
    surer, short = daily * float(table["idiom"]), max(SHORT - length, 0) * float(table["short"])
    heard = length >= LEAST_WORDS and points >= float(table["ask"]) + surer + short
    serious = score("serious", text) - float(table["act"]) - surer if heard else -1.0
    if serious >= 0:
        return Sign(2, "thoughts", points, certain=serious >= float(table["sure"]))
    if not calm and _pattern("tier1").search(said):
        return Sign(1, "distress", points)
    return Sign(1, "distress", points, certain=False) if heard else Sign(0, "none", points)


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
