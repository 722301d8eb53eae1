"""The best way through a known row of phones (Viterbi 1967)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dialogue.speech.align.features import Array
from dialogue.speech.align.network import INDEX

LEAST = 3
"""Frames that a phone lasts at least where there are enough of them, 2 where not; silences may be left out altogether."""
_FEWEST = 2
_NEVER = np.float32(-1e9)
_PAUSE_COST = np.float32(2.0)  # of a silence between words against none, in units of the scores


def best_path(scores: Array, phones: Sequence[str], pauses: Sequence[bool], *, ended: bool = True) -> list[tuple[int, int, int]]:
    """`scores` (frames, 40); `pauses[k]`: silence may stand before phone k, and `pauses[len(phones)]` after the last. Without `ended` the
    frames may be those of the first phones only.

    Returns (number of the phone or -1 for silence, first frame, frame after the last) covering all frames; empty when the phones
    do not fit into so few frames."""
    return _path(scores, phones, pauses, ended, LEAST) or _path(scores, phones, pauses, ended, _FEWEST)


def _path(scores: Array, phones: Sequence[str], pauses: Sequence[bool], ended: bool, least: int) -> list[tuple[int, int, int]]:
    frames = len(scores)
    columns: list[int] = []  # which score each state reads
    owner: list[int] = []
    optional: list[bool] = []
    for k in range(len(phones) + 1):
        if pauses[k]:
            columns.append(INDEX["SIL"])
            owner.append(-1)
            optional.append(True)
        if k < len(phones):
            columns += [INDEX[phones[k]]] * least
            owner += [k] * least
            optional += [False] * least
    states = len(columns)
    if not states or not frames or (ended and frames < sum(not o for o in optional)):
        return []
    emit = scores[:, columns]
    own = np.array(owner)
    skip = np.array(optional)
    # From where a state may be entered: itself (the last of a phone's states, and silence), the one before, the one before a silence.
    stay = np.append(own[1:] != own[:-1], True)
    over = np.zeros(states, bool)
    over[2:] = skip[1:-1]
    stay_cost = np.where(stay, np.float32(0), _NEVER)
    over_cost = np.where(over, np.float32(0), _NEVER)
    enter = np.where(skip, -_PAUSE_COST, np.float32(0))
    enter[[0, -1]] = 0
    best = np.full(states, _NEVER, np.float32)
    best[0] = emit[0, 0]
    if skip[0] and states > 1:
        best[1] = emit[0, 1]
    back = np.zeros((frames, states), np.int8)
    options = np.empty((3, states), np.float32)
    for t in range(1, frames):
        np.add(best, stay_cost, out=options[0])
        options[1, 0] = options[2, :2] = _NEVER
        np.add(best[:-1], enter[1:], out=options[1, 1:])
        np.add(best[:-2], over_cost[2:], out=options[2, 2:])
        back[t] = options.argmax(0)
        np.add(options.max(0), emit[t], out=best)
    state = states - 1
    if skip[-1] and states > 1 and best[-2] > best[-1]:
        state = states - 2
    if not ended:
        state = int(best.argmax())
    path = np.empty(frames, np.intp)
    for t in range(frames - 1, -1, -1):
        path[t] = state
        state -= int(back[t, state])
    if state < 0 or best.max() <= _NEVER / 2:
        return []
    who = own[path]
    # neighbouring phones may be alike: a phone begins where its first state is entered
    begins = np.flatnonzero(np.append(True, (who[1:] != who[:-1])))
    ends = np.append(begins[1:], frames)
    return [(int(who[b]), int(b), int(e)) for b, e in zip(begins, ends, strict=True)]
