"""Sound that comes with the times of its words: they hold while it comes, and a server that cannot tell them costs one question."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue.client import Endpoint
from dialogue.speech.align import align_coming, spell
from dialogue.speech.align.captions import Caption, placed_begun
from dialogue.speech.captioned import Lines
from dialogue.speech.espeak import EspeakVoice
from dialogue.speech.growing import Growing
from dialogue.speech.served import ServedVoice
from dialogue.speech.sound import Prosody, Utterance
from dialogue.trouble import VoiceTrouble
from tests.dialogue.speech.speech_server import SpeechServer

TEXT = "My brother bought fresh plums at the market this morning."
LIMIT_S = 60.0
CAPTIONED, USUAL = "/dev/captioned_speech", "/v1/audio/speech"
_MUCH = [0.3] * 40
_CAPTION = st.tuples(st.sampled_from([*TEXT.split(), "x", ","]), st.floats(-1, 5), st.floats())


@contextmanager
def serving(captions: str, *steps: float | None) -> Iterator[SpeechServer]:
    server = SpeechServer("good", captions)
    server.step(*steps)
    try:
        yield server
    finally:
        server.step(None)
        server.close()


def heard(server: SpeechServer, *texts: str, prosody: Prosody | None = None) -> list[Growing]:
    """What one voice says of each."""

    async def act() -> list[Growing]:
        voice = ServedVoice(Endpoint(server.url, "tts"), "sky", read_s=20.0)
        out = []
        try:
            for text in texts:
                async with aclosing(voice.stream(text, prosody or Prosody())) as stream:
                    async for said in stream:
                        kept = said
                out.append(kept)
        finally:
            await voice.aclose()
        return out

    return asyncio.run(asyncio.wait_for(act(), LIMIT_S))


@pytest.fixture(scope="module")
def truth() -> Utterance:
    """What the server says, and when its words sound in that."""
    voice = EspeakVoice("en-us+m3")
    said = voice.speak_now(TEXT, Prosody())
    voice.close()
    return said


def paths(server: SpeechServer) -> list[str]:
    return [path for path, _, _ in server.seen]


@pytest.mark.parametrize("captions", ["lines", "own", "files", "bare"])
def test_words_have_the_servers_times_before_the_sound_is_complete(captions: str, truth: Utterance) -> None:
    """`own`: times that count from the begin of each piece."""

    async def act(server: SpeechServer) -> tuple[list[tuple[float, float]], Growing]:
        voice = ServedVoice(Endpoint(server.url, "tts"), "sky", read_s=20.0)
        try:
            async with aclosing(voice.stream(TEXT, Prosody())) as stream:
                async for said in stream:
                    if said.duration_s > 1.5:
                        break
                await anext(stream)  # the piece after this is asked for when what came has been told
                assert not said.complete
                early = [(w.start_s, w.end_s) for w in said.words]
                server.step(*_MUCH)
                async for _ in stream:
                    pass
        finally:
            await voice.aclose()
        return early, said

    with serving(captions, 0.8, 0.8, 0.2) as server:
        early, said = asyncio.run(asyncio.wait_for(act(server), LIMIT_S))
        assert paths(server) == [CAPTIONED]
        assert server.seen[0][2]["stream"] is True
    true = [(w.start_s, w.end_s) for w in truth.words]
    told = [k for k, (start, _) in enumerate(true) if start < 1.5]
    assert len(told) >= 4
    assert len(early) == len(true)
    for k in told:
        assert early[k] == pytest.approx(true[k], abs=0.002)
    assert [w.start_s for w in said.words] == pytest.approx([start for start, _ in true], abs=0.002)
    assert said.phones[-1].end_s == pytest.approx(said.duration_s)


def test_times_follow_a_voice_that_is_played_faster_and_loses_its_first_silence(truth: Utterance) -> None:
    with serving("lines", *_MUCH) as server:
        (high,) = heard(server, TEXT, prosody=Prosody(pitch_pct=8, rate_pct=8))
    assert [w.start_s * 1.08 for w in high.words] == pytest.approx([w.start_s for w in truth.words], abs=0.02)


@pytest.mark.parametrize("captions", ["absent", "page"])
def test_a_server_without_times_is_asked_for_them_once(captions: str) -> None:
    with serving(captions) as server:
        said = heard(server, TEXT, TEXT)
        assert paths(server) == [CAPTIONED, USUAL, USUAL]
    assert [[TEXT[w.start : w.end] for w in one.words] for one in said] == [TEXT.split()] * 2


@pytest.mark.parametrize(("captions", "steps"), [("bare-silent", _MUCH), ("lines", [None])])
def test_an_answer_without_sound_is_gone_on_for_at_the_usual_address(captions: str, steps: list[float | None]) -> None:
    """Bare samples without their rate are none; nor is a connection that breaks before the first."""
    with serving(captions, *steps) as server:
        (said,) = heard(server, TEXT)
        assert paths(server) == [CAPTIONED, USUAL]
    assert said.complete
    assert [TEXT[w.start : w.end] for w in said.words] == TEXT.split()


@pytest.mark.parametrize("captions", ["good", "indented", "null", "wrong"])
def test_a_server_that_does_not_stream_is_heard_whole(captions: str, truth: Utterance) -> None:
    with serving(captions) as server:
        said = heard(server, TEXT, TEXT)
        assert paths(server) == [CAPTIONED] * 2
    starts = [w.start_s for w in said[0].words]
    if captions in ("good", "indented"):
        assert starts == pytest.approx([w.start_s for w in truth.words], abs=0.002)
    else:
        assert float(np.median(np.abs(np.array(starts) - [w.start_s for w in truth.words]))) < 0.05


@pytest.mark.parametrize(("captions", "steps", "says"), [("garbled", _MUCH, "no sound"), ("lines", [0.8, None], "cannot be reached")])
def test_what_breaks_in_the_middle_is_one_sentence_and_is_not_asked_again(captions: str, steps: list[float | None], says: str) -> None:
    async def act(server: SpeechServer) -> float:
        voice = ServedVoice(Endpoint(server.url, "tts"), "sky", read_s=20.0)
        try:
            stream = voice.stream(TEXT, Prosody())
            said = await anext(stream)
            with pytest.raises(VoiceTrouble, match=says):
                async for _ in stream:
                    pass
            async for _ in voice.stream(TEXT, Prosody()):
                pass
        finally:
            await voice.aclose()
        return said.duration_s

    with serving(captions, *steps) as server:
        assert asyncio.run(asyncio.wait_for(act(server), LIMIT_S)) > 0.2
        assert paths(server) == [CAPTIONED, USUAL]


def test_who_stops_listening_closes_the_connection() -> None:
    async def act(server: SpeechServer) -> None:
        voice = ServedVoice(Endpoint(server.url, "tts"), "sky", read_s=20.0)
        async with aclosing(voice.stream(TEXT, Prosody())) as stream:
            await anext(stream)
        await voice.aclose()

    with serving("lines", 0.8) as server:
        asyncio.run(asyncio.wait_for(act(server), LIMIT_S))
        server.step(*[0.1] * 50)
        assert server.closed.wait(20)


def test_a_server_that_fails_while_it_tells_times_is_heard_without_them() -> None:
    with serving("broken") as server:
        said = heard(server, TEXT, TEXT)
        assert paths(server) == [CAPTIONED, USUAL, USUAL]
    assert all(one.complete for one in said)


def test_a_server_that_fails_at_both_addresses_is_asked_for_times_again(truth: Utterance) -> None:
    async def act(server: SpeechServer) -> Growing:
        voice = ServedVoice(Endpoint(server.url, "tts"), "sky", read_s=20.0)
        try:
            with pytest.raises(VoiceTrouble, match="by itself"):
                await anext(voice.stream(TEXT, Prosody()))
            server.captions = "good"
            return [said async for said in voice.stream(TEXT, Prosody())][-1]
        finally:
            await voice.aclose()

    with serving("broken") as server:
        server.mode = "500"
        said = asyncio.run(asyncio.wait_for(act(server), LIMIT_S))
        assert paths(server) == [CAPTIONED, USUAL, CAPTIONED]
    assert [w.start_s for w in said.words] == pytest.approx([w.start_s for w in truth.words], abs=0.002)


@pytest.mark.parametrize("answer", [b"<html>\n", b"[]\n", b'{"audio": 3}\n', b'{"audio": "AAAA"}\n{"audio":\n', b'{"audio": "AAAA"', b"7"])
def test_lines_that_are_none_are_refused(answer: bytes) -> None:
    async def data() -> AsyncGenerator[bytes, None]:
        for k in range(0, len(answer), 5):
            yield answer[k : k + 5]

    async def act() -> None:
        async for _ in Lines().pieces(data()):
            pass

    with pytest.raises(ValueError):  # noqa: PT011  # whichever way it is none
        asyncio.run(act())


def test_only_words_that_have_begun_to_sound_are_placed() -> None:
    text = "The cat saw 25 dogs and the cat ran."
    theirs: list[Caption] = [("The", 0.0, 0.1), ("cat", 0.1, 0.4), ("saw", 0.4, 0.7), ("twenty", 0.7, 1.0), ("five", 1.0, 1.2)]
    assert [text[w.start : w.end] for w in placed_begun(theirs, text, spell(text), 1.2)] == ["The", "cat", "saw"]
    theirs.append(("dogs", 1.2, 1.6))
    words = placed_begun(theirs, text, spell(text), 1.3)
    assert [(text[w.start : w.end], w.start_s, w.end_s) for w in words[3:]] == [("25", 0.7, 1.2), ("dogs", 1.2, 1.6)]
    assert len(placed_begun(theirs, text, spell(text), 0.3)) == 2
    assert placed_begun([("else", 0.1, 0.5)], text, spell(text), 1.0) == ()
    assert placed_begun([], text, spell(text), 1.0) == ()


def test_phones_are_found_in_the_sound_where_it_agrees_and_lie_in_the_words_where_not(truth: Utterance) -> None:
    come = truth.samples[: int(1.5 * truth.rate_hz)]
    told = [(TEXT[w.start : w.end], w.start_s, w.end_s) for w in truth.words]
    plain, _, _ = align_coming(come, truth.rate_hz, TEXT, 1.0)
    phones, words, _ = align_coming(come, truth.rate_hz, TEXT, 1.0, captions=told)
    assert phones[:10] == plain[:10]
    count = sum(start < 1.5 for _, start, _ in told)
    assert [w.start_s for w in words[:count]] == [start for _, start, _ in told[:count]]
    assert [p.arpa for p in phones if p.arpa != "SIL"] == [p.arpa for p in plain if p.arpa != "SIL"]
    late = [(word, start + 0.6, end + 0.6) for word, start, end in told]
    phones, words, _ = align_coming(come, truth.rate_hz, TEXT, 1.0, captions=late)
    assert phones[0].arpa == "SIL"
    assert phones[0].end_s == pytest.approx(late[0][1])
    assert words[0].start_s == late[0][1]
    assert [p.arpa for p in phones if p.arpa != "SIL"] == [p.arpa for p in plain if p.arpa != "SIL"]


@settings(max_examples=30, deadline=None)
@given(st.lists(_CAPTION, max_size=9), st.sampled_from([0.2, 0.9, 1.7]))
def test_whatever_a_server_tells_the_phones_follow_each_other(truth: Utterance, theirs: list[Caption], come_s: float) -> None:
    phones, words, pace = align_coming(truth.samples[: int(come_s * truth.rate_hz)], truth.rate_hz, TEXT, 1.0, captions=theirs)
    assert [TEXT[w.start : w.end] for w in words] == TEXT.split()
    assert phones[0].start_s == 0.0
    for a, b in pairwise(phones):
        assert a.end_s == pytest.approx(b.start_s)
        assert b.end_s > b.start_s
    assert phones[-1].end_s < 12
    assert 0.5 < pace < 2
