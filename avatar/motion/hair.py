"""Hair that follows the head: it lags, swings and settles, and stays out of head, neck and shoulders.

    node of a sector (12 round the skull) and a level (3 down the length)  ──spring──►  where the skeleton carries it

Each node is a damped oscillator whose drag is against the still air. It is solved in closed form for a place that moves evenly
within a frame, so any frame rate is stable and gives the same swing; what comes too near to a ball of the body is put back on it.
"""

from __future__ import annotations

from math import sin, sqrt, tau
from random import Random

import numpy as np

from avatar.body.body import Body
from avatar.body.sway import NODES, SECTORS
from avatar.units import Array

_DAMPING = 0.38
_LONGEST_S = 0.25  # after a longer pause it simply hangs
_CLEAR_M = 0.002

# Balls of the body on an average head: bone (0 head, 1 neck, 2 chest), offset from the middle between the eyes, radius; metres.
_BALLS = (
    (0, (0.0, 0.085, 0.035), 0.098), (0, (0.0, 0.045, -0.055), 0.066), (1, (0.0, 0.085, -0.145), 0.062),
    (2, (0.0, 0.100, -0.300), 0.120), (2, (0.105, 0.095, -0.260), 0.075), (2, (-0.105, 0.095, -0.260), 0.075),
)  # fmt: skip


def _by_level(values: tuple[float, float, float]) -> Array:
    """One value a level, from the head downwards, for every node, (36, 1)."""
    return np.repeat(np.array(values, np.float32), SECTORS)[:, None]


_OMEGA = _by_level((17.0, 12.0, 8.5))  # rad/s
_MOST_M = _by_level((0.020, 0.040, 0.065))[:, 0]
_AIR_M = _by_level((0.0, 0.0008, 0.0016))
_DRAG = _DAMPING * _OMEGA
_LAG = -2 * _DAMPING / _OMEGA


def _carried(points: Array, weights: Array) -> Array:
    """(n, 12): the rows that, times the three bones' matrices under each other (12, 3), give where points are carried."""
    wide = np.concatenate([points, np.ones((len(points), 1), np.float32)], 1)
    return np.ascontiguousarray((weights[:, :, None] * wide[:, None]).reshape(len(points), -1), np.float32)


class HairSprings:
    """Writes `body.hair_sway` each frame. `offset` (36, 3): metres by which each node is away from where the skeleton carries it."""

    def __init__(self, body: Body, rng: Random) -> None:
        self._body, nodes = body, body.hair_nodes
        self.active = nodes.strength > 0
        self.offset = np.zeros((NODES, 3), np.float32)
        self._velocity = np.zeros((NODES, 3), np.float32)
        self._rows = np.zeros((NODES, 4), np.float32)
        self._bones = np.empty((12, 3), np.float32)
        eyes = body.eyes.mean(0)
        bones = np.array([b for b, _, _ in _BALLS])
        centres = (eyes + np.array([c for _, c, _ in _BALLS])).astype(np.float32)
        self._node_rows = _carried(nodes.rest.astype(np.float32), nodes.weights.astype(np.float32))
        self._ball_rows = _carried(centres, np.eye(3, dtype=np.float32)[bones])
        # A node that rests nearer than a ball's radius is kept to where it rests.
        apart = np.linalg.norm(nodes.rest[:, None] - centres[None], axis=2)
        self._radius = np.minimum(np.array([r for _, _, r in _BALLS]), apart - _CLEAR_M).clip(0).astype(np.float32)
        self._square = self._radius**2
        self._phases = [rng.random() * tau for _ in range(4)]
        self._carried_to: Array | None = None
        self._air = np.zeros((1, 3), np.float32)
        self._s = self._back = self._ahead = self._slow = _OMEGA
        self._dt = self._t = 0.0

    def step(self, dt: float) -> None:
        """One frame of `dt` seconds, after the body was posed."""
        if not self.active or dt <= 0:
            return
        self._t += dt
        palette = self._body.skeleton.palette
        for i, joint in enumerate(self._body.hair_joints):
            self._bones[4 * i : 4 * i + 4] = palette[joint, :, :3]
        now = self._node_rows @ self._bones
        if self._carried_to is None or dt > _LONGEST_S:
            self._carried_to = now
            self.offset[:] = 0
            self._velocity[:] = 0
        way = (now - self._carried_to) / np.float32(dt)
        self._carried_to = now
        self._swing(way, dt)
        self._keep_out(now)
        self._rows[:, :3] = self.offset
        self._body.hair_sway.setData(self._rows.tobytes())

    def _swing(self, way: Array, dt: float) -> None:
        """y'' + 2 d w y' + w2 y = -2 d w u for the offset y of a node whose place moves at u, and a breath of air."""
        if dt != self._dt:
            self._dt = dt
            ringing = _OMEGA * sqrt(1 - _DAMPING**2)
            decay = np.exp(-_DAMPING * _OMEGA * dt)
            c = np.cos(ringing * dt) * decay
            self._s = np.sin(ringing * dt) * decay / ringing
            self._back = self._s * _OMEGA**2
            self._ahead, self._slow = c + self._s * _DRAG, c - self._s * _DRAG
        t, p = self._t, self._phases
        self._air[0, 0] = sin(t * 0.9 + p[0]) + sin(t * 2.3 + p[1])
        self._air[0, 1] = sin(t * 0.7 + p[2]) + sin(t * 1.9 + p[3])
        lag = way * _LAG + self._air * _AIR_M
        # The velocity kept is that of the node in the room, which does not jump when its place starts to move.
        away, speed = self.offset - lag, self._velocity - way
        self.offset[:] = lag + away * self._ahead + speed * self._s
        self._velocity[:] = way + speed * self._slow - away * self._back

    def _keep_out(self, now: Array) -> None:
        """No further than hair can, and into no ball."""
        square = np.einsum("ij,ij->i", self.offset, self.offset)
        if (square > _MOST_M * _MOST_M).any():
            self.offset *= np.minimum(_MOST_M / np.sqrt(np.maximum(square, 1e-12)), 1)[:, None]
        at, balls = now + self.offset, self._ball_rows @ self._bones
        apart = (at @ balls.T) * np.float32(-2)
        apart += np.einsum("ij,ij->i", at, at)[:, None]
        apart += np.einsum("ij,ij->i", balls, balls)
        if (apart < self._square).any():
            between = at[:, None] - balls[None]
            length = np.sqrt(np.einsum("nbi,nbi->nb", between, between))
            lacking = np.maximum(self._radius - length, 0) / np.maximum(length, 1e-6)
            self.offset += np.einsum("nb,nbi->ni", lacking, between)

    def inside_m(self) -> float:
        """By how many metres the worst node is now nearer to a ball of the body than it may be: for measures and tests."""
        if self._carried_to is None:
            return 0.0
        at, balls = self._carried_to + self.offset, self._ball_rows @ self._bones
        return float((self._radius - np.linalg.norm(at[:, None] - balls[None], axis=2)).max())
