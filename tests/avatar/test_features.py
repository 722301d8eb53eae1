"""Features: proportions that no slider reaches change what they name, keep the rest, and let every unit still arrive."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avatar.body import baked
from avatar.body.features import field
from avatar.body.lids import edges_of_lids
from avatar.body.shape import Shape, compose
from avatar.recipe import Features, Recipe, parse

EYES = np.array([[0.03, -0.11, 1.52], [-0.03, -0.11, 1.52]], np.float32)
MOUTH = np.array([0.0, -0.11, 1.455], np.float32)


def shaped(**features: float) -> Shape:
    return compose(baked.load(), Recipe(features=Features(**features)))


def width_of_eyes(shape: Shape) -> float:
    upper = edges_of_lids(baked.load())[0][0]
    return float(np.ptp(shape.points[upper, 0]))


def test_nothing_asked_for_changes_nothing() -> None:
    assert field(Features(), EYES, MOUTH) is None


def test_larger_eyes_take_ball_and_lids_along() -> None:
    plain, large = shaped(), shaped(eye_size=1.12)
    assert large.eye_radius / plain.eye_radius == pytest.approx(1.12, abs=0.01)
    assert width_of_eyes(large) / width_of_eyes(plain) == pytest.approx(1.12, abs=0.015)
    assert np.allclose(large.eyes, plain.eyes, atol=1e-4)


def test_a_blink_of_larger_eyes_falls_further() -> None:
    upper = edges_of_lids(baked.load())[0][0]
    plain, large = (s.dense("eyeBlinkLeft")[upper, 2].min() for s in (shaped(), shaped(eye_size=1.12)))
    assert large / plain == pytest.approx(1.12, abs=0.02)


def test_nearer_eyes_come_nearer_by_what_was_asked() -> None:
    plain, near = shaped(), shaped(eye_gap=-0.02)
    unit = float(plain.eyes[0, 2] - plain.points[baked.LOWER_TEETH[0] : baked.UPPER_TEETH[1], 2].mean())
    assert plain.eyes[0, 0] - near.eyes[0, 0] == pytest.approx(0.02 * unit, rel=0.05)


@pytest.mark.parametrize(("name", "value", "below"), [("jaw", 0.92, 1.3), ("cheeks", 0.92, 0.45), ("nose", 0.85, 0.62)])
def test_a_width_narrows_its_own_place(name: str, value: float, below: float) -> None:
    plain, narrow = shaped(), shaped(**{name: value})
    unit = 0.065
    level = np.abs(plain.points[: baked.BODY_END, 2] - plain.eyes[0, 2] + below * unit) < 0.004
    front = plain.points[: baked.BODY_END, 1] < plain.eyes[0, 1] + 0.03
    reach = 0.018 if name == "nose" else 1.0
    rows = np.nonzero(level & front & (np.abs(plain.points[: baked.BODY_END, 0]) < reach))[0]
    ratio = np.ptp(narrow.points[rows, 0]) / np.ptp(plain.points[rows, 0])
    assert value - 0.02 < ratio < (1 + value) / 2
    # the crown is not the face
    crown = plain.points[: baked.BODY_END, 2].argmax()
    assert np.allclose(narrow.points[crown], plain.points[crown])


def test_a_shorter_lower_face_lifts_the_chin_and_leaves_eyes_and_shoulders() -> None:
    plain, short = shaped(), shaped(lower=0.92)
    moved = short.points[: baked.BODY_END] - plain.points[: baked.BODY_END]
    assert 0.003 < moved[:, 2].max() < 0.009
    low = plain.points[: baked.BODY_END, 2] < plain.eyes[0, 2] - 0.20
    assert np.abs(moved[low]).max() < 1e-6
    assert np.allclose(short.eyes, plain.eyes, atol=1e-5)


@settings(max_examples=25, deadline=None)
@given(
    st.builds(
        Features, eye_size=st.floats(0.9, 1.16), eye_gap=st.floats(-0.05, 0.05), jaw=st.floats(0.88, 1.1),
        cheeks=st.floats(0.9, 1.1), nose=st.floats(0.8, 1.2), lower=st.floats(0.9, 1.12),
    )
)  # fmt: skip
def test_no_feature_folds_the_face(features: Features) -> None:
    warp = field(features, EYES, MOUTH)
    if warp is None:
        return
    x, z = np.meshgrid(np.linspace(-0.07, 0.07, 57), np.linspace(1.38, 1.60, 89), indexing="ij")
    there = warp(np.stack([x.ravel(), np.full(x.size, -0.12), z.ravel()], 1).astype(np.float32)).reshape(*x.shape, 3)
    assert (np.diff(there[..., 0], axis=0) > 0).all()
    assert (np.diff(there[..., 2], axis=1) > 0).all()


def test_a_childlike_eye_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"features\.eye_size"):
        parse('{"features": {"eye_size": 1.4}}', "x.json")
