"""Hair of the forehead: a fringe combed forwards and cut over the brows, which runs into the sides at the temples."""

from __future__ import annotations

import numpy as np

from avatar.body.mesh import Floats, smoothstep, unit
from avatar.body.strands import Scalp, Strands, along, coherent, cut, roots, smooth
from avatar.body.styles import Layer, Style

_STRAND_M = 0.0085  # breadth of a strand of the fringe


def fringe(style: Style, layer: Layer, scalp: Scalp, count: int, seed: int) -> Strands:
    """One layer of a style's fringe: over the brows it ends at the height `style.fringe`, beyond them its hair sweeps out over the
    temples and gets longer, until it is one with what hangs at the sides."""
    rng = np.random.default_rng([seed, 3, count])
    root, normal = roots(scalp, layer, count, rng)
    k, steps = scalp.skull.scale, layer.segments or 8
    depth = rng.uniform(*layer.depth, len(root)).astype(np.float32)
    side = np.sign(root[:, 0] + 1e-9)
    outer = smoothstep(0.030, 0.056, np.abs(root[:, 0]) / k)
    aside = root[:, 0] * 6.0 + (root[:, 0] - scalp.part) * 2.0 + side * 0.45 * outer
    way = np.stack([aside, np.full(len(root), -1.0), np.full(len(root), -0.5)], 1)
    way = way + coherent(root, rng, 40.0) * 0.10
    way = unit(way - normal * (way * normal).sum(1, keepdims=True))
    d = unit(way + normal * 0.25)
    h = ((0.15 + 0.03 * outer) * k / (steps * 2))[:, None].astype(np.float32)
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
    line = np.stack(lines, 1).astype(np.float32)
    across, away = _at_height(line, scalp.skull.eye_z + style.fringe * k) / k, side[:, None]
    beyond = smoothstep(0.046, 0.055, np.abs(across))
    # Beside the brows it keeps off the eyes, the more the lower it hangs.
    half = np.interp(scalp.height(line), (-0.06, -0.03, 0.0, 0.016, 0.036), (0.0700, 0.0690, 0.0660, 0.0595, 0.0490)) * k
    line[..., 0] += away * np.maximum(half - line[..., 0] * away, 0) * beyond[:, None]
    # Hairs join in strands of a finger's breadth, so that the end is points and gaps, not a ruler's line.
    t = np.linspace(0, 1, steps + 1, dtype=np.float32)
    strand = np.floor(across / _STRAND_M + rng.normal(0, 0.18, len(root)))
    own = np.random.default_rng([seed, 9])
    shift, ends, tones = (own.uniform(-1, 1, 64)[strand.astype(int) % 64] for _ in range(3))
    pull = ((strand + 0.5 + 0.25 * shift) * _STRAND_M - across) * 0.45 * k * (1 - beyond)
    line[..., 0] += pull[:, None] * t**2
    line = smooth(line, 2)
    uneven = 0.0028 * ends + rng.normal(0, 0.0014, len(root))
    low = style.fringe + np.maximum(uneven, -0.004) * (1 + 3 * beyond) - 0.058 * smoothstep(0.049, 0.070, np.abs(across))
    low = low + (0.007 if layer.strip == "dense" else 0.0)  # broad cards end out of sight, single hairs make the end
    line = cut(line, (scalp.skull.eye_z + low * k).astype(np.float32))
    line = scalp.hull.off(line, 0.0022 + 0.002 * smoothstep(0.0, 0.03, along(line)))
    # None before an eye.
    clear = ~((np.abs(line[..., 0]) < 0.049 * k) & (scalp.height(line) < 0.016)).any(1)
    line, depth, tones = line[clear], depth[clear], tones[clear]
    outward = scalp.hull.ask(line)[1]
    tone = np.clip(0.5 + 0.3 * tones + rng.uniform(-0.2, 0.2, len(line)), 0, 1).astype(np.float32)
    width: Floats = layer.width * rng.uniform(0.75, 1.2, len(line))
    return Strands(
        line, outward, 0.4 + 0.6 * depth, tone, width.astype(np.float32), layer.strip, layer.across,
        np.zeros(line.shape[:2], np.float32), (0.3, 0.4), None, 0.76 if layer.strip == "dense" else 1.0,
    )  # fmt: skip


def _at_height(line: Floats, z: float) -> Floats:
    """Sideways place (n,) at which lines (n, k, 3) that go down pass the height z, or their last."""
    below = line[..., 2] < z
    last = np.where(below.any(1), below.argmax(1), line.shape[1] - 1).clip(1)
    row = np.arange(len(line))
    a, b = line[row, last - 1], line[row, last]
    share = np.clip((a[:, 2] - z) / np.maximum(a[:, 2] - b[:, 2], 1e-5), 0, 1)
    return np.asarray(a[:, 0] + (b[:, 0] - a[:, 0]) * share)
