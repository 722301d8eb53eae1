"""How people stand: shoulders as broad as people's are against their faces, arms beside the trunk and never in it."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from avatar.body import baked as source
from avatar.body.baked import ARM, BODY_END, share
from avatar.body.build import at_rest
from avatar.body.mesh import Floats, nearest
from avatar.body.shape import Shape
from avatar.body.skeleton import Skeleton
from avatar.body.stance import about, multiply
from avatar.body.standing import Standing, round_off
from avatar.recipe import Recipe, stock, stock_names


@cache
def person(who: str) -> tuple[Shape, Standing]:
    data = source.load()
    shape = at_rest(data, stock(who))
    standing = Standing(data, shape)
    round_off(data, shape, standing)
    return shape, standing


def breadths(who: str) -> tuple[float, float]:
    """Of the shoulders at the deltoids and of the face at the cheekbones, metres of skin, as she stands."""
    data = source.load()
    shape, standing = person(who)
    points = standing.stand(shape.points[:BODY_END], data.joints[:BODY_END], data.weights[:BODY_END])
    eyes, mouth = shape.eyes.mean(0), shape.points[slice(14992, 15128)].mean(0)
    below = eyes[2] - 0.42 * (eyes[2] - mouth[2])
    cheeks = (np.abs(points[:, 2] - below) < 0.008) & (points[:, 1] < eyes[1] + 0.055) & (share(data, ("head",)) > 0.5)
    shoulder = standing.joints[data.joint_names.index("upperarm_l")]
    high = points[:, 2] > shoulder[2] - 0.16
    return float(np.ptp(points[high, 0])), float(np.ptp(points[cheeks, 0]))


@pytest.mark.parametrize("who", stock_names())
def test_shoulders_are_as_broad_as_peoples_are(who: str) -> None:
    shoulders, face = breadths(who)
    low, high = (2.6, 3.0) if stock(who).figure.gender < 0.3 else (2.7, 3.4)
    assert low < shoulders / face < high


@pytest.mark.parametrize("who", ["mira", "jon", "ingrid", "kofi", "amara"])
def test_arms_hang_beside_the_trunk_and_never_in_it(who: str) -> None:
    data = source.load()
    shape, standing = person(who)
    skin, joints, weights = shape.points[:BODY_END], data.joints[:BODY_END], data.weights[:BODY_END]
    arm = share(data, ARM)
    limb = np.nonzero((share(data, ("lowerarm",)) > 0.4) & (share(data, ("hand",)) < 0.05))[0]
    trunk = np.nonzero((arm < 0.02) & (skin[:, 2] > 0.4 * skin[:, 2].max()))[0]
    skeleton = Skeleton(data.joint_names, data.parents, shape.joints)
    y = np.array([0, 1, 0], np.float32)
    for sway_deg in (0.0, 1.0):  # twice what posture and breath turn an arm by
        stance = standing.stance.copy()
        for side, sign in (("l", 1.0), ("r", -1.0)):
            row = skeleton.index[f"upperarm_{side}"]
            stance[row] = multiply(stance[row], about(y, sway_deg * sign))
        standing._take(stance)
        a, t = (standing.stand(skin[rows], joints[rows], weights[rows]) for rows in (limb, trunk))
        standing._take(standing.stance)
        assert nearest(a, t, 1)[1].min() > 0.003
        elbow = standing.joints[data.joint_names.index("lowerarm_l")]
        shoulder = standing.joints[data.joint_names.index("upperarm_l")]
        assert elbow[0] - shoulder[0] < 0.2 * (shoulder[2] - elbow[2]), "they do not stand off"


def test_what_stands_lies_down_again() -> None:
    data = source.load()
    shape, standing = person("mira")
    points, joints, weights = shape.points[:BODY_END], data.joints[:BODY_END], data.weights[:BODY_END]
    there = standing.stand(points, joints, weights)
    assert np.abs(there - points).max() > 0.2
    assert np.allclose(standing.lie(there, joints, weights), points, atol=2e-5)
    head = share(data, ("head",)) > 0.99
    assert np.abs(there[head] - points[head]).max() < 0.03, "the head stays where it is"


def test_narrower_shoulders_leave_head_and_hands_as_they_are() -> None:
    data = source.load()
    wide, slim = (at_rest(data, Recipe.model_validate({"figure": {"shoulders": s}})) for s in (1.0, 0.85))
    head = share(data, ("head",)) > 0.99
    assert np.abs(wide.points[:BODY_END][head] - slim.points[:BODY_END][head]).max() < 1e-3
    row = data.joint_names.index("upperarm_l")
    assert slim.joints[row, 0] == pytest.approx(0.85 * wide.joints[row, 0], rel=0.03)

    def size(shape: Shape) -> Floats:
        return np.ptp(shape.points[:BODY_END][(share(data, ("hand", "middle")) > 0.99) & (shape.points[:BODY_END, 0] > 0)], 0)

    assert np.allclose(size(wide), size(slim), atol=1e-3)
