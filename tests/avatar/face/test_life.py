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
from avatar.face.micro import LENGTH_S, Micro
from avatar.face.pupil import Pupil
from avatar.face.tables import table
from avatar.motion.head import Listener
from avatar.units import Drift, Glide, Spring, quat_deg, quat_mul

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
    assert 0.2 < settle({"joy": 0.3})[INDEX["mouthSmileLeft"]] < 0.5
    gloomy = settle({}, mood=(-0.6, -0.4, -0.5))
    assert 0.1 < gloomy[INDEX["browInnerUp"]] < 0.4


def test_in_a_good_mood_she_is_glad_to_see_you_with_both_corners_and_open_eyes() -> None:
    for mood in ((0.455, 0.156, 0.155), (0.43, -0.09, 0.10)):  # near desire, near affection: neither may lend its face
        glad = settle({}, mood=mood)
        left, right = glad[INDEX["mouthSmileLeft"]], glad[INDEX["mouthSmileRight"]]
        assert min(left, right) > 0.3
        assert max(left, right) / min(left, right) < 1.12
        assert max(left, right) < 0.54, "a greeting keeps the lips closed"
        assert glad[INDEX["eyeBlinkLeft"]] == glad[INDEX["eyeBlinkRight"]] == 0
        assert 0.1 < glad[INDEX["eyeSquintLeft"]] < 0.3
    assert settle({"sad": 0.5}, mood=(0.45, 0.1, 0.1))[INDEX["mouthSmileLeft"]] < 0.05, "who grieves is not glad"
    assert settle({}, mood=(-0.3, 0.0, 0.0))[INDEX["mouthSmileLeft"]] < 0.05


def test_a_faint_smile_is_closed_with_open_eyes_and_a_full_one_rises_to_them() -> None:
    faint, full = settle({"joy": 0.3}), settle({"joy": 1.0})
    for side in ("Left", "Right"):
        assert faint[INDEX["mouthSmile" + side]] > 0.25
        assert faint[INDEX["cheekSquint" + side]] < 0.15
        assert full[INDEX["cheekSquint" + side]] > 0.6
    assert faint[INDEX["jawOpen"]] < 0.03 < 0.2 < full[INDEX["jawOpen"]]
    assert settle({"surprised": 0.3})[INDEX["jawOpen"]] < 0.06


def test_feelings_show_around_the_eyes_first() -> None:
    for label, unit, other in (("sad", "browInnerUp", "mouthFrownLeft"), ("angry", "browDownLeft", "mouthFrownLeft")):
        weak, full = settle({label: 0.3}), settle({label: 1.0})
        assert weak[INDEX[unit]] / full[INDEX[unit]] > 1.1 * weak[INDEX[other]] / full[INDEX[other]]


def test_every_feeling_has_a_look_of_its_own_in_the_eyes_and_in_the_mouth() -> None:
    """Upper and lower halves of any two faces differ by a quarter of a unit's full strength at least."""
    upper = np.array([name.startswith(("brow", "eye", "cheekSquint")) for name in ARKIT])
    for half in (upper, ~upper):
        faces = table().faces[:, half]
        apart = np.sqrt(((faces[:, None] - faces[None]) ** 2).sum(2)) + np.eye(len(faces))
        one, other = np.unravel_index(apart.argmin(), apart.shape)
        assert apart.min() > 0.25, (table().labels[one], table().labels[other])


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


@pytest.mark.parametrize(("doing", "low", "high"), [("listening", 0.68, 0.84), ("speaking", 0.36, 0.56), ("thinking", 0.12, 0.32)])
def test_she_looks_at_you_as_much_as_people_do(doing: Doing, low: float, high: float) -> None:
    share = {"listening": 0.75, "speaking": 0.45, "thinking": 0.2}[doing]
    near, steps, fps = 0, 30 * 300, 30
    sizes = []
    for seed in range(4):
        gaze = Gaze(Random(seed))
        for _ in range(steps):
            gaze.step(1 / fps, doing, share, "side")
            near += abs(gaze.offset_deg[0]) + abs(gaze.offset_deg[1]) < 1.0
            sizes += [gaze.moved_deg] if gaze.moved_deg else []
    assert low < near / (4 * steps) < high
    # exponential sizes: many small, few large, mean 7.1 and median 5.1 before the cap of a human glance
    assert 4.0 < float(np.mean(sizes)) < 8.5
    assert 3.5 < float(np.median(sizes)) < 7.0


def test_blinks_keep_the_rates_of_rest_and_of_talk() -> None:
    for rate in (17.0, 26.0):
        counts = []
        for seed in range(6):
            blinks = Blinks(Random(seed))
            for _ in range(30 * 240):
                blinks.step(1 / 30, rate)
            counts.append(blinks.count / 4)
        assert float(np.mean(counts)) == pytest.approx(rate, rel=0.12)


def pupils(light: float, arousal: float = 0.0, interest: float = 0.0, seconds: float = 40.0) -> np.ndarray:
    pupil = Pupil(Random(2))
    return np.array([pupil.step(1 / 30, light, arousal, interest) for _ in range(int(seconds * 30))])[90:]


def test_pupils_narrow_in_light_widen_with_interest_and_are_never_still() -> None:
    rest = pupils(1.0)
    assert 0.03 < np.abs(rest - 1).max() < 0.075
    assert rest.std() > 0.01
    assert pupils(5.0).mean() < 0.85 < 1.15 < pupils(0.2).mean()
    assert pupils(1.0, arousal=0.6, interest=0.8).mean() > 1.1
    assert pupils(0.001).max() <= 1.5
    assert pupils(1e4).min() >= 0.5


def test_pupils_close_faster_than_they_open() -> None:
    pupil = Pupil(Random(1))
    for _ in range(300):
        pupil.step(1 / 60, 0.2, 0, 0)
    closing = [pupil.step(1 / 60, 4.0, 0, 0) for _ in range(30)]
    for _ in range(300):
        pupil.step(1 / 60, 4.0, 0, 0)
    opening = [pupil.step(1 / 60, 0.2, 0, 0) for _ in range(30)]
    assert closing[0] - closing[-1] > 1.5 * (opening[-1] - opening[0])


def flashes(strengths: dict[str, float], mood: tuple[float, float, float], speaking: bool = False) -> tuple[list[np.ndarray], list[int]]:
    micro, shown, lengths, run = Micro(Random(3)), [], [], 0
    for _ in range(60 * 180):
        out = micro.step(1 / 60, strengths, mood, speaking)
        if out is not None:
            shown.append(out.copy())
            run += 1
        elif run:
            lengths.append(run)
            run = 0
    return shown, lengths


def test_what_is_felt_beneath_flashes_briefly_and_faintly() -> None:
    shown, lengths = flashes({"joy": 0.7, "worried": 0.2}, HOME)
    assert 6 <= len(lengths) <= 30
    assert max(lengths) / 60 <= LENGTH_S[1] + 1 / 60
    peak = np.max(shown, axis=0)
    assert peak.max() < 0.5
    worried = table().faces[table().index("worried")] > 0
    assert not peak[~worried].any()
    assert peak[INDEX["jawOpen"]] == peak[INDEX["eyeBlinkLeft"]] == 0


def test_nothing_flashes_where_nothing_is_felt_and_the_mouth_is_left_to_speech() -> None:
    assert not flashes({}, (0.0, 0.0, 0.0))[0]
    shown, _ = flashes({"joy": 0.7, "sad": 0.3}, HOME, speaking=True)
    assert shown
    assert not np.max(shown, axis=0)[[i for i, n in enumerate(ARKIT) if n.startswith("mouth")]].any()


def test_who_is_spoken_to_nods_six_to_nine_times_a_minute() -> None:
    for seed in range(5):
        listener = Listener(Random(seed))
        nods = [n for _ in range(60 * 240) if (n := listener.step(1 / 60, 1.0))]
        assert 5.5 * 4 <= len(nods) <= 9.5 * 4
        assert all(2 <= size <= 12 and 1 <= dips <= 3 for size, dips in nods)
        assert not any(listener.step(1 / 60, 0.0) for _ in range(3600))


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
    assert 0.2 < out[INDEX["mouthSmileLeft"]] < 0.4  # the corners stay; lips seal in a smile too


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


@pytest.mark.parametrize("fps", [15, 240])
def test_a_glide_is_a_spring_of_one(fps: int) -> None:
    glide, spring = Glide(), Spring(1)
    for _ in range(fps):
        glide.step(2.0, 0.5, 1 / fps)
        spring.step(np.full(1, 2.0, np.float32), 0.5, 1 / fps)
    assert glide.value == pytest.approx(float(spring.value[0]), abs=1e-4)


def test_drift_stays_within_one_and_moves() -> None:
    values = [Drift(Random(4), 5.0).at(t) for t in np.linspace(0, 60, 500)]
    assert max(map(abs, values)) <= 1.0
    assert np.std(values) > 0.2


def test_quaternions_turn_as_the_axes_are_drawn() -> None:
    def turned(q: tuple[float, float, float, float], v: tuple[float, float, float]) -> np.ndarray:
        w, x, y, z = q
        return np.array(quat_mul(quat_mul(q, (0.0, *v)), (w, -x, -y, -z))[1:])

    ahead, up = (0.0, -1.0, 0.0), (0.0, 0.0, 1.0)
    assert turned(quat_deg(90), ahead) == pytest.approx([1, 0, 0], abs=1e-9)
    assert turned(quat_deg(0, 90), ahead) == pytest.approx([0, 0, 1], abs=1e-9)
    assert turned(quat_deg(0, 0, 90), up) == pytest.approx([1, 0, 0], abs=1e-9)
    whole = quat_mul(quat_deg(30), quat_mul(quat_deg(0, 20), quat_deg(0, 0, 10)))
    assert quat_deg(30, 20, 10) == pytest.approx(whole)


def test_lips_are_closed_or_properly_open_in_a_smile() -> None:
    for strength in (0.1, 0.2, 0.3, 0.6, 0.8, 1.0):
        face = settle({"joy": strength}, mood=(0, 0, 0))
        jaw, lip = face[INDEX["jawOpen"]], face[INDEX["mouthUpperUpLeft"]]
        assert jaw < 0.04 or jaw > 0.1
        assert lip < 0.05 or jaw > 0.04
    assert settle({"amused": 0.3})[INDEX["jawOpen"]] < 0.04 < 0.3 < settle({"surprised": 0.8, "amused": 0.2})[INDEX["jawOpen"]]
    assert settle({"joy": 0.3})[INDEX["jawOpen"]] < 0.04 < 0.15 < settle({"joy": 0.8})[INDEX["jawOpen"]]


def test_shame_looks_down_and_boredom_aside_further_than_a_glance() -> None:
    def aways(avert: str) -> np.ndarray:
        gaze, seen = Gaze(Random(2)), []
        for _ in range(30 * 120):
            gaze.step(1 / 30, "listening", 0.5, avert)
            if gaze.away:
                seen.append(gaze.offset_deg)
        return np.array(seen)

    shame, boredom, glance = aways("down-left, 3-5 s"), aways("side, long"), aways("side")
    assert shame[:, 0].mean() > 8
    assert shame[:, 1].mean() < -8
    assert np.abs(boredom[:, 0]).mean() > 1.5 * np.abs(glance[:, 0]).mean()
    assert len(boredom) > 1.3 * len(glance)
