"""What becomes of hair behind the knot: a tail, a bun, or a plait laid over one shoulder."""

from __future__ import annotations

import numpy as np

from avatar.body.gather import knot
from avatar.body.mesh import Floats, smoothstep, unit
from avatar.body.strands import Scalp, Strands, along, smooth, wave
from avatar.body.styles import Style

COUNTS = {"low": 0.55, "medium": 0.8, "high": 1.0}


def _frame(way: Floats) -> tuple[Floats, Floats]:
    """Two unit vectors across `way` (3,): the first lies level."""
    side = unit(np.cross(way, np.array([0, 0, 1.0]) if abs(way[2]) < 0.95 else np.array([0, 1.0, 0])))
    return side, unit(np.cross(side, way))


def _strands(
    lines: Floats, ways: Floats, depth: Floats, width: Floats, strip: str, sway: Floats, rng: np.random.Generator,
    thin: tuple[float, float],
) -> Strands:  # fmt: skip
    n = len(lines)
    tone = rng.uniform(0.05, 0.95, n).astype(np.float32)
    return Strands(
        lines.astype(np.float32), unit(ways), depth.astype(np.float32), tone, width.astype(np.float32), strip, 3,
        np.broadcast_to(sway, lines.shape[:2]).astype(np.float32), thin,
    )  # fmt: skip


def _ring(centre: Floats, way: Floats, radius: float, tall: float, rng: np.random.Generator) -> Strands:
    """The lock that is wound round the knot."""
    side, up = _frame(way)
    angle = np.linspace(0, 2.15 * np.pi, 15)[None] + np.array([[0.0], [1.7], [3.4]])
    out = np.cos(angle)[..., None] * side + np.sin(angle)[..., None] * up
    lift = (np.array([[-0.4], [0.0], [0.4]]) * tall)[..., None] * way
    return _strands(centre + out * radius + lift, out, np.full(3, 0.95), np.full(3, tall), "dense", np.zeros(1), rng, (0.9, 0.9))


def tail(style: Style, scalp: Scalp, length: float, waves: float, share: float, seed: int) -> list[Strands]:
    """A ponytail: it leaves the head along its normal and falls, off the back."""
    rng = np.random.default_rng(seed)
    goal, way = knot(style, scalp)
    count, steps = round(90 * share), 14
    side, up = _frame(way)
    angle, far = rng.uniform(0, 6.28, count), np.sqrt(rng.random(count))
    out = np.cos(angle)[:, None] * side + np.sin(angle)[:, None] * up
    p = goal + way * 0.012 + out * (far * style.bundle_width * 0.30)[:, None]
    d = unit(way + out * (far * 0.55)[:, None] + np.array([0, 0, 0.15]))
    reach = style.bundle_length * length * rng.uniform(0.72, 1.05, count)
    inner = 3
    h = (reach / steps / inner)[:, None]
    lines = [p]
    for step in range(1, steps * inner + 1):
        p = p + d * h
        # The bundle keeps together: what strays from its middle comes back to it.
        middle = p.mean(0)
        stray = p - middle
        p = p - stray * np.maximum(1 - style.bundle_width / np.maximum(np.linalg.norm(stray, axis=1, keepdims=True), 1e-6), 0) * 0.5
        height, outward = scalp.hull.ask(p)
        p = p + outward * np.maximum(0.007 + 0.006 * far - height, 0)[:, None]
        d = unit(d + np.array([0, 0, -0.20]))
        d = unit(d - outward * (np.minimum((d * outward).sum(1), 0) * smoothstep(0.02, 0.01, height))[:, None])
        if step % inner == 0:
            lines.append(p)
    line = smooth(np.stack(lines, 1).astype(np.float32), 2)
    ways = unit(line - line.mean(0)[None] + np.array([0, 0.012, 0.004]))
    phase = (out[:, 0] * 0.6 + rng.normal(0, 0.3, count)).astype(np.float32)
    line, _ = wave(line, ways.astype(np.float32), style, waves, phase, rng)
    line = scalp.hull.off(line, 0.004)
    s = along(line)
    sway = smoothstep(0.01, 0.25, s) * style.swing
    depth = 0.45 + 0.55 * far
    width = 0.015 * rng.uniform(0.7, 1.3, count)
    inside = far < 0.6
    parts = [_ring(goal + way * 0.012, way, style.bundle_width * 0.42, 0.014, rng)]
    for chosen, strip, thin in ((inside, "dense", (0.8, 0.5)), (~inside, "lock", (0.6, 0.4))):
        parts.append(_strands(line[chosen], ways[chosen], depth[chosen], width[chosen], strip, sway[chosen], rng, thin))
    return parts


def bun(style: Style, scalp: Scalp, length: float, waves: float, share: float, seed: int) -> list[Strands]:
    """A bun: locks wound over a flattened ball."""
    rng = np.random.default_rng(seed)
    goal, way = knot(style, scalp)
    side, up = _frame(way)
    count, steps = round(64 * share), 12
    radius = style.bundle_width * length
    centre = goal + way * radius * 0.62
    start = rng.uniform(0, 6.28, count)[:, None]
    t = np.linspace(0, 1, steps + 1)[None]
    # Each lock runs round the ball's axis while it slides from its foot to its crown or half of that.
    turn = start + t * rng.uniform(1.6, 3.6, count)[:, None] + 0.10 * np.sin(t * 9 + start * 5)
    rise0 = rng.uniform(-0.75, 0.35, count)[:, None]
    rise = (rise0 + t * rng.uniform(0.25, 0.9, count)[:, None]).clip(-0.9, 1.45)
    ring = np.cos(rise)
    out = (np.cos(turn) * ring)[..., None] * side + (np.sin(turn) * ring)[..., None] * up + np.sin(rise)[..., None] * way
    layer = rng.random(count)
    shell = radius * (0.84 + 0.16 * layer)[:, None, None] * (1 + 0.03 * np.sin(t * 7 + start))[..., None]
    line = centre + out * shell
    line = line - way * ((line - centre) @ way)[..., None] * 0.22
    line = scalp.hull.off(line.astype(np.float32), 0.001)
    inner = layer < 0.35
    width = radius * rng.uniform(0.30, 0.50, count)
    return [
        _strands(line[c], out[c], 0.2 + 0.75 * layer[c], width[c] * w, strip, np.zeros(1), rng, thin)
        for c, strip, w, thin in ((inner, "dense", 1.7, (0.9, 0.9)), (~inner, "lock", 1.0, (0.6, 0.5)))
    ]


def _over_shoulder(style: Style, scalp: Scalp, length: float, steps: int) -> Floats:
    """The middle line of a plait from the knot over the left shoulder to the chest, (steps + 1, 3)."""
    k, m = scalp.skull.scale, scalp.skull.middle
    goal, way = knot(style, scalp)
    z = scalp.skull.eye_z
    marks = np.array([
        goal + way * 0.008, goal + way * 0.026 + np.array([0.012, 0, -0.020]) * k, [0.066 * k, m[1] + 0.030 * k, z - 0.130 * k],
        [0.088 * k, m[1] - 0.015 * k, z - 0.180 * k], [0.086 * k, m[1] - 0.075 * k, z - 0.235 * k],
        [0.080 * k, m[1] - 0.10 * k, z - (0.235 + style.bundle_length * length * 0.5) * k],
    ])  # fmt: skip
    far = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(marks, axis=0), axis=1))])
    at = np.linspace(0, far[-1], steps + 1)
    line = np.stack([np.interp(at, far, marks[:, i]) for i in range(3)], 1)[None].astype(np.float32)
    for _ in range(4):
        line = scalp.hull.off(smooth(line, 3), style.bundle_width * 0.55)
    return np.asarray(smooth(line, 2)[0], np.float32)


def braid(style: Style, scalp: Scalp, length: float, waves: float, share: float, seed: int) -> list[Strands]:
    """Three strands over and under each other, each a tube of cards, and a tuft below the tie."""
    rng = np.random.default_rng(seed)
    steps = 44
    path = _over_shoulder(style, scalp, length, steps)
    tangent = unit(np.gradient(path, axis=0))
    away = scalp.hull.ask(path)[1]
    outward = unit(away - tangent * (away * tangent).sum(1, keepdims=True))
    outward = smooth(outward[None].copy(), 6)[0]
    side = unit(np.cross(tangent, outward))
    far = along(path[None])[0]
    taper = (0.72 + 0.28 * smoothstep(0.0, 0.06, far)) * (1 - 0.42 * smoothstep(far[-1] * 0.4, far[-1], far))
    size = style.bundle_width * taper
    lines, ways, depths, widths = [], [], [], []
    around = max(4, round(6 * share))
    for i in range(3):
        turn = far / (style.bundle_width * 2.3) * np.pi + i * 2 * np.pi / 3
        middle = path + side * (np.sin(turn) * size * 0.52)[:, None] + outward * (np.sin(2 * turn) * size * 0.30)[:, None]
        own = unit(np.gradient(middle, axis=0))
        a = unit(outward - own * (outward * own).sum(1, keepdims=True))
        b = np.cross(own, a)
        tube = size * 0.46
        for j in range(around):
            angle = 2 * np.pi * (j + 0.3 * rng.random()) / around
            out = a * np.cos(angle) + b * np.sin(angle)
            lines.append(middle + out * tube[:, None])
            ways.append(out)
            depths.append(0.45 + 0.4 * np.cos(angle) + 0.1 * rng.random())
            widths.append(style.bundle_width * 0.46 * 2 * np.pi / around * 1.30)
    line = np.stack(lines)
    s = far[None] * np.ones((len(line), 1))
    sway = smoothstep(0.04, 0.30, s) * style.swing * 0.6
    tubes = _strands(line, np.stack(ways), np.array(depths).clip(0, 1), np.array(widths), "dense", sway, rng, (1.0, 0.9))
    tubes.lines = scalp.hull.off(tubes.lines, 0.002)
    # Nothing of it ends before the tie, and where it leaves the head nothing begins.
    tubes.start, tubes.end = 0.17, 0.70
    end, down = path[-1], unit(tangent[-1] + np.array([0, 0, -0.6]))
    t = np.linspace(0, 1, 7)[None, :, None]
    count = round(22 * share)
    spread_way = (rng.normal(size=(count, 1, 3)) * 0.22).astype(np.float32)
    tuft = end - tangent[-1] * 0.006 + (down + spread_way * np.sin(t * 2.2)) * t * rng.uniform(0.035, 0.06, (count, 1, 1))
    tuft = scalp.hull.off(tuft.astype(np.float32), 0.003)
    last = np.full((count, 7), float(sway[0, -1]))
    ends = _strands(
        tuft, unit(outward[-1] + spread_way * 2 + 0 * t), rng.uniform(0.5, 1, count), np.full(count, 0.011), "lock", last, rng, (0.5, 0.4)
    )
    tie = _ring(end, tangent[-1], float(size[-1]) * 0.62, 0.010, rng)
    tie.sway[:] = float(sway[0, -1])
    return [tubes, ends, tie]


def bundle(style: Style, scalp: Scalp, length: float, waves: float, quality: str, seed: int) -> list[Strands]:
    """The bundle of a style, none where it has none."""
    makers = {"tail": tail, "bun": bun, "braid": braid}
    return makers[style.bundle](style, scalp, length, waves, COUNTS[quality], seed) if style.bundle else []
