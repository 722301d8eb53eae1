"""A spoken talk from the first word to the record, without hardware: a file for the microphone, ear, mind, voice, player and lips.
She is asked, answers aloud, is spoken over and falls silent, and what stays of her answer is what was heard."""

from __future__ import annotations

import random
import time
from pathlib import Path

import numpy as np
import pytest

from avatar.body.body import Body
from avatar.character import Character
from avatar.face.frame import INDEX
from avatar.recipe import stock
from dialogue import events
from dialogue.mind import build_mind
from dialogue.persona.persona import load_persona
from dialogue.speech.ear.activity import RATE_HZ, open_activity
from dialogue.speech.ear.ear import Ear
from dialogue.speech.ear.microphone import WavMicrophone
from dialogue.speech.ear.own import OwnVoice
from dialogue.speech.espeak import EspeakVoice
from dialogue.speech.sound import Samples
from tests.fakes import HandClock
from tests.sounds import record, user_says
from world.director import Director
from world.hearing import Hearing
from world.murmur import Listener
from world.overheard import Overheard
from world.sound import MixPlayer
from world.talk import Talk

FIRST, SECOND = "Tell me something about gardens, please.", "Wait, I have to answer the door."
FRAME_S = 1 / 60


class InOrder:
    """A transcriber that knows what is said, one utterance after the other."""

    name = "in order"

    def __init__(self) -> None:
        self._said = iter((FIRST, SECOND))

    async def transcribe(self, samples: Samples) -> str:
        return next(self._said)

    async def aclose(self) -> None: ...


class Evening:
    """The whole program but window and device, stepped frame by frame."""

    def __init__(self, path: Path) -> None:
        self.clock = HandClock()
        self.mind = build_mind(load_persona("mira"), None, EspeakVoice(), self.clock, random.Random(4))
        own = OwnVoice()
        self.begun_at = begin = self.clock()
        self.player = MixPlayer(lambda: self.clock() - begin, 22050)
        self.talk, self.character = Talk(), Character(Body.build(stock("mira"), "low"), 1)
        overheard = Overheard(self.player, own, self.clock)
        self.director = Director(self.character, overheard, self.talk, self.mind.affect, self.clock)
        self.ear = Ear(lambda: WavMicrophone(path, self.clock), open_activity, InOrder(), self.clock, own, free=True, paced=False)
        listener = Listener(lambda: None, self.clock, random.Random(1))
        self.hearing = Hearing(self.ear, self.say, self.hush, lambda sentence: None, listener)
        self.silent_at = 0.0
        self.begun: list[str] = []

    def say(self, text: str) -> None:
        self.hush()
        self.hand_in(events.Say(text))

    def hush(self) -> None:
        if (heard := self.director.hush()) is not None:
            self.silent_at = self.clock()
            self.hand_in(events.Hush(*heard))

    def hand_in(self, event: events.Incoming) -> None:
        for out in self.mind.run(event):
            if isinstance(out, events.Speech):
                self.begun.append(out.shown)
            self.director.receive(out)

    def frame(self) -> None:
        self.clock.pass_(FRAME_S)
        self.ear.step()
        while self.ear.waiting:  # words take no time here: the thread that finds them is let go first
            time.sleep(0)
        self.hearing.step(self.director)
        self.director.step()
        self.director.player.step(self.director.volume)
        self.character.update(FRAME_S)

    def close(self) -> None:
        self.ear.close()
        self.mind.close()


@pytest.fixture
def spoken(tmp_path: Path) -> Path:
    """The first request, a pause in which she begins to answer, and the user again."""
    pause = np.zeros(int(1.6 * RATE_HZ), np.float32)
    return record(tmp_path / "evening.wav", np.concatenate([user_says(FIRST), pause, user_says(SECOND)]), 1.0)


def test_she_is_asked_answers_is_spoken_over_and_keeps_what_was_heard(spoken: Path) -> None:
    evening = Evening(spoken)
    evening.ear.press()
    jaw, spoke, hushed_jaw = 0.0, False, 1.0
    for _ in range(round(14 / FRAME_S)):
        evening.frame()
        spoke = spoke or evening.director.speaking
        if evening.director.speaking and not evening.silent_at:
            jaw = max(jaw, float(evening.character.frame.weights[INDEX["jawOpen"]]))
        if evening.silent_at and evening.clock() - evening.silent_at < 0.32 and not evening.director.speaking:
            hushed_jaw = float(evening.character.frame.weights[INDEX["jawOpen"]])
    evening.close()
    turns = [turn for turn in evening.mind.record.turns if turn.user]
    assert [turn.user for turn in turns] == [FIRST, SECOND]
    assert spoke
    assert jaw > 0.1, "her mouth moved with her words"
    assert evening.silent_at, "she was interrupted"
    assert hushed_jaw < 0.08, "and her mouth came to rest"
    whole = " ".join(evening.begun)
    heard = turns[0].reply.rstrip("– ")
    assert heard
    assert heard in whole
    assert len(heard) < len(whole)
    track = evening.player.track(14.0)
    assert np.abs(track).max() > 0.02, "it was heard"
    silent = round((evening.silent_at - evening.begun_at + 0.09) * 22050)
    assert not track[silent : silent + 4000].any(), "and not after its fade"
