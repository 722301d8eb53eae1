"""From words to feelings, and from feelings to the voice."""

from __future__ import annotations

import pytest

from dialogue.affect import tables
from dialogue.affect.appraisal import Event, appraise, occ, talk_event
from dialogue.affect.prosody import prosody
from dialogue.affect.state import Affect
from dialogue.affect.user import UserMood, liveliness, polarity

FRIENDLY = {"O": 0.5, "C": 0.2, "E": 0.4, "A": 0.7, "N": -0.2}


@pytest.mark.parametrize(
    ("event", "name", "strength"),
    [
        (Event("c", desirability=0.6), "joy", 0.6),
        (Event("c", desirability=-0.6), "distress", 0.6),
        (Event("c", desirability=0.4, for_other=0.8), "happy_for", 0.6),
        (Event("c", desirability=0.4, for_other=-0.8), "gloating", 0.6),
        (Event("c", desirability=-0.4, for_other=0.8), "resentment", 0.6),
        (Event("c", desirability=-0.4, for_other=-0.8), "pity", 0.6),
        (Event("c", desirability=0.5, praise=0.3), "gratitude", 0.4),
        (Event("c", desirability=-0.5, praise=-0.3), "anger", 0.4),
        (Event("c", desirability=0.5, praise=0.3, own=True), "gratification", 0.4),
        (Event("c", praise=-0.5, own=True), "shame", 0.5),
        (Event("c", praise=0.5), "admiration", 0.5),
        (Event("c", liking=-0.5), "hate", 0.35),
    ],
)
def test_occ_rules(event: Event, name: str, strength: float) -> None:
    assert dict(occ(event))[name] == pytest.approx(strength)


def test_good_news_makes_her_glad_and_bad_news_makes_her_caring() -> None:
    rest = Affect.at_rest(FRIENDLY, 0.0)
    assert rest.strengths(0.0)["joy"] == 0
    assert appraise(rest, "good_news", 0.8, 0.0).strengths(0.0)["joy"] > 0.6
    assert appraise(rest, "bad_news", -0.8, 0.0).strengths(0.0)["caring"] > 0.6


def test_a_compliment_makes_her_grateful_and_an_insult_less_angry_the_kinder_she_is() -> None:
    kind, harsh = Affect.at_rest({"A": 0.9}, 0.0), Affect.at_rest({"A": -0.5}, 0.0)
    assert appraise(kind, "compliment", 0.7, 0.0).strengths(0.0)["grateful"] > 0.4
    assert appraise(kind, "insult", -0.7, 0.0).strengths(0.0)["angry"] < appraise(harsh, "insult", -0.7, 0.0).strengths(0.0)["angry"]


def test_a_goodbye_weighs_at_most_a_tenth() -> None:
    event = talk_event("bye", -1.0, {})
    assert event is not None
    assert event.desirability is not None
    assert event.desirability >= -0.1
    assert appraise(Affect.at_rest({}, 0.0), "bye", -1.0, 0.0).strengths(0.0)["sad"] <= 0.1


def test_a_crisis_never_makes_her_angry_or_hurt() -> None:
    strengths = appraise(Affect.at_rest({"A": -0.9, "N": 0.9}, 0.0), "crisis", -1.0, 0.0).strengths(0.0)
    assert strengths["caring"] > 0.5
    assert not strengths["angry"]
    assert not strengths["annoyed"]
    assert not strengths["sad"]


def test_joy_speaks_faster_and_higher_and_sadness_slower() -> None:
    joy, sad = prosody({"joy": 1.0}), prosody({"sad": 1.0})
    assert joy.rate_pct > 10 > 0 > sad.rate_pct
    assert joy.pitch_pct > 0 > sad.pitch_pct
    assert prosody({}).range_mult == 1.0


def test_tenderness_slows_the_voice_down() -> None:
    table = 9.0
    assert prosody({"affection": 1.0}).rate_pct == pytest.approx(table - 7, abs=1)
    assert prosody({"caring": 1.0}).rate_pct < -7


def test_no_mixture_leaves_the_limits() -> None:
    p = prosody(dict.fromkeys(tables.labels(), 1.0))
    assert abs(p.pitch_pct) <= 15
    assert abs(p.rate_pct) <= 20
    assert 0.6 <= p.range_mult <= 1.8


def test_the_users_mood_follows_the_words_and_fades() -> None:
    assert polarity("I love this, it is wonderful!") > 0.5 > -0.5 > polarity("I hate this, it is awful and I am miserable.")
    assert liveliness("WOW THAT IS GREAT!!!") > liveliness("that is great") >= 0 > liveliness("i guess...")
    low = UserMood().after("This is horrible, I am so sad.")
    assert low.valence < 0
    later = low
    for _ in range(9):
        later = later.after("The table is brown.")
    assert abs(later.valence) < abs(low.valence) / 4


@pytest.mark.parametrize("text", ["I can't stop crying", "i cant stop crying", "I couldn't stop sobbing"])
def test_what_cannot_be_stopped_is_not_denied(text: str) -> None:
    assert polarity(text) < 0
    assert polarity("I can't stop laughing") > 0
