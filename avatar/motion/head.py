"""The head: it follows the gaze late and in part, drifts, nods, and marks stressed words."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, exp, tau
from random import Random

from avatar.units import Drift, Glide, smooth

FOLLOW = 0.72  # share of the way to the viewer that neck and head take; the eyes do the rest
_AWAY_FOLLOW = 0.35
_FOLLOW_S = 0.5
_DRIFT_DEG = (0.9, 0.7, 0.6)
_BEAT_GAP_S = 1.2
_BEAT_DEG = 2.2
_LISTEN_GAP_S = (5.2, 11.0)  # 7.4 nods a minute


class Nod:
    """One to three dips of the head; the first is the largest. Slow: 6-12° in .6-.9 s."""

    def __init__(self, start: float, size_deg: float, length_s: float, cycles: int) -> None:
        self.start, self.size_deg, self.length_s, self.cycles = start, size_deg, length_s, cycles

    def at(self, t: float) -> float:
        """Pitch in degrees, negative (down)."""
        age = (t - self.start) / self.length_s
        if not 0 <= age < self.cycles:
            return 0.0
        return -self.size_deg * exp(-0.7 * int(age)) * 0.5 * (1 - cos(tau * age))


def beats(stresses: Sequence[float], rng: Random) -> tuple[tuple[float, float], ...]:
    """Which of the stressed moments the head marks, at most one in 1.2 s: (time, size -1..1) with varied sizes."""
    out: list[tuple[float, float]] = []
    for time in stresses:
        if not out or time - out[-1][0] >= _BEAT_GAP_S * rng.uniform(0.9, 1.5):
            out.append((time, rng.uniform(0.5, 1.0) * (1 if rng.random() < 0.8 else -0.6)))
    return tuple(out)


def beat_at(marks: Sequence[tuple[float, float]], t: float) -> float:
    """Height of the beat at `t` in the sound, -1..1; it peaks with the vowel."""
    total = 0.0
    for time, size in marks:
        age = t - time
        if -0.16 < age < 0.42:
            total += size * (smooth(1 + age / 0.16) if age < 0 else 1 - smooth(age / 0.42))
    return total


class Listener:
    """When somebody who listens nods: six to nine times a minute while the other speaks, never more often than twelve, mostly
    small, in human gaps."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._wait_s = rng.uniform(2.0, 6.0)

    def step(self, dt: float, hearing: float) -> tuple[float, int] | None:
        """`hearing` 0..1: how much she is being spoken to. Size in degrees and number of dips of a nod to begin, or None."""
        self._wait_s -= dt * hearing
        if self._wait_s > 0:
            return None
        self._wait_s = self._rng.uniform(*_LISTEN_GAP_S)
        if self._rng.random() < 0.3:
            return self._rng.uniform(6.0, 9.0), self._rng.randint(1, 2)
        return self._rng.uniform(2.0, 4.0), self._rng.randint(1, 3)


class Head:
    """`step` gives (yaw, pitch, roll) in degrees against the chest at rest."""

    def __init__(self, rng: Random) -> None:
        self._drift = tuple(Drift(rng, p) for p in (9.0, 7.0, 11.0))
        self._glide = (Glide(), Glide(), Glide())
        self._nod: Nod | None = None
        self._t = 0.0
        self._rng = rng

    def nod(self, size_deg: float = 6.0, cycles: int = 1) -> None:
        """Begin a nod, unless one is under way."""
        if self._nod is None or self._t > self._nod.start + self._nod.length_s * self._nod.cycles:
            self._nod = Nod(self._t, size_deg, self._rng.uniform(0.6, 0.85), cycles)

    def step(
        self, dt: float, viewer_deg: tuple[float, float], away_deg: tuple[float, float], posture_deg: Sequence[float], beat: float
    ) -> tuple[float, float, float]:
        """`viewer_deg`: yaw and pitch to the viewer from the chest; `away_deg`: offset of the gaze; `posture_deg`: what the
        feeling adds (yaw, pitch, roll); `beat`: -1..1."""
        self._t += dt
        yaw = self._glide[0].step(FOLLOW * viewer_deg[0] + _AWAY_FOLLOW * away_deg[0] + posture_deg[0], _FOLLOW_S, dt)
        pitch = self._glide[1].step(FOLLOW * viewer_deg[1] + _AWAY_FOLLOW * away_deg[1] + posture_deg[1], _FOLLOW_S, dt)
        roll = self._glide[2].step(posture_deg[2] + 0.06 * away_deg[0], _FOLLOW_S, dt)
        drift = [a * d.at(self._t) for a, d in zip(_DRIFT_DEG, self._drift, strict=True)]
        dip = self._nod.at(self._t) if self._nod else 0.0
        return yaw + drift[0], pitch + drift[1] + dip - _BEAT_DEG * beat, roll + drift[2]
