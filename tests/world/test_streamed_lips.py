"""A voice that makes its sound just as fast as it is heard, from the server's pieces to her lips, on a clock that steps."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import numpy as np
import pytest

from avatar.body.body import Body
from avatar.character import Character
from avatar.face.frame import INDEX
from avatar.face.viseme import viseme
from avatar.recipe import stock
from dialogue import events
from dialogue.affect.state import Affect
from dialogue.speech.align.aligner import Aligner
from dialogue.speech.espeak import EspeakVoice
from dialogue.speech.leveller import VoiceLevel
from dialogue.speech.sound import Phone, Prosody, Samples
from dialogue.speech.streamed import grown
from tests.fakes import HandClock
from tests.world.test_director import TRAITS
from world.director import Director
from world.sound import MixPlayer
from world.talk import Talk

TEXT = "My brother bought fresh plums at the market, and Bob paid for most of them."
PIECE_S, FRAME_S = 0.1, 1 / 60


@pytest.fixture(scope="module")
def body() -> Body:
    return Body.build(stock("mira"), "low")


def known(phones: tuple[Phone, ...], t: float) -> set[str]:
    """The visemes that sound within a frame of `t`."""
    return {viseme(p.arpa) for p in phones if p.start_s - FRAME_S <= t < p.end_s + FRAME_S}


def test_lips_are_right_while_the_sound_still_comes(body: Body) -> None:
    voice = EspeakVoice("en-us+f2")
    whole = voice.speak_now(TEXT, Prosody())
    voice.close()
    clock = HandClock(0.0)
    player, character = MixPlayer(clock, whole.rate_hz), Character(body, 1)
    director = Director(character, player, Talk(), Affect.at_rest(TRAITS, 0.0), clock)
    rows: list[tuple[float, str, float]] = []

    def pass_(seconds: float) -> None:
        for _ in range(round(seconds / FRAME_S)):
            clock.pass_(FRAME_S)
            director.step()
            player.step(1.0)
            character.update(FRAME_S)
            weights = character.frame.weights
            gap = float(weights[INDEX["jawOpen"]] - weights[INDEX["mouthClose"]])
            rows.append((director.sound_s or -1.0, viseme(character.phone), gap))

    async def pieces() -> AsyncGenerator[tuple[Samples, int], None]:
        size = int(PIECE_S * whole.rate_hz)
        for at in range(0, len(whole.samples), size):
            yield whole.samples[at : at + size], whole.rate_hz
            if director.speaking:
                pass_(PIECE_S)  # the server needs as long for the next piece as this one sounds

    async def act() -> None:
        aligner, level = Aligner(), VoiceLevel()
        level.learn(0.085)
        begun = False
        try:
            async for said in grown(pieces(), TEXT, Prosody(), 1.0, aligner, level, "It"):
                if not begun:
                    begun = True
                    director.receive(events.Speech(1, TEXT, said))
                    director.step()
        finally:
            aligner.close()

    asyncio.run(asyncio.wait_for(act(), 60.0))
    pass_(1.0)
    assert not director.speaking
    heard = [(t, name, gap) for t, name, gap in rows if t >= 0]
    assert len(heard) * FRAME_S == pytest.approx(whole.duration_s, abs=0.05), "no stutter"
    shown = [name in known(whole.phones, t) for t, name, _ in heard]
    assert float(np.mean(shown)) > 0.85
    late = [p for p in whole.phones if p.arpa in ("P", "B", "M") and p.start_s > 0.5]
    closed = [min((gap for t, _, gap in heard if p.start_s - FRAME_S <= t <= p.end_s + FRAME_S), default=1.0) < 0.05 for p in late]
    assert len(late) >= 7
    assert sum(closed) >= len(closed) - 1, "lips close where they are heard to"


def test_the_same_sound_whole_shows_the_same_lips(body: Body) -> None:
    """The measure itself: an alignment that is late by a tenth of a second fails it."""
    voice = EspeakVoice("en-us+f2")
    whole = voice.speak_now(TEXT, Prosody())
    voice.close()
    late = tuple(Phone(p.arpa, p.ipa, p.start_s + 0.1, p.end_s + 0.1) for p in whole.phones)
    times = np.arange(0, whole.duration_s - 0.2, FRAME_S)

    def at(phones: tuple[Phone, ...], t: float) -> str:
        return next((viseme(p.arpa) for p in phones if p.start_s <= t < p.end_s), "sil")

    assert np.mean([at(whole.phones, t) in known(whole.phones, t) for t in times]) == 1.0
    assert np.mean([at(late, t) in known(whole.phones, t) for t in times]) < 0.6
