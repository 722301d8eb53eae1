"""The lips as a grid: columns that run from the inner edge out over the lip and past its border, ring after ring.

The base mesh draws closed rings round the mouth. Along a column of them a lip can be told how high and how full it shall be,
which no rule of distances says: a smile stretches the lips and must not squash them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avatar.body.baked import Baked
from avatar.body.mesh import Floats
from avatar.body.part import regions
from avatar.body.shape import Shape

FRONT, BORDER = 4, 6  # the first ring that is seen of closed lips, and the one at which red ends
_DEEP = 9
# How light each ring is: dark and warm where the lips meet, lightest where they are fullest, so that a lip is round in any light.
_UPPER = (0.62, 0.66, 0.74, 0.86, 0.96, 1.03, 1.00, 1.00, 1.00)
_LOWER = (0.66, 0.72, 0.82, 0.95, 1.04, 1.03, 1.00, 1.00, 1.00)
_WARM = np.array([0.75, 1.15, 1.10])  # the power of each channel: what is dark of a lip is red


@dataclass(frozen=True)
class Rings:
    """rows (n, 9): columns of the whole mouth, of every one the vertex rows from the inner edge outwards. way (n,): how far it is
    from the middle (0) to the corner (1). upper (n,): whether it is of the upper lip; the corners count as both' middle, 0.5."""

    rows: NDArray[np.intp]
    way: Floats
    upper: Floats

    @classmethod
    def of(cls, baked: Baked, shape: Shape, upper: NDArray[np.intp], lower: NDArray[np.intp]) -> Rings:
        """From the inner edges, each with both corners."""
        quads = baked.quads[regions(baked).face]
        mouth = set(upper.tolist()) | set(lower.tolist())
        beside: dict[int, set[int]] = {}
        holds: dict[int, list[set[int]]] = {}
        near = quads[(np.linalg.norm(shape.points[quads].mean(1) - shape.points[upper].mean(0), axis=1) < 0.06)]
        for quad in near.tolist():
            for k in range(4):
                beside.setdefault(quad[k], set()).update((quad[k - 1], quad[(k + 1) % 4]))
                holds.setdefault(quad[k], []).append(set(quad))
        columns = []
        for row in [*upper.tolist(), *lower[1:-1].tolist()]:
            column = [row]
            onward = [n for n in beside[row] if n not in mouth]
            while onward and len(column) < _DEEP:
                last = column[-1]
                column.append(min(onward, key=lambda n: abs(float(shape.points[n, 0] - shape.points[last, 0]))))
                shared = set().union(*(q for q in holds[column[-1]] if last in q))
                onward = [n for n in beside[column[-1]] if n not in shared]
            columns.append(column)
        rows = np.array(columns, np.intp)
        x = np.abs(shape.points[rows[:, 0], 0])
        of_upper = np.where(np.arange(len(rows)) < len(upper), 1.0, 0.0).astype(np.float32)
        of_upper[[0, len(upper) - 1]] = 0.5
        return cls(rows, np.asarray(x / x.max(), np.float32), of_upper)

    def shade(self, count: int) -> Floats:
        """The tint of every vertex of the base mesh, (count, 3): 1 off the lips."""
        light = np.outer(self.upper, _UPPER) + np.outer(1 - self.upper, _LOWER)
        out = np.ones((count, 3), np.float32)
        out[self.rows] = light[:, :, None] ** _WARM
        return out
