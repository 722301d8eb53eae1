"""Hair from the parting: strands in rows of roots close beside it, laid over the head as one smooth coat, and round the whorl."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from avatar.body.mesh import Floats, smoothstep, unit
from avatar.body.scalp import field
from avatar.body.strands import Scalp, along, smooth
from avatar.body.styles import Style

POINTS = 17  # of a strand from its root to where it begins to hang
_LINE = 0.66  # share of the roots along the parting; the others fan round the whorl
_STRANDS = 36  # that hair lies in from parting and whorl, on each side
_HANG = ((0.0, 0.18, 0.40, _LINE, 0.85, 1.0), (1.18, 1.36, 1.66, 2.15, 2.65, 3.12))  # by that share: angle round the head where it hangs
BEHIND_EAR = 1.98  # that angle of hair which is tucked behind an ear


def tucked(style: Style, scalp: Scalp, side: Floats) -> NDArray[np.bool_]:
    """Which sides (n,), -1 or 1, are tucked behind the ear."""
    return np.asarray(style.tuck & (side * (1.0 if scalp.part >= 0 else -1.0) > 0))


def hangs_at(style: Style, scalp: Scalp, u: Floats, side: Floats) -> Floats:
    """Angle, 0 in front .. pi behind, at which a strand begins to hang that leaves the parting at its share u (n,) of it."""
    # What frames the face, or meets a fringe at the temple, comes farther forward.
    angle = np.interp(u, *_HANG) - style.frame * smoothstep(0.45, 0.0, u)
    return np.asarray(np.where(tucked(style, scalp, side), np.maximum(angle, BEHIND_EAR + 0.25 * u), angle), np.float32)


@lru_cache(maxsize=1)
def _own() -> Floats:
    """Numbers -1 .. 1 of each strand: (what, side, strand)."""
    return np.random.default_rng(17).uniform(-1, 1, (3, 2, _STRANDS)).astype(np.float32)


def _strand(u: Floats, side: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    return np.where(side > 0, 0, 1), (u * _STRANDS).astype(np.intp).clip(0, _STRANDS - 1)


def stands(u: Floats, side: Floats) -> Floats:
    """Share 0 .. 1 (n,) by which the strand of each hair lies over its neighbours."""
    return np.asarray((_own()[(0, *_strand(u, side))] + 1) / 2, np.float32)


def drift(u: Floats, side: Floats) -> Floats:
    """Metres (n, POINTS) by which hairs leave their straight way to front or back: each to the middle of its strand, and all of a
    strand a little to one side, so that over the head, too, strands part and meet."""
    half, near = _strand(u, side)
    t = np.linspace(0, 1, POINTS, dtype=np.float32)
    bow, wave = _own()[1, half, near][:, None], _own()[2, half, near][:, None]
    in_strand = (near + 0.5 - u * _STRANDS)[:, None] * smoothstep(0.05, 0.6, t)
    return np.asarray(0.0045 * in_strand + 0.004 * (bow * np.sin(np.pi * t) + wave * np.sin(2 * np.pi * t)), np.float32)


def _on_top(scalp: Scalp, x: Floats, y: Floats) -> Floats:
    """Points (n, 3) of the skin over places x, y of the head's top."""
    p = np.stack([x, y, np.full_like(x, scalp.skull.eye_z + 0.125 * scalp.skull.scale)], 1).astype(np.float32)
    for _ in range(8):
        height, way = scalp.hull.ask(p)
        p[:, 2] -= (height / np.maximum(way[:, 2], 0.35)).clip(-0.03, 0.03)
    return p


def _first(scalp: Scalp, style: Style) -> float:
    """y of the foremost root of the parting, close behind the hairline or behind the fringe."""
    skull = scalp.skull
    y = (skull.middle[1] + np.linspace(-0.115, 0.0, 48) * skull.scale).astype(np.float32)
    at = _on_top(scalp, scalp.part_at(y), y)
    scalped = (field(at, skull, scalp.woman) > 0.009) & (scalp.height(at) > (0.097 if style.fringe else 0.0))
    return float(y[scalped.argmax()])


def root_edges(scalp: Scalp, root: Floats, u: Floats) -> Floats:
    """The unit way of the parting at roots (n, 3) with shares `u` (n,) of it; 0 round the whorl, where hair has no row."""
    y, h = root[:, 1], np.float32(0.004)
    aside = (scalp.part_at(y + h) - scalp.part_at(y - h)) / (2 * h)
    out = scalp.hull.ask(root)[1]
    rise = -(out[:, 0] * aside + out[:, 1]) / np.maximum(out[:, 2], 0.3)
    return unit(np.stack([aside, np.ones_like(y), rise], 1)) * (u < _LINE)[:, None]


def parting_roots(style: Style, scalp: Scalp, u: Floats, side: Floats, gap: Floats) -> Floats:
    """Roots (n, 3) beside the parting. u (n,): share of it, 0 at the brow .. 1 behind the whorl; side (n,) -1 or 1; gap (n,):
    metres from it."""
    first, whorl = _first(scalp, style), scalp.whorl_y
    turn = smoothstep(_LINE, 1.0, u) * np.pi / 2
    y = first + (whorl - first) * np.minimum(u / _LINE, 1.0)
    spread = gap + 0.003 * np.sin(turn)
    return _on_top(scalp, scalp.part_at(y) + side * spread * np.cos(turn), y + spread * np.sin(turn))


def share_of(style: Style, scalp: Scalp, root: Floats) -> Floats:
    """Share (n,) of the parting beside which roots (n, 3) grow that are not on it."""
    first = _first(scalp, style)
    return np.asarray(((root[:, 1] - first) / (scalp.whorl_y - first) * _LINE).clip(0, _LINE), np.float32)


def over(style: Style, scalp: Scalp, root: Floats, u: Floats, angle: Floats, side: Floats, lift: Floats, back: Floats) -> Floats:
    """Lines (n, POINTS, 3) from roots (n, 3) at shares `u` (n,) of the parting over the skull to where they begin to hang, at `angle`
    (n,) round the head on `side` (n,); lift (n,): metres over the skin; back (n,): how far the foremost are combed back, about 1."""
    skull, k = scalp.skull, scalp.skull.scale
    goal = skull.middle + np.stack([side * np.sin(angle) * 0.11, -np.cos(angle) * 0.12, np.full_like(u, 0.0)], 1) * k
    goal[:, 2] = skull.eye_z + np.interp(angle, (0.9, 1.5, np.pi), (0.016, 0.010, 0.0)) * k
    behind_ear = smoothstep(BEHIND_EAR - 0.1, BEHIND_EAR, angle) * smoothstep(1.7, 1.5, scalp.angle(root))
    goal[:, 2] += 0.012 * k * behind_ear
    for _ in range(6):
        height, way = scalp.hull.ask(goal.astype(np.float32))
        goal = goal - way * height[:, None]
    a, b = root - skull.middle, goal - skull.middle
    ra, rb = np.linalg.norm(a, axis=1, keepdims=True), np.linalg.norm(b, axis=1, keepdims=True)
    ua, ub = a / ra, b / rb
    # The straight way from the brow to the temple would cross the forehead: there hair goes up and back before it goes aside.
    front = smoothstep(0.45, 0.0, u)[:, None] * (1 - 0.4 * style.helix)  # curls have their bulk beside the face
    front = front * (back * smoothstep(-0.01, 0.05, scalp.height(root)))[:, None]
    bent = unit(ua + ub + front * np.array([0, 0.27, 0.49], np.float32) + (behind_ear * 0.30)[:, None] * np.array([0, 0, 1], np.float32))
    t = np.linspace(0, 1, POINTS, dtype=np.float32)
    f = t[None, :, None]
    way = unit(ua[:, None] * (1 - f) ** 2 + bent[:, None] * (2 * f * (1 - f)) + ub[:, None] * f**2)
    line = (skull.middle + way * (ra * (1 - t) + rb * t)[..., None]).astype(np.float32)
    # It rises from the skin at once, most half way down, and stays clear of what lies under it.
    lift = lift + 0.006 * smoothstep(1.9, 2.5, angle)  # over all that hangs from the back of the head
    off = 0.0012 + lift[:, None] * (0.30 * smoothstep(0.0, 0.22, t) + 0.70 * smoothstep(0.05, 0.6, t))[None]
    # It rises from the parting at once, more on the lower side, or the other would stand over it like a step.
    far = along(line)
    uneven = 0.26 * scalp.part * side[:, None] * np.exp(-(((far - 0.026) / 0.030) ** 2)) * smoothstep(0.62, 0.35, u)[:, None]
    rise = style.root + (style.root > 0) * uneven
    off = off + rise * smoothstep(-0.004, 0.045, far) * smoothstep(0.95, 0.30, t)[None]
    for _ in range(2):
        height, out = scalp.hull.ask(line)
        line = line + out * (off - height)[..., None]
    line[:, 0] = root
    return smooth(np.asarray(line, np.float32), 2)
