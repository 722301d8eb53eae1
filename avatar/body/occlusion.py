"""Ambient occlusion without a window: the body is splatted into depth maps from many directions, in numpy.

For each vertex the share of the sky that it sees (weighted by the cosine to its normal) and the mean direction of what is
free, which the shaders take for soft shadows of any light (after Oat and Sander 2007, ambient aperture lighting).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from avatar.body.mesh import Floats, smoothstep, unit

HAIR_ROUNDS = 40  # of averaging along edges, 2 to 5 mm each
BESIDE_HAIR = 0.36  # what hair that touches skin takes of its light, fading out over a finger's breadth
_CELL_M, _BLUR = 0.004, 5
HAIR_DARK = 0.85  # how much of what a wall of its shape would take hair takes, where it buries the skin


def directions(count: int) -> Floats:
    """About `count` directions over the sphere on a Fibonacci spiral, those from straight below left out, (n, 3)."""
    i = np.arange(count) + 0.5
    z = 1 - 2 * i / count
    turn = np.pi * (1 + 5**0.5) * i
    ring = np.sqrt(1 - z * z)
    all_round = np.stack([np.cos(turn) * ring, np.sin(turn) * ring, z], 1)
    return all_round[z > -0.8].astype(np.float32)


def sprinkle(points: Floats, tris: NDArray[np.integer], spacing: float, rng: np.random.Generator) -> Floats:
    """Points spread evenly over triangles about `spacing` metres apart, (n, 3)."""
    a, b, c = (points[tris[:, k]] for k in range(3))
    area = np.linalg.norm(np.cross(b - a, c - a), axis=1) / 2
    count = rng.poisson(area / spacing**2) + 1
    pick = np.repeat(np.arange(len(tris)), count)
    u, v = rng.random((2, len(pick), 1)).astype(np.float32)
    over = u + v > 1
    u, v = np.where(over, 1 - u, u), np.where(over, 1 - v, v)
    return np.asarray(a[pick] + (b - a)[pick] * u + (c - a)[pick] * v, np.float32)


def bake(cloud: Floats, points: Floats, normals: Floats, *, cell: float, bias: float, count: int) -> Floats:
    """(n, 4): mean free direction and open share of each point, as seen through depth maps of `cell` metres made of `cloud`."""
    low, high = cloud.min(0), cloud.max(0)
    centre, reach = ((low + high) / 2).astype(np.float32), float(np.linalg.norm(high - low)) / 2 + 4 * cell
    size = int(np.ceil(2 * reach / cell))
    start = points + normals * (bias * 0.6)
    free = np.zeros((len(points), 3), np.float32)
    got = np.zeros(len(points), np.float32)
    whole = np.zeros(len(points), np.float32)
    for d in directions(count):
        helper = np.array([0, 0, 1.0]) if abs(d[2]) < 0.9 else np.array([1.0, 0, 0])
        right = unit(np.cross(helper, d))
        up = np.cross(d, right)
        axes = np.stack([right, up, d], 1).astype(np.float32)
        seen = (cloud - centre) @ axes
        column, row = ((seen[:, k] + np.float32(reach)) * np.float32(1 / cell) for k in (0, 1))
        index = row.astype(np.int32) * size + column.astype(np.int32)
        depth = np.full(size * size, -1e9, np.float32)
        np.maximum.at(depth, index, seen[:, 2])
        mine = (start - centre) @ axes
        at = ((mine[:, 1] + reach) / cell).astype(np.int64) * size + ((mine[:, 0] + reach) / cell).astype(np.int64)
        facing = np.clip(normals @ d, 0, 1)
        sky = facing * (0.62 + 0.38 * d[2])
        open_sky = (depth[np.clip(at, 0, size * size - 1)] < mine[:, 2] + bias).astype(np.float32)
        whole += sky
        got += sky * open_sky
        free += (sky * open_sky)[:, None] * d
    share = np.where(whole > 1e-6, got / np.maximum(whole, 1e-6), 1.0)
    # A vertex buried from every side keeps its own normal as the way out.
    way = unit(free + normals * 0.05)
    return np.concatenate([way, share[:, None]], 1).astype(np.float32)


def smooth_shares(values: Floats, neighbours: NDArray[np.integer], rounds: int = 2) -> Floats:
    """Averages (n, 4) along edges (m, 2) `rounds` times: takes the grain of the depth maps away."""
    out = values.copy()
    degree = np.bincount(neighbours.ravel(), minlength=len(values))[:, None] + 1
    for _ in range(rounds):
        total = out.copy()
        for k in range(4):
            total[:, k] += np.bincount(neighbours[:, 0], out[neighbours[:, 1], k], len(values))
            total[:, k] += np.bincount(neighbours[:, 1], out[neighbours[:, 0], k], len(values))
        out = total / degree
    out[:, :3] = unit(out[:, :3])
    return out.astype(np.float32)


def under_hair(bare: Floats, whole: Floats, points: Floats, neighbours: NDArray[np.integer]) -> Floats:
    """Open shares (n,) of skin under hair, from those without it and with it, at points (n, 3). Hair moves, and its cards leave
    holes: what they take of the sky is even over a finger's breadth, where single cards would leave blotches like bruises."""
    # Where the skin's map has a seam its points are there twice, and no edge goes across.
    place = np.unique(np.round(points * 1e5), axis=0, return_inverse=True)[1].ravel()
    kept = np.bincount(place, (whole / np.maximum(bare, 0.05)).clip(0.0, 1.0)) / np.bincount(place)
    neighbours = place[neighbours]
    degree = np.bincount(neighbours.ravel(), minlength=len(kept)) + 1
    for _ in range(HAIR_ROUNDS):
        total = kept.copy()
        total += np.bincount(neighbours[:, 0], kept[neighbours[:, 1]], len(kept))
        total += np.bincount(neighbours[:, 1], kept[neighbours[:, 0]], len(kept))
        kept = total / degree
    return np.asarray(bare * (1 - HAIR_DARK * smoothstep(0.45, 0.98, 1 - kept[place])), np.float32)


def beside_hair(points: Floats, normals: Floats, hair: Floats) -> Floats:
    """Share (n,) of light that points of skin keep beside hair at the points (m, 3) of its cards: what no depth map is fine enough
    for. It is felt as far as hair, blurred over a grid, reaches."""
    low, high = points.min(0) - 0.02, points.max(0) + 0.02
    size = np.ceil((high - low) / _CELL_M).astype(int) + 1

    def cells(p: Floats) -> NDArray[np.intp]:
        at = np.rint((p - low) / _CELL_M).astype(np.intp)
        return np.asarray(np.ravel_multi_index(tuple(at.T), tuple(size), mode="clip"))

    within = ((hair > low) & (hair < high)).all(1)
    there = np.bincount(cells(hair[within]), minlength=int(size.prod())).reshape(tuple(size))
    thick: Floats = (there / 3).clip(0, 1).astype(np.float32)
    for _ in range(_BLUR):
        for axis in range(3):
            thick = (np.roll(thick, 1, axis) + 2 * thick + np.roll(thick, -1, axis)) / np.float32(4)
    felt = thick.ravel()[cells(points + normals * np.float32(_CELL_M))]
    return np.asarray(1 - BESIDE_HAIR * smoothstep(0.02, 0.32, felt), np.float32)
