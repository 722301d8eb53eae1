"""Small tools on triangle meshes held as numpy arrays: normals, welding, smoothing, nearest points."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
"""float32 wherever it is stored or uploaded; sums in between may be wider."""
Ints = NDArray[np.int32]


def smoothstep(low: float | Floats, high: float | Floats, x: Floats) -> Floats:
    """0 below `low`, 1 above `high`, a smooth cubic between; `low` may be the larger one for a falling edge."""
    t = np.clip((x - low) / (high - low), 0.0, 1.0)
    return np.asarray(t * t * (3.0 - 2.0 * t), np.float32)


def ease(low: float, high: float, x: float) -> float:
    """`smoothstep` of one number."""
    t = min(max((x - low) / (high - low), 0.0), 1.0)
    return t * t * (3.0 - 2.0 * t)


def unit(v: NDArray[np.floating]) -> Floats:
    """Vectors of length 1 along the last axis; a zero vector stays zero."""
    length = np.sqrt((v * v).sum(-1, keepdims=True))
    return np.asarray(v / np.maximum(length, 1e-12), np.float32)


def triangles(quads: NDArray[np.integer]) -> Ints:
    """(n, 4) quads to (2n, 3) triangles: the first halves of all, then the second halves."""
    return np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]]).astype(np.int32)


def scatter(index: NDArray[np.integer], values: NDArray[np.floating], count: int) -> Floats:
    """Sums rows of `values` (n, k) by `index` into (count, k)."""
    out = np.empty((count, values.shape[1]), np.float32)
    for axis in range(values.shape[1]):
        out[:, axis] = np.bincount(index, weights=values[:, axis], minlength=count)
    return out


def vertex_normals(points: NDArray[np.floating], tris: NDArray[np.integer]) -> Floats:
    """Area-weighted normals, (n, 3)."""
    a, b, c = (points[tris[:, k]] for k in range(3))
    face = np.cross(b - a, c - a)
    total = scatter(tris.T.ravel(), np.concatenate([face, face, face]), len(points))
    return unit(total)


def edges(tris: NDArray[np.integer]) -> Ints:
    """Unique undirected edges, (m, 2)."""
    pairs = np.concatenate([tris[:, [0, 1]], tris[:, [1, 2]], tris[:, [2, 0]]])
    return np.unique(np.sort(pairs, axis=1), axis=0).astype(np.int32)


class Smoother:
    """Repeated averages over neighbours of one mesh, nearer ones counting more (Fujiwara's weights, 1 / edge length): plain
    means would draw cones where the mesh is dense."""

    def __init__(self, points: NDArray[np.floating], tris: NDArray[np.integer]) -> None:
        e = edges(tris)
        self._to = np.concatenate([e[:, 0], e[:, 1]])
        self._from = np.concatenate([e[:, 1], e[:, 0]])
        self._count = len(points)
        length = np.linalg.norm(points[self._to] - points[self._from], axis=1)
        weight = 1.0 / np.maximum(length, 1e-4)
        total = np.bincount(self._to, weight, self._count)
        self._share = (weight / np.maximum(total[self._to], 1e-9))[:, None]

    def mean(self, values: NDArray[np.floating]) -> Floats:
        """Weighted mean of values (n, k) over the neighbours of each vertex."""
        return scatter(self._to, values[self._from] * self._share, self._count)


def nearest(points: NDArray[np.floating], cloud: NDArray[np.floating], k: int) -> tuple[NDArray[np.intp], Floats]:
    """Indices and distances of the `k` nearest of `cloud` (m, 3) for each of `points` (n, 3), in no order; brute force."""
    square = (points * points).sum(1)[:, None] + (cloud * cloud).sum(1)[None] - 2.0 * (points @ cloud.T)
    index = np.argpartition(square, k - 1, axis=1)[:, :k] if k > 1 else square.argmin(1)[:, None]
    distance = np.sqrt(np.maximum(np.take_along_axis(square, index, 1), 0.0))
    return index, np.asarray(distance, np.float32)


def compact(tris: NDArray[np.integer]) -> tuple[NDArray[np.intp], Ints]:
    """The vertices that `tris` uses, and `tris` renumbered to them."""
    used, again = np.unique(tris, return_inverse=True)
    return used, again.reshape(tris.shape).astype(np.int32)
