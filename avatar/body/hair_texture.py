"""The hair cards' atlas: strips of painted strands from dense to wispy, and coils. Drawn once for everybody."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from avatar.body.mesh import Floats, smoothstep

STRIPS = {"dense": (0, 1), "lock": (2, 3), "sparse": (4,), "wisp": (5,), "coil": (6, 7)}
COUNT = 8
# Hairs of a strip, their half width, how far they gather in tufts, and how many stop early.
_SORTS = {
    "dense": (60, 0.026, 0.10, 0.45),
    "lock": (52, 0.024, 0.26, 0.55),
    "sparse": (24, 0.020, 0.18, 0.70),
    "wisp": (12, 0.014, 0.16, 0.85),
}


@lru_cache(maxsize=1)
def hair_texture(width: int = 1024, height: int = 512) -> Floats:
    """(h, w, 4): shade of each strand, its own random number, how much of it lies in front (0 gap .. 1), coverage. Row 0 is
    the root; v runs from 1 there to 0 at the tip."""
    rng = np.random.default_rng(2)
    out = np.zeros((height, width, 4), np.float32)
    wide = width // COUNT
    for sort, strips in STRIPS.items():
        for s in strips:
            out[:, s * wide : (s + 1) * wide] = _coils(wide, height, rng) if sort == "coil" else _strip(sort, wide, height, rng)
    return np.clip(out, 0, 1)


def _strip(sort: str, wide: int, height: int, rng: np.random.Generator) -> Floats:
    count, thick, gather, early = _SORTS[sort]
    x = (np.arange(wide, dtype=np.float32) + 0.5)[None] / wide
    t = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    shade, own = np.full((height, wide), 0.35, np.float32), np.full((height, wide), 0.5, np.float32)
    front, cover = np.zeros((height, wide), np.float32), np.zeros((height, wide), np.float32)
    tufts = np.sort(rng.uniform(0.2, 0.8, 4))
    for k in range(count):
        home = 0.07 + 0.86 * (k + rng.random()) / count if sort != "wisp" else rng.uniform(0.08, 0.92)
        tuft = tufts[np.abs(tufts - home).argmin()]
        pull = gather * smoothstep(0.2, 1.0, t) ** 1.3
        centre = home + (tuft - home) * pull + 0.016 * np.sin(t * rng.uniform(3, 9) + rng.uniform(0, 6.3)) * smoothstep(0.0, 0.2, t)
        # Hairs at the rim of a card end first: its tip is a point, not an edge.
        rim = abs(home - 0.5) * 2
        length = 1.0 - 0.42 * rim**2 * rng.uniform(0.3, 1.0) - rng.random() ** 2 * early * 0.5
        start = rng.random() ** 2 * (0.05 if sort in ("dense", "lock") else 0.16)
        come = 0.05 if sort in ("dense", "lock") else 0.22
        half = thick * rng.uniform(0.6, 1.25) * (0.35 + 0.65 * smoothstep(length, length - 0.5, t))
        half = half * smoothstep(start - 0.02, start + 0.06, t) + 1e-4
        profile = np.exp(-(((x - centre) / half) ** 2)) * smoothstep(length, length - 0.06, t) * smoothstep(start, start + come, t)
        tone, number, depth = rng.uniform(0.30, 0.90), rng.random(), rng.random()
        over = profile * (0.6 + 0.4 * depth) > front
        shade = np.where(over, tone, shade)
        own = np.where(over, number, own)
        front = np.maximum(front, profile * (0.6 + 0.4 * depth))
        cover = np.maximum(cover, profile)
    if sort in ("dense", "lock"):
        # Behind the strands a card is closed near the root, so that what lies beneath is covered.
        body = smoothstep(0.78 if sort == "dense" else 0.50, 0.25 if sort == "dense" else 0.05, t)
        rim_in = 0.05 + 0.11 * np.interp(np.arange(height), np.arange(0, height, 23), rng.random(len(range(0, height, 23))))[:, None]
        body = body * smoothstep(rim_in - 0.05, rim_in + 0.05, x) * smoothstep(1 - rim_in + 0.05, 1 - rim_in - 0.05, x)
        body = body * smoothstep(0.0, 0.05, t - 0.03 * np.sin(x * 60) ** 2 - 0.02 * np.sin(x * 143) ** 2)
        cover = np.maximum(cover * 1.3, body * 0.95)
    fade = smoothstep(0.0, 0.05, x) * smoothstep(1.0, 0.95, x)
    return np.stack([shade, own, front, np.clip(cover * 1.25, 0, 1) * fade], -1).astype(np.float32)


def _coils(wide: int, height: int, rng: np.random.Generator) -> Floats:
    """Small tight rings and zigzags, dense in the middle and loose at the tip."""
    x = (np.arange(wide, dtype=np.float32) + 0.5)[None] / wide
    t = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    shade, own = np.full((height, wide), 0.35, np.float32), np.full((height, wide), 0.5, np.float32)
    front, cover = np.zeros((height, wide), np.float32), np.zeros((height, wide), np.float32)
    for _ in range(32):
        home, swing, beat = rng.uniform(0.16, 0.84), rng.uniform(0.06, 0.12), rng.uniform(22, 36)
        centre = home + swing * np.sin(t * beat + rng.uniform(0, 6.3)) + 0.05 * np.sin(t * rng.uniform(4, 9) + rng.uniform(0, 6.3))
        length = 1.0 - 0.55 * (abs(home - 0.5) * 2) ** 2 - 0.45 * rng.random() ** 2
        profile = np.exp(-(((x - centre) / 0.017) ** 2)) * smoothstep(length, length - 0.05, t) * smoothstep(0.0, 0.03, t)
        tone, number = rng.uniform(0.35, 0.85), rng.random()
        over = profile > front
        shade, own = np.where(over, tone, shade), np.where(over, number, own)
        front, cover = np.maximum(front, profile), np.maximum(cover, profile)
    body = smoothstep(0.35, 0.05, t) * smoothstep(0.18, 0.45, x) * smoothstep(0.82, 0.55, x) * smoothstep(0.0, 0.06, t)
    fade = smoothstep(0.0, 0.05, x) * smoothstep(1.0, 0.95, x)
    return np.stack([shade, own, front, np.maximum(cover * 1.2, body * 0.9).clip(0, 1) * fade], -1).astype(np.float32)
