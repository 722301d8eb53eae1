from __future__ import annotations

import asyncio
import random

import pytest

from dialogue import events
from dialogue.mind import build_mind
from dialogue.persona.persona import load_persona
from dialogue.speech.chain import AGAIN_S, PATIENCE, ChainVoice
from dialogue.speech.sound import Prosody, Utterance
from dialogue.trouble import VoiceTrouble, WrongLanguage
from tests.fakes import FakeVoice, HandClock


def speak(voice: ChainVoice, text: str = "Hello") -> Utterance:
    return asyncio.run(voice.speak(text, Prosody()))


def test_the_next_voice_speaks_the_same_words_and_the_trouble_is_told_once() -> None:
    broken, good = FakeVoice(broken=True), FakeVoice()
    voice = ChainVoice([broken, good])
    first, second = speak(voice, "One"), speak(voice, "Two")
    assert [text for text, _ in good.asked] == ["One", "Two"]
    assert "choose another" in first.trouble
    assert "fake speaks" in first.trouble
    assert second.trouble == ""


def test_it_is_told_anew_when_the_voice_was_heard_between() -> None:
    first = FakeVoice(broken=True)
    voice = ChainVoice([first, FakeVoice()])
    told = []
    for broken in (True, False, True, True):
        first.broken = broken
        told.append(bool(speak(voice).trouble))
    assert told == [True, False, True, False]


def test_what_fails_next_is_told_as_well() -> None:
    voices = [FakeVoice(broken=True), FakeVoice(), FakeVoice()]
    voice = ChainVoice(voices)
    told = [bool(speak(voice).trouble) for _ in range(PATIENCE + 1)]
    voices[1].broken = True
    told += [bool(speak(voice).trouble) for _ in range(2)]
    assert told == [True, False, False, True, False]


def test_a_voice_that_could_not_be_opened_hides_no_later_failure() -> None:
    first = FakeVoice()
    voice = ChainVoice([first, FakeVoice()], "Piper is not installed.")
    assert "Piper" in speak(voice).trouble
    first.broken = True
    assert "does not answer" in speak(voice).trouble


class English(FakeVoice):
    async def speak(self, text: str, prosody: Prosody) -> Utterance:
        if not text.isascii():
            raise WrongLanguage("It speaks English only; choose another voice in Settings.")
        return await super().speak(text, prosody)


def test_a_wrong_language_is_told_once_and_hides_no_failure() -> None:
    first = English()
    voice = ChainVoice([first, FakeVoice()])
    told = [speak(voice, text).trouble for text in ("你好", "Hello", "你好")]
    assert ["English only" in one for one in told] == [True, False, False]
    first.broken = True
    assert "does not answer" in speak(voice).trouble


def test_a_voice_that_fails_again_and_again_is_left_alone() -> None:
    broken = FakeVoice(broken=True)
    voice = ChainVoice([broken, FakeVoice()])
    for _ in range(5):
        speak(voice)
    assert len(broken.asked) == PATIENCE


def test_it_is_asked_again_after_a_minute_and_speaks_when_it_can() -> None:
    first, second, clock = FakeVoice(broken=True), FakeVoice(), HandClock()
    voice = ChainVoice([first, second], clock=clock)
    for _ in range(PATIENCE + 1):
        speak(voice)
    clock.now += AGAIN_S
    speak(voice)
    speak(voice)
    assert len(first.asked) == PATIENCE + 1, "once, and then another minute not"
    clock.now += AGAIN_S
    first.broken = False
    heard = len(second.asked)
    for _ in range(3):
        speak(voice)
    assert len(first.asked) == PATIENCE + 4
    assert len(second.asked) == heard


def test_a_voice_that_came_back_is_used() -> None:
    first = FakeVoice(broken=True)
    voice = ChainVoice([first, FakeVoice()])
    speak(voice)
    first.broken = False
    speak(voice)
    assert len(first.asked) == 2
    first.broken = True
    speak(voice)
    assert len(first.asked) == 3


def test_when_all_fail_the_first_ones_sentence_is_raised() -> None:
    with pytest.raises(VoiceTrouble, match="does not answer"):
        speak(ChainVoice([FakeVoice(broken=True), FakeVoice(broken=True)]))


def test_all_are_closed_and_none_is_refused() -> None:
    voices = [FakeVoice(), FakeVoice()]
    asyncio.run(ChainVoice(voices).aclose())
    assert [v.closed for v in voices] == [1, 1]
    with pytest.raises(ValueError, match="at least one"):
        ChainVoice([])


def test_in_a_talk_no_sentence_is_lost_and_the_user_hears_of_it_once() -> None:
    good = FakeVoice()
    mind = build_mind(load_persona("mira"), None, ChainVoice([FakeVoice(broken=True), good]), HandClock(), random.Random(1))
    out = [*mind.run(events.Arrive()), *mind.run(events.Say("Hello, I am Ben.")), *mind.run(events.Say("I like bread."))]
    mind.close()
    said = [e for e in out if isinstance(e, events.Speech)]
    assert all(e.utterance is not None for e in said)
    assert len(good.asked) == len(said)
    assert sum(isinstance(e, events.Trouble) for e in out) == 1
