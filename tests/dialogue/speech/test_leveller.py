"""Levels, edges and pauses of sound that comes in pieces."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue.speech.level import CLAUSE_S, LEAD_S, LEVEL_RMS, PAUSE_S, PEAK, finish, lead_of, pause_s
from dialogue.speech.leveller import Leveller, VoiceLevel
from dialogue.speech.sound import Prosody, Samples

RATE = 16000
PLAIN = Prosody()


def words(seconds: float = 1.0, loud: float = 0.1, before: float = 0.2, after: float = 0.6) -> Samples:
    rng = np.random.default_rng(3)
    swell = 0.6 + 0.4 * np.sin(np.arange(int(seconds * RATE)) / 900)
    sound = rng.normal(0, loud, int(seconds * RATE)) * swell
    return np.concatenate([np.zeros(int(before * RATE)), sound, np.zeros(int(after * RATE))]).astype(np.float32)


def level(sound: Samples, sizes: list[int], known: VoiceLevel, text: str = "So it is.", prosody: Prosody = PLAIN) -> Samples:
    leveller, out, at, k = Leveller(RATE, text, prosody, known), [], 0, 0
    while at < len(sound):
        out.append(leveller.feed(sound[at : at + sizes[k % len(sizes)]]))
        at, k = at + sizes[k % len(sizes)], k + 1
    out.append(leveller.finish())
    assert leveller.given == sum(map(len, out))
    return np.concatenate(out)


def known(rms: float = 0.07) -> VoiceLevel:
    voice = VoiceLevel()
    voice.learn(rms)
    return voice


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 5000), min_size=1, max_size=6))
def test_pieces_of_any_size_sound_the_same(sizes: list[int]) -> None:
    sound = np.concatenate([words(), words(after=0.1)])
    whole = level(sound, [len(sound)], known())
    found = level(sound, sizes, known())
    assert len(found) == len(whole)
    assert np.abs(found - whole).max() < 0.02  # where silence begins is told by the loudest so far


def test_lead_and_pause_are_those_of_a_whole_sound() -> None:
    sound = words()
    found = level(sound, [700], known())
    whole = finish(sound[lead_of(sound, RATE) :], RATE, PLAIN, "So it is.")
    assert len(found) / RATE == pytest.approx(len(whole) / RATE, abs=0.003)
    loud = np.flatnonzero(np.abs(found) > 0.01)
    assert loud[0] / RATE == pytest.approx(LEAD_S, abs=0.003)
    assert (len(found) - loud[-1]) / RATE == pytest.approx(PAUSE_S, abs=0.005)


def test_a_pause_is_as_the_last_sign_asks() -> None:
    ends = {"So it is.": PAUSE_S, "So it is,": CLAUSE_S, 'He said "no,"': CLAUSE_S, "Is it?": PAUSE_S, "Well": PAUSE_S}
    ends |= {f"そう{sign}": CLAUSE_S for sign in "，、；،؛"} | {f"そう{sign}": PAUSE_S for sign in "。！？।؟۔"} | {"「そう，」": CLAUSE_S}
    for text, seconds in ends.items():
        assert pause_s(text, PLAIN) == seconds
    assert pause_s("and then we all went down to the old harbour to", PLAIN) < 0.05
    assert pause_s("So it is.", Prosody(pause_pct=50)) == pytest.approx(1.5 * PAUSE_S)
    assert len(level(words(), [500], known(), "So it is,")) < len(level(words(), [500], known()))


def test_silence_within_words_is_kept_whole() -> None:
    sound = np.concatenate([words(0.5, after=0.4), words(0.5, before=0.4)])
    found = level(sound, [800], known())
    quiet = np.diff(np.flatnonzero(np.abs(found) > 0.01)).max() / RATE
    assert quiet == pytest.approx(0.8, abs=0.01)


def test_a_voice_that_never_spoke_is_measured_first_and_then_known() -> None:
    voice = VoiceLevel()
    for loud in (0.02, 0.3):
        voice.rms = None
        found = level(words(2.0, loud), [320], voice)
        voiced = found[np.abs(found) > 0.005]
        rms = float(np.sqrt(np.mean(np.square(voiced, dtype=np.float64))))
        assert abs(20 * np.log10(rms / LEVEL_RMS)) < 2.5
        assert voice.rms is not None
    voice.rms = None
    Leveller(RATE, "So.", PLAIN, voice).feed(words(0.5, before=0.0, after=0.0))
    assert voice.rms is not None, "what was broken off has been heard"
    leveller = Leveller(RATE, "So.", PLAIN, voice)
    assert len(leveller.feed(words(0.1, before=0.0, after=0.0))), "a known voice is heard at once"


def test_nothing_clips_and_nothing_is_lost_to_what_is_no_number() -> None:
    sound = words(1.0, 0.5)
    sound[9000] = np.nan
    found = level(sound, [333], known(0.05), prosody=Prosody(gain_db=6))
    assert np.isfinite(found).all()
    assert np.abs(found).max() <= PEAK


def test_silence_alone_gives_nothing() -> None:
    assert not len(level(np.zeros(3 * RATE, np.float32), [1600], VoiceLevel()))
