"""The feeling of one sentence of hers: the brain's tag, unless the words say plainly otherwise."""

from __future__ import annotations

from dialogue.affect.tables import pads
from dialogue.affect.user import polarity

PLAIN = 0.6
"""From this polarity on, words count as plain (design value)."""


def settle(tag: tuple[str, float] | None, words: str, user_valence: float) -> tuple[str, float] | None:
    """The feeling to show. The tag wins unless the words are strongly of the other sign; without a tag strong words speak for
    themselves. A sad user gets care instead of cheer or gloom."""
    value = polarity(words)
    pleasure = pads()[tag[0]][0] if tag else 0.0
    if tag and not (abs(value) > PLAIN and pleasure * value < 0):
        return tag
    if value > PLAIN:
        return ("caring", 0.5) if user_valence < -0.3 else ("joy", 0.5)
    if value < -PLAIN:
        return ("caring", 0.5) if user_valence < 0 else ("sad", 0.4)
    return None
