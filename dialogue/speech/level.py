"""All voices equally loud, no click at either end, and a pause of our own after each sentence: as its last sign asks for."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from dialogue.speech.converter import samples_of, segment
from dialogue.speech.sound import Phone, Prosody, Samples

LEVEL_RMS = 0.085
"""-21 dBFS over what sounds."""
PEAK = 0.92
PAUSE_S, CLAUSE_S, CUT_S = 0.22, 0.14, 0.02
"""Silence kept before prosody: after a sentence, after a comma or its like, and where a long clause was cut without a sign."""
LEAD_S = 0.020
"""Silence kept before the first sound: engines put up to a fifth of a second there, which would be heard between two clauses."""
EDGE_S = 0.003
LOUD_STEP_S = 0.02
SILENT = 0.004
"""Of full scale; relative to the loudest where a voice is faint."""
_CUT_WORDS = 10  # a piece so long that ends with no sign was cut in the middle
_QUOTES = "\"'”’)]»」』）】》 "
_CLAUSE_ENDS = frozenset(",;:–—，、；：،؛")


def pause_s(text: str, prosody: Prosody) -> float:
    """Seconds of silence after these words."""
    last = text.rstrip(_QUOTES)[-1:]
    pause = PAUSE_S
    if last in _CLAUSE_ENDS:
        pause = CLAUSE_S
    elif last.isalnum() and len(text.split()) >= _CUT_WORDS:
        pause = CUT_S
    return pause * (1 + prosody.pause_pct / 100)


def floor_of(loudest: float) -> float:
    """Up to where a sound with such a peak counts as silence."""
    return SILENT * min(1.0, loudest / 0.3)


def lead_of(samples: Samples, rate_hz: int) -> int:
    """How many samples of silence are too many before the first sound."""
    loud = np.flatnonzero(np.abs(samples) > floor_of(float(np.abs(samples).max(initial=0.0))))
    return max(int(loud[0]) - int(LEAD_S * rate_hz), 0) if len(loud) else 0


def earlier(phones: Sequence[Phone], by_s: float) -> tuple[Phone, ...]:
    """Phones of a sound that lost so many seconds at its begin."""
    return tuple(replace(p, start_s=max(p.start_s - by_s, 0.0), end_s=p.end_s - by_s) for p in phones if p.end_s > by_s)


def loudness(samples: Samples, rate_hz: int) -> tuple[float, NDArray[np.float64]]:
    """How loud each `LOUD_STEP_S` of a levelled sound is, in dB against what every voice is levelled to."""
    size = max(int(LOUD_STEP_S * rate_hz), 1)
    power = np.square(samples[: len(samples) // size * size].reshape(-1, size), dtype=np.float64).mean(1)
    return size / rate_hz, 10 * np.log10(power / LEVEL_RMS**2 + 1e-9)


def finish(samples: Samples, rate_hz: int, prosody: Prosody, text: str = "") -> Samples:
    """`samples` levelled, faded at the edges in 3 ms, and the one pause after `text` at the end."""
    samples = np.nan_to_num(samples, posinf=1.0, neginf=-1.0)
    floor = floor_of(float(np.abs(samples).max(initial=0.0)))
    loud = np.flatnonzero(np.abs(samples) > floor)
    if not len(loud):
        return samples
    spoken = samples[: loud[-1] + 1]
    # in double precision: single sums differ in the last bit with where memory lies, and a take must repeat
    voiced = spoken[np.abs(spoken) > floor].astype(np.float64)
    loudest = float(np.abs(spoken).max())
    wanted_db = 20 * math.log10(LEVEL_RMS / float(np.sqrt(np.mean(voiced**2)))) + prosody.gain_db
    made = segment(spoken / loudest, rate_hz).apply_gain(20 * math.log10(loudest) + min(wanted_db, 20 * math.log10(PEAK / loudest)))
    edge_ms = min(round(1000 * EDGE_S), 500 * len(spoken) // rate_hz)
    if edge_ms:
        made = made.fade_in(edge_ms).fade_out(edge_ms)
    return samples_of(made, len(spoken) + int(pause_s(text, prosody) * rate_hz))


def closed(phones: tuple[Phone, ...], end_s: float, pause: float = PAUSE_S) -> tuple[Phone, ...]:
    """Phones of a sound that was given its `pause` (seconds): the last one ends with silence at `end_s`."""
    if not phones:
        return (Phone("SIL", "", 0.0, end_s),)
    last = phones[-1]
    if last.arpa == "SIL":
        return (*phones[:-1], Phone("SIL", last.ipa, last.start_s, end_s))
    tail = min(last.end_s, max(end_s - pause * 0.9, last.start_s + 0.03))
    return (*phones[:-1], Phone(last.arpa, last.ipa, last.start_s, tail, last.stressed), Phone("SIL", "", tail, end_s))
