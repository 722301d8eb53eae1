"""A piece of a body as plain arrays, before it becomes buffers of the graphics card; and the split of the skin into pieces."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from avatar.body.baked import BODY_END, Baked
from avatar.body.mesh import Floats, Ints, vertex_normals
from avatar.body.shape import Shape


@dataclass
class Part:
    """One draw. kind: material of `avatar.look.glsl.KINDS`. points, normals (n, 3); uv (n, 2); tris (m, 3); joints (n, 4) uint8
    and weights (n, 4); extra (n, 4) as the material says; bent (n, 4) mean free direction and open share.
    texture, maps: names of the textures of the body; maps by the shader's name for them.
    moves, turns (units, n, 3): what the face units add to points and normals, None for what never morphs."""

    name: str
    kind: str
    points: Floats
    normals: Floats
    uv: Floats
    tris: Ints
    joints: NDArray[np.uint8]
    weights: Floats
    extra: Floats
    bent: Floats
    tint: tuple[float, float, float] = (1.0, 1.0, 1.0)
    texture: str = ""
    two_sided: bool = False
    soft: bool = False
    inputs: dict[str, tuple[float, ...]] = field(default_factory=dict)
    maps: dict[str, str] = field(default_factory=dict)
    moves: Floats | None = None
    turns: Floats | None = None


def make(
    name: str, kind: str, points: Floats, normals: Floats, tris: NDArray[np.integer], *, uv: Floats | None = None,
    joints: NDArray[np.uint8] | None = None, weights: Floats | None = None, joint: int = 0, extra: Floats | None = None,
) -> Part:  # fmt: skip
    """A part with plain defaults: bound to one `joint`, unoccluded, `extra` of ones."""
    n = len(points)
    if joints is None or weights is None:
        joints = np.zeros((n, 4), np.uint8)
        joints[:, 0] = joint
        weights = np.zeros((n, 4), np.float32)
        weights[:, 0] = 1
    bent = np.concatenate([normals, np.ones((n, 1), np.float32)], 1).astype(np.float32)
    return Part(
        name, kind, points.astype(np.float32), normals.astype(np.float32),
        np.zeros((n, 2), np.float32) if uv is None else uv.astype(np.float32), tris.astype(np.int32),
        joints.astype(np.uint8), weights.astype(np.float32),
        np.ones((n, 4), np.float32) if extra is None else extra.astype(np.float32), bent,
    )  # fmt: skip


def keep_triangles(part: Part, kept: NDArray[np.integer]) -> Part:
    """The part with the triangles `kept` only; vertices that nothing uses go too."""
    used, again = np.unique(kept, return_inverse=True)
    part.tris = again.reshape(kept.shape).astype(np.int32)
    for name in ("points", "normals", "uv", "joints", "weights", "extra", "bent"):
        setattr(part, name, getattr(part, name)[used])
    if part.moves is not None and part.turns is not None:
        part.moves, part.turns = part.moves[:, used], part.turns[:, used]
    return part


@dataclass(frozen=True)
class Corners:
    """Render vertices of the base mesh: each pair of vertex row and uv row once. quads index into rows."""

    rows: NDArray[np.intp]
    uv_rows: NDArray[np.intp]
    quads: Ints

    @property
    def tris(self) -> Ints:
        q = self.quads
        return np.concatenate([q[:, [0, 1, 2]], q[:, [0, 2, 3]]]).astype(np.int32)


def corners(baked: Baked, chosen: NDArray[np.bool_]) -> Corners:
    """Render vertices of the chosen quads."""
    key = baked.quads[chosen].astype(np.int64) * len(baked.uv) + baked.quad_uv[chosen]
    used, again = np.unique(key, return_inverse=True)
    quads = again.reshape(key.shape).astype(np.int32)
    return Corners((used // len(baked.uv)).astype(np.intp), (used % len(baked.uv)).astype(np.intp), quads)


def crop_uv(baked: Baked, uv: Floats) -> Floats:
    """UV of the base mesh into the head's crop, 0..1 inside it."""
    u0, v0, u1, v1 = baked.crop
    return np.asarray((uv - np.array([u0, v0])) / np.array([u1 - u0, v1 - v0]), np.float32)


@dataclass(frozen=True)
class Regions:
    """Masks over quads: face (moved by units or by the head), mouth (cavity and the sockets behind the eyes), rest of the body."""

    face: NDArray[np.bool_]
    cavity: NDArray[np.bool_]
    body: NDArray[np.bool_]


def regions(baked: Baked) -> Regions:
    """Splits the skin; what lies inside the mouth or behind the eyes has islands of its own in the UV square."""
    skin = (baked.quads < BODY_END).all(1)
    moved = baked.weights[:, :].copy()
    head = baked.joint_names.index("head")
    share = np.where(baked.joints == head, moved, 0).sum(1)
    touched = share > 0.02
    for unit in baked.units.values():
        touched[unit.rows[np.abs(unit.moved).max(1) > 2e-4]] = True
    middle = baked.uv[baked.quad_uv].mean(1)
    mouth = (middle[:, 0] > 0.74) & (middle[:, 1] < 0.148)
    sockets = (middle[:, 0] < 0.16) & (middle[:, 1] > 0.54) & (middle[:, 1] < 0.64)
    face = skin & touched[baked.quads].any(1)
    cavity = face & (mouth | sockets)
    return Regions(face & ~cavity, cavity, skin & ~face)


def unit_deltas(shape: Shape, names: tuple[str, ...], rows: NDArray[np.intp], tris: NDArray[np.integer]) -> tuple[Floats, Floats]:
    """Deltas of the points and normals of `rows` for every unit, each (units, n, 3). `tris` is the mesh the normals come from,
    in rows of the base mesh."""
    moves = np.zeros((len(names), len(rows), 3), np.float32)
    turns = np.zeros_like(moves)
    used, local = np.unique(tris, return_inverse=True)
    local = local.reshape(tris.shape)
    where = np.full(len(shape.points), -1, np.intp)
    where[used] = np.arange(len(used))
    at = where[rows]
    base = shape.points[used]
    rest = vertex_normals(base, local)
    for k, name in enumerate(names):
        dense = shape.dense(name)
        moves[k] = dense[rows]
        part = dense[used]
        if np.abs(part).max() < 1e-6:
            continue
        turned = vertex_normals(base + part, local) - rest
        turns[k] = np.where((at >= 0)[:, None], turned[at], 0)
    return moves, turns
