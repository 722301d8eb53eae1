"""Hair that hangs: combed from the parting, laid over the head, drawn down by its weight, kept off face and shoulders."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avatar.body.astray import close_up, ended, off_face, tidy
from avatar.body.drape import drift, hangs_at, over, root_edges, stands
from avatar.body.mesh import Floats, smoothstep, unit
from avatar.body.scalp import field
from avatar.body.strands import Scalp, Strands, along, coherent, cut, even, gather_locks, roots, smooth, spread, wave
from avatar.body.styles import Layer, Style

_ALONE_M = 0.010  # one that hangs so much further aside than all others of its layer is a stray
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


def _draw(
    style: Style, scalp: Scalp, root: Floats, normal: Floats, depth: Floats, to_front: Floats, steps: int, reach: float,
    rng: np.random.Generator,
) -> Floats:  # fmt: skip
    """Lines (n, steps + 1, 3) of `reach` metres."""
    inner = max(1, round(reach / steps / 0.014))  # steps of about a centimetre and a half, or it would overshoot the skull
    total = steps * inner
    p, d = root + normal * 0.0008, combed(style, scalp, root, normal, rng)
    side = np.where(root[:, 0] - scalp.part_at(root[:, 1]) >= 0, 1.0, -1.0).astype(np.float32)
    return _hang(style, scalp, p, d, side, depth, to_front, (total, inner), reach, 0.0)


def _hang(
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
        if step % inner == 0:
            lines.append(p)
    return np.stack(lines, 1).astype(np.float32)


@dataclass
class _Grown:
    """Uncut lines (n, k, 3); guides (g, k, 3) and which of them (n,) each follows; depth (n,); angle (n,) round the head by which
    it is cut; edges (n, 3) as of `Strands`."""

    line: Floats
    guides: Floats
    which: NDArray[np.intp]
    depth: Floats
    angle: Floats
    edges: Floats | None = None


def _everywhere(
    style: Style, layer: Layer, scalp: Scalp, count: int, reach: float, seed: int, guide_rng: np.random.Generator, rng: np.random.Generator
) -> _Grown:
    """Strands of `reach` metres from roots all over the layer's part of the scalp."""
    root, normal = roots(scalp, layer, count, rng)
    steps = layer.segments or style.segments
    everywhere = Layer(cards={}, width=0.01, strip="lock")
    g_root, g_normal = roots(scalp, everywhere, style.locks * 3, guide_rng)
    pick = spread(g_root, style.locks)
    g_root, g_normal = g_root[pick], g_normal[pick]
    g_depth = np.random.default_rng(seed).random(len(g_root)).astype(np.float32)

    def front(p: Floats) -> Floats:
        noise = coherent(p, np.random.default_rng(seed), 40.0)[:, 2]
        return np.asarray(scalp.angle(p) + 0.18 * noise < style.front, np.float32)

    guides = _draw(style, scalp, g_root, g_normal, g_depth * 0.5 + 0.3, front(g_root), steps, reach, guide_rng)
    depth = rng.uniform(*layer.depth, len(root)).astype(np.float32)
    # What comes from the parting lies over what grows beside it.
    depth = depth * (0.60 - 0.35 * smoothstep(0.03, 0.075, scalp.height(root)))
    line = _draw(style, scalp, root, normal, depth, front(root), steps, reach, rng)
    line = smooth(line, 3)
    # Locks form by where the strands hang, not by where they grow: a third of the way down.
    third = steps // 3
    same = np.where(front(root) > 0.5, 0.0, 1.0)[:, None] * np.array([[0, 1.0, 0]], np.float32)
    g_same = np.where(front(g_root) > 0.5, 0.0, 1.0)[:, None] * np.array([[0, 1.0, 0]], np.float32)
    home, g_home = (line[:, third] + same).astype(np.float32), (guides[:, third] + g_same).astype(np.float32)
    guides = smooth(guides, 3)
    line, which = gather_locks(line, home, guides, g_home, layer.clump, rng)
    return _Grown(line, guides, which, depth, scalp.angle(root))


def _coat(style: Style, layer: Layer, scalp: Scalp, count: int, reach: float, seed: int, rng: np.random.Generator) -> _Grown:
    """Strands of `reach` metres that leave the parting and lie over all others, in locks side by side."""
    own = np.random.default_rng([seed, 13])
    # Curls are ringlets, a finger thick and apart from each other soon.
    curled = style.helix > 0.5
    locks = max(style.locks // (7 if curled else 4), 6)
    phases, lifts = own.uniform(-0.3, 0.3, 2 * locks), own.uniform(0, 1, 2 * locks).astype(np.float32)

    brow = layer.roots == "brow"

    def draw(u: Floats, side: Floats, depth: Floats, lock: NDArray[np.intp], gap: Floats, inside: Floats | None) -> Floats:
        lift = style.volume * (0.15 + 0.32 * depth + 0.12 * lifts[lock])
        if not brow:
            lift = lift + style.volume * 0.12 * stands(u, side)
        top = over(style, scalp, u, side, gap, lift.astype(np.float32), inside)
        if not brow:
            top[..., 1] += drift(u, side)
        angle = hangs_at(style, u)
        to_front = np.asarray(hangs_at(style, (lock % locks + 0.5).astype(np.float32) / locks) < style.front + 0.12, np.float32)
        p, way = top[:, -1], unit(top[:, -1] - top[:, -2])
        # Over the ear it leaves the head as it stands off there: from here it hangs.
        d = way * np.array([0.2, 0.2, 0.6], np.float32) + 0.5 * DOWN
        # What would come down on the shoulder goes before it or behind it in good time.
        # The foremost comes in over the cheek before it swings out again.
        d[:, 0] -= side * style.frame * smoothstep(1.25, 0.80, angle)
        d[:, 1] += np.where(to_front > 0.5, -0.10, 0.40) * smoothstep(1.15, 1.5, angle) * smoothstep(2.5, 2.0, angle)
        d = unit(d)
        left, before = reach - 0.16, 0.16
        inner = 2
        total = inner * max(6, round(left / 0.030))
        below = _hang(style, scalp, p, d, side, depth, to_front, (total, inner), left, before)[:, 1:]
        # What hangs behind the shoulder stays behind the neck.
        k, y = scalp.skull.scale, scalp.skull.middle[1]
        least = y + np.interp(scalp.height(below), (-0.17, -0.05), (0.034, -0.02)) * k
        back = (to_front < 0.5)[:, None] & (below[..., 1] < least)
        below[..., 1] = np.where(back, least, below[..., 1])
        return np.concatenate([top, scalp.hull.off(smooth(below, 2), 0.003)], 1)

    u = ((np.arange(count) // 2 + rng.random(count)) / ((count + 1) // 2)).clip(0, 0.999).astype(np.float32)
    gap, inside, home = 0.00118 + 0.0001 * rng.random(count), None, None
    if brow:
        u = u**1.5 * 0.16
        # On the far side of the parting more of the hairline is combed aside.
        gap = 0.002 + (0.026 + 0.7 * abs(scalp.part)) * rng.random(count)
        # The finest come out of the skin first, before the line and after it, so that it has no edge.
        least, most = (-0.0015, 0.009) if layer.strip in ("sparse", "wisp") else (0.006, 0.012)
        inside = rng.uniform(least, most, count).astype(np.float32)
        home = np.full(2 * locks, 0.004, np.float32)
    side = np.where(np.arange(count) % 2 == 0, 1.0, -1.0).astype(np.float32)
    depth = rng.uniform(*layer.depth, count).astype(np.float32)
    which = (((u * locks + phases[(u * locks).astype(int)] + rng.normal(0, 0.15, count)).clip(0, locks - 0.01)).astype(np.intp))
    which = which + np.where(side > 0, 0, locks)
    middle = ((np.arange(2 * locks) % locks + 0.5) / locks).astype(np.float32)
    sides = np.where(np.arange(2 * locks) < locks, 1.0, -1.0).astype(np.float32)
    guides = draw(middle, sides, np.full(2 * locks, 0.7, np.float32), np.arange(2 * locks), np.full(2 * locks, 0.002, np.float32), home)
    line = draw(u, side, depth, which, gap.astype(np.float32), inside)
    t = np.linspace(0, 1, line.shape[1], dtype=np.float32)
    pull = layer.clump * (smoothstep(0.22, 0.60, t) if curled else smoothstep(0.32, 0.95, t))
    line = line + (guides[which] - line) * pull[None, :, None]
    edges = None if brow else root_edges(scalp, line[:, 0], u)
    return _Grown(smooth(line.astype(np.float32), 2), smooth(guides, 2), which, depth, hangs_at(style, u), edges)


def fall(style: Style, layer: Layer, scalp: Scalp, count: int, length: float, waves: float, seed: int) -> Strands:
    """One layer of a hanging style. `length` and `waves` are the recipe's factors."""
    guide_rng, rng = np.random.default_rng(seed), np.random.default_rng([seed, len(layer.strip), int(layer.width * 1e5), count])
    steps = layer.segments or style.segments
    uncut = layer.reach < 0.3  # the short hairs of the hairline end by themselves, not where the style is cut
    reach = style.reach * length * (layer.reach if uncut else 1.0)
    parting = layer.roots in ("parting", "brow")
    if parting:
        grown = _coat(style, layer, scalp, count, reach, seed, rng)
    else:
        grown = _everywhere(style, layer, scalp, count, reach, seed, guide_rng, rng)
    line, guides, which, depth, angle, edges = grown.line, grown.guides, grown.which, grown.depth, grown.angle, grown.edges
    third = line.shape[1] // 3
    # A lock is round: its strands turn to the side of it on which they lie.
    beside = (line - guides[which])[:, third:].mean(1)
    beside = beside / np.maximum(np.linalg.norm(beside, axis=1, keepdims=True), 0.006)
    lock_rng = np.random.default_rng([seed, 7])
    lock_tone, lock_cut, lock_phase = (lock_rng.random(style.locks) for _ in range(3))
    low = np.interp(angle, [0.0, 0.9, 1.6, 2.4, 3.15], [style.cut_front, style.cut_front, style.cut_side, style.cut_back, style.cut_back])
    low = low + (lock_cut[which] - 0.5) * 3 * style.ragged + rng.normal(0, style.ragged, len(line)) + style.layering * depth
    low = low * length
    keep = 1 - layer.reach
    if uncut:
        low = np.full(len(line), -9.0)
    line = cut(line, (scalp.skull.eye_z + (low + keep * (0.09 - low)) * scalp.skull.scale).astype(np.float32))
    if parting:
        line = even(line, steps, style.helix)
    # Behind the whorl some turn sharply: without them a patch of the crown would be bare.
    step = np.diff(line, axis=1)
    sharp = ((unit(step[:, 1:]) * unit(step[:, :-1])).sum(2) < 0.3).any(1)
    line[sharp] = scalp.hull.off(smooth(line[sharp], 8), 0.003)
    if parting:
        line = ended(scalp, line, 0.6)
    good = tidy(scalp, line, 0.2)
    line, depth, which, beside, angle = line[good], depth[good], which[good], beside[good], angle[good]
    edges = None if edges is None else edges[good]
    outward = scalp.hull.ask(line)[1]
    radial = line - scalp.skull.middle
    radial[..., 2] *= 0.3
    low_down = smoothstep(-0.03, -0.12, scalp.height(line))[..., None]
    outward = unit(smooth(unit(outward * (1 - 0.5 * low_down) + unit(radial) * (0.35 + 0.3 * low_down)), 2))
    # Both sides of the parting take the light as one smooth head, not as the two slopes they are.
    ridge = np.exp(-(((line[..., 0] - scalp.part_at(line[..., 1])) / 0.045) ** 2)) * smoothstep(0.04, 0.08, scalp.height(line))
    shade = unit(outward * np.stack([1 - 0.6 * ridge, np.ones_like(ridge), np.ones_like(ridge)], 2))
    shade = unit(shade + beside[:, None] * (0.5 * smoothstep(0.03, 0.10, along(line)))[..., None])
    phase = (lock_phase[which] * style.scatter + rng.normal(0, 0.15, len(line))).astype(np.float32)
    if style.wave > 0 and waves > 0 and not uncut:
        waved = wave(line, outward, style, waves, phase, rng)
        # Over the crown a corkscrew is drawn flat, or its turns would stand up like blades.
        turns = 1 - style.helix * smoothstep(0.075, 0.112, scalp.height(line))
        line = (line + (waved - line) * turns[..., None]).astype(np.float32)
    if layer.fly:
        t = np.linspace(0, 1, line.shape[1], dtype=np.float32)
        loose = unit(outward + coherent(line[:, 0], rng, 300.0)[:, None] * 0.8) * layer.fly
        leaves = (t ** (0.7 if parting else 1.3) * smoothstep(0.0, 0.12, t))[None, :, None]
        line = line + loose * leaves * rng.uniform(0.2, 1.0, (len(line), 1, 1))
    if style.helix < 0.5:
        # A corner in a wave would be seen; at the root it stays, for that is where the scalp is.
        hangs = smoothstep(0.25, 0.45, np.linspace(0, 1, line.shape[1], dtype=np.float32))[None, :, None]
        line = line + (smooth(line.copy(), 2 if steps > 20 else 1) - line) * hangs
    if layer.roots == "brow":
        line = close_up(scalp, line)
    if uncut:
        height, way = scalp.hull.ask(line)  # they lie under the coat, or they would come through it as specks
        line = line - way * np.maximum(height - 0.0028, 0)[..., None]
    s = along(line)
    # Cloth folds: over it hair keeps further off than over skin.
    off = 0.0016 + 0.0035 * depth[:, None] * smoothstep(0.0, 0.03, s) + 0.0035 * smoothstep(-0.10, -0.16, scalp.height(line))
    line = scalp.hull.off(line, off)
    straight = 0.5 - 0.9 * max(waves - 1, 0) if style.helix < 0.5 else -1.0
    throat = 0.050 if style.helix < 0.5 else 0.063  # turns of a curl that dip into the skin of the neck are crumbs on it
    if parting:
        line = ended(scalp, line, straight, throat)
        s = along(line)
    aside = np.abs(line[..., 0]).max(1)
    good = tidy(scalp, line, straight, throat) & (aside < np.percentile(aside, 92) + _ALONE_M)
    line, outward, shade, depth = line[good], outward[good], shade[good], depth[good]
    which, s, angle = which[good], s[good], angle[good]
    edges = None if edges is None else edges[good]
    n = len(line)
    width = layer.width * rng.uniform(0.75, 1.25, n)
    if parting:
        # The foremost would stand over the brow by half their width.
        width = width * (0.35 + 0.65 * smoothstep(0.9, 1.25, angle))
    tone = np.clip(lock_tone[which] * 0.8 + rng.uniform(-0.1, 0.3, n), 0, 1)
    sway = smoothstep(0.02, -0.26, scalp.height(line)) * smoothstep(0.04, 0.22, s) * style.swing
    # From the hairline they come as points, for there their roots are seen.
    thin = (0.8, 0.4) if uncut else (0.10 if layer.roots == "brow" else 0.95 if style.root else 0.65, 0.4 + 0.4 * style.blunt)
    return Strands(
        line.astype(np.float32), outward, depth, tone.astype(np.float32), width.astype(np.float32),
        layer.strip, layer.across, np.asarray(sway, np.float32), thin, shade,
        1.0 if uncut else 1.0 - 0.5 * style.blunt, {"parting": 0.09 if style.fringe else 0.17, "brow": 0.11}.get(layer.roots, 0.0),
        rng.uniform(0.09, 0.14, n).astype(np.float32) if parting else None, edges,
    )  # fmt: skip
