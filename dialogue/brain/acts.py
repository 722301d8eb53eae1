"""What kind of move a message is: a dialogue act, the feeling word in it, and what it means to her."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from dialogue.affect.user import polarity
from dialogue.brain.words import straight, tokens
from dialogue.data import asset_json

GOOD, BAD = 0.35, -0.35
"""From these polarities on, something told counts as good or bad news (design values)."""
SHORT_WORDS = 3
_OWN = re.compile(r"\b(?:i|i'm|i've|i'd|i'll|im|me|my|mine|we|we're|we've|our|us)\b")
_INTENSE = (
    r"(?:(?:so|very|really|a bit|a little|pretty|quite|too|just|still|kind of|kinda|completely|totally|"
    r"always|also|extremely|super|feeling|been|more|much|rather|how|that|all|such|somewhat|honestly|"
    r"constantly)\s+)*"
)


@dataclass(frozen=True, slots=True)
class Act:
    """name: one of assets/mind/acts.json, or `tell`, `short`, `question`. appraised: what it is to her feelings."""

    name: str
    appraised: str


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, re.compile(pattern)) for name, pattern in asset_json("mind/acts.json")["patterns"])


@cache
def _feeling_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    table = asset_json("mind/talk.json")["feelings"]
    lead = r"\b(?:i'm|i am|im|i feel|i felt|i've been|i have been|i was|i get|i got|makes? me|made me|feeling|me feel)\s+"
    return tuple(
        (name, re.compile(rf"{lead}(?P<no>not |never |no longer |less )?{_INTENSE}(?:{'|'.join(row['words'])})\b"))
        for name, row in table.items()
    )


def read_act(text: str) -> Act:
    """The dialogue act of a message."""
    said = straight(text).lower().strip()
    name = next((n for n, pattern in _patterns() if pattern.search(said)), "")
    if not name:
        name = "question" if said.endswith("?") else "short" if len(tokens(said)) <= SHORT_WORDS else "tell"
    known: str | None = asset_json("mind/acts.json")["appraised"].get(name)
    if known:
        return Act(name, known)
    value = polarity(text)
    if name in ("tell", "short") and (_OWN.search(said) or abs(value) > 0.6):
        if value >= GOOD:
            return Act(name, "good_news")
        if value <= BAD or read_feeling(text) in ("sad", "tired", "stressed", "anxious", "lonely", "angry", "guilty", "sick"):
            return Act(name, "bad_news")
    return Act(name, "asks" if name == "question" else "tells")


def read_feeling(text: str) -> str | None:
    """The kind of feeling the user names (a key of `feelings` in assets/mind/talk.json), or None. `Not happy` is sad, other
    denied feelings are none."""
    said = straight(text).lower()
    for name, pattern in _feeling_patterns():
        found = pattern.search(said)
        if found:
            if found["no"]:
                return "sad" if name in ("happy", "excited") else None
            return name
    return None


@cache
def _happened_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, re.compile(row["pattern"])) for name, row in asset_json("mind/talk.json")["happened"].items())


def read_event(text: str) -> str | None:
    """What happened, as far as it asks for words of its own (a key of `happened` in assets/mind/talk.json), or None."""
    said = straight(text).lower()
    return next((name for name, pattern in _happened_patterns() if pattern.search(said)), None)
