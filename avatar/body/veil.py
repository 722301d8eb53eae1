"""The dark inside of hanging hair: broad cards from behind the ears to the shoulders. No wall shines through beside the jaw."""

from __future__ import annotations

import numpy as np

from avatar.body.mesh import Floats, smoothstep, unit
from avatar.body.strands import Scalp, Strands, even, smooth
from avatar.body.styles import Style

_TOP_M = 0.020  # where it begins, over the eyes
_BEHIND_M, _BACK_M = 0.016, 0.062  # behind the skull's middle, at the neck and at its ends, which lie behind the shoulders
_FROM_M, _TO_M = 0.044, 0.090  # how far aside its innermost and outermost card hang
_CARDS = {"low": 5, "medium": 12, "high": 18}  # on each side


def veil(style: Style, scalp: Scalp, length: float, quality: str, seed: int) -> Strands:
    """Cards that hang side by side on both sides of the neck, across the view, down to the cloth or a little short of where the
    style is cut at `length` times its length."""
    rng = np.random.default_rng([seed, 21])
    k, skull, count = scalp.skull.scale, scalp.skull, _CARDS[quality]
    broad = max(k, 0.92)  # a low crown makes no narrow neck
    steps = 7 if quality == "low" else 10
    f = np.tile((np.arange(count) + 0.5) / count, 2) + rng.uniform(-0.2, 0.2, 2 * count) / count
    side = np.repeat([-1.0, 1.0], count)
    t = np.linspace(0, 1, 25, dtype=np.float32)
    low = max(style.cut_side * length + 0.03, -0.235) + rng.uniform(-0.03, 0.03, (2 * count, 1))
    # From close behind the ear they spread to their places.
    out = smoothstep(0.0, 0.24, t)[None]
    wide = 0.064 + 0.012 * f[:, None] + (_FROM_M + (_TO_M - _FROM_M) * f - 0.064 - 0.012 * f)[:, None] * out
    back = (_BACK_M - _BEHIND_M) * smoothstep(0.30, 0.85, t)[None]
    y = skull.middle[1] + (0.028 + (_BEHIND_M - 0.028) * out + back + 0.008 * np.cos(f * 7)[:, None] * out) * k
    z = skull.eye_z + (_TOP_M + (low - _TOP_M) * t[None]) * k * np.ones_like(wide)
    line = np.stack([side[:, None] * wide * broad, y, z], 2).astype(np.float32)
    # It ends where it meets the shoulder, rather than lie on it.
    height = scalp.hull.ask(line)[0]
    on = (height < 0.004) & (scalp.height(line) < -0.10)
    last = np.where(on.any(1), on.argmax(1), len(t) - 1)
    at = last[:, None] * t[None]
    a = np.minimum(at.astype(int), len(t) - 2)
    row = np.arange(len(line))[:, None]
    line = line[row, a] + (line[row, a + 1] - line[row, a]) * (at - a)[..., None].astype(np.float32)
    line = scalp.hull.off(smooth(even(scalp.hull.off(line, 0.003), steps), 2), 0.003)
    forwards = np.array([0, -1.0, 0], np.float32) + side[:, None] * np.array([0.35, 0, 0], np.float32)
    ways: Floats = np.broadcast_to(unit(forwards)[:, None], line.shape).astype(np.float32)
    n, sway = len(line), smoothstep(0.02, -0.26, scalp.height(line)) * style.swing
    step = (_TO_M - _FROM_M) * broad / count
    return Strands(
        line, ways, np.full(n, 0.3, np.float32), rng.uniform(0.2, 1.0, n).astype(np.float32),
        np.full(n, max(2.6 * step, 0.013), np.float32), "dense", 2, sway.astype(np.float32),
        (0.8, 0.5), None, 0.95, 0.10,
    )  # fmt: skip
