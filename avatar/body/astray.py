"""Hair that hangs where none should, or alone: across the throat, over a shoulder, in a kink, before the cheek."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from avatar.body.mesh import Floats, smoothstep, unit
from avatar.body.strands import Scalp, between
from avatar.body.styles import Style

_EDGE = 0.2  # share of the strands beside a cheek that make its edge
_LOOSE_M = 0.0008  # how far before that edge one may hang
LEVELS = np.linspace(0.060, -0.100, 33, dtype=np.float32)  # heights over the eyes at which the edge is measured


def off_face(style: Style, scalp: Scalp, p: Floats, side: Floats, depth: Floats) -> Floats:
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


def astray(scalp: Scalp, line: Floats, straight: float, throat: float = 0.050) -> NDArray[np.bool_]:
    """Which points of strands (n, k, 3) lie across the throat, over a shoulder or in a kink, (n, k); `straight` is the least cosine
    of a bend, `throat` half its width."""
    k = scalp.skull.scale
    bad = (np.abs(line[:, :, 0]) < throat * k) & (scalp.height(line) < -0.09) & (line[:, :, 1] < scalp.skull.middle[1] + 0.01 * k)
    bad |= (np.abs(line[:, :, 0]) > 0.124 * k) & (scalp.height(line) < -0.15)
    step = np.diff(line, axis=1)
    bad[:, 1:-1] |= (unit(step[:, 1:]) * unit(step[:, :-1])).sum(2) < straight
    return np.asarray(bad)


def tidy(scalp: Scalp, line: Floats, straight: float, throat: float = 0.050) -> NDArray[np.bool_]:
    """Which strands (n, k, 3) may stay."""
    return np.asarray(~astray(scalp, line, straight, throat).any(1))


def ended(scalp: Scalp, line: Floats, straight: float, throat: float = 0.050) -> Floats:
    """Strands of the coat, which may not be missed: one that goes astray on the shoulder ends there."""
    bad = astray(scalp, line, straight, throat)
    count = line.shape[1]
    last = np.where(bad.any(1), np.maximum(bad.argmax(1) - 1, count // 2), count - 1)
    return between(line, last[:, None] * np.linspace(0, 1, count, dtype=np.float32))


def beside_face(scalp: Scalp, line: Floats) -> Floats:
    """How far aside each strand (n, k, 3) hangs as it comes down past the cheek, at `LEVELS` (n, l); none where it does not."""
    height = scalp.height(line)
    passed = (height[:, :-1, None] >= LEVELS) & (height[:, 1:, None] < LEVELS)
    at, row = passed.argmax(1), np.arange(len(line))[:, None]
    f = (height[row, at] - LEVELS) / np.maximum(height[row, at] - height[row, at + 1], 1e-6)
    x = np.abs(line[row, at, 0] * (1 - f) + line[row, at + 1, 0] * f)
    return np.asarray(np.where(passed.any(1), x, np.nan), np.float32)


def close_up(scalp: Scalp, line: Floats) -> Floats:
    """Strands (n, k, 3) whose foremost hang with the others: one alone before the cheek leaves a bright slit of skin behind it."""
    out, height = line.copy(), scalp.height(line)
    near = smoothstep(0.060, 0.045, height) * smoothstep(-0.100, -0.075, height) * (line[..., 1] < scalp.skull.middle[1])
    for side in (-1.0, 1.0):
        mine = line[:, -1, 0] * side > 0
        x = beside_face(scalp, line[mine])
        seen = np.isfinite(x).sum(0) > 4
        if seen.sum() < 2:
            continue
        least = np.nanquantile(x[:, seen], _EDGE, axis=0) - _LOOSE_M
        edge = np.interp(-height[mine], -LEVELS[seen], least)
        lacking = np.maximum(edge - line[mine][..., 0] * side, 0) * near[mine]
        out[mine, :, 0] += np.asarray(side * lacking, np.float32)
    return out
