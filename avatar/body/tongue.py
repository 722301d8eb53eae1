"""The tongue: rests behind the lower teeth, goes with the jaw, and shapes t d n l and th by two weights of its own."""

from __future__ import annotations

import numpy as np

from avatar.body.baked import TONGUE, Baked
from avatar.body.finer import refine
from avatar.body.mesh import Floats, smoothstep, unit, vertex_normals
from avatar.body.part import Part, make
from avatar.body.shape import Shape
from avatar.body.teeth import OPEN_HEIGHT, rigid_moves

COLOUR = np.array([0.60, 0.175, 0.165])
REST = np.array([0, 0.005, -0.0055], np.float32)  # from where the base mesh has it: it shows only when the jaw drops
# where the tip's middle goes, metres from the line of the lips: to the ridge behind the upper teeth, and between the teeth
_RIDGE, _TEETH = np.array([0, 0.0105, -0.0005], np.float32), np.array([0, -0.0012, 0.0004], np.float32)
_LENGTH_M, _TIP_HALF_M, _ROUND_M = 0.045, 0.010, 0.0045


def _to(flesh: Floats, part: Floats, target: Floats, flat: float) -> Floats:
    """Takes the tip to `target`, the rest by `part` (n,) of the way; `flat` is how thin it gets."""
    tip = flesh[part > 0.7].mean(0)
    move = (target - tip)[None] * part[:, None]
    move[:, 2] -= (flesh[:, 2] - tip[2]) * (1 - flat) * part
    move[:, 0] -= flesh[:, 0] * 0.30 * part  # a tip that reaches is narrow
    move[:, 1] += _ROUND_M * (flesh[:, 0] / _TIP_HALF_M) ** 2 * part  # and round
    return np.asarray(move, np.float32)


def tongue(baked: Baked, shape: Shape, names: tuple[str, ...], lip: Floats, joint: int) -> Part:
    """One part of the mouth's material; `lip` is where the closed lips meet, (3,)."""
    quads = baked.quads[((baked.quads >= TONGUE[0]) & (baked.quads < TONGUE[1])).all(1)] - TONGUE[0]
    tris = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])
    flesh = shape.points[slice(*TONGUE)] + REST
    reach = (flesh[:, 1] - flesh[:, 1].min()) / _LENGTH_M
    half = float(np.abs(flesh[:, 0]).max())
    side = np.abs(flesh[:, 0]) / half
    # A groove along the middle gives the flat helper a back that catches light on both sides.
    top = smoothstep(-0.3, 0.5, vertex_normals(flesh, tris)[:, 2])
    flesh[:, 2] -= 0.0016 * np.exp(-((side / 0.22) ** 2)) * top
    normals = vertex_normals(flesh, tris)
    light = np.clip(0.82 - 1.05 * reach, 0.05, 0.75) * (1 - 0.8 * side**2) * (0.55 + 0.45 * top)
    extra = np.c_[light, COLOUR * (1 - 0.18 * np.exp(-((side / 0.12) ** 2))[:, None] * top[:, None])]
    uv = np.tile(np.array([1.0, OPEN_HEIGHT], np.float32), (len(flesh), 1))
    part = make("tongue", "mouth", flesh, unit(normals), tris, uv=uv, joint=joint, extra=extra)
    moves = rigid_moves(shape, names, flesh) * smoothstep(1.3, 0.3, reach)[None, :, None]
    # it lies down as the mouth opens, or an open mouth would be full of it
    moves[names.index("jawOpen")][:, 1:] += np.array([0.004, -0.004], np.float32) * smoothstep(0.95, 0.3, reach)[:, None]
    moves[names.index("jawOpen")][:, 2] -= 0.011 * smoothstep(0.05, 0.45, reach)
    # and back, as it is in oo, where a small round mouth is dark
    moves[names.index("mouthPucker")][:, 1:] += np.array([0.008, -0.009], np.float32) * smoothstep(1.0, 0.4, reach)[:, None]
    out = shape.dense("tongueOut")[slice(*TONGUE)].copy()
    # out over the lower lip, not through it
    out[:, 2] += 0.0085 * np.clip(-out[:, 1] / 0.023, 0, 1)
    out[:, 1:] += np.array([-0.011, -0.003], np.float32) * smoothstep(0.6, 0.0, reach)[:, None] ** 2
    out[:, 0] -= flesh[:, 0] * 0.28 * smoothstep(0.22, 0.0, reach)  # a round tip
    out[:, 1:] += np.array([0.0026, 0.0012], np.float32) * ((flesh[:, 0] / _TIP_HALF_M) ** 2 * smoothstep(0.30, 0.0, reach))[:, None]
    moves[names.index("tongueOut")] = out
    local = flesh - lip
    moves[names.index("tongueUp")] = _to(local, smoothstep(0.75, 0.0, reach), _RIDGE, 0.75)
    moves[names.index("tongueBetween")] = _to(local, smoothstep(0.75, 0.05, reach), _TEETH, 0.5)
    part.moves = moves.astype(np.float32)
    part.turns = np.zeros_like(part.moves)
    refine(part, flesh[reach < 0.05], 0.007)
    return part
