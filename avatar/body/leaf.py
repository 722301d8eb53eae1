"""What stands or lies round a neck over the cut edge: the leaf of a shirt's collar, and a hood that is not worn."""

from __future__ import annotations

import numpy as np

from avatar.body.collar import Loop, joined, strips
from avatar.body.garment import Cloth
from avatar.body.mesh import Floats

_COLUMNS = 120
# From the inside of the stand over the fold to the tip: metres along (where the last figure is 0) or shares of the fall (1), metres
# over the skin, share of the cloth's own height, and 0 or 1.
_LEAF = np.array([
    [0.0020, 0.0010, 0.5, 0], [-0.0090, 0.0022, 0.2, 0], [-0.0180, 0.0030, 0.1, 0], [-0.0240, 0.0042, 0.0, 0], [-0.0258, 0.0062, 0.0, 0],
    [-0.0235, 0.0086, 0.0, 0], [-0.0140, 0.0098, 0.2, 0], [0.00, 0.0092, 0.6, 1], [0.30, 0.0078, 1.0, 1], [0.65, 0.0062, 1.0, 1],
    [0.95, 0.0050, 1.0, 1], [1.00, 0.0040, 1.0, 1], [0.99, 0.0026, 1.0, 1], [0.85, 0.0020, 1.0, 1],
], np.float32)  # fmt: skip
_FALL_M = (0.030, 0.056)  # of the leaf behind, and at its points
_SPREAD_DEG = 17.0  # by which its points lie further apart than its ends at the fold
# A roll, wide behind and narrow in front: metres along and over the skin for a size of 1, and the share of the cloth.
_HOOD = np.array([
    [0.004, 0.001, 0.6], [-0.010, 0.003, 0.3], [-0.022, 0.007, 0.1], [-0.028, 0.016, 0.0], [-0.025, 0.027, 0.0], [-0.013, 0.036, 0.0],
    [0.004, 0.040, 0.1], [0.022, 0.038, 0.3], [0.040, 0.031, 0.6], [0.055, 0.020, 0.9], [0.063, 0.009, 1.0], [0.066, 0.001, 1.0],
], np.float32)  # fmt: skip
_HOOD_SIZE = (0.30, 0.80, 1.40)  # in front, beside the neck, behind


def _read(loop: Loop, angle: Floats, values: Floats) -> Floats:
    return np.stack([np.interp(angle, loop.angle, values[:, k], period=2 * np.pi) for k in range(3)], 1).astype(np.float32)


def with_leaf(cloth: Cloth, loop: Loop, gap_deg: float, over_m: float) -> Cloth:
    """The garment with a collar that stands up the neck and falls over itself, open in front by `gap_deg` aside of the middle; it stands
    `over_m` from the neck for what is worn under it."""
    t = np.linspace(0, 1, _COLUMNS, dtype=np.float32)
    behind = np.sin(np.pi * t).clip(0, 1) ** 0.6
    fall = _FALL_M[1] + (_FALL_M[0] - _FALL_M[1]) * behind
    points, shares, uv = [], [], []
    for along, high, share, of_fall in _LEAF:
        gap = np.radians(gap_deg + _SPREAD_DEG * max(float(along), 0.0) * of_fall)
        angle = -np.pi / 2 + gap + t * (2 * np.pi - 2 * gap)
        way = along * (fall if of_fall else np.ones_like(fall))
        # In front the fold lies lower, where the leaf opens.
        way = way + (1 - of_fall) * (along < 0) * 0.010 * (1 - behind) ** 2
        p = _read(loop, angle, loop.line) + _read(loop, angle, loop.down) * way[:, None]
        p, dense = loop.lift(p, float(high + over_m * (1 - share)), float(share))
        points.append(_even(p, closed=False))
        shares.append(dense)
        uv.append(np.stack([(t - 0.5) * 0.42, way], 1))
    return _added(cloth, loop, points, shares, uv, closed=False)


def with_hood(cloth: Cloth, loop: Loop) -> Cloth:
    """The garment with a hood that lies round the neck and on the back."""
    t = np.arange(_COLUMNS, dtype=np.float32) / _COLUMNS
    angle = -np.pi / 2 + t * 2 * np.pi
    size = np.interp(np.abs(t - 0.5), (0.0, 0.25, 0.42, 0.5), (_HOOD_SIZE[2], _HOOD_SIZE[1], 0.52, _HOOD_SIZE[0]))
    fold = 1 + 0.05 * np.sin(t * 2 * np.pi * 7 + 1.0) * np.sin(np.pi * t) ** 2
    points, shares, uv = [], [], []
    for along, high, share in _HOOD:
        p = _read(loop, angle, loop.line) + _read(loop, angle, loop.down) * (along * size * fold)[:, None]
        p, dense = loop.lift(p, (0.85 * high * size * fold)[:, None].astype(np.float32), float(share))
        points.append(_even(p, closed=True))
        shares.append(dense)
        uv.append(np.stack([t * 0.5, along * size], 1))
    return _added(cloth, loop, points, shares, uv, closed=True)


def _even(p: Floats, *, closed: bool) -> Floats:
    """A row smoothed along itself: the skin under it is coarser than a seam is straight."""
    for _ in range(6):
        mean = (np.roll(p, 1, 0) + np.roll(p, -1, 0) + 2 * p) / 4
        if not closed:
            mean[[0, -1]] = p[[0, -1]]
        p = mean
    return np.asarray(p, np.float32)


def _added(cloth: Cloth, loop: Loop, points: list[Floats], shares: list[Floats], uv: list[Floats], *, closed: bool) -> Cloth:
    whole = np.concatenate(points)
    tris = strips(len(points), _COLUMNS, closed=closed)
    # Its outside is what looks away from the neck at the middle of its rows.
    a, b, c = (whole[tris[:, k]] for k in range(3))
    middle = np.isin(tris[:, 0] // _COLUMNS, (len(points) // 2, len(points) // 2 + 1))
    if (np.cross(b - a, c - a) * loop.skin.under(a)[1])[middle].sum() < 0:
        tris = tris[:, [0, 2, 1]]
    return joined(cloth, whole, tris, np.concatenate(uv), np.concatenate(shares), np.ones(len(whole), np.float32))
