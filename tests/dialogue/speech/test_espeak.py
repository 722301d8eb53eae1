from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import numpy as np
import pytest

from dialogue.speech import worker
from dialogue.speech.espeak import EspeakVoice
from dialogue.speech.sound import Prosody
from dialogue.trouble import VoiceTrouble

TEXT = "Maybe Bob's puppy jumped over the moon, and it's fine!"


@pytest.fixture(scope="module")
def voice() -> Iterator[EspeakVoice]:
    made = EspeakVoice()
    yield made
    made.close()


def pitch_hz(samples: np.ndarray, rate_hz: int) -> float:
    """Median fundamental of the voiced frames, by autocorrelation."""
    found = []
    for start in range(0, len(samples) - 1024, 512):
        frame = samples[start : start + 1024] - samples[start : start + 1024].mean()
        if np.sqrt((frame**2).mean()) < 0.03:
            continue
        curve = np.correlate(frame, frame, "full")[1023:]
        low, high = rate_hz // 500, rate_hz // 70
        lag = low + int(curve[low:high].argmax())
        if curve[lag] > 0.5 * curve[0]:
            found.append(rate_hz / lag)
    return float(np.median(found))


def test_sound_phones_and_words_agree(voice: EspeakVoice) -> None:
    said = voice.speak_now(TEXT, Prosody())
    assert said.rate_hz == 22050
    assert 2.0 < said.duration_s < 5.0
    assert 0.2 < float(np.abs(said.samples).max()) <= 0.93
    assert said.phones[0].start_s == 0.0
    assert said.phones[-1].arpa == "SIL"
    assert said.phones[-1].end_s == pytest.approx(said.duration_s)
    assert [p.arpa for p in said.phones].count("P") >= 2
    assert [TEXT[w.start : w.end] for w in said.words][:3] == ["Maybe", "Bob's", "puppy"]
    assert any(p.stressed for p in said.phones)
    ends = [w.end_s for w in said.words]
    assert ends == sorted(ends)


def test_feeling_changes_pitch_rate_and_level(voice: EspeakVoice) -> None:
    plain = voice.speak_now(TEXT, Prosody())
    happy = voice.speak_now(TEXT, Prosody(pitch_pct=8, range_mult=1.2, rate_pct=16, pause_pct=-10, gain_db=0.7))
    sad = voice.speak_now(TEXT, Prosody(pitch_pct=-5, range_mult=0.84, rate_pct=-13, pause_pct=8, gain_db=-0.5))
    assert happy.duration_s < plain.duration_s < sad.duration_s
    assert pitch_hz(sad.samples, 22050) < pitch_hz(plain.samples, 22050) < pitch_hz(happy.samples, 22050)


def test_the_end_is_silent_and_the_edges_do_not_click(voice: EspeakVoice) -> None:
    said = voice.speak_now(TEXT, Prosody())
    assert float(np.abs(said.samples[-2000:]).max()) == 0.0
    assert float(np.abs(np.diff(said.samples[:40])).max()) < 0.02


def test_voices_of_two_people_are_level_matched() -> None:
    levels = []
    for name in ("en-us+f3", "en-us+m3"):
        voice = EspeakVoice(name)
        samples = voice.speak_now(TEXT, Prosody()).samples
        voice.close()
        levels.append(float(np.sqrt(np.mean(samples[np.abs(samples) > 0.01] ** 2))))
    assert 20 * abs(np.log10(levels[0] / levels[1])) < 2.0


def test_a_voice_that_does_not_exist_is_named(voice: EspeakVoice) -> None:
    wrong = EspeakVoice("xx-nowhere")
    with pytest.raises(VoiceTrouble, match="xx-nowhere"):
        wrong.speak_now("Hello", Prosody())
    wrong.close()


def test_a_dead_worker_is_started_again() -> None:
    voice = EspeakVoice()
    voice.speak_now("One.", Prosody())
    assert voice._worker.pid is not None
    os.kill(voice._worker.pid, signal.SIGKILL)
    assert voice.speak_now("Two.", Prosody()).duration_s > 0.2
    voice.close()
    voice.close()


def test_a_worker_that_cannot_start_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker.sys, "executable", "/nowhere/python")
    voice = EspeakVoice()
    with pytest.raises(VoiceTrouble, match="goes on in writing"):
        voice.speak_now("Hello", Prosody())
    voice.close()


def test_other_scripts_and_odd_characters_do_not_break_it(voice: EspeakVoice) -> None:
    for text in ("привет", "你好", "😀", "a\nb\tc", "1,234.5 %", "…", " "):
        said = voice.speak_now(text, Prosody())
        assert said.phones[-1].end_s == pytest.approx(said.duration_s)
