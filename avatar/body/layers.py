"""What lies on the skin of the head, as masks without colour: the shader tints them, so a colour or a strength changes at once.

Three pictures of four channels, 0..255 (their names and neutral values are in `CHANNELS`):

    pigment   unevenness (128 even), blood (128 plain, more is redder, less is paler), freckles, gloss (128 plain)
    makeup    lips, cheeks, eye shadow, liner
    growth    stubble, scalp, brow, light that the skin's own folds hold back
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from avatar.body.baked import Baked
from avatar.body.brows import middle_line
from avatar.body.lids import edges_of_lids
from avatar.body.mesh import Floats, smoothstep
from avatar.body.scalp import Skull, inside, part_at
from avatar.body.shape import Shape
from avatar.body.styles import styles
from avatar.body.uvmap import blur, grow, near_line, noise, spot, texel_positions
from avatar.recipe import Recipe

PLAIN = 40  # texels of plain skin in the upper left corner, for everything that has no place in the crop
_PARTED_M = 0.0022  # half of the breadth in which a parting shows skin
CHANNELS = {"pigment": (0.5, 0.5, 0.0, 0.5), "makeup": (0.0, 0.0, 0.0, 0.0), "growth": (0.0, 0.0, 0.0, 0.0)}


class Face:
    """Texels of one head in the frame that masks are drawn in: x outwards from the middle, y backwards from the eye, z up from the
    eye, metres; `side` is -1 on her right and 1 on her left."""

    def __init__(self, baked: Baked, shape: Shape, step: int) -> None:
        where, self.mask = texel_positions(baked, shape.points, step)
        self.where, self.shape, self.size = where, shape, where.shape[:2]
        self.k = shape.eye_radius / 0.0142
        self.eye_x, eye_y, eye_z = (float(v) for v in shape.eyes[0])
        self.x, self.y, self.z = np.abs(where[..., 0]), where[..., 1] - eye_y, where[..., 2] - eye_z
        self.side = np.sign(where[..., 0])
        self.front = smoothstep(0.045, -0.015, self.y)
        self.masks: dict[str, Floats] = {
            name: np.asarray(Image.fromarray(image).resize(self.size[::-1], Image.Resampling.BICUBIC), np.float32) / 255
            for name, image in baked.masks.items()
        }
        upper = shape.points[edges_of_lids(baked)[0][0]]
        order = np.argsort(upper[:, 0])
        self.lid = np.stack([upper[order, 0], upper[order, 2] - eye_z], 1)
        lips = where[(self.masks["lips"] > 0.5) & self.mask]
        self.lip_z = float(lips[:, 2].mean()) - eye_z
        self.lip_x = float(np.abs(lips[:, 0]).max())

    @property
    def from_eye(self) -> Floats:
        """Distance from the middle of the nearer eye in its radii."""
        return np.asarray(np.sqrt((self.x - self.eye_x) ** 2 + self.y**2 + self.z**2) / self.shape.eye_radius, np.float32)


def layers(face: Face, recipe: Recipe, frame: Skull, step: int) -> dict[str, NDArray[np.uint8]]:
    """The pictures of this module for one head, (h, w, 4) each, row 0 at the top."""
    woman = 1.0 - recipe.figure.gender
    lips, inside = _lips(face)
    pictures = {
        "pigment": _pigment(face, lips, inside),
        "makeup": _makeup(face, lips),
        "growth": _growth(face, recipe, frame, woman, lips),
    }
    # Down the neck everything fades to the plain skin that the limbs have, so that no seam shows.
    plain = smoothstep(-0.125, -0.165, face.z)[..., None]
    out = {}
    for name, picture in pictures.items():
        neutral = np.array(CHANNELS[name], np.float32)
        whole = np.clip(picture + (neutral - picture) * plain, 0, 1).astype(np.float32)
        whole = grow(whole, face.mask, 10)
        corner = PLAIN * 2 // step
        whole[:corner, :corner] = neutral
        out[name] = (whole * 255 + 0.5).astype(np.uint8)
    return out


def _lips(face: Face) -> tuple[Floats, Floats]:
    scale = face.size[1] / 512
    tapered = face.masks["lips"] * smoothstep(face.lip_x + 0.001, face.lip_x - 0.005, face.x)
    return blur(tapered, 3.2 * scale), blur(np.clip(face.masks["inside-mouth"], 0, 1), 1.2 * scale)


def _pigment(face: Face, lips: Floats, inside: Floats) -> Floats:
    x, z, k, front, lip_z, eye_x = face.x, face.z, face.k, face.front, face.lip_z, face.eye_x
    size = face.size
    even = noise(size, 1, ((6, 0.10), (14, 0.09))) + noise(size, 2, ((40, 0.09), (90, 0.09), (260, 0.12)))
    # Around the eyes the skin is thin, cooler and darker; the jaw is a little darker than the middle of the face.
    jaw = spot(x, z, 0.045 * k, lip_z - 0.012, 0.026, 0.022) + spot(x, z, 0.028, lip_z - 0.022, 0.012, 0.012)
    thin = spot(x, z, eye_x, 0.001, 0.022 * k, 0.012 * k) * 0.12 + spot(x, z, eye_x - 0.008 * k, -0.011 * k, 0.010 * k, 0.004) * 0.14
    nostril = spot(x, z, 0.0155, lip_z * 0.58, 0.006, 0.009) * 0.09
    dark = (jaw * 0.10 + thin + nostril) * front
    blood = noise(size, 3, ((9, 0.10), (30, 0.09), (70, 0.08)))
    nose = spot(x, z, 0.0, lip_z * 0.47, 0.015, 0.012) + spot(x, z, 0.012, lip_z * 0.55, 0.010, 0.009) * 0.5
    cheek = spot(x, z, 0.039 * k, -0.031 * k, 0.026, 0.020)
    blood = blood + (nose * 0.28 + cheek * 0.22 + spot(x, z, 0.0, lip_z - 0.030, 0.020, 0.010) * 0.16) * front
    blood = blood + np.clip(face.masks["ears"], 0, 1) * 0.30 + thin * front * 0.5
    blood = blood - spot(x, z, 0.0, 0.045, 0.05, 0.022) * front * 0.32 - jaw * front * 0.10
    away = face.from_eye
    rim = smoothstep(1.42, 1.20, away) * front
    wet = smoothstep(1.20, 1.10, away) * smoothstep(0.0, -0.003, z) * front  # the lower lid's edge: thin, red, and in its own shade
    blood = np.maximum(blood + rim * 0.28 + wet * 0.35, inside * 1.0)
    dark = dark + wet * 0.16
    gloss = 1 + 0.55 * nose * front + 0.35 * spot(x, z, 0.0, 0.045, 0.035, 0.02) * front
    gloss = gloss * (1 + 0.35 * noise(size, 7, ((200, 0.8), (420, 0.8)))) - 0.14 * front * spot(x, z, 0.045, -0.035, 0.02, 0.02)
    gloss = gloss + lips * 0.50 + smoothstep(1.24, 1.14, away) * front * 0.9 + inside * 0.6
    return np.stack([0.5 + even * 0.5 - dark, 0.5 + blood * 0.5, _freckles(face), gloss * 0.5], -1)


def _freckles(face: Face) -> Floats:
    """Dots of many strengths, so that a threshold in the shader brings out few or many of them."""
    size = face.size
    rng = np.random.default_rng(21)
    dots = np.zeros(size, np.float32)
    count = 2600
    r, c = (rng.random((2, count)) * np.array([[size[0]], [size[1]]])).astype(int)
    dots[r, c] = rng.uniform(0.3, 1.0, count)
    dots = np.clip(blur(dots, 0.8 * size[1] / 512 + 0.3) * 4.5, 0, 1)
    zone = spot(face.x, face.z, 0.028 * face.k, -0.022 * face.k, 0.034, 0.018) + 0.6 * spot(face.x, face.z, 0, -0.02, 0.014, 0.02)
    zone = zone + 0.16 * spot(face.x, face.z, 0, 0.03, 0.05, 0.03)
    return np.asarray(dots * np.clip(zone, 0, 1) * face.front, np.float32)


def _makeup(face: Face, lips: Floats) -> Floats:
    x, z, k, eye_x = face.x, face.z, face.k, face.eye_x
    full = spot(x, z - face.lip_z, 0.0, -0.006, 0.014, 0.0045)
    lines = noise(face.size, 5, ((70, 0.5), (150, 0.45)))
    # A lip is lighter where the lower one is fullest, darker above and where both meet.
    lip = lips * (0.90 - 0.20 * full + 0.18 * lines + 0.10 * smoothstep(0.0, 0.006, z - face.lip_z))
    cheek = spot(x, z, 0.046 * k, -0.026 * k, 0.018, 0.013) + 0.5 * spot(x, z, 0.036 * k, -0.033 * k, 0.018, 0.014)
    away = face.from_eye
    lid = smoothstep(1.95, 1.30, away) * smoothstep(-0.001, 0.003, z)
    wing = spot(x, z, eye_x + 0.010 * k, 0.0075 * k, 0.012 * k, 0.0050 * k)
    shadow = np.clip(lid * 0.75 + wing * 0.6, 0, 1)
    upper = smoothstep(1.30, 1.17, away) * smoothstep(-0.001, 0.002, z)
    outer = 0.55 + 0.45 * smoothstep(-0.006 * k, 0.008 * k, x - eye_x)
    lower = smoothstep(1.22, 1.15, away) * smoothstep(0.0, -0.003, z) * 0.35
    liner = np.clip(upper * outer + lower * outer, 0, 1)
    return np.stack([lip, cheek * face.front, shadow * face.front, liner * face.front], -1)


def _dots(thick: Floats) -> Floats:
    """Hairs cut to nothing: single texels, hardly blurred, as many of them as `thick` (h, w) says; no noise with a shape of its own.
    Where texels are larger than hairs they draw together to an even shade."""
    fine = thick.shape[1] / 1024
    grows = np.random.default_rng(13).random(thick.shape) < 0.42 * thick
    return np.asarray(0.42 * thick * (1 - fine) + blur(grows.astype(np.float32), 0.3 + 0.45 * fine) * fine, np.float32)


def _growth(face: Face, recipe: Recipe, frame: Skull, woman: float, lips: Floats) -> Floats:
    x, y, z, front, lip_z, size = face.x, face.y, face.z, face.front, face.lip_z, face.size
    # A beard's edge is broad and wanders a little, and its dots thin out towards it.
    wander = noise(size, 15, ((18, 0.004), (50, 0.003)))
    edge = z + 0.55 * np.maximum(x - 0.030, 0) * -1.0 + wander
    # The map ends under the jaw, and so must it, by and by.
    back = smoothstep(0.070, 0.030, y) * (1 - 0.76 * smoothstep(-0.096, -0.108, z) * smoothstep(-0.006, 0.024, y))
    jaw = smoothstep(-0.026, -0.068, edge) * back * smoothstep(-0.152, -0.108, z + wander)
    lip = spot(x, z, 0.0, lip_z + 0.013, 0.026, 0.0065) * front + spot(x, z, 0.026, lip_z + 0.004, 0.006, 0.014) * front * 0.7
    side = smoothstep(0.030, 0.046, y) * smoothstep(0.085, 0.070, y) * smoothstep(-0.055, -0.035, z) * smoothstep(0.01, -0.02, z)
    bare = spot(x, z, 0.020, lip_z - 0.008, 0.008, 0.006) * 0.6
    thick = np.clip(jaw * (1 - bare) + lip * 0.8 + side * 0.6, 0, 1) * (1 - lips)
    stubble = 0.42 * thick + 0.85 * _dots(thick)
    above = inside(face.where, frame, woman) - (face.masks["ears"] > 0.3) * 0.2
    grain = noise(size, 17, ((60, 0.8), (160, 1.0), (360, 1.0)))
    style = styles()[recipe.hair.style]
    # Where nothing hangs over it, the hairline is seen: there stubble comes in over two fingers' breadth, as single dots first.
    seen = style.kind in ("none", "short")
    least, most = (-0.014, 0.020) if style.kind == "none" or style.close < 0.9 else (-0.013, 0.010) if seen else (-0.008, 0.010)
    closed = smoothstep(-0.002, most, above) * (0.75 if style.kind == "none" else 1.0) if seen else np.ones_like(above)
    single = np.clip(2 * _dots(np.ones_like(above)), 0, 1)
    if style.kind == "fall":
        closed = smoothstep(0.0, 0.012, above)
    scalp = smoothstep(least, most, above + grain * 0.004) * smoothstep(-0.095, -0.070, z) * (closed + (1 - closed) * single)
    if any(layer.roots == "parting" for layer in style.layers):
        aside = face.where[..., 0] - part_at(frame, recipe.hair.part, face.where[..., 1])
        scalp = scalp * (1 - 0.42 * np.exp(-((aside / _PARTED_M) ** 2)) * (z > 0.03))
    ends = middle_line(face.shape, recipe.brows, woman, np.array([0, 1], np.float32))[0]
    along = (x - ends[0]) / (ends[1] - ends[0])
    _, brow_z, half = middle_line(face.shape, recipe.brows, woman, np.clip(along, 0, 1).astype(np.float32))
    brow = np.exp(-(np.abs((z - brow_z) / (half * 0.95)) ** 2.4)) * smoothstep(0.02, 0.34, along)
    brow = brow * smoothstep(1.0, 0.86, along) * front
    k, eye_x = face.k, face.eye_x
    lid_fold = spot(x, z, eye_x - 0.010 * k, 0.004 * k, 0.006 * k, 0.004 * k) * 0.25
    # The crease above the upper lid: a hand's breadth of a lash over its edge, nearer to it at the corners.
    t = np.linspace(0, 1, len(face.lid))
    crease = face.lid + np.stack([0.0008 * (t - 0.3), 0.0018 + 0.0030 * np.sin(np.pi * np.clip(t * 0.9 + 0.08, 0, 1))], 1) * k
    fold = near_line(x, z, crease, 0.00085) * 0.85 + near_line(x, z, crease + np.array([0, 0.0010]), 0.0022) * 0.22
    # Where the lips meet they shade each other, softly.
    seam = 0.75 * blur(np.clip(face.masks["inside-mouth"], 0, 1), 3.6 * size[1] / 512) * smoothstep(0.0, 0.3, lips)
    fold = fold + lid_fold + spot(x, z, 0.0, lip_z - 0.0135, 0.016, 0.0035) * 0.30
    return np.stack([stubble, scalp, brow, np.maximum(fold * front, seam)], -1)
