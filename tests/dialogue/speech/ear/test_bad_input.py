"""What a microphone may send: an hour of nothing, and what is no number."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest

from dialogue.speech.ear.activity import RATE_HZ, Loudness, open_activity
from dialogue.speech.ear.ear import Ear, Words
from dialogue.speech.ear.microphone import WavMicrophone
from dialogue.speech.ear.own import OwnVoice
from dialogue.speech.ear.turns import MOST_S, Ended, Turns
from dialogue.speech.sound import Samples
from tests.dialogue.speech.ear.test_ear import Clock, Counting, live
from tests.sounds import record, user_says


def test_an_hour_of_silence_fills_no_memory() -> None:
    turns = Turns(Loudness())
    noise = np.random.default_rng(1).normal(0, 0.0005, RATE_HZ).astype(np.float32)
    silence = np.zeros(RATE_HZ, np.float32)

    def pass_(minutes: int) -> int:
        """What it holds afterwards, in bytes."""
        for k in range(minutes * 60):
            assert turns.feed(silence if k % 3 else noise) == []
        return len(pickle.dumps(turns))

    after_five = pass_(5)
    assert pass_(55) <= 1.02 * after_five
    assert after_five < 100_000
    assert not turns.speaking


def test_speech_without_an_end_is_cut_and_fills_no_memory() -> None:
    class Always:
        name = "always"

        def speech(self, frame: Samples) -> float:
            return 1.0

    turns = Turns(Always())
    second = np.random.default_rng(1).normal(0, 0.1, RATE_HZ).astype(np.float32)
    ended = [what for _ in range(600) for what in turns.feed(second) if isinstance(what, Ended)]
    assert len(ended) >= 9
    assert max(len(what.samples) for what in ended) <= (MOST_S + 1) * RATE_HZ


class Breaking(WavMicrophone):
    """A file whose driver sends what is no number for its first second."""

    def read(self) -> Samples:
        first = self._read
        part = super().read().copy()
        if first < RATE_HZ:
            part[::3] = np.nan
            part[1::3] = np.inf
        return part


@pytest.mark.parametrize("free", [True, False])
def test_what_is_no_number_blinds_the_ear_for_no_longer_than_it_lasts(tmp_path: Path, free: bool) -> None:
    path = record(tmp_path / "spoken.wav", user_says(), 2.0)
    clock = Clock()
    ear = Ear(lambda: Breaking(path, clock), open_activity, Counting(), clock, OwnVoice(), free=free, paced=False)
    ear.press()
    found = live(ear, clock, 6.5)
    assert np.isfinite(ear.level)
    if not free:
        ear.release()
        found += live(ear, clock, 0.1)
    ear.close()
    found += ear.poll()
    words = [what.text for what in found if isinstance(what, Words)]
    assert len(words) >= 1
    assert float(words[-1].split()[0]) > 1.5
