"""How soon it is heard that somebody fell silent: by loudness, before the detector of speech is sure.

A neural detector follows the end of words by 120 to 210 ms (measured); the sound itself is gone at once. Loudness alone would take
every closed p, t and k for a pause; with a detector that has begun to doubt, one or two in ten seconds of speech are (measured on 30
sentences of three voices, at 50 to 18 dB over the noise).
"""

from __future__ import annotations

from collections import deque

import numpy as np

from dialogue.speech.sound import Samples

QUIET_S = 0.064
"""So long without sound is a pause, where the detector does not object."""
DOUBT = 0.8
"""Likelihood of speech under which the detector has begun to doubt."""
_BLOCK = 128  # samples: 8 ms
_BLOCK_S = 0.008
_UNDER_DB = 32.0  # under the loudest frame of the words
_OVER_DB = 4.0  # over the noise from before the words
_AT_LEAST_DB = 15.0  # whatever the noise, so much under the loudest


class Quiet:
    """Feed it frames float32[512] at 16 kHz: `before` words, then `within` them."""

    def __init__(self) -> None:
        self._noise: deque[float] = deque(maxlen=40)
        self._loudest = self._run = 0.0

    def before(self, frame: Samples) -> None:
        """A frame in which nobody speaks."""
        self._noise.extend(_levels(frame))
        self._loudest, self._run = -100.0, 0.0

    def within(self, frame: Samples, likely: float) -> bool:
        """Whether the words have paused by the end of this frame; `likely`: the detector's word on it."""
        levels = _levels(frame)
        self._loudest = max(self._loudest, float(10 * np.log10(np.mean(10 ** (levels / 10)))))
        noise = float(np.median(self._noise)) if self._noise else -100.0
        bound = min(max(self._loudest - _UNDER_DB, noise + _OVER_DB), self._loudest - _AT_LEAST_DB)
        for level in levels:
            self._run = self._run + _BLOCK_S if level < bound else 0.0
        return self._run >= QUIET_S - 1e-9 and likely < DOUBT


def _levels(frame: Samples) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """dBFS of each eight thousandths of a second."""
    power = np.mean(np.square(frame.reshape(-1, _BLOCK), dtype=np.float64), axis=1)
    return np.asarray(10 * np.log10(power + 1e-10))
