"""Keeps what lies under the skin under it: in thin or folded faces the pocket of the cheek would come out beside the nose."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from avatar.body.mesh import Floats, nearest, smoothstep

_UNDER_M = 0.0022
_FROM_LIPS_M = (0.002, 0.010)  # no depth where the pocket meets the lips, full depth this far from them


def tuck(points: Floats, skin: Floats, normals: Floats, border: NDArray[np.bool_]) -> Floats:
    """`points` (n, 3) moved in until each lies `_UNDER_M` below the nearest of `skin` (m, 3) along its normal; the rows in
    `border`, which are shared with the skin, stay, and near them little is asked."""
    index, _ = nearest(points, skin, 3)
    over = ((points[:, None] - skin[index]) * normals[index]).sum(2).mean(1)
    _, from_border = nearest(points, points[border], 1)
    depth = _UNDER_M * smoothstep(*_FROM_LIPS_M, from_border[:, 0])
    push = np.where(border, 0.0, np.maximum(over + depth, 0.0))
    way = normals[index].mean(1)
    return np.asarray(points - way * push[:, None], np.float32)
