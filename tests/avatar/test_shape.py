"""Facts of the face, measured on vertices: what each unit must do to a body, whoever it is."""

from __future__ import annotations

import numpy as np
import pytest

from avatar.body import baked
from avatar.body.lids import EYE_SCALE, IRIS, edges_of_lids, rest
from avatar.body.mouth import lip_edges
from avatar.body.part import regions
from avatar.body.shape import Shape, compose, macro_weights
from avatar.recipe import Figure, Recipe, stock

BIG_EYES = Recipe.model_validate({"name": "Big", "shape": {"eye-scale": 0.65, "eye-height2": 0.5}})
SMALL_EYES = Recipe.model_validate({"name": "Small", "shape": {"eye-scale": -0.6}, "figure": {"gender": 1.0, "age": 70}})
PEOPLE = {"mira": stock("mira"), "jon": stock("jon"), "big": BIG_EYES, "small": SMALL_EYES}


@pytest.fixture(scope="module", params=sorted(PEOPLE))
def person(request: pytest.FixtureRequest) -> Shape:
    recipe = PEOPLE[request.param]
    data = baked.load()
    shape = compose(data, recipe)
    rest(data, shape, recipe.face)
    return shape


def corners(shape: Shape) -> list[int]:
    """The corners of the mouth: where skin and cavity meet furthest out, left then right."""
    data = baked.load()
    where = regions(data)
    border = np.intersect1d(data.quads[where.face], data.quads[where.cavity])
    border = border[shape.points[border, 2] < shape.eyes[0, 2] - 0.03]
    x = shape.points[border, 0]
    return [int(border[x.argmax()]), int(border[x.argmin()])]


def test_a_smile_raises_the_corners_of_the_mouth(person: Shape) -> None:
    for corner, name in zip(corners(person), ("mouthSmileLeft", "mouthSmileRight"), strict=True):
        assert person.dense(name)[corner, 2] > 0.003


def test_a_frown_lowers_the_corners(person: Shape) -> None:
    for corner, name in zip(corners(person), ("mouthFrownLeft", "mouthFrownRight"), strict=True):
        assert person.dense(name)[corner, 2] < -0.001


def test_a_blink_closes_the_gap_of_the_lids(person: Shape) -> None:
    data = baked.load()
    for (upper, lower), name, side in zip(edges_of_lids(data), ("eyeBlinkLeft", "eyeBlinkRight"), (1, -1), strict=True):
        shut = person.points + person.dense(name)
        order = np.argsort(shut[lower, 0] * side)
        low = np.interp(shut[upper, 0] * side, (shut[lower, 0] * side)[order], shut[lower, 2][order])
        gap = shut[upper, 2] - low
        inner = slice(1, 8)
        assert gap[inner].max() < 0.0005
        assert gap[inner].min() > -0.004, "the lid must not run far over the lower one"


def test_resting_lids_cover_the_top_of_the_iris(person: Shape) -> None:
    data = baked.load()
    for eye, (upper, _) in enumerate(edges_of_lids(data)):
        iris = person.eye_radius * EYE_SCALE * IRIS
        middle = upper[3]
        assert person.points[middle, 2] - person.eyes[eye, 2] < iris


def test_mouth_close_seals_the_open_jaw(person: Shape) -> None:
    data = baked.load()
    high, low = lip_edges(data, person)
    rest_gap = person.points[high, 2] - person.points[low, 2]
    opened = person.points + person.dense("jawOpen")
    sealed = opened + person.dense("mouthClose")
    wide = opened[high, 2] - opened[low, 2] - rest_gap
    left = sealed[high, 2] - sealed[low, 2] - rest_gap
    assert wide > 0.015
    assert abs(left) < 0.12 * wide


def test_left_is_her_own_left(person: Shape) -> None:
    moved = np.abs(person.dense("eyeBlinkLeft")).max(1) > 0.003
    moved &= person.points[:, 1] < person.eyes[0, 1]  # the unit also pulls at hidden folds inside the nose
    assert moved.sum() > 30
    assert person.points[moved, 0].min() > -0.004


def test_macro_weights_sum_to_one_on_each_axis() -> None:
    figure = Figure(gender=0.3, age=50, muscle=0.7, weight=0.2)
    weights = macro_weights(figure)
    races = sum(w for n, w in weights.items() if n.split("/")[1].split("-")[0] in ("caucasian", "asian", "african"))
    universal = sum(w for n, w in weights.items() if "universal" in n)
    assert races == pytest.approx(1)
    assert universal == pytest.approx(1)


def test_people_stand_on_the_ground_and_have_adult_height(person: Shape) -> None:
    body = person.points[: baked.BODY_END]
    assert 0 < body[:, 2].min() < 0.04
    assert 1.45 < body[:, 2].max() < 2.05


def test_the_chest_is_smooth(person: Shape) -> None:
    """Around each tip the skin follows the quadratic that fits its surroundings, to within two millimetres."""
    data = baked.load()
    skin = (data.quads < baked.BODY_END).all(1)
    uv, rows = data.uv[data.quad_uv[skin]].reshape(-1, 2), data.quads[skin].ravel()
    for u in (0.324, 0.436):
        tip = person.points[rows[np.linalg.norm(uv - np.array([u, 0.698]), axis=1).argmin()]]
        d = person.points[: baked.BODY_END] - tip
        near = np.linalg.norm(d, axis=1) < 0.022
        x, y, z = d[near].T
        terms = np.stack([np.ones_like(x), x, z, x * x, x * z, z * z, x**3, z**3, x * x * z, x * z * z], 1)
        fit = terms @ np.linalg.lstsq(terms, y, rcond=None)[0]
        assert np.abs(y - fit).max() < 0.002
