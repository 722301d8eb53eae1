"""What a voice may send, each by itself and through a whole turn: she goes on, says what failed once, and loses no text."""

from __future__ import annotations

import asyncio
import json
import random
import struct
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from dialogue import events
from dialogue.brain.base import Request
from dialogue.brain.embedded import EmbeddedBrain
from dialogue.brain.sentences import MOST_LETTERS
from dialogue.client import Endpoint
from dialogue.mind import Mind
from dialogue.persona.persona import load_persona
from dialogue.speech.align.aligner import Aligner
from dialogue.speech.chain import ChainVoice
from dialogue.speech.decode import decode
from dialogue.speech.espeak import EspeakVoice
from dialogue.speech.leveller import VoiceLevel
from dialogue.speech.served import ServedVoice
from dialogue.speech.sound import Prosody, Voice
from dialogue.speech.sounded import utterance
from dialogue.speech.streamed import Sound, grown
from dialogue.trouble import VoiceTrouble
from tests.dialogue.speech.speech_server import SpeechServer, wav_of
from tests.fakes import FakeVoice, HandClock

LIMIT_S = 60.0
WORDS = "and then we walked on along the river "


class Reading(EmbeddedBrain):
    """A brain that says what it is given, token by token."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    async def reply(self, request: Request) -> AsyncIterator[str]:
        for at in range(0, len(self._text), 5):
            yield self._text[at : at + 5]


def turn(text: str, voice: Voice) -> list[events.Outgoing]:
    async def inside() -> list[events.Outgoing]:
        mind = Mind(load_persona("mira"), Reading(text), EmbeddedBrain(), voice, HandClock(), random.Random(1))
        try:
            return [event async for event in mind.handle(events.Say("Go on."))]
        finally:
            await mind.aclose()

    return asyncio.run(asyncio.wait_for(inside(), LIMIT_S))


def shown(out: list[events.Outgoing]) -> str:
    return " ".join(event.shown for event in out if isinstance(event, events.Speech))


def troubles(out: list[events.Outgoing]) -> list[str]:
    return [event.sentence for event in out if isinstance(event, events.Trouble)]


@pytest.mark.parametrize("text", ["a" * 10_000, (WORDS * 300)[:10_000].strip()], ids=["one word", "words"])
def test_ten_thousand_letters_without_a_stop_in_a_turn(text: str) -> None:
    voice = FakeVoice()
    out = turn(text, voice)
    assert "".join(shown(out).split()) == "".join(text.split())
    assert max(len(asked) for asked, _ in voice.asked) <= MOST_LETTERS
    assert not troubles(out)


def test_ten_thousand_letters_without_a_stop_by_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from world.__main__ import main

    text = (WORDS * 300)[:10_000].strip()
    assert main(["say", text, "--voice", "espeak:en-us", "--out", str(tmp_path / "x.wav"), "--profile", str(tmp_path), "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert [word["text"] for word in made["words"]] == text.split()
    starts = [word["start_s"] for word in made["words"]]
    assert starts == sorted(starts)
    assert made["seconds"] > 300


@pytest.mark.parametrize("size", [0, 1 << 20, 0x7FFFFFFF, 0xFFFFFFFF])
def test_a_wav_whose_header_lies_about_its_length(size: int) -> None:
    tone = (0.5 * np.sin(np.arange(4800) / 8)).astype(np.float32)
    data = bytearray(wav_of(tone, 24000))
    data[40:44] = struct.pack("<I", size)
    samples, rate_hz = decode(bytes(data), "the voice")
    assert rate_hz == 24000
    assert len(samples) == 4800


def test_a_server_that_answers_with_nothing_costs_no_word() -> None:
    server = SpeechServer("empty")
    try:
        out = turn("That is a long way. And it goes on.", ChainVoice([ServedVoice(Endpoint(server.url, "tts"), "sky"), EspeakVoice()]))
    finally:
        server.close()
    speeches = [event for event in out if isinstance(event, events.Speech)]
    assert shown(out) == "That is a long way. And it goes on."
    assert all(event.utterance is not None and event.utterance.duration_s > 0.5 for event in speeches)
    assert len(troubles(out)) == 1
    assert "espeak" in troubles(out)[0]


def test_a_server_that_dies_inside_its_first_words_costs_no_word() -> None:
    server = SpeechServer("stepped")
    server.step(0.2, 0.2, 0.2, None, None, None)
    try:
        out = turn("That is a rather long way to go. And it goes on.",
                   ChainVoice([ServedVoice(Endpoint(server.url, "tts"), "sky"), EspeakVoice()]))  # fmt: skip
    finally:
        server.close()
    speeches = [event for event in out if isinstance(event, events.Speech)]
    assert shown(out) == "That is a rather long way to go. And it goes on."
    for event in speeches:
        assert event.utterance is not None
        assert event.utterance.complete
        assert [event.shown[w.start : w.end] for w in event.utterance.words] == event.shown.split()
    assert len(troubles(out)) == 1


@pytest.mark.parametrize("text", ["", " ", "...", "—", "😂", "?!"])
def test_a_clause_without_a_word_is_no_sound_and_no_fault(text: str) -> None:
    """By every voice that is asked for it all the same, whole and streamed."""

    async def nothing() -> AsyncIterator[Sound]:
        for sound in ():
            yield sound

    async def streamed() -> float:
        aligner = Aligner()
        try:
            async for said in grown(nothing(), text, Prosody(), 1.0, aligner, VoiceLevel(), "It"):  # type: ignore[arg-type]
                assert said.duration_s == 0
        finally:
            aligner.close()
        assert said.complete
        return said.expected_s

    aligner = Aligner()
    try:
        made = utterance(np.zeros(0, np.float32), 22050, text, Prosody(), 1.0, aligner, "It")
    finally:
        aligner.close()
    assert made.duration_s == 0
    assert asyncio.run(asyncio.wait_for(streamed(), LIMIT_S)) == 0
    voice = EspeakVoice()
    assert np.isfinite(voice.speak_now(text, Prosody()).samples).all()
    voice.close()


def test_a_reply_of_emoji_is_shown_and_not_waited_for() -> None:
    voice = FakeVoice()
    out = turn("😂😂 🎉", voice)
    assert "".join(shown(out).split()) == "😂😂🎉"
    assert not voice.asked
    assert not troubles(out)
    assert isinstance(out[-1], events.Done)


def test_sound_that_is_no_number_is_none() -> None:
    voice = EspeakVoice()
    sound = voice.speak_now("My brother bought plums.", Prosody())
    voice.close()
    broken = sound.samples.copy()
    broken[5000:5200] = np.nan
    broken[9000] = np.inf
    aligner = Aligner()
    try:
        made = utterance(broken, sound.rate_hz, sound.text, Prosody(), 1.0, aligner, "It")
    finally:
        aligner.close()
    assert np.isfinite(made.samples).all()
    assert len(made.words) == 4


def test_a_sound_that_was_cut_on_its_way_is_not_taken_for_the_sentence() -> None:
    voice, text = EspeakVoice(), (WORDS * 3).strip()
    whole = voice.speak_now(text, Prosody(rate_pct=100))
    aligner = Aligner()
    try:
        made = utterance(whole.samples, whole.rate_hz, text, Prosody(), 1.0, aligner, "The server")
        assert made.words, "the fastest that she speaks is no cut sound"
        with pytest.raises(VoiceTrouble, match="it broke off"):
            utterance(whole.samples[: whole.rate_hz], whole.rate_hz, text, Prosody(), 1.0, aligner, "The server")
    finally:
        aligner.close()
        voice.close()
