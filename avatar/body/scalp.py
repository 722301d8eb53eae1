"""Where hair grows: a smooth field over the head whose zero is the hairline, and the skull's own frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avatar.body.baked import Baked
from avatar.body.mesh import Floats, smoothstep
from avatar.body.shape import Shape

# Height of the hairline over the eyes by angle from the front (0) to the back (pi), metres on a head of HEAD_HEIGHT.
ANGLES = (0.0, 0.30, 0.55, 0.72, 0.84, 0.94, 1.04, 1.14, 1.24, 1.32, 1.46, 1.54, 1.66, 1.85, 2.2, 2.6, np.pi)
WOMAN = (
    0.0610, 0.0640, 0.0668, 0.0615, 0.0475, 0.0328, 0.0220, 0.0120, -0.0040, -0.0130, -0.0140, -0.0080, 0.0020, -0.0300, -0.0560, -0.0690,
    -0.0710,
)  # fmt: skip
MAN = (
    0.0690, 0.0725, 0.0705, 0.0580, 0.0400, 0.0265, 0.0185, 0.0100, -0.0090, -0.0260, -0.0240, -0.0060, 0.0010, -0.0210, -0.0500, -0.0620,
    -0.0640,
)  # fmt: skip
_SLOPE_RAD = 0.10  # over which its slope is measured
HEAD_HEIGHT = 0.1165  # from the eyes to the crown of the average head


@dataclass(frozen=True)
class Skull:
    """middle (3,) of the cranium; eye_z; scale of this head against the average one."""

    middle: Floats
    eye_z: float
    scale: float


def skull(baked: Baked, shape: Shape) -> Skull:
    """The cranium of a shape, measured on the skin above the eyes."""
    eye_z = float(shape.eyes[0, 2])
    head = baked.joint_names.index("head")
    own = np.where(baked.joints[:13380] == head, baked.weights[:13380], 0).sum(1) > 0.9
    points = shape.points[:13380][own]
    high = points[points[:, 2] > eye_z + 0.02]
    crown = float(high[:, 2].max())
    middle = np.array([0.0, (high[:, 1].min() + high[:, 1].max()) / 2, eye_z + (crown - eye_z) * 0.36], np.float32)
    return Skull(middle, eye_z, (crown - eye_z) / HEAD_HEIGHT)


def _line(angle: NDArray[np.floating], woman: float) -> Floats:
    return np.asarray(np.interp(angle, ANGLES, woman * np.array(WOMAN) + (1 - woman) * np.array(MAN)), np.float32)


def inside(points: NDArray[np.floating], frame: Skull, woman: float) -> Floats:
    """Metres by which points (..., 3) lie within the hairline, across it: less than their height over it, where it is steep as at
    temple and ear; on top no line is near, and it is that height."""
    x, y = points[..., 0], points[..., 1] - frame.middle[1]
    angle = np.abs(np.arctan2(x, -y))
    slope = (_line(angle + _SLOPE_RAD, woman) - _line(angle - _SLOPE_RAD, woman)) / (2 * _SLOPE_RAD * np.maximum(np.hypot(x, y), 0.08))
    height = field(points, frame, woman)
    return np.asarray(height / np.sqrt(1 + slope * slope * smoothstep(0.055, 0.025, height)), np.float32)


def field(points: NDArray[np.floating], frame: Skull, woman: float) -> Floats:
    """Height in metres of each point (..., 3) above the hairline at its angle: above 0 is scalp."""
    x, y = points[..., 0], points[..., 1] - frame.middle[1]
    angle = np.abs(np.arctan2(x, -y))
    # A line that is not quite even: real hairlines wander.
    wander = 0.0020 * np.sin(x * 170 + 1.0) + 0.0013 * np.sin(x * 430 - 0.6) + 0.0009 * np.sin(x * 1170 + 2.0)
    line = _line(angle, woman) + wander * smoothstep(1.2, 0.6, angle)
    return np.asarray((points[..., 2] - frame.eye_z) / frame.scale - line, np.float32)


def whorl_y(frame: Skull) -> float:
    """Where a parting ends, on the head's y axis."""
    return float(frame.middle[1] - 0.002 * frame.scale)


def part_at(frame: Skull, part: float, y: NDArray[np.floating]) -> Floats:
    """x at places y of a parting that begins `part` metres aside: it bows a little, wanders and runs in towards the whorl."""
    f = np.clip((whorl_y(frame) - y) / (0.092 * frame.scale), 0, 1)
    bow = 0.0022 * np.sin(np.pi * f) * (1.0 if part >= 0 else -1.0)
    wander = 0.0008 * np.sin(f * 11.0 + 0.7) + 0.0006 * np.sin(f * 23.0)  # a comb is no ruler
    return np.asarray(part * (0.45 + 0.55 * f * (2 - f)) + bow + wander, np.float32)
