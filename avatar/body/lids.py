"""Eyelids and the face at rest: lids that cover the iris as the recipe says, close exactly, and a hint of a smile."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from avatar.body.baked import BODY_END, Baked, Sparse
from avatar.body.mesh import Floats, smoothstep
from avatar.body.shape import Shape
from avatar.recipe import Face

# Outer edges of the left lids in the base mesh, from the nose outwards.
UPPER = (6844, 6841, 6838, 6785, 6784, 6790, 6793, 6796, 6799, 6802)
LOWER = (6837, 6834, 6831, 6828, 6825, 6820, 6817, 6814, 6811)
EYE_SCALE = 1.03  # our eyeball against the helper's, which is a little small for the lids
IRIS = 0.45  # radius of the iris against the eyeball's
OVERLAP = 0.0004  # metres by which the closed upper lid passes the lower edge


def _mirror(baked: Baked, left: tuple[int, ...]) -> NDArray[np.intp]:
    there = baked.points[list(left)] * np.array([-1, 1, 1], np.float32)
    body = baked.points[:BODY_END]
    return np.array([int(((body - p) ** 2).sum(1).argmin()) for p in there])


def edges_of_lids(baked: Baked) -> tuple[tuple[NDArray[np.intp], NDArray[np.intp]], ...]:
    """(upper, lower) vertex rows of the left, then of the right eye, from the nose outwards."""
    return (
        (np.array(UPPER), np.array(LOWER)),
        (_mirror(baked, UPPER), _mirror(baked, LOWER)),
    )


def _along(rows: NDArray[np.intp], points: Floats, x: Floats, side: float) -> Floats:
    """Height of an edge of lids at the distances `x` outwards."""
    px = points[rows, 0] * side
    order = np.argsort(px)
    return np.asarray(np.interp(x * side, px[order], points[rows, 2][order]), np.float32)


def fit_blink(baked: Baked, shape: Shape) -> None:
    """Scales the blink of each eye, vertex by vertex, so that the upper edge just passes the lower one, whatever the eye's size."""
    for (upper, lower), name, side in zip(edges_of_lids(baked), ("eyeBlinkLeft", "eyeBlinkRight"), (1.0, -1.0), strict=True):
        unit = shape.units[name]
        dense = shape.dense(name)
        closed = shape.points + dense
        low = _along(lower, closed, closed[upper, 0], side)
        drop = shape.points[upper, 2] - (low - OVERLAP)
        full = -dense[upper, 2]
        scale = np.clip(np.where(full > 0.0015, drop / np.maximum(full, 1e-4), 1.0), 0.5, 1.8)
        px = shape.points[upper, 0] * side
        order = np.argsort(px)
        at = np.interp(shape.points[unit.rows, 0] * side, px[order], scale[order]).astype(np.float32)
        # Only what moves down is the upper lid; the lower lid and the brow keep their own motion.
        falls = smoothstep(-0.0005, -0.0025, unit.moved[:, 2])
        shape.units[name] = Sparse(unit.rows, unit.moved * (1.0 + (at - 1.0) * falls)[:, None])


def fold_in(shape: Shape, unit: str, weight: float) -> None:
    """Makes `weight` of a unit the rest position; what is left of the unit still ends at the same place."""
    part = shape.units[unit]
    shape.points[part.rows] += part.moved * np.float32(weight)
    shape.units[unit] = Sparse(part.rows, part.moved * np.float32(1.0 - weight))


def rest(baked: Baked, shape: Shape, face: Face) -> None:
    """Gives the shape its resting face in place: lids against the iris, corners of the mouth, brows."""
    fit_blink(baked, shape)
    iris = shape.eye_radius * EYE_SCALE * IRIS
    for k, ((upper, _), name) in enumerate(zip(edges_of_lids(baked), ("eyeBlinkLeft", "eyeBlinkRight"), strict=True)):
        side = 1.0 if k == 0 else -1.0
        middle = shape.eyes[k, :1]
        lid = float(_along(upper, shape.points, middle, side)[0] - shape.eyes[k, 2])
        blink = shape.dense(name)
        travel = -float(np.interp(0.0, (shape.points[upper, 0] - middle[0]) * side, blink[upper, 2]))
        fold_in(shape, name, float(np.clip((lid - iris * (1.0 - face.lid)) / max(travel, 1e-4), -0.25, 0.4)))
    for end in ("Left", "Right"):
        # who frowns has no smile left at rest, but keeps most of its width
        undone = shape.dense("mouthSmile" + end) * np.array([0.3, 1, 1], np.float32) * np.float32(face.smile)
        frown = shape.dense("mouthFrown" + end) - undone
        rows = np.nonzero(np.abs(frown).max(1) > 1e-6)[0]
        shape.units["mouthFrown" + end] = Sparse(rows, np.asarray(frown[rows], np.float32))
    for unit, weight in (
        ("mouthSmileLeft", face.smile), ("mouthSmileRight", face.smile),
        ("cheekSquintLeft", face.smile * 0.2), ("cheekSquintRight", face.smile * 0.2),
    ):  # fmt: skip
        fold_in(shape, unit, weight)
    if face.brow_lift > 0:
        for unit in ("browInnerUp", "browOuterUpLeft", "browOuterUpRight"):
            fold_in(shape, unit, face.brow_lift)
    elif face.brow_lift < 0:
        for unit in ("browDownLeft", "browDownRight"):
            fold_in(shape, unit, -face.brow_lift)
