"""Lashes: a curled fringe on the edge of each lid, sized by the eye, that turns with the lid when she blinks."""

from __future__ import annotations

import numpy as np

from avatar.body.baked import Baked
from avatar.body.colour import linear
from avatar.body.lids import edges_of_lids
from avatar.body.mesh import Floats, Ints, smoothstep, unit, vertex_normals
from avatar.body.part import Part, make
from avatar.body.shape import Shape
from avatar.recipe import Lashes

COLUMNS = 30
ROWS = 4
_HAIRS = 78  # in a fringe, before they gather in threes


def _spread(rows: Floats, count: int) -> Floats:
    """Matrix (count, n) that spreads `count` points evenly over the polyline through the n points `rows` (n, 3)."""
    step = np.linalg.norm(np.diff(rows, axis=0), axis=1)
    at = np.concatenate([[0], np.cumsum(step)])
    want = np.linspace(0, at[-1], count)
    k = np.clip(np.searchsorted(at, want, side="right") - 1, 0, len(rows) - 2)
    f = (want - at[k]) / np.maximum(at[k + 1] - at[k], 1e-9)
    out = np.zeros((count, len(rows)), np.float32)
    out[np.arange(count), k] = 1 - f
    out[np.arange(count), k + 1] += f
    return out


def lashes(baked: Baked, shape: Shape, look: Lashes, woman: float, names: tuple[str, ...], joint: int) -> Part:
    """All four fringes. `woman` 0..1 lengthens the upper ones; the lower ones are short and sparse for anybody."""
    points: list[Floats] = []
    uvs: list[Floats] = []
    tris: list[Ints] = []
    alphas: list[Floats] = []
    moves: list[Floats] = []
    unit_of = {name: shape.dense(name) for name in names}
    base = 0
    for eye, (upper, lower) in enumerate(edges_of_lids(baked)):
        side = 1.0 if eye == 0 else -1.0
        for edge, up in ((upper, True), (lower, False)):
            spread = _spread(shape.points[edge], COLUMNS)
            root = spread @ shape.points[edge]
            out = unit(root - shape.eyes[eye])
            f = np.linspace(0, 1, COLUMNS)[:, None]
            long = shape.eye_radius * look.length * ((0.36 + 0.13 * woman) if up else 0.17)
            reach = long * (0.55 + 0.45 * smoothstep(0.0, 0.55, f)) * (1.0 - 0.45 * smoothstep(0.88, 1.0, f))
            fan = np.concatenate([side * (f - 0.30) * (1.15 if up else 0.6), np.zeros_like(f), np.zeros_like(f)], 1)
            rise = np.array([0, 0, 0.02 if up else -1.15], np.float32)
            lay = unit(out * np.array([1, 1, 0.35]) + fan + rise)
            curl = np.array([0, 0.10 if up else 0.05, 0.58 if up else -0.05], np.float32)
            strip = []
            for k in range(ROWS):
                part_way = k / (ROWS - 1)
                strip.append(root - out * 0.0002 + reach * (lay * part_way + curl * part_way**2))
            grid = np.stack(strip, 1)
            points.append(grid.reshape(-1, 3))
            cells = np.arange(COLUMNS)[:, None] / (COLUMNS - 1)
            u = cells * (1.0 if up else 0.8) + (0.0 if up else 0.1)
            # The lower ones without the dark of the roots, which would be a row of dots.
            v = np.linspace(0.0 if up else 0.22, 1.0, ROWS)[None]
            uvs.append(np.stack(np.broadcast_arrays(u, v), -1).reshape(-1, 2))
            ends = smoothstep(0.12, 0.24, f) * smoothstep(1.0, 0.97, f)  # at the nose a lid has no lashes
            alphas.append(np.repeat(ends * (1.0 if up else 0.22), ROWS, 1).reshape(-1))
            i, j = np.meshgrid(np.arange(COLUMNS - 1), np.arange(ROWS - 1), indexing="ij")
            a = (i * ROWS + j).ravel() + base
            tris += [np.stack([a, a + ROWS, a + 1], 1), np.stack([a + 1, a + ROWS, a + ROWS + 1], 1)]
            base += COLUMNS * ROWS
            offset = grid - root[:, None]
            unit_moves = np.zeros((len(names), COLUMNS, ROWS, 3), np.float32)
            for n, name in enumerate(names):
                slide = spread @ unit_of[name][edge]
                if np.abs(slide).max() < 1e-6:
                    continue
                # The lid rolls over the ball: an arc of the edge turns what stands on it by arc / radius about the X axis.
                angle = np.clip(slide[:, 2] / (shape.eye_radius * 0.85), -1.5, 0.75)
                turn_y = offset[..., 1] * (np.cos(angle) - 1)[:, None] + offset[..., 2] * np.sin(angle)[:, None]
                turn_z = offset[..., 2] * (np.cos(angle) - 1)[:, None] - offset[..., 1] * np.sin(angle)[:, None]
                unit_moves[n] = slide[:, None]
                unit_moves[n, ..., 1] += turn_y
                unit_moves[n, ..., 2] += turn_z
                # Where it comes to lie upon the lower lid it stays before it.
                unit_moves[n, ..., 1] -= 0.0009 * smoothstep(0.0, 0.008, -slide[:, 2])[:, None] * up
            moves.append(unit_moves.reshape(len(names), -1, 3))
    p, t = np.concatenate(points).astype(np.float32), np.concatenate(tris)
    colour = np.tile(linear(look.colour), (len(p), 1))
    extra = np.concatenate([np.concatenate(alphas)[:, None], colour], 1)
    part = make("lashes", "lash", p, vertex_normals(p, t), t, uv=np.concatenate(uvs), joint=joint, extra=extra)
    part.normals[:] = (0, -0.8, 0.6)
    part.moves = np.concatenate(moves, 1)
    part.turns = np.zeros_like(part.moves)
    part.texture, part.two_sided, part.soft = "lashes", True, True
    return part


def lash_texture(width: int = 1024, height: int = 64) -> Floats:
    """Coverage (height, width) of a row of lashes, roots at v 0. Row 0 is v = 1."""
    rng = np.random.default_rng(4)
    out = np.zeros((height, width), np.float32)
    x = np.arange(width, dtype=np.float32)[None]
    t = np.linspace(1, 0, height, dtype=np.float32)[:, None]
    for k in range(_HAIRS):
        middle = (k + 0.5 + rng.uniform(-0.35, 0.35)) / _HAIRS * width
        length, lean = rng.uniform(0.60, 0.84) + 0.14 * (k % 3 == 1), rng.normal(0, 5)
        # Lashes gather in threes: the outer two lean towards the middle one.
        lean += (1 - k % 3) * 10.0
        wide = 3.6 * np.clip(1 - t / length, 0, 1) ** 0.8 + 0.3
        hair = np.exp(-(((x - middle - lean * t * t) / wide) ** 2)) * (t < length)
        out = np.maximum(out, hair)
    return np.clip(np.maximum(out, smoothstep(0.20, 0.06, t)), 0, 1)
