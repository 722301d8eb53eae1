"""The head's UV crop as a picture: where each texel lies on the face, and the noise and filters that masks are painted with."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from avatar.body.baked import Baked
from avatar.body.mesh import Floats


@lru_cache(maxsize=2)
def layout(baked: Baked, step: int) -> tuple[NDArray[np.intp], Floats, NDArray[np.bool_]]:
    """For each texel that is skin the three vertices around it and their shares, each (n, 3), and which texels are, (h, w)."""
    ids = baked.triangle_map[step // 2 :: step, step // 2 :: step] if step > 1 else baked.triangle_map
    height, width = ids.shape
    mask = ids > 0
    number = ids[mask].astype(np.int64) - 1
    three = np.where((number % 2 == 0)[:, None], [[0, 1, 2]], [[0, 2, 3]])
    quad = number // 2
    rows = np.take_along_axis(baked.quads[quad], three, 1).astype(np.intp)
    uv = baked.uv[np.take_along_axis(baked.quad_uv[quad], three, 1)]
    u0, v0, u1, v1 = baked.crop
    r, c = np.nonzero(mask)
    p = np.stack([u0 + (c + 0.5) / width * (u1 - u0), v1 - (r + 0.5) / height * (v1 - v0)], 1)
    a, b, d = uv[:, 0], uv[:, 1] - uv[:, 0], uv[:, 2] - uv[:, 0]
    q = p - a
    area = b[:, 0] * d[:, 1] - b[:, 1] * d[:, 0]
    area = np.where(np.abs(area) < 1e-14, 1e-14, area)
    w1 = np.clip((q[:, 0] * d[:, 1] - q[:, 1] * d[:, 0]) / area, -0.5, 1.5)
    w2 = np.clip((b[:, 0] * q[:, 1] - b[:, 1] * q[:, 0]) / area, -0.5, 1.5)
    weights = np.stack([1 - w1 - w2, w1, w2], 1).astype(np.float32)
    return rows, weights, mask


def texel_positions(baked: Baked, points: Floats, step: int) -> tuple[Floats, NDArray[np.bool_]]:
    """Where each texel lies in space, (h, w, 3), and which texels are skin. `step` 1 is the full map, 2 half of it, ..."""
    rows, weights, mask = layout(baked, step)
    out = np.zeros((*mask.shape, 3), np.float32)
    out[mask] = (points[rows] * weights[..., None]).sum(1)
    return out, mask


def noise(shape: tuple[int, int], seed: int, octaves: tuple[tuple[int, float], ...]) -> Floats:
    """Smooth noise about 0; each octave is (cells across, strength)."""
    rng = np.random.default_rng(seed)
    out = np.zeros(shape, np.float32)
    for cells, strength in octaves:
        small = (rng.random((cells * shape[0] // shape[1], cells)) * 255).astype(np.uint8)
        big = Image.fromarray(small).resize((shape[1], shape[0]), Image.Resampling.BICUBIC)
        out += (np.asarray(big, np.float32) / 255 - 0.5) * strength
    return out


def blur(mask: Floats, radius: float) -> Floats:
    """A mask 0..1 under a Gaussian of `radius` texels."""
    image = Image.fromarray((np.clip(mask, 0, 1) * 255).astype(np.uint8))
    return np.asarray(image.filter(ImageFilter.GaussianBlur(radius)), np.float32) / np.float32(255)


def grow(picture: Floats, mask: NDArray[np.bool_], rounds: int) -> Floats:
    """Spreads the border colours outwards, so that filtering never mixes in what lies beside the skin."""
    out, known = picture.copy(), mask.copy()
    for _ in range(rounds):
        total, count = np.zeros_like(out), np.zeros(known.shape, np.float32)
        for dy, dx in ((0, 1), (0, -1), (1, 0), (-1, 0)):
            near = np.roll(known, (dy, dx), (0, 1))
            total += np.roll(out, (dy, dx), (0, 1)) * near[..., None]
            count += near
        new = ~known & (count > 0)
        out[new] = total[new] / count[new][:, None]
        known |= new
    return out


def spot(x: Floats, z: Floats, cx: float, cz: float, rx: float, rz: float) -> Floats:
    """A soft ellipse about (cx, cz), 1 in its middle; lengths in metres."""
    return np.asarray(np.exp(-(((x - cx) / rx) ** 2) - ((z - cz) / rz) ** 2), np.float32)


def near_line(x: Floats, z: Floats, line: NDArray[np.floating], width: float) -> Floats:
    """1 on a polyline (n, 2) in (x, z), falling off as a Gaussian of `width` metres and towards its ends."""
    best = np.full(x.shape, 1e9, np.float32)
    along = np.zeros(x.shape, np.float32)
    count = len(line) - 1
    for k in range(count):
        (ax, az), (bx, bz) = line[k], line[k + 1]
        dx, dz = bx - ax, bz - az
        t = np.clip(((x - ax) * dx + (z - az) * dz) / (dx * dx + dz * dz), 0, 1)
        far = (x - ax - t * dx) ** 2 + (z - az - t * dz) ** 2
        closer = far < best
        best = np.where(closer, far, best)
        along = np.where(closer, (k + t) / count, along)
    fade = np.sin(np.pi * np.clip(along, 0, 1)) ** 0.7
    return np.asarray(np.exp(-best / width**2) * fade, np.float32)
