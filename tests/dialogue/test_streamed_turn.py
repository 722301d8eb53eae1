"""A turn whose voice gives sound while it makes it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator
from contextlib import aclosing

import numpy as np

from dialogue import events
from dialogue.mind import Mind, build_mind
from dialogue.persona.persona import load_persona
from dialogue.speech.growing import Growing, Said
from dialogue.speech.sound import Phone, Prosody, Word
from dialogue.thread import MindThread
from dialogue.trouble import VoiceTrouble
from tests.fakes import FakeVoice, HandClock

RATE = 8000
LIMIT_S = 30.0


class Slow(FakeVoice):
    """Each sentence begins at once and goes on when `more` is released. `breaks`: it fails then."""

    name = "slow"

    def __init__(self, *, breaks: bool = False) -> None:
        super().__init__()
        self.more = asyncio.Semaphore(0)
        self.breaks = breaks
        self.begun: list[Growing] = []
        self.left = 0

    async def stream(self, text: str, prosody: Prosody) -> AsyncGenerator[Said, None]:
        words = (Word(0, len(text), 0.0, 2.0),)
        said = Growing(RATE, text, (Phone("AA", "ɑ", 0.0, 2.0),), words)
        said.append(np.zeros(RATE, np.float32))
        self.begun.append(said)
        try:
            yield said
            await self.more.acquire()
            if self.breaks:
                raise VoiceTrouble("The server fell asleep.")
            said.append(np.zeros(RATE, np.float32))
            said.end()
            yield said
        finally:
            self.left += 1


def mind_with(voice: Slow) -> Mind:
    return build_mind(load_persona("mira"), None, voice, HandClock(), random.Random(1))


def collect(voice: Slow, text: str = "Tell me a long story about your day, please.") -> list[tuple[events.Outgoing, bool]]:
    """The events of a turn, each with whether its sound was complete when it came out; each sentence goes on once it is out."""

    async def inside() -> list[tuple[events.Outgoing, bool]]:
        mind, out = mind_with(voice), []
        async with aclosing(mind.handle(events.Say(text))) as stream:
            async for event in stream:
                speech = isinstance(event, events.Speech) and event.utterance is not None
                out.append((event, bool(speech and event.utterance.complete)))  # type: ignore[union-attr]
                if speech:
                    voice.more.release()
        await mind.aclose()
        return out

    return asyncio.run(asyncio.wait_for(inside(), LIMIT_S))


def test_speech_is_out_before_its_sound_is_and_done_comes_after_all_of_it() -> None:
    voice = Slow()
    out = collect(voice)
    speeches = [(event, complete) for event, complete in out if isinstance(event, events.Speech)]
    assert speeches
    assert not any(complete for _, complete in speeches)
    assert all(said.complete for said in voice.begun)
    assert isinstance(out[-1][0], events.Done)
    assert voice.left == len(voice.begun)


def test_what_breaks_later_is_told_and_keeps_what_came() -> None:
    voice = Slow(breaks=True)
    out = [event for event, _ in collect(voice)]
    assert any(isinstance(event, events.Trouble) and "asleep" in event.sentence for event in out)
    assert all(said.complete and said.duration_s == 1.0 for said in voice.begun)
    assert all(said.phones[-1].end_s == 1.0 for said in voice.begun)


def test_a_turn_that_is_closed_lets_go_of_the_voice() -> None:
    voice = Slow()

    async def inside() -> None:
        mind = mind_with(voice)
        async with aclosing(mind.handle(events.Say("Hello there."))) as stream:
            async for event in stream:
                if isinstance(event, events.Speech):
                    break
        assert voice.left == 1
        assert voice.begun[0].complete
        async for _ in mind.handle(events.Hush(0.5, 0)):
            pass
        assert mind.record.turns[-1].reply == "", "its only word was not over"
        await mind.aclose()

    asyncio.run(asyncio.wait_for(inside(), LIMIT_S))


def test_in_its_thread_a_new_word_of_the_user_ends_what_is_still_coming() -> None:
    voice = Slow()
    thread = MindThread(mind_with(voice))
    try:
        out = []
        thread.send(events.Say("Hello there."))
        while not any(isinstance(event, events.Speech) for event in out):
            out += thread.poll()
        thread.send(events.Hush(0.5, 0))
        while not (isinstance(out[-1], events.Done) and out[-1].turn == 2):
            out += thread.poll()
    finally:
        thread.close()
    assert voice.left == 1
    assert voice.begun[0].complete
