"""The skeleton: rest positions, and from local rotations to the matrices that skin the mesh, without a loop over joints."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from avatar.body.mesh import Floats

MAX_JOINTS = 56  # the size of the shaders' palette


def _products() -> Floats:
    """(16, 9): the products of a quaternion's parts, (w, x, y, z) times itself, to its rotation matrix less the identity."""
    out = np.zeros((4, 4, 3, 3), np.float32)
    for i in range(3):
        j, k = (i + 1) % 3, (i + 2) % 3
        out[j + 1, j + 1, i, i] = out[k + 1, k + 1, i, i] = -2
        out[i + 1, j + 1, i, j] = out[i + 1, j + 1, j, i] = 2
        out[0, k + 1, i, j], out[0, k + 1, j, i] = -2, 2
    return out.reshape(16, 9)


_PRODUCTS = _products()
_ONE = np.eye(3, dtype=np.float32)


def quaternion_matrices(q: Floats, out: Floats) -> None:
    """Unit quaternions (n, 4) as (w, x, y, z) into rotation matrices `out` (n, 3, 3), column vectors."""
    products = (q[:, :, None] * q[:, None, :]).reshape(len(q), 16)
    np.add((products @ _PRODUCTS).reshape(-1, 3, 3), _ONE, out=out)


class Skeleton:
    """names; parents (n,) with -1 for the root; rest (n, 3) heads in metres.

    Rest axes equal the world's for every joint, so a local rotation of one is the same rotation seen in the body's axes.
    """

    def __init__(self, names: tuple[str, ...], parents: NDArray[np.integer], rest: Floats) -> None:
        if len(names) > MAX_JOINTS:
            raise ValueError(f"A skeleton has {len(names)} joints but the shaders take {MAX_JOINTS}; use a smaller rig.")
        self.names = names
        self.index = {name: i for i, name in enumerate(names)}
        self.parents = np.asarray(parents, np.int64)
        self.rest = np.asarray(rest, np.float32)
        n = len(names)
        depth = np.zeros(n, int)
        for i, p in enumerate(self.parents):
            depth[i] = 0 if p < 0 else depth[p] + 1
        # Joints of one depth are computed together, and lie together while they are; parents come from the level above.
        self._order = np.argsort(depth, kind="stable")
        self._places = np.argsort(self._order)
        ends = np.cumsum(np.bincount(depth))
        self._levels = [(slice(a, b), self._places[self.parents[self._order[a:b]]]) for a, b in pairwise(ends)]
        step = self.rest.copy()
        step[1:] -= self.rest[np.maximum(self.parents[1:], 0)]
        self._local = np.tile(np.eye(4, dtype=np.float32), (n, 1, 1))
        self._local[:, :3, 3] = step
        self.world = self._local.copy()
        self._near, self._far = self._local[self._order], self._local[self._order]
        self._moved = np.empty((n, 3), np.float32)
        self.palette = np.tile(np.eye(4, dtype=np.float32), (MAX_JOINTS, 1, 1))

    def pose(self, rotations: Floats, offset: tuple[float, float, float]) -> None:
        """Fills `world` (n, 4, 4) with the joints' matrices and `palette` (56, 4, 4) with skinning matrices, rows as columns."""
        quaternion_matrices(rotations, self._local[:, :3, :3])
        near, far, world = self._near, self._far, self.world
        np.take(self._local, self._order, 0, out=near)
        far[0] = near[0]
        far[0, :3, 3] += offset
        for level, parents in self._levels:
            np.matmul(far.take(parents, 0), near[level], out=far[level])
        np.take(far, self._places, 0, out=world)
        n = len(self.names)
        np.einsum("nij,nj->ni", world[:, :3, :3], self.rest, out=self._moved)
        # Panda3D multiplies row vectors: its matrices are the transpose of ours.
        self.palette[:n, :3, :3] = world[:, :3, :3].transpose(0, 2, 1)
        self.palette[:n, 3, :3] = world[:, :3, 3] - self._moved

    def turn(self, joint: int, rotation: tuple[float, float, float, float]) -> None:
        """Turns one joint without children anew, after `pose`."""
        w, x, y, z = rotation
        local = self._local[joint]
        local[:3, :3] = (
            (1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)),
            (2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)),
            (2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)),
        )
        world = np.matmul(self.world[self.parents[joint]], local, out=self.world[joint])
        self.palette[joint, :3, :3] = world[:3, :3].T
        self.palette[joint, 3, :3] = world[:3, 3] - world[:3, :3] @ self.rest[joint]


def identity(count: int) -> Floats:
    """`count` quaternions that turn nothing."""
    out = np.zeros((count, 4), np.float32)
    out[:, 0] = 1
    return out
