"""Buttons and cords: small solid things sewn to a garment."""

from __future__ import annotations

import numpy as np

from avatar.body.garment import Cloth
from avatar.body.measures import Measures
from avatar.body.mesh import Floats, Ints, nearest, unit, vertex_normals
from avatar.body.outfits import Kind

_BUTTON_M, _SIDES = 0.0052, 10  # radius
_APART_M, _FIRST_M = 0.078, 0.030  # from button to button, and from the collar to the first
_CORD_M, _CORD_LONG_M, _CORD_STEPS = 0.0026, 0.15, 16


def _sewn(points: Floats, tris: Ints, at: Floats, cloth: Cloth) -> Cloth:
    """A solid thing moved by the cloth's vertex nearest to `at` (n, 3)."""
    row = nearest(at, cloth.points, 1)[0][:, 0]
    n = len(points)
    normals = vertex_normals(points, tris)
    return Cloth(
        points.astype(np.float32), normals, np.zeros((n, 2), np.float32), tris, cloth.joints[row], cloth.weights[row],
        np.full(n, 0.05, np.float32), len(tris), np.zeros(0, np.intp), np.zeros(n, np.float32), np.full(n, 0.5, np.float32),
    )  # fmt: skip


def _front(cloth: Cloth, m: Measures, x: float, z: Floats) -> tuple[Floats, Floats]:
    """Where the front of the cloth lies at `x` and heights `z` (k,), and the way out of it, (k, 3) each."""
    own = (cloth.points[:, 1] < m.joint["neck_01"][1]) & (np.abs(cloth.points[:, 0] - x) < 0.04) & (cloth.edge > 1e-4)
    p, n = cloth.points[own], cloth.normals[own]
    flat = np.stack([np.full_like(z, x), z], 1)
    index, distance = nearest(flat, p[:, [0, 2]], 5)
    share = (1 / (distance + 1e-3))[..., None]
    share /= share.sum(1, keepdims=True)
    at, out = (p[index] * share).sum(1), unit((n[index] * share).sum(1))
    at[:, 0], at[:, 2] = x, z
    return at.astype(np.float32), out


def buttons(cloth: Cloth, m: Measures, kind: Kind) -> list[Cloth]:
    """Down the middle of the front, from under the collar."""
    middle = (np.abs(cloth.points[:, 0]) < 0.012) & (cloth.points[:, 1] < m.joint["neck_01"][1]) & (cloth.trim < 0.5)
    high = float(cloth.points[middle, 2].max()) - _FIRST_M
    z = high - _APART_M * np.arange(kind.buttons, dtype=np.float32)
    at, out = _front(cloth, m, 0.0, z)
    angle = np.arange(_SIDES) / _SIDES * 2 * np.pi
    made = []
    for p, n in zip(at, out, strict=True):
        right = unit(np.cross(np.array([0, 0, 1], np.float32), n))
        up = np.cross(n, right)
        ring = np.cos(angle)[:, None] * right + np.sin(angle)[:, None] * up
        rows = [p + n * h + ring * (_BUTTON_M * r) for r, h in ((1.0, 0.0005), (1.0, 0.0022), (0.82, 0.0030), (0.62, 0.0024))]
        points = np.concatenate([*rows, (p + n * 0.0024)[None]])
        tris = _tube_tris(len(rows), _SIDES)
        last, a = (len(rows) - 1) * _SIDES, np.arange(_SIDES)
        lid = np.stack([last + a, last + (a + 1) % _SIDES, np.full(_SIDES, len(points) - 1)], 1)
        made.append(_sewn(points, np.concatenate([tris, lid]).astype(np.int32), np.broadcast_to(p, points.shape), cloth))
    return made


def _tube_tris(rows: int, sides: int) -> Ints:
    i, j = np.meshgrid(np.arange(rows - 1), np.arange(sides), indexing="ij")
    a, b = (i * sides + j).ravel(), (i * sides + (j + 1) % sides).ravel()
    return np.concatenate([np.stack([a, b, a + sides], 1), np.stack([b, b + sides, a + sides], 1)]).astype(np.int32)


def cords(cloth: Cloth, m: Measures) -> list[Cloth]:
    """Two, hanging from the front of a hood, with a knot at the end."""
    front = (cloth.trim > 0.5) & (np.abs(cloth.points[:, 0]) < 0.03)
    high = float(cloth.points[front, 2].min()) + 0.016
    made, sides = [], 6
    angle = np.arange(sides) / sides * 2 * np.pi
    for sign, longer in ((1.0, 1.0), (-1.0, 0.86)):
        t = np.linspace(0, 1, _CORD_STEPS, dtype=np.float32)
        x = sign * (0.030 + 0.010 * t + 0.003 * np.sin(t * 5 + sign))
        z = high - _CORD_LONG_M * longer * t
        line = np.stack([_front(cloth, m, float(a), np.array([b], np.float32))[0][0] for a, b in zip(x, z, strict=True)])
        for _ in range(3):
            line[1:-1] = (line[:-2] + line[2:] + 2 * line[1:-1]) / 4
        line[:, 1] -= 0.0035 + 0.004 * np.exp(-t * 8)
        thick = _CORD_M * (1 + 0.9 * np.exp(-(((t - 0.93) / 0.05) ** 2)))
        ring = np.stack([np.cos(angle), np.sin(angle), np.zeros(sides)], 1)
        points = (line[:, None] + ring[None] * thick[:, None, None]).reshape(-1, 3)
        made.append(_sewn(points, _tube_tris(len(t), sides), np.repeat(line, sides, 0), cloth))
    return made
