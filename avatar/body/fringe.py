"""A fringe: hair of the forehead combed forwards and cut over the brows."""

from __future__ import annotations

import numpy as np

from avatar.body.mesh import Floats, smoothstep, unit
from avatar.body.strands import Scalp, Strands, along, coherent, cut, roots, smooth
from avatar.body.styles import Layer, Style


def fringe(style: Style, layer: Layer, scalp: Scalp, count: int, seed: int) -> Strands:
    """One layer of a style's fringe, cut at the height `style.fringe` over the eyes."""
    rng = np.random.default_rng([seed, 3, count])
    root, normal = roots(scalp, layer, count, rng)
    k, steps = scalp.skull.scale, layer.segments or 8
    depth = rng.uniform(*layer.depth, len(root)).astype(np.float32)
    way = np.stack([root[:, 0] * 6.0 + (root[:, 0] - scalp.part) * 2.0, np.full(len(root), -1.0), np.full(len(root), -0.5)], 1)
    way = way + coherent(root, rng, 40.0) * 0.10
    way = unit(way - normal * (way * normal).sum(1, keepdims=True))
    d = unit(way + normal * 0.25)
    h = np.float32(0.15 * k / (steps * 2))
    p, lines = root + normal * 0.0008, [root]
    for step in range(1, steps * 2 + 1):
        p = p + d * h
        off = 0.003 + (0.004 + style.volume * 0.55 * depth) * float(smoothstep(0.0, 0.6, np.array(step / steps / 2)))
        height, out = scalp.hull.ask(p)
        p = p + out * (np.maximum(off - height, 0) - 0.6 * np.maximum(height - off - 0.003, 0))[:, None]
        d = unit(d + np.array([0, 0, -0.16], np.float32))
        d = unit(d - out * (d * out).sum(1, keepdims=True) * 0.6)
        if step % 2 == 0:
            lines.append(p)
    line = smooth(np.stack(lines, 1).astype(np.float32), 2)
    # A little longer towards the temples.
    low = style.fringe - 0.014 * smoothstep(0.045, 0.07, np.abs(line[:, -1, 0])) + rng.normal(0, 0.0015, len(root))
    line = cut(line, (scalp.skull.eye_z + low * k).astype(np.float32))
    outward = scalp.hull.ask(line)[1]
    tone = rng.uniform(0.1, 0.9, len(root)).astype(np.float32)
    line = scalp.hull.off(line, 0.0022 + 0.002 * smoothstep(0.0, 0.03, along(line)))
    width: Floats = layer.width * rng.uniform(0.75, 1.2, len(root))
    return Strands(
        line, outward, 0.4 + 0.6 * depth, tone, width.astype(np.float32), layer.strip, layer.across,
        np.zeros(line.shape[:2], np.float32), (0.7, 0.5),
    )  # fmt: skip
