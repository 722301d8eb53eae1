"""Pupils: small in light, wide with interest and arousal, and never quite still."""

from __future__ import annotations

from math import exp
from random import Random

from avatar.units import Drift

HIPPUS = 0.055  # share of the radius; 4 to 7 % at rest
_CONSTRICT_S, _DILATE_S = 0.25, 0.9
_LIGHT_POWER = -0.18  # steady radius against luminance, near Moon and Spencer's curve at indoor light
_AROUSAL, _INTEREST = 0.10, 0.14
_LEAST, _MOST = 0.55, 1.5


class Pupil:
    """`step` gives the radius against that at rest in the light of the portrait, 0.55..1.5."""

    def __init__(self, rng: Random) -> None:
        self._slow, self._quick = Drift(rng, 5.3), Drift(rng, 1.9)
        self._t = 0.0
        self._mean = 1.0

    def step(self, dt: float, light: float, arousal: float, interest: float) -> float:
        """`light` against the portrait's, above 0; `arousal` -1..1; `interest` 0..1."""
        self._t += dt
        wish = max(light, 0.01) ** _LIGHT_POWER * (1 + _AROUSAL * arousal + _INTEREST * interest)
        wish = min(max(wish, _LEAST), _MOST)
        time_s = _CONSTRICT_S if wish < self._mean else _DILATE_S
        self._mean = wish + (self._mean - wish) * exp(-dt / time_s)
        hippus = HIPPUS * (0.7 * self._slow.at(self._t) + 0.3 * self._quick.at(self._t))
        return min(max(self._mean * (1 + hippus), _LEAST), _MOST)
