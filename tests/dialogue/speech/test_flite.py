from __future__ import annotations

import asyncio
from collections.abc import Iterator

import numpy as np
import pytest

from dialogue.speech import flite
from dialogue.speech.flite import FliteVoice
from dialogue.speech.sound import Prosody
from dialogue.trouble import VoiceTrouble, WrongLanguage
from tests.dialogue.speech.test_espeak import pitch_hz

pytestmark = pytest.mark.skipif(not flite.installed(), reason="the program flite is not installed; script/setup installs it on Debian")
TEXT = "Well, Dr. Brown paid 25 dollars. My memory is better."


@pytest.fixture(params=["slt", "rms"])
def voice(request: pytest.FixtureRequest) -> Iterator[FliteVoice]:
    made = FliteVoice(request.param)
    yield made
    made.close()


def test_sound_phones_and_words_agree_over_two_sentences(voice: FliteVoice) -> None:
    said = voice.speak_now(TEXT, Prosody())
    assert said.rate_hz == 16000
    assert said.phones[0].start_s == 0.0
    assert said.phones[-1].end_s == pytest.approx(said.duration_s)
    starts = [p.start_s for p in said.phones]
    assert starts == sorted(starts)
    assert [TEXT[w.start : w.end] for w in said.words] == TEXT.split()
    # "My" begins after the pause between the sentences: an M, not a silence
    my = next(w for w in said.words if TEXT[w.start : w.end] == "My")
    assert next(p.arpa for p in said.phones if p.start_s == pytest.approx(my.start_s)) == "M"
    assert sum(p.stressed for p in said.phones) >= 5


def test_feeling_changes_pitch_and_rate(voice: FliteVoice) -> None:
    plain, happy, sad = (
        voice.speak_now(TEXT, p) for p in (Prosody(), Prosody(pitch_pct=8, rate_pct=12), Prosody(pitch_pct=-8, rate_pct=-12))
    )
    assert happy.duration_s < 0.95 * plain.duration_s < 0.95 * 0.95 * sad.duration_s
    assert pitch_hz(sad.samples, 16000) < pitch_hz(plain.samples, 16000) < pitch_hz(happy.samples, 16000)


def test_its_level_is_that_of_the_other_voices(voice: FliteVoice) -> None:
    from dialogue.speech.espeak import EspeakVoice

    other = EspeakVoice()
    levels = [
        20 * np.log10(np.sqrt(np.mean(x[np.abs(x) > 0.01] ** 2)))
        for x in (voice.speak_now(TEXT, Prosody()).samples, other.speak_now(TEXT, Prosody()).samples)
    ]
    other.close()
    assert abs(levels[0] - levels[1]) < 2.5


def test_text_that_it_cannot_say_is_refused_and_not_swallowed(voice: FliteVoice) -> None:
    with pytest.raises(VoiceTrouble, match="English"):
        voice.speak_now("привет", Prosody())


@pytest.mark.parametrize("text", ["", "…", "- -", "--help", "a\nb"])
def test_odd_texts_do_not_break_it(voice: FliteVoice, text: str) -> None:
    said = voice.speak_now(text, Prosody())
    assert said.phones[-1].end_s == pytest.approx(said.duration_s)


def test_a_voice_that_it_has_not_is_named() -> None:
    with pytest.raises(VoiceTrouble, match="nobody"):
        FliteVoice("nobody")


def test_a_missing_program_is_one_sentence(voice: FliteVoice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flite, "PROGRAM", "flite-that-is-not-there")
    with pytest.raises(VoiceTrouble, match="another voice"):
        voice.speak_now("Hello", Prosody())


@pytest.mark.parametrize("text", ["Hello there, привет как дела.", "I say 日本語 and good night.", "Das ist mein Weißbrot."])
def test_words_that_it_cannot_say_are_left_to_another_voice_and_none_is_lost(text: str) -> None:
    from dialogue.speech.chain import ChainVoice
    from dialogue.speech.espeak import EspeakVoice

    voice, other = FliteVoice("slt"), EspeakVoice()
    chain = ChainVoice([voice, other])
    try:
        with pytest.raises(WrongLanguage):
            voice.speak_now(text, Prosody())
        whole = asyncio.run(other.speak(text, Prosody()))
        for _ in range(3):
            said = asyncio.run(chain.speak(text, Prosody()))
            assert said.duration_s == pytest.approx(whole.duration_s, rel=0.05)
        # and it is asked again for what it can say
        assert asyncio.run(chain.speak("Good night.", Prosody())).rate_hz == 16000
    finally:
        voice.close()
        other.close()


def test_accents_and_typographic_signs_are_read_as_plain_ones() -> None:
    voice = FliteVoice("slt")
    try:
        said = voice.speak_now("“Café” – that’s naïve …", Prosody())
    finally:
        voice.close()
    assert said.duration_s > 0.8
