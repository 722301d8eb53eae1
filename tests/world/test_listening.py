"""The ear of the settings: who may listen when, and what becomes of words while it is exchanged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from avatar.body.body import Body
from avatar.recipe import stock
from dialogue.speech.ear.activity import open_activity
from dialogue.speech.ear.ear import Ear
from dialogue.speech.ear.microphone import WavMicrophone
from dialogue.speech.ear.own import OwnVoice
from tests.sounds import record, user_says
from tests.world.test_director import Stand
from tests.world.test_hearing import QUIET_S, Told
from world import hearing
from world.hearing import DUCKED, Listening
from world.settings import EarSettings

FREE, HELD = EarSettings(mode="free"), EarSettings(mode="held")


class Desk:
    """A listening ear that hears one file, and what came of it. Its ears step by hand."""

    def __init__(self, body: Body, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.stand = Stand(body)
        self.said: list[str] = []
        self.ears: list[Ear] = []
        clock = self.stand.clock

        def opened(look: EarSettings, *_: object) -> Ear:
            ear = Ear(lambda: WavMicrophone(path, clock), open_activity, Told(), clock, free=look.mode == "free", paced=False)
            self.ears.append(ear)
            return ear

        monkeypatch.setattr(hearing, "open_ear", opened)
        self.listening = Listening(path, OwnVoice(), clock, self.said.append, lambda: None, self.said.append, lambda: None)
        self.listening._listener._rng = Random(1)

    def pass_(self, seconds: float) -> None:
        for _ in range(round(seconds * 60)):
            self.ears[-1].step()
            self.listening.step(self.stand.director)
            self.stand.pass_(1 / 60)

    @property
    def open(self) -> bool:
        self.pass_(0.05)
        return self.listening.microphone


@pytest.fixture(scope="module")
def body() -> Body:
    return Body.build(stock("mira"), "low")


@pytest.fixture
def desk(body: Body, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    desk = Desk(body, record(tmp_path / "spoken.wav", user_says(), QUIET_S), monkeypatch)
    yield desk
    desk.listening.close()


def test_hands_free_listens_only_where_somebody_is_there_to_answer(desk: Desk) -> None:
    desk.listening.open(FREE)
    assert not desk.open
    desk.listening.ready(True)
    assert desk.open
    desk.listening.ready(False)
    assert not desk.open


def test_a_held_key_opens_nothing_where_nobody_is_there(desk: Desk) -> None:
    desk.listening.open(HELD)
    desk.listening.talk(True)
    assert not desk.open
    desk.listening.talk(False)
    desk.listening.ready(True)
    assert not desk.open
    desk.listening.talk(True)
    assert desk.open


def test_she_nods_at_the_pauses_of_who_holds_the_key(desk: Desk) -> None:
    desk.listening.ready(True)
    desk.listening.open(HELD)
    desk.listening.talk(True)
    answered: list[float] = []
    acknowledge = desk.stand.director.character.acknowledge

    def noted(nod_deg: float, brows: float = 0.5) -> None:
        answered.append(nod_deg)
        acknowledge(nod_deg, brows)

    desk.stand.director.character.acknowledge = noted  # type: ignore[method-assign]
    desk.pass_(QUIET_S + 5.0)
    assert answered, "the key is down still"
    desk.listening.allow(True)
    assert not desk.listening._listener.aloud, "a hum would be part of what is said"


def test_the_last_resort_is_honest_about_itself_at_its_first_words(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Told, "name", "pocketsphinx")
    desk.listening.ready(True)
    desk.listening.open(FREE)
    desk.pass_(QUIET_S + 5.0)
    desk.listening._say("and again")
    assert desk.said.count(hearing.BADLY) == 1
    assert desk.said[1] == hearing.BADLY, "after the words that it understood"


def test_a_microphone_that_was_switched_off_stays_off_when_the_ear_is_exchanged(desk: Desk) -> None:
    desk.listening.ready(True)
    desk.listening.open(FREE)
    assert desk.open
    desk.listening.talk(False)
    desk.listening.open(FREE)
    assert not desk.open
    desk.listening.talk(True)
    assert desk.open
    desk.listening.talk(False)
    desk.listening.open(HELD)
    desk.listening.open(FREE)
    assert desk.open, "who chooses hands free now means it"


def test_what_is_being_said_is_not_lost_when_the_ear_is_exchanged(desk: Desk) -> None:
    desk.listening.ready(True)
    desk.listening.open(FREE)
    desk.pass_(QUIET_S + 1.2)
    assert desk.listening.state == "hearing"
    assert desk.stand.director.loudness == DUCKED
    desk.listening.open(HELD)
    desk.ears[0].close()  # its threads have time to end
    desk.pass_(0.1)
    assert desk.said == ["My brother bought plums."]
    assert desk.stand.director.loudness == 1.0
    assert desk.stand.director.hearing == 0.0
