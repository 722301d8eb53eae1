"""Where a server tells when each word sounds: its words brought onto ours, and phones inside them by how long espeak-ng holds them.

A server counts signs as words and writes numbers its own way, so words are matched by their letters, and what stays unmatched shares
the time between its neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import pairwise

import numpy as np

from dialogue.speech.align.spelling import Spelled
from dialogue.speech.align.words import lasting
from dialogue.speech.sound import Phone, Word

Caption = tuple[str, float, float]
"""A word as the server writes it, its start and its end in seconds."""
FAR_S = 0.15
"""Aligned words that begin, by their median, further than this from where the server says, were not found."""
_MANY = 0.25  # a quarter of them further than twice that: not found either
_LEAST_S = 0.02
_AHEAD_S = 1.0  # so far a word may last beyond the sound that has come
_LETTERS = re.compile(r"[\W_]+")


def placed(captions: Sequence[Caption], text: str, spelled: Spelled, end_s: float) -> tuple[Word, ...]:
    """Our written words with the server's times, in order and inside 0..end_s; empty where too few are the same to tell."""
    theirs = [(_LETTERS.sub("", word).lower(), start, end) for word, start, end in captions]
    theirs = [(word, min(max(start, 0.0), end_s), min(end, end_s)) for word, start, end in theirs if word and start < min(end, end_s)]
    ours = [_LETTERS.sub("", text[begin:end]).lower() for begin, end, _, _ in spelled.written]
    blocks = SequenceMatcher(None, ours, [word for word, _, _ in theirs], autojunk=False).get_matching_blocks()
    pairs = {block.a + i: block.b + i for block in blocks for i in range(block.size)}
    if 2 * len(pairs) < len(ours) or not pairs or any(b[1] < a[1] for a, b in pairwise(theirs)):
        return ()
    spans: list[tuple[float, float]] = []
    k, last = 0, -1  # number of the last of theirs that is used
    while k < len(ours):
        if k in pairs:
            spans.append(theirs[pairs[k]][1:])
            last, k = pairs[k], k + 1
            continue
        after = next((j for j in range(k, len(ours)) if j in pairs), len(ours))
        until = pairs[after] if after < len(ours) else len(theirs)
        between = theirs[last + 1 : until]
        begin = between[0][1] if between else (theirs[last][2] if last >= 0 else 0.0)
        stop = between[-1][2] if between else (theirs[until][1] if until < len(theirs) else end_s)
        shares = np.cumsum([0, *(b - a for _, _, a, b in spelled.written[k:after])], dtype=float)
        edges = begin + max(stop - begin, 0.0) * shares / shares[-1]
        spans += [(float(a), float(b)) for a, b in pairwise(edges)]
        last, k = until - 1, after
    return tuple(Word(w[0], w[1], a, max(b, a)) for w, (a, b) in zip(spelled.written, spans, strict=True))


def placed_begun(captions: Sequence[Caption], text: str, spelled: Spelled, end_s: float) -> tuple[Word, ...]:
    """`placed` for the first words of a text of whose sound only `end_s` has come: as many as were told and have begun to sound."""
    come = [caption for caption in captions if caption[1] < end_s]
    theirs = [word for word in (_LETTERS.sub("", word).lower() for word, _, _ in come) if word]
    # no further than there are words: the same word may stand again in what was not told yet
    ours = [_LETTERS.sub("", text[begin:end]).lower() for begin, end, _, _ in spelled.written[: len(theirs)]]
    blocks = SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks()
    count = max((block.a + block.size for block in blocks if block.size), default=0)
    return placed(come, text, replace(spelled, written=spelled.written[:count]), end_s + _AHEAD_S)


def agree(words: Sequence[Word], aligned: Sequence[Word]) -> bool:
    """Whether an alignment found the words where the server says they are."""
    starts = {word.start: word.start_s for word in aligned}
    off = [abs(word.start_s - starts[word.start]) for word in words if word.start in starts]
    return len(off) == len(words) and float(np.median(off)) <= FAR_S and float(np.mean(np.array(off) > 2 * FAR_S)) <= _MANY


def inside(words: Sequence[Word], spelled: Spelled, held: Sequence[Phone], end_s: float, begin_s: float = 0.0) -> list[Phone]:
    """Phones over `begin_s`..`end_s`: each word's in its own time, shared out as espeak-ng's own (`held`, of the same text) are."""
    lasts = lasting(spelled, held)
    out: list[Phone] = []
    at = begin_s
    for word, (_, _, first, after) in zip(words, spelled.written, strict=True):
        begin = max(word.start_s, at)
        if begin - at < _LEAST_S:
            begin = at
        else:
            out.append(Phone("SIL", "", at, begin))
        stop = min(max(word.end_s, begin + _LEAST_S * (after - first)), end_s)
        shares = np.cumsum([0.0, *lasts[first:after]])
        edges = begin + (stop - begin) * shares / shares[-1]
        out += [
            Phone(*spelled.phones[first + i][:2], float(a), float(b), spelled.phones[first + i][2])
            for i, (a, b) in enumerate(pairwise(edges))
        ]
        at = stop
    if at < end_s:
        out.append(Phone("SIL", "", at, end_s))
    return [p for p in out if p.end_s > p.start_s]
