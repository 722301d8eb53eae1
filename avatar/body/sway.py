"""What the springs of hair need to know of a head of hair: a node for each sector round the skull and each level of freedom."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from avatar.body.mesh import Floats
from avatar.body.part import Part

SECTORS, LEVELS = 12, 3  # as in hair.vert.glsl
NODES = SECTORS * LEVELS


@dataclass(frozen=True)
class Nodes:
    """rest (36, 3) metres, level by level; weights (36, 3) of head, neck and chest; strength: how freely the style moves, 0 not."""

    rest: Floats
    weights: Floats
    strength: float


def nodes(hair: Part) -> Nodes:
    """The mean of the vertices that a node moves; a node without any takes the place of its nearest neighbour round the head."""
    sway = hair.extra[:, 3]
    rest, weights = np.zeros((NODES, 3), np.float32), np.zeros((NODES, 3), np.float32)
    if len(sway) == 0 or float(sway.max()) < 0.05:
        return Nodes(rest, np.tile(np.array([1, 0, 0], np.float32), (NODES, 1)), 0.0)
    sector = hair.joints[:, 3].astype(np.float32) / 256 * SECTORS
    top = float(sway.max())
    for level in range(LEVELS):
        share = (1 - np.abs(sway / top * LEVELS - (level + 1))).clip(0, 1)
        total = np.zeros(SECTORS)
        for k in range(SECTORS):
            away = np.abs((sector - k + SECTORS / 2) % SECTORS - SECTORS / 2)
            w = share * (1 - away).clip(0, 1)
            total[k] = w.sum()
            if total[k] > 0:
                row = level * SECTORS + k
                rest[row] = (hair.points * w[:, None]).sum(0) / total[k]
                weights[row] = (hair.weights[:, :3] * w[:, None]).sum(0) / total[k]
        full = np.nonzero(total > 0)[0]
        for k in np.nonzero(total == 0)[0].tolist():
            near = int(full[np.abs((full - k + SECTORS // 2) % SECTORS - SECTORS // 2).argmin()])
            rest[level * SECTORS + k], weights[level * SECTORS + k] = rest[level * SECTORS + near], weights[level * SECTORS + near]
    weights /= weights.sum(1, keepdims=True)
    return Nodes(rest, weights, top)
