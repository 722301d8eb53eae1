"""Hair combed to one point of the head: what lies on the skull on its way there."""

from __future__ import annotations

import numpy as np

from avatar.body.mesh import Floats, smoothstep, unit
from avatar.body.scalp import inside
from avatar.body.strands import Scalp, Strands, along, coherent, gather_locks, roots, smooth, spread
from avatar.body.styles import Layer, Style


def knot(style: Style, scalp: Scalp) -> tuple[Floats, Floats]:
    """The point where a style's hair is tied, on the skin, and the way out of the head there, (3,) each."""
    goal = scalp.skull.middle + np.array(style.gather, np.float32) * scalp.skull.scale
    for _ in range(4):
        height, way = scalp.hull.ask(goal[None])
        goal = goal - way[0] * height[0]
    return goal, scalp.hull.ask(goal[None])[1][0]


def _draw(style: Style, scalp: Scalp, root: Floats, normal: Floats, depth: Floats, steps: int) -> Floats:
    """Lines (n, steps + 1, 3) over the skull from the roots to the knot, along great circles."""
    middle = scalp.skull.middle
    goal, way = knot(style, scalp)
    k = scalp.skull.scale
    a, b = root - middle, (goal + way * 0.010 - middle)[None]
    ra, rb = np.linalg.norm(a, axis=1, keepdims=True), np.linalg.norm(b, axis=1, keepdims=True)
    ua, ub = a / ra, b / rb
    # The straight way from the forehead to a low knot would cross the face: from there hair goes back over the ear first.
    front = smoothstep(2.0, 1.0, scalp.angle(root))[:, None] * float(smoothstep(0.09, -0.02, np.array(goal[2] - middle[2])))
    over = unit(np.stack([root[:, 0] / k * 6, np.full(len(root), 0.35), np.full(len(root), 0.75)], 1))
    bent = unit(unit(ua + ub + np.array([0, 0.2, 0.2])) * (1 - front) + unit(ua * 0.8 + over) * front)
    # What grows before the ear goes up and over it.
    ear = smoothstep(1.75, 1.45, scalp.angle(root)) * smoothstep(0.8, 1.1, scalp.angle(root)) * smoothstep(0.045, 0.0, scalp.height(root))
    bent = unit(bent + (0.45 * ear)[:, None] * np.array([0, 0, 1], np.float32))
    t = np.linspace(0, 1, steps + 1, dtype=np.float32)
    f = t[None, :, None]
    turn = unit(ua[:, None] * (1 - f) ** 2 + bent[:, None] * (2 * f * (1 - f)) + ub[:, None] * f**2)
    line = middle + turn * (ra * (1 - t) + rb * t)[..., None]
    # It leaves the hairline a little upwards and swells on its way.
    swell = np.sin(np.pi * t).clip(0, 1) ** 0.8 * style.volume
    off = 0.0022 + (0.0015 + swell[None] * (0.3 + 0.7 * depth[:, None])) * smoothstep(0.0, 0.15, t)[None]
    for _ in range(2):
        height, out = scalp.hull.ask(line)
        line = line + out * ((off - height) * (1 - smoothstep(0.88, 1.0, t) * 0.8)[None])[..., None]
    line[:, 0] = root + normal * 0.0008
    return smooth(np.asarray(line, np.float32), 2)


def combed_back(style: Style, layer: Layer, scalp: Scalp, count: int, length: float, waves: float, seed: int) -> Strands:
    """One layer of hair combed to the knot; hairs at the hairline (`line`) go only part of the way."""
    rng, guide_rng = np.random.default_rng([seed, int(layer.width * 1e5), count]), np.random.default_rng(seed)
    root, normal = roots(scalp, layer, count, rng)
    steps = layer.segments or style.segments
    depth = rng.uniform(*layer.depth, len(root)).astype(np.float32)
    line = _draw(style, scalp, root, normal, depth, steps)
    g_root, g_normal = roots(scalp, Layer(cards={}, width=0.01, strip="lock"), style.locks * 3, guide_rng)
    pick = spread(g_root, style.locks)
    guides = _draw(style, scalp, g_root[pick], g_normal[pick], np.full(len(pick), 0.6, np.float32), steps)
    line, which = gather_locks(line, root, guides, g_root[pick], layer.clump, rng)
    if layer.reach < 1:
        k = np.linspace(0, steps * layer.reach, steps + 1)
        low = np.minimum(k.astype(int), steps - 1)
        f = (k - low)[None, :, None].astype(np.float32)
        line = line[:, low] * (1 - f) + line[:, low + 1] * f
    outward = scalp.hull.ask(line)[1]
    if layer.fly:
        t = np.linspace(0, 1, steps + 1, dtype=np.float32)
        loose = unit(outward + coherent(root, rng, 300.0)[:, None] * 0.8) * layer.fly
        line = line + loose * (t**1.4)[None, :, None] * rng.uniform(0.2, 1.0, (len(root), 1, 1))
    line = scalp.hull.off(line, 0.0014 + 0.002 * depth[:, None] * smoothstep(0.0, 0.02, along(line)))
    tone = np.random.default_rng([seed, 7]).random(style.locks)[which] * 0.30 + rng.uniform(0.20, 0.45, len(root))
    # A broad card at the hairline would hang over it like the rim of a cap.
    room = inside(line[:, : 1 + steps // 2], scalp.skull, scalp.woman).min(1)
    width = np.minimum(layer.width * rng.uniform(0.6, 1.3, len(root)), np.maximum(1.6 * room, 0.004))
    return Strands(
        line.astype(np.float32), outward, depth * 0.8, np.clip(tone, 0, 1).astype(np.float32),
        width.astype(np.float32), layer.strip, layer.across,
        np.zeros(line.shape[:2], np.float32), (0.15 if layer.roots in ("rim", "line") else 0.5, 0.45),
    )  # fmt: skip
