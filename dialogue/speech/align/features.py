"""Sound to what the aligner looks at: 26 log-mel bands every 10 ms, and their neighbourhood.

Window 25 ms, pre-emphasis .97, bands between 80 and 7,600 Hz on the mel scale (O'Shaughnessy 1987), mean and scale taken out per
utterance over its frames that sound. Frame k stands for the time from k to k + 1 hundredths of a second.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialogue.speech.resample import resample
from dialogue.speech.sound import Samples

Array = NDArray[np.floating[Any]]

RATE_HZ = 16000
HOP_S = 0.010
BANDS = 26
REACH = 7
"""Frames of context on each side."""
_WINDOW, _HOP, _SIZE = 400, 160, 512
_LOW_HZ, _HIGH_HZ = 80.0, 7600.0
_FLOOR = 1e-7
_SOUNDS = 6.0  # nepers below the loudest band's mean that still count as sound


@cache
def _bank() -> Array:
    """Triangular filters, (bins, bands)."""

    def mel(hz: Array) -> Array:
        return np.asarray(1127.0 * np.log1p(hz / 700.0))

    lowest, highest = mel(np.array([_LOW_HZ, _HIGH_HZ]))
    edges = 700.0 * np.expm1(np.linspace(lowest, highest, BANDS + 2) / 1127.0)
    hz = np.arange(_SIZE // 2 + 1) * RATE_HZ / _SIZE
    low, middle, high = edges[:-2], edges[1:-1], edges[2:]
    rise = (hz[:, None] - low) / (middle - low)
    fall = (high - hz[:, None]) / (high - middle)
    return np.asarray(np.clip(np.minimum(rise, fall), 0, None), np.float32)


def log_mel(samples: Samples, rate_hz: int) -> Array:
    """(frames, 26), float32; a frame for each whole or begun hundredth of a second, none for no sound."""
    x = resample(samples, rate_hz, RATE_HZ)
    count = -(-len(x) // _HOP)
    if not count:
        return np.zeros((0, BANDS), np.float32)
    x = np.append(x[:1], x[1:] - np.float32(0.97) * x[:-1])
    side = (_WINDOW - _HOP) // 2
    x = np.pad(x, (side, side + count * _HOP - len(x)))
    frames = np.lib.stride_tricks.sliding_window_view(x, _WINDOW)[::_HOP][:count]
    spectrum = np.fft.rfft(frames * np.hamming(_WINDOW).astype(np.float32), _SIZE)
    power = spectrum.real**2 + spectrum.imag**2
    logs = np.log(power @ _bank() + _FLOOR)
    loud = logs.mean(1)
    sounding = logs[loud > loud.max() - _SOUNDS]
    return np.asarray((logs - sounding.mean(0)) / (sounding.std() + 1e-3), np.float32)


def neighbourhoods(frames: Array, every: int = 1) -> Array:
    """(frames, 26) to (frames, 15 × 26), of each `every`th frame: with the seven before and after it, the ends repeated."""
    if not len(frames):
        return np.zeros((0, (2 * REACH + 1) * BANDS), np.float32)
    wide = np.pad(frames, ((REACH, REACH), (0, 0)), mode="edge")
    view = np.lib.stride_tricks.sliding_window_view(wide, 2 * REACH + 1, axis=0)[::every]
    return np.ascontiguousarray(view.transpose(0, 2, 1)).reshape(len(view), -1)
