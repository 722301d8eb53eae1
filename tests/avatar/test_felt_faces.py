"""Facts of faces that feel: a smile reaches the eyes and tears nothing, lips keep their volume, lashes and stubble lie as they grow."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from avatar.body import baked as source
from avatar.body.brows import middle_line
from avatar.body.build import Build, at_rest
from avatar.body.layers import Face, layers
from avatar.body.lids import edges_of_lids
from avatar.body.mesh import triangles, unit
from avatar.body.rings import BORDER
from avatar.body.scalp import skull
from avatar.body.seal import Lips
from avatar.body.shape import Shape
from avatar.body.units import morphs
from avatar.face.frame import INDEX
from avatar.face.tables import table
from avatar.recipe import stock, stock_names
from tests.avatar.test_mouth_and_lids import person, posed

Floats = NDArray[np.float32]


@pytest.fixture(scope="module", params=["mira", "jon", "kofi"])
def shape(request: pytest.FixtureRequest) -> Shape:
    return person(request.param)


def felt(label: str) -> Floats:
    """The face of a feeling at its strongest."""
    return np.asarray(table().faces[table().index(label)], np.float32)


def turned(shape: Shape, points: Floats) -> tuple[Floats, Floats]:
    """Cosine between each skin triangle at rest and as posed (n,), and its middle at rest (n, 3)."""
    baked = source.load()
    tris = triangles(baked.quads[(baked.quads < source.BODY_END).all(1)])

    def normals(p: Floats) -> Floats:
        a, b, c = (p[tris[:, k]] for k in range(3))
        return unit(np.cross(b - a, c - a))

    return (normals(shape.points) * normals(points)).sum(1), np.asarray(shape.points[tris].mean(1), np.float32)


def test_a_cheek_that_rises_lifts_the_lower_lid_and_folds_nothing(shape: Shape) -> None:
    values = np.zeros(len(INDEX), np.float32)
    for side in ("Left", "Right"):
        values[INDEX["cheekSquint" + side]] = values[INDEX["mouthSmile" + side]] = 1.0
    points = posed(shape, values)
    cosine, middle = turned(shape, points)
    for k, side in enumerate((1.0, -1.0)):
        lower = edges_of_lids(source.load())[k][1]
        assert (points[lower, 2] - shape.points[lower, 2])[2:-2].min() > 0.001
        away = middle - shape.eyes[k]
        beside = (away[:, 1] < 0.004) & (away[:, 0] * side > 0.004) & (away[:, 0] * side < 0.032) & (np.abs(away[:, 2] + 0.014) < 0.022)
        assert beside.sum() > 40
        assert cosine[beside & (np.linalg.norm(away, axis=1) > 1.35 * shape.eye_radius)].min() > 0.35
        assert shape.dense("cheekSquint" + ("Left", "Right")[k])[:, 1].min() < -0.004, "the cheek does not come forward"


@pytest.mark.parametrize("who", stock_names())
def test_nobodys_brows_plead_at_rest_or_in_joy(who: str) -> None:
    recipe = stock(who)
    at = np.array([0.0, 0.5, 0.95], np.float32)
    _, z, _ = middle_line(at_rest(source.load(), recipe), recipe.brows, 1 - recipe.figure.gender, at)
    assert z[2] >= z[0], "a brow falls to its outer end"
    for label in ("joy", "amused"):
        face = felt(label)
        assert face[INDEX["browInnerUp"]] == 0
        assert face[INDEX["browOuterUpLeft"]] > 0.2


@pytest.mark.parametrize("label", ["sad", "angry", "worried", "annoyed"])
def test_pressed_and_turned_down_lips_keep_their_volume(shape: Shape, label: str) -> None:
    rings = Lips.of(source.load(), shape).rings
    points = posed(shape, felt(label))
    lower = (rings.upper == 0) & (rings.way < 0.6)

    def height(p: Floats) -> float:
        column = p[rings.rows[lower, : BORDER + 1]]
        return float(np.linalg.norm(np.diff(column[:, :, 1:], axis=1), axis=2).sum(1).mean())

    assert height(points) > 0.66 * height(shape.points)


@pytest.mark.parametrize("who", ["mira", "jon"])
def test_lashes_of_a_shut_eye_point_down_and_those_of_an_open_one_up(who: str, request: pytest.FixtureRequest) -> None:
    made: Build = request.getfixturevalue(who)
    part = next(p for p in made.parts if p.name == "lashes")
    assert part.moves is not None
    blink = part.moves[morphs().index("eyeBlinkLeft")] + part.moves[morphs().index("eyeBlinkRight")]
    falls = blink[:, 2] < -0.004
    root, tip = falls & (part.uv[:, 1] == 0), falls & (part.uv[:, 1] == 1)
    shut = part.points + blink
    assert part.points[tip, 2].mean() > part.points[root, 2].mean() + 0.001
    assert shut[tip, 2].mean() < shut[root, 2].mean()
    assert shut[tip, 1].mean() < shut[root, 1].mean() - 0.001, "they lie in the lower lid"


def test_stubble_is_fine_and_fades_where_its_map_ends() -> None:
    recipe, data = stock("jon"), source.load()
    face = Face(data, at_rest(data, recipe), 2)
    stubble = layers(face, recipe, skull(data, face.shape), 2)["growth"][..., 0].astype(np.float32)
    jaw = face.mask & (np.abs(face.x - 0.030) < 0.012) & (face.z < face.lip_z - 0.012) & (face.z > face.lip_z - 0.028) & (face.y < 0.05)
    here = np.argwhere(jaw & np.roll(jaw, 3, 1))
    a, b = (stubble[here[:, 0], here[:, 1] - k] for k in (0, 3))
    assert stubble[jaw].mean() > 20
    assert abs(float(np.corrcoef(a, b)[0, 1])) < 0.35, "stubble has a shape larger than a hair"
    below = face.mask & (face.x < 0.03) & (face.z < -0.105) & (face.y > 0.022)
    assert below.sum() > 20
    assert stubble[below].mean() < 0.3 * stubble[jaw].mean()
