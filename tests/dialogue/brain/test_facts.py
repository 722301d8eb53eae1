"""What the user tells becomes slots; what only sounds like it does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.brain.extract import Fact, extract
from dialogue.brain.facts import Facts
from dialogue.brain.words import content, gerund, lemma, swap


@pytest.mark.parametrize(
    ("text", "kind", "value", "name"),
    [
        ("Hi, I'm Ben", "name", "Ben", ""),
        ("my name is sam", "name", "Sam", ""),
        ("I'm Tom, I work as a nurse", "name", "Tom", ""),
        ("yeah my sister helps, her name is Lena", "person", "sister", "Lena"),
        ("I work as a nurse in Leeds", "job", "nurse in Leeds", ""),
        ("I love baking bread", "like", "baking bread", ""),
        ("I like to run in the park", "like", "running in the park", ""),
        ("I don't like mushrooms", "dislike", "mushrooms", ""),
        ("I can't stand loud people", "dislike", "loud people", ""),
        ("I'm worried about my exam", "worry", "your exam", ""),
        ("I have a job interview on friday", "plan", "your job interview on Friday", ""),
        ("My presentation is on Monday", "plan", "your presentation on Monday", ""),
        ("I'm going to visit my sister on Sunday", "plan", "visiting your sister on Sunday", ""),
        ("My sister Anna called", "person", "sister", "Anna"),
        ("my dog Rufus steals socks", "pet", "dog", "Rufus"),
        ("I have a cat called Miso", "pet", "cat", "Miso"),
        ("I started learning the guitar last month", "hobby", "the guitar", ""),
        ("I live in a small town near Bath", "home", "a small town near Bath", "live in"),
    ],
)
def test_facts_are_found(text: str, kind: str, value: str, name: str) -> None:
    assert (kind, value, name) in [(f.kind, f.value, f.name) for f in extract(text, 1)]


@pytest.mark.parametrize(
    "text",
    [
        "I'm tired",
        "I would like a coffee",
        "Do you like dogs?",
        "I'm not worried about it",
        "I like it",
        "I'm going to bed",
        "I love you",
        "I'm so happy",
        "I'm Irish, I live in Cork",
    ],
)
def test_near_misses_are_not_facts(text: str) -> None:
    assert [f for f in extract(text, 1) if f.kind in ("name", "like", "dislike", "worry", "plan")] == []


def test_a_name_told_later_completes_the_person() -> None:
    facts = Facts()
    facts.learn("My wife says hello", 1)
    facts.learn("Her name is Lena", 2)
    assert [(f.value, f.name) for f in facts.of("person")] == [("wife", "Lena")]


def test_a_bare_word_is_a_name_only_when_it_was_asked_for() -> None:
    assert Facts().learn("priya", 1).new == ()
    assert Facts().learn("priya", 1, name_asked=True).new == (Fact("name", "Priya", 1),)


def test_the_latest_name_counts_and_a_turn_can_be_forgotten() -> None:
    facts = Facts("Alex")
    assert facts.user_name == "Alex"
    facts.learn("call me Lex", 3)
    assert facts.user_name == "Lex"
    facts.forget_turn(3)
    assert facts.user_name == "Alex"


def test_the_same_fact_is_learned_once_and_the_opposite_replaces_it() -> None:
    facts = Facts()
    assert facts.learn("I love tea", 1).new
    assert not facts.learn("I really love tea", 2).new
    turned = facts.learn("I hate tea", 3).turned
    assert [(old.kind, new.kind) for old, new in turned] == [("like", "dislike")]
    assert facts.of("like") == []


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    facts = Facts()
    facts.learn(text, 1)
    assert all(f.value.strip() for f in facts)


def test_forms_of_a_word_are_one() -> None:
    assert lemma("hiked") == lemma("hikes") == lemma("hiking") == lemma("hike")
    assert lemma("stories") == lemma("story")
    assert content("I was baking two cakes with my mum") == ["bake", "cake", "mom"]
    assert gerund("run home") == "running home"
    assert gerund("bake bread") == "baking bread"
    assert swap("I was with my mom and we're fine") == "you were with your mom and you're fine"
