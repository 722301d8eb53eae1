"""What she says outside the talk, and a hush on top of a hush."""

from __future__ import annotations

import time

import pytest

from avatar.body.body import Body
from avatar.face.frame import INDEX
from avatar.recipe import stock
from dialogue import events
from dialogue.speech.chain import ChainVoice
from dialogue.speech.espeak import EspeakVoice
from dialogue.speech.sound import Utterance
from tests.fakes import FakeVoice
from tests.world.test_director import Stand, speech
from world.preview import Preview


@pytest.fixture
def stand() -> Stand:
    return Stand(Body.build(stock("mira"), "low"))


def test_a_voice_that_is_tried_is_heard_from_her_own_mouth_and_stays_out_of_the_talk(stand: Stand) -> None:
    voice = EspeakVoice("en-us+f3")
    preview = Preview()
    preview.ask(ChainVoice([voice]))
    came: list[Utterance | str] = []
    end = time.monotonic() + 30
    while not came and time.monotonic() < end:
        came = preview.take()
    said = came[0]
    assert isinstance(said, Utterance)
    stand.director.receive(speech(1, "One.", 0.5))
    stand.director.receive(events.Done(1))
    stand.pass_(0.1)
    stand.director.preview(said)
    stand.pass_(0.8)
    assert stand.director.idle
    opened = []
    for _ in range(round(said.duration_s * 60)):
        stand.pass_(1 / 60)
        opened.append(float(stand.character.frame.weights[INDEX["jawOpen"]]))
    assert max(opened) - min(opened) > 0.15
    assert [message.text for message in stand.talk.messages] == ["One."]
    assert stand.director.hush() is None, "there is nothing of the talk to cut"


def test_a_voice_is_tried_after_a_hush_too_and_gives_way_to_an_answer(stand: Stand) -> None:
    stand.director.hush()
    said = speech(0, "Listen.", 2.0).utterance
    assert isinstance(said, Utterance)
    stand.director.preview(said)
    stand.pass_(0.2)
    assert stand.director.murmuring
    stand.director.receive(speech(1, "One.", 2.0))
    stand.pass_(0.15)
    assert not stand.director.murmuring
    assert stand.director.speaking


def test_a_second_hush_within_the_fade_cuts_nothing_more(stand: Stand) -> None:
    stand.director.receive(speech(1, "One.", 2.0))
    stand.pass_(1.0)
    assert stand.director.hush() == (pytest.approx(1.0, abs=0.05), 0)
    stand.pass_(0.03)
    assert stand.director.hush() is None
    stand.director.receive(events.Heard(2, "And?"))
    assert stand.director.hush() == (0.0, 0), "of the new turn nothing was heard yet"


def test_a_voice_that_cannot_be_tried_says_why() -> None:
    preview = Preview()
    preview.ask(ChainVoice([FakeVoice(broken=True)]))
    came: list[Utterance | str] = []
    end = time.monotonic() + 30
    while not came and time.monotonic() < end:
        came = preview.take()
    assert came == ["The voice does not answer; choose another one in the settings."]
