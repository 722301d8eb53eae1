"""Orders the vertices of what moves so that neighbours in space are neighbours in the buffer: a unit then moves a few short runs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from avatar.body.mesh import Floats
from avatar.body.part import Part

_FIELDS = ("points", "normals", "uv", "joints", "weights", "extra", "bent")
_STILL_M = 2e-5
_LEAF = 24


def _halves(points: Floats, rows: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    """Rows cut in two across their longest side, again and again."""
    if len(rows) <= _LEAF:
        return [rows]
    axis = int(np.ptp(points[rows], axis=0).argmax())
    order = rows[np.argsort(points[rows, axis], kind="stable")]
    middle = len(order) // 2
    return _halves(points, order[:middle]) + _halves(points, order[middle:])


def gather(part: Part) -> NDArray[np.intp]:
    """Sorts the vertices of a moving part in place, those that never move last; returns where each old row has gone."""
    if part.moves is None or part.turns is None:
        raise ValueError(f"The part '{part.name}' never moves; its order is of no use.")
    moving = (np.abs(part.moves).max(axis=(0, 2)) > _STILL_M) | (np.abs(part.turns).max(axis=(0, 2)) > 0.01)
    order = np.concatenate([*_halves(part.points, np.nonzero(moving)[0]), np.nonzero(~moving)[0]]).astype(np.intp)
    where = np.empty(len(order), np.intp)
    where[order] = np.arange(len(order))
    part.tris = where[part.tris].astype(np.int32)
    for name in _FIELDS:
        setattr(part, name, getattr(part, name)[order])
    part.moves, part.turns = part.moves[:, order], part.turns[:, order]
    return where
