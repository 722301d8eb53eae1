"""Rounds the ears, whose mesh is coarse: its edges are divided, then the zigzag that was between the old points is smoothed away.

Smoothing is that of Taubin (1995): a step in and a step out, so that the ear keeps its size.
"""

from __future__ import annotations

import numpy as np

from avatar.body.finer import refine
from avatar.body.mesh import edges, smoothstep, vertex_normals
from avatar.body.part import Part

_IN, _OUT, _ROUNDS = 0.55, -0.56, 14
_NEAR_M = 0.0005


def round_ears(part: Part) -> None:
    """Rounds in place what `extra` x of a face part marks as ear; old vertices keep their rows, where the ear meets the head
    nothing moves."""
    refine(part, part.points[part.extra[:, 0] > 0.3], _NEAR_M)
    share = smoothstep(0.3, 0.9, part.extra[:, 0])[:, None]
    rim = edges(part.tris)
    rim = rim[(share[rim, 0] > 0).any(1)]
    both = np.concatenate([rim, rim[:, ::-1]])
    degree = np.maximum(np.bincount(both[:, 0], minlength=len(part.points)), 1)[:, None]
    for _ in range(_ROUNDS):
        for step in (_IN, _OUT):
            mean = np.stack([np.bincount(both[:, 0], part.points[both[:, 1], k], len(part.points)) for k in range(3)], 1) / degree
            part.points = (part.points + (mean - part.points) * share * step).astype(np.float32)
    turned = vertex_normals(part.points, part.tris)
    part.normals = (part.normals + (turned - part.normals) * share).astype(np.float32)
