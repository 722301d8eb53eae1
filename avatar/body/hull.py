"""What hair lies on, as a signed distance over a grid: quick to ask for thousands of points, smooth enough to slide along."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from avatar.body.mesh import Floats, unit

CELL_M = 0.0065


@dataclass(frozen=True)
class Hull:
    """low (3,) the grid's first node; cell metres between nodes; grid (x, y, z, 4) distance (below 0 inside) and its gradient."""

    low: Floats
    cell: float
    grid: Floats

    def ask(self, p: Floats) -> tuple[Floats, Floats]:
        """Height in metres (...,) over the surface and the unit way out (..., 3) at points (..., 3); linear between nodes, the
        border's value outside the grid."""
        size = np.array(self.grid.shape[:3])
        at = np.clip((p - self.low) / self.cell, 0, size - 1.001)
        k = at.astype(np.intp)
        f = (at - k).astype(np.float32)
        flat = self.grid.reshape(-1, 4)
        first = (k[..., 0] * size[1] + k[..., 1]) * size[2] + k[..., 2]
        out = np.zeros((*p.shape[:-1], 4), np.float32)
        for x in (0, 1):
            for y in (0, 1):
                for z in (0, 1):
                    wx, wy, wz = (f[..., i] if bit else 1 - f[..., i] for i, bit in enumerate((x, y, z)))
                    out += flat[first + (x * size[1] + y) * size[2] + z] * (wx * wy * wz)[..., None]
        return out[..., 0], unit(out[..., 1:])

    def off(self, p: Floats, least: float | Floats) -> Floats:
        """The points, those nearer to the surface than `least` metres (or inside) moved out to that height."""
        out = np.asarray(p, np.float32)
        for _ in range(2):
            height, way = self.ask(out)
            out = out + way * np.maximum(least - height, 0)[..., None]
        return out


def _sweep(cloud: Floats, near: np.ndarray, nodes: Floats) -> np.ndarray:
    """Nearest cloud point of every node, handed from node to neighbour along the axes until it settles (closest-point sweeps)."""
    best = np.where(near >= 0, ((nodes - cloud[near]) ** 2).sum(-1), np.float32(1e9))
    for _ in range(2):
        for axis in range(3):
            count = near.shape[axis]
            for order in (range(1, count), range(count - 2, -1, -1)):
                step = -1 if order.step > 0 else 1
                for i in order:
                    here: list[slice | int] = [slice(None)] * 3
                    there = list(here)
                    here[axis], there[axis] = i, i + step
                    h, t = tuple(here), tuple(there)
                    offered = near[t]
                    far = ((nodes[h] - cloud[offered]) ** 2).sum(-1)
                    better = (offered >= 0) & (far < best[h])
                    near[h] = np.where(better, offered, near[h])
                    best[h] = np.where(better, far, best[h])
    return near


def hull(points: Floats, normals: Floats, low: Floats, high: Floats, cell: float = CELL_M) -> Hull:
    """The distance to a surface given by points (n, 3) with outward normals, over the box from `low` to `high` (metres)."""
    low = np.asarray(low, np.float32)
    size = np.ceil((np.asarray(high) - low) / cell).astype(int) + 1
    within = ((points > low) & (points < high)).all(1)
    cloud, ways = np.asarray(points[within], np.float32), unit(normals[within])
    axes = [low[i] + cell * np.arange(size[i], dtype=np.float32) for i in range(3)]
    nodes = np.stack(np.meshgrid(*axes, indexing="ij"), -1)
    near = np.full(size, -1, np.intp)
    k = np.rint((cloud - low) / cell).astype(int)
    near[k[:, 0], k[:, 1], k[:, 2]] = np.arange(len(cloud))
    near = _sweep(cloud, near, nodes)
    away = nodes - cloud[near]
    along = (away * ways[near]).sum(-1)
    length = np.sqrt((away * away).sum(-1))
    # Close by the plane of the nearest point is the truth; further off its distance is, with the plane's sign.
    near_by = np.clip(1.5 - length / (2.5 * cell), 0, 1)
    d = along * near_by + np.where(along < 0, -length, length) * (1 - near_by)
    for axis in range(3):
        d = (np.roll(d, 1, axis) + 2 * d + np.roll(d, -1, axis)) / 4
    ways_out = np.stack(np.gradient(d, cell), -1)
    return Hull(low, cell, np.concatenate([d[..., None], ways_out], -1).astype(np.float32))
