"""Hair that hangs: combed from the parting, laid over the head, drawn down by its weight, kept off face and shoulders."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avatar.body.astray import close_up, ended, tidy
from avatar.body.drape import BEHIND_EAR, drift, hangs_at, over, parting_roots, root_edges, share_of, stands, tucked
from avatar.body.hang import DOWN, freely, hang
from avatar.body.mesh import Floats, smoothstep, unit
from avatar.body.scalp import inside
from avatar.body.strands import Scalp, Strands, along, coherent, cut, even, gather_locks, roots, smooth, spread, wave
from avatar.body.styles import Layer, Style

_BEFORE_EAR = 1.62  # angle round the head
_LOCKS = (0.02, 0.11)  # where the locks beside the face leave the parting
_ALONE_M = 0.010  # one that hangs so much further aside than all others of its layer is a stray


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


def _sweep(
    style: Style, scalp: Scalp, root: Floats, u: Floats, angle: Floats, side: Floats, depth: Floats, lift: Floats, reach: float,
    drifts: bool, rng: np.random.Generator,
) -> Floats:  # fmt: skip
    """Lines (n, k, 3) of `reach` metres from roots (n, 3) that are combed over the head, `lift` metres (n,) over the skin, to `angle`
    (n,) round it and hang from there; with `drifts` they part and meet on their way."""
    # On the far side of the parting the way is longer, and no two hairs take the same: the edge beside the face is none of a hood.
    far = (root[:, 0] * side < 0) | (side * scalp.part < 0)
    back = (1.15 + 0.25 * far + 0.25 * rng.normal(0, 1, len(u)).clip(-1.5, 1.5)).astype(np.float32)
    top = over(style, scalp, root, u, angle, side, lift, back)
    if drifts:
        top[..., 1] += drift(u, side)
    to_front = _before_shoulder(style, scalp, angle, side)
    p, way = top[:, -1], unit(top[:, -1] - top[:, -2])
    # Over the ear it leaves the head as it stands off there: from here it hangs.
    d = way * np.array([0.2, 0.2, 0.6], np.float32) + 0.5 * DOWN
    d[:, 1] *= smoothstep(1.25, 1.65, angle)  # the foremost covers the ear
    # What would come down on the shoulder goes before it or behind it in good time.
    # The foremost comes in over the cheek before it swings out again.
    d[:, 0] -= side * 0.3 * smoothstep(1.20, 0.80, angle)
    d[:, 1] += np.where(to_front > 0.5, -0.10, 0.40) * smoothstep(1.15, 1.5, angle) * smoothstep(2.5, 2.0, angle)
    d = unit(d)
    before = 0.16
    inner = 2
    total = inner * max(6, round((reach - before) / 0.030))
    below = hang(style, scalp, p, d, side, depth, to_front, (total, inner), reach - before, before)[:, 1:]
    # What hangs behind the shoulder stays behind the neck.
    k, y = scalp.skull.scale, scalp.skull.middle[1]
    least = y + np.interp(scalp.height(below), (-0.17, -0.05), (0.034, -0.02)) * k
    back = (to_front < 0.5)[:, None] & (below[..., 1] < least)
    below[..., 1] = np.where(back, least, below[..., 1])
    # It turns down in a curve, the wider the further back it was combed.
    line = np.concatenate([top, scalp.hull.off(smooth(below, 2), 0.003)], 1)
    rounder = smooth(line.copy(), 14)
    return np.asarray(line + (rounder - line) * smoothstep(BEHIND_EAR - 0.2, BEHIND_EAR, angle)[:, None, None], np.float32)


def _in_the_way(style: Style, scalp: Scalp, root: Floats) -> NDArray[np.bool_]:
    """Which roots (n, 3) lie so close before an ear that hair which goes behind it would go through it."""
    beside = (scalp.angle(root) > 1.08) & (scalp.angle(root) < 1.75) & (scalp.height(root) < 0.034)
    return np.asarray(beside & tucked(style, scalp, np.sign(root[:, 0])))


def _before_shoulder(style: Style, scalp: Scalp, angle: Floats, side: Floats) -> Floats:
    """1 for hair that hangs before the shoulder, 0 behind it (n,)."""
    most = style.front + 0.12 + np.where(tucked(style, scalp, side), BEHIND_EAR - 1.5, 0.0)
    return np.asarray(angle < most, np.float32)


def _side_of(scalp: Scalp, root: Floats) -> Floats:
    return np.where(root[:, 0] - scalp.part_at(root[:, 1]) >= 0, 1.0, -1.0).astype(np.float32)


def _everywhere(
    style: Style, layer: Layer, scalp: Scalp, count: int, reach: float, seed: int, guide_rng: np.random.Generator, rng: np.random.Generator
) -> _Grown:
    """Strands of `reach` metres from roots all over the layer's part of the scalp."""
    root, normal = roots(scalp, layer, count, rng)
    if reach > 0.16:
        away = ~_in_the_way(style, scalp, root)
        root, normal = root[away], normal[away]
    steps = layer.segments or style.segments
    everywhere = Layer(cards={}, width=0.01, strip="lock")
    g_root, g_normal = roots(scalp, everywhere, style.locks * 3, guide_rng)
    pick = spread(g_root, style.locks)
    g_root, g_normal = g_root[pick], g_normal[pick]
    g_depth = np.random.default_rng(seed).random(len(g_root)).astype(np.float32)

    def grown(root: Floats, normal: Floats, depth: Floats, rng: np.random.Generator) -> tuple[Floats, Floats]:
        """Lines, and 1 for those that hang before the shoulder, else 0."""
        noise = coherent(root, np.random.default_rng(seed), 40.0)[:, 2]
        front = np.asarray(scalp.angle(root) + 0.18 * noise < style.front, np.float32)
        line = freely(style, scalp, root, normal, depth, front, steps, reach, rng)
        # What grows before the ear is combed back with the coat, or it would hang into the face.
        side = _side_of(scalp, root)
        with_coat = (scalp.angle(root) < np.where(tucked(style, scalp, side), BEHIND_EAR, _BEFORE_EAR)) & (reach > 0.16)
        if with_coat.any():
            chosen, mine = root[with_coat], side[with_coat]
            u = share_of(style, scalp, chosen)
            angle = np.maximum(hangs_at(style, scalp, u, mine) + 0.14, scalp.angle(chosen) + 0.2)
            if style.kind == "gather":
                angle = (scalp.angle(chosen) + 0.15).clip(1.12, 1.34)  # what came loose hangs before the ear
            lift = style.volume * 0.25 * depth[with_coat]
            swept = _sweep(style, scalp, chosen, u, angle, mine, depth[with_coat], lift, reach, False, rng)
            line[with_coat] = even(swept, steps)
            front[with_coat] = _before_shoulder(style, scalp, angle, mine)
        return smooth(line, 3), front

    guides, g_front = grown(g_root, g_normal, g_depth * 0.5 + 0.3, guide_rng)
    depth = rng.uniform(*layer.depth, len(root)).astype(np.float32)
    # What comes from the parting lies over what grows beside it.
    depth = depth * (0.60 - 0.35 * smoothstep(0.03, 0.075, scalp.height(root)))
    line, front = grown(root, normal, depth, rng)
    # Locks form by where the strands hang, not by where they grow: a third of the way down.
    third = steps // 3
    apart = np.array([[0, 1.0, 0]], np.float32)
    home, g_home = line[:, third] - front[:, None] * apart, guides[:, third] - g_front[:, None] * apart
    line, which = gather_locks(line, home, guides, g_home, layer.clump, rng)
    return _Grown(line, guides, which, depth, scalp.angle(root))


def _coat(style: Style, layer: Layer, scalp: Scalp, count: int, reach: float, seed: int, rng: np.random.Generator) -> _Grown:
    """Strands of `reach` metres that leave the parting, or the hairline beside it, and lie over all others, in locks side by side."""
    own = np.random.default_rng([seed, 13])
    # Curls are ringlets, a finger thick and apart from each other soon.
    curled = style.helix > 0.5
    locks = max(style.locks // (7 if curled else 4), 6)
    phases, lifts = own.uniform(-0.3, 0.3, 2 * locks), own.uniform(0, 1, 2 * locks).astype(np.float32)
    depth = rng.uniform(*layer.depth, count).astype(np.float32)
    side = np.where(np.arange(count) % 2 == 0, 1.0, -1.0).astype(np.float32)
    edges = None
    if layer.roots == "brow":
        root = roots(scalp, layer, count, rng)[0]
        root = root[~_in_the_way(style, scalp, root)]
        count = len(root)
        side, depth = _side_of(scalp, root), depth[:count]
        u = share_of(style, scalp, root)
    elif layer.roots == "lock":
        u = (np.array(_LOCKS, np.float32)[np.arange(count) // 2 % len(_LOCKS)] + rng.normal(0, 0.012, count).astype(np.float32)).clip(0, 1)
    else:
        u = ((np.arange(count) // 2 + rng.random(count)) / ((count + 1) // 2)).clip(0, 0.999).astype(np.float32)
    which = (((u * locks + phases[(u * locks).astype(int)] + rng.normal(0, 0.15, count)).clip(0, locks - 0.01)).astype(np.intp))
    which = which + np.where(side > 0, 0, locks)
    middle = ((np.arange(2 * locks) % locks + 0.5) / locks).astype(np.float32)
    sides = np.where(np.arange(2 * locks) < locks, 1.0, -1.0).astype(np.float32)
    angle = hangs_at(style, scalp, u, side)
    if layer.roots == "brow":
        angle = np.maximum(angle, scalp.angle(root) + 0.15)
        # What comes out of the hairline lies on the skin and then under the coat, or over it, which hides its edge.
        lift = style.volume * (0.02 + 0.22 * depth + 0.25 * smoothstep(0.6, 1.0, depth))
    else:
        if layer.roots == "lock":
            angle = angle - np.where(angle > BEHIND_EAR - 0.01, 0.92, 0.38)
        # Single hairs come from within the parting or across it.
        gap = rng.uniform(-0.0016, 0.0010, count) if layer.strip in ("sparse", "wisp") else 0.00118 + 0.0001 * rng.random(count)
        root = parting_roots(style, scalp, u, side, gap.astype(np.float32))
        edges = root_edges(scalp, root, u)
        lift = style.volume * (0.15 + 0.32 * depth + 0.12 * lifts[which] + 0.12 * stands(u, side))
    g_root = parting_roots(style, scalp, middle, sides, np.full(2 * locks, 0.002, np.float32))
    g_lift = style.volume * (0.374 + 0.12 * lifts + 0.12 * stands(middle, sides))
    g_angle = hangs_at(style, scalp, middle, sides)
    guides = _sweep(
        style, scalp, g_root, middle, g_angle, sides, np.full(2 * locks, 0.7, np.float32), g_lift.astype(np.float32), reach, True, own
    )
    line = _sweep(style, scalp, root, u, angle, side, depth, lift.astype(np.float32), reach, layer.roots != "brow", rng)
    t = np.linspace(0, 1, line.shape[1], dtype=np.float32)
    pull = layer.clump * (smoothstep(0.22, 0.60, t) if curled else smoothstep(0.32, 0.95, t))
    line = line + (guides[which] - line) * pull[None, :, None]
    return _Grown(smooth(line.astype(np.float32), 2), smooth(guides, 2), which, depth, angle, edges)


def fall(style: Style, layer: Layer, scalp: Scalp, count: int, length: float, waves: float, seed: int) -> Strands:
    """One layer of a hanging style. `length` and `waves` are the recipe's factors."""
    guide_rng, rng = np.random.default_rng(seed), np.random.default_rng([seed, len(layer.strip), int(layer.width * 1e5), count])
    steps = layer.segments or style.segments
    uncut = layer.reach < 0.3  # the short hairs of the hairline end by themselves, not where the style is cut
    reach = style.reach * length * (layer.reach if uncut else 1.0)
    parting = layer.roots in ("parting", "brow", "lock")
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
    hung = scalp.angle(line[np.arange(len(line)), np.abs(scalp.height(line) + 0.05).argmin(1)])
    low = np.interp(hung, [0.0, 0.9, 1.6, 2.4, 3.15], [style.cut_front, style.cut_front, style.cut_side, style.cut_back, style.cut_back])
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
        waved, around = wave(line, outward, style, waves, phase, rng)
        # Over the crown a corkscrew is drawn flat, or its turns would stand up like blades.
        turns = 1 - style.helix * smoothstep(0.075, 0.112, scalp.height(line))
        line = (line + (waved - line) * turns[..., None]).astype(np.float32)
        if style.helix > 0.5:
            # The ribbon of a ringlet faces away from its middle all the way round, and takes the light so.
            round_it = (turns * smoothstep(style.wave_from, style.wave_from + style.wave_length, along(line)))[..., None]
            outward = unit(outward + (around - outward) * (0.85 * round_it))
            shade = unit(shade + around * (0.8 * round_it))
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
        line = line - way * np.maximum(height - 0.0012, 0)[..., None]
    s = along(line)
    # Cloth folds: over it hair keeps further off than over skin.
    near: Floats | float = 0.0006 if uncut else 0.0016 + 0.0035 * depth[:, None] * smoothstep(0.0, 0.03, s)
    off = near + 0.0035 * smoothstep(-0.10, -0.16, scalp.height(line))
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
    width: Floats = (layer.width * rng.uniform(0.6, 1.4, n)).astype(np.float32)
    if parting:
        # The foremost would stand over the brow by half their width.
        width = width * (0.35 + 0.65 * smoothstep(1.1, 1.45, angle))
    # A broad card along the hairline would hang over it like the rim of a cap.
    seen = (scalp.angle(line) < 1.35) & (scalp.height(line) > 0.0)
    room = np.where(seen, inside(line, scalp.skull, scalp.woman), 1.0).min(1)
    width = np.minimum(width, np.maximum(1.6 * room, 0.006 if layer.roots == "brow" else 0.003))
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
