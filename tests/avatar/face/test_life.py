"""Expression, gaze, blinks, layers: that they behave like a person's, at any frame rate, from a seed."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from avatar.face.blink import Blinks
from avatar.face.expression import Expression
from avatar.face.frame import ARKIT, INDEX, weights, zeros
from avatar.face.gaze import Doing, Gaze
from avatar.face.layers import Layers
from avatar.face.tables import table
from avatar.units import Spring

HOME = (0.1, 0.0, 0.0)


def settle(strengths: dict[str, float], seconds: float = 4.0, mood: tuple[float, float, float] = HOME, fps: int = 60) -> np.ndarray:
    face = Expression(Random(3))
    for _ in range(int(seconds * fps)):
        out = face.step(strengths, mood, 1 / fps)
    return out.copy()


def test_joy_smiles_with_the_eyes_and_sadness_frowns() -> None:
    joy, sad, rest = settle({"joy": 1.0}), settle({"sad": 1.0}), settle({})
    assert joy[INDEX["mouthSmileLeft"]] > 0.6 > rest[INDEX["mouthSmileLeft"]]
    assert joy[INDEX["cheekSquintLeft"]] > 0.4
    assert sad[INDEX["mouthFrownLeft"]] > 0.4
    assert sad[INDEX["browInnerUp"]] > 0.5
    assert sad[INDEX["mouthSmileLeft"]] < 0.05


def test_strength_scales_and_mood_leaves_a_trace() -> None:
    assert 0.2 < settle({"joy": 0.3})[INDEX["mouthSmileLeft"]] < 0.4
    gloomy = settle({}, mood=(-0.6, -0.4, -0.5))
    assert 0.1 < gloomy[INDEX["browInnerUp"]] < 0.4


def test_who_grieves_with_somebody_does_not_beam() -> None:
    both = settle({"joy": 0.6, "caring": 0.9})
    assert both[INDEX["mouthSmileLeft"]] < 0.6 * settle({"joy": 0.6})[INDEX["mouthSmileLeft"]]


def test_a_face_is_never_quite_symmetrical_nor_far_from_it() -> None:
    joy = settle({"joy": 1.0})
    left, right = joy[INDEX["mouthSmileLeft"]], joy[INDEX["mouthSmileRight"]]
    assert 0 < abs(left - right) < 0.17 * max(left, right)


def test_onset_is_quicker_than_offset() -> None:
    face, smile = Expression(Random(1)), INDEX["mouthSmileLeft"]
    rise = next(i for i in range(600) if face.step({"joy": 1.0}, HOME, 1 / 60)[smile] > 0.6)
    for _ in range(300):
        face.step({"joy": 1.0}, HOME, 1 / 60)
    fall = next(i for i in range(600) if face.step({}, HOME, 1 / 60)[smile] < 0.15)
    assert 0.2 < rise / 60 < 0.9
    assert fall > rise


def test_an_unknown_feeling_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"unknown feeling 'glee'.*joy"):
        settle({"glee": 1.0}, 0.1)


def test_the_table_has_the_21_labels_and_only_arkit_names() -> None:
    assert len(table().labels) == 21
    assert table().faces.shape == (21, 52)
    assert float(table().faces.max()) <= 1


def test_blinks_close_fully_at_a_human_rate() -> None:
    blinks = Blinks(Random(5))
    closed = [blinks.step(1 / 60, 20.0) for _ in range(60 * 300)]
    assert 12 * 5 <= blinks.count <= 30 * 5
    assert max(closed) == 1.0
    assert sum(c > 0.5 for c in closed) / len(closed) < 0.15


def test_a_blink_can_be_asked_for_but_not_on_top_of_another() -> None:
    blinks = Blinks(Random(1))
    blinks.step(0.5, 1.0)
    blinks.now()
    blinks.now()
    assert blinks.count == 1


@pytest.mark.parametrize(("doing", "low", "high"), [("listening", 0.6, 0.97), ("speaking", 0.3, 0.85), ("thinking", 0.05, 0.6)])
def test_she_looks_at_you_as_much_as_people_do(doing: Doing, low: float, high: float) -> None:
    gaze, share = Gaze(Random(2)), {"listening": 0.75, "speaking": 0.45, "thinking": 0.2}[doing]
    near = 0
    steps = 60 * 240
    for _ in range(steps):
        gaze.step(1 / 60, doing, share, "side")
        near += abs(gaze.offset_deg[0]) + abs(gaze.offset_deg[1]) < 1.0
    assert low < near / steps < high


def test_gaze_returns_when_it_is_called() -> None:
    gaze = Gaze(Random(4))
    while not gaze.away:
        gaze.step(1 / 60, "thinking", 0.2, "up")
    gaze.look_at_viewer()
    for _ in range(12):
        gaze.step(1 / 60, "thinking", 0.2, "up")
    assert gaze.offset_deg == (0.0, 0.0)


def test_a_closure_wins_over_a_smile_and_over_surprise() -> None:
    layers = Layers()
    felt = weights({"mouthSmileLeft": 0.9, "mouthSmileRight": 0.9, "jawOpen": 0.3, "mouthUpperUpLeft": 0.4, "mouthLowerDownLeft": 0.4})
    spoken = weights({"jawOpen": 0.05, "mouthClose": 0.05, "mouthPressLeft": 0.4})
    for _ in range(30):
        out = layers.blend(felt, spoken, 1.0, 1.0, 0.0, 1 / 60)
    gap = max(0.0, out[INDEX["jawOpen"]] - out[INDEX["mouthClose"]])
    assert gap + (out[INDEX["mouthLowerDownLeft"]] + out[INDEX["mouthUpperUpLeft"]]) / 4 < 0.02
    assert out[INDEX["mouthSmileLeft"]] < 0.1


def test_speech_does_not_take_the_smile_from_the_eyes() -> None:
    layers, felt = Layers(), weights({"mouthSmileLeft": 0.8, "cheekSquintLeft": 0.6, "browInnerUp": 0.5})
    for _ in range(30):
        out = layers.blend(felt, zeros(), 1.0, 0.0, 0.0, 1 / 60)
    assert out[INDEX["cheekSquintLeft"]] == pytest.approx(0.6)
    assert 0.3 < out[INDEX["mouthSmileLeft"]] < 0.6


def test_a_blink_wins_over_wide_eyes() -> None:
    layers = Layers()
    for _ in range(20):
        out = layers.blend(weights({"eyeWideLeft": 0.8}), zeros(), 0, 0, 1.0, 1 / 60)
    assert out[INDEX["eyeBlinkLeft"]] == 1.0
    assert out[INDEX["eyeWideLeft"]] == 0.0


def test_nothing_but_blinks_and_closures_leaps() -> None:
    layers, last = Layers(), zeros()
    rng = np.random.default_rng(1)
    for _ in range(200):
        out = layers.blend(rng.random(52).astype(np.float32), zeros(), 0, 0, 0, 1 / 60).copy()
        for name, step in zip(ARKIT, np.abs(out - last), strict=True):
            if not name.startswith(("eyeBlink", "mouthClose")):
                assert step <= 0.2501
        last = out


@pytest.mark.parametrize("fps", [15, 60, 240])
def test_a_spring_takes_the_same_path_at_any_frame_rate(fps: int) -> None:
    spring, target = Spring(1), np.ones(1, np.float32)
    for _ in range(fps):
        spring.step(target, 0.5, 1 / fps)
    assert float(spring.value[0]) == pytest.approx(1 - 7 * np.exp(-6), abs=2e-4)
