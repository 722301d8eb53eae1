"""The whole ear on a file, a clock that is moved by hand, and a transcriber that says how much it was given."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from dialogue.speech.ear.activity import RATE_HZ, open_activity
from dialogue.speech.ear.ear import NUMB, Ear, Failed, Noticed, Words
from dialogue.speech.ear.microphone import Microphone, WavMicrophone
from dialogue.speech.ear.turns import Began, Ended, Paused, Sure
from dialogue.speech.sound import Samples
from dialogue.trouble import EarTrouble
from tests.sounds import record, user_says


class Clock:
    def __init__(self) -> None:
        self.t = 100.0

    def __call__(self) -> float:
        return self.t


class Counting:
    name = "counting"

    def __init__(self, trouble: Exception | None = None) -> None:
        self.closed, self._trouble = False, trouble

    async def transcribe(self, samples: Samples) -> str:
        if self._trouble:
            raise self._trouble
        return f"{len(samples) / RATE_HZ:.1f} seconds"

    async def aclose(self) -> None:
        self.closed = True


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One second of quiet, a sentence, one second of quiet."""
    return record(tmp_path_factory.mktemp("ear") / "spoken.wav", user_says())


def live(ear: Ear, clock: Clock, seconds: float) -> list[Noticed]:
    found: list[Noticed] = []
    for _ in range(round(seconds / 0.02)):
        clock.t += 0.02
        ear.step()
        found += ear.poll()
    return found


def make(path: Path, clock: Clock, transcriber: Counting, *, free: bool) -> Ear:
    ear = Ear(lambda: WavMicrophone(path, clock), open_activity, transcriber, clock, free=free, paced=False)
    if free:
        ear.press()
    return ear


def test_hands_free_it_finds_the_words_by_itself(spoken: Path) -> None:
    clock, transcriber = Clock(), Counting()
    ear = make(spoken, clock, transcriber, free=True)
    found = live(ear, clock, 5.0)
    ear.close()
    found += ear.poll()
    kinds = [type(what) for what in found]
    assert kinds[:2] == [Began, Sure]
    assert kinds.index(Paused) < kinds.index(Ended) < kinds.index(Words)
    words = next(what for what in found if isinstance(what, Words))
    assert words.text.endswith("seconds")
    assert 2.0 < words.heard_s < 4.0
    assert transcriber.closed


def test_held_it_listens_from_press_to_release_and_at_no_other_time(spoken: Path) -> None:
    clock, transcriber = Clock(), Counting()
    ear = make(spoken, clock, transcriber, free=False)
    assert live(ear, clock, 1.0) == []
    assert not ear.open
    ear.press()
    found = live(ear, clock, 2.0)
    assert ear.open
    assert [type(what) for what in found if not isinstance(what, Paused)] == [Began]
    ear.release()
    found = live(ear, clock, 0.1)
    assert not ear.open
    assert ear.level == 0.0
    ear.close()
    found += ear.poll()
    assert [type(what) for what in found] == [Ended, Words]
    words = found[-1]
    assert isinstance(words, Words)
    assert words.text == "2.0 seconds"


def test_a_key_held_in_silence_asks_nobody(spoken: Path) -> None:
    clock, transcriber = Clock(), Counting(AssertionError("nothing was said"))
    ear = make(spoken, clock, transcriber, free=False)
    ear.press()
    live(ear, clock, 0.6)
    ear.release()
    live(ear, clock, 0.1)
    ear.close()
    assert [what for what in ear.poll() if isinstance(what, Words)] == []


@pytest.mark.parametrize("trouble", [EarTrouble("The server sleeps; wake it."), RuntimeError("my secret words")])
def test_what_fails_is_told_in_a_sentence_and_the_ear_goes_on(spoken: Path, trouble: Exception) -> None:
    clock = Clock()
    ear = make(spoken, clock, Counting(trouble), free=True)
    found = live(ear, clock, 5.0)
    ear.close()
    failed = [what for what in [*found, *ear.poll()] if isinstance(what, Failed)]
    assert len(failed) == 1
    assert "secret" not in failed[0].sentence


def test_a_microphone_that_is_gone_is_told_and_closed() -> None:
    def none() -> Microphone:
        raise EarTrouble("No microphone was found; connect one.")

    clock = Clock()
    ear = Ear(none, open_activity, Counting(), clock, paced=False)
    ear.press()
    ear.step()
    assert ear.poll() == [Failed("No microphone was found; connect one.")]
    assert not ear.open
    assert live(ear, clock, 0.2) == []
    ear.close()


def test_a_free_ear_finds_its_microphone_again_and_tells_once_that_it_was_gone(spoken: Path) -> None:
    clock, here = Clock(), [False]

    def plugged() -> Microphone:
        if not here[0]:
            raise EarTrouble("No microphone was found; connect one.")
        return WavMicrophone(spoken, clock)

    ear = Ear(plugged, open_activity, Counting(), clock, free=True, paced=False)
    ear.press()
    assert live(ear, clock, 30.0) == [Failed("No microphone was found; connect one.")]
    here[0] = True
    assert Sure() in live(ear, clock, 10.0)
    assert ear.open
    ear.close()


@pytest.mark.parametrize("free", [False, True])
def test_a_microphone_that_gives_nothing_but_zeros_is_told_once_with_where_to_allow_it(tmp_path: Path, free: bool) -> None:
    numb = record(tmp_path / "numb.wav", np.zeros(12 * RATE_HZ, np.float32), noise=0.0)
    clock = Clock()
    ear = make(numb, clock, Counting(), free=free)
    ear.press()
    found = live(ear, clock, 10.0)
    assert [what.sentence for what in found if isinstance(what, Failed)] == [NUMB]
    assert ear.open, "who takes the mute off is heard"
    ear.close()


def test_a_key_held_for_a_moment_tells_the_same(tmp_path: Path) -> None:
    numb = record(tmp_path / "numb.wav", np.zeros(2 * RATE_HZ, np.float32), noise=0.0)
    clock = Clock()
    ear = make(numb, clock, Counting(), free=False)
    ear.press()
    live(ear, clock, 1.0)
    ear.release()
    found = live(ear, clock, 0.5)
    assert [what.sentence for what in found if isinstance(what, Failed)] == [NUMB]
    assert not any(isinstance(what, Words) for what in found)
    ear.close()


@pytest.mark.parametrize("free", [False, True])
def test_what_was_said_before_the_microphone_was_lost_is_understood(spoken: Path, free: bool) -> None:
    clock = Clock()
    ear = make(spoken, clock, Counting(), free=free)
    ear.press()
    live(ear, clock, 2.5)
    microphone = ear._listening
    assert microphone is not None

    def gone() -> Samples:
        raise EarTrouble("The microphone gives no sound any more; connect it.")

    microphone.read = gone  # type: ignore[method-assign]  # pulled out
    found = live(ear, clock, 0.1)
    ear.close()
    found += ear.poll()
    assert [type(what) for what in found if not isinstance(what, Paused)] == [Ended, Failed, Words]


def test_who_holds_the_key_for_longer_than_a_minute_is_heard_to_the_end() -> None:
    class Endless:
        name = "endless"

        def __init__(self) -> None:
            self.at = clock()

        def read(self) -> Samples:
            begin, self.at = self.at, clock()
            return np.full(round((self.at - begin) * RATE_HZ), 0.3, np.float32)

        def close(self) -> None: ...

    clock, transcriber = Clock(), Counting()
    ear = Ear(Endless, open_activity, transcriber, clock, paced=False)
    ear.press()
    live(ear, clock, 75.0)
    assert ear.open, "the key is still down"
    ear.release()
    live(ear, clock, 0.1)
    ear.close()
    heard_s = [what.heard_s for what in ear.poll() if isinstance(what, Words)]
    assert sum(heard_s) < 20, "the first minute was told before"


def test_a_driver_that_breaks_is_told_and_the_ear_is_shut() -> None:
    class Broken:
        name = "broken"

        def read(self) -> Samples:
            raise RuntimeError("my secret words")

        def close(self) -> None: ...

    told: list[Noticed] = []
    ear = Ear(Broken, open_activity, Counting(), time.monotonic)
    ear.press()
    until = time.monotonic() + 10
    while not told and time.monotonic() < until:
        told += ear.poll()
    assert told == [Failed("The microphone could not be listened to; choose another in Settings.")]
    assert not ear.open
    ear.close()


def test_in_a_thread_of_its_own_it_opens_at_once(spoken: Path) -> None:
    clock = Clock()
    ear = Ear(lambda: WavMicrophone(spoken, clock), open_activity, Counting(), clock)
    ear.press()
    for _ in range(500):
        if ear.open:
            break
        ear._ended.wait(0.01)
    assert ear.open
    ear.close()
    assert not ear.open
