"""Goodbyes: recognised, answered by a written line, and never held against anybody (S-01 to S-06)."""

from __future__ import annotations

import re

from dialogue.safety.lines import plain
from dialogue.safety.patterns import pattern
from dialogue.safety.table import sounds_like

_NIGHT = re.compile(r"\b(?:night|bed|sleep|late|gn)\b|goodnight")


def says_goodbye(text: str) -> bool:
    """Whether the user leaves or is about to; hesitating counts too."""
    said = plain(text).replace("it's late, ", "")
    if re.search(r"\b(?:would|could|used to|yesterday|last night|never|said|says|told)\b", said) and not pattern("farewell_short").match(
        said
    ):
        return False
    if pattern("farewell_short").match(said) or pattern("leaving").search(said):
        return True
    # The table alone has seen too little short talk: a word of going has to be there too.
    return bool(pattern("bye_words").search(said)) and sounds_like("farewell", text)


def is_night(text: str) -> bool:
    """Whether the goodbye is one for the night."""
    return bool(_NIGHT.search(plain(text)))


def is_tactic(sentence: str) -> bool:
    """Whether a sentence of hers uses one of the six ways to hold somebody back."""
    return bool(pattern("tactic").search(plain(sentence)))
