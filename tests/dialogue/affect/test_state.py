"""Emotions decay by halves, moods follow; the numbers are the design's own test vectors."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.affect import tables
from dialogue.affect.mood import advance, default_mood, mood_word
from dialogue.affect.state import Affect, together
from dialogue.trouble import Trouble

HOME = (0.25, 0.10, 0.10)
JOY_OCC, JOY_ANCHOR, ANGER = (0.4, 0.2, 0.1), (0.8, 0.5, 0.35), (-0.51, 0.59, 0.25)
CALM = {"O": 0.4, "C": 0.3, "E": 0.3, "A": 0.6, "N": -0.3}


def held(strength: float, pad: tuple[float, float, float], seconds: float, rate_hz: int) -> tuple[float, float, float]:
    mood = HOME
    for _ in range(int(seconds * rate_hz)):
        mood = advance(mood, HOME, pad, strength / rate_hz, 1 / rate_hz)
    return mood


def test_a_neurotic_person_is_anxious_by_default() -> None:
    assert default_mood({"O": 0.5, "C": -0.2, "E": 0, "A": 0.1, "N": 0.8}) == pytest.approx((-0.09, 0.56, 0.06), abs=0.005)


@pytest.mark.parametrize("rate_hz", [1, 60])
@pytest.mark.parametrize(
    ("strength", "pad", "seconds", "end"),
    [
        (0.7, JOY_OCC, 20, (0.27, 0.11, 0.10)),
        (0.7, JOY_ANCHOR, 20, (0.33, 0.16, 0.14)),
        (0.5, JOY_OCC, 600, (0.37, 0.18, 0.10)),
        (0.5, JOY_ANCHOR, 600, (0.70, 0.43, 0.30)),
        (0.8, ANGER, 60, (-0.05, 0.30, 0.16)),
    ],
)
def test_held_emotions_move_the_mood_as_measured(
    strength: float, pad: tuple[float, float, float], seconds: float, end: tuple[float, float, float], rate_hz: int
) -> None:
    assert held(strength, pad, seconds, rate_hz) == pytest.approx(end, abs=0.006)


@pytest.mark.parametrize(
    ("strength", "pad", "seconds", "later"),
    [(0.5, JOY_OCC, 600, (0.27, 0.11, 0.10)), (0.5, JOY_ANCHOR, 600, (0.31, 0.14, 0.13)), (0.8, ANGER, 60, (0.21, 0.12, 0.11))],
)
def test_the_mood_goes_home_in_half_an_hour(
    strength: float, pad: tuple[float, float, float], seconds: float, later: tuple[float, float, float]
) -> None:
    mood = held(strength, pad, seconds, 1)
    assert advance(mood, HOME, mood, 0.0, 1800) == pytest.approx(later, abs=0.006)


@pytest.mark.parametrize(
    ("name", "half_life"),
    [("surprised", 1.5), ("joy", 6), ("amused", 6), ("fear", 6), ("anger", 12), ("affection", 20), ("sad", 20)],
)
def test_an_emotion_loses_half_in_its_half_life(name: str, half_life: float) -> None:
    state = Affect.at_rest({}, 0.0).felt(name, 0.8, "x", 0.0)
    first = state.emotions[0].value(0.0)
    assert state.emotions[0].value(half_life) == pytest.approx(first / 2)


def test_fear_below_a_half_shows_as_worry_and_gloating_never_shows() -> None:
    state = Affect.at_rest({}, 0.0)
    assert state.felt("fear", 0.9, "x", 0.0).strengths(0.0)["fear"] > 0.5
    assert state.felt("fear", 0.3, "x", 0.0).strengths(0.0)["worried"] == pytest.approx(0.3)
    assert not any(state.felt("gloating", 0.9, "x", 0.0).strengths(0.0).values())


def test_the_same_emotion_again_adds_up_without_passing_one() -> None:
    assert together(0.5, 0.0) == pytest.approx(0.5)
    assert 0.5 < together(0.5, 0.5) < 0.6
    assert together(1.0, 1.0) == 1.0
    state = Affect.at_rest({}, 0.0).felt("joy", 0.5, "a", 0.0).felt("joy", 0.5, "b", 0.0)
    assert state.strengths(0.0)["joy"] == pytest.approx(together(0.5, 0.5))


def test_the_same_cause_again_is_a_reappraisal() -> None:
    state = Affect.at_rest({}, 0.0).felt("fear", 0.8, "interview", 0.0).felt("relief", 0.6, "interview", 2.0)
    assert state.strengths(2.0)["fear"] == 0.0
    assert state.strengths(2.0)["calm"] > 0.5


def test_personality_and_mood_colour_an_intensity() -> None:
    warm, cold = Affect.at_rest({"A": 0.8}, 0.0), Affect.at_rest({"A": -0.8}, 0.0)
    assert warm.felt("liking", 0.5, "x", 0.0).emotions[0].strength > cold.felt("liking", 0.5, "x", 0.0).emotions[0].strength
    assert warm.felt("anger", 0.5, "x", 0.0).emotions[0].strength < cold.felt("anger", 0.5, "x", 0.0).emotions[0].strength


def test_an_unknown_feeling_gets_one_sentence_with_the_known_ones() -> None:
    with pytest.raises(Trouble, match=r"'schadenfroh' is not known; use one of: neutral, joy"):
        Affect.at_rest({}, 0.0).felt("schadenfroh", 0.5, "x", 0.0)


def test_moods_have_words() -> None:
    assert mood_word((0.25, 0.1, 0.1)) == "slightly exuberant"
    assert mood_word((-0.5, 0.5, -0.5)) == "moderately anxious"


@given(
    st.lists(st.tuples(st.sampled_from(sorted(tables.pads())), st.floats(0, 1), st.floats(0, 120)), max_size=5),
    st.floats(0, 4000),
)
def test_any_state_stays_in_range_and_reads_the_same_however_often(feelings: list[tuple[str, float, float]], later: float) -> None:
    state, now = Affect.at_rest(CALM, 0.0), 0.0
    for name, strength, wait in feelings:
        now += wait
        state = state.felt(name, strength, f"{name}", now)
    fresh = Affect(state.anchor, state.default, state.traits, state.emotions)
    for i in range(20):
        state.mood(now + later * i / 20)
    assert state.mood(now + later) == fresh.mood(now + later)
    assert all(-1 <= x <= 1 for x in state.mood(now + later))
    assert all(0 <= x <= 1 for x in state.strengths(now + later).values())
    assert len(state.strengths(now)) == 21
    assert state.mood(now + later + 1e7) == pytest.approx(state.default, abs=1e-6)


@given(st.floats(0.2, 1), st.floats(1, 60))
def test_the_mood_has_no_jumps(strength: float, at: float) -> None:
    state = Affect.at_rest(CALM, 0.0).felt("anger", strength, "x", 0.0)
    assert state.mood(at + 1 / 60) == pytest.approx(state.mood(at), abs=0.01)
