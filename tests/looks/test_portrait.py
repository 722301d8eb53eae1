"""The first picture anybody sees: her in the portrait, before her room."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from panda3d.core import Point2, Point3

from avatar.body.body import Body
from avatar.body.build import build
from avatar.recipe import stock
from world.output.offscreen import Offscreen
from world.stage.framing import PORTRAIT
from world.stage.stage import Stage


@pytest.fixture(scope="module")
def output() -> Iterator[Offscreen]:
    made = Offscreen((320, 180))
    yield made
    made.close()


def test_the_portrait_shows_a_head_of_nearly_half_its_height_with_the_eyes_above_the_middle(output: Offscreen) -> None:
    made = build(stock("mira"), "low")
    stage = Stage(output, output.lens, Body(made))
    stage.look(PORTRAIT)
    stage.update()

    def height(x: float, y: float, z: float) -> float:
        at = Point2()
        output.lens.project(output.camera.get_relative_point(stage.root, Point3(x, y, z)), at)
        return 0.5 - at.y / 2  # from the top, share of the picture

    hair = next(p for p in made.parts if p.name == "hair").points
    face = next(p for p in made.parts if p.name == "face").points
    chin = face[face[:, 1] < made.mouth[1] + 0.015]
    top, low, eyes = height(*hair[hair[:, 2].argmax()]), height(*chin[chin[:, 2].argmin()]), height(*made.eyes.mean(0))
    stage.close()
    assert 0.40 < low - top < 0.50
    assert 0.37 < eyes < 0.41


def test_the_lamp_in_the_room_is_lit_and_warm_and_the_wall_darker(output: Offscreen) -> None:
    stage = Stage(output, output.lens, Body.build(stock("jon"), "low"))
    stage.look(PORTRAIT)
    stage.body.root.hide()
    stage.update()
    output.draw()
    output.draw()
    room = output.pixels().astype(float)
    stage.close()
    bright = room.sum(2)
    lamp = room[bright >= np.percentile(bright, 99)].mean(0)
    assert lamp[0] > 235, "its core is nearly white"
    assert lamp[0] > lamp[1] > lamp[2] + 15, "and warm"
    assert np.median(bright) < 0.6 * lamp.sum()


def test_pale_and_deep_faces_are_modelled_by_the_light(output: Offscreen) -> None:
    for who in ("jon", "kofi"):
        body = Body.build(stock(who), "low")
        stage = Stage(output, output.lens, body)
        stage.look(PORTRAIT)
        stage.update()
        body.show(np.zeros(52, np.float32))
        output.draw()
        output.draw()
        seen = (output.pixels().astype(float) / 255) ** 2.2
        stage.close()
        cheeks = seen[82:90]
        lit, shaded = cheeks[:, 142:147].mean(), cheeks[:, 173:178].mean()
        assert 1.4 < lit / shaded < 3.5, who
