"""Micro-expressions: for a fraction of a second a part of the face shows what is felt beneath (Ekman and Friesen 1969: 1/25 to
1/2 s; here 0.1 to 0.3 s)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp, log
from random import Random

import numpy as np

from avatar.face.frame import ARKIT, Weights, zeros
from avatar.face.tables import table
from avatar.units import smooth

LENGTH_S = (0.1, 0.3)
_MEAN_GAP_S, _SPREAD, _LEAST_GAP_S = 11.0, 0.5, 3.0
_SIZE = (0.25, 0.45)
_UPPER = np.array([n.startswith(("brow", "eye", "cheekSquint", "nose")) for n in ARKIT])
_LIDS = np.array([n.startswith(("eyeBlink", "eyeLook")) for n in ARKIT])
_JAW = np.array([n.startswith("jaw") for n in ARKIT])


class Micro:
    """`step` gives weights to add, the same array each time, or None between flashes."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._t = 0.0
        self._start = -1.0
        self._length = 0.2
        self._next = rng.uniform(_LEAST_GAP_S, _MEAN_GAP_S)
        self._shape, self._out = zeros(), zeros()
        self.count = 0

    def step(self, dt: float, strengths: Mapping[str, float], mood: Sequence[float], speaking: bool) -> Weights | None:
        """What lies beneath is any feeling but the strongest, else the mood; nothing flashes where nothing is felt. While she
        speaks the mouth is left alone."""
        self._t += dt
        if self._t >= self._next:
            self._begin(strengths, mood, speaking)
        age = (self._t - self._start) / self._length
        if not 0 <= age < 1 or self._start < 0:
            return None
        rise = smooth(age / 0.35) if age < 0.35 else 1 - smooth((age - 0.35) / 0.65)
        return np.multiply(self._shape, np.float32(rise), out=self._out)

    def _begin(self, strengths: Mapping[str, float], mood: Sequence[float], speaking: bool) -> None:
        gap = exp(log(_MEAN_GAP_S) - _SPREAD**2 / 2 + _SPREAD * self._rng.gauss(0, 1))
        self._next = self._t + max(gap, _LEAST_GAP_S)
        tables = table()
        felt = sorted(((s, label) for label, s in strengths.items() if s > 0.05), reverse=True)
        beneath = [label for _, label in felt[1:]]
        label = self._rng.choice(beneath) if beneath else tables.labels[tables.nearest(mood)]
        if label == "neutral" or (not beneath and felt and felt[0][1] == label):
            return
        np.multiply(tables.faces[tables.index(label)], np.float32(self._rng.uniform(*_SIZE)), out=self._shape)
        upper = speaking or self._rng.random() < 0.6
        self._shape[(upper != _UPPER) | _LIDS | _JAW] = 0
        self._start, self._length = self._t, self._rng.uniform(*LENGTH_S)
        self.count += 1
