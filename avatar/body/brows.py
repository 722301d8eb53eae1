"""Brows: a narrow patch of hairs above each eye, glued to the skin so that it goes wherever the face goes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from avatar.body.colour import linear
from avatar.body.mesh import Floats, smoothstep
from avatar.body.part import Part, make
from avatar.body.shape import Shape
from avatar.recipe import Brows

COLUMNS, ROWS = 20, 5


def middle_line(shape: Shape, look: Brows, woman: float, f: Floats) -> tuple[Floats, Floats, Floats]:
    """Distance outwards from the face's middle, height over the eyes and half width (metres) at 0 (inner end) .. 1 of a brow."""
    unit_size = shape.eye_radius / 0.0142
    eye = float(shape.eyes[0, 0])
    x = eye + (-0.0185 + 0.0425 * f) * unit_size
    arch = look.arch * (0.0042 + 0.0016 * woman)
    fall = (arch + 0.0040) * smoothstep(0.66, 1.02, f) ** 1.3
    z = np.asarray(0.0192 + arch * np.sin(np.clip(f / 0.68, 0, 1) * np.pi / 2) - fall)
    z = z - 0.0016 * (1 - woman)
    thick = (0.0033 + 0.0009 * (1 - woman)) * look.thickness
    half = np.asarray(thick * (0.80 + 0.20 * smoothstep(0.0, 0.2, f)) * (1 - 0.74 * smoothstep(0.45, 1.0, f)))
    return x.astype(np.float32), (z * unit_size).astype(np.float32), half.astype(np.float32)


def attach(points: Floats, tris: NDArray[np.integer], x: Floats, z: Floats) -> tuple[NDArray[np.intp], Floats]:
    """For each (x, z) the triangle seen from the front: its three vertices (n, 3) and barycentric weights (n, 3)."""
    a, b, c = (points[tris[:, k]] for k in range(3))
    d = (b[:, 0] - a[:, 0]) * (c[:, 2] - a[:, 2]) - (b[:, 2] - a[:, 2]) * (c[:, 0] - a[:, 0])
    d = np.where(np.abs(d) < 1e-12, np.float32(1e-12), d)
    px, pz = x[:, None] - a[None, :, 0], z[:, None] - a[None, :, 2]
    w1 = (px * (c - a)[None, :, 2] - pz * (c - a)[None, :, 0]) / d
    w2 = (pz * (b - a)[None, :, 0] - px * (b - a)[None, :, 2]) / d
    outside = np.maximum(0, np.maximum(-np.minimum(np.minimum(w1, w2), 1 - w1 - w2), 0))
    depth = a[None, :, 1] * (1 - w1 - w2) + b[None, :, 1] * w1 + c[None, :, 1] * w2
    # Inside wins; among those inside, the one nearest to the viewer.
    pick = (outside * 1e3 + depth).argmin(1)
    n = np.arange(len(x))
    w1, w2 = np.clip(w1[n, pick], 0, 1), np.clip(w2[n, pick], 0, 1)
    return tris[pick].astype(np.intp), np.stack([1 - w1 - w2, w1, w2], 1).astype(np.float32)


def brows(shape: Shape, skin: Part, look: Brows, woman: float, joint: int) -> Part:
    """Both brows, their motion taken from the skin under them; `skin` is the face part, moves included."""
    grid = np.meshgrid(np.linspace(0, 1, COLUMNS), np.linspace(-1, 1, ROWS), indexing="ij")
    f, across = (np.asarray(g.ravel(), np.float32) for g in grid)
    x, z, half = middle_line(shape, look, woman, f)
    height = shape.eyes[0, 2] + z + half * across * 1.25
    i, j = np.meshgrid(np.arange(COLUMNS - 1), np.arange(ROWS - 1), indexing="ij")
    a = (i * ROWS + j).ravel()
    cell = np.concatenate([np.stack([a, a + ROWS, a + 1], 1), np.stack([a + 1, a + ROWS, a + ROWS + 1], 1)])
    eye_y, eye_z = shape.eyes[0, 1], shape.eyes[0, 2]
    middle = skin.points[skin.tris].mean(1)
    faces_front = skin.normals[skin.tris].mean(1)[:, 1] < 0.35
    near = faces_front & (middle[:, 2] > eye_z - 0.01) & (middle[:, 2] < eye_z + 0.06) & (middle[:, 1] < eye_y + 0.03)
    tris = skin.tris[near]
    if skin.moves is None or skin.turns is None:
        raise ValueError("Brows need the moving face under them; pass the face part with its unit deltas.")
    points, normals, moves, turns = [], [], [], []
    for side in (1.0, -1.0):
        rows, weight = attach(skin.points, tris, x * np.float32(side), height)
        w = weight[..., None]
        normal = (skin.normals[rows] * w).sum(1)
        # The patch stands off a little more in its middle, so that it never sinks into the curve of the brow.
        points.append((skin.points[rows] * w).sum(1) + normal * (0.0007 + 0.0004 * (1 - across[:, None] ** 2)))
        normals.append(normal)
        moves.append((skin.moves[:, rows] * w).sum(2))
        turns.append((skin.turns[:, rows] * w).sum(2))
    uv = np.stack([f * 0.96 + 0.02, 0.5 + 0.02 + 0.96 * 0.5 * (across * 0.5 + 0.5) * 0.96], 1)
    n = len(f)
    edge = (0.25 + 0.75 * smoothstep(0.0, 0.24, f)) * smoothstep(-0.02, 0.05, f)
    edge = edge * smoothstep(1.0, 0.94, f) * smoothstep(1.0, 0.80, np.abs(across))
    extra = np.concatenate([(edge * (0.45 + 0.65 * look.density))[:, None], np.tile(linear(look.colour), (n, 1))], 1)
    part = make(
        "brows", "lash", np.concatenate(points), np.concatenate(normals), np.concatenate([cell, cell + n]),
        uv=np.concatenate([uv, uv]), joint=joint, extra=np.concatenate([extra, extra]),
    )  # fmt: skip
    part.moves, part.turns = np.concatenate(moves, 1).astype(np.float32), np.concatenate(turns, 1).astype(np.float32)
    part.texture, part.two_sided, part.soft = "hairs", True, True
    return part
