"""Where hair grows: a smooth field over the head whose zero is the hairline, and the skull's own frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avatar.body.baked import Baked
from avatar.body.mesh import Floats, smoothstep
from avatar.body.shape import Shape

# Height of the hairline over the eyes by angle from the front (0) to the back (pi), metres on a head of HEAD_HEIGHT.
ANGLES = (0.0, 0.30, 0.55, 0.78, 0.98, 1.18, 1.36, 1.50, 1.66, 1.85, 2.2, 2.6, np.pi)
WOMAN = (0.0610, 0.0615, 0.0590, 0.0505, 0.0345, 0.0150, -0.0020, -0.0030, 0.0030, -0.0300, -0.0560, -0.0690, -0.0710)
MAN = (0.0690, 0.0730, 0.0745, 0.0620, 0.0375, 0.0120, -0.0080, -0.0080, 0.0060, -0.0260, -0.0500, -0.0620, -0.0640)
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


def field(points: NDArray[np.floating], frame: Skull, woman: float) -> Floats:
    """Height in metres of each point (..., 3) above the hairline at its angle: above 0 is scalp."""
    x, y = points[..., 0], points[..., 1] - frame.middle[1]
    angle = np.abs(np.arctan2(x, -y))
    lines = woman * np.array(WOMAN) + (1 - woman) * np.array(MAN)
    # A line that is not quite even: real hairlines wander.
    wander = 0.0020 * np.sin(x * 170 + 1.0) + 0.0013 * np.sin(x * 430 - 0.6) + 0.0009 * np.sin(x * 1170 + 2.0)
    line = np.interp(angle, ANGLES, lines) + wander * smoothstep(1.2, 0.6, angle)
    return np.asarray((points[..., 2] - frame.eye_z) / frame.scale - line, np.float32)
