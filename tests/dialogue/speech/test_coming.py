"""Sentences one after the other, of a voice that gives its sound second by second."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable
from typing import ClassVar

import numpy as np

from dialogue.client import Endpoint
from dialogue.speech.chain import ChainVoice
from dialogue.speech.coming import Coming, Row
from dialogue.speech.growing import Growing, Said, side_by_side
from dialogue.speech.served import ServedVoice
from dialogue.speech.sound import Phone, Prosody
from dialogue.speech.streamed import Sound
from dialogue.trouble import VoiceTrouble
from tests.fakes import FakeVoice

RATE, SECONDS = 8000, 4


class Server(FakeVoice):
    """`more` lets one second of the oldest sentence come; texts with "no" are refused, and those with "cut" break off."""

    side_by_side = True

    def __init__(self) -> None:
        super().__init__()
        self.more = asyncio.Semaphore(0)
        self.begun: list[Growing] = []
        self.left = 0

    async def stream(self, text: str, prosody: Prosody) -> AsyncGenerator[Said, None]:
        if "no" in text:
            raise VoiceTrouble("Refused.")
        said = Growing(RATE, text, (Phone("AA", "ɑ", 0.0, float(SECONDS)),))
        self.begun.append(said)
        try:
            for second in range(SECONDS):
                said.append(np.zeros(RATE, np.float32))
                if second + 1 == SECONDS:
                    said.close()
                yield said
                await self.more.acquire()
                if "cut" in text:
                    raise VoiceTrouble("Broke off.")
            said.end()
        finally:
            self.left += 1


class Local(Server):
    side_by_side = False


async def settled() -> None:
    for _ in range(30):
        await asyncio.sleep(0)


def run(what: Awaitable[None]) -> None:
    async def inside() -> None:
        await asyncio.wait_for(what, 20.0)

    asyncio.run(inside())


async def follow(row: Row, voice: Server, text: str) -> tuple[str, Said]:
    coming = Coming(voice, text, Prosody())
    return await row.follow(coming, voice), await coming.begin()


def test_the_next_sentence_is_asked_for_shortly_before_the_former_has_come_and_begins_after_it() -> None:
    async def inside() -> None:
        row, voice = Row(), Server()
        await follow(row, voice, "One")
        second = asyncio.create_task(follow(row, voice, "Two"))
        voice.more.release()
        await settled()
        assert [said.text for said in voice.begun] == ["One"], "two seconds are missing: both would be slower"
        voice.more.release()
        await settled()
        assert [said.text for said in voice.begun] == ["One", "Two"]
        assert not second.done()
        voice.more.release()
        trouble, said = await second
        assert voice.begun[0].complete
        assert (trouble, said.text) == ("", "Two")
        for _ in range(SECONDS + 1):
            voice.more.release()
        assert await row.all() == ""
        assert [said.ended for said in voice.begun] == [True, True]
        await row.aclose()
        assert voice.left == 2

    run(inside())


def test_a_voice_that_is_computed_here_makes_one_sentence_at_a_time() -> None:
    async def inside() -> None:
        row, voice = Row(), Local()
        await follow(row, voice, "One")
        second = asyncio.create_task(follow(row, voice, "Two"))
        for count in (1, 1, 2):
            voice.more.release()
            await settled()
            assert len(voice.begun) == count
        assert (await second)[1].text == "Two"
        await row.aclose()
        assert voice.left == 2

    run(inside())


def test_what_is_closed_lets_go_of_both_sentences() -> None:
    async def inside() -> None:
        row, voice = Row(), Server()
        await follow(row, voice, "One")
        second = asyncio.create_task(follow(row, voice, "Two"))
        voice.more.release()
        voice.more.release()
        await settled()
        second.cancel()
        await asyncio.wait([second])
        await row.aclose()
        assert voice.left == len(voice.begun) == 2
        assert all(said.ended for said in voice.begun if said.text == "One")

    run(inside())


def test_what_goes_wrong_is_told_and_holds_nothing_up() -> None:
    async def inside() -> None:
        row, voice = Row(), Server()
        await follow(row, voice, "One is cut")
        second = asyncio.create_task(follow(row, voice, "no"))
        voice.more.release()
        refused = Coming(voice, "no", Prosody())
        (await asyncio.wait([second]))
        assert isinstance(second.exception(), VoiceTrouble)
        assert await row.follow(refused, voice) == ""
        await row.aclose()
        row = Row()
        await follow(row, voice, "One is cut")
        voice.more.release()
        assert (await follow(row, voice, "Two"))[0] == "Broke off."
        await row.aclose()

    run(inside())


def test_a_server_that_takes_one_request_at_a_time_is_asked_again_after_it() -> None:
    class OneByOne(ServedVoice):
        asked: ClassVar[list[str]] = []
        busy = False
        more = asyncio.Event()

        async def _pieces(self, text: str, speed: float, lines: object) -> AsyncGenerator[Sound, None]:
            self.asked.append(text)
            if self.busy:
                raise VoiceTrouble("Asks to speak less often.")
            self.busy = True
            try:
                for _ in range(4):
                    yield np.tile(np.array([0.2, -0.2], np.float32), RATE // 4), RATE
                await self.more.wait()
            finally:
                self.busy = False

    async def inside() -> None:
        voice = OneByOne(Endpoint("http://127.0.0.1:9/v1", "tts"), "sky")
        row, chain = Row(), ChainVoice([voice, FakeVoice()])
        first, second = (Coming(chain, text, Prosody()) for text in ("Hello there.", "Good evening to you."))
        assert await row.follow(first, chain) == ""
        await first.begin()
        follows = asyncio.create_task(row.follow(second, chain))
        while len(voice.asked) < 2:
            await asyncio.sleep(0)
        voice.more.set()
        assert await follows == ""
        said = await second.begin()
        assert (said.text, said.trouble) == ("Good evening to you.", "")
        assert await row.all() == ""
        assert voice.asked == ["Hello there.", "Good evening to you.", "Good evening to you."]
        assert not side_by_side(chain)
        await chain.aclose()

    run(inside())


def test_a_chain_is_asked_ahead_as_the_voice_is_that_it_asks() -> None:
    assert side_by_side(ChainVoice([Server(), FakeVoice()]))
    assert not side_by_side(ChainVoice([FakeVoice(), Server()]))
