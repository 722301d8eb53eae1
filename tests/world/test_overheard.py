"""What she plays, told to the ear."""

from __future__ import annotations

import numpy as np
import pytest

from dialogue.speech.ear.own import OwnVoice
from dialogue.speech.sound import Samples
from tests.fakes import HandClock
from world.line import Whole
from world.overheard import Overheard
from world.sound import MixPlayer, SilentPlayer


def test_the_ear_is_told_what_she_plays_and_when_she_falls_silent() -> None:
    clock = HandClock()
    told: list[tuple[str, float]] = []

    class Own(OwnVoice):
        def played(self, samples: Samples, rate_hz: int, begin_s: float) -> None:
            told.append(("played", begin_s))

        def stopped(self, at_s: float) -> None:
            told.append(("stopped", at_s))

        def at_volume(self, volume: float) -> None:
            told.append(("volume", volume))

        def forget(self) -> None:
            told.append(("forget", 0.0))

    player = Overheard(MixPlayer(clock, 22050), Own(), clock)
    begin = clock()
    playing = player.play(Whole(np.zeros(22050, np.float32), 22050))
    clock.pass_(0.5)
    assert playing.t == pytest.approx(0.5)
    playing.hush()
    assert told == [("played", begin), ("stopped", begin + 0.5)]
    clock.pass_(0.1)
    assert playing.done
    player.step(0.25)
    player.replace(lambda: SilentPlayer(clock))
    assert told[2:] == [("volume", 0.25), ("forget", 0.0)], "louder or quieter is known, and another device is another room"


def test_another_player_takes_over_and_the_former_is_closed() -> None:
    clock = HandClock()
    closed: list[str] = []

    class First(SilentPlayer):
        def close(self) -> None:
            closed.append("first")

    player = Overheard(First(clock), OwnVoice(), clock)
    assert not player.audible
    player.replace(lambda: MixPlayer(clock, 22050))
    assert closed == ["first"]
    assert player.audible
