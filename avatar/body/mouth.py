"""Inside of the mouth as one part: teeth, tongue, cavity, and the sockets behind the eyes, which share its dark, wet look."""

from __future__ import annotations

import numpy as np

from avatar.body.baked import TONGUE, Baked
from avatar.body.finer import refine, rim
from avatar.body.mesh import Floats, smoothstep, vertex_normals
from avatar.body.part import Part, corners, make, regions, unit_deltas
from avatar.body.rings import FRONT
from avatar.body.seal import Lips
from avatar.body.shape import Shape
from avatar.body.teeth import OPEN_HEIGHT, teeth
from avatar.body.tongue import tongue
from avatar.body.tuck import tuck

FLESH, INNER_LIP = np.array([0.26, 0.055, 0.050]), np.array([0.42, 0.110, 0.095])


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


def _cavity(baked: Baked, shape: Shape, names: tuple[str, ...], lip: Floats) -> Part:
    """The walls: lip-coloured at the opening, a warm dark further in."""
    where = regions(baked)
    c = corners(baked, where.cavity)
    skin = baked.quads[(baked.quads < TONGUE[0]).all(1)]
    skin_tris = np.concatenate([skin[:, [0, 1, 2]], skin[:, [0, 2, 3]]])
    points = shape.points[c.rows]
    border = shape.points[np.intersect1d(baked.quads[where.face], baked.quads[where.cavity])]
    inside = np.sqrt(((points[:, None] - border[None]) ** 2).sum(2).min(1))
    eye = points[:, 2] > shape.eyes[0, 2] - 0.03
    # a socket is seen at its rim only: deeper in it keeps away from the lids, or a cheek that squeezes the eye bares crumbs of it
    points[:, 1] += 0.006 * smoothstep(0.001, 0.006, inside) * eye
    light = np.where(eye, 0.42, 0.14 + 0.50 * smoothstep(0.034, 0.0, inside))
    near_lips = smoothstep(0.010, 0.0, inside)[:, None] * ~eye[:, None]
    extra = np.c_[light, FLESH + (INNER_LIP - FLESH) * near_lips]
    wet = np.tile(np.array([0.6, OPEN_HEIGHT], np.float32), (len(points), 1))
    normals = vertex_normals(shape.points, skin_tris)
    # between closed lips, up is under the upper one and over the lower one: only what is seen of them counts
    between = Lips.of(baked, shape).rings.rows[:, :FRONT]
    face = np.setdiff1d(np.unique(baked.quads[where.face]), np.union1d(baked.quads[where.cavity], between))
    face = face[np.linalg.norm(shape.points[face] - lip, axis=1) < 0.07]
    in_mouth = np.nonzero(~eye)[0]
    points[in_mouth] = tuck(points[in_mouth], shape.points[face], normals[face], inside[in_mouth] < 1e-6)
    part = make(
        "cavity", "mouth", points, normals[c.rows], c.tris, uv=wet, joints=baked.joints[c.rows],
        weights=baked.weights[c.rows], extra=extra,
    )  # fmt: skip
    near = skin_tris[(np.linalg.norm(shape.points[skin_tris].mean(1) - lip, axis=1) < 0.12)]
    part.moves, part.turns = unit_deltas(shape, names, c.rows, near)
    # a lower lip that rolls in under the teeth would show the wall behind it in front
    part.moves[names.index("mouthRollLower"), in_mouth, 1] += 0.0045 * smoothstep(0.0, 0.006, inside[in_mouth])
    refine(part, rim(baked, shape))
    return part


def mouth(baked: Baked, shape: Shape, names: tuple[str, ...], joint: int) -> Part:
    """The whole inside, with the motion of all that is named."""
    lip = lips(baked, shape)
    pieces = [_cavity(baked, shape, names, lip), tongue(baked, shape, names, lip, joint), teeth(shape, names, float(lip[2]), joint)]
    return _join("mouth", pieces)
