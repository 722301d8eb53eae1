"""Builds a whole person from a recipe: every part and texture as arrays, and what the body needs to know of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from avatar.body import baked as source
from avatar.body.beard import beard
from avatar.body.brows import brow_texture, brows
from avatar.body.clothes import trousers
from avatar.body.colour import rgb
from avatar.body.creases import creases, pores
from avatar.body.eyes import eyeballs, iris_texture
from avatar.body.garment import Cloth
from avatar.body.hair import hair, scalp_of
from avatar.body.hair_texture import CLOSED, hair_texture
from avatar.body.lashes import lash_texture, lashes
from avatar.body.layers import Face as FaceMap
from avatar.body.layers import layers
from avatar.body.lids import LOWER, UPPER, edges_of_lids, rest
from avatar.body.measures import Measures, buried, hidden, top_field, trousers_field
from avatar.body.mesh import Floats, edges, nearest, smoothstep
from avatar.body.mouth import lip_edges, lips, mouth
from avatar.body.occlusion import bake, beside_hair, smooth_shares, sprinkle, under_hair
from avatar.body.order import gather
from avatar.body.outfits import kinds
from avatar.body.part import Part, make
from avatar.body.scalp import skull
from avatar.body.shape import SOLE, Shape, compose
from avatar.body.shoes import shoes
from avatar.body.skin import body_normals, face, limbs, tints
from avatar.body.standing import Standing, round_off
from avatar.body.tops import FABRICS, LEATHER, dress, fabric_inputs, inner_of
from avatar.body.undercoat import coat_texture
from avatar.body.units import correct, mend, morphs, seal
from avatar.body.uvmap import layout
from avatar.recipe import Recipe
from avatar.wear import Top, Trousers

Quality = Literal["low", "medium", "high"]
Progress = Callable[[str, float], None]
PAINT_STEP = {"low": 4, "medium": 2, "high": 1}  # against the full map of 1024 x 2048
FINE_M = {"low": 0.020, "medium": 0.014, "high": 0.012}  # what edges of cloth are halved to
RAYS = {"low": 40, "medium": 72, "high": 110}


@dataclass
class Build:
    """parts in drawing order; textures name to (h, w[, c]) uint8; joints as `Skeleton` takes them; eyes (2, 3); mouth (3,);
    lid_rows: rows in the face part of the lids' middles, left upper, lower, right upper, lower; lip_rows: of the middles of
    the upper and the lower lip's inner edge; detail: shaders with shadow map, pores and lines; stance (n, 4): as she stands relaxed."""

    parts: list[Part]
    textures: dict[str, NDArray[np.uint8]]
    joint_names: tuple[str, ...]
    parents: NDArray[np.int16]
    rest: Floats
    eyes: Floats
    mouth: Floats
    eye_radius: float
    height_m: float
    lid_rows: tuple[int, ...]
    lip_rows: tuple[int, ...]
    detail: bool
    stance: Floats


def _covers(m: Measures, look: Top) -> Floats:
    """Below 0 where the top lies, with what is worn under it."""
    kind = kinds()[look.kind]
    outer = top_field(m, look, kind)
    return np.minimum(outer, top_field(m, inner_of(look), kinds()["tee"])) if kind.open_m else outer


def _trousers_part(cloth: Cloth, look: Trousers) -> Part:
    extra = np.stack([cloth.edge, cloth.seam, np.ones(len(cloth.points)), 1 - cloth.trim], 1)
    part = make(
        "trousers", "cloth", cloth.points, cloth.normals, cloth.tris, uv=cloth.uv, joints=cloth.joints, weights=cloth.weights,
        extra=extra.astype(np.float32),
    )  # fmt: skip
    red, green, blue = (float(c) for c in rgb(look.colour))
    part.tint, part.inputs, part.two_sided = (red, green, blue), fabric_inputs(FABRICS[look.fabric]), True
    return part


def _shade(rest: dict[str, Part], standing: Standing, shape: Shape, rays: int) -> None:
    """Bakes occlusion into every part that has a use for it, as she stands."""
    rng = np.random.default_rng(5)
    parts = {name: standing.part(part) if name in ("limbs", "top", "trousers", "shoes") else part for name, part in rest.items()}
    eye_z = float(shape.eyes[0, 2])
    solid = ["face", "limbs", "eyes", "hair", "top", "trousers", "shoes"]
    head_cloud, body_cloud = [], []
    for name in solid:
        part = parts[name]
        # Hair is half holes: fewer points let light through.
        thin = 2.0 if name == "hair" else 1.0
        high = part.points[part.tris][:, :, 2].max(1) > eye_z - 0.42
        head_cloud.append(sprinkle(part.points, part.tris[high], 0.0022 * thin, rng))
        body_cloud.append(sprinkle(part.points, part.tris, 0.0060 * thin, rng))
    face_part, hair = parts["face"], parts["hair"]
    # Cards are no smooth wall: what they take of the sky is worked out apart from what the face takes of it, and coarsely.
    others = [cloud for cloud, name in zip(head_cloud, solid, strict=True) if name != "hair"]
    _bake_group([face_part], np.concatenate(others), 0.0030, 0.0045, rays, 2)
    if len(hair.points):
        whole = bake(np.concatenate(head_cloud), face_part.points, face_part.normals, cell=0.0050, bias=0.0060, count=rays // 2)
        face_part.bent[:, 3] = under_hair(face_part.bent[:, 3], whole[:, 3], face_part.points, edges(face_part.tris))
        face_part.bent[:, 3] *= beside_hair(face_part.points, face_part.normals, hair.points[hair.uv[:, 0] < CLOSED])
    strands = hair.bent[:, :3].copy()
    _bake_group([hair], np.concatenate(head_cloud), 0.0050, 0.010, rays // 3, 4)
    # The strand's direction stays; only the open share is taken.
    hair.bent[:, :3] = strands
    _bake_group([parts[n] for n in ("limbs", "top", "trousers", "shoes")], np.concatenate(body_cloud), 0.008, 0.013, rays * 2 // 3, 3)
    _match_neck(parts["face"], parts["limbs"], rest["limbs"].points)
    for name in ("lashes", "brows", "undercoat"):
        if name in parts:
            parts[name].bent[:, 3] = 0.85
    for name, part in parts.items():
        if part is not rest[name]:
            rest[name].bent = part.bent
            rest[name].bent[:, :3] = standing.turn(part.bent[:, :3], part.joints, part.weights, back=True)


def _match_neck(face_part: Part, limbs_part: Part, points: Floats) -> None:
    """Gives the limbs the face's light where the two meet, fading out over the shoulders: no seam may show round the neck. `points`
    of the limbs are as they rest."""
    key = {tuple(p): i for i, p in enumerate(np.round(face_part.points * 1e5).astype(np.int64).tolist())}
    shared = [(i, key[t]) for i, p in enumerate(np.round(points * 1e5).astype(np.int64).tolist()) if (t := tuple(p)) in key]
    if not shared:
        return
    mine, theirs = (np.array(column) for column in zip(*shared, strict=True))
    near, distance = nearest(points, points[mine], 1)
    gap = (face_part.bent[theirs] - limbs_part.bent[mine])[near[:, 0]]
    part = smoothstep(0.075, 0.0, distance[:, 0])[:, None]
    limbs_part.bent = (limbs_part.bent + gap * part).astype(np.float32)
    limbs_part.bent[:, 3] = limbs_part.bent[:, 3].clip(0, 1)


def _bake_group(group: list[Part], cloud: Floats, cell: float, bias: float, rays: int, smooth: int) -> None:
    """Occlusion of several parts from the same depth maps, which are the dear part."""
    points, normals = np.concatenate([p.points for p in group]), np.concatenate([p.normals for p in group])
    baked = bake(cloud, points, normals, cell=cell, bias=bias, count=rays)
    first = 0
    for part in group:
        last = first + len(part.points)
        part.bent = smooth_shares(baked[first:last], edges(part.tris), smooth)
        first = last


def at_rest(data: source.Baked, recipe: Recipe) -> Shape:
    """A recipe's shape with its resting face, its units mended, its lips sealed, its correctives made."""
    shape = compose(data, recipe)
    mend(data, shape)
    rest(data, shape, recipe.face)
    seal(data, shape)
    correct(data, shape)
    return shape


def build(recipe: Recipe, quality: Quality, progress: Progress | None = None) -> Build:
    """Everything of one person, a few seconds of work; `progress` gets a label and the share done."""

    def report(label: str, share: float) -> None:
        if progress is not None:
            progress(label, share)

    detail = quality != "low"
    report("shape", 0.0)
    data = source.load()
    shape = at_rest(data, recipe)
    names = morphs()
    woman = 1.0 - recipe.figure.gender
    joint_of = {name: i for i, name in enumerate(data.joint_names)}
    standing = Standing(data, shape)
    round_off(data, shape, standing)
    normals = body_normals(data, shape)
    report("clothes", 0.08)
    measures = Measures(data, shape)
    wear = recipe.clothes
    stood = Measures(data, standing.shape(data, shape))
    fields = [_covers(stood, wear.top), trousers_field(measures, wear.trousers)]
    foot = np.where(np.abs(measures.arm) > 0.3, 1.0, measures.points[:, 2] - SOLE - 0.066).astype(np.float32)
    covered = hidden([*fields, foot])
    parts: dict[str, Part] = {}
    parts["top"] = dress(data, shape, standing, wear.top, buried(data, covered), FINE_M[quality])
    parts["trousers"] = _trousers_part(trousers(data, shape, measures, wear.trousers), wear.trousers)
    parts["shoes"] = shoes(data, shape, wear.shoes, joint_of)
    parts["shoes"].inputs = fabric_inputs(LEATHER)
    report("skin", 0.22)
    parts["face"], face_rows = face(data, shape, normals, names, covered)
    parts["limbs"], _ = limbs(data, shape, normals, covered)
    parts["face"].inputs = parts["limbs"].inputs = tints(recipe)
    report("eyes and mouth", 0.36)
    parts["eyes"] = eyeballs(shape, recipe.eyes, joint_of)
    parts["mouth"] = mouth(data, shape, names, joint_of["head"])
    parts["lashes"] = lashes(data, shape, recipe.lashes, woman, names, joint_of["head"])
    parts["brows"] = brows(shape, parts["face"], recipe.brows, woman, joint_of["head"])
    report("hair", 0.46)
    frame = skull(data, shape)
    cloth = standing.part(parts["top"])
    scalp = scalp_of(parts["face"], [(cloth.points, cloth.normals)], frame, woman, recipe.hair)
    parts["hair"] = hair(scalp, recipe.hair, joint_of, quality)
    mouth_at = lips(data, shape)
    for part in beard(data, shape, parts["face"], mouth_at, scalp.hull, recipe.beard, quality, joint_of):
        parts[part.name] = part
    report("light", 0.62)
    _shade(parts, standing, shape, RAYS[quality])
    report("paint", 0.82)
    step = PAINT_STEP[quality]
    texels = FaceMap(data, shape, step)
    textures = {
        **layers(texels, recipe, frame, step),
        "relief": creases(texels, step) if detail else np.zeros((1, 1, 4), np.uint8),
        "pores": pores() if detail else np.zeros((1, 1, 4), np.uint8),
        "iris": _bytes(iris_texture(recipe.eyes, rgb(recipe.skin.colour))),
        "lashes": _bytes(lash_texture()),
        "hair": _bytes(hair_texture()),
        "undercoat": _bytes(coat_texture()),
        "brows": _bytes(brow_texture(recipe.brows.shape)),
    }
    order = ("face", "limbs", "mouth", "eyes", "top", "trousers", "shoes", "undercoat", "beard", "brows", "lashes", "hair")
    done = [parts[name] for name in order if name in parts]
    height = float(shape.points[: source.BODY_END, 2].max())
    where = {name: gather(part) for name, part in parts.items() if part.moves is not None}["face"]
    lid_rows = tuple(int(where[row]) for row in _lid_rows(data, face_rows))
    lip_rows = tuple(int(where[np.nonzero(face_rows == row)[0][0]]) for row in lip_edges(data, shape))
    report("done", 1.0)
    return Build(
        done, textures, data.joint_names, data.parents, shape.joints, shape.eyes, mouth_at, shape.eye_radius, height,
        lid_rows, lip_rows, detail, standing.stance,
    )  # fmt: skip


def forget() -> None:
    """Drops what was kept for the next person to build, about 90 MB: data as unpacked, maps of the skin, pictures."""
    for kept in (source.load, layout, hair_texture, coat_texture, brow_texture):
        kept.cache_clear()


def _bytes(picture: Floats) -> NDArray[np.uint8]:
    return (np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8)


def _lid_rows(data: source.Baked, face_rows: NDArray[np.intp]) -> tuple[int, ...]:
    """Rows in the face part of the middles of the four lids."""
    at_up, at_low = UPPER.index(6785), LOWER.index(6828)
    out = []
    for upper, lower in edges_of_lids(data):
        for row in (upper[at_up], lower[at_low]):
            out.append(int(np.nonzero(face_rows == row)[0][0]))
    return tuple(out)
