"""Her own voice out of the speakers must not interrupt her; the user's, over it, must. Files are mixed as a room would."""

from __future__ import annotations

import numpy as np
import pytest

from dialogue.speech.ear.activity import FRAME, RATE_HZ, open_activity
from dialogue.speech.ear.own import Gated, OwnVoice
from dialogue.speech.ear.turns import Began, Ended, Heard, Sure, Turns
from dialogue.speech.espeak import EspeakVoice
from dialogue.speech.resample import resample
from dialogue.speech.sound import Prosody, Samples, Utterance
from tests.sounds import user_says

HERS = (
    "I was thinking about the garden this morning, and how the light fell on the old wall.",
    "It reminded me of something you said last week, about the quiet before the rain comes.",
)
USER_AT_S = 5.5
ROOMS = {"laptop": (0.07, 0.3), "loud": (0.07, 1.0), "wireless": (0.30, 0.3), "quiet": (0.02, 0.05), "headphones": (0.07, 0.0)}


@pytest.fixture(scope="module")
def hers() -> list[Utterance]:
    voice = EspeakVoice()
    made = [voice.speak_now(line, Prosody()) for line in HERS]
    voice.close()
    return made


@pytest.fixture(scope="module")
def users() -> Samples:
    return user_says("Wait a moment, I wanted to ask you something else about that.")


def through(room: str, sound: Samples) -> Samples:
    """With a delay, a loudness and .3 s of reverberation."""
    delay_s, gain = ROOMS[room]
    t = np.arange(int(0.25 * RATE_HZ)) / RATE_HZ
    answer = np.random.default_rng(2).normal(0, 0.12, len(t)) * np.exp(-6.9 * t / 0.3)
    answer[0] = 1.0
    return np.concatenate([np.zeros(int(delay_s * RATE_HZ)), np.convolve(sound, answer) * gain]).astype(np.float32)


def evening(room: str, hers: list[Utterance], users: Samples | None) -> tuple[Samples, OwnVoice]:
    """What the microphone hears while she says two sentences from 1 s on, and what it is told of them."""
    own, at = OwnVoice(), 1.0
    mic = np.random.default_rng(1).normal(0, 0.001, 16 * RATE_HZ).astype(np.float32)
    for one in hers:
        own.played(one.samples, one.rate_hz, at)
        echo = through(room, resample(one.samples, one.rate_hz, RATE_HZ))
        begin = int(at * RATE_HZ)
        mic[begin : begin + len(echo)] += echo
        at += one.duration_s + 0.02
    assert at > USER_AT_S + 1
    if users is not None:
        begin = int(USER_AT_S * RATE_HZ)
        mic[begin : begin + len(users)] += users
    return mic, own


def heard(mic: Samples, own: OwnVoice) -> list[tuple[float, Heard]]:
    turns = Turns(Gated(open_activity(), own, 0.0))
    return [((k + FRAME) / RATE_HZ, what) for k in range(0, len(mic) - FRAME, FRAME) for what in turns.feed(mic[k : k + FRAME])]


@pytest.mark.parametrize("room", ROOMS)
def test_she_does_not_interrupt_herself(room: str, hers: list[Utterance]) -> None:
    assert not [what for _, what in heard(*evening(room, hers, None)) if isinstance(what, Sure)]


@pytest.mark.parametrize("room", [r for r in ROOMS if r != "loud"])
def test_the_user_is_heard_over_her(room: str, hers: list[Utterance], users: Samples) -> None:
    found = heard(*evening(room, hers, users))
    first = next(at for at, what in found if isinstance(what, Began))
    sure = next(at for at, what in found if isinstance(what, Sure))
    assert USER_AT_S < first < USER_AT_S + 0.45
    assert USER_AT_S < sure < USER_AT_S + 0.9


def first_words(
    room: str, hers: list[Utterance], users: Samples | None, user_at_s: float, noise: float = 0.001
) -> tuple[Samples, OwnVoice]:
    """The first sentence of a session: nothing was learned before it. `user_at_s` from its begin."""
    own = OwnVoice()
    mic = np.random.default_rng(1).normal(0, noise, 8 * RATE_HZ).astype(np.float32)
    own.played(hers[0].samples, hers[0].rate_hz, 1.0)
    echo = through(room, resample(hers[0].samples, hers[0].rate_hz, RATE_HZ))
    mic[RATE_HZ : RATE_HZ + len(echo)] += echo
    if users is not None:
        begin = int((1.0 + user_at_s) * RATE_HZ)
        mic[begin : begin + len(users)] += users
    return mic, own


@pytest.mark.parametrize("at_s", [0.4, 0.8, 1.2])
@pytest.mark.parametrize("room", [r for r in ROOMS if r != "loud"])
def test_her_very_first_words_can_be_interrupted(room: str, at_s: float, hers: list[Utterance], users: Samples) -> None:
    words = users[np.flatnonzero(np.abs(users) > 0.01)[0] :]
    found = heard(*first_words(room, hers, words, at_s))
    sure = [at for at, what in found if isinstance(what, Sure)]
    assert sure
    assert 1.0 + at_s < sure[0] < 1.0 + at_s + (1.3 if room == "headphones" else 0.65)


@pytest.mark.parametrize("noise", [0.001, 0.004])
@pytest.mark.parametrize("room", ROOMS)
def test_her_very_first_words_do_not_interrupt_her(room: str, noise: float, hers: list[Utterance]) -> None:
    assert not [what for _, what in heard(*first_words(room, hers, None, 0.0, noise)) if isinstance(what, Sure)]


def test_what_she_is_heard_like_is_known_after_her_first_sentence(hers: list[Utterance]) -> None:
    for room in ROOMS:
        mic, own = first_words(room, hers, None, 0.0)
        assert not own.known
        heard(mic, own)
        assert own.known, room


def test_sound_that_is_told_in_pieces_is_the_same_sound(hers: list[Utterance]) -> None:
    whole, pieces = OwnVoice(), OwnVoice()
    sound = resample(hers[0].samples, hers[0].rate_hz, RATE_HZ)
    whole.played(sound, RATE_HZ, 1.0)
    for at in range(0, len(sound), 1700):
        pieces.played(sound[at : at + 1700], RATE_HZ, 1.0 + at / RATE_HZ + 0.004)
    assert len(pieces._played) == 1
    one, other = whole._played[0].bands, pieces._played[0].bands
    assert abs(len(one) - len(other)) <= 1
    size = min(len(one), len(other))
    assert float(np.abs(one[:size] - other[:size]).max()) < 0.1


def test_without_the_gate_she_would(hers: list[Utterance]) -> None:
    mic, _ = evening("laptop", hers, None)
    turns = Turns(open_activity())
    assert any(isinstance(what, Sure) for k in range(0, len(mic) - FRAME, FRAME) for what in turns.feed(mic[k : k + FRAME]))


def test_who_speaks_after_her_is_heard_from_the_start(hers: list[Utterance], users: Samples) -> None:
    own = OwnVoice()
    own.played(hers[0].samples, hers[0].rate_hz, 0.0)
    own.stopped(0.5)
    mic = np.concatenate([np.zeros(2 * RATE_HZ, np.float32), users, np.zeros(RATE_HZ, np.float32)])
    found = heard(mic + np.random.default_rng(1).normal(0, 0.001, len(mic)).astype(np.float32), own)
    assert [type(what).__name__ for _, what in found if type(what).__name__ != "Paused"] == ["Began", "Sure", "Ended"]
    ended = next(what for _, what in found if isinstance(what, Ended))
    assert len(ended.samples) > 0.9 * len(users)
