"""From phones back to the words of the text, as they are written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher

import numpy as np
from numpy.typing import NDArray

from dialogue.speech.align.spelling import Spelled
from dialogue.speech.sound import Phone, Word

_HELD_S = 0.08  # of a phone that espeak-ng does not name


def lasting(spelled: Spelled, held: Sequence[Phone]) -> NDArray[np.float64]:
    """Seconds for which espeak-ng holds each phone; `held`: the same text as it says it."""
    lasts = np.full(len(spelled.phones), _HELD_S)
    known = [p for p in held if p.arpa != "SIL"]
    names = [name for name, _, _ in spelled.phones]
    for block in SequenceMatcher(None, names, [p.arpa for p in known], autojunk=False).get_matching_blocks():
        for i in range(block.size):
            lasts[block.a + i] = known[block.b + i].end_s - known[block.b + i].start_s
    return lasts


def words_of(spelled: Spelled, phones: Sequence[Phone]) -> tuple[Word, ...]:
    """Written words with the time in which they sound; `phones` as aligned to `spelled`."""
    voiced = [p for p in phones if p.arpa != "SIL"]
    return tuple(
        Word(begin, end, voiced[first].start_s, voiced[after - 1].end_s)
        for begin, end, first, after in spelled.written
        if after <= len(voiced)
    )


def matched(phones: Sequence[Phone], spelled: Spelled) -> tuple[list[Phone], Spelled]:
    """For an engine that spells in its own way: its phones with the stress that `spelled` marks, and `spelled` with its words counted
    in the engine's phones."""
    ours = [name for name, _, _ in spelled.phones]
    theirs = [k for k, p in enumerate(phones) if p.arpa != "SIL"]
    blocks = SequenceMatcher(None, ours, [phones[k].arpa for k in theirs], autojunk=False).get_matching_blocks()
    pairs = [(block.a + i, block.b + i) for block in blocks for i in range(block.size)]
    knots = np.array([(-1, -1), *pairs, (len(ours), len(theirs))])
    cuts = [int(c) for c in np.rint(np.interp(np.arange(len(ours) + 1), knots[:, 0], knots[:, 1]))]
    written = tuple((b, e, max(cuts[f], 0), cuts[a]) for b, e, f, a in spelled.written if cuts[a] > max(cuts[f], 0))
    out = list(phones)
    for k, (_, _, stressed) in enumerate(spelled.phones):
        if stressed and 0 <= cuts[k] < len(theirs):
            out[theirs[cuts[k]]] = replace(out[theirs[cuts[k]]], stressed=True)
    return out, replace(spelled, written=written)
