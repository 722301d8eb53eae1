"""Hair: every style builds, lies on the head and not in it, is cheap at low, and follows the head."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from numpy.typing import NDArray

from avatar.body.body import Body
from avatar.body.build import Build
from avatar.body.hair import grow, hair
from avatar.body.hull import hull
from avatar.body.mesh import nearest
from avatar.body.part import Part
from avatar.body.scalp import field
from avatar.body.styles import styles
from avatar.face.frame import weights
from avatar.motion.hair import HairSprings
from avatar.recipe import Hair
from avatar.units import quat_deg
from tests.avatar.heads import Floats, Get, Head, inside_of

GROWN = sorted(name for name, style in styles().items() if style.kind != "none")


def scalp_for(head_of: Get, who: str, style: str) -> Head:
    return head_of(who, styles()[style].kind == "short")


def before_face(head: Head, points: Floats) -> NDArray[np.bool_]:
    """Which points (n, 3), carried back to the resting head, lie over the face: eyes, nose and mouth and what is between."""
    k, eyes = head.scalp.skull.scale, head.shape.eyes.mean(0)
    x, z = np.abs(points[:, 0]) / k, (points[:, 2] - eyes[2]) / k
    return np.asarray((x < 0.048) & (z < 0.015) & (z > -0.085) & (points[:, 1] < eyes[1] + 0.02))


@pytest.mark.parametrize("who", ["mira", "jon"])
@pytest.mark.parametrize("style", GROWN)
def test_every_style_covers_the_head_and_stays_out_of_it(who: str, style: str, head_of: Get) -> None:
    head = scalp_for(head_of, who, style)
    layers = grow(styles()[style], head.scalp, Hair(style=style, part=head.recipe.hair.part), "low")
    line = np.concatenate([s.lines.reshape(-1, 3) for s in layers])
    assert np.isfinite(line).all()
    assert not before_face(head, line).any(), "a strand hangs before the face"
    assert inside_of(line, head.face, 0.004).mean() < 0.01, "strands run under the skin"
    roots = np.concatenate([s.lines[:, 0] for s in layers])
    skin = head.face.points
    on_scalp = (field(skin, head.scalp.skull, head.scalp.woman) > 0.012) & (head.face.extra[:, 0] < 0.3)
    on_scalp &= np.linalg.norm(skin - head.scalp.skull.middle, axis=1) < 0.13 * head.scalp.skull.scale
    bare = nearest(skin[on_scalp], line, 1)[1][:, 0]
    assert np.percentile(bare, 99) < 0.022, "a patch of scalp is bare"
    assert len(roots) > 100


@pytest.mark.parametrize("style", GROWN)
def test_a_better_quality_has_more_cards(style: str) -> None:
    for layer in styles()[style].layers:
        assert layer.cards["low"] <= layer.cards["medium"] <= layer.cards["high"]
    assert sum(x.cards["low"] for x in styles()[style].layers) < 0.8 * sum(x.cards["high"] for x in styles()[style].layers)


def test_there_are_styles_of_every_length_and_texture() -> None:
    assert len(styles()) >= 10
    assert {"fall", "short", "gather", "puff", "none"} == {s.kind for s in styles().values()}
    assert {"tail", "bun", "braid"} <= {s.bundle for s in styles().values()}
    assert any(s.helix > 0.5 for s in styles().values())
    assert any(s.fringe > 0 for s in styles().values())


def test_a_shaved_head_has_no_cards_and_still_makes_a_body(mira: Build, head_of: Get) -> None:
    head = head_of("mira")
    bare = hair(head.scalp, Hair(style="shaved"), head.joint_of, "low")
    assert len(bare.points) == len(bare.tris) == 0
    body = Body(with_part(mira, bare))
    springs = HairSprings(body, Random(1))
    springs.step(1 / 60)
    assert not springs.active


def test_hair_length_and_wave_bend_a_style(head_of: Get) -> None:
    head = head_of("mira")

    def lowest(length: float) -> float:
        return float(hair(head.scalp, Hair(style="bob", length=length), head.joint_of, "low").points[:, 2].min())

    assert lowest(1.3) < lowest(1.0) - 0.01 < lowest(0.7) - 0.03

    def bends(wave: float) -> float:
        lines = grow(styles()["long"], head.scalp, Hair(wave=wave), "low")[0].lines
        return float(np.abs(np.diff(lines, 2, axis=1)).mean())

    assert bends(2.0) > bends(1.0) * 1.15 > bends(0.0) * 1.3


def test_a_fringe_gets_longer_from_the_brows_to_the_temples_without_a_gap(head_of: Get) -> None:
    head = head_of("mira")
    skull = head.scalp.skull
    style = styles()["fringe"]
    layers = grow(style, head.scalp, Hair(style="fringe"), "low")
    tips = np.concatenate([s.lines[:, -1] for s, x in zip(layers, style.layers, strict=True) if x.roots == "fringe"])
    x, low = np.abs(tips[:, 0]) / skull.scale, (tips[:, 2] - skull.eye_z) / skull.scale
    middle = low[x < 0.045]
    assert abs(float(np.median(middle)) - style.fringe) < 0.006
    assert 0.001 < middle.std() < 0.006, "its end is a ruler's line"
    assert low[(x > 0.052) & (x < 0.066)].mean() < middle.mean() - 0.004
    assert low[x > 0.064].min() < -0.03, "it ends before it meets the sides"
    assert np.diff(np.sort(tips[:, 0] / skull.scale)).max() < 0.012, "a gap beside the fringe"


def test_hair_leaves_the_parting_in_two_close_rows_and_goes_all_round(head_of: Get) -> None:
    scalp = head_of("mira").scalp
    style = styles()["long"]
    grown = grow(style, scalp, Hair(style="long"), "low")
    coat = np.concatenate([s.lines for s, x in zip(grown, style.layers, strict=True) if x.roots == "parting"], 0)
    root = coat[:, 0]
    before = root[:, 1] < scalp.whorl_y - 0.002
    beside = np.abs(root[before, 0] - scalp.part_at(root[before, 1]))
    assert before.sum() > 50
    assert beside.max() < 0.002, "the parting is broad or ragged"
    # No gap in it where it hangs at the height of the ears.
    row = np.arange(len(coat))
    at = coat[row, np.abs(scalp.height(coat) - 0.0).argmin(1)]
    turn = np.sort(np.arctan2(at[:, 0], -(at[:, 1] - scalp.skull.middle[1])))
    for side in (turn[turn > 0.9], -turn[turn < -0.9]):
        assert np.diff(np.sort(side)).max() < 0.25, "a gap in the coat"


@pytest.mark.parametrize("name", ["long", "bob"])
def test_hair_from_the_parting_lies_over_what_grows_beside_it(name: str, head_of: Get) -> None:
    scalp, style = head_of("mira").scalp, styles()[name]
    off = {"parting": np.zeros(0), "all": np.zeros(0)}
    for strands, layer in zip(grow(style, scalp, Hair(style=name), "low"), style.layers, strict=True):
        if layer.strip == "dense" and layer.roots in off:
            p = strands.lines.reshape(-1, 3)
            back = (scalp.angle(p) > 2.2) & (np.abs(scalp.height(p) + 0.02) < 0.02)
            off[layer.roots] = np.append(off[layer.roots], scalp.hull.ask(p[back])[0])
    assert len(off["all"]) > 20
    assert np.median(off["parting"]) > np.percentile(off["all"], 85), "inner hair shows through like a row of shingles"


def with_part(made: Build, part: Part) -> Build:
    parts = [part if p.name == part.name else p for p in made.parts]
    return Build(**{**made.__dict__, "parts": parts})


POSES = [(0, 0, 0), (38, 0, 0), (-38, 0, 0), (0, 22, 0), (0, -24, 0), (0, 0, 18), (0, 0, -18), (30, -16, 8), (-30, -16, -8), (25, 14, -10)]


def turned(body: Body, pose: tuple[float, float, float]) -> Floats:
    turns = np.tile(np.array([1, 0, 0, 0], np.float32), (len(body.joints), 1))
    for name, share in (("neck_01", 0.4), ("head", 0.6)):
        turns[body.joints.index(name)] = quat_deg(*(share * v for v in pose))
    return turns


def shown(body: Body, part: Part, offset: Floats) -> Floats:
    """Where the vertices of a hair part are drawn, in the body's space: skinned and swayed as hair.vert does."""
    wide = np.concatenate([part.points, np.ones((len(part.points), 1), np.float32)], 1)
    at = sum(part.weights[:, i, None] * (wide @ body.skeleton.palette[j])[:, :3] for i, j in enumerate(body.hair_joints))
    levels = np.concatenate([np.zeros((1, 12, 3)), offset.reshape(3, 12, 3)])
    turn = part.joints[:, 3] / 256 * 12
    depth = part.extra[:, 3].clip(0, 1) * 3
    low = np.minimum(depth.astype(int), 2)
    a = turn.astype(int) % 12

    def along(sector: NDArray[np.intp]) -> Floats:
        f = (depth - low)[:, None]
        return np.asarray(levels[low, sector] * (1 - f) + levels[low + 1, sector] * f)

    f = (turn % 1)[:, None]
    return np.asarray(at + along(a) * (1 - f) + along((a + 1) % 12) * f, np.float32)


@pytest.mark.parametrize("who", ["mira", "jon"])
def test_no_card_goes_through_the_face_in_ten_poses(who: str, head_of: Get) -> None:
    head = head_of(who)
    part = next(p for p in head.made.parts if p.name == "hair")
    body = Body(head.made)
    springs = HairSprings(body, Random(1))
    nothing = weights({})
    for pose in POSES:
        # Quickly there, so that hair swings.
        for step in range(24):
            share = min(step / 12, 1.0)
            body.apply(nothing, turned(body, (pose[0] * share, pose[1] * share, pose[2] * share)))
            springs.step(1 / 60)
            if step % 8 == 7:
                at = np.asarray(body.world_joint("head"))
                neck = body.rest[body.joints.index("head")]
                back = (shown(body, part, springs.offset) - at[:3, 3]) @ at[:3, :3] + neck
                hits = before_face(head, back)
                assert hits.mean() < 0.002, f"hair lies before the face at {pose}"
                assert not hits.any() or not inside_of(back[hits].astype(np.float32), head.face, 0.001).any()


def test_springs_lag_settle_and_do_not_mind_the_frame_rate(mira: Build) -> None:
    body, nothing = Body(mira), weights({})

    def swing(rate: int) -> tuple[float, float, Floats]:
        springs, most = HairSprings(body, Random(1)), 0.0
        at = np.zeros((36, 3), np.float32)
        for frame in range(4 * rate):
            body.apply(nothing, turned(body, (35 * min(frame / rate / 0.25, 1.0), 0, 0)))
            springs.step(1 / rate)
            most = max(most, float(np.linalg.norm(springs.offset, axis=1).max()))
            if frame == rate // 3:
                at = springs.offset.copy()
        return most, float(np.linalg.norm(springs.offset, axis=1).max()), at

    most, end, at_60 = swing(60)
    assert most > 0.006, "it does not lag"
    assert end < 0.004, "it does not settle"
    for rate in (24, 144):
        other, _, at_other = swing(rate)
        assert other == pytest.approx(most, rel=0.15)
        assert np.abs(at_other - at_60).max() < 0.006
    springs = HairSprings(body, Random(1))
    springs.step(1 / 60)
    body.apply(nothing, turned(body, (-60, 0, 0)))
    springs.step(5.0)
    assert np.abs(springs.offset).max() < 0.01, "after a pause it hangs where it belongs"


def test_springs_stay_out_of_the_body_whatever_the_head_does(mira: Build) -> None:
    body, nothing = Body(mira), weights({})
    springs, rng = HairSprings(body, Random(1)), np.random.default_rng(3)
    for frame in range(300):
        if frame % 10 == 0:
            pose = tuple(rng.uniform(-1, 1, 3) * (60, 30, 25))
        body.apply(nothing, turned(body, pose))
        springs.step(1 / 60)
        assert np.linalg.norm(springs.offset, axis=1).max() < 0.10
        assert springs.inside_m() < 0.006


def test_springs_move_what_is_drawn_only_far_from_the_scalp(mira: Build) -> None:
    part = next(p for p in mira.parts if p.name == "hair")
    body = Body(mira)
    offset = np.tile(np.array([0.03, 0, 0], np.float32), (36, 1))
    moved = np.linalg.norm(shown(body, part, offset) - shown(body, part, offset * 0), axis=1)
    near = nearest(part.points, next(p for p in mira.parts if p.name == "face").points, 1)[1][:, 0] < 0.012
    crown = near & (part.points[:, 2] > mira.eyes[0, 2] + 0.04)
    assert moved[crown].max() < 0.001
    assert moved.max() > 0.02


def test_the_hull_measures_height_over_a_ball() -> None:
    way = np.random.default_rng(1).normal(size=(6000, 3))
    way /= np.linalg.norm(way, axis=1, keepdims=True)
    ball = hull((way * 0.1).astype(np.float32), way.astype(np.float32), np.full(3, -0.16), np.full(3, 0.16))
    for distance in (0.06, 0.09, 0.1, 0.12, 0.15):
        height, out = ball.ask((way[:200] * distance).astype(np.float32))
        assert np.abs(height - (distance - 0.1)).max() < 0.004
        assert ((out * way[:200]).sum(1) > 0.9).all()
    pushed = ball.off((way[:200] * 0.09).astype(np.float32), 0.005)
    assert np.linalg.norm(pushed, axis=1).min() > 0.1
