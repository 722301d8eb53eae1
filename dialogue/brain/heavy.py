"""What weighs on the user: a loss, grief, worry, sadness or betrayal that was told in this turn or one of the last few.

While it is open she only stays with it: no other subject, no light line, no view of her own, and no echo of the words.
"""

from __future__ import annotations

import re

from dialogue.brain.base import Request
from dialogue.brain.reading import Reading
from dialogue.brain.state import TalkState
from dialogue.data import asset_json

OPEN_TURNS, REOPEN_TURNS = 3, 12
EVENTS = frozenset(("loss", "betrayal", "illness", "missing", "grief", "breakup", "tears", "fear"))
FEELINGS = frozenset(("sad", "lonely", "anxious"))
_OTHERS = re.compile(r"\b(?:he|she|him|her|his|hers)\b", re.I)
BRIGHT = frozenset(("happy", "excited", "proud"))


def weighs(request: Request, reading: Reading) -> str:
    """What this message puts on the table (a key of `happened` or `feelings`), or ''."""
    if reading.event in EVENTS:
        return str(reading.event)
    if reading.feeling in FEELINGS:
        return str(reading.feeling)
    return "anxious" if any(f.kind == "worry" for f in request.learned.new) else ""


def note(request: Request, reading: Reading, state: TalkState) -> None:
    """Remember what weighs; good news of the user closes it."""
    told = weighs(request, reading)
    if told:
        # Sadness about a loss is still the loss.
        kept = is_open(state) and told in FEELINGS and state.heavy[0] in EVENTS
        state.heavy = (state.heavy[0] if kept else told, state.turn)
        state.heavy_about = _about(request, reading) or (state.heavy_about if kept else "")
    elif state.turn - state.heavy[1] <= REOPEN_TURNS and state.heavy[0] in EVENTS and _OTHERS.search(reading.text):
        state.heavy = (state.heavy[0], state.turn)  # still speaking of him or her
    elif reading.event in ("win", "glad") or (reading.feeling in BRIGHT and reading.mood == "good"):
        state.heavy = ("", -100)


def is_open(state: TalkState) -> bool:
    """Whether something heavy was told in this turn or the last few."""
    return bool(state.heavy[0]) and state.turn - state.heavy[1] <= OPEN_TURNS


def _about(request: Request, reading: Reading) -> str:
    """Who it is about: a name, `your wife`, or ''."""
    said = reading.text.lower().split()
    for fact in reversed(list(request.facts)):
        if fact.kind in ("person", "pet") and any(w.strip(".,!?'") in (fact.value, fact.name.lower()) for w in said):
            return fact.name or f"your {fact.value}"
    last = [f for f in request.facts if f.kind in ("person", "pet")][-1:] if _OTHERS.search(reading.text) else []
    return last[0].name or f"your {last[0].value}" if last else ""


def words_for(state: TalkState, reading: Reading) -> tuple[list[str], str]:
    """What to say to it first, and with which feeling."""
    talk = asset_json("mind/talk.json")
    if reading.event not in EVENTS and reading.feeling not in FEELINGS:
        return [*talk["stay"], *talk["comfort"]], "caring"
    key = reading.event if reading.event in EVENTS else str(reading.feeling)
    row = talk["happened"].get(key) or talk["feelings"][key]
    return list(row["lines"]), str(row["label"])


def questions_for(state: TalkState) -> list[str]:
    """Open questions about that very thing."""
    talk = asset_json("mind/talk.json")
    row = talk["happened"].get(state.heavy[0]) or talk["feelings"][state.heavy[0]]
    about = list(row.get("who", ())) if state.heavy_about else []
    return [*about, *row["questions"], *talk["stay_ask"]]
