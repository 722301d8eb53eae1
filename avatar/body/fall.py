"""Hair that hangs: combed from the parting, laid over the head, drawn down by its weight, kept off face and shoulders."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from avatar.body.mesh import Floats, smoothstep, unit
from avatar.body.scalp import field
from avatar.body.strands import Scalp, Strands, along, coherent, cut, gather_locks, roots, smooth, spread, wave
from avatar.body.styles import Layer, Style

DOWN = np.array([0, 0, -1], np.float32)


def combed(style: Style, scalp: Scalp, root: Floats, normal: Floats, rng: np.random.Generator) -> Floats:
    """The direction in which each hair leaves the scalp, unit (n, 3): away from the parting, which runs from the hairline to
    the whorl; behind that away from the whorl."""
    k = scalp.skull.scale
    whorl_y = scalp.skull.middle[1] + 0.025 * k
    x = root[:, 0] - scalp.part
    x = np.where(np.abs(x) < 0.001, np.sign(x + 1e-9) * 0.001, x)
    behind = np.maximum(root[:, 1] - whorl_y, 0)
    height, angle = scalp.height(root), scalp.angle(root)
    top = smoothstep(0.035, 0.085, height)
    front = smoothstep(1.5, 0.5, angle)
    away = unit(np.stack([x, behind, np.zeros_like(x)], 1))
    way = away * (style.lateral * (0.25 + 0.75 * top))[:, None]
    way = way + np.stack([np.zeros_like(x), style.sweep * front * (0.25 + 0.75 * top) + 0.10 * top, -1.0 * (1 - top) - 0.10], 1)
    # At the brow's edge hair goes back before it goes aside, or it would cross the forehead.
    edge = smoothstep(0.035, 0.004, field(root, scalp.skull, scalp.woman)) * smoothstep(1.25, 0.9, angle) * smoothstep(0.025, 0.055, height)
    way = way + edge[:, None] * np.array([0, 0.78, 0.36], np.float32) + coherent(root, rng, 24.0) * 0.07
    way = unit(way - normal * (way * normal).sum(1, keepdims=True))
    return unit(way + normal * (style.lift * (0.35 + 0.65 * top))[:, None])


def _draw(
    style: Style, scalp: Scalp, root: Floats, normal: Floats, depth: Floats, to_front: Floats, steps: int, reach: float,
    rng: np.random.Generator,
) -> Floats:  # fmt: skip
    """Lines (n, steps + 1, 3) of `reach` metres."""
    skull, hull = scalp.skull, scalp.hull
    k = skull.scale
    inner = max(1, round(reach / steps / 0.014))  # steps of about a centimetre and a half, or it would overshoot the skull
    total = steps * inner
    h = np.float32(reach / total)
    p, d = root + normal * 0.0008, combed(style, scalp, root, normal, rng)
    side = np.where(root[:, 0] - scalp.part >= 0, 1.0, -1.0).astype(np.float32)
    lines = [p]
    for step in range(1, total + 1):
        s = step * reach / total
        p = p + d * h
        z = (p[:, 2] - skull.eye_z) / k
        off = 0.0022 + (0.001 + style.volume * depth) * float(smoothstep(0.0, style.rise, np.array(s)))
        off = off * (0.55 + 0.45 * smoothstep(-0.20, -0.06, z))
        height, way = hull.ask(p)
        hug = smoothstep(-0.01, 0.05, z)
        back = np.maximum(height - off - style.shell, 0) * 0.7 * hug
        p = p + way * (np.maximum(off - height, 0) - back)[:, None]
        p = _off_face(style, scalp, p, side, depth)
        d = unit(d + DOWN * (style.gravity / inner * float(smoothstep(0.0, 0.12, np.array(s))) + 0.02 / inner))
        hangs = smoothstep(0.03, -0.06, z)[:, None] * style.hang
        d = d * (1 - hangs * np.array([0.45, 0.45, 0], np.float32) / inner) + DOWN * hangs * (0.35 / inner)
        # Shoulders part it: below the chin one share goes to the chest, the other to the back, both near the neck.
        low = smoothstep(-0.085, -0.16, z)
        goal_y = np.where(to_front > 0.5, skull.middle[1] - 0.075 * k, skull.middle[1] + 0.055 * k)
        d[:, 1] += low * (goal_y - p[:, 1]).clip(-0.03, 0.05) * (9.0 / inner)
        near = np.maximum(0.064 * k - np.abs(p[:, 0]), 0) * low * to_front
        d[:, 0] += side * near * (30.0 / inner)
        wide = np.abs(p[:, 0]) - np.where(to_front > 0.5, 0.084, 0.070) * k
        d[:, 0] -= np.sign(p[:, 0]) * smoothstep(-0.07, -0.13, z) * np.maximum(wide, 0) * (26.0 / inner)
        if style.inward:
            late = smoothstep(0.45, 1.0, np.full(len(p), step / total)) * smoothstep(-0.03, -0.09, z)
            d = d + unit((skull.middle - p) * np.array([1, 1, 0], np.float32)) * (style.inward / inner * late)[:, None]
        height, way = hull.ask(p)
        into = np.minimum((d * way).sum(1), 0) * smoothstep(off + 0.012, off, height)
        rising = np.maximum((d * way).sum(1), 0) * hug * smoothstep(off, off + 0.008, height) * 0.6
        d = unit(d - way * (into + rising)[:, None])
        if step % inner == 0:
            lines.append(p)
    return np.stack(lines, 1).astype(np.float32)


def _off_face(style: Style, scalp: Scalp, p: Floats, side: Floats, depth: Floats) -> Floats:
    """Keeps the face open: an egg-shaped window before the ears, out of which hair is moved sideways and back."""
    k = scalp.skull.scale
    z = (p[:, 2] - scalp.skull.eye_z) / k
    half = (style.curtain + 0.006 * depth) * k * np.sqrt(np.clip(1 - ((z + 0.022) / 0.115) ** 2, 0, 1))
    before = smoothstep(scalp.skull.middle[1] - 0.012 * k, scalp.skull.middle[1] - 0.035 * k, p[:, 1])
    lacking = np.maximum(half - p[:, 0] * side, 0) * before
    # High on the forehead the window closes by moving hair back instead, or it would fold at the parting.
    low = smoothstep(0.075, 0.035, z)
    out = p.copy()
    out[:, 0] += side * lacking * low * 0.6
    out[:, 1] += lacking * low * 0.25
    return out


def _tidy(scalp: Scalp, line: Floats, straight: float) -> NDArray[np.bool_]:
    """Which strands (n, k, 3) may stay: none across the throat, over a shoulder or with a kink; `straight` is the
    least cosine of a bend."""
    k = scalp.skull.scale
    throat = (np.abs(line[:, :, 0]) < 0.050 * k) & (scalp.height(line) < -0.09) & (line[:, :, 1] < scalp.skull.middle[1] + 0.01 * k)
    astray = (np.abs(line[:, :, 0]) > 0.124 * k) & (scalp.height(line) < -0.15)
    step = np.diff(line, axis=1)
    bend = (unit(step[:, 1:]) * unit(step[:, :-1])).sum(2)
    return np.asarray(~throat.any(1) & ~astray.any(1) & ~(bend < straight).any(1))


def fall(style: Style, layer: Layer, scalp: Scalp, count: int, length: float, waves: float, seed: int) -> Strands:
    """One layer of a hanging style. `length` and `waves` are the recipe's factors."""
    guide_rng, rng = np.random.default_rng(seed), np.random.default_rng([seed, len(layer.strip), int(layer.width * 1e5), count])
    root, normal = roots(scalp, layer, count, rng)
    steps = layer.segments or style.segments
    everywhere = Layer(cards={}, width=0.01, strip="lock")
    g_root, g_normal = roots(scalp, everywhere, style.locks * 3, guide_rng)
    pick = spread(g_root, style.locks)
    g_root, g_normal = g_root[pick], g_normal[pick]
    split = np.random.default_rng(seed)
    g_depth = split.random(len(g_root)).astype(np.float32)

    def front(p: Floats) -> Floats:
        noise = coherent(p, np.random.default_rng(seed), 40.0)[:, 2]
        return np.asarray(scalp.angle(p) + 0.18 * noise < style.front, np.float32)

    uncut = layer.reach < 0.3  # the short hairs of the hairline end by themselves, not where the style is cut
    reach = style.reach * length * (layer.reach if uncut else 1.0)
    guides = _draw(style, scalp, g_root, g_normal, g_depth * 0.5 + 0.3, front(g_root), steps, reach, guide_rng)
    depth = rng.uniform(*layer.depth, len(root)).astype(np.float32)
    line = _draw(style, scalp, root, normal, depth, front(root), steps, reach, rng)
    line = smooth(line, 3)
    # Locks form by where the strands hang, not by where they grow: a third of the way down.
    third = steps // 3
    same = np.where(front(root) > 0.5, 0.0, 1.0)[:, None] * np.array([[0, 1.0, 0]], np.float32)
    g_same = np.where(front(g_root) > 0.5, 0.0, 1.0)[:, None] * np.array([[0, 1.0, 0]], np.float32)
    home, g_home = (line[:, third] + same).astype(np.float32), (guides[:, third] + g_same).astype(np.float32)
    guides = smooth(guides, 3)
    line, which = gather_locks(line, home, guides, g_home, layer.clump, rng)
    # A lock is round: its strands turn to the side of it on which they lie.
    beside = (line - guides[which])[:, third:].mean(1)
    beside = beside / np.maximum(np.linalg.norm(beside, axis=1, keepdims=True), 0.006)
    lock_rng = np.random.default_rng([seed, 7])
    lock_tone, lock_cut, lock_phase = (lock_rng.random(style.locks) for _ in range(3))
    angle = scalp.angle(root)
    low = np.interp(angle, [0.0, 0.9, 1.6, 2.4, 3.15], [style.cut_front, style.cut_front, style.cut_side, style.cut_back, style.cut_back])
    low = low + (lock_cut[which] - 0.5) * 3 * style.ragged + rng.normal(0, style.ragged, len(root)) + style.layering * depth
    low = low * length
    keep = 1 - layer.reach
    if uncut:
        low = np.full(len(root), -9.0)
    line = cut(line, (scalp.skull.eye_z + (low + keep * (0.09 - low)) * scalp.skull.scale).astype(np.float32))
    # Behind the whorl some turn sharply: without them a patch of the crown would be bare.
    step = np.diff(line, axis=1)
    sharp = ((unit(step[:, 1:]) * unit(step[:, :-1])).sum(2) < 0.3).any(1)
    line[sharp] = scalp.hull.off(smooth(line[sharp], 8), 0.003)
    good = _tidy(scalp, line, 0.2)
    line, root, depth, which, beside = line[good], root[good], depth[good], which[good], beside[good]
    outward = scalp.hull.ask(line)[1]
    radial = line - scalp.skull.middle
    radial[..., 2] *= 0.3
    low_down = smoothstep(-0.03, -0.12, scalp.height(line))[..., None]
    outward = unit(smooth(unit(outward * (1 - 0.5 * low_down) + unit(radial) * (0.35 + 0.3 * low_down)), 2))
    # Both sides of the parting take the light as one smooth head, not as the two slopes they are.
    ridge = np.exp(-(((line[..., 0] - scalp.part) / 0.045) ** 2)) * smoothstep(0.04, 0.08, scalp.height(line))
    shade = unit(outward * np.stack([1 - 0.6 * ridge, np.ones_like(ridge), np.ones_like(ridge)], 2))
    shade = unit(shade + beside[:, None] * (0.5 * smoothstep(0.03, 0.10, along(line)))[..., None])
    phase = (lock_phase[which] * style.scatter + rng.normal(0, 0.15, len(root))).astype(np.float32)
    if style.wave > 0 and waves > 0 and not uncut:
        waved = wave(line, outward, style, waves, phase, rng)
        # Over the crown a corkscrew is drawn flat, or its turns would stand up like blades.
        turns = 1 - style.helix * smoothstep(0.075, 0.112, scalp.height(line))
        line = (line + (waved - line) * turns[..., None]).astype(np.float32)
    if layer.fly:
        t = np.linspace(0, 1, line.shape[1], dtype=np.float32)
        loose = unit(outward + coherent(root, rng, 300.0)[:, None] * 0.8) * layer.fly
        line = line + loose * (t**1.3)[None, :, None] * rng.uniform(0.2, 1.0, (len(root), 1, 1))
    s = along(line)
    # Cloth folds: over it hair keeps further off than over skin.
    off = 0.0016 + 0.0035 * depth[:, None] * smoothstep(0.0, 0.03, s) + 0.0035 * smoothstep(-0.10, -0.16, scalp.height(line))
    line = scalp.hull.off(line, off)
    good = _tidy(scalp, line, 0.5 - 0.9 * max(waves - 1, 0) if style.helix < 0.5 else -1.0)
    line, outward, shade, depth, which, s = line[good], outward[good], shade[good], depth[good], which[good], s[good]
    n = len(line)
    tone = np.clip(lock_tone[which] * 0.8 + rng.uniform(-0.1, 0.3, n), 0, 1)
    sway = smoothstep(0.02, -0.26, scalp.height(line)) * smoothstep(0.04, 0.22, s) * style.swing
    return Strands(
        line.astype(np.float32), outward, depth, tone.astype(np.float32), (layer.width * rng.uniform(0.75, 1.25, n)).astype(np.float32),
        layer.strip, layer.across, np.asarray(sway, np.float32), (0.8, 0.4) if uncut else (0.65, 0.4 + 0.4 * style.blunt), shade,
        1.0 if uncut else 1.0 - 0.5 * style.blunt,
    )  # fmt: skip
