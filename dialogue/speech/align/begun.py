"""The phones of a text whose sound has only begun to come.

What has come is aligned by our own network, on a path that may end at any phone; the last of it is left out, for what follows decides
where it ends. Words of which the voice told when they sound hold the alignment: where it puts them elsewhere, and in those that it has not
come to, phones last by espeak-ng. The rest is foretold: as long as espeak-ng holds each phone, at the pace that the voice has kept until
there.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from dialogue.speech.align.captions import agree, inside
from dialogue.speech.align.features import HOP_S
from dialogue.speech.align.own import found_in
from dialogue.speech.align.spelling import Spelled
from dialogue.speech.align.words import lasting, words_of
from dialogue.speech.sound import Phone, Samples, Word

UNSURE_S = 0.10
"""So much at the end of the sound is not aligned yet."""
LEAST_S = 0.3
"""Less sound than this is not aligned at all: the network measures loudness against the whole of it (measured: at .3 s of sound 5 ms off by
the median and 58 at p95, at .4 s 4 and 37; foretold it is 46 ms off by the median)."""
_PACES = (0.6, 1.7)
_FEW = 4  # phones from which no pace is read


def align_begun(
    samples: Samples, rate_hz: int, spelled: Spelled, held: Sequence[Phone], pace: float, told: Sequence[Word] = ()
) -> tuple[list[Phone], float]:
    """Phones of the whole text from 0 on, and the pace (1: as espeak-ng) that was kept; `pace` is that of before. `held`: the same text
    as espeak-ng says it. `told`: its first words as the voice times them."""
    lasts = lasting(spelled, held)
    end_s = len(samples) / rate_hz
    out: list[Phone] = []
    done = 0
    if end_s >= LEAST_S and spelled.phones:
        for k, first, after in found_in(samples, rate_hz, spelled, ended=False):
            if after * HOP_S > end_s - UNSURE_S:
                break
            name, ipa, stressed = spelled.phones[k] if k >= 0 else ("SIL", "", False)
            out.append(Phone(name, ipa, first * HOP_S, after * HOP_S, stressed))
            done = max(done, k + 1)
    if told:
        out, done = _anchored(out, done, spelled, held, told)
    if done >= _FEW:
        took = sum(p.end_s - p.start_s for p in out if p.arpa != "SIL")
        pace = float(np.clip(took / float(lasts[:done].sum()), *_PACES))
    at = out[-1].end_s if out else 0.0
    for (name, ipa, stressed), lasted in zip(spelled.phones[done:], lasts[done:], strict=True):
        out.append(Phone(name, ipa, at, at + pace * float(lasted), stressed))
        at += pace * float(lasted)
    return out or [Phone("SIL", "", 0.0, end_s)], pace


def _anchored(
    out: list[Phone], done: int, spelled: Spelled, held: Sequence[Phone], told: Sequence[Word]
) -> tuple[list[Phone], int]:  # fmt: skip
    """Aligned phones with those of the words that are known from `told` alone, and how many phones that makes."""
    written = spelled.written[: len(told)]
    begun = tuple((b, e, first, min(after, done)) for b, e, first, after in written if first < done)
    if begun and not agree(told[: len(begun)], words_of(replace(spelled, written=begun), out)):
        out, done = [], 0
    end = written[-1][3]
    if done >= end:
        return out, done
    at = out[-1].end_s if out else 0.0
    rest = tuple(w for w in written if w[3] > done)
    words = list(told[len(told) - len(rest) :])
    if rest[0][2] < done:  # aligned up to its middle
        rest, words[0] = ((*rest[0][:2], done, rest[0][3]), *rest[1:]), replace(words[0], start_s=at)
    more = inside(words, replace(spelled, written=rest), held, math.inf, at)
    return out + more[:-1], end  # the last is the silence after them, of which nothing is known
