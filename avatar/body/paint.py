"""Paints the skin of the head into its UV crop, from where each texel lies on the face: colour in rgb, gloss in alpha."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from avatar.body.baked import Baked
from avatar.body.brows import middle_line
from avatar.body.colour import rgb
from avatar.body.mesh import Floats, smoothstep
from avatar.body.scalp import Skull, field
from avatar.body.shape import Shape
from avatar.recipe import Recipe

PLAIN = 40  # texels of plain skin in the upper left corner, for everything that has no place in the crop


@lru_cache(maxsize=2)
def _layout(baked_id: int, step: int) -> tuple[NDArray[np.intp], Floats, NDArray[np.bool_]]:
    baked = _KNOWN[baked_id]
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


_KNOWN: dict[int, Baked] = {}


def texel_positions(baked: Baked, points: Floats, step: int) -> tuple[Floats, NDArray[np.bool_]]:
    """Where each texel lies in space, (h, w, 3), and which texels are skin. `step` 1 is the full map, 2 half of it, ..."""
    _KNOWN[id(baked)] = baked
    rows, weights, mask = _layout(id(baked), step)
    out = np.zeros((*mask.shape, 3), np.float32)
    out[mask] = (points[rows] * weights[..., None]).sum(1)
    return out, mask


def _noise(shape: tuple[int, int], seed: int, octaves: tuple[tuple[int, float], ...]) -> Floats:
    """Smooth noise about 0; each octave is (cells across, strength)."""
    rng = np.random.default_rng(seed)
    out = np.zeros(shape, np.float32)
    for cells, strength in octaves:
        small = (rng.random((cells * shape[0] // shape[1], cells)) * 255).astype(np.uint8)
        big = Image.fromarray(small).resize((shape[1], shape[0]), Image.Resampling.BICUBIC)
        out += (np.asarray(big, np.float32) / 255 - 0.5) * strength
    return out


def _blur(mask: Floats, radius: float) -> Floats:
    image = Image.fromarray((np.clip(mask, 0, 1) * 255).astype(np.uint8))
    return np.asarray(image.filter(ImageFilter.GaussianBlur(radius)), np.float32) / np.float32(255)


def _grow(picture: Floats, mask: NDArray[np.bool_], rounds: int) -> Floats:
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


class _Canvas:
    """A picture to mix colours into by masks."""

    def __init__(self, shape: tuple[int, int], colour: Floats) -> None:
        self.picture = np.ones((*shape, 3), np.float32) * colour

    def mix(self, colour: NDArray[np.floating], share: Floats) -> None:
        s = np.clip(share, 0, 1)[..., None]
        self.picture += (np.asarray(colour, np.float32) - self.picture) * s


def _spot(x: Floats, z: Floats, cx: float, cz: float, rx: float, rz: float) -> Floats:
    return np.exp(-(((x - cx) / rx) ** 2) - ((z - cz) / rz) ** 2)


def paint(baked: Baked, shape: Shape, recipe: Recipe, frame: Skull, hair_root: Floats | None, step: int) -> Floats:
    """sRGB and gloss, (h, w, 4), row 0 at the top. `hair_root`: sRGB of the hair at its roots, None for a bald head."""
    where, mask = texel_positions(baked, shape.points, step)
    size = where.shape[:2]
    masks: dict[str, Floats] = {
        name: np.asarray(Image.fromarray(image).resize((size[1], size[0]), Image.Resampling.BICUBIC), np.float32) / 255
        for name, image in baked.masks.items()
    }
    skin, woman = rgb(recipe.skin.colour), 1.0 - recipe.figure.gender
    look = recipe.skin
    k = shape.eye_radius / 0.0142
    ex, ey, ez = (float(v) for v in shape.eyes[0])
    x, y, z = np.abs(where[..., 0]), where[..., 1] - ey, where[..., 2] - ez
    front = smoothstep(0.045, -0.015, y)
    lips_hard = masks["lips"] > 0.5
    lip_z = float(where[lips_hard & mask][:, 2].mean()) - ez
    blood = skin * np.array([1.0, 0.70, 0.66], np.float32)
    flush = skin * (1 - 0.5) + np.array([0.80, 0.36, 0.36], np.float32) * 0.5
    canvas = _Canvas(size, skin)
    # Unevenness: large warm and cool fields, middle mottling, fine grain.
    broad, middle = _noise(size, 1, ((6, 1.0), (14, 0.7))), _noise(size, 2, ((40, 0.8), (90, 0.6), (260, 0.7)))
    canvas.picture *= 1 + broad[..., None] * np.array([0.02, 0.055, 0.06]) + middle[..., None] * np.array([0.02, 0.045, 0.045])
    canvas.mix(skin * np.array([1.03, 0.99, 0.92]), _spot(x, z, 0.0, 0.045, 0.05, 0.022) * front * 0.5)
    canvas.mix(flush, _spot(x, z, 0.041 * k, -0.031 * k, 0.023, 0.017) * front * (0.10 + 0.34 * look.blush))
    canvas.mix(flush, _spot(x, z, 0.050 * k, -0.022 * k, 0.016, 0.010) * front * 0.25 * look.blush)
    # Jaw and the sides of the mouth are cooler than the middle of the face.
    jaw_zone = _spot(x, z, 0.045 * k, lip_z - 0.012, 0.026, 0.022) + _spot(x, z, 0.028, lip_z - 0.022, 0.012, 0.012)
    canvas.mix(skin * np.array([0.97, 0.975, 0.965]), np.clip(jaw_zone, 0, 1) * front * 0.5)
    nose = _spot(x, z, 0.0, lip_z * 0.47, 0.013, 0.011) * front
    canvas.mix(flush, (nose + _spot(x, z, 0.013, lip_z * 0.55, 0.006, 0.006) * front) * (0.16 + 0.14 * look.blush))
    canvas.mix(blood, _spot(x, z, 0.0, lip_z - 0.030, 0.020, 0.010) * front * 0.22)
    canvas.mix(blood, np.clip(masks["ears"], 0, 1) * 0.22)
    canvas.mix(skin * np.array([0.90, 0.72, 0.70]), _spot(x, z, 0.016, lip_z * 0.56, 0.004, 0.009) * front * 0.35)
    # Around the eyes: thinner skin, cooler and darker; the crease and the lash line darker still.
    canvas.mix(skin * np.array([0.86, 0.70, 0.70]), _spot(x, z, ex, 0.001, 0.022 * k, 0.012 * k) * front * 0.42)
    canvas.mix(skin * np.array([0.80, 0.64, 0.66]), _spot(x, z, ex - 0.008 * k, -0.011 * k, 0.010 * k, 0.004) * front * 0.20)
    away = np.sqrt((x - ex) ** 2 + y**2 + z**2) / shape.eye_radius
    rim = smoothstep(1.42, 1.20, away) * front
    canvas.mix(np.array([0.70, 0.36, 0.33]) * (0.35 + 0.65 * skin), rim * 0.22)
    shadow = _spot(x, z, ex + 0.004 * k, 0.0085 * k, 0.017 * k, 0.0060 * k) * front
    canvas.mix(skin * np.array([0.62, 0.44, 0.42]), shadow * (0.12 + 0.50 * look.makeup * woman))
    upper_line = smoothstep(1.34, 1.20, away) * smoothstep(-0.001, 0.002, z) * front
    canvas.mix(np.array([0.10, 0.06, 0.055]), upper_line * (0.10 + 0.45 * look.makeup * woman))
    if look.freckles > 0:
        _freckle(canvas, x, z, front, skin, look.freckles, k)
    soft = _paint_lips(canvas, masks, size, look.lips, skin, woman, z - lip_z, x)
    if look.stubble > 0:
        jaw = smoothstep(-0.034, -0.052, z) * smoothstep(0.062, 0.020, y) * (1 - soft) * smoothstep(-0.135, -0.110, z)
        lip = _spot(x, z, 0.0, lip_z + 0.013, 0.024, 0.006) * front
        cheek = smoothstep(0.022, 0.044, x) * 0.5 + 0.5
        dots = 0.75 + 1.6 * np.abs(_noise(size, 13, ((300, 1.0), (500, 0.8))))
        beard = rgb(recipe.brows.colour) * 0.55 + skin * np.array([0.36, 0.34, 0.36])
        canvas.mix(beard, np.clip(jaw * cheek + lip * 0.7, 0, 1) * (1 - soft) * look.stubble * 0.62 * dots)
    ends = middle_line(shape, recipe.brows, woman, np.array([0, 1], np.float32))[0]
    along = (x - ends[0]) / (ends[1] - ends[0])
    _, brow_z, half = middle_line(shape, recipe.brows, woman, np.clip(along, 0, 1).astype(np.float32))
    inside = np.exp(-(np.abs((z - brow_z) / (half * 0.95)) ** 2.4)) * smoothstep(-0.02, 0.14, along)
    inside = inside * smoothstep(1.0, 0.86, along) * front
    canvas.mix(rgb(recipe.brows.colour) * 0.6 + skin * 0.4, inside * 0.62 * recipe.brows.density)
    gloss = look.gloss * (0.85 + 0.5 * nose + 0.35 * _spot(x, z, 0.0, 0.045, 0.035, 0.02) * front)
    gloss = gloss * (1 + 0.7 * _noise(size, 7, ((200, 0.8), (420, 0.8)))) - 0.06 * front * _spot(x, z, 0.045, -0.035, 0.02, 0.02)
    gloss = gloss + soft * 0.22 + rim * 0.25
    if hair_root is not None:
        above = field(where, frame, woman) - (masks["ears"] > 0.3) * 0.2
        grain = _noise(size, 17, ((60, 0.8), (160, 1.0), (360, 1.0)))
        scalp = smoothstep(-0.007, 0.008, above + grain * 0.003) * (z > -0.09)
        canvas.mix(hair_root, scalp * 0.94)
        gloss = gloss * (1 - scalp * 0.8)
    # Down the neck everything fades to the plain skin that the limbs have, so that no seam shows.
    plain = smoothstep(-0.125, -0.165, z)
    canvas.mix(skin, plain)
    gloss = gloss + (look.gloss - gloss) * plain
    out = np.concatenate([np.clip(canvas.picture, 0, 1), np.clip(gloss, 0.02, 1)[..., None]], -1).astype(np.float32)
    out = _grow(out, mask, 10)
    side = PLAIN * 2 // step
    out[:side, :side] = (*skin, look.gloss)
    return out


def _freckle(canvas: _Canvas, x: Floats, z: Floats, front: Floats, skin: Floats, amount: float, k: float) -> None:
    size = canvas.picture.shape[:2]
    rng = np.random.default_rng(21)
    dots = np.zeros(size, np.float32)
    count = int(2600 * amount)
    r, c = (rng.random((2, count)) * np.array([[size[0]], [size[1]]])).astype(int)
    dots[r, c] = rng.uniform(0.3, 1.0, count)
    dots = np.clip(_blur(dots, 0.8 * size[1] / 512 + 0.3) * 4.5, 0, 1)
    zone = _spot(x, z, 0.028 * k, -0.022 * k, 0.030, 0.016) + 0.5 * _spot(x, z, 0, -0.02, 0.014, 0.02)
    canvas.mix(skin * np.array([0.72, 0.54, 0.44]), dots * np.clip(zone, 0, 1) * front * (0.4 + 0.5 * amount))


def _paint_lips(
    canvas: _Canvas, masks: dict[str, Floats], size: tuple[int, int], colour: str, skin: Floats, woman: float, z: Floats, x: Floats
) -> Floats:
    """Lips with a soft border, lines across, a lighter middle of the lower lip and a dark line where they meet."""
    scale = size[1] / 512
    soft = _blur(masks["lips"], 2.4 * scale)
    border = np.clip(_blur(masks["lips"], 4.5 * scale) * 2 - soft, 0, 1)
    lines = _noise(size, 5, ((70, 1.0), (150, 0.9)))
    tone = rgb(colour)[None, None] * (1 + lines[..., None] * 0.13)
    full = _spot(x, z, 0.0, -0.006, 0.014, 0.0045)
    tone = tone + (np.array([1.0, 0.80, 0.76]) * skin - tone) * (full * 0.30)[..., None]
    tone = tone * (1 - 0.16 * smoothstep(0.0, 0.006, z))[..., None]
    canvas.mix(skin * np.array([0.97, 0.80, 0.77]), border * 0.30)
    canvas.mix(tone, soft * (0.62 + 0.24 * woman))
    inside = np.clip(_blur(np.clip(masks["inside-mouth"], 0, 1), 1.2 * scale), 0, 1)
    canvas.mix(np.array([0.42, 0.15, 0.15]) * (0.45 + 0.55 * skin), inside * 0.92)
    return soft
