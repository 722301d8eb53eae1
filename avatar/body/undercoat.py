"""The shade under a beard: a film on the skin, dark where hairs are dense, that hides the skin between the cards."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PIL import Image, ImageFilter

from avatar.body.colour import linear
from avatar.body.mesh import Floats, compact, smoothstep
from avatar.body.part import Part, make
from avatar.recipe import Beard

_LIFT_M = 0.00035
_DARKER = 0.6  # what lies between hairs is in their shade


@lru_cache(maxsize=1)
def coat_texture(size: int = 1024) -> Floats:
    """Coverage (size, size): short strokes close together."""
    rng = np.random.default_rng(8)
    picture = np.zeros((size, size), np.float32)
    row, column = rng.integers(0, size - 12, (2, size * size // 26))
    strength = rng.uniform(0.3, 1.0, len(row)).astype(np.float32)
    for step in range(11):
        shift = (step * rng.uniform(-0.4, 0.4, len(row))).astype(int)
        np.maximum.at(picture, (row + step, (column + shift) % size), strength * (1 - step / 14))
    soft = Image.fromarray((picture * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(0.7))
    return np.asarray(np.clip(0.42 + 0.62 * np.asarray(soft, np.float32) / 255, 0, 1), np.float32)


def undercoat(skin: Part, density: Floats, bare: Floats, look: Beard, joint: int) -> Part:
    """A film over the face part's triangles where `density` (n,) 0..1 of its vertices is above 0, none where `bare` (n,) is."""
    share = density * smoothstep(0.30, 0.0, bare)
    tris = skin.tris[(share[skin.tris] > 0.01).any(1)]
    used, again = compact(tris)
    points = skin.points[used] + skin.normals[used] * np.float32(_LIFT_M)
    uv = skin.uv[used]
    low, high = uv.min(0), uv.max(0)
    extra = np.concatenate([(share[used] * 0.85)[:, None], np.tile(np.asarray(linear(look.colour)) * _DARKER, (len(used), 1))], 1)
    part = make("undercoat", "lash", points, skin.normals[used], again, uv=(uv - low) / (high - low), joint=joint, extra=extra)
    part.joints, part.weights = skin.joints[used], skin.weights[used]
    assert skin.moves is not None
    assert skin.turns is not None
    part.moves, part.turns = skin.moves[:, used].copy(), skin.turns[:, used].copy()
    part.bent = skin.bent[used].copy()
    part.texture, part.soft = "undercoat", True
    return part
