"""Hair as a part: cards along grown strands, their texture, and how they hang on head and shoulders."""

from __future__ import annotations

import numpy as np

from avatar.body.colour import rgb
from avatar.body.mesh import Floats, smoothstep, unit
from avatar.body.part import Part, make
from avatar.body.scalp import Skull
from avatar.body.strands import Strands
from avatar.recipe import Hair

STRIPS = 4  # different cards in the texture
ACROSS = (-1.0, 0.0, 1.0)


def cards(strands: Strands, skull: Skull, look: Hair, joint_of: dict[str, int], rng: np.random.Generator) -> Part:
    """One part of all cards. `bent` holds the strand's direction and, until occlusion is baked, an open share of 1."""
    line, out = strands.lines, strands.ways
    n, points_each = line.shape[:2]
    tangent = unit(np.gradient(line, axis=1))
    # Cards face away from the skull's axis as much as from the skin, so that neighbours close up to one surface.
    radial = line - skull.middle
    radial[..., 2] *= 0.4
    way = unit(out * 0.55 + unit(radial) * 0.45)
    way = unit(way - tangent * (way * tangent).sum(2, keepdims=True))
    sideways = unit(np.cross(tangent, way))
    t = np.linspace(0, 1, points_each, dtype=np.float32)
    taper = (0.50 + 0.50 * smoothstep(0, 0.08, t)) * (1 - 0.62 * smoothstep(0.55, 1.0, t) ** 1.4)
    wide = strands.width[:, None] * taper
    strip = np.asarray(rng.integers(0, STRIPS, n), np.float32)
    positions: list[Floats] = []
    normals: list[Floats] = []
    uvs: list[Floats] = []
    extras: list[Floats] = []
    bents: list[Floats] = []
    for a in ACROSS:
        positions.append(line + sideways * (wide * a * 0.5)[..., None] - way * (abs(a) * 0.0024))
        normals.append(unit(way + sideways * (a * 0.55)))
        u = np.broadcast_to((strip[:, None] + 0.04 + 0.92 * (a * 0.5 + 0.5)) / STRIPS, (n, points_each))
        uvs.append(np.stack([u, np.broadcast_to(1 - t, (n, points_each))], 2))
        one = np.ones((n, points_each), np.float32)
        cover = one * (1 - 0.35 * smoothstep(0.9, 1.0, t))
        extras.append(np.stack([one * t, one * strands.lock[:, None], one * strands.layer[:, None], cover], 2))
        bents.append(np.concatenate([tangent, one[..., None]], 2))
    across = len(ACROSS)

    def flat(parts: list[Floats]) -> Floats:
        stacked = np.stack(parts, 2)
        return stacked.reshape(-1, stacked.shape[-1]).astype(np.float32)

    i, j = np.meshgrid(np.arange(points_each - 1), np.arange(across - 1), indexing="ij")
    a0 = (i * across + j).ravel()
    cell = np.concatenate([np.stack([a0, a0 + across, a0 + 1], 1), np.stack([a0 + 1, a0 + across, a0 + across + 1], 1)])
    # Inner cards first: what is drawn later covers the soft edges of what lies under it.
    order = np.argsort(strands.layer, kind="stable")
    tris = (cell[None] + (order * points_each * across)[:, None, None]).reshape(-1, 3)
    p = flat(positions)
    joints, weights = np.zeros((len(p), 4), np.uint8), np.zeros((len(p), 4), np.float32)
    joints[:, 0], joints[:, 1], joints[:, 2] = joint_of["head"], joint_of["neck_01"], joint_of["spine_03"]
    down = skull.eye_z - p[:, 2]
    chest = smoothstep(0.14, 0.26, down)
    neck = smoothstep(0.08, 0.16, down) * (1 - chest)
    weights[:, 0], weights[:, 1], weights[:, 2] = 1 - chest - neck, neck, chest
    part = make("hair", "hair", p, flat(normals), tris, uv=flat(uvs), joints=joints, weights=weights, extra=flat(extras))
    part.bent = flat(bents)
    red, green, blue = (float(c) for c in rgb(look.colour))
    part.tint, part.texture, part.two_sided, part.soft = (red, green, blue), "hair", True, True
    part.inputs = {"hair_highlight": (*(float(c) for c in rgb(look.highlight)), 1.0)}
    return part


def hair_texture(width: int = 512, height: int = 512) -> Floats:
    """(h, w, 2): shade of each strand and coverage; dense at the root (row 0), parting into locks towards the tip."""
    rng = np.random.default_rng(2)
    out = np.zeros((height, width, 2), np.float32)
    wide = width // STRIPS
    x = (np.arange(wide, dtype=np.float32) + 0.5)[None] / wide
    t = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    for s in range(STRIPS):
        shade, cover = np.full((height, wide), 0.4, np.float32), np.zeros((height, wide), np.float32)
        locks = np.sort(rng.uniform(0.12, 0.88, 5))
        for _ in range(64):
            home = rng.uniform(0.03, 0.97)
            lock = locks[np.abs(locks - home).argmin()]
            gather = 0.34 * smoothstep(0.25, 1.0, t) ** 1.2
            centre = home + (lock - home) * gather + 0.012 * np.sin(t * rng.uniform(4, 11) + rng.uniform(0, 6.3)) * t
            length = 1.0 - rng.random() ** 2.2 * 0.34
            thick = rng.uniform(0.014, 0.032) * (0.62 + 0.38 * smoothstep(length, length - 0.35, t))
            profile = np.exp(-(((x - centre) / thick) ** 2)) * smoothstep(length, length - 0.05, t)
            tone = rng.uniform(0.15, 1.0)
            over = profile > cover * rng.uniform(0.75, 1.1)
            shade = np.where(over, tone * (0.72 + 0.28 * profile), shade)
            cover = np.maximum(cover, profile)
        ragged = np.repeat(rng.uniform(0.05, 0.30, wide // 4 + 1), 4)[:wide][None]
        full = 0.4 * (s % 2)
        solid = smoothstep(0.62 + 0.6 * full, 0.10 + full, t)
        solid = solid * smoothstep(ragged * 0.4, ragged, x) * smoothstep(1 - ragged * 0.4, 1 - ragged, x)
        # At the very root single hairs come out of the skin: a comb of short gaps instead of a straight edge.
        comb = np.repeat(rng.random(wide // 2 + 1), 2)[:wide][None]
        rooted = smoothstep(0.0, 0.012, t - comb * 0.010)
        out[:, s * wide : (s + 1) * wide, 0] = shade
        out[:, s * wide : (s + 1) * wide, 1] = np.clip(np.maximum(cover * 1.35, solid * 0.92), 0, 1) * rooted
    return np.clip(out, 0, 1)
