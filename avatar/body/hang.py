"""Strands by their own weight: how they leave the scalp, lie on the head, and hang clear of face, neck and shoulders."""

from __future__ import annotations

import numpy as np

from avatar.body.astray import off_face
from avatar.body.mesh import Floats, smoothstep, unit
from avatar.body.scalp import field
from avatar.body.strands import Scalp, coherent
from avatar.body.styles import Style

DOWN = np.array([0, 0, -1], np.float32)


def combed(style: Style, scalp: Scalp, root: Floats, normal: Floats, rng: np.random.Generator) -> Floats:
    """The direction in which each hair leaves the scalp, unit (n, 3): away from the parting, which runs from the hairline to
    the whorl; behind that away from the whorl."""
    x = root[:, 0] - scalp.part_at(root[:, 1])
    x = np.where(np.abs(x) < 0.001, np.sign(x + 1e-9) * 0.001, x)
    behind = np.maximum(root[:, 1] - scalp.whorl_y, 0)
    height, angle = scalp.height(root), scalp.angle(root)
    top = smoothstep(0.035, 0.085, height)
    front = smoothstep(1.5, 0.5, angle)
    away = unit(np.stack([x, behind, np.zeros_like(x)], 1))
    way = away * (style.lateral * (0.25 + 0.75 * top))[:, None]
    way = way + np.stack([np.zeros_like(x), style.sweep * front * (0.25 + 0.75 * top) + 0.10 * top, -1.0 * (1 - top) - 0.10], 1)
    # At the brow's edge hair goes back before it goes aside, or it would cross the forehead.
    edge = smoothstep(0.035, 0.004, field(root, scalp.skull, scalp.woman)) * smoothstep(1.25, 0.9, angle) * smoothstep(0.025, 0.055, height)
    way = way + edge[:, None] * np.array([0, 1.2, 0.8], np.float32) + coherent(root, rng, 24.0) * 0.07
    way = unit(way - normal * (way * normal).sum(1, keepdims=True))
    return unit(way + normal * (style.lift * (0.35 + 0.65 * top))[:, None])


def freely(
    style: Style, scalp: Scalp, root: Floats, normal: Floats, depth: Floats, to_front: Floats, steps: int, reach: float,
    rng: np.random.Generator,
) -> Floats:  # fmt: skip
    """Lines (n, steps + 1, 3) of `reach` metres."""
    inner = max(1, round(reach / steps / 0.014))  # steps of about a centimetre and a half, or it would overshoot the skull
    total = steps * inner
    p, d = root + normal * 0.0008, combed(style, scalp, root, normal, rng)
    side = np.where(root[:, 0] - scalp.part_at(root[:, 1]) >= 0, 1.0, -1.0).astype(np.float32)
    return hang(style, scalp, p, d, side, depth, to_front, (total, inner), reach, 0.0)


def hang(
    style: Style, scalp: Scalp, p: Floats, d: Floats, side: Floats, depth: Floats, to_front: Floats, steps: tuple[int, int],
    reach: float, before: float,
) -> Floats:  # fmt: skip
    """Lines (n, k, 3) that go on for `reach` metres from points p in directions d, `before` metres from their roots; steps: how
    many in all, and of how many one point is kept."""
    skull, hull = scalp.skull, scalp.hull
    k = skull.scale
    total, inner = steps
    h = np.float32(reach / total)
    lines = [p]
    for step in range(1, total + 1):
        s = before + step * reach / total
        p = p + d * h
        z = (p[:, 2] - skull.eye_z) / k
        off = 0.0022 + (0.001 + style.volume * depth) * float(smoothstep(0.0, style.rise, np.array(s)))
        off = off * (0.55 + 0.45 * smoothstep(-0.20, -0.06, z))
        height, way = hull.ask(p)
        # Under the coat it keeps to the back of the head down to the nape.
        behind = 0.06 * smoothstep(1.0, 1.7, scalp.angle(p)) * (before == 0)
        hug = smoothstep(-0.01, 0.05, z + behind)
        back = np.maximum(height - off - style.shell, 0) * 0.7 * hug
        p = p + way * (np.maximum(off - height, 0) - back)[:, None]
        p = off_face(style, scalp, p, side, depth)
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
        # None goes across the throat.
        clear = (0.078 if style.helix > 0.5 else 0.055) * k * smoothstep(-0.045, -0.085, z)
        before_neck = smoothstep(skull.middle[1] + 0.024 * k, skull.middle[1] + 0.004 * k, p[:, 1])
        p[:, 0] += side * np.maximum(clear - p[:, 0] * side, 0) * before_neck
        if step % inner == 0:
            lines.append(p)
    return np.stack(lines, 1).astype(np.float32)
