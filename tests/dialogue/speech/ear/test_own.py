"""Her own voice out of the speakers must not interrupt her; the user's, over it, must. Files are mixed as a room would."""

from __future__ import annotations

import weakref
from collections.abc import Sequence

import numpy as np
import pytest

from dialogue.speech.ear.activity import FRAME, RATE_HZ, open_activity
from dialogue.speech.ear.own import Gated, OwnVoice
from dialogue.speech.ear.played import Played
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


def visit(rooms: Sequence[str], volumes: Sequence[float], hers: list[Utterance], users: Samples | None = None) -> list[int]:
    """She says a sentence in each of the rooms at each of the volumes; `users` come a second into the last. Numbers of the sentences that
    were interrupted."""
    own, begins = OwnVoice(), list(np.cumsum([1.0, *(one.duration_s + 0.8 for one in hers)]))
    mic = np.random.default_rng(1).normal(0, 0.001, int(begins[-1] * RATE_HZ) + RATE_HZ).astype(np.float32)
    for room, volume, one, at in zip(rooms, volumes, hers, begins, strict=False):
        echo = through(room, resample(one.samples, one.rate_hz, RATE_HZ) * np.float32(volume))
        mic[int(at * RATE_HZ) :][: len(echo)] += echo
    if users is not None:
        mic[int((begins[len(rooms) - 1] + 1.0) * RATE_HZ) :][: len(users)] += users
    turns, told, out = Turns(Gated(open_activity(), own, 0.0)), 0, []
    for k in range(0, len(mic) - FRAME, FRAME):
        if told < len(rooms) and begins[told] - 0.1 <= k / RATE_HZ:
            own.at_volume(volumes[told])
            own.played(hers[told].samples, hers[told].rate_hz, begins[told])
            told += 1
        out += [told - 1 for what in turns.feed(mic[k : k + FRAME]) if isinstance(what, Sure)]
    return out


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
    whole, pieces = Played(), Played()
    sound = resample(hers[0].samples, hers[0].rate_hz, RATE_HZ)
    whole.tell(sound, RATE_HZ, 1.0)
    for at in range(0, len(sound), 1700):
        pieces.tell(sound[at : at + 1700], RATE_HZ, 1.0 + at / RATE_HZ + 0.004 * bool(at))
    whole.take_in(1.0)
    pieces.take_in(1.0)
    times, now = np.arange(1.0, 0.95 + len(sound) / RATE_HZ, 0.01), np.array([0])
    assert float(np.abs(whole.bands(times, now) - pieces.bands(times, now)).max()) < 0.1


@pytest.mark.parametrize("changes", [(0.0, 1.0, 1.0), (0.3, 1.0, 1.0), (0.5, 1.0, 1.0), (1.0, 0.3, 0.3)])
@pytest.mark.parametrize("room", ["laptop", "loud", "headphones"])
def test_another_volume_is_no_other_speaker(room: str, changes: Sequence[float], hers: list[Utterance]) -> None:
    assert visit([room] * 3, changes, [*hers, hers[0]]) == []


@pytest.mark.parametrize("before", [0.0, 0.3])
@pytest.mark.parametrize("room", ["laptop", "wireless", "headphones"])
def test_the_user_is_heard_at_another_volume(room: str, before: float, hers: list[Utterance], users: Samples) -> None:
    assert visit([room] * 2, (before, 1.0), hers, users) == [1]


@pytest.mark.parametrize("room", ["laptop", "loud"])
def test_where_headphones_are_pulled_out_she_is_taken_for_the_user_once_at_most(room: str, hers: list[Utterance], users: Samples) -> None:
    rooms, said = ["headphones", room, room], [*hers, hers[0]]
    interrupted = visit(rooms, (1.0, 1.0, 1.0), said)
    assert interrupted in ([], [1])
    if room == "laptop":
        assert visit(rooms, (1.0, 1.0, 1.0), said, users) == [*interrupted, 2]


def test_what_was_learned_beside_another_device_can_be_forgotten(hers: list[Utterance]) -> None:
    mic, own = first_words("headphones", hers, None, 0.0)
    heard(mic, own)
    assert own.known
    own.forget()
    own.explains(mic[:FRAME], 20.0)
    assert not own.known


def test_to_be_told_what_is_played_costs_nothing_and_keeps_little(hers: list[Utterance], monkeypatch: pytest.MonkeyPatch) -> None:
    own = OwnVoice()

    def never(*_: object) -> Samples:
        raise AssertionError("this is the frame's thread")

    monkeypatch.setattr("dialogue.speech.ear.played.resample", never)
    piece = hers[0].samples.copy()
    first = weakref.ref(piece)
    own.played(piece, hers[0].rate_hz, 0.0)
    piece = hers[1].samples.copy()
    own.played(piece, hers[1].rate_hz, hers[0].duration_s + 61.0)
    own.stopped(70.0)
    assert first() is None


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
