"""Brows: a narrow patch of hairs above each eye, glued to the skin so that it goes wherever the face goes."""

from __future__ import annotations

from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from avatar.body.colour import linear
from avatar.body.mesh import Floats, smoothstep
from avatar.body.part import Part, make
from avatar.body.shape import Shape
from avatar.fields import body_table
from avatar.recipe import Brows

COLUMNS, ROWS = 24, 7
HEIGHT = 0.003  # metres a brow can be nearer or further from the eye
_MARGIN = 1.75  # the patch's half width against the brow's: hairs reach over its border


class BrowShape(BaseModel):
    """One entry of `assets/body/brows.json`, metres on an eye of average size. From the inner end at `start` (against the eye's
    middle) the line rises by `rise` and `arch` (the recipe's share of it) to the `peak` (0..1 along it), then falls by `drop`.
    thick and taper shape its width; lie is how flat its hairs lie."""

    model_config = ConfigDict(extra="forbid")

    rise: float
    arch: float
    peak: float
    drop: float
    lift: float
    thick: float
    taper: float
    start: float
    end: float
    lie: float


@cache
def shapes() -> dict[str, BrowShape]:
    """Every brow shape by name."""
    return {name: BrowShape.model_validate(entry) for name, entry in body_table("brows").items()}


def _tail(own: BrowShape) -> float:
    """How much narrower a brow is at its outer end."""
    return 0.14 + own.taper * 0.76


def middle_line(shape: Shape, look: Brows, woman: float, f: Floats) -> tuple[Floats, Floats, Floats]:
    """Distance outwards from the face's middle, height over the eyes and half width (metres) at 0 (inner end) .. 1 of a brow."""
    own = shapes()[look.shape]
    unit_size = shape.eye_radius / 0.0142
    x = float(shape.eyes[0, 0]) + (own.start + (own.end - own.start) * f) * unit_size
    up = own.rise + own.arch * 2 * look.arch * (0.75 + 0.35 * woman)
    # A man's brow is lower and flatter.
    up = up * (0.70 + 0.30 * woman)
    climb = np.sin(np.clip(f / own.peak, 0, 1) * np.pi / 2) ** 1.15
    fall = own.drop * (0.75 + 0.25 * woman) * smoothstep(own.peak - 0.04, 1.06, f) ** 1.25
    z = np.asarray(0.0180 + HEIGHT * look.height + own.lift + up * climb - fall - 0.0010 * (1 - woman))
    thick = (0.0034 + 0.0009 * (1 - woman)) * own.thick * look.thickness
    half = np.asarray(thick * (0.62 + 0.38 * smoothstep(0.0, 0.30, f)) * (1 - _tail(own) * smoothstep(0.40, 1.0, f)))
    return x.astype(np.float32), (z * unit_size).astype(np.float32), half.clip(0.0004).astype(np.float32)


@lru_cache(maxsize=8)
def brow_texture(name: str, width: int = 1024, height: int = 160) -> Floats:
    """Coverage (height, width) of one brow of a shape, inner end at the left, row 0 above: single hairs with direction. They stand
    up at the nose, lean outwards further on, those from above lie down, and all run along the tail."""
    rng, own = np.random.default_rng(4), shapes()[name]
    out = np.zeros((height, width), np.float32)
    long, tall = (own.end - own.start) * 1e3, 3.4 * own.thick * _MARGIN  # millimetres the picture is wide, and half as high
    px, pz = width / long, height / (2 * tall)
    t = np.linspace(0, 1, 22)
    for _ in range(620):
        f = rng.random() ** 0.9 * 0.97
        # At the nose a brow begins with few hairs and has all of them a quarter of the way on.
        if rng.random() > 0.30 + 0.70 * float(smoothstep(0.02, 0.26, np.array(f))):
            continue
        # Both ends are pointed: towards them hairs stand near the middle line, and at the nose finer and apart.
        ends = float(np.interp(f, [0, 0.10, 0.24, 0.80, 1.0], [0.50, 0.80, 1.0, 0.95, 0.70]))
        a = float(np.clip(rng.normal(0, 0.40), -0.85, 0.85)) * ends
        thin = 1 - _tail(own) * float(smoothstep(0.40, 1.0, np.array(f)))
        # The angle to the brow's own line, degrees; 90 stands up.
        stand = np.interp(f, [0, 0.10, 0.30, 0.60, 1.0], [72, 55, 35, 22, 8]) / own.lie
        angle = np.radians(stand - max(a, 0.0) * np.interp(f, [0, 0.15, 0.4, 1], [15, 70, 78, 42]) + rng.normal(0, 7))
        # The patch narrows to the tail, and with it what a millimetre is across.
        reach = rng.uniform(3.4, 5.6) * np.interp(f, [0, 0.12, 0.7, 1], [0.72, 1.0, 0.95, 0.75])
        bend = np.radians(rng.uniform(-24, -6)) * (1 if a < 0.3 else 0.4)
        step = reach / (len(t) - 1)
        way = angle + bend * t
        x = f * long + np.concatenate([[0], np.cumsum(np.cos(way[:-1]) * step)])
        z = a * tall / _MARGIN + np.concatenate([[0], np.cumsum(np.sin(way[:-1]) * step)]) / max(thin, 0.35)
        _stroke(out, x * px, (tall - z) * pz, rng.uniform(1.3, 2.1) * (0.55 + 0.45 * ends), rng.uniform(0.40, 0.85) * (0.4 + 0.6 * ends))
    along = np.linspace(0, 1, width)[None]
    # The finest hairs are no lines but a shade, which holds the others together.
    across = np.linspace(-1, 1, height)[:, None]
    shade = np.exp(-((across / 0.44) ** 2)) * smoothstep(0.05, 0.40, along) * smoothstep(1.0, 0.70, along)
    inked = out + (1 - out) * 0.34 * shade
    return np.asarray(np.clip(inked * smoothstep(-0.01, 0.02, along) * smoothstep(1.0, 0.985, along), 0, 1), np.float32)


def _stroke(picture: Floats, x: Floats, y: Floats, half: float, strength: float) -> None:
    """Draws a hair through pixel points, pointed at both ends."""
    pad = int(half * 2 + 2)
    x0, x1 = max(int(x.min()) - pad, 0), min(int(x.max()) + pad, picture.shape[1])
    y0, y1 = max(int(y.min()) - pad, 0), min(int(y.max()) + pad, picture.shape[0])
    if x1 <= x0 or y1 <= y0:
        return
    gy, gx = np.mgrid[y0:y1, x0:x1]
    far = (gx[..., None] + 0.5 - x) ** 2 + (gy[..., None] + 0.5 - y) ** 2
    t = np.linspace(0, 1, len(x))
    wide = half * (1 - t**1.6) * (0.35 + 0.65 * smoothstep(0.0, 0.3, t)) + 0.35
    # Out of the skin a hair comes by and by: a row of thick roots would look like a comb.
    ink = (strength * (0.30 + 0.70 * smoothstep(0.0, 0.35, t)) * np.exp(-(far / wide**2))).max(-1)
    window = picture[y0:y1, x0:x1]
    np.maximum(window, ink, out=window)


def attach(points: Floats, tris: NDArray[np.integer], x: Floats, z: Floats) -> tuple[NDArray[np.intp], Floats]:
    """For each (x, z) the triangle seen from the front: its three vertices (n, 3) and barycentric weights (n, 3)."""
    a, b, c = (points[tris[:, k]] for k in range(3))
    d = (b[:, 0] - a[:, 0]) * (c[:, 2] - a[:, 2]) - (b[:, 2] - a[:, 2]) * (c[:, 0] - a[:, 0])
    d = np.where(np.abs(d) < 1e-12, np.float32(1e-12), d)
    px, pz = x[:, None] - a[None, :, 0], z[:, None] - a[None, :, 2]
    w1 = (px * (c - a)[None, :, 2] - pz * (c - a)[None, :, 0]) / d
    w2 = (pz * (b - a)[None, :, 0] - px * (b - a)[None, :, 2]) / d
    outside = np.maximum(0, np.maximum(-np.minimum(np.minimum(w1, w2), 1 - w1 - w2), 0))
    depth = a[None, :, 1] * (1 - w1 - w2) + b[None, :, 1] * w1 + c[None, :, 1] * w2
    # Inside wins; among those inside, the one nearest to the viewer.
    pick = (outside * 1e3 + depth).argmin(1)
    n = np.arange(len(x))
    w1, w2 = np.clip(w1[n, pick], 0, 1), np.clip(w2[n, pick], 0, 1)
    return tris[pick].astype(np.intp), np.stack([1 - w1 - w2, w1, w2], 1).astype(np.float32)


def brows(shape: Shape, skin: Part, look: Brows, woman: float, joint: int) -> Part:
    """Both brows, their motion taken from the skin under them; `skin` is the face part, moves included."""
    grid = np.meshgrid(np.linspace(0, 1, COLUMNS), np.linspace(-1, 1, ROWS), indexing="ij")
    f, across = (np.asarray(g.ravel(), np.float32) for g in grid)
    x, z, half = middle_line(shape, look, woman, f)
    height = shape.eyes[0, 2] + z + half * across * _MARGIN
    i, j = np.meshgrid(np.arange(COLUMNS - 1), np.arange(ROWS - 1), indexing="ij")
    a = (i * ROWS + j).ravel()
    cell = np.concatenate([np.stack([a, a + ROWS, a + 1], 1), np.stack([a + 1, a + ROWS, a + ROWS + 1], 1)])
    eye_y, eye_z = shape.eyes[0, 1], shape.eyes[0, 2]
    middle = skin.points[skin.tris].mean(1)
    faces_front = skin.normals[skin.tris].mean(1)[:, 1] < 0.35
    near = faces_front & (middle[:, 2] > eye_z - 0.01) & (middle[:, 2] < eye_z + 0.06) & (middle[:, 1] < eye_y + 0.03)
    tris = skin.tris[near]
    if skin.moves is None or skin.turns is None:
        raise ValueError("Brows need the moving face under them; pass the face part with its unit deltas.")
    points, normals, moves, turns = [], [], [], []
    for side in (1.0, -1.0):
        rows, weight = attach(skin.points, tris, x * np.float32(side), height)
        w = weight[..., None]
        normal = (skin.normals[rows] * w).sum(1)
        # The patch stands off a little more in its middle, so that it never sinks into the curve of the brow.
        points.append((skin.points[rows] * w).sum(1) + normal * (0.0007 + 0.0004 * (1 - across[:, None] ** 2)))
        normals.append(normal)
        moves.append((skin.moves[:, rows] * w).sum(2))
        turns.append((skin.turns[:, rows] * w).sum(2))
    uv = np.stack([f, across * 0.5 + 0.5], 1)
    n = len(f)
    edge = (0.16 + 0.84 * smoothstep(0.0, 0.34, f)) * smoothstep(1.0, 0.92, f)
    # Never quite black: skin shines through between hairs finer than a pixel.
    colour = linear(look.colour) * 1.15 + np.array([0.010, 0.006, 0.004])
    extra = np.concatenate([(edge * (0.40 + 0.58 * look.density))[:, None], np.tile(colour, (n, 1))], 1)
    part = make(
        "brows", "lash", np.concatenate(points), np.concatenate(normals), np.concatenate([cell, cell + n]),
        uv=np.concatenate([uv, uv]), joint=joint, extra=np.concatenate([extra, extra]),
    )  # fmt: skip
    part.moves, part.turns = np.concatenate(moves, 1).astype(np.float32), np.concatenate(turns, 1).astype(np.float32)
    part.texture, part.two_sided, part.soft = "brows", True, True
    return part
