"""What she looks like, in pixels: as it was when somebody last looked, and as a face ought to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from avatar.look.light import LightRig
from tests.looks.studio import CHEST, EYE, FOREHEAD, KEPT, SCENES, SIDE, Picture, Studio, differ
from world.stage.stage import EVENING

MEAN, SHARE = 3.0, 0.03  # drivers round differently; what a person would notice is larger


@pytest.fixture(scope="module")
def mira() -> Iterator[Studio]:
    studio = Studio("mira", "medium")
    yield studio
    studio.close()


def kept(name: str) -> Picture:
    return np.asarray(Image.open(KEPT / f"{name}.png").convert("RGB"))


@pytest.mark.parametrize("name", SCENES)
def test_she_looks_as_in_the_picture_that_was_kept(name: str) -> None:
    who, feeling = SCENES[name]
    studio = Studio(who)
    try:
        mean, share = differ(studio.feel(feeling), kept(name))
    finally:
        studio.close()
    assert mean < MEAN
    assert share < SHARE


def test_the_tolerance_tells_feelings_and_people_apart() -> None:
    calm = kept("mira-calm")
    for other in ("mira-joy", "jon-sad"):
        mean, share = differ(calm, kept(other))
        assert mean > MEAN or share > SHARE


def test_deep_skin_is_rich_and_never_grey() -> None:
    picture = kept("kofi-curious").astype(float)
    cheeks = picture[int(SIDE * 0.50) : int(SIDE * 0.60), int(SIDE * 0.40) : int(SIDE * 0.60)].reshape(-1, 3)
    colour = np.median(cheeks, 0)
    assert colour[0] > colour[1] > colour[2]
    assert (colour.max() - colour.min()) / colour.max() > 0.35
    assert colour.max() > 55


def brightest(picture: Picture) -> np.ndarray:
    """Middle of the brightest spot, in pixels (row, column)."""
    light = picture.astype(float).mean(2)
    rows, columns = np.nonzero(light >= np.percentile(light, 99.6))
    return np.array([rows.mean(), columns.mean()])


def test_the_highlight_in_her_eye_follows_the_light(mira: Studio) -> None:
    def lit(x: float) -> LightRig:
        return replace(EVENING, key_dir=(x, -0.75, 0.45), rim_color=(0.0, 0.0, 0.0))

    mira.feel({"calm": 0.5})
    from_right, from_left = (brightest(mira.pose({}, EYE, lit(x))) for x in (-0.7, 0.7))
    assert from_left[1] > from_right[1] + 4


def test_raised_brows_draw_lines_on_the_forehead(mira: Studio) -> None:
    def lines(picture: Picture) -> float:
        area = picture[int(SIDE * 0.45) : int(SIDE * 0.98), int(SIDE * 0.2) : int(SIDE * 0.8)].astype(float).mean(2)
        return float(np.abs(np.diff(area, axis=0)).mean())

    mira.feel({"calm": 0.5})
    smooth = lines(mira.pose({}, FOREHEAD, EVENING))
    raised = lines(mira.pose({"browInnerUp": 1.0, "browOuterUp": 1.0}, FOREHEAD, EVENING))
    assert raised > smooth * 1.15


def test_the_pupil_opens_as_it_is_told(mira: Studio) -> None:
    def dark(size: float) -> int:
        mira.body.show(np.zeros(52, np.float32), pupil=size)
        mira.output.draw()
        picture = mira.output.pixels().astype(float).mean(2)
        return int((picture < 25).sum())

    mira.feel({"calm": 0.5})
    mira.pose({}, EYE, EVENING)
    assert dark(1.35) > dark(0.75) * 1.3


def test_a_shut_lid_comes_out_of_its_socket_without_a_dark_disc() -> None:
    studio = Studio("jon", "medium")
    try:
        studio.body.apply(np.zeros(52, np.float32), studio.body.stance)  # her head held straight
        shut = studio.pose({"eyeBlink": 1.0}, EYE, replace(EVENING, key_dir=(0.0, -0.75, 0.45))).astype(float).mean(2)
    finally:
        studio.close()
    middle = shut[:, int(SIDE * 0.40) : int(SIDE * 0.60)].mean(1)
    lashes = int(middle[int(SIDE * 0.3) :].argmin()) + int(SIDE * 0.3)
    lid = middle[lashes - int(SIDE * 0.25) : lashes - int(SIDE * 0.10)].mean()
    below = middle[lashes + int(SIDE * 0.10) : lashes + int(SIDE * 0.25)].mean()
    assert lid > 0.83 * below  # 0.79 as it was baked


def test_the_light_stays_in_the_room_when_she_turns() -> None:
    studio = Studio("jon", "medium")
    try:
        studio.feel({"calm": 0.5})
        front, back = (studio.turned(heading, CHEST)[60:130, 60:130].astype(float).mean() for heading in (0.0, 180.0))
    finally:
        studio.close()
    assert 0.8 < back / front < 1.25  # 0.6 where the shadow turned with her
