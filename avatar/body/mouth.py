"""Inside of the mouth as one part: teeth, tongue, cavity, and the sockets behind the eyes, which share its dark, wet look."""

from __future__ import annotations

import numpy as np

from avatar.body.baked import TONGUE, Baked
from avatar.body.mesh import Floats, smoothstep, vertex_normals
from avatar.body.part import Part, corners, make, regions, unit_deltas
from avatar.body.shape import Shape
from avatar.body.teeth import rigid_moves, teeth

FLESH, TONGUE_COLOUR = np.array([0.30, 0.085, 0.080]), np.array([0.46, 0.155, 0.150])


def lip_edges(baked: Baked, shape: Shape) -> tuple[int, int]:
    """Vertex rows of the middles of the upper and of the lower lip where they meet: skin that borders on the cavity."""
    where = regions(baked)
    border = np.intersect1d(baked.quads[where.face], baked.quads[where.cavity])
    p = shape.points[border]
    middle = border[(np.abs(p[:, 0]) < 0.002) & (p[:, 2] < shape.eyes[0, 2] - 0.03)]
    # Closed lips lie at one height: it is the jaw that tells them apart.
    falls = shape.dense("jawOpen")[middle, 2]
    return int(middle[falls.argmax()]), int(middle[falls.argmin()])


def lips(baked: Baked, shape: Shape) -> Floats:
    """Where the closed lips meet, (3,)."""
    return np.asarray(shape.points[list(lip_edges(baked, shape))].mean(0) * np.array([0, 1, 1]), np.float32)


def _join(name: str, pieces: list[Part]) -> Part:
    offset, tris = 0, []
    for piece in pieces:
        tris.append(piece.tris + offset)
        offset += len(piece.points)
    moves = [p.moves for p in pieces if p.moves is not None]
    turns = [p.turns for p in pieces if p.turns is not None]

    def all_of(field: str) -> Floats:
        return np.asarray(np.concatenate([getattr(p, field) for p in pieces]))

    return Part(
        name, "mouth", all_of("points"), all_of("normals"), all_of("uv"), np.concatenate(tris).astype(np.int32),
        all_of("joints").astype(np.uint8), all_of("weights"), all_of("extra"), all_of("bent"), two_sided=True,
        moves=np.concatenate(moves, 1), turns=np.concatenate(turns, 1),
    )  # fmt: skip


def mouth(baked: Baked, shape: Shape, names: tuple[str, ...], joint: int) -> Part:
    """The whole inside, with the face units' motion."""
    lip = lips(baked, shape)
    cavity_faces = regions(baked).cavity
    c = corners(baked, cavity_faces)
    skin = baked.quads[(baked.quads < TONGUE[0]).all(1)]
    skin_tris = np.concatenate([skin[:, [0, 1, 2]], skin[:, [0, 2, 3]]])
    normals = vertex_normals(shape.points, skin_tris)
    points = shape.points[c.rows]
    depth = (points[:, 1] - lip[1]) / 0.05
    eye = points[:, 2] > shape.eyes[0, 2] - 0.03
    light = np.where(eye, 0.42, np.clip(0.50 - 1.6 * depth, 0.012, 0.40))
    extra = np.c_[light, np.tile(FLESH, (len(points), 1))]
    wet = np.full((len(points), 2), 0.6, np.float32)
    cavity = make(
        "cavity", "mouth", points, normals[c.rows], c.tris, uv=wet, joints=baked.joints[c.rows],
        weights=baked.weights[c.rows], extra=extra,
    )  # fmt: skip
    near = skin_tris[(np.linalg.norm(shape.points[skin_tris].mean(1) - lip, axis=1) < 0.12)]
    cavity.moves, cavity.turns = unit_deltas(shape, names, c.rows, near)
    quads = baked.quads[((baked.quads >= TONGUE[0]) & (baked.quads < TONGUE[1])).all(1)] - TONGUE[0]
    tris = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])
    flesh = shape.points[slice(*TONGUE)].copy()
    # Rests behind the lower teeth, a little below where the base mesh has it, so that it shows only when the jaw drops.
    flesh += np.array([0, 0.005, -0.0035], np.float32)
    reach = (flesh[:, 1] - flesh[:, 1].min()) / 0.045
    extra = np.c_[np.clip(0.52 - 0.75 * reach, 0.03, 0.48), np.tile(TONGUE_COLOUR, (len(flesh), 1))]
    tongue = make(
        "tongue", "mouth", flesh, vertex_normals(flesh, tris), tris, uv=np.ones((len(flesh), 2), np.float32), joint=joint,
        extra=extra,
    )  # fmt: skip
    tongue.moves = rigid_moves(shape, names, flesh) * smoothstep(1.3, 0.3, reach)[None, :, None]
    out = names.index("tongueOut")
    tongue.moves[out] = shape.dense("tongueOut")[slice(*TONGUE)]
    tongue.turns = np.zeros_like(tongue.moves)
    return _join("mouth", [cavity, tongue, teeth(shape, names, float(lip[2]), joint)])
