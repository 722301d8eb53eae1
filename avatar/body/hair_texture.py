"""The hair cards' atlas: strips of painted strands from dense to wispy, coils, and the shell's skin of hair. Drawn once for all."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from avatar.body.mesh import Floats, smoothstep

STRIPS = {"dense": (0, 1), "lock": (2, 3), "sparse": (4,), "wisp": (5,), "coil": (6,), "cap": (7,)}
COUNT = 8
CLOSED = 4 / COUNT  # strips left of it have no gaps between their hairs
# Hairs of a strip, their half width, how far they gather in tufts, how many tufts, and how many stop early.
_SORTS = {
    "dense": (84, 0.018, 0.14, 6, 0.40),
    "lock": (80, 0.017, 0.42, 3, 0.50),
    "sparse": (26, 0.016, 0.30, 4, 0.70),
    "wisp": (12, 0.012, 0.20, 3, 0.85),
}


@lru_cache(maxsize=1)
def hair_texture(width: int = 1024, height: int = 512) -> Floats:
    """(h, w, 4): shade of each strand, its own random number, how much of it lies in front (0 gap .. 1), coverage. Row 0 is
    the root; v runs from 1 there to 0 at the tip."""
    rng = np.random.default_rng(2)
    out = np.zeros((height, width, 4), np.float32)
    wide = width // COUNT
    paint = {"coil": _coils, "cap": _cap}
    for sort, strips in STRIPS.items():
        for s in strips:
            own = paint[sort](wide, height, rng) if sort in paint else _strip(sort, wide, height, rng)
            out[:, s * wide : (s + 1) * wide] = own
    return np.clip(out, 0, 1)


class _Layers:
    """The four pictures of a strip while hairs are laid over each other."""

    def __init__(self, wide: int, height: int) -> None:
        self.shade, self.own = np.full((height, wide), 0.40, np.float32), np.full((height, wide), 0.5, np.float32)
        self.front, self.cover = np.zeros((height, wide), np.float32), np.zeros((height, wide), np.float32)

    def lay(self, profile: Floats, tone: float, number: float, depth: float, at: tuple[slice, ...] = (slice(None),)) -> None:
        """One hair: `profile` is its coverage in the window `at`, depth 0 behind .. 1 before the others."""
        height = profile * (0.6 + 0.4 * depth)
        over = height > self.front[at]
        self.shade[at] = np.where(over, tone, self.shade[at])
        self.own[at] = np.where(over, number, self.own[at])
        self.front[at] = np.maximum(self.front[at], height)
        self.cover[at] = np.maximum(self.cover[at], profile)

    def stack(self, cover: Floats) -> Floats:
        return np.stack([self.shade, self.own, self.front, cover], -1).astype(np.float32)


def _axes(wide: int, height: int) -> tuple[Floats, Floats]:
    x = (np.arange(wide, dtype=np.float32) + 0.5)[None] / wide
    return x, np.linspace(0, 1, height, dtype=np.float32)[:, None]


def _strip(sort: str, wide: int, height: int, rng: np.random.Generator) -> Floats:
    count, thick, gather, groups, early = _SORTS[sort]
    x, t = _axes(wide, height)
    out = _Layers(wide, height)
    closed = sort in ("dense", "lock")
    tufts = (np.arange(groups) + rng.uniform(0.25, 0.75, groups)) / groups
    tufts = 0.5 + (tufts - 0.5) * 0.8
    # Tufts differ in tone and end one after another, so that a card reads as a few strands of many hairs.
    tuft_tone, tuft_end = rng.uniform(-0.16, 0.16, groups), rng.uniform(0.0, 0.22, groups)
    tuft_end[int(np.abs(tufts - 0.5).argmin())] = 0.0
    for k in range(count):
        home = 0.07 + 0.86 * (k + rng.random()) / count if sort != "wisp" else rng.uniform(0.08, 0.92)
        which = int(np.abs(tufts - home).argmin())
        pull = gather * smoothstep(0.15, 1.0, t) ** 1.2
        centre = home + (tufts[which] - home) * pull + 0.012 * np.sin(t * rng.uniform(3, 9) + rng.uniform(0, 6.3)) * smoothstep(0.0, 0.2, t)
        # Hairs at the rim of a card end first: its tip is a point, not an edge.
        rim = abs(home - 0.5) * 2
        length = 1.0 - 0.42 * rim**2 * rng.uniform(0.3, 1.0) - rng.random() ** 2 * early * 0.5 - tuft_end[which]
        # Roots come out one after another, or cards would lie on the head like shingles.
        start = rng.random() ** 1.3 * 0.15 if closed else rng.random() ** 2 * 0.16
        come = 0.07 if closed else 0.22
        half = thick * rng.uniform(0.6, 1.25) * (0.35 + 0.65 * smoothstep(length, length - 0.5, t))
        half = half * smoothstep(start - 0.02, start + 0.06, t) + 1e-4
        profile = np.exp(-(((x - centre) / half) ** 2)) * smoothstep(length, length - 0.10, t) * smoothstep(start, start + come, t)
        out.lay(profile, 0.60 + tuft_tone[which] + rng.uniform(-0.24, 0.24), rng.random(), rng.random())
    cover = out.cover
    if closed:
        # Behind the strands a card is closed near the root, so that what lies beneath is covered.
        body = smoothstep(0.84 if sort == "dense" else 0.60, 0.35 if sort == "dense" else 0.05, t)
        rim_in = 0.05 + 0.11 * np.interp(np.arange(height), np.arange(0, height, 23), rng.random(len(range(0, height, 23))))[:, None]
        body = body * smoothstep(rim_in - 0.05, rim_in + 0.05, x) * smoothstep(1 - rim_in + 0.05, 1 - rim_in - 0.05, x)
        body = body * smoothstep(0.05, 0.17, t - np.interp(x, np.arange(0, 1.02, 0.02), rng.normal(0, 0.03, 51)))
        cover = np.maximum(cover * 1.3, body * 0.95)
    fade = smoothstep(0.0, 0.05, x) * smoothstep(1.0, 0.95, x)
    return out.stack(np.clip(cover * 1.25, 0, 1) * fade)


def _coils(wide: int, height: int, rng: np.random.Generator) -> Floats:
    """Many small rings, close in the middle and single at the rim and the tip."""
    x, t = _axes(wide, height)
    out = _Layers(wide, height)
    rows, columns = np.mgrid[0:height, 0:wide].astype(np.float32)
    for _ in range(230):
        at = 1 - rng.random() ** 0.7
        room = 0.44 * float(np.sqrt(max(1 - (max(at - 0.55, 0) / 0.48) ** 2, 0.0)))  # a round end
        middle = 0.5 + rng.uniform(-room, room)
        radius, thick = rng.uniform(7.0, 15.0), rng.uniform(1.6, 2.6)
        cx, cy, squash = middle * wide, at * height * 0.97, rng.uniform(0.6, 1.0)
        pad = int(radius + 3 * thick) + 1
        r = slice(max(int(cy) - pad, 0), int(cy) + pad)
        c = slice(max(int(cx) - pad, 0), int(cx) + pad)
        turn = rng.uniform(0, 3.14)
        dx, dy = columns[r, c] - cx, rows[r, c] - cy
        px, py = dx * np.cos(turn) + dy * np.sin(turn), (dy * np.cos(turn) - dx * np.sin(turn)) / squash
        far = np.sqrt(px * px + py * py)
        # A ring is open somewhere, and one side of it turns to the light.
        gap = smoothstep(-0.95, -0.5, np.cos(np.arctan2(py, px)))
        profile = np.exp(-(((far - radius) / thick) ** 2)) * gap * rng.uniform(0.7, 1.0)
        out.lay(profile, rng.uniform(0.40, 0.80), rng.random(), rng.random(), (r, c))
    body = smoothstep(0.55, 0.10, t) * smoothstep(0.10, 0.40, x) * smoothstep(0.90, 0.60, x) * smoothstep(0.0, 0.06, t)
    fade = smoothstep(0.0, 0.06, x) * smoothstep(1.0, 0.94, x) * smoothstep(1.0, 0.97, t)
    return out.stack(np.maximum(out.cover * 1.15, body * 0.9).clip(0, 1) * fade)


def _cap(wide: int, height: int, rng: np.random.Generator) -> Floats:
    """Hair lying close, as the shell shows it over 20 cm from the hairline: single fine hairs first, then more, then closed."""
    x, t = _axes(wide, height)
    out = _Layers(wide, height)
    band = rng.uniform(-0.10, 0.10, 9)
    for k in range(620):
        # Half of the hairs begin in the border, from none at its rim to many; those are baby hairs, short and astray.
        baby = k < 330
        start = 0.085 * rng.random() ** 0.55 if baby else rng.uniform(0.05, 0.98)
        reach, home = rng.uniform(0.05, 0.17) + 0.5 * start, rng.uniform(-0.02, 1.02)
        if baby:
            reach = rng.uniform(0.02, 0.05) + 0.7 * start
        first, last = int(start * height), min(int((start + reach) * height) + 1, height)
        window = t[first:last]
        f = (window - window[0]) / max(float(np.ptp(window)), 1e-3)
        slant = rng.normal(0, 0.10 if baby else 0.035)
        centre = home + slant * f + rng.normal(0, 0.012) * np.sin(f * 4)
        half = rng.uniform(0.006, 0.011) * (0.45 + 0.55 * np.sin(np.pi * f**0.8)) + 1e-4
        profile = np.exp(-(((x - centre) / half) ** 2)) * smoothstep(0.0, 0.35, f) * smoothstep(1.0, 0.6, f)
        profile = profile * (0.35 + 0.65 * smoothstep(0.0, 0.05, np.array(start)))
        tone = 0.55 + band[int(np.clip(home, 0, 0.999) * 9)] + rng.uniform(-0.18, 0.18)
        out.lay(profile, tone, rng.random(), rng.random(), (slice(first, last),))
    # Where it closes wanders from hair to hair.
    jitter = np.interp(np.arange(wide), np.arange(0, wide + 4, 3), rng.normal(0, 0.006, len(range(0, wide + 4, 3))))[None]
    body = smoothstep(0.020, 0.098, t + jitter) ** 1.3
    return out.stack(np.maximum(out.cover * 0.9, body).clip(0, 1))
