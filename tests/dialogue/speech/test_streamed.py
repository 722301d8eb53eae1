"""Sound that comes in pieces: heard from the first, aligned as far as it came, and gone on with where it breaks."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Iterator
from contextlib import aclosing
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest

from dialogue.client import Endpoint
from dialogue.speech.align.aligner import Aligner
from dialogue.speech.chain import ChainVoice
from dialogue.speech.espeak import EspeakVoice
from dialogue.speech.growing import Growing
from dialogue.speech.leveller import VoiceLevel
from dialogue.speech.piper import PiperVoice
from dialogue.speech.served import ServedVoice
from dialogue.speech.sound import Prosody, Samples, Utterance
from dialogue.speech.streamed import SILENT_S, grown
from dialogue.speech.worker import Answer
from dialogue.trouble import VoiceTrouble
from tests.dialogue.speech.speech_server import SpeechServer
from tests.dialogue.speech.test_piper import folder

__all__ = ["folder"]
TEXT = "My brother bought fresh plums at the market this morning."
LIMIT_S = 60.0
T = TypeVar("T")


@pytest.fixture
def server() -> Iterator[SpeechServer]:
    made = SpeechServer("stepped")
    yield made
    made.step(None)  # an answer that still waits
    made.close()


def run(act: Callable[[ServedVoice], Awaitable[T]], server: SpeechServer) -> T:
    async def inside() -> T:
        voice = ServedVoice(Endpoint(server.url, "tts"), "sky", read_s=20.0)
        try:
            return await asyncio.wait_for(act(voice), LIMIT_S)
        finally:
            await voice.aclose()

    return asyncio.run(inside())


def test_she_begins_before_the_server_has_spoken_to_the_end(server: SpeechServer) -> None:
    async def act(voice: ServedVoice) -> tuple[Growing, float, bool]:
        server.step(0.3)
        async with aclosing(voice.stream(TEXT, Prosody())) as stream:
            said = await anext(stream)
            early, complete = said.duration_s, said.complete
            server.step(*[0.2] * 40)
            async for _ in stream:
                pass
        return said, early, complete

    said, early, complete = run(act, server)
    assert not complete
    assert 0.2 < early < 0.3
    assert said.complete
    assert said.duration_s > 2.0
    assert [TEXT[w.start : w.end] for w in said.words] == TEXT.split()
    assert said.phones[-1].end_s == pytest.approx(said.duration_s)
    assert [p.arpa for p in said.phones if p.arpa in ("P", "B", "M", "F")] == ["M", "B", "B", "F", "P", "M", "M", "M"]


def test_pieces_are_not_heard_to_begin(server: SpeechServer) -> None:
    async def act(voice: ServedVoice) -> Samples:
        server.step(*[0.05] * 100)
        async for said in voice.stream(TEXT, Prosody()):
            kept = said
        return kept.samples

    found = run(act, server)
    whole = EspeakVoice("en-us+m3")
    plain = whole.speak_now(TEXT, Prosody()).samples
    whole.close()
    gain = np.abs(found).max() / np.abs(plain).max()
    assert np.abs(np.diff(found)).max() <= 1.05 * gain * np.abs(np.diff(plain)).max()
    assert 0.4 < gain < 2.0


def test_what_is_heard_was_aligned_before_to_a_frame(server: SpeechServer) -> None:
    """The phones that were told when a second had come, against those of the whole."""

    async def act(voice: ServedVoice) -> tuple[list[tuple[float, float]], Growing]:
        server.step(*[0.2] * 6)
        async with aclosing(voice.stream(TEXT, Prosody())) as stream:
            said = await anext(stream)
            while said.duration_s < 1.1:
                await anext(stream)
            early = [(p.start_s, p.end_s) for p in said.phones if p.arpa != "SIL" and p.end_s < 0.6]
            server.step(*[0.2] * 40)
            async for _ in stream:
                pass
        return early, said

    early, said = run(act, server)
    late = [p.start_s for p in said.phones if p.arpa != "SIL"]
    assert len(early) >= 6
    off = [abs(start - known) for (start, _), known in zip(early, late, strict=False)]
    assert float(np.median(off)) < 1 / 60
    assert max(off) < 3 / 60


def test_a_server_that_dies_inside_a_sentence_is_gone_on_for_by_the_next_voice(server: SpeechServer) -> None:
    async def act(voice: ServedVoice) -> list[Growing]:
        chain = ChainVoice([voice, EspeakVoice()])
        server.step(*[0.2] * 6, None)
        out = []
        async for said in chain.stream(TEXT, Prosody()):
            assert isinstance(said, Growing)
            out.append(said)
        server.mode = "500"
        async for other in chain.stream("And again.", Prosody()):
            assert isinstance(other, Utterance)
            assert not other.trouble, "it was told once"
        await chain.aclose()
        return out

    out = run(act, server)
    said = out[-1]
    assert said.complete
    assert "espeak" in said.trouble
    words = [TEXT[w.start : w.end] for w in said.words]
    assert words == TEXT.split(), "no word is lost"
    starts = [w.start_s for w in said.words]
    assert starts == sorted(starts)
    assert said.duration_s > 2.0
    assert said.phones[-1].end_s == pytest.approx(said.duration_s)


def test_alone_it_says_what_failed_and_keeps_what_came(server: SpeechServer) -> None:
    async def act(voice: ServedVoice) -> Growing:
        server.step(*[0.2] * 6, None)
        stream = voice.stream(TEXT, Prosody())
        said = await anext(stream)
        with pytest.raises(VoiceTrouble, match="cannot be reached"):
            async for _ in stream:
                pass
        return said

    assert 1.0 < run(act, server).duration_s < 1.3


def test_who_stops_listening_closes_the_connection(server: SpeechServer) -> None:
    async def act(voice: ServedVoice) -> None:
        server.step(0.4)
        async with aclosing(voice.stream(TEXT, Prosody())) as stream:
            await anext(stream)
        await voice.aclose()

    run(act, server)
    server.step(*[0.1] * 50)
    assert server.closed.wait(20)


@pytest.mark.parametrize("mode", ["good", "stereo", "pcm"])
def test_other_forms_stream_as_well(mode: str) -> None:
    server = SpeechServer(mode)

    async def act(voice: ServedVoice) -> Growing:
        async for said in voice.stream(TEXT, Prosody(pitch_pct=5)):
            kept = said
        return kept

    try:
        said = run(act, server)
    finally:
        server.close()
    assert said.complete
    assert [TEXT[w.start : w.end] for w in said.words] == TEXT.split()


@pytest.mark.parametrize(
    ("mode", "says"),
    [("html", "no sound"), ("empty", "empty"), ("silence", "silence"), ("hour", "silence"), ("pcm-silent", "rate"), ("401", "key"),
     ("404", "no voice 'sky'"), ("429", "429"), ("500", "by itself"), ("hangup", "cannot be reached")],
)  # fmt: skip
def test_every_failure_of_a_stream_is_one_sentence(mode: str, says: str) -> None:
    server = SpeechServer(mode)

    async def act(voice: ServedVoice) -> None:
        async for _ in voice.stream(TEXT, Prosody()):
            pass

    try:
        with pytest.raises(VoiceTrouble, match=says):
            run(act, server)
    finally:
        server.close()


def test_more_sound_than_a_text_can_have_is_broken_off() -> None:
    async def endless() -> AsyncGenerator[tuple[Samples, int], None]:
        rng = np.random.default_rng(1)
        for _ in range(1000):
            yield rng.normal(0, 0.1, 8000).astype(np.float32), 8000

    async def act() -> float:
        aligner, longest = Aligner(), 0.0
        try:
            async for said in grown(endless(), "Hello.", Prosody(), 1.0, aligner, VoiceLevel(), "It"):
                longest = said.duration_s
        finally:
            aligner.close()
        return longest

    with pytest.raises(VoiceTrouble, match="6 letters"):
        asyncio.run(asyncio.wait_for(act(), LIMIT_S))


def test_silence_that_does_not_end_is_not_waited_for() -> None:
    asked = 0

    async def pieces() -> AsyncGenerator[tuple[Samples, int], None]:
        nonlocal asked
        voice = EspeakVoice()
        yield voice.speak_now("Hello there.", Prosody()).samples, 22050
        voice.close()
        for asked in range(1, 3600):  # noqa: B007
            yield np.zeros(22050, np.float32), 22050

    async def act() -> Growing:
        aligner = Aligner()
        try:
            async for said in grown(pieces(), "Hello there.", Prosody(), 1.0, aligner, VoiceLevel(), "It"):
                kept = said
        finally:
            aligner.close()
        return kept

    said = asyncio.run(asyncio.wait_for(act(), LIMIT_S))
    assert asked <= SILENT_S + 1
    assert said.duration_s < 1.5


def test_piper_gives_its_chunks(folder: Path) -> None:
    async def act() -> tuple[Growing, float]:
        voice = PiperVoice(folder / "en_US-timed-medium.onnx")
        try:
            async with aclosing(voice.stream("My brother bought plums. Bob ate the most of them.", Prosody())) as stream:
                said = await anext(stream)
                early = said.duration_s
                async for _ in stream:
                    pass
        finally:
            await voice.aclose()
        return said, early

    said, early = asyncio.run(asyncio.wait_for(act(), LIMIT_S))
    assert said.complete
    assert early < 0.75 * said.duration_s
    assert len(said.words) == 10


def test_who_breaks_off_inside_a_chunk_of_piper_leaves_it_ready_for_the_next(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    voice = PiperVoice(folder / "en_US-timed-medium.onnx")
    inside, on = threading.Event(), threading.Event()
    asked = voice._asked

    def held(text: str, length: float) -> Generator[Answer, None, None]:
        for answer in asked(text, length):
            inside.set()
            assert on.wait(LIMIT_S)
            yield answer

    async def act() -> Growing:
        monkeypatch.setattr(voice, "_asked", held)
        first = asyncio.ensure_future(anext(voice.stream("My brother bought plums.", Prosody())))
        await asyncio.to_thread(inside.wait, LIMIT_S)
        first.cancel()
        await asyncio.sleep(0)
        on.set()
        with pytest.raises(asyncio.CancelledError):
            await first
        monkeypatch.setattr(voice, "_asked", asked)
        async for said in voice.stream("And Bob ate them.", Prosody()):
            kept = said
        await voice.aclose()
        return kept

    assert asyncio.run(asyncio.wait_for(act(), LIMIT_S)).complete
