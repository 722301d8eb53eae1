"""The whole person, frame by frame: where her eyes point, what her face shows, the same again from the same seed."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from avatar.body.body import Body
from avatar.body.build import Build
from avatar.character import Character
from avatar.face.frame import INDEX

PLACES = [
    (0.0, -1.2, 0.0), (0.3, -1.2, 0.0), (-0.3, -1.2, 0.0), (0.0, -1.2, 0.35), (0.0, -1.2, -0.35), (0.6, -1.5, 0.2), (-0.6, -1.5, -0.2),
    (0.2, -0.7, 0.05), (-0.9, -1.9, 0.3), (0.9, -1.9, -0.3),
]  # fmt: skip


@pytest.fixture(scope="module")
def body(mira: Build) -> Body:
    return Body(mira)


def live(who: Character, seconds: float, fps: int = 30) -> None:
    for _ in range(int(seconds * fps)):
        who.update(1 / fps)


@pytest.mark.parametrize("place", PLACES)
def test_both_eyes_meet_the_camera_from_everywhere(body: Body, place: tuple[float, float, float]) -> None:
    who = Character(body, 4)
    who.viewer = (body.eyes.mean(0) + np.array(place)).astype(np.float32)
    live(who, 2.0)
    for _ in range(600):
        who.update(1 / 30)
        if who.gaze.offset_deg == (0.0, 0.0) and who.gaze.aim_m == (0.032, 0.0):
            break
    aim = who.viewer + np.array([0.032, 0, 0])
    for side in "lr":
        eye = body.world_joint(f"eye_{side}")
        line = aim - eye[:3, 3]
        forward = eye[:3, :3] @ np.array([0, -1, 0])
        cosine = forward @ line / np.linalg.norm(line)
        assert np.degrees(np.arccos(np.clip(cosine, -1, 1))) < 1.0


def test_her_head_is_turned_a_little_and_tipped_while_she_looks_at_you(body: Body) -> None:
    who = Character(body, 4)
    who.viewer = (body.eyes.mean(0) + np.array([0.0, -1.25, 0.0])).astype(np.float32)
    held = []
    for _ in range(900):
        who.update(1 / 30)
        held += [who.frame.head_deg] if not who.gaze.away else []
    yaw, _, roll = np.abs(np.mean(held[60:], 0))
    assert 4.0 < yaw < 8.0
    assert 1.5 < roll < 3.5


def test_her_eyes_converge_on_who_is_near(body: Body) -> None:
    def angle(distance: float) -> float:
        who = Character(body, 1)
        who.viewer = (body.eyes.mean(0) + np.array([0, -distance, 0])).astype(np.float32)
        live(who, 1.0)
        left, right = (body.world_joint(f"eye_{s}")[:3, :3] @ np.array([0, -1, 0]) for s in "lr")
        return float(np.degrees(np.arccos(np.clip(left @ right, -1, 1))))

    assert angle(0.5) > angle(1.5) + 2.0 > 2.0


def test_the_same_seed_gives_the_same_life(body: Body) -> None:
    def film(seed: int) -> NDArray[np.float32]:
        who = Character(body, seed)
        who.strengths = {"joy": 0.6, "worried": 0.2}
        frames = []
        for _ in range(240):
            who.update(1 / 60)
            frames.append(np.concatenate([who.frame.weights, who.frame.head_deg, who.frame.eyes_deg, [who.frame.pupil]]))
        return np.array(frames, np.float32)

    first = film(5)
    assert np.array_equal(first, film(5))
    assert not np.array_equal(first, film(6))


def test_listening_nods_need_somebody_who_speaks(body: Body) -> None:
    def dips(hearing: float) -> int:
        who = Character(body, 2)
        who.hearing = hearing
        pitches = []
        for _ in range(30 * 60):
            who.update(1 / 30)
            pitches.append(who.frame.head_deg[1])
        quick = np.diff(np.asarray(pitches)) < -0.12
        return int((np.diff(quick.astype(int)) == 1).sum())

    assert dips(1.0) >= 6
    assert dips(1.0) > dips(0.0) + 4


def test_a_question_tips_the_head_and_lifts_the_brows(body: Body) -> None:
    def end(asks: bool) -> tuple[float, float]:
        who = Character(body, 3)
        spoken = who.say([("AA", i * 0.1, (i + 1) * 0.1) for i in range(20)], [], {}, asks=asks)
        who.spoken, who.doing = spoken, "speaking"
        for k in range(58):
            spoken.t = k / 30
            who.update(1 / 30)
        return abs(who.frame.head_deg[2]), float(who.frame.weights[INDEX["browOuterUpLeft"]])

    (roll, brow), (plain_roll, plain_brow) = end(True), end(False)
    assert roll > plain_roll + 1.5
    assert brow > plain_brow + 0.12


def test_speech_moves_the_tongue_and_joy_still_reads(body: Body) -> None:
    who = Character(body, 3)
    who.strengths = {"joy": 1.0}
    live(who, 1.5)
    spoken = who.say([("AA", 0.0, 0.2), ("L", 0.2, 0.35), ("AA", 0.35, 0.8), ("TH", 0.8, 1.0), ("AA", 1.0, 1.4)], [], {"joy": 1.0})
    who.spoken, who.doing = spoken, "speaking"
    ups, betweens, smiles, jaws = [], [], [], []
    for k in range(42):
        spoken.t = k / 30
        who.update(1 / 30)
        ups.append(float(who.frame.extras[0]))
        betweens.append(float(who.frame.extras[1]))
        smiles.append(float(who.frame.weights[INDEX["mouthSmileLeft"]]))
        jaws.append(float(who.frame.weights[INDEX["jawOpen"]]))
    assert max(ups) > 0.7
    assert max(betweens) > 0.7
    assert max(jaws) > 0.35
    assert min(smiles) > 0.25
    assert who.frame.weights[INDEX["cheekSquintLeft"]] > 0.4
    who.spoken = None
    who.update(1 / 30)
    assert not who.frame.extras.any()
