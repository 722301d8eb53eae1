"""Axes, eases, springs and quaternions.

    Z up          her left is +X; she faces -Y. Metres, seconds; degrees are named `_deg`.
    │
    │   +Y (behind her)      head_deg = (yaw, pitch, roll): yaw > 0 turns her face towards +X (her left),
    │  ╱                     pitch > 0 lifts it, roll > 0 tips the crown towards +X.
    └───── +X
Quaternions are (w, x, y, z).
"""

from __future__ import annotations

from math import atan2, cos, degrees, exp, hypot, pi, sin, tau
from random import Random

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
Quat = tuple[float, float, float, float]
"""Single rotations are plain numbers: an array of four costs more than the arithmetic on it."""
_HALF = pi / 360  # half a degree, in radians


def smooth(x: float) -> float:
    """Smoothstep of x clipped to 0..1."""
    x = min(max(x, 0.0), 1.0)
    return x * x * (3 - 2 * x)


def minimum_jerk(x: float) -> float:
    """Minimum-jerk ease of x clipped to 0..1 (Flash and Hogan 1985)."""
    x = min(max(x, 0.0), 1.0)
    return x * x * x * (10 - 15 * x + 6 * x * x)


class Spring:
    """Critically damped springs for a whole array, solved in closed form, so any frame rate gives the same path.

    `time_s` is roughly the time to cover 80 % of the way.
    """

    def __init__(self, size: int) -> None:
        self.value = np.zeros(size, np.float32)
        self.velocity = np.zeros(size, np.float32)

    def step(self, target: Array, time_s: Array | float, dt: float) -> Array:
        """Advance by `dt`; `time_s` may differ per element. Returns `value` (the same array each time)."""
        omega = np.asarray(np.float32(3) / np.asarray(time_s, np.float32), np.float32)
        decay = np.exp(omega * np.float32(-dt))
        away = self.value - target
        push = (self.velocity + omega * away) * np.float32(dt)
        self.velocity[:] = (self.velocity - omega * push) * decay
        self.value[:] = target + (away + push) * decay
        return self.value


class Glide:
    """One critically damped spring, as in `Spring`."""

    def __init__(self) -> None:
        self.value = self.velocity = 0.0

    def step(self, target: float, time_s: float, dt: float) -> float:
        """Advance by `dt`; returns `value`."""
        omega = 3.0 / time_s
        decay = exp(-omega * dt)
        away = self.value - target
        push = (self.velocity + omega * away) * dt
        self.velocity = (self.velocity - omega * push) * decay
        self.value = target + (away + push) * decay
        return self.value


class Drift:
    """Slow, never repeating noise of unit size: three sines whose rates have no common measure. Closed form in time."""

    def __init__(self, rng: Random, period_s: float) -> None:
        self._terms = [(rng.random() * tau, tau / (period_s * k), a) for k, a in ((1.0, 0.55), (0.618, 0.3), (0.387, 0.15))]

    def at(self, t: float) -> float:
        """Value at `t` seconds, -1..1."""
        (p, w, a), (q, v, b), (r, u, c) = self._terms
        return a * sin(w * t + p) + b * sin(v * t + q) + c * sin(u * t + r)


def approach(value: float, target: float, time_s: float, dt: float) -> float:
    """First-order approach with time constant `time_s`."""
    return target + (value - target) * exp(-dt / time_s)


def quat_deg(yaw: float = 0.0, pitch: float = 0.0, roll: float = 0.0) -> Quat:
    """Roll first, then pitch, then yaw, in the axes drawn above."""
    a, b, c = yaw * _HALF, -pitch * _HALF, roll * _HALF
    ca, sa, cb, sb, cc, sc = cos(a), sin(a), cos(b), sin(b), cos(c), sin(c)
    w, x, y, z = cb * cc, sb * cc, cb * sc, sb * sc  # pitch after roll
    return ca * w - sa * z, ca * x - sa * y, ca * y + sa * x, ca * z + sa * w


def quat_axis(axis: int, angle_deg: float) -> Quat:
    """Rotation about x, y or z (0, 1, 2), right-handed."""
    half = angle_deg * _HALF
    s = sin(half)
    return cos(half), s if axis == 0 else 0.0, s if axis == 1 else 0.0, s if axis == 2 else 0.0


def quat_mul(a: Quat, b: Quat) -> Quat:
    """The rotation b followed by a."""
    aw, ax, ay, az = a
    bw, bx, by, bz = b
    return (
        aw * bw - ax * bx - ay * by - az * bz,
        aw * bx + ax * bw + ay * bz - az * by,
        aw * by - ax * bz + ay * bw + az * bx,
        aw * bz + ax * by - ay * bx + az * bw,
    )


def yaw_pitch_deg(direction: Array) -> tuple[float, float]:
    """Where a direction points, as yaw and pitch in degrees; (0, 0) is straight ahead, -Y."""
    x, y, z = (float(v) for v in direction[:3])
    return degrees(atan2(x, -y)), degrees(atan2(z, hypot(x, y)))
