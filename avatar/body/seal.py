"""The line where the lips meet: closed at rest without ticks in the corners, and kept closed by every unit that should.

The base mesh leaves a gap of two millimetres near the corners, and many of its units pull the edges apart. Both are mended by
moving the two inner edges to their common middle and letting the skin around follow, fading out over the mesh.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avatar.body.baked import BODY_END, Baked, Sparse
from avatar.body.mesh import Floats, Smoother, smoothstep, triangles
from avatar.body.part import regions
from avatar.body.rings import BORDER, FRONT, Rings
from avatar.body.shape import Shape

OVERLAP_M = 0.0004  # by which closed lips pass each other
_REACH_M = 0.045
_ROUNDS = 14
_KEEP = 0.86  # of a correction that the next ring of vertices takes over
_FAR_ROUNDS, _FAR_KEEP = 40, 0.97  # the same for a lip's whole height, which chin and cheek go along with
_HALF_M = 0.02425  # half width of the mouth that profiles are given for


def sparse(dense: Floats) -> Sparse:
    """A delta of every vertex (n, 3) with its zeros left out."""
    rows = np.nonzero(np.abs(dense).max(1) > 1e-6)[0]
    return Sparse(rows, np.asarray(dense[rows], np.float32))


@dataclass(frozen=True)
class Lips:
    """upper, lower: rows of the inner edges from her right corner to her left one, both with the corners. rows: skin near them;
    spread: averages over that skin; away: 0 on the lips to 1 off them, inside: 1, and 0 at
    the edge of that skin, where neighbours are missing; both per row."""

    upper: NDArray[np.intp]
    lower: NDArray[np.intp]
    rows: NDArray[np.intp]
    spread: Smoother
    away: Floats
    inside: Floats
    rings: Rings

    @classmethod
    def of(cls, baked: Baked, shape: Shape) -> Lips:
        """The lips of a shape at rest."""
        upper, lower = _edges(baked, shape)
        points = shape.points[:BODY_END]
        middle = points[np.concatenate([upper, lower])].mean(0)
        skin = triangles(baked.quads[(baked.quads < BODY_END).all(1)])
        near = skin[(np.linalg.norm(points[skin] - middle, axis=2) < _REACH_M).all(1)]
        rows, local = np.unique(near, return_inverse=True)
        rim = points[np.concatenate([upper, lower])]
        gap = np.sqrt(((points[rows][:, None] - rim[None]) ** 2).sum(2).min(1))
        inside = smoothstep(_REACH_M, 0.8 * _REACH_M, np.linalg.norm(points[rows] - middle, axis=1))
        spread = Smoother(points[rows], local.reshape(near.shape))
        return cls(upper, lower, rows.astype(np.intp), spread, smoothstep(0.005, 0.012, gap), inside, Rings.of(baked, shape, upper, lower))

    def spread_out(self, edge: NDArray[np.intp], heights: Floats, dense: Floats) -> None:
        """Adds `heights` (of `edge`) to the deltas `dense` (15128, 3), fading out over the skin around; the other edge stays."""
        fixed = np.searchsorted(self.rows, np.concatenate([self.upper, self.lower]))
        value = np.zeros((len(self.rows), 3), np.float32)
        at = np.searchsorted(self.rows, edge)
        pinned = value.copy()
        pinned[at, 2] = heights
        value[:] = pinned
        for _ in range(_ROUNDS):
            value = self.spread.mean(value) * np.float32(_KEEP)
            value[fixed] = pinned[fixed]
        dense[self.rows] += value

    def lay(self, fixed: NDArray[np.intp], change: Floats, dense: Floats) -> None:
        """Adds `change` (n, 3) to the deltas of the rows `fixed` (n,) and lets the skin around follow, fading out."""
        at = np.searchsorted(self.rows, fixed)
        value = np.zeros((len(self.rows), 3), np.float32)
        value[at] = change
        for _ in range(_FAR_ROUNDS):
            value = self.spread.mean(value) * np.float32(_FAR_KEEP)
            value[at] = change
        dense[self.rows] += value * self.inside[:, None]

    def form(self, shape: Shape, how: dict[str, list[tuple[float, ...]]], dense: Floats) -> None:
        """Gives both lips their height and fullness: for `upper` and `lower` (part of the way to the corner, height, depth), both
        against the lip at rest, measured from its inner edge, which stays where `dense` has it, or goes `back`, (part of the
        way, millimetres)."""
        rows = self.rings.rows[:, : BORDER + 1]
        factor = np.zeros((len(rows), 2), np.float32)
        for name, share in (("upper", self.rings.upper), ("lower", 1 - self.rings.upper)):
            at, *values = zip(*how[name], strict=True)
            factor += share[:, None] * np.stack([np.interp(self.rings.way, at, value) for value in values], 1)
        rest = shape.points[rows][:, :, [2, 1]]
        there = (rest - rest[:, :1]) * (factor[:, None] - 1) + dense[rows[:, :1]][:, :, [2, 1]]
        if "back" in how:
            at, back = zip(*how["back"], strict=True)
            there[:, :, 1] += np.interp(self.rings.way, at, back)[:, None] * 1e-3
        change = np.zeros((*rows.shape, 3), np.float32)
        change[:, :, [2, 1]] = there - dense[rows][:, :, [2, 1]]
        fixed, first = np.unique(rows, return_index=True)
        self.lay(fixed, change.reshape(-1, 3)[first], dense)

    def lift(self, heights: list[tuple[float, float]], dense: Floats) -> None:
        """Moves the whole upper lip, (part of the way to the corner, millimetres); the lower one stays."""
        rows = self.rings.rows[:, : BORDER + 1]
        at, value = zip(*heights, strict=True)
        change = np.zeros((*rows.shape, 3), np.float32)
        change[:, :, 2] = (np.interp(self.rings.way, at, value) * (self.rings.upper == 1))[:, None] * 1e-3
        self.lay(rows.ravel(), change.reshape(-1, 3), dense)

    def gaps(self, points: Floats) -> tuple[Floats, Floats]:
        """How far apart the edges are above the upper and above the lower rows, metres; negative where they overlap."""
        up, low = points[self.upper], points[self.lower]
        return up[:, 2] - _height(low, up[:, 0]), _height(up, low[:, 0]) - low[:, 2]

    def close(self, points: Floats, dense: Floats) -> None:
        """Changes `dense` so that the lips of `points` + `dense` meet."""
        for share in (0.5, 0.5, 0.5):
            at_upper, at_lower = self.gaps(points + dense)
            wish = OVERLAP_M * np.sin(np.linspace(0, np.pi, len(at_upper))), OVERLAP_M * np.sin(np.linspace(0, np.pi, len(at_lower)))
            self.spread_out(self.upper, -share * np.maximum(at_upper + wish[0], 0), dense)
            self.spread_out(self.lower, share * np.maximum(at_lower + wish[1], 0), dense)
        self._close_fronts(points, dense)

    def _close_fronts(self, points: Floats, dense: Floats) -> None:
        """Lets the lips touch in front of their inner edges, too, where one could look in between."""
        rings, upper = self.rings, self.rings.upper == 1
        lower = rings.upper == 0
        for ring in range(1, BORDER):
            up, low = rings.rows[upper, ring], rings.rows[lower, ring]
            if ring < FRONT:
                there = points + dense
                gap_up = there[up, 2] - _height(there[low], there[up, 0])
                gap_low = _height(there[up], there[low, 0]) - there[low, 2]
                fall = 0.5 * np.maximum(gap_up + OVERLAP_M, 0)
                rise = 0.5 * np.maximum(gap_low + OVERLAP_M, 0)
            share = (1.0, 1.0, 1.0, 0.7, 0.4)[ring - 1]  # what lies further out goes along with the third ring
            dense[up, 2] -= share * fall
            dense[low, 2] += share * rise

    def profile(self, edge: NDArray[np.intp], shape: Shape, heights: list[tuple[float, float]], dense: Floats) -> None:
        """Gives an edge the motion `heights`: (part of the way to the corner, millimetres), for a mouth of usual width."""
        x = shape.points[edge, 0]
        half = float(np.abs(x).max())
        at, value = zip(*heights, strict=True)
        want = np.interp(np.abs(x) / half, at, value) * 1e-3 * half / _HALF_M
        self.spread_out(edge, np.asarray(want - dense[edge, 2], np.float32), dense)

    def bend(self, shape: Shape, factors: list[tuple[float, float]], dense: Floats) -> None:
        """Multiplies how far both edges rise by factors: (part of the way to the corner, factor)."""
        at, value = zip(*factors, strict=True)
        for edge in (self.upper, self.lower):
            x = np.abs(shape.points[edge, 0])
            self.spread_out(edge, np.asarray(dense[edge, 2] * (np.interp(x / x.max(), at, value) - 1), np.float32), dense)

    def ease_middle(self, shape: Shape, share: float, dense: Floats) -> None:
        """Holds the middle of the lips back by `share` of its own motion, so that the open mouth is round and not pointed."""
        x = shape.points[self.rows, 0]
        part = share * np.exp(-((x / 0.0045) ** 2)) * (1 - self.away)
        dense[self.rows, 2] *= (1 - part).astype(np.float32)


def _height(line: Floats, x: Floats) -> Floats:
    order = np.argsort(line[:, 0])
    return np.asarray(np.interp(x, line[order, 0], line[order, 2]), np.float32)


def _edges(baked: Baked, shape: Shape) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Walks round the border of skin and cavity, and parts it at its outermost points."""
    where = regions(baked)
    low = float(shape.eyes[0, 2]) - 0.03

    def sides(quads: NDArray[np.integer]) -> set[tuple[int, int]]:
        pairs = np.concatenate([quads[:, [a, (a + 1) % 4]] for a in range(4)])
        pairs = pairs[(shape.points[pairs, 2] < low).all(1)]
        return set(map(tuple, np.sort(pairs, 1).tolist()))

    nexts: dict[int, list[int]] = {}
    for a, b in sides(baked.quads[where.face]) & sides(baked.quads[where.cavity]):
        nexts.setdefault(a, []).append(b)
        nexts.setdefault(b, []).append(a)
    loop = [min(nexts, key=lambda row: float(shape.points[row, 0]))]
    while True:
        onward = [row for row in nexts[loop[-1]] if row not in loop[-2:]]
        if not onward or onward[0] == loop[0]:
            break
        loop.append(onward[0])
    left = max(range(len(loop)), key=lambda k: float(shape.points[loop[k], 0]))
    one, other = np.array(loop[: left + 1]), np.array([loop[0], *loop[:left - 1:-1]])
    # closed lips lie at one height: it is the jaw that tells them apart
    falls = shape.dense("jawOpen")[:, 2]
    return (one, other) if falls[one].mean() > falls[other].mean() else (other, one)
