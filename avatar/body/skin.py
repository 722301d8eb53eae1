"""Skin as parts: the face, which morphs, and what of the body clothes leave to be seen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from avatar.body.baked import BODY_END, Baked
from avatar.body.colour import rgb
from avatar.body.ears import round_ears
from avatar.body.finer import LIPS_M, corners_of_mouth, refine, rim
from avatar.body.mesh import Floats, edges, smoothstep, triangles, vertex_normals
from avatar.body.part import Part, corners, crop_uv, make, regions, unit_deltas
from avatar.body.seal import Lips
from avatar.body.shape import Shape
from avatar.body.styles import styles
from avatar.recipe import Recipe

_FADE_ROUNDS = 4  # rings of vertices over which what a shut lid is fades into its socket
CHIN_M = 0.004  # round the turn of the chin what is divided once more
PLAIN_UV = (0.012, 0.992)  # inside the block of plain skin that `layers` leave in the upper left corner


def body_normals(baked: Baked, shape: Shape) -> Floats:
    """Normals of every vertex of the body, over all seams, (13380, 3)."""
    skin = baked.quads[(baked.quads < BODY_END).all(1)]
    return vertex_normals(shape.points[:BODY_END], triangles(skin))


def _seen(tris: NDArray[np.integer], rows: NDArray[np.intp], covered: NDArray[np.bool_]) -> NDArray[np.integer]:
    seen: NDArray[np.integer] = tris[~covered[rows[tris]].all(1)]
    return seen


def face(
    baked: Baked, shape: Shape, normals: Floats, names: tuple[str, ...], covered: NDArray[np.bool_]
) -> tuple[Part, NDArray[np.intp]]:
    """Head and neck with the face units' motion, and the vertex row of each of its vertices, those that `refine` adds left out."""
    where = regions(baked)
    c = corners(baked, where.face)
    tris = _seen(c.tris, c.rows, covered)
    used, again = np.unique(tris, return_inverse=True)
    rows, uv_rows = c.rows[used], c.uv_rows[used]
    tris = again.reshape(tris.shape)
    uv = crop_uv(baked, baked.uv[uv_rows])
    outside = ((uv < -0.002) | (uv > 1.002)).any(1)
    # The neck's last ring lies on the body's island; it takes the plain colour, as the body does.
    uv[outside] = PLAIN_UV
    ears = baked.masks["ears"]
    h, w = ears.shape
    texel = ears[np.clip(((1 - uv[:, 1]) * h).astype(int), 0, h - 1), np.clip((uv[:, 0] * w).astype(int), 0, w - 1)]
    extra = np.ones((len(rows), 4), np.float32)
    extra[:, 0] = texel / 255.0 * ~outside
    around = rim(baked, shape)
    extra[:, 1:], turning = corners_of_mouth(shape.points[rows], around)
    extra[:, 1:] *= Lips.of(baked, shape).rings.shade(len(shape.points))[rows]
    part = make(
        "face", "skin", shape.points[rows], normals[rows], tris, uv=uv, joints=baked.joints[rows],
        weights=baked.weights[rows], extra=extra,
    )  # fmt: skip
    near = baked.quads[where.face | where.cavity]
    part.moves, part.turns = unit_deltas(shape, names, rows, triangles(near))
    part.turns *= turning[:, None]
    blinks = [part.moves[k] for k, name in enumerate(names) if name.startswith("eyeBlink")]
    part.extra[:, 0] -= _falling(np.sum(blinks, 0, np.float32), part.tris) if blinks else 0
    refine(part, around, LIPS_M)
    refine(part, _chin(part, float(around[:, 2].min())), CHIN_M)
    round_ears(part)
    _wear_skin(part)
    return part, rows


def _chin(part: Part, lip_z: float) -> Floats:
    """Where the skin turns under chin and jaw (n, 3): what the head's outline there is made of."""
    below = lip_z - part.points[:, 2]
    front = part.points[:, 1] < float(part.points[:, 1].min()) + 0.065
    return np.asarray(part.points[front & (below > 0.016) & (below < 0.06) & (part.normals[:, 2] < -0.05)], np.float32)


def _falling(blink: Floats, tris: NDArray[np.integer]) -> Floats:
    """How far each vertex (n, 3 metres of a blink) belongs to an upper lid that falls, 0..1, fading out into the socket round it."""
    share = smoothstep(0.0004, 0.0040, np.linalg.norm(blink, axis=1)) * (blink[:, 2] < 0)
    pairs = edges(tris)
    count = np.bincount(pairs.ravel(), minlength=len(share)) + 1
    for _ in range(_FADE_ROUNDS):
        ends = np.bincount(pairs[:, 0], share[pairs[:, 1]], len(share)) + np.bincount(pairs[:, 1], share[pairs[:, 0]], len(share))
        share = np.maximum(share * 0.6, (share + ends) / count).astype(np.float32)
    return share


def _wear_skin(part: Part) -> None:
    part.texture = "pigment"
    part.maps = {"makeup_map": "makeup", "growth_map": "growth", "relief_map": "relief", "pores_map": "pores"}


def tints(recipe: Recipe) -> dict[str, tuple[float, ...]]:
    """The shader's inputs of skin: what colours and strengths the masks are given. All of it can change without building anew."""
    look, woman = recipe.skin, 1.0 - recipe.figure.gender
    tone = rgb(look.colour) * np.array([1 + 0.03 * look.undertone, 1.0, 1 - 0.07 * look.undertone])
    light = float(tone @ [0.3, 0.6, 0.1])
    tone = tone * (1 - 0.09 * float(np.clip((light - 0.62) / 0.14, 0, 1)))  # a camera holds pale skin back by a quarter of a stop
    # Blood reddens pale skin most; dark skin grows deeper and warmer instead.
    pale = tone * 0.5 + np.array([0.80, 0.36, 0.36]) * 0.5
    deep = tone * np.array([1.02, 0.70, 0.62])
    blood = deep + (pale - deep) * float(np.clip((light - 0.30) / 0.35, 0, 1))
    age = float(np.clip((recipe.figure.age - 30) / 45, 0, 1))
    lines = age**1.2 * (0.35 + 1.3 * look.lines)

    def four(colour: NDArray[np.floating], share: float) -> tuple[float, ...]:
        return (*(float(c) for c in colour), float(share))

    # Hairs that grow short at the edge are seen with light through them: lighter than the roots of the full hair.
    root = rgb(recipe.hair.colour) * 0.6 + rgb(recipe.hair.highlight) * 0.4
    style, bearded = styles()[recipe.hair.style], recipe.beard.style != "none"
    brow = rgb(recipe.brows.colour) * 0.6 + tone * 0.4
    return {
        "skin_tone": four(np.clip(tone, 0, 1), look.gloss),
        "skin_blood": four(np.clip(blood, 0, 1), look.freckles),
        "lip_tint": four(rgb(look.lips) + (tone * np.array([0.85, 0.70, 0.66]) - rgb(look.lips)) * 0.48 * (1 - woman), 0.56 + 0.20 * woman),
        "cheek_tint": four(rgb(look.cheeks), look.blush),
        "shadow_tint": four(rgb(look.shadow) * (0.45 + 0.55 * light), 0.04 + 0.62 * look.makeup),
        "liner_tint": four(np.array([0.09, 0.055, 0.05]), 0.28 + 0.60 * look.liner),
        "root_tint": four(tone + (root * style.scalp - tone) * style.cover, 1.0),
        "stubble_tint": four(rgb(recipe.beard.colour if bearded else recipe.hair.colour) * 0.62, max(look.stubble, 0.6 * bearded)),
        "brow_tint": four(brow, 0.42 * recipe.brows.density),
        "skin_lines": (lines, 0.35 + 0.75 * age + 0.25 * look.lines, look.lip_gloss, 1.0 + 0.25 * (light - 0.5)),
    }


def limbs(baked: Baked, shape: Shape, normals: Floats, covered: NDArray[np.bool_]) -> tuple[Part, NDArray[np.intp]]:
    """The rest of the skin. Knuckles and elbows are a little redder, nails paler and glossier in tone."""
    c = corners(baked, regions(baked).body)
    tris = _seen(c.tris, c.rows, covered)
    used, again = np.unique(tris, return_inverse=True)
    rows, uv_rows = c.rows[used], c.uv_rows[used]
    points = shape.points[rows]
    extra = np.ones((len(rows), 4), np.float32)
    extra[:, 0] = 0
    red = np.zeros(len(rows), np.float32)
    for name, size, share in (
        ("index_02", 0.012, 0.5), ("middle_02", 0.012, 0.5), ("ring_02", 0.012, 0.5), ("pinky_02", 0.011, 0.5),
        ("index_03", 0.012, 0.6), ("middle_03", 0.012, 0.6), ("ring_03", 0.012, 0.6), ("pinky_03", 0.012, 0.6),
        ("index_01", 0.014, 0.4), ("middle_01", 0.014, 0.4), ("ring_01", 0.014, 0.4), ("lowerarm", 0.035, 0.35),
    ):  # fmt: skip
        for side in "lr":
            joint = shape.joints[baked.joint_names.index(f"{name}_{side}")]
            red = np.maximum(red, share * smoothstep(size, 0.3 * size, np.linalg.norm(points - joint, axis=1)))
    nail = np.asarray(baked.nail[uv_rows], np.float32)
    tone = 1 - red[:, None] * np.array([0.06, 0.26, 0.26])
    extra[:, 1:] = tone + nail[:, None] * (np.array([1.06, 1.00, 1.02]) - tone)
    uv = np.tile(np.array(PLAIN_UV, np.float32), (len(rows), 1))
    part = make(
        "limbs", "skin", points, normals[rows], again.reshape(tris.shape), uv=uv, joints=baked.joints[rows],
        weights=baked.weights[rows], extra=extra,
    )  # fmt: skip
    _wear_skin(part)
    return part, rows
