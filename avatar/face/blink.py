"""Blinks: log-normal gaps, a fast close and a slow open, some doubles; and a blink when the eyes travel far.

Rates: 17 a minute at rest, 26 in conversation (Bentivoglio 1997); shape 70-100, 20-50, 150-200 ms.
"""

from __future__ import annotations

from math import exp, log
from random import Random

from avatar.units import smooth

REST_PER_MIN, TALK_PER_MIN = 17.0, 26.0
_CLOSE_S, _HOLD_S, _OPEN_S = 0.085, 0.035, 0.175
_LENGTH_S = _CLOSE_S + _HOLD_S + _OPEN_S
_SPREAD = 0.6
_LEAST_GAP_S = 0.7
_DOUBLE = 0.15


class Blinks:
    """`step` gives how far the lids are closed by blinking, 0..1."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._t = 0.0
        self._start = -1.0
        self._next = rng.uniform(0.8, 3.0)
        self.count = 0

    def step(self, dt: float, per_min: float) -> float:
        """`per_min`: the wanted rate now; it acts from the next gap on."""
        self._t += dt
        if self._t >= self._next:
            self._begin(per_min)
        return self.closed

    @property
    def closed(self) -> float:
        """What the last `step` gave."""
        return self._shape(self._t - self._start) if self._start >= 0 else 0.0

    def now(self, per_min: float = TALK_PER_MIN) -> None:
        """Blink with this frame, unless one is under way or has just been."""
        if self._t - self._start > _LENGTH_S + 0.3:
            self._begin(per_min)

    def _begin(self, per_min: float) -> None:
        self._start, self.count = self._t, self.count + 1
        if self._rng.random() < _DOUBLE:
            self._next = self._t + _LENGTH_S + 0.06
            return
        mean = 60.0 / max(per_min, 1.0) / (1 - _DOUBLE)  # doubles count as two
        gap = exp(log(mean) - _SPREAD**2 / 2 + _SPREAD * self._rng.gauss(0, 1))
        self._next = self._t + max(gap, _LEAST_GAP_S)

    @staticmethod
    def _shape(age: float) -> float:
        if age < _CLOSE_S:
            return smooth(age / _CLOSE_S)
        if age < _CLOSE_S + _HOLD_S:
            return 1.0
        return 1.0 - smooth((age - _CLOSE_S - _HOLD_S) / _OPEN_S)
