"""A voice behind a server: whatever comes back, she speaks or says in one sentence why not."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import numpy as np
import pytest

from dialogue.client import Endpoint
from dialogue.speech import captioned
from dialogue.speech.chain import ChainVoice
from dialogue.speech.espeak import EspeakVoice
from dialogue.speech.growing import Said
from dialogue.speech.served import ServedVoice
from dialogue.speech.sound import Prosody, Utterance
from dialogue.trouble import SettingsTrouble, VoiceTrouble
from tests.dialogue.speech.speech_server import SpeechServer
from tests.fakes import HandClock

TEXT = "My brother bought fresh plums."


@contextmanager
def served(mode: str, captions: str = "absent") -> Iterator[tuple[ServedVoice, SpeechServer]]:
    server = SpeechServer(mode, captions)
    voice = ServedVoice(Endpoint(server.url, "tts", "secret-key"), "sky", read_s=5.0)
    try:
        yield voice, server
    finally:
        asyncio.run(voice.aclose())
        server.close()


def speak(voice: ServedVoice, text: str = TEXT, prosody: Prosody | None = None) -> Utterance:
    async def once() -> Utterance:
        try:
            return await voice.speak(text, prosody or Prosody())
        finally:
            await voice.aclose()  # a client belongs to its loop

    return asyncio.run(once())


@pytest.mark.parametrize("mode", ["good", "stereo", "pcm"])
def test_sound_gets_phones_words_and_its_own_rate(mode: str) -> None:
    with served(mode) as (voice, server):
        said = speak(voice)
        path, headers, body = server.seen[1]  # the first asked for word times
    assert path == "/v1/audio/speech"
    assert headers["authorization"] == "Bearer secret-key"
    assert (body["model"], body["voice"], body["input"]) == ("tts", "sky", TEXT)
    assert said.rate_hz == 22050
    assert [TEXT[w.start : w.end] for w in said.words] == TEXT.split()
    assert said.phones[-1].end_s == pytest.approx(said.duration_s)
    assert [p.arpa for p in said.phones if p.arpa in ("P", "B", "M", "F")] == ["M", "B", "B", "F", "P", "M"]
    assert 0.05 < float(np.abs(said.samples).max()) <= 0.93


def test_feeling_asks_for_another_speed_and_pitch_shortens_nothing() -> None:
    with served("good") as (voice, server):
        plain, quick = speak(voice), speak(voice, prosody=Prosody(rate_pct=15))
        high = speak(voice, prosody=Prosody(pitch_pct=8))
        speeds = [body["speed"] for path, _, body in server.seen if path.startswith("/v1")]
    assert speeds == pytest.approx([1.0, 1.15, 1 / 1.08], abs=1e-3)
    assert quick.duration_s < plain.duration_s
    assert high.duration_s == pytest.approx(plain.duration_s, rel=0.08)


@pytest.mark.parametrize(
    ("mode", "says"),
    [("html", "no sound"), ("empty", "empty"), ("silence", "silence"), ("hour", "ten minutes"), ("pcm-silent", "rate"),
     ("401", "key"), ("404", "no voice 'sky'"), ("429", "429"), ("500", "by itself"), ("hangup", "cannot be reached")],
)  # fmt: skip
def test_every_failure_is_one_sentence_with_the_way_out(mode: str, says: str) -> None:
    with served(mode) as (voice, _), pytest.raises(VoiceTrouble, match=says) as caught:
        speak(voice)
    assert "secret-key" not in str(caught.value)
    assert str(caught.value).endswith(".")


def test_a_file_cut_short_is_a_trouble_and_no_word_is_lost() -> None:
    text = "hello there my dear old friend tonight"
    with served("cut") as (voice, _), pytest.raises(VoiceTrouble, match="broke off"):
        speak(voice, text)

    async def streamed(voice: ServedVoice) -> tuple[Said, float]:
        other = EspeakVoice()
        try:
            whole = await other.speak(text, Prosody())
            *_, last = [said async for said in ChainVoice([voice, other]).stream(text, Prosody())]
            return last, whole.duration_s
        finally:
            await voice.aclose()
            other.close()

    with served("cut") as (voice, _):
        said, whole_s = asyncio.run(streamed(voice))
    assert "broke off" in said.trouble
    assert said.duration_s > 0.7 * whole_s
    assert [text[w.start : w.end] for w in said.words] == text.split()


def streamed(voice: ServedVoice, *texts: str) -> list[Said | VoiceTrouble]:
    """What comes of each text, one after the other."""

    async def inside() -> list[Said | VoiceTrouble]:
        out: list[Said | VoiceTrouble] = []
        try:
            for text in texts:
                try:
                    out.append([said async for said in voice.stream(text, Prosody())][-1])
                except VoiceTrouble as error:
                    out.append(error)
        finally:
            await voice.aclose()
        return out

    return asyncio.run(inside())


@pytest.mark.parametrize("refuses", [[400], [422, 400]])
def test_words_that_were_refused_once_do_not_make_a_server_of_bare_samples(refuses: list[int]) -> None:
    """The first list: it answers the same words in wav, though bare samples were asked for then."""
    with served("good") as (voice, server):
        server.refuses = list(refuses)
        first, second = streamed(voice, TEXT, TEXT)
        forms = [body["response_format"] for path, _, body in server.seen if path.startswith("/v1")]
    assert isinstance(first, VoiceTrouble) == (len(refuses) == 2)
    assert not isinstance(second, VoiceTrouble)
    assert [TEXT[w.start : w.end] for w in second.words] == TEXT.split()
    assert forms == ["wav", "pcm", "wav" if len(refuses) == 2 else "pcm"]


def test_a_server_of_bare_samples_is_refused_once() -> None:
    with served("pcm") as (voice, server):
        said = streamed(voice, TEXT, TEXT)
        forms = [body["response_format"] for path, _, body in server.seen if path.startswith("/v1")]
    assert not any(isinstance(one, VoiceTrouble) for one in said)
    assert forms == ["wav", "pcm", "pcm"]


def test_a_server_that_hangs_after_it_spoke_is_waited_for_a_short_while_and_once() -> None:
    """The first sentence may take as long as `read_s`."""
    server = SpeechServer("good")

    async def inside() -> list[Said]:
        voice = ServedVoice(Endpoint(server.url, "tts"), "sky", read_s=60.0, soon_s=0.05, clock=HandClock())
        chain, out = ChainVoice([voice, EspeakVoice()]), []
        try:
            for server.mode in ("good", "hang", "hang"):
                out.append([said async for said in chain.stream(TEXT, Prosody())][-1])
        finally:
            await chain.aclose()
        return out

    try:
        first, *others = asyncio.run(asyncio.wait_for(inside(), 30.0))
    finally:
        server.close()
    assert not first.trouble
    assert "did not speak in time" in others[0].trouble
    assert not others[1].trouble
    assert all([TEXT[w.start : w.end] for w in said.words] == TEXT.split() for said in others)
    assert [path for path, _, _ in server.seen].count("/v1/audio/speech") == 2


def test_a_slow_server_is_given_longer() -> None:
    server = SpeechServer("good")

    async def inside() -> list[Said]:
        endpoint, clock = Endpoint(server.url, "tts"), count(0.0, 30.0)  # as if each sentence took half a minute
        voice = ServedVoice(endpoint, "sky", read_s=60.0, soon_s=0.0, clock=clock.__next__)
        try:
            return [[said async for said in voice.stream(TEXT, Prosody())][-1] for _ in range(2)]
        finally:
            await voice.aclose()

    try:
        assert all(said.complete for said in asyncio.run(inside()))
    finally:
        server.close()


def test_a_server_that_is_not_there_is_one_sentence() -> None:
    voice = ServedVoice(Endpoint("http://127.0.0.1:9/v1", "tts"), "sky")
    with pytest.raises(VoiceTrouble, match="cannot be reached"):
        speak(voice)


def test_the_environments_keys_and_addresses_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-from-elsewhere")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-elsewhere")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with served("good") as (voice, server):
        speak(voice)
        _, headers, _ = server.seen[0]
    assert headers["authorization"] == "Bearer secret-key"
    assert "openai-organization" not in headers


def test_an_address_that_is_none_is_refused_at_once() -> None:
    with pytest.raises(SettingsTrouble, match="no web address"):
        ServedVoice(Endpoint("localhost", "tts"), "sky")


def test_word_times_are_used_where_the_server_tells_them() -> None:
    with served("good", "good") as (voice, server):
        said = speak(voice)
        speak(voice, "And Bob paid.")
        paths = [path for path, _, _ in server.seen]
        headers, body = server.seen[0][1:]
    assert paths == ["/dev/captioned_speech"] * 2
    assert headers["authorization"] == "Bearer secret-key"
    assert (body["model"], body["voice"], body["input"], body["stream"]) == ("tts", "sky", TEXT, False)
    known = EspeakVoice("en-us+m3")
    truth = known.speak_now(TEXT, Prosody()).words
    known.close()
    assert [TEXT[w.start : w.end] for w in said.words] == TEXT.split()
    assert [w.start_s for w in said.words] == pytest.approx([w.start_s for w in truth], abs=1e-6)
    assert [p.arpa for p in said.phones if p.arpa in ("P", "B", "M", "F")] == ["M", "B", "B", "F", "P", "M"]
    assert said.phones[-1].end_s == pytest.approx(said.duration_s)


def test_word_times_follow_a_voice_that_is_played_faster() -> None:
    with served("good", "good") as (voice, _):
        plain, high = speak(voice), speak(voice, prosody=Prosody(pitch_pct=8, rate_pct=8))
    # asked for at the plain speed and played 1.08 times as fast
    assert [w.start_s * 1.08 for w in high.words] == pytest.approx([w.start_s for w in plain.words], abs=0.02)


@pytest.mark.parametrize("captions", ["absent", "page"])
def test_a_server_without_word_times_is_asked_for_them_once(captions: str) -> None:
    with served("good", captions) as (voice, server):
        for _ in range(3):
            assert [TEXT[w.start : w.end] for w in speak(voice).words] == TEXT.split()
        paths = [path for path, _, _ in server.seen]
    assert paths == ["/dev/captioned_speech", *["/v1/audio/speech"] * 3]


@pytest.mark.parametrize("captions", ["null", "wrong"])
def test_times_that_are_missing_or_of_something_else_leave_it_to_the_sound(captions: str) -> None:
    with served("good", captions) as (voice, server):
        said = speak(voice)
        assert len(server.seen) == 1
    with served("good") as (voice, _):
        plain = speak(voice)
    assert [TEXT[w.start : w.end] for w in said.words] == TEXT.split()
    assert [w.start_s for w in said.words] == [w.start_s for w in plain.words]
    assert said.phones == plain.phones


def test_a_server_that_fails_while_it_tells_times_is_heard_without_them() -> None:
    with served("500", "broken") as (voice, server):
        with pytest.raises(VoiceTrouble, match="by itself"):
            speak(voice)
        server.mode = "good"
        for _ in range(2):
            assert [TEXT[w.start : w.end] for w in speak(voice).words] == TEXT.split()
        paths = [path for path, _, _ in server.seen]
    captions, usual = "/dev/captioned_speech", "/v1/audio/speech"
    assert paths == [captions, usual, captions, usual, usual]


def test_an_address_of_another_form_is_not_asked_for_word_times() -> None:
    assert captioned.address("http://localhost:8880/v1/") == "http://localhost:8880/dev/captioned_speech"
    assert captioned.address("http://localhost:8880/tts/v1") == "http://localhost:8880/tts/dev/captioned_speech"
    assert captioned.address("http://localhost:8880/speech") is None


@pytest.mark.parametrize("answer", ["<html>", "[]", "{}", '{"audio": 3}', '{"audio": "not base 64!"}', 7, None])
def test_an_answer_that_is_none_is_none(answer: object) -> None:
    assert captioned.read(answer) is None
    assert captioned.read('{"audio": "AAAA", "timestamps": [{"word": "a"}, 3]}') == (bytes(3), [])
