"""Hair of the forehead: a fringe combed forwards and cut over the brows, or a curtain from the parting round the face."""

from __future__ import annotations

import numpy as np

from avatar.body.mesh import Floats, smoothstep, unit
from avatar.body.scalp import field
from avatar.body.strands import Scalp, Strands, along, coherent, cut, roots, smooth
from avatar.body.styles import Layer, Style

LOCKS = 5  # of the curtain, on each side
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
    low = style.fringe + np.maximum(uneven, -0.004) * (1 + 3 * beyond) - 0.075 * smoothstep(0.049, 0.070, np.abs(across))
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
        np.zeros(line.shape[:2], np.float32), (0.7, 0.4), None, 0.76 if layer.strip == "dense" else 1.0,
    )  # fmt: skip


def _at_height(line: Floats, z: float) -> Floats:
    """Sideways place (n,) at which lines (n, k, 3) that go down pass the height z, or their last."""
    below = line[..., 2] < z
    last = np.where(below.any(1), below.argmax(1), line.shape[1] - 1).clip(1)
    row = np.arange(len(line))
    a, b = line[row, last - 1], line[row, last]
    share = np.clip((a[:, 2] - z) / np.maximum(a[:, 2] - b[:, 2], 1e-5), 0, 1)
    return np.asarray(a[:, 0] + (b[:, 0] - a[:, 0]) * share)


def curtain(style: Style, layer: Layer, scalp: Scalp, count: int, waves: float, seed: int) -> Strands:
    """One layer of hair that leaves the parting and frames the face in locks: the foremost end at the cheek, those behind lie
    over temple and ear and hang to the shoulder. `waves` is the recipe's factor."""
    rng = np.random.default_rng([seed, 5, count])
    root, normal = roots(scalp, layer, count, rng)
    skull, steps = scalp.skull, layer.segments or 14
    k, n = skull.scale, len(root)
    depth = rng.uniform(*layer.depth, n).astype(np.float32)
    side = np.where(root[:, 0] >= scalp.part, 1.0, -1.0)
    far = np.abs(root[:, 0] - scalp.part) / (0.040 * k)
    # Which lock it joins: what grows farther from the brow hangs farther back. Locks are the same in every layer.
    behind = np.clip((field(root, skull, scalp.woman) - 0.003) / 0.033 + rng.normal(0, 0.16, n), 0, 0.999)
    lock = (behind * LOCKS).astype(int) + np.where(side > 0, 0, LOCKS)
    own = np.random.default_rng([seed, 6])
    back = (np.arange(2 * LOCKS) % LOCKS + own.uniform(0.0, 0.9, 2 * LOCKS))[lock] / LOCKS
    stray = own.normal(0, 0.0026, (2 * LOCKS, 3))[lock]
    ends, phases = own.uniform(-0.06, 0.06, 2 * LOCKS)[lock], own.uniform(0, 2.2, 2 * LOCKS)[lock]
    loose = rng.normal(0, 1, (n, 3)) * np.array([0.0020, 0.0045, 0.0])

    def at(x: Floats | float, y: Floats | float, z: Floats | float) -> Floats:
        columns = (side * np.asarray(x) * k, skull.middle[1] + np.asarray(y) * k, skull.eye_z + np.asarray(z) * k)
        return np.stack(np.broadcast_arrays(*columns), 1).astype(np.float32)

    rise = np.stack([side * (0.006 + 0.007 * np.minimum(far, 1.0)), -0.010 + 0.008 * back, np.full(n, 0.004)], 1) * k
    knots = [root + normal * 0.0008, root + rise, at(0.045 + 0.008 * far, -0.070 + 0.022 * back, 0.042 + 0.014 * far)]
    knots += [
        at(0.0575 + 0.005 * back, -0.062 + 0.034 * back, 0.006), at(0.0630 + 0.008 * back, -0.052 + 0.042 * back, -0.038),
        at(0.0640 + 0.010 * back, -0.053 + 0.044 * back, -0.082), at(0.0720 + 0.010 * back, -0.060 + 0.040 * back, -0.125),
        at(0.0730 + 0.014 * back, -0.064 + 0.034 * back, -0.170),
    ]  # fmt: skip
    reach = (0.66 + 0.34 * back + ends) * rng.uniform(0.86, 1.0, n)
    share = reach[:, None] * np.linspace(0, len(knots) - 1, steps + 1)[None]
    low = np.clip(share.astype(int), 0, len(knots) - 2)
    f = (share - low)[..., None].astype(np.float32)
    path, row = np.stack(knots, 1).astype(np.float32), np.arange(n)[:, None]
    line = smooth(path[row, low] * (1 - f) + path[row, low + 1] * f, 3)
    s = along(line)
    t = np.linspace(0, 1, steps + 1, dtype=np.float32)
    # A lock opens below the temple and closes at its tip.
    free = smoothstep(0.04, 0.12, s)[..., None]
    line = line + (stray * k)[:, None] * free + (loose * k)[:, None] * (free * (1 - 0.75 * smoothstep(0.55, 1.0, t))[None, :, None])
    turn = s / style.wave_length * 2 * np.pi + phases[:, None]
    swing = style.wave * waves * 0.45 * smoothstep(0.07, 0.16, s)
    line[..., 0] += side[:, None] * np.sin(turn) * swing * 0.7
    line[..., 1] += np.cos(turn) * swing
    height, out = scalp.hull.ask(line)
    off = 0.0022 + (0.004 + 0.009 * depth[:, None]) * smoothstep(0.0, 0.03, s)
    # Over forehead and temple it lies on the skin; beside the face it hangs by itself.
    laid = smoothstep(-0.015, 0.025, scalp.height(line))
    line = line + out * (np.maximum(off - height, 0) - np.maximum(height - off, 0) * 0.8 * laid)[..., None]
    line = smooth(line, 2)
    # Over the parting it keeps its rise, at the temple it may have no kink.
    line = scalp.hull.off(line + (smooth(line.copy(), 4) - line) * smoothstep(0.05, 0.08, s)[..., None], 0.0020)
    # None may hang before an eye or the cheek.
    high, aside = scalp.height(line), np.abs(line[..., 0]) / k
    clear = ~((aside < 0.052) & (high < 0.024) & (high > -0.09)).any(1)
    line, depth, lock, loose, side, n = line[clear], depth[clear], lock[clear], loose[clear], side[clear], int(clear.sum())
    outward = unit(scalp.hull.ask(line)[1] + unit(line - skull.middle) * 0.4)
    # A lock is round: its strands turn to the side on which they lie.
    shade = unit(outward + (loose / 0.004)[:, None] * (0.45 * free[clear]))
    tone = np.clip(np.random.default_rng([seed, 8]).uniform(0.15, 0.85, 2 * LOCKS)[lock] + rng.uniform(-0.15, 0.15, n), 0, 1)
    sway = 0.3 * smoothstep(0.0, -0.12, scalp.height(line))
    width: Floats = layer.width * rng.uniform(0.75, 1.2, n)
    return Strands(
        line.astype(np.float32), outward, 0.5 + 0.5 * depth, tone.astype(np.float32), width.astype(np.float32), layer.strip,
        layer.across, np.asarray(sway, np.float32), (0.6, 0.30), shade,
    )  # fmt: skip
