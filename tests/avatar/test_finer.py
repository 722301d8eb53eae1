"""The lips' mesh is divided on the curve of its old points, without cracks and in rest and motion alike."""

from __future__ import annotations

import numpy as np
import pytest

from avatar.body import baked as source
from avatar.body.build import at_rest
from avatar.body.finer import LONGEST_M, REACH_M, corners_of_mouth, refine, rim
from avatar.body.mesh import edges
from avatar.body.mouth import mouth
from avatar.body.part import Part, make
from avatar.body.seal import Lips
from avatar.body.shape import Shape
from avatar.body.skin import body_normals, face
from avatar.recipe import stock


@pytest.fixture(scope="module")
def shape() -> Shape:
    return at_rest(source.load(), stock("mira"))


def cap(count: int) -> Part:
    """A fan of triangles round a circle of 6 mm, with one unit that makes the circle twice as wide."""
    way = np.linspace(0, 2 * np.pi, count, endpoint=False)
    points = np.concatenate([[[0, 0, 0]], np.stack([np.cos(way), 0 * way, np.sin(way)], 1) * 0.006]).astype(np.float32)
    tris = np.array([[0, k + 1, (k + 1) % count + 1] for k in range(count)], np.int32)
    part = make("cap", "skin", points, np.tile(np.array([0, -1, 0], np.float32), (count + 1, 1)), tris)
    part.moves, part.turns = points[None].copy(), np.zeros((1, count + 1, 3), np.float32)
    return part


def test_new_points_of_a_border_lie_on_its_curve_at_rest_and_moved() -> None:
    part = cap(10)
    before = part.points.copy()
    refine(part, np.zeros((1, 3), np.float32))
    assert np.array_equal(part.points[: len(before)], before)
    new = part.points[len(before) :]
    on_border = np.linalg.norm(new, axis=1) > 0.005
    assert on_border.sum() == 10
    assert np.linalg.norm(new[on_border], axis=1).min() > 0.99 * 0.006  # the chord's middle is at 0.95
    assert part.moves is not None
    assert np.allclose(part.moves[0], part.points, atol=1e-7)


def test_what_is_far_or_short_enough_stays_as_it_is() -> None:
    part = cap(10)
    refine(part, np.array([[0, 1.0, 0]], np.float32))
    assert len(part.points) == 11


def test_skin_and_cavity_still_meet_and_have_no_crack(shape: Shape) -> None:
    data = source.load()
    names = ("jawOpen", "mouthFunnel", "mouthPucker", "mouthRollLower", "tongueOut", "tongueUp", "tongueBetween")
    skin, _ = face(data, shape, body_normals(data, shape), names, np.zeros(source.BODY_END, bool))
    inside = mouth(data, shape, names, 0)
    around = rim(data, shape)
    assert skin.moves is not None
    assert inside.moves is not None
    near = [p.points[np.linalg.norm(p.points[:, None] - around, axis=2).min(1) < REACH_M] for p in (skin, inside)]
    assert len(near[0]) > len(around)
    for part in (skin, inside):
        long = edges(part.tris)
        length = np.linalg.norm(part.points[long[:, 0]] - part.points[long[:, 1]], axis=1)
        close = (np.linalg.norm(part.points[long].mean(1)[:, None] - around, axis=2).min(1) < 0.0005)
        assert length[close].max() < 2 * LONGEST_M
    # every point of the line between the lips, old or new, has its twin, and both move alike
    count = 0
    twin = {tuple(p): k for k, p in enumerate(np.round(inside.points * 1e6).astype(int).tolist())}
    for k, p in enumerate(np.round(skin.points * 1e6).astype(int).tolist()):
        if tuple(p) in twin:
            count += 1
            assert np.allclose(skin.moves[:, k], inside.moves[:, twin[tuple(p)]], atol=1e-6)
    assert count > len(around)



def test_the_corners_of_the_mouth_are_darker_and_warmer_and_nothing_else_is(shape: Shape) -> None:
    around = rim(source.load(), shape)
    corner, middle = around[around[:, 0].argmax()], around[np.abs(around[:, 0]).argmin()]
    tint, turning = corners_of_mouth(np.array([corner, middle], np.float32), around)
    assert tint[0, 0] < 0.7
    assert tint[0, 2] < tint[0, 0]
    assert turning[0] < 0.5
    assert np.allclose(tint[1], 1)
    assert turning[1] == 1


def test_lips_are_dark_and_red_where_they_meet_and_lightest_where_they_are_full(shape: Shape) -> None:
    rings = Lips.of(source.load(), shape).rings
    tint = rings.shade(len(shape.points))
    meet, full = tint[rings.rows[:, 0]], tint[rings.rows[:, 5]]
    assert (meet < 0.8 * full).all()
    assert (meet[:, 0] > 1.1 * meet[:, 2]).all()
    off = np.setdiff1d(np.arange(len(tint)), rings.rows)
    assert (tint[off] == 1).all()
