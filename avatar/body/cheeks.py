"""What a smile does to a cheek: it rises and comes forward as one soft mass, lifts the lower lid, and hangs over a curved fold that
runs from the wing of the nose round the corner of the mouth. Both are fields of place alone, so neighbours never pass each other.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from avatar.body.baked import BODY_END
from avatar.body.mesh import Floats, smoothstep
from avatar.body.shape import Shape

_GROOVE_HALF_M, _ROLL_M, _ROLL_HALF_M = 0.0035, 0.0075, 0.0065  # of the groove; how far beside it the skin rolls out, over what
_FRONT_M = (0.030, 0.008)  # behind the eyes: what lies further back than the first stays


def _skin(shape: Shape) -> Floats:
    """1 on the front of the face, 0 on teeth, tongue and all that lies far behind it, (15128,)."""
    front = smoothstep(*_FRONT_M, shape.points[:, 1] - shape.eyes[0, 1])
    front[BODY_END:] = 0
    return front


def apple(shape: Shape, middle: float, how: tuple[float, ...], sign: float) -> Floats:
    """The delta (15128, 3) of a cheek: how = metres from the face's middle, over the eyes, radius, forwards, up.
    `sign` is 1 on her left."""
    x, z, radius, forward, up = how
    beside, height = (shape.points[:, 0] - middle) * sign - x, shape.points[:, 2] - shape.eyes[0, 2] - z
    mass = np.exp(-(beside**2 + height**2) / radius**2) * _skin(shape)
    return np.asarray(mass[:, None] * np.array([0.0, -forward, up]), np.float32)


def fold(shape: Shape, middle: float, lips_z: float, how: dict[str, Any], sign: float) -> Floats:
    """The delta (15128, 3) of the fold beside the mouth: `line` = (metres from the face's middle, over the line of the lips) from the nose
    down, `out` and `in` = metres by which the cheek rolls out beyond it and the groove sinks."""
    line = np.array(how["line"])
    p = np.stack([(shape.points[:, 0] - middle) * sign, shape.points[:, 2] - lips_z], 1)
    away, along = np.full(len(p), 1e9), np.zeros(len(p))
    for k, (a, b) in enumerate(pairwise(line)):
        way = b - a
        t = ((p - a) @ way / (way @ way)).clip(0, 1)
        gap = p - a - t[:, None] * way
        far = np.hypot(*gap.T)
        beyond = np.where(way[0] * gap[:, 1] - way[1] * gap[:, 0] > 0, far, -far)  # the cheek's side
        nearer = far < np.abs(away)
        away, along = np.where(nearer, beyond, away), np.where(nearer, (k + t) / (len(line) - 1), along)
    roll = how["out"] * np.exp(-(((away - _ROLL_M) / _ROLL_HALF_M) ** 2))
    groove = how["in"] * np.exp(-((away / _GROOVE_HALF_M) ** 2))
    ends = smoothstep(-0.01, 0.25, along) * smoothstep(1.0, 0.55, along)
    out = np.zeros_like(shape.points)
    out[:, 1] = (groove - roll) * ends * _skin(shape)
    return out
