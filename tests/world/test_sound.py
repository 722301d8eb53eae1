from __future__ import annotations

import itertools
import os
import subprocess
import sys
import time

import numpy as np
import pytest

from world.line import Whole
from world.sound import FADE_S, MixPlayer, SilentPlayer

RATE = 1000


class Clock:
    def __init__(self) -> None:
        self.t = 0.0

    def __call__(self) -> float:
        return self.t


def test_silence_passes_in_time() -> None:
    clock = Clock()
    playing = SilentPlayer(clock).play(Whole(np.zeros(RATE, np.float32), RATE))
    clock.t = 0.4
    assert (playing.t, playing.done) == (pytest.approx(0.4), False)
    clock.t = 5.0
    assert (playing.t, playing.done) == (1.0, True)


def test_hush_ends_within_the_fade_and_tells_what_was_heard() -> None:
    clock = Clock()
    playing = SilentPlayer(clock).play(Whole(np.zeros(RATE, np.float32), RATE))
    clock.t = 0.3
    assert playing.hush() == pytest.approx(0.3)
    assert not playing.done
    clock.t = 0.3 + FADE_S
    assert playing.done
    assert playing.t == pytest.approx(0.3 + FADE_S)


def test_a_film_holds_each_sound_where_it_began_and_cuts_the_hushed() -> None:
    clock = Clock()
    player = MixPlayer(clock, RATE)
    clock.t = 0.5
    player.play(Whole(np.full(200, 0.5, np.float32), RATE))
    clock.t = 1.0
    second = player.play(Whole(np.full(RATE, 0.25, np.float32), RATE))
    clock.t = 1.1
    second.hush()
    clock.t = 3.0
    track = player.track(2.0)
    assert len(track) == 2 * RATE
    assert track[499] == 0
    assert track[500] == 0.5
    assert track[699] == 0.5
    assert track[700] == 0
    assert track[1000] == 0.25
    assert track[1000 + int((0.1 + FADE_S) * RATE) + 1] == 0


def test_a_film_takes_voices_of_any_rate() -> None:
    clock = Clock()
    player = MixPlayer(clock, RATE)
    tone = np.sin(2 * np.pi * 50 * np.arange(4000) / 8000).astype(np.float32)
    assert player.play(Whole(tone, 8000)).duration_s == 0.5
    clock.t = 1.0
    track = player.track(1.0)
    wanted = np.sin(2 * np.pi * 50 * np.arange(RATE // 2) / RATE)
    assert np.abs(track[RATE // 10 : RATE // 2 - RATE // 10] - wanted[RATE // 10 : -(RATE // 10)]).max() < 0.02
    assert not track[RATE // 2 + 2 :].any()


def test_speakers_that_are_gone_leave_the_systems_own_to_sound() -> None:
    code = """
import time
import numpy as np
from world.line import Whole
from world.openal import open_player
player = open_player(time.monotonic, "Speakers of yesterday")
assert player.audible
playing = player.play(Whole(np.zeros(4410, np.float32), 44100))
end = time.monotonic() + 20
while not playing.done and time.monotonic() < end:
    player.step(1.0)
assert playing.done
assert playing.t == playing.duration_s
player.close()
"""
    env = {**os.environ, "ALSOFT_DRIVERS": "null"}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not done.stderr


def test_other_speakers_can_be_chosen_while_she_speaks() -> None:
    code = """
import time
import numpy as np
from dialogue.speech.ear.own import OwnVoice
from world.overheard import Overheard
from world.line import Whole
from world.openal import open_player
player = Overheard(open_player(time.monotonic), OwnVoice(), time.monotonic)
cut = player.play(Whole(np.full(44100, 0.1, np.float32), 44100))
player.step(1.0)
for name in ("Others", ""):
    player.replace(lambda: open_player(time.monotonic, name))
    assert player.audible
    playing = player.play(Whole(np.full(4410, 0.1, np.float32), 44100))
    end = time.monotonic() + 20
    while not playing.done and time.monotonic() < end:
        player.step(1.0)
    assert playing.done
player.close()
"""
    env = {**os.environ, "ALSOFT_DRIVERS": "null"}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not done.stderr


def test_a_device_that_tells_no_time_any_more_ends_what_it_plays() -> None:
    from world.openal import OpenALPlayer

    class Sound:
        time = 0.0

        def get_time(self) -> float:
            return self.time

        def __getattr__(self, name: str) -> object:
            return lambda *words: None

    class Manager:
        sound = Sound()

        def get_sound(self, data: object, positional: bool) -> Sound:
            return self.sound

        def __getattr__(self, name: str) -> object:
            return lambda *words: None

    manager = Manager()
    player = OpenALPlayer(manager, lambda: 0.0)  # type: ignore[arg-type]  # stands in for a manager whose device is lost
    playing = player.play(Whole(np.full(2205, 0.1, np.float32), 22050))
    seen = []
    for manager.sound.time in (0.02, 0.05, 1e10, 1e10):
        player.step(1.0)
        seen.append(playing.t)
    assert seen == sorted(seen)
    assert max(seen) <= playing.duration_s
    for _ in range(3):
        player.step(1.0)
    assert playing.done


class Device:
    """A sound of a device, and its manager, that keep what they are told."""

    def __init__(self) -> None:
        self.volumes: list[float] = []
        self.places: list[tuple[float, ...]] = []
        self.ears: list[tuple[float, ...]] = []

    def get_sound(self, data: object, positional: bool) -> Device:
        assert positional
        return self

    def get_time(self) -> float:
        return 0.01

    def set_volume(self, volume: float) -> None:
        self.volumes.append(volume)

    def set_3d_attributes(self, *at: float) -> None:
        self.places.append(at[:3])

    def audio_3d_set_listener_attributes(self, *told: float) -> None:
        self.ears.append(told)

    def __getattr__(self, name: str) -> object:
        return lambda *words: None


def test_her_voice_comes_from_her_mouth_and_is_heard_by_the_users_ears() -> None:
    from panda3d.core import Mat4

    from world.openal import OpenALPlayer

    device = Device()
    player = OpenALPlayer(device, lambda: 0.0)  # type: ignore[arg-type]  # stands in for a manager
    ear = Mat4.rotate_mat(90, (0, 0, 1)) * Mat4.translate_mat(1, 2, 3)
    player.place((0.1, 0.2, 1.5), ear)
    player.play(Whole(np.full(2205, 0.1, np.float32), 22050))
    assert device.places == [(0.1, 0.2, 1.5)]
    player.place((0.1, 0.3, 1.6), ear)
    assert device.places[-1] == (0.1, 0.3, 1.6)
    at, forward, up = (device.ears[-1][k : k + 3] for k in (0, 6, 9))
    assert at == pytest.approx((1, 2, 3))
    assert forward == pytest.approx((-1, 0, 0), abs=1e-6)  # turned left by a quarter
    assert up == pytest.approx((0, 0, 1), abs=1e-6)


def test_volume_reaches_what_sounds_and_what_begins() -> None:
    from world.openal import OpenALPlayer

    device = Device()
    player = OpenALPlayer(device, lambda: 0.0)  # type: ignore[arg-type]  # stands in for a manager
    player.play(Whole(np.full(2205, 0.1, np.float32), 22050))
    player.step(0.4)
    assert device.volumes[-1] == 0.4
    player.play(Whole(np.full(2205, 0.1, np.float32), 16000))
    assert device.volumes[-1] == 0.4


def test_a_fade_goes_down_in_small_steps_while_no_frame_comes() -> None:
    from world.openal import FADE_STEP_S, OpenALPlayer

    device, clock = Device(), Clock()

    def wait(seconds: float) -> None:
        clock.t += seconds

    player = OpenALPlayer(device, clock, wait)  # type: ignore[arg-type]  # stands in for a manager
    playing = player.play(Whole(np.full(22050, 0.1, np.float32), 22050))
    player.step(0.5)
    device.volumes.clear()
    playing.hush()
    end = time.monotonic() + 10
    while (not device.volumes or device.volumes[-1] > 0) and time.monotonic() < end:
        pass
    assert device.volumes[-1] == 0.0
    loud = [volume for volume in device.volumes if volume > 0]
    assert device.volumes[: len(loud)] == sorted(loud, reverse=True)
    assert max(a - b for a, b in itertools.pairwise([0.5, *loud, 0.0])) <= 0.5 * FADE_STEP_S / FADE_S + 1e-6


def test_a_device_is_given_what_comes_and_bridges_what_is_late() -> None:
    """OpenAL on its null device: it plays all that it was given, waits for what is late, then plays the rest and a second sentence."""
    code = """
import time
import numpy as np
from dialogue.speech.growing import Growing
from dialogue.speech.sound import Phone
from world.line import AGAIN_S, Whole
from world.openal import open_player
rate = 22050
player = open_player(time.monotonic)
said = Growing(rate, "", (Phone("SIL", "", 0.0, 1.0),))
piece = np.full(rate // 10, 0.1, np.float32)
for _ in range(3):
    said.append(piece)
playing = player.play(said)
end = time.monotonic() + 60
seen = []
def step():
    assert time.monotonic() < end
    player.step(1.0)
    seen.append(playing.t)
while playing.t < 0.29:
    step()
begin = time.monotonic()
while time.monotonic() - begin < 0.3:
    step()
assert abs(playing.t - 0.3) < 0.01, playing.t
assert not playing.done
for _ in range(int(10 * AGAIN_S) + 1):
    said.append(piece)
said.end()
behind = player.play(Whole(piece, rate), playing)
while not playing.done:
    step()
assert abs(playing.t - said.duration_s) < 1e-3
assert behind.t < 0.1
while not behind.done:
    step()
assert behind.t == behind.duration_s
assert all(b >= a for a, b in zip(seen, seen[1:], strict=False))
player.close()
"""
    env = {**os.environ, "ALSOFT_DRIVERS": "null"}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not done.stderr
