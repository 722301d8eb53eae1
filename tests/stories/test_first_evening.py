"""A whole first evening: no network but the one that was named, a dead endpoint in mid-talk, pictures that show what was felt."""

from __future__ import annotations

import os
import random
import socket
import subprocess
import sys
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from avatar.face.frame import INDEX
from dialogue.mind import build_mind
from world import take
from world.commands.common import DEFAULT_NOW, TakeClock, time_of
from world.output.offscreen import Offscreen
from world.people import Person, chosen
from world.quiet import QuietVoice
from world.scene import Scene
from world.settings import Settings
from world.sound import SilentPlayer
from world.stage.framing import FACE
from world.talk import Talk

GUARD = """
import socket, sys
seen = []
def refuse(self, address, *rest):
    if self.family in (socket.AF_INET, socket.AF_INET6):
        seen.append(address)
        raise OSError("a connection was tried: %r" % (address,))
    return plain(self, address, *rest)
plain = socket.socket.connect
socket.socket.connect = refuse
socket.socket.connect_ex = refuse
def lookup(*words, **named):
    seen.append(words)
    raise OSError("a name was looked up: %r" % (words,))
socket.getaddrinfo = lookup
from world.__main__ import main
code = main(sys.argv[1:])
print("connections:", seen, file=sys.stderr)
sys.exit(code or (9 if seen else 0))
"""
FOREIGN = {
    "OPENAI_API_KEY": "sk-lying-around", "OPENAI_BASE_URL": "http://10.0.0.1/v1", "HTTPS_PROXY": "http://10.0.0.2:3128",
    "HTTP_PROXY": "http://10.0.0.2:3128", "ALL_PROXY": "http://10.0.0.2:3128", "OPENAI_ORG_ID": "org",
}  # fmt: skip


def test_an_evening_connects_to_nothing_whatever_lies_in_the_environment(tmp_path: Path) -> None:
    command = [sys.executable, "-c", GUARD, "talk", "--throwaway", "--profile", str(tmp_path)]
    words = "Hi, I'm Sam.\nWhat is the capital of France?\nI feel low today.\nBye!\n"
    done = subprocess.run(command, input=words, capture_output=True, text=True, env={**os.environ, **FOREIGN}, check=False)
    assert done.returncode == 0, done.stderr
    assert "connections: []" in done.stderr
    assert "Sam" in done.stdout


def test_a_film_connects_to_nothing(tmp_path: Path, profile: Path) -> None:
    (tmp_path / "s.json").write_text('{"lines": [{"say": "Hello there!"}]}')
    command = [sys.executable, "-c", GUARD, "record", "--no-video", "--script", str(tmp_path / "s.json"), "--out", str(tmp_path / "out"),
               "--profile", str(profile)]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **FOREIGN}, check=False)
    assert done.returncode == 0, done.stderr
    assert "connections: []" in done.stderr


def test_a_dead_endpoint_is_told_kindly_and_the_talk_goes_on(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (tmp_path / "adult.json").write_text('{"adult": true, "checked_on": "2026-01-01", "method": "year of birth"}')
    ours = {"VISAVIS_BASE_URL": f"http://127.0.0.1:{port}/v1", "VISAVIS_MODEL": "none", "XDG_DATA_HOME": str(tmp_path / "data")}
    command = [sys.executable, "-m", "world", "talk", "--profile", str(tmp_path)]
    words = "Hello, I'm Ana.\nDo you remember my name?\n"
    done = subprocess.run(command, input=words, capture_output=True, text=True, env={**os.environ, **ours}, check=False)
    assert done.returncode == 0, done.stderr
    assert "cannot be reached" in done.stdout
    assert "Ana" in done.stdout.split("cannot be reached", 1)[1]
    assert not [p for p in tmp_path.rglob("*") if p.is_file() and p.name not in ("adult.json",)]


Pixels = NDArray[np.uint8]


def made_up(person: Person) -> Person:
    """The same face with lips that can be told from the skin by their colour."""
    recipe = person.recipe.model_copy(deep=True)
    recipe.skin.lips, recipe.skin.stubble, recipe.skin.blush = "#c01438", 0.0, 0.0
    return replace(person, recipe=recipe)


def corners(pixels: Pixels, box: tuple[int, int, int, int]) -> float:
    """How far the corners of the mouth stand above the middle of the box, where resting lips meet, in pixels; lips are clearly
    redder than the skin."""
    left, top, right, bottom = box
    part = pixels[top:bottom, left:right].astype(float)
    redness = part[..., 0] / (part[..., 1] + part[..., 2] + 1)
    skin, lip = np.quantile(redness, [0.4, 0.97])
    lips = redness > (skin + lip) / 2
    rows, columns = np.nonzero(lips)
    # the outermost columns only: further in, an open mouth has more lower lip than upper and hides how high its corners are
    ends = [rows[columns <= columns.min() + 1], rows[columns >= columns.max() - 1]]
    return (bottom - top) / 2 - float(np.mean([end.mean() for end in ends]))


def mouth_in_picture(output: Offscreen, scene: Scene) -> float:
    """`corners` of the mouth in the picture drawn now."""
    from panda3d import core as p3d

    output.draw()
    output.draw()  # the backdrop is ready with the second
    head = np.asarray(scene.body.world_joint("head"))
    rest = np.asarray(scene.body.rest[scene.body.joints.index("head")])
    mouth = head[:3, :3] @ (scene.body.mouth - rest) + head[:3, 3]
    flat = p3d.Point2()
    seen = output.camera.get_relative_point(scene.stage.root, p3d.Point3(*(float(v) for v in mouth)))
    assert output.lens.project(seen, flat)
    x, y = (flat[0] + 1) / 2 * output.size[0], (1 - flat[1]) / 2 * output.size[1]
    return corners(output.pixels(), (int(x - 48), int(y - 26), int(x + 48), int(y + 26)))


@pytest.mark.parametrize("person", ["mira", "jon"])
def test_joy_lifts_the_corners_of_the_mouth_and_sadness_lowers_them_in_the_picture(person: str, profile: Path) -> None:
    heights: dict[str, float] = {}
    output = Offscreen((480, 480))
    for label in ("neutral", "joy", "sad"):
        clock = TakeClock(1.7e9)
        scene = Scene(output, output.lens, made_up(chosen(Settings(person=person))), SilentPlayer(clock), Talk(), clock,
                      quality="low", cache=profile / "cache", seed=4)  # fmt: skip
        scene.stage.look(FACE)
        scene.director.show = {label: 1.0}
        for _ in range(150):
            clock.now += 1 / 60
            scene.step(1 / 60)
        heights[label] = mouth_in_picture(output, scene)
        scene.close()
    output.close()
    assert heights["joy"] > heights["neutral"] + 1.0, heights
    assert heights["sad"] < heights["neutral"] - 0.5, heights


def test_in_the_demo_a_happy_turn_lifts_the_smile_in_the_picture_and_a_sad_one_lowers_it(profile: Path) -> None:
    clock = TakeClock(time_of(DEFAULT_NOW))
    person = made_up(chosen(Settings()))
    output = Offscreen((480, 480))
    player = SilentPlayer(lambda: clock.t)
    scene = Scene(output, output.lens, person, player, Talk(), clock, quality="low", cache=profile / "cache", seed=1)
    scene.stage.look(FACE)
    mind = build_mind(person.persona, None, QuietVoice(), clock, random.Random(1))
    script = take.parse(files("world.assets").joinpath("demo.json").read_text("utf-8"), "demo.json")
    played = take.Take(mind, scene.director, script, clock)
    heights: dict[int, list[float]] = {3: [], 4: []}
    steps = 0
    while not played.over() and scene.director.turn <= 4:
        clock.now += 1 / 60
        steps += 1
        played.step()
        scene.step(1 / 60)
        still = scene.character.frame.weights[INDEX["eyeBlinkLeft"]] < 0.3 and not scene.director.speaking
        if scene.director.turn in heights and still and steps % 15 == 0:
            heights[scene.director.turn].append(mouth_in_picture(output, scene))
    mind.close()
    output.close()
    assert max(heights[3]) > min(heights[4]) + 2.0, heights
    assert np.median(heights[3]) > np.median(heights[4]) + 1.0, heights
