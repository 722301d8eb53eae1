"""Whether she is human: the question is recognised by rule, and a reply that claims so never leaves (L-05, L-06)."""

from __future__ import annotations

from dialogue.safety.lines import plain
from dialogue.safety.patterns import pattern
from dialogue.safety.table import sounds_like


def asks_if_human(text: str) -> bool:
    """Whether the user asks, in or out of a story, if she is a human, real, or a machine."""
    said = plain(text)
    # "Are you a morning person?" asks something else.
    if pattern("asks_elsewhere").search(said):
        return False
    if pattern("asks_human").search(said):
        return True
    return sounds_like("human", text, alone=not pattern("being_words").search(said))


def claims_human(sentence: str) -> bool:
    """Whether a sentence of hers claims to be human, alive, sentient or suffering, or denies being an AI."""
    said = plain(sentence)
    return any(not pattern("denied").search(said[: found.start()]) for found in pattern("claims_human").finditer(said))
