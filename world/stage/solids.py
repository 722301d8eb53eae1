"""Simple solids as triangles: boxes with fine cells (so that light can vary over them), cylinders, spheres, leaves."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, cos, pi, sin
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class Mesh:
    """points, normals: float[n, 3]; triangles: int[m, 3], counter-clockwise seen from outside."""

    points: Array
    normals: Array
    triangles: NDArray[np.integer[Any]]


def box(centre: Array, size: Array, cell: float = 1.0, turn_deg: float = 0.0) -> Mesh:
    """Six faces, each cut into cells no longer than `cell` metres; turned about Y by `turn_deg`."""
    points, normals, triangles = [], [], []
    base = 0
    for axis in range(3):
        u, v = (axis + 1) % 3, (axis + 2) % 3
        nu, nv = (max(1, ceil(float(size[k]) / cell)) for k in (u, v))
        gu, gv = np.meshgrid(np.linspace(-0.5, 0.5, nu + 1), np.linspace(-0.5, 0.5, nv + 1), indexing="ij")
        for sign in (-1, 1):
            face = np.zeros((gu.size, 3))
            face[:, u], face[:, v], face[:, axis] = gu.ravel() * size[u], gv.ravel() * size[v], sign * 0.5 * size[axis]
            normal = np.zeros((gu.size, 3))
            normal[:, axis] = sign
            i, j = np.meshgrid(np.arange(nu), np.arange(nv), indexing="ij")
            a = base + (i * (nv + 1) + j).ravel()
            b, c, d = a + nv + 1, a + nv + 2, a + 1
            quads = [a, b, c, a, c, d] if sign > 0 else [a, c, b, a, d, c]
            triangles.append(np.stack(quads, 1).reshape(-1, 3))
            points.append(face)
            normals.append(normal)
            base += gu.size
    angle = turn_deg * pi / 180
    turn = np.array([[cos(angle), 0, sin(angle)], [0, 1, 0], [-sin(angle), 0, cos(angle)]])
    return Mesh(np.concatenate(points) @ turn.T + centre, np.concatenate(normals) @ turn.T, np.concatenate(triangles))


def cylinder(centre: Array, radius: float, height: float, top: float | None = None, rings: int = 1, sides: int = 28) -> Mesh:
    """Upright, with lids; `top` is the radius of the upper end, `rings` how often the wall is cut across."""
    top = radius if top is None else top
    angle = np.linspace(0, 2 * pi, sides + 1)
    ring = np.stack([np.cos(angle), np.sin(angle), np.zeros_like(angle)], 1)
    low, high = ring * radius - [0, 0, height / 2], ring * top + [0, 0, height / 2]
    walls = np.concatenate([low + (high - low) * t for t in np.linspace(0, 1, rings + 1)])
    i = np.arange(sides)
    n = sides + 1
    strip = np.concatenate([np.stack([i, i + 1, i + n + 1], 1), np.stack([i, i + n + 1, i + n], 1)])
    wall = np.concatenate([strip + k * n for k in range(rings)])
    lids = []
    for k, first in enumerate((len(walls), len(walls) + n + 1)):
        a, b = first + 1 + i, first + 2 + i
        lids.append(np.stack([np.full(sides, first), a, b] if k else [np.full(sides, first), b, a], 1))
    down, up = np.tile([0.0, 0.0, -1.0], (n + 1, 1)), np.tile([0.0, 0.0, 1.0], (n + 1, 1))
    points = np.concatenate([walls, [[0, 0, -height / 2]], low, [[0, 0, height / 2]], high])
    outward = np.tile(ring, (rings + 1, 1))
    return Mesh(points + centre, np.concatenate([outward, down, up]), np.concatenate([wall, *lids]))


def sphere(centre: Array, radius: float, rings: int = 6, sides: int = 10) -> Mesh:
    """Latitude and longitude."""
    theta, phi = np.meshgrid(np.linspace(0, pi, rings + 1), np.linspace(0, 2 * pi, sides + 1), indexing="ij")
    normal = np.stack([np.sin(theta) * np.cos(phi), np.sin(theta) * np.sin(phi), np.cos(theta)], -1).reshape(-1, 3)
    i, j = np.meshgrid(np.arange(rings), np.arange(sides), indexing="ij")
    a = (i * (sides + 1) + j).ravel()
    b, c, d = a + sides + 1, a + sides + 2, a + 1
    return Mesh(normal * radius + centre, normal, np.stack([a, b, c, a, c, d], 1).reshape(-1, 3))


def leaf(centre: Array, yaw: float, rise: float, length: float, width: float, steps: int = 7) -> Mesh:
    """A blade that rises at `rise` radians and bends over, both sides visible."""
    t = np.linspace(0, 1, steps)
    out, up = t * length * cos(rise) * (0.6 + 0.7 * t), length * (sin(rise) * t - 0.55 * t**2.4)
    spine = np.stack([out * cos(yaw), out * sin(yaw), up], 1)
    across = np.array([-sin(yaw), cos(yaw), 0.0]) * 0.5 * width
    wide = np.sin(pi * np.clip(t * 0.92 + 0.06, 0, 1))[:, None]
    points = np.concatenate([spine + across * wide, spine - across * wide])
    tangent = np.gradient(spine, axis=0)
    normal = np.cross(tangent, across)
    normal /= np.linalg.norm(normal, axis=1, keepdims=True) + 1e-9
    normal *= np.where(normal[:, 2:] < 0, -1, 1)
    i = np.arange(steps - 1)
    front = np.concatenate([np.stack([i, i + steps, i + 1], 1), np.stack([i + 1, i + steps, i + steps + 1], 1)])
    both = np.concatenate([front, front[:, ::-1] + 2 * steps])
    return Mesh(np.concatenate([points, points]) + centre, np.concatenate([normal, normal, -normal, -normal]), both)


def build(solid: dict[str, Any]) -> Mesh:
    """One entry of a room file; an unknown shape raises `ValueError` that names it."""
    centre = np.asarray(solid["centre"], float)
    match solid["shape"]:
        case "box":
            return box(centre, np.asarray(solid["size"], float), solid.get("cell", 0.5), solid.get("turn_deg", 0.0))
        case "cylinder":
            return cylinder(centre, solid["radius"], solid["height"], solid.get("top"), solid.get("rings", 1))
        case "sphere":
            return sphere(centre, solid["radius"])
        case "leaf":
            return leaf(centre, solid["yaw"], solid["rise"], solid["length"], solid["width"])
        case other:
            raise ValueError(f"unknown shape {other!r} of {solid['name']!r}; known are box, cylinder, sphere, leaf")
