"""Hair that stands or lies by its own stiffness: short cuts with lengths by region, combed from the parting or brushed up."""

from __future__ import annotations

import numpy as np

from avatar.body.mesh import Floats, nearest, smoothstep, unit
from avatar.body.scalp import inside
from avatar.body.strands import Scalp, Strands, along, coherent, roots, smooth, spread, wave
from avatar.body.styles import Layer, Style


def _regions(scalp: Scalp, root: Floats) -> tuple[Floats, Floats]:
    """Shares of the top (over the temples all round) and of the back, (n,) each."""
    angle, height = scalp.angle(root), scalp.height(root)
    top = smoothstep(0.056, 0.088, height + 0.012 * smoothstep(1.2, 0.5, angle) + 0.010 * smoothstep(1.8, 2.8, angle))
    return top, smoothstep(1.5, 2.5, angle)


def _draw(
    style: Style, scalp: Scalp, root: Floats, normal: Floats, depth: Floats, reach: Floats, steps: int, rng: np.random.Generator
) -> Floats:
    top, back = _regions(scalp, root)
    angle = scalp.angle(root)
    front = smoothstep(0.95, 0.35, angle) * top
    over = -1.0 if scalp.part > 0 else 1.0
    side = np.sign(root[:, 0])
    # On top over to the side that the parting is not on, forwards or back as `sweep` says; sides down and back.
    turn = coherent(root, rng, 30.0)
    # On the side to which it is combed it lies down, or it would jut out over the ear.
    lies = 1 - 0.8 * smoothstep(0.025, 0.060, root[:, 0] * over / scalp.skull.scale)
    # Behind the crown it turns to the back and runs into what hangs there, or it would end over it like a shelf.
    rear = smoothstep(0.005, 0.050, (root[:, 1] - scalp.skull.middle[1]) / scalp.skull.scale)
    lateral = (over * style.over * lies * (1 - 0.6 * rear) + 0.28 * turn[:, 0]) * top + side * 0.10 * (1 - top)
    length_way = (style.sweep + (0.7 - style.sweep) * rear + 0.22 * turn[:, 1]) * top + (0.34 - 0.3 * back) * (1 - top)
    comb = np.stack([lateral, length_way, -1.0 * (1 - top)], 1).astype(np.float32)
    comb = unit(comb - normal * (comb * normal).sum(1, keepdims=True))
    rise = style.lift * (0.22 + 0.78 * top) + style.quiff * front
    d = unit(comb + normal * rise[:, None])
    p = root + normal * 0.0006
    h = (reach / steps)[:, None].astype(np.float32)
    lines = [p]
    for step in range(1, steps + 1):
        p = p + d * h
        s = reach * step / steps
        height, way = scalp.hull.ask(p)
        off = 0.0012 + (0.0008 + style.volume * (0.30 + 0.70 * top) * depth + 0.020 * style.quiff * front) * smoothstep(0.0, style.rise, s)
        back_in = np.maximum(height - off - style.shell, 0) * 0.5
        p = p + way * (np.maximum(off - height, 0) - back_in)[:, None]
        # It bends over towards the comb, and hangs as it gets long.
        flat = unit(comb - way * (comb * way).sum(1, keepdims=True))
        d = unit(d + flat * 0.42 + np.array([0, 0, -1], np.float32) * (style.gravity * step / steps))
        d = unit(d - way * np.minimum((d * way).sum(1), 0)[:, None] * smoothstep(off + 0.006, off, height)[:, None])
        lines.append(p)
    return np.stack(lines, 1).astype(np.float32)


def short(style: Style, layer: Layer, scalp: Scalp, count: int, length: float, waves: float, seed: int) -> Strands:
    """One layer of a short style. `length` and `waves` are the recipe's factors."""
    guide_rng, rng = np.random.default_rng(seed), np.random.default_rng([seed, len(layer.strip), int(layer.width * 1e5), count])
    root, normal = roots(scalp, layer, count, rng)
    steps = layer.segments or style.segments
    g_root, g_normal = roots(scalp, Layer(cards={}, width=0.01, strip="lock"), style.locks * 3, guide_rng)
    pick = spread(g_root, style.locks)
    g_root, g_normal = g_root[pick], g_normal[pick]

    def lengths(p: Floats, noise: np.random.Generator) -> Floats:
        top, back = _regions(scalp, p)
        # Towards the hairline hair gets shorter, down to nothing at nape and sideburns.
        edge = inside(p, scalp.skull, scalp.woman)
        fade = 0.28 + 0.72 * smoothstep(0.0, 0.034, edge) * (1 - top) + 0.72 * top
        # Over the ear it is cut round it, or it would stab its rim.
        ear = np.exp(-(((scalp.angle(p) - 1.60) / 0.20) ** 2)) * smoothstep(0.048, 0.016, scalp.height(p))
        fade = fade * (1 - 0.65 * ear)
        reach = style.top * top + (style.side * (1 - back) + style.back * back) * (1 - top)
        return np.asarray(reach * fade * length * (1 + style.ragged * noise.normal(0, 1, len(p)).clip(-2, 1.5)), np.float32)

    g_reach = lengths(g_root, guide_rng)
    guides = _draw(style, scalp, g_root, g_normal, np.full(len(g_root), 0.6, np.float32), g_reach, steps, guide_rng)
    depth = rng.uniform(*layer.depth, len(root)).astype(np.float32)
    reach = lengths(root, rng) * layer.reach
    line = _draw(style, scalp, root, normal, depth, reach, steps, np.random.default_rng(seed + 1))
    # Towards the guide's direction more than its place: a lock of short hair is a tuft.
    which = nearest(root, g_root, 1)[0][:, 0]
    t = np.linspace(0, 1, steps + 1, dtype=np.float32)
    bent = (guides - guides[:, :1])[which] * (reach / np.maximum(g_reach[which], 1e-4)).clip(0, 1.2)[:, None, None]
    goal = root[:, None] + (g_root[which] - root)[:, None] * (0.5 * t[None, :, None]) + bent
    line = line + (goal - line) * (layer.clump * smoothstep(0.1, 1.0, t))[None, :, None]
    line = smooth(line, 1)
    # Before the hairline it lies on the forehead: what stood off it would leave skin in the dark below.
    height, way = scalp.hull.ask(line)
    before = smoothstep(0.006, -0.006, inside(line, scalp.skull, scalp.woman)) * smoothstep(1.45, 1.15, scalp.angle(line))
    line = smooth(line - way * (np.maximum(height - 0.0045, 0) * before * (1 - style.quiff))[..., None], 1)
    outward = unit(scalp.hull.ask(line)[1] * 0.8 + unit(line - scalp.skull.middle) * 0.35)
    lock_rng = np.random.default_rng([seed, 7])
    lock_tone, lock_phase = lock_rng.random(style.locks), lock_rng.random(style.locks) * 6.28
    if style.wave > 0 and waves > 0:
        line, _ = wave(line, outward, style, waves, (lock_phase[which] + rng.normal(0, 0.4, len(root))).astype(np.float32), rng)
    if layer.fly:
        loose = unit(outward + coherent(root, rng, 300.0)[:, None] * 0.9) * layer.fly
        loosely = rng.uniform(0.1, 1.0, len(root)) * reach / max(style.top, 1e-3)
        line = line + loose * (t**1.3)[None, :, None] * loosely[:, None, None]
    s = along(line)
    # The hull is coarse: hair that lies must keep clear of what it leaves out, or only crumbs of it show.
    line = scalp.hull.off(line, 0.0008 + (0.0024 + 0.0014 * depth[:, None]) * smoothstep(0.0, 0.006, s))
    tone = np.clip(lock_tone[which] * 0.7 + rng.uniform(-0.1, 0.4, len(root)), 0, 1).astype(np.float32)
    width = layer.width * rng.uniform(0.75, 1.25, len(root)) * np.clip((reach / 0.02) ** 0.5, 0.45, 1.0)
    # Broad cards at the sides, and more so at the hairline, would lie there like scales.
    width = width * (0.62 + 0.38 * _regions(scalp, root)[0])
    width = width * (0.40 + 0.60 * smoothstep(0.006, 0.030, inside(root, scalp.skull, scalp.woman)))
    # None before an eye.
    before = (np.abs(line[..., 0]) < 0.051 * scalp.skull.scale) & (line[..., 1] < scalp.skull.middle[1])
    clear = ~(before & (scalp.height(line) < 0.019)).any(1)
    sway = np.zeros(line.shape[:2], np.float32)
    return Strands(
        line[clear].astype(np.float32), outward[clear], depth[clear], tone[clear], width[clear].astype(np.float32), layer.strip,
        layer.across, sway[clear], (0.75, 0.20),
    )  # fmt: skip
