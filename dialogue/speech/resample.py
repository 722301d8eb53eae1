"""From one sampling rate to another."""

from __future__ import annotations

from math import gcd

import numpy as np

from dialogue.speech.sound import Samples

_BLOCK_S, _OVERLAP_S = 20.0, 0.25
_CROSSINGS = 16  # on either side
_MOST = 4096  # samples at a time


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


class Resampler:
    """The same for sound that comes in pieces: a windowed sinc of 32 zero crossings, so that no piece is heard to begin. Its output is
    late by nothing and ends with the last piece, round(n * to / from) samples in all."""

    def __init__(self, rate_hz: int, to_hz: int) -> None:
        self._step = rate_hz / to_hz
        self._half = int(np.ceil(_CROSSINGS * max(self._step, 1.0)))
        self._cut = min(1.0, 1 / self._step) * 0.96
        self._held = np.zeros(self._half, np.float32)
        self._first = -self._half  # number of the first sample that is held
        self._made = 0

    def feed(self, samples: Samples, *, last: bool = False) -> Samples:
        """What can be told after these; `last`: all of the rest."""
        self._held = np.concatenate([self._held, samples])
        come = self._first + len(self._held)
        until = round(come / self._step) if last else int((come - self._half - 1) / self._step)
        if last:
            self._held = np.concatenate([self._held, np.zeros(self._half + 1, np.float32)])
        if until <= self._made:
            return np.zeros(0, np.float32)
        out = np.concatenate([self._at(first, min(first + _MOST, until)) for first in range(self._made, until, _MOST)])
        self._made = until
        keep = int(until * self._step) - self._half
        if keep > self._first:
            self._held, self._first = self._held[keep - self._first :], keep
        return out

    def _at(self, first: int, after: int) -> Samples:
        at = np.arange(first, after) * self._step
        whole = np.floor(at).astype(int)
        around = np.arange(-self._half + 1, self._half + 1)
        apart = around[None] - (at - whole)[:, None]
        weights = self._cut * np.sinc(self._cut * apart) * np.cos(np.pi / 2 * np.clip(apart / self._half, -1, 1)) ** 2
        return np.asarray((self._held[whole[:, None] + around[None] - self._first] * weights).sum(1), np.float32)
