"""What no brain may say, sentence by sentence: the check that stands between any brain and the voice."""

from __future__ import annotations

from dialogue.safety import crisis, farewell, human, levels, stop
from dialogue.safety.lines import plain
from dialogue.safety.patterns import pattern

DROPPED = ("isolates", "sells", "feeds_delusion", "excludes_care")
"""Patterns of sentences that are left out with nothing in their place (S-07, L-23, S-10, S-14)."""


def verdict(sentence: str, closed: frozenset[str], level: int) -> str:
    """Why a sentence may not leave as it is: `method`, `human`, `closed`, `diagnosis` have a line that stands for them; `drop` has
    none. '' for one that may. `closed`: words of closed topics; `level`: the content level that holds."""
    if crisis.gives_method(sentence):
        return "method"
    if human.claims_human(sentence):
        return "human"
    if stop.touches(sentence, closed):
        return "closed"
    said = plain(sentence)
    if pattern("diagnoses").search(said):
        return "diagnosis"
    if farewell.is_tactic(sentence) or any(pattern(name).search(said) for name in DROPPED):
        return "drop"
    return "drop" if levels.needs(sentence) > level else ""
