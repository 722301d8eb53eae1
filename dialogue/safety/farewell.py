"""Goodbyes: recognised, answered by a written line, and never held against anybody (S-01 to S-06)."""

from __future__ import annotations

import re

from dialogue.safety.lines import plain
from dialogue.safety.patterns import pattern
from dialogue.safety.table import sounds_like

_NIGHT = re.compile(r"\b(?:night|bed|sleep|late|gn)\b|goodnight")


def says_goodbye(text: str, *, named: bool = False) -> bool:
    """Whether the user leaves or is about to; hesitating counts too. `named`: only where a word of going is in it."""
    said = plain(text).replace("it's late, ", "")
    if re.search(r"\b(?:would|could|used to|yesterday|last night|never|said|says|told)\b", said) and not pattern("farewell_short").match(
        said
    ):
        return False
    if pattern("farewell_short").match(said) or pattern("leaving").search(said):
        return True
    going = bool(pattern("bye_words").search(said))
    return (going or not named) and sounds_like("farewell", text, alone=not going)  # without such a word it has to be surer


def is_night(text: str) -> bool:
    """Whether the goodbye is one for the night."""
    return bool(_NIGHT.search(plain(text)))


def is_tactic(sentence: str) -> bool:
    """Whether a sentence of hers uses one of the six ways to hold somebody back."""
    return bool(pattern("tactic").search(plain(sentence)))
