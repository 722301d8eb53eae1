"""All voices equally loud, no click at either end, and a pause of our own after each sentence."""

from __future__ import annotations

import numpy as np

from dialogue.speech.sound import Phone, Prosody, Samples

LEVEL_RMS = 0.085
"""-21 dBFS over what sounds."""
PEAK = 0.92
PAUSE_S = 0.22
"""Silence kept after a sentence, before prosody."""
EDGE_S = 0.003
_SILENT = 0.004  # of full scale; relative to the loudest where a voice is faint


def finish(samples: Samples, rate_hz: int, prosody: Prosody) -> Samples:
    """`samples` levelled, faded at the edges in 3 ms, and one pause at the end."""
    floor = _SILENT * min(1.0, float(np.abs(samples).max(initial=0.0)) / 0.3)
    loud = np.flatnonzero(np.abs(samples) > floor)
    if not len(loud):
        return samples
    spoken = samples[: loud[-1] + 1]
    pause = np.zeros(int(PAUSE_S * (1 + prosody.pause_pct / 100) * rate_hz), np.float32)
    # in double precision: single sums differ in the last bit with where memory lies, and a take must repeat
    voiced = spoken[np.abs(spoken) > floor].astype(np.float64)
    gain = LEVEL_RMS / float(np.sqrt(np.mean(voiced**2))) * 10 ** (prosody.gain_db / 20)
    gain = min(gain, PEAK / float(np.abs(spoken).max()))
    out = np.concatenate([spoken * np.float32(gain), pause])
    edge = min(int(EDGE_S * rate_hz), len(spoken) // 2)
    ramp = np.linspace(0, 1, edge, dtype=np.float32)
    out[:edge] *= ramp
    out[len(spoken) - edge : len(spoken)] *= ramp[::-1]
    return out


def closed(phones: tuple[Phone, ...], end_s: float) -> tuple[Phone, ...]:
    """Phones of a sound that was given its pause: the last one ends with silence at `end_s`."""
    last = phones[-1]
    if last.arpa == "SIL":
        return (*phones[:-1], Phone("SIL", last.ipa, last.start_s, end_s))
    tail = min(last.end_s, max(end_s - PAUSE_S * 0.9, last.start_s + 0.03))
    return (*phones[:-1], Phone(last.arpa, last.ipa, last.start_s, tail, last.stressed), Phone("SIL", "", tail, end_s))
