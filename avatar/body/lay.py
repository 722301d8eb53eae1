"""The way of the threads: cloth's own map in metres. Up the trunk and along the sleeves, with the armpit at a known place."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from avatar.body.garment import Cloth
from avatar.body.measures import Measures
from avatar.body.mesh import Floats, smoothstep

PIT_SHARE = 0.98  # where along the map the armpit lies, against the shoulder's joint
_ROUND_ARM = 0.052  # metres of radius that a sleeve is unrolled at
_PIT_M = 0.085  # from the shoulder's joint down to the armpit


def _trunk(points: Floats, m: Measures) -> tuple[Floats, Floats]:
    """Map of the trunk: 0 at the middle and at the armpits' height; the same before and behind. And 1 in front, 0 behind."""
    shoulder = m.joint["upperarm_l"]
    half, middle = 1.08 * shoulder[0], float(np.median(points[:, 1]))
    u = half * np.arcsin((points[:, 0] / (1.06 * half)).clip(-0.97, 0.97))
    over = smoothstep(shoulder[2] - 0.10, shoulder[2], points[:, 2])
    v = points[:, 2] - (shoulder[2] - _PIT_M) - 0.6 * np.abs(points[:, 1] - middle) * over
    return np.stack([u, v], 1).astype(np.float32), (points[:, 1] < middle).astype(np.float32)


def _sleeves(points: Floats, m: Measures) -> Floats:
    """Map of both sleeves: 0 outside and at the shoulder, down the arm below 0."""
    uv = np.zeros((len(points), 2), np.float32)
    for side, sign in (("l", 1.0), ("r", -1.0)):
        own = points[:, 0] * sign > 0
        shoulder, elbow, wrist = (m.joint[f"{n}_{side}"] for n in ("upperarm", "lowerarm", "hand"))
        z = points[own, 2]
        way = np.array([np.interp(-z, -np.array([shoulder[2], elbow[2], wrist[2]]), np.array([a[k] for a in (shoulder, elbow, wrist)]))
                        for k in (0, 1)]).T  # fmt: skip
        d = points[own, :2] - way
        uv[own] = np.stack([np.arctan2(d[:, 1], d[:, 0] * sign) * _ROUND_ARM, (z - shoulder[2]) * 1.02], 1)
    return uv


def lay(cloth: Cloth, m: Measures) -> tuple[Cloth, Floats]:
    """The garment with its map, its vertices double where a sleeve is set in, and per vertex 1 in front of the trunk, 0 elsewhere.
    Bands (`trim`) keep theirs."""
    trunk, front = _trunk(cloth.points, m)
    sleeve = _sleeves(cloth.points, m)
    plain = cloth.trim < 0.5
    of_sleeve = (cloth.seam[cloth.tris].mean(1) > 0) & plain[cloth.tris].all(1)
    both = np.intersect1d(cloth.tris[of_sleeve], cloth.tris[~of_sleeve])
    count = len(cloth.points)
    twin = np.arange(count)
    twin[both] = count + np.arange(len(both))
    tris = cloth.tris.copy()
    tris[of_sleeve] = twin[tris[of_sleeve]]
    rows = np.concatenate([np.arange(count), both])
    on_arm = np.zeros(len(rows), bool)
    on_arm[tris[of_sleeve]] = True
    uv = np.where(on_arm[:, None], sleeve[rows], trunk[rows])
    uv = np.where(plain[rows][:, None], uv, cloth.uv[rows]).astype(np.float32)
    laid = replace(
        cloth, points=cloth.points[rows], normals=cloth.normals[rows], uv=uv, tris=tris, joints=cloth.joints[rows],
        weights=cloth.weights[rows], edge=cloth.edge[rows], trim=cloth.trim[rows], seam=cloth.seam[rows],
    )  # fmt: skip
    return laid, np.asarray(front[rows] * ~on_arm * plain[rows], np.float32)
