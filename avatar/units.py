"""Axes, eases, springs and quaternions.

    Z up          her left is +X; she faces -Y. Metres, seconds; degrees are named `_deg`.
    │
    │   +Y (behind her)      head_deg = (yaw, pitch, roll): yaw > 0 turns her face towards +X (her left),
    │  ╱                     pitch > 0 lifts it, roll > 0 tips the crown towards +X.
    └───── +X
Quaternions are (w, x, y, z).
"""

from __future__ import annotations

from math import atan2, cos, degrees, exp, hypot, radians, sin

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


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
        omega = np.asarray(3.0 / np.asarray(time_s, np.float32), np.float32)
        decay = np.exp(-omega * dt).astype(np.float32)
        away = self.value - target
        push = (self.velocity + omega * away) * np.float32(dt)
        self.velocity[:] = (self.velocity - omega * push) * decay
        self.value[:] = target + (away + push) * decay
        return self.value


def approach(value: float, target: float, time_s: float, dt: float) -> float:
    """First-order approach with time constant `time_s`."""
    return target + (value - target) * exp(-dt / time_s)


def quat_deg(yaw: float = 0.0, pitch: float = 0.0, roll: float = 0.0) -> Array:
    """Roll first, then pitch, then yaw, in the axes drawn above."""
    return quat_mul(quat_axis(2, yaw), quat_mul(quat_axis(0, -pitch), quat_axis(1, roll)))


def quat_axis(axis: int, angle_deg: float) -> Array:
    """Rotation about x, y or z (0, 1, 2), right-handed."""
    half = radians(angle_deg) / 2
    out = np.zeros(4, np.float32)
    out[0], out[1 + axis] = cos(half), sin(half)
    return out


def quat_mul(a: Array, b: Array) -> Array:
    """The rotation b followed by a; both (w, x, y, z)."""
    aw, ax, ay, az = a.tolist()
    bw, bx, by, bz = b.tolist()
    return np.array(
        [
            aw * bw - ax * bx - ay * by - az * bz,
            aw * bx + ax * bw + ay * bz - az * by,
            aw * by - ax * bz + ay * bw + az * bx,
            aw * bz + ax * by - ay * bx + az * bw,
        ],
        np.float32,
    )


def yaw_pitch_deg(direction: Array) -> tuple[float, float]:
    """Where a direction points, as yaw and pitch in degrees; (0, 0) is straight ahead, -Y."""
    x, y, z = (float(v) for v in direction[:3])
    return degrees(atan2(x, -y)), degrees(atan2(z, hypot(x, y)))
