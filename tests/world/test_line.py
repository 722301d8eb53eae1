"""One unbroken sound out of many, on a clock that steps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue.speech.growing import Growing
from dialogue.speech.resample import Resampler
from dialogue.speech.sound import Phone, Samples
from tests.fakes import HandClock
from world.line import AGAIN_S, EDGE_S, FADE_S, Whole
from world.sound import MixPlayer

RATE = 8000
FRAME_S = 1 / 60


def tone(seconds: float, at: int = 0, rate_hz: int = RATE) -> Samples:
    return (0.5 * np.sin(2 * np.pi * 100 * (at + np.arange(round(seconds * rate_hz))) / rate_hz)).astype(np.float32)


def growing(seconds: float, rate_hz: int = RATE) -> Growing:
    made = Growing(rate_hz, "", (Phone("SIL", "", 0.0, 9.0),))
    made.append(tone(seconds, rate_hz=rate_hz))
    return made


class Stand:
    def __init__(self) -> None:
        self.clock = HandClock(0.0)
        self.player = MixPlayer(self.clock, RATE)
        self.told: list[tuple[float, Samples]] = []
        self.player.tap = lambda samples, rate_hz, in_s: self.told.append((self.clock() + in_s, samples))

    def pass_(self, seconds: float) -> None:
        for _ in range(round(seconds / FRAME_S)):
            self.clock.pass_(FRAME_S)
            self.player.step(1.0)

    def step_of(self, seconds: float) -> float:
        """The largest step between two samples of what was heard."""
        return float(np.abs(np.diff(self.player.track(seconds))).max())


TONE_STEP = 0.5 * 2 * np.pi * 100 / RATE
BREAK_STEP = TONE_STEP + 0.5 / (EDGE_S * RATE)
"""A fade over its edge adds so much at most."""


def test_what_comes_in_time_is_heard_as_one_sound() -> None:
    stand, source = Stand(), growing(0.2)
    playing = stand.player.play(source)
    for k in range(2, 10):
        stand.pass_(0.1)
        source.append(tone(0.1, round(0.1 * k * RATE)))
        assert playing.t == pytest.approx(stand.clock(), abs=1e-6)
    source.end()
    stand.pass_(1.0)
    assert playing.done
    assert playing.t == playing.duration_s == pytest.approx(1.0)
    track = stand.player.track(1.0)
    assert np.abs(track - tone(1.0)).max() < 1e-6


def test_what_is_late_leaves_a_pause_in_which_its_time_stands_still() -> None:
    stand, source = Stand(), growing(0.3)
    playing = stand.player.play(source)
    stand.pass_(0.8)
    assert playing.t == pytest.approx(0.3)
    assert not playing.done
    source.append(tone(AGAIN_S / 2, round(0.3 * RATE)))
    stand.pass_(0.2)
    assert playing.t == pytest.approx(0.3), "one pause is better than two"
    source.append(tone(AGAIN_S, round((0.3 + AGAIN_S / 2) * RATE)))
    begin = stand.clock()
    source.end()
    stand.pass_(0.1)
    assert 0.3 < playing.t < 0.4
    stand.pass_(1.0)
    assert playing.done
    assert playing.t == pytest.approx(0.3 + 1.5 * AGAIN_S)
    track = stand.player.track(2.0)
    assert not track[round(0.32 * RATE) : round(begin * RATE)].any()
    assert stand.step_of(2.0) <= BREAK_STEP + 1e-6


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(0.0, 0.4), st.floats(0.001, 0.3)), min_size=1, max_size=12))
def test_lips_and_sound_agree_however_it_comes(pieces: list[tuple[float, float]]) -> None:
    """The sound at any moment is that of the seconds which the lips are shown for: a ramp tells its own time."""
    stand = Stand()
    ramp = np.linspace(0.1, 0.9, 10 * RATE).astype(np.float32)
    source, at = growing(0.0), round(0.2 * RATE)
    source.append(ramp[:at])
    playing = stand.player.play(source)
    seen: list[tuple[float, float]] = []
    for wait_s, length_s in pieces:
        for _ in range(max(round(wait_s / FRAME_S), 1)):
            stand.pass_(FRAME_S)
            seen.append((stand.clock(), playing.t))
        more = round(length_s * RATE)
        source.append(ramp[at : at + more])
        at += more
    source.end()
    while not playing.done:
        stand.pass_(FRAME_S)
        seen.append((stand.clock(), playing.t))
    assert playing.t == pytest.approx(at / RATE)
    track = stand.player.track(stand.clock() + 0.1)
    edge = int(EDGE_S * RATE)
    for clock_s, t in seen:
        k, want = round(clock_s * RATE) - 1, round(t * RATE) - 1
        near = track[max(k - edge, 0) : k + edge]
        if (near > 0.05).all() and np.abs(np.diff(near)).max() < 1e-3:  # not in a pause or its edges
            assert abs(int(np.searchsorted(ramp, near[min(edge, len(near) - 1)])) - want) < FRAME_S * RATE
    heard = track[track > 0]
    assert len(heard) <= at
    assert len(heard) >= at - 2 * edge * (len(pieces) + 1)


def test_the_next_one_follows_without_a_sample_between() -> None:
    stand = Stand()
    first = stand.player.play(Whole(tone(0.5), RATE))
    stand.pass_(0.1)
    second = stand.player.play(Whole(tone(0.5, round(0.5 * RATE)), RATE), first)
    assert second.t == 0.0
    stand.pass_(0.5)
    assert first.done
    assert second.t == pytest.approx(0.1, abs=1e-6)
    stand.pass_(1.0)
    assert second.done
    assert np.abs(stand.player.track(1.0) - tone(1.0)).max() < 1e-6
    assert [round(at, 6) for at, _ in stand.told] == [0.0, 0.5], "the ear is told when each is heard"


def test_it_follows_one_that_is_still_coming_and_at_another_rate() -> None:
    stand, source = Stand(), growing(0.2)
    first = stand.player.play(source)
    second = stand.player.play(Whole(tone(0.4, rate_hz=16000), 16000), first)
    stand.pass_(0.1)
    source.append(tone(0.2, round(0.2 * RATE)))
    source.end()
    stand.pass_(2.0)
    assert first.done
    assert second.done
    assert second.duration_s == pytest.approx(0.4)
    track = stand.player.track(1.0)
    assert np.abs(track[: round(0.8 * RATE)] - np.concatenate([tone(0.4), tone(0.4)])).max() < 0.03
    assert not track[round(0.81 * RATE) :].any()


def test_one_that_comes_too_late_begins_anew() -> None:
    stand = Stand()
    first = stand.player.play(Whole(tone(0.2), RATE))
    stand.pass_(0.5)
    second = stand.player.play(Whole(tone(0.2), RATE), first)
    begin = stand.clock()
    stand.pass_(0.5)
    assert second.done
    track = stand.player.track(1.0)
    assert np.flatnonzero(track)[-1] / RATE == pytest.approx(begin + 0.2, abs=0.002)


def test_a_hush_takes_what_follows_with_it_and_does_not_click() -> None:
    stand = Stand()
    first = stand.player.play(Whole(tone(0.5), RATE))
    second = stand.player.play(Whole(tone(0.5), RATE), first)
    stand.pass_(0.2)
    assert first.hush() == pytest.approx(0.2, abs=1e-6)
    stand.pass_(FADE_S + FRAME_S)
    assert first.done
    assert second.done
    track = stand.player.track(1.0)
    assert not track[round((0.2 + FADE_S) * RATE) + 1 :].any()
    assert stand.step_of(1.0) <= TONE_STEP + 0.5 / (FADE_S * RATE) + 1e-6


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 900), min_size=1, max_size=6), st.sampled_from([(24000, 22050), (22050, 24000), (8000, 5000), (7001, 8000)]))
def test_a_rate_is_changed_in_pieces_as_in_one(sizes: list[int], rates: tuple[int, int]) -> None:
    sound = tone(0.2, rate_hz=rates[0])
    resampler, out, at, k = Resampler(*rates), [], 0, 0
    while at < len(sound):
        size = sizes[k % len(sizes)]
        out.append(resampler.feed(sound[at : at + size], last=at + size >= len(sound)))
        at, k = at + size, k + 1
    found = np.concatenate(out)
    assert len(found) == round(len(sound) * rates[1] / rates[0])
    want = 0.5 * np.sin(2 * np.pi * 100 * np.arange(len(found)) / rates[1])
    assert np.abs(found - want)[40:-40].max() < 0.002
