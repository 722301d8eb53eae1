"""The people in the user's life: she is glad about them, and never sets herself against them (S-07)."""

from __future__ import annotations

import re

from dialogue.brain.base import Request
from dialogue.brain.reading import Reading
from dialogue.brain.state import TalkState
from dialogue.data import asset_json
from dialogue.safety.lines import plain
from dialogue.safety.table import sounds_like

EVERY = 6
"""Turns between two such lines."""
LEAST_WORDS = 6
"""A shorter mention without a feeling is left to the talk."""


def note_on_people(request: Request, reading: Reading, state: TalkState) -> str:
    """A line for a message about somebody near to the user, '' where it tells of none, of a loss, or came a moment ago."""
    table, said = asset_json("mind/talk.json")["people"], plain(reading.text)
    who = re.search(table["who"], said)
    if state.turn - state.people < EVERY or reading.event:
        return ""
    if who is None and not (reading.mood in ("good", "bad") and sounds_like("tie", reading.text, alone=True)):
        return ""
    if re.search(table["against"], said):
        kind = "compare"
    elif reading.mood == "bad" or re.search(table["strained"], said):
        kind = "mixed"
    elif reading.mood == "good" or len(said.split()) >= LEAST_WORDS:
        kind = "good"
    else:
        return ""
    state.people = state.turn
    if who is None:  # a name, a "she" or a "they" that no list knows
        return state.pick(table["unnamed"]["good" if kind == "good" else "mixed"], request.rng)
    return state.pick(table[kind], request.rng).replace("{p}", who[0])
