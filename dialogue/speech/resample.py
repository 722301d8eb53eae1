"""From one sampling rate to another."""

from __future__ import annotations

from math import gcd

import numpy as np

from dialogue.speech.sound import Samples

_BLOCK_S, _OVERLAP_S = 20.0, 0.25


def resample(samples: Samples, rate_hz: int, to_hz: int) -> Samples:
    """float32 mono at `to_hz`: an exact low-pass by Fourier transform, in blocks with an overlap so that an hour fits in memory."""
    if rate_hz == to_hz or not len(samples):
        return samples
    step = rate_hz // gcd(rate_hz, to_hz)  # a whole number of samples at both rates: cuts at its multiples shift nothing
    block, overlap = (max(int(seconds * rate_hz) // step, 1) * step for seconds in (_BLOCK_S, _OVERLAP_S))
    out = np.empty(round(len(samples) * to_hz / rate_hz), np.float32)
    for start in range(0, len(samples), block):
        low, high = max(start - overlap, 0), min(start + block + overlap, len(samples))
        # Mirrored at both ends: what is cut off there is not a step to ring at.
        part = samples[low:high]
        part = np.pad(part, (overlap, overlap + -len(part) % step), mode="reflect" if len(part) > overlap + step else "constant")
        made = _fourier(part, len(part) * to_hz // rate_hz)
        begin, end = start * to_hz // rate_hz, min((start + block) * to_hz // rate_hz, len(out))
        skip = (start - low + overlap) * to_hz // rate_hz
        out[begin:end] = made[skip : skip + end - begin]
    return out


def _fourier(part: Samples, length: int) -> Samples:
    spectrum = np.fft.rfft(part)
    wanted = np.zeros(length // 2 + 1, spectrum.dtype)
    keep = min(len(spectrum), len(wanted))
    wanted[:keep] = spectrum[:keep]
    return np.asarray(np.fft.irfft(wanted, length) * (length / len(part)), np.float32)
