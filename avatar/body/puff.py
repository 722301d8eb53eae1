"""Coily hair: it stands off all round and bends over at the outside, so that its surface is made of many small curls."""

from __future__ import annotations

import numpy as np

from avatar.body.mesh import smoothstep, unit
from avatar.body.scalp import field
from avatar.body.strands import Scalp, Strands, coherent, roots
from avatar.body.styles import Layer, Style


def puff(style: Style, layer: Layer, scalp: Scalp, count: int, length: float, waves: float, seed: int) -> Strands:
    """One layer of a round shape `style.volume` metres thick; depth says how far out its cards reach; `waves` loosens it."""
    rng = np.random.default_rng([seed, int(layer.depth[1] * 100), count])
    root, normal = roots(scalp, layer, count, rng)
    n, steps, k = len(root), layer.segments or 4, scalp.skull.scale
    depth = rng.uniform(*layer.depth, n).astype(np.float32)
    t = np.linspace(0, 1, steps + 1, dtype=np.float32)
    radial = unit(root - (scalp.skull.middle + np.array([0, 0.005, -0.015], np.float32) * k))
    edge = field(root, scalp.skull, scalp.woman)
    # Thin at the hairline, full from two fingers above it.
    thick = style.volume * length * k * (0.30 + 0.70 * smoothstep(0.0, 0.045, edge)) * (1 + 0.10 * coherent(root, rng, 28.0)[:, 0])
    thick = thick * (1 - 0.35 * smoothstep(1.2, 0.5, scalp.angle(root)) * smoothstep(0.075, 0.045, scalp.height(root)))
    side = unit(np.cross(radial, rng.normal(size=(n, 3))).astype(np.float32))
    reach = thick * (0.35 + 0.65 * depth)
    bend = np.float32(0.022) * (0.7 + 0.3 * waves) * rng.uniform(0.6, 1.3, n)
    # Over the brow rings are short, or they would hang on the forehead.
    bend = bend * (1 - 0.35 * smoothstep(0.016, 0.002, edge) * smoothstep(1.2, 0.8, scalp.angle(root)))
    line = root[:, None] + (radial * 0.8 + normal * 0.2)[:, None] * (reach[:, None] * np.sin(t * np.pi / 2)[None])[..., None]
    line = line + side[:, None] * (bend[:, None] * t[None] ** 2)[..., None]
    # The card lies across the bend, flat to the outside at its tip and on edge at its root.
    tangent = unit(np.gradient(line, axis=1))
    helper = unit(radial[:, None] * (0.25 + 0.75 * t[None, :, None]) - side[:, None] * (1 - t[None, :, None]))
    way = unit(helper - tangent * (helper * tangent).sum(2, keepdims=True))
    shade = unit(radial[:, None] + coherent(root, rng, 70.0)[:, None] * 0.22 + side[:, None] * 0.05)
    width = layer.width * rng.uniform(0.75, 1.25, n)
    tone = np.clip(0.45 + 0.18 * coherent(root, rng, 40.0)[:, 1] + rng.uniform(-0.08, 0.08, n), 0, 1)
    return Strands(
        line.astype(np.float32), way, depth, tone.astype(np.float32), width.astype(np.float32), layer.strip, layer.across,
        np.zeros((n, steps + 1), np.float32), (0.7, 1.0), np.broadcast_to(shade, line.shape).astype(np.float32),
    )  # fmt: skip
