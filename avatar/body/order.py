"""Orders the vertices of what moves so that those which the same units move are neighbours in the buffer: a unit then moves a few
short runs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from avatar.body.part import Part

_FIELDS = ("points", "normals", "uv", "joints", "weights", "extra", "bent")
STILL = np.array([2e-5, 2e-5, 2e-5, 0.005, 0.005, 0.005], np.float32)  # metres, and parts of a unit normal: less is not seen


def _chain(sets: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Rows of `sets` (n, units) so that each is followed by the one most like it among those left, the fullest first."""
    full = sets.astype(np.float32)
    size = full.sum(1)
    apart = size[:, None] + size[None, :] - 2 * (full @ full.T)
    out = np.empty(len(sets), np.intp)
    out[0] = size.argmax()
    for k in range(1, len(sets)):
        apart[:, out[k - 1]] = np.inf
        out[k] = apart[out[k - 1]].argmin()
    return out


def gather(part: Part) -> NDArray[np.intp]:
    """Sorts the vertices of a moving part in place; returns where each old row has gone."""
    if part.moves is None or part.turns is None:
        raise ValueError(f"The part '{part.name}' never moves; its order is of no use.")
    moved = np.concatenate([part.moves, part.turns], 2)
    sets, kind = np.unique((np.abs(moved) > STILL).any(2).T, axis=0, return_inverse=True)
    place = np.empty(len(sets), np.intp)
    place[_chain(sets)] = np.arange(len(sets))
    order = np.argsort(place[kind.ravel()], kind="stable")
    where = np.empty(len(order), np.intp)
    where[order] = np.arange(len(order))
    part.tris = where[part.tris].astype(np.int32)
    for name in _FIELDS:
        setattr(part, name, getattr(part, name)[order])
    part.moves, part.turns = part.moves[:, order], part.turns[:, order]
    return where
