"""Beards: short cards on jaw, chin and upper lip, glued to the skin so that they go wherever the face goes."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from avatar.body.baked import Baked
from avatar.body.colour import rgb
from avatar.body.hair_texture import COUNT, STRIPS
from avatar.body.hull import Hull
from avatar.body.mesh import Floats, Ints, smoothstep, unit
from avatar.body.part import Part, make
from avatar.body.shape import Shape
from avatar.body.undercoat import undercoat
from avatar.fields import body_table
from avatar.recipe import Beard

POINTS = 3  # along a card
_WINDOW = 0.17  # share of a strip that a card shows: hairs stay fine without many of them becoming a blot


class BeardStyle(BaseModel):
    """One entry of `assets/body/beard.json`: hair length by region and card width in metres, 0 for a bare region; cards by
    quality; lift: how far hairs stand off the skin."""

    model_config = ConfigDict(extra="forbid")

    cards: dict[str, int]
    cheek: float
    chin: float
    lip: float
    neck: float
    width: float
    lift: float


@cache
def beard_styles() -> dict[str, BeardStyle]:
    """Every beard of cards by name; `none` and `stubble` have none."""
    return {name: BeardStyle.model_validate(entry) for name, entry in body_table("beard").items()}


def lengths(style: BeardStyle, p: Floats, mouth: Floats, eye: Floats, k: float) -> Floats:
    """Hair length (n,) at points of the face: 0 where none grows, shorter towards the borders."""
    x, h = np.abs(p[:, 0]) / k, (p[:, 2] - mouth[2]) / k
    back = (p[:, 1] - eye[1]) / k
    # Thin under the nose's middle, longest beside it, pointed and lower towards the corners.
    lip = smoothstep(0.041, 0.027, x) * smoothstep(0.0030, 0.0060, h + 0.12 * x) * smoothstep(0.0215, 0.0150, h + 0.20 * x)
    lip = lip * (0.45 + 0.55 * smoothstep(0.0006, 0.0050, x))
    # It runs down beside the mouth where there is a chin beard for it to join.
    joins = np.exp(-(((x - 0.0305 - 0.10 * h) / 0.0060) ** 2)) * smoothstep(-0.034, -0.020, h) * smoothstep(0.012, 0.002, h)
    egg = (x / 0.034) ** 2 + ((h + 0.024) / 0.036) ** 2
    chin = smoothstep(1.05, 0.45, egg) * smoothstep(-0.0135, -0.0210, h - 0.25 * (x - 0.012).clip(0)) * smoothstep(0.045, 0.030, back)
    patch = smoothstep(0.007, 0.002, x) * smoothstep(-0.010, -0.013, h) * smoothstep(-0.030, -0.020, h)
    line = np.interp(x, [0, 0.024, 0.031, 0.045, 0.058, 0.066, 0.071], [-0.015, -0.014, 0.000, 0.008, 0.022, 0.050, 0.090])
    cheek = smoothstep(0.010, -0.014, h - line) * smoothstep(0.086, 0.060, back) * smoothstep(0.016, 0.024, x)
    under = smoothstep(-0.044, -0.054, h)
    cheek = cheek * (1 - under)
    neck = under * smoothstep(-0.068, -0.048, h) * smoothstep(0.068, 0.040, back)
    out = np.maximum(style.lip * lip, style.cheek * cheek)
    out = np.maximum(out, style.chin * np.maximum(np.maximum(chin, 0.7 * patch), joins * 0.75))
    out = np.maximum(out, style.neck * neck) * smoothstep(0.100, 0.085, back)
    return np.asarray(out * k, np.float32)


def _lips_at(baked: Baked, uv: Floats) -> Floats:
    """Share of lip or mouth cavity (n,) at points of the face's texture."""
    out = np.zeros(len(uv), np.float32)
    for name in ("lips", "inside-mouth"):
        mask = baked.masks[name]
        h, w = mask.shape
        row, column = ((1 - uv[:, 1]) * h).astype(int).clip(0, h - 1), (uv[:, 0] * w).astype(int).clip(0, w - 1)
        out = np.maximum(out, mask[row, column] / np.float32(255))
    return out


def _roots(
    style: BeardStyle, baked: Baked, skin: Part, mouth: Floats, eye: Floats, k: float, count: int, rng: np.random.Generator
) -> tuple[Ints, Floats, Floats]:
    """Triangles' vertices (n, 3), barycentric weights (n, 3) and lengths (n,) of the hairs, spread evenly."""
    middle = skin.points[skin.tris].mean(1)
    near = skin.tris[(middle[:, 2] < mouth[2] + 0.095 * k) & (middle[:, 2] > mouth[2] - 0.10 * k) & (middle[:, 1] < eye[1] + 0.085 * k)]
    a, b, c = (skin.points[near[:, i]] for i in range(3))
    area = np.linalg.norm(np.cross(b - a, c - a), axis=1)
    pick = rng.choice(len(near), count * 40, p=area / area.sum())
    u = rng.random((len(pick), 2))
    u = np.where(u.sum(1, keepdims=True) > 1, 1 - u, u)
    w = np.c_[1 - u.sum(1), u].astype(np.float32)
    rows = near[pick]
    p, uv = (skin.points[rows] * w[..., None]).sum(1), (skin.uv[rows] * w[..., None]).sum(1)
    reach = lengths(style, p, mouth, eye, k)
    longest = max(style.cheek, style.chin, style.lip, style.neck) * k
    # Thinner towards the borders, bare on the lips.
    wanted = np.minimum(reach / (0.55 * longest), 1.0) > rng.random(len(p)) * 0.9 + 0.05
    kept = np.nonzero(wanted & (_lips_at(baked, uv) < 0.05) & (skin.extra[rows, 0].max(1) < 0.15))[0][: count * 8]
    if len(kept) > count:
        q = p[kept]
        chosen = np.zeros(count, int)
        far = ((q - q[0]) ** 2).sum(1)
        for i in range(1, count):
            chosen[i] = int(far.argmax())
            far = np.minimum(far, ((q - q[chosen[i]]) ** 2).sum(1))
        kept = kept[chosen]
    return rows[kept].astype(np.int32), w[kept], reach[kept]


def beard(
    baked: Baked, shape: Shape, skin: Part, mouth: Floats, hull: Hull, look: Beard, quality: str, joint_of: dict[str, int]
) -> list[Part]:
    """The film under the hairs of a recipe's beard and the hairs; nothing for bare skin or what is only painted. `skin` is the face
    part, moves included."""
    style = beard_styles().get(look.style)
    if style is None:
        return []
    if skin.moves is None or skin.turns is None:
        raise ValueError("A beard needs the moving face under it; pass the face part with its unit deltas.")
    rng = np.random.default_rng(31)
    k = shape.eye_radius / 0.0142
    rows, w, reach = _roots(style, baked, skin, mouth, shape.eyes[0], k, style.cards[quality], rng)
    # Right over the lip there is no room for a hair.
    at = ((skin.points[rows] * w[..., None]).sum(1) - mouth) / k
    grows = (np.abs(at[:, 0]) > 0.034) | (at[:, 2] < 0) | (at[:, 2] > 0.0088)
    rows, w, reach = rows[grows], w[grows], reach[grows]
    n = len(rows)
    root, normal = ((values[rows] * w[..., None]).sum(1) for values in (skin.points, skin.normals))
    normal = unit(normal)
    x, h = root[:, 0] / k, (root[:, 2] - mouth[2]) / k
    above = smoothstep(0.002, 0.006, h) * smoothstep(0.040, 0.032, np.abs(x))
    # Down on cheeks and chin, aside and down on the upper lip, forwards under the jaw.
    comb: Floats = np.stack([
        np.sign(x) * (0.15 + above * (0.85 + 30 * np.abs(x))), 0.10 - 0.5 * smoothstep(-0.045, -0.06, h), -1.0 + 0.40 * above,
    ], 1) + rng.normal(0, 0.13, (n, 3))  # fmt: skip
    comb = unit(comb - normal * (comb * normal).sum(1, keepdims=True))
    d = unit(comb + normal * style.lift * rng.uniform(0.4, 1.3, (n, 1)))
    reach = np.asarray(reach * rng.uniform(0.62, 1.1, n), np.float32)
    # A moustache is trimmed where the lip begins.
    room = (h - 0.0062).clip(0.001) * k / np.maximum(-d[:, 2], 0.25)
    sparse = reach < 0.0032 * k
    reach = np.where(above > 0.3, np.minimum(reach, room), np.maximum(reach, 0.0032 * k))
    t = np.linspace(0, 1, POINTS, dtype=np.float32)
    bend = unit(comb + np.array([0, 0, -0.6], np.float32)) - d
    curve = d[:, None] * t[None, :, None] + bend[:, None] * (0.35 * t * t)[None, :, None]
    line = root[:, None] - normal[:, None] * 0.0003 + curve * reach[:, None, None]
    line[:, 1:] = hull.off(line[:, 1:], 0.0004)
    # The hull is coarse; where the skin bulges out of it hairs would show as crumbs.
    height = ((line - root[:, None]) * normal[:, None]).sum(2)
    least = (0.0006 + 0.10 * reach[:, None]) * smoothstep(0.0, 0.3, t)[None]
    line = line + normal[:, None] * np.maximum(least - height, 0)[..., None]
    hairs = _cards(skin, look, style, rows, w, line.astype(np.float32), normal, reach, sparse, joint_of["head"], rng)
    grown = lengths(style, skin.points, mouth, shape.eyes[0], k) / (0.9 * style.lip * k)
    grown = np.where(skin.extra[:, 0] > 0.15, 0, np.clip(grown, 0, 1))
    return [undercoat(skin, grown.astype(np.float32), _lips_at(baked, skin.uv), look, joint_of["head"]), hairs]


def _cards(
    skin: Part, look: Beard, style: BeardStyle, rows: Ints, w: Floats, line: Floats, normal: Floats, reach: Floats,
    sparse: NDArray[np.bool_], joint: int, rng: np.random.Generator,
) -> Part:  # fmt: skip
    n = len(line)
    tangent = unit(np.gradient(line, axis=1))
    way = unit(normal[:, None] - tangent * (normal[:, None] * tangent).sum(2, keepdims=True))
    sideways = np.cross(tangent, way)
    t = np.linspace(0, 1, POINTS, dtype=np.float32)
    taper = (0.75 + 0.25 * smoothstep(0.0, 0.4, t)) * (1 - 0.70 * t**2)
    # At the borders single hairs stand, longer than they are broad.
    narrow = np.where(sparse, 0.5, 1.0)[:, None]
    wide = style.width * narrow * rng.uniform(0.7, 1.3, (n, 1)) * np.clip((reach[:, None] / 0.008) ** 0.4, 0.6, 1.0) * taper[None]
    # Long hairs lie in locks, short ones stand singly.
    inner = rng.random(n) < 0.12 * smoothstep(0.010, 0.022, reach)
    strip = np.where(inner, rng.choice(STRIPS["lock"], n), STRIPS["sparse"][0])
    strip = np.where(rng.random(n) < 0.3 + 0.5 * smoothstep(0.007, 0.003, reach), STRIPS["wisp"][0], strip).astype(np.float32)
    depth, lock = rng.uniform(0.3, 1.0, n), rng.random(n) ** 1.5
    window = rng.uniform(-0.46 + _WINDOW / 2, 0.46 - _WINDOW / 2, n)
    points, uvs, normals, extras = [], [], [], []
    one = np.ones((n, POINTS), np.float32)
    for a in (-1.0, 1.0):
        points.append(line + sideways * (wide * (0.5 * a))[..., None])
        u = (strip + 0.5 + window + a * _WINDOW / 2) / COUNT
        uvs.append(np.stack([u[:, None] * one, (0.92 - 0.918 * t) * one], 2))
        normals.append(unit(normal[:, None] + sideways * (a * 0.12) + way * 0.1))
        extras.append(np.stack([0.45 * t * one, lock[:, None] * one, depth[:, None] * one, 0 * one], 2))
    flat = [np.stack(v, 2).reshape(n * POINTS * 2, -1).astype(np.float32) for v in (points, uvs, normals, extras)]
    a0 = np.arange(POINTS - 1) * 2
    cell = np.concatenate([np.stack([a0, a0 + 2, a0 + 1], 1), np.stack([a0 + 1, a0 + 2, a0 + 3], 1)])
    order = np.argsort(depth, kind="stable")
    tris = (cell[None] + (order * POINTS * 2)[:, None, None]).reshape(-1, 3)
    part = make("beard", "hair", flat[0], flat[2], tris, uv=flat[1], joint=joint, extra=flat[3])
    part.bent = np.concatenate([np.repeat(tangent.reshape(-1, 3), 2, 0), np.full((len(flat[0]), 1), 0.62)], 1).astype(np.float32)
    assert skin.moves is not None
    # Every point of a card goes with the skin at its root.
    moves = (skin.moves[:, rows] * w[None, ..., None]).sum(2)
    part.moves = np.repeat(moves, POINTS * 2, 1).astype(np.float32)
    part.turns = np.zeros_like(part.moves)
    red, green, blue = (float(c) for c in rgb(look.colour))
    part.tint, part.texture, part.two_sided, part.soft = (red, green, blue), "hair", True, True
    part.inputs = {"hair_highlight": (*(min(c * lift + 0.025, 1.0) for c, lift in ((red, 1.7), (green, 1.62), (blue, 1.55))), 0.35)}
    return part
