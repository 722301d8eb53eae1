"""A piece of the body's skin to cut cloth from, finer than the body itself: where its edges are long they are divided."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avatar.body.baked import BODY_END, Baked
from avatar.body.mesh import Floats, Ints, triangles, unit, vertex_normals
from avatar.body.shape import Shape

_ROUNDS = 2  # times that an edge may be halved


@dataclass
class Patch:
    """points, normals (n, 3); tris; joints, weights (n, 4)."""

    points: Floats
    normals: Floats
    tris: Ints
    joints: NDArray[np.uint8]
    weights: Floats
    _used: NDArray[np.intp]
    _ends: list[NDArray[np.intp]]

    def carry(self, values: Floats) -> Floats:
        """Values of the body's vertices (13380, ...) at those of the patch (n, ...)."""
        out = values[self._used]
        for ends in self._ends:
            out = np.concatenate([out, out[ends].mean(1)])
        return np.asarray(out, np.float32)


def four(dense: Floats) -> tuple[NDArray[np.uint8], Floats]:
    """The four strongest joints of each row (n, joints) and their shares."""
    joints = np.argsort(-dense, axis=1)[:, :4]
    weights = np.take_along_axis(dense, joints, 1)
    return joints.astype(np.uint8), np.asarray(weights / weights.sum(1, keepdims=True), np.float32)


def divide(tris: Ints, long: NDArray[np.bool_], pairs: Ints, count: int) -> Ints:
    """Triangles whose edges are halved where `long` says so of `pairs` (m, 2) of vertices, sorted; new ones are `count`, count + 1, .."""
    code = pairs[:, 0].astype(np.int64) * count + pairs[:, 1]
    number = np.where(long, count + np.cumsum(long) - 1, -1)
    corners = np.stack([tris, np.roll(tris, -1, 1)], 2).astype(np.int64)
    key = corners.min(2) * count + corners.max(2)
    mid = number[np.searchsorted(code, key)]
    cut = mid >= 0
    out = [tris[~cut.any(1)]]
    for wanted in (1, 2, 3):
        rows = np.nonzero(cut.sum(1) == wanted)[0]
        # Turned so that the one divided edge, or the one that is not, runs from the first corner to the second.
        first = cut[rows].argmax(1) if wanted == 1 else (~cut[rows]).argmax(1)
        turn = (first[:, None] + np.arange(3)) % 3
        a, b, c = np.take_along_axis(tris[rows], turn, 1).T
        ab, bc, ca = np.take_along_axis(mid[rows], turn, 1).T
        faces = {
            1: ((a, ab, c), (ab, b, c)),
            2: ((a, b, bc), (a, bc, ca), (ca, bc, c)),
            3: ((a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca)),
        }[wanted]
        out += [np.stack(face, 1) for face in faces]
    return np.concatenate(out).astype(np.int32)


def patch(baked: Baked, shape: Shape, chosen: NDArray[np.bool_], longest: Floats) -> Patch:
    """Skin of the triangles that touch a `chosen` vertex (13380,); edges longer than `longest` (13380,), metres, are
    halved."""
    tris = triangles(baked.quads[(baked.quads < BODY_END).all(1)])
    normals = vertex_normals(shape.points[:BODY_END], tris)
    tris = tris[chosen[tris].any(1)]
    used, again = np.unique(tris, return_inverse=True)
    tris = again.reshape(tris.shape).astype(np.int32)
    dense = np.zeros((len(used), len(baked.joint_names)), np.float32)
    np.add.at(dense, (np.arange(len(used))[:, None], baked.joints[used].astype(np.intp)), baked.weights[used])
    points, normals, limit = shape.points[used], normals[used], longest[used]
    ends: list[NDArray[np.intp]] = []
    for _ in range(_ROUNDS):
        both = np.concatenate([tris[:, [0, 1]], tris[:, [1, 2]], tris[:, [2, 0]]])
        pairs = np.unique(np.sort(both, 1), axis=0)
        long = np.linalg.norm(points[pairs[:, 0]] - points[pairs[:, 1]], axis=1) > limit[pairs].max(1)
        tris = divide(tris, long, pairs, len(points))
        halved = pairs[long].astype(np.intp)
        ends.append(halved)
        points, normals, limit, dense = (np.concatenate([v, v[halved].mean(1)]) for v in (points, normals, limit, dense))
    joints, weights = four(dense)
    return Patch(points.astype(np.float32), unit(normals), tris, joints, weights, used.astype(np.intp), ends)
