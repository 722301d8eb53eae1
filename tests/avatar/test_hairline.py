"""Hairline, parting and outline in numbers: a temple, a sideburn, a fade of single hairs, roots along the parting, no facets."""

from __future__ import annotations

import numpy as np
import pytest

from avatar.body import baked as source
from avatar.body.hair import grow
from avatar.body.layers import Face, layers
from avatar.body.mesh import unit
from avatar.body.scalp import Skull, field, inside
from avatar.body.strands import between, even
from avatar.body.styles import styles
from avatar.recipe import Hair
from tests.avatar.heads import Get

FRAME = Skull(np.zeros(3, np.float32), 0.0, 1.0)


def at(angle: float, height: float) -> np.ndarray:
    """A point of a head 9 cm in radius, metres."""
    return np.array([np.sin(angle) * 0.09, -np.cos(angle) * 0.09, height], np.float32)


def lowest_hair(angle: float, woman: float) -> float:
    heights = np.linspace(-0.08, 0.10, 361)
    points = np.stack([at(angle, height) for height in heights])
    return float(heights[(field(points, FRAME, woman) > 0).argmax()])


def test_a_man_has_hair_at_his_temple_and_a_sideburn_before_the_ear() -> None:
    assert lowest_hair(0.94, 0.0) < 0.032, "a bare triangle between brow and ear"  # it was 0.042
    assert lowest_hair(0.94, 1.0) < 0.034
    assert lowest_hair(1.40, 0.0) < -0.020, "his sideburn ends above the middle of the ear"
    assert lowest_hair(1.40, 1.0) < -0.010
    assert lowest_hair(1.40, 0.0) < lowest_hair(1.66, 0.0) - 0.02, "hair grows on his ear"


def test_where_the_hairline_is_steep_its_distance_is_less_than_the_height_over_it() -> None:
    steep, level = at(1.24, 0.030), at(0.0, 0.100)
    assert 0 < inside(steep, FRAME, 0.0) < 0.6 * field(steep, FRAME, 0.0)
    assert inside(level, FRAME, 0.0) == pytest.approx(field(level, FRAME, 0.0), rel=0.05)


@pytest.mark.parametrize("style", ["swept", "shaved"])
def test_the_painted_scalp_fades_over_more_than_a_finger_s_breadth(style: str, head_of: Get) -> None:
    head = head_of("jon", True)
    recipe = head.recipe.model_copy(deep=True)
    recipe.hair.style = style
    face = Face(source.load(), head.shape, 4)
    scalp = layers(face, recipe, head.scalp.skull, 4)["growth"][..., 1] / 255
    far = inside(face.where, head.scalp.skull, 0.0)
    beside = face.mask & (face.masks["ears"] < 0.1) & (face.z > 0.0) & (face.y < 0.08)
    mean = [float(scalp[beside & (far > a) & (far < a + 0.004)].mean()) for a in (-0.020, -0.010, -0.004, 0.002, 0.012)]
    assert mean == sorted(mean)
    assert mean[0] < 0.03
    assert 0.01 < mean[1] < mean[2] < 0.5, "it ends at once"
    assert mean[-1] > 0.5


def test_roots_at_the_parting_lie_along_it(head_of: Get) -> None:
    scalp, style = head_of("mira").scalp, styles()["long"]
    for strands, layer in zip(grow(style, scalp, Hair(style="long"), "low"), style.layers, strict=False):
        if layer.roots != "parting":
            continue
        assert strands.edges is not None
        root = strands.lines[:, 0]
        before = root[:, 1] < scalp.whorl_y - 0.02
        assert before.sum() > 3
        for end in (-0.004, 0.004):
            p = root[before] + strands.edges[before] * np.float32(end)
            assert np.abs(p[:, 0] - scalp.part_at(p[:, 1])).max() < 0.0026, "the parting is a saw's edge"


def test_hair_is_laid_on_smooth_curves_with_points_where_it_bends() -> None:
    turn = np.linspace(0, np.pi / 2, 9, dtype=np.float32)
    quarter = np.stack([np.sin(turn), 0 * turn, np.cos(turn)], 1) * 0.09
    down = quarter[-1] - np.linspace(0.02, 0.30, 15)[:, None] * np.array([0, 0, 1])
    line = np.tile(np.concatenate([quarter, down])[None], (7, 1, 1)).astype(np.float32)
    fine = between(line[:, :9], np.tile(np.linspace(1, 7, 60, dtype=np.float32), (7, 1)))
    assert np.abs(np.linalg.norm(fine, axis=2) - 0.09).max() < 0.00005, "chords cut the curve by 0.0004"
    spread = even(line, 24)
    step = np.diff(spread, axis=1)
    length = np.linalg.norm(step, axis=2)
    round_head = spread[:, :-1, 2] > 0.01
    assert length[round_head].mean() < 0.75 * length[~round_head].mean()
    bend = np.arccos((unit(step[:, 1:]) * unit(step[:, :-1])).sum(2).clip(-1, 1))
    assert np.degrees(bend).max() < 16
    places = spread[:, 5, 0]
    assert np.diff(np.sort(places)).min() > 0.0001, "all strands have their corners in the same places"


def test_short_hair_behind_the_crown_runs_to_the_back(head_of: Get) -> None:
    scalp, style = head_of("mira", True).scalp, styles()["pixie"]
    for strands in grow(style, scalp, Hair(style="pixie"), "low")[:3]:
        root, tip = strands.lines[:, 0], strands.lines[:, -1]
        behind = (root[:, 1] > scalp.skull.middle[1] + 0.045) & (scalp.height(root) > 0.07)
        if behind.sum() > 4:
            assert np.median((tip - root)[behind, 1]) > 0, "it ends over the back of the head like a shelf"
