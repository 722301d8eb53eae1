"""Divides the long edges near the lips once more, so that an open mouth is round: new points lie on the curve through the old
ones, which stay where they are. What the units move is divided by the same rule, and skin and cavity agree where they meet.

The rule is the interpolating one of Dyn, Levin and Gregory (1990): the butterfly inside, four points of a curve along a border.
"""

from __future__ import annotations

import numpy as np

from avatar.body.baked import Baked
from avatar.body.mesh import Floats, nearest, smoothstep, unit
from avatar.body.part import Part, regions
from avatar.body.shape import Shape

REACH_M, LIPS_M = 0.0075, 0.0115  # from the line between the lips: inside of the mouth, and of skin, to where red ends
LONGEST_M = 0.0021  # an edge that is longer is divided
_FOLD = np.array([0.69, 0.54, 0.52])
_SLOTS = 8  # points that one new point depends on, at most
_LINEAR = ("uv", "extra", "bent")


def rim(baked: Baked, shape: Shape) -> Floats:
    """Where skin and cavity meet, (n, 3)."""
    where = regions(baked)
    rows = np.intersect1d(baked.quads[where.face], baked.quads[where.cavity])
    return np.asarray(shape.points[rows[shape.points[rows, 2] < shape.eyes[0, 2] - 0.03]], np.float32)


def corners_of_mouth(points: Floats, around: Floats) -> tuple[Floats, Floats]:
    """What the folds in the corners of the mouth, finer than the mesh, do to the skin at `points` (n, 3): its tint (n, 3), for lip
    meets cheek in a soft warm dark, and how much of its turning is seen (n,), for a crumpled corner must not catch the light."""
    ends = around[[around[:, 0].argmin(), around[:, 0].argmax()]]
    flat = np.array([1.0, 0.3, 1.0], np.float32)  # the fold runs inwards, and it is its mouth that is seen
    near = smoothstep(0.0038, 0.0004, nearest(points * flat, ends * flat, 1)[1])
    return np.asarray(1 - near * (1 - _FOLD), np.float32), np.asarray(1 - 0.75 * near[:, 0], np.float32)


def _key(a: int, b: int) -> tuple[int, int]:
    return (a, b) if a < b else (b, a)


class _Net:
    """Who lies opposite an edge, and who follows on a border."""

    def __init__(self, tris: list[list[int]]) -> None:
        self.opposite: dict[tuple[int, int], list[int]] = {}
        for a, b, c in tris:
            for one, other, third in ((a, b, c), (b, c, a), (c, a, b)):
                self.opposite.setdefault(_key(one, other), []).append(third)
        self._border: dict[int, list[int]] = {}
        for (a, b), thirds in self.opposite.items():
            if len(thirds) == 1:
                self._border.setdefault(a, []).append(b)
                self._border.setdefault(b, []).append(a)

    def weights(self, a: int, b: int) -> list[tuple[int, float]]:
        """What the point between `a` and `b` is made of."""
        thirds = self.opposite[_key(a, b)]
        if len(thirds) == 1:
            ends = [[n for n in self._border[v] if n != w] for v, w in ((a, b), (b, a))]
            if any(len(e) != 1 for e in ends):
                return [(a, 0.5), (b, 0.5)]
            return [(a, 0.5625), (b, 0.5625), (ends[0][0], -0.0625), (ends[1][0], -0.0625)]
        wings = [
            (next((v for v in self.opposite[_key(end, third)] if v != other), -1), -0.0625)
            for third in thirds for end, other in ((a, b), (b, a))
        ]  # fmt: skip
        if len(thirds) != 2 or any(v < 0 for v, _ in wings):
            return [(a, 0.5), (b, 0.5)]
        return [(a, 0.5), (b, 0.5), (thirds[0], 0.125), (thirds[1], 0.125), *wings]


def _cut(tri: list[int], new: dict[tuple[int, int], int]) -> list[list[int]]:
    """A triangle in as many as its divided edges ask for."""
    mids = [new.get(_key(tri[k], tri[(k + 1) % 3]), -1) for k in range(3)]
    cut = [k for k in range(3) if mids[k] >= 0]
    if len(cut) == 3:
        (a, b, c), (ab, bc, ca) = tri, mids
        return [[a, ab, ca], [ab, b, bc], [ca, bc, c], [ab, bc, ca]]
    if len(cut) == 2:
        k = next(k for k in range(3) if mids[k] < 0)  # the whole edge runs from a to b
        a, b, c, bc, ca = tri[k], tri[(k + 1) % 3], tri[(k + 2) % 3], mids[(k + 1) % 3], mids[(k + 2) % 3]
        return [[a, b, bc], [a, bc, ca], [ca, bc, c]]
    if len(cut) == 1:
        k = cut[0]
        a, b, c = tri[k], tri[(k + 1) % 3], tri[(k + 2) % 3]
        return [[a, mids[k], c], [mids[k], b, c]]
    return [tri]


def refine(part: Part, around: Floats, reach: float = REACH_M) -> None:
    """Divides in place what lies within `reach` metres of the points `around` (n, 3); old vertices keep their rows."""
    distance = nearest(part.points, around, 1)[1][:, 0]
    net, count, tris = _Net(part.tris.tolist()), len(part.points), part.tris.tolist()
    new: dict[tuple[int, int], int] = {}
    for a, b in sorted(net.opposite):
        if max(distance[a], distance[b]) < reach and np.linalg.norm(part.points[a] - part.points[b]) > LONGEST_M:
            new[a, b] = count + len(new)
    if not new:
        return
    rows, shares = np.zeros((len(new), _SLOTS), np.intp), np.zeros((len(new), _SLOTS), np.float32)
    for k, (a, b) in enumerate(new):
        for slot, (row, share) in enumerate(net.weights(a, b)):
            rows[k, slot], shares[k, slot] = row, share
    ends = np.array(list(new), np.intp)

    def round_(values: Floats) -> Floats:
        return np.asarray(np.concatenate([values, (values[..., rows, :] * shares[..., None]).sum(-2)], -2), np.float32)

    def mean(values: Floats) -> Floats:
        return np.asarray(np.concatenate([values, values[..., ends, :].mean(-2)], -2), np.float32)

    part.points = round_(part.points)
    part.normals = unit(mean(part.normals))
    for name in _LINEAR:
        setattr(part, name, mean(getattr(part, name)))
    part.joints = np.concatenate([part.joints, part.joints[ends[:, 0]]])
    part.weights = np.concatenate([part.weights, part.weights[ends[:, 0]]])
    if part.moves is not None and part.turns is not None:
        part.moves, part.turns = round_(part.moves), mean(part.turns)
    part.tris = np.array([piece for tri in tris for piece in _cut(tri, new)], np.int32)

