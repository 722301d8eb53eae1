"""What she remembers from visit to visit, in the words of a talk: the probes of the design, asking, forgetting, taking back."""

from __future__ import annotations

import itertools
from datetime import datetime

import pytest

from dialogue import events
from tests.dialogue.memory.talking import Person


def friday_after(user: Person) -> float:
    """Days until the Saturday after the coming Friday."""
    today = datetime.fromtimestamp(user.clock()).weekday()
    return float((4 - today) % 7 or 7) + 1


def test_r1_a_told_fact_is_recalled_when_asked(user: Person) -> None:
    user.says("My dog is called Biscuit")
    user.says("the weather is odd today")
    assert "Biscuit" in user.says("what's my dog called?")


def test_r4_the_next_visit_opens_with_what_was_left_open_and_only_once(user: Person) -> None:
    user.says("I have an interview on Friday")
    days = friday_after(user)
    user.leave(days)
    greeting = user.arrive()
    assert "interview" in greeting
    assert any(words in greeting for words in ("how did it go", "how was it", "How did it go"))
    user.leave()
    assert "interview" not in user.arrive()


def test_r4_before_the_day_it_is_still_ahead(user: Person) -> None:
    today = datetime.fromtimestamp(user.clock())
    user.says("I have an exam in two weeks")
    user.leave(1)
    greeting = user.arrive()
    assert "exam" in greeting
    assert "how was it" not in greeting
    assert today < datetime.fromtimestamp(user.clock())


def test_r5_to_r7_three_facts_of_one_visit_are_known_in_the_next(user: Person) -> None:
    for line in ("I'm Sam", "I work as a nurse", "my sister Anna lives far away", "I'm allergic to peanuts and mango"):
        user.says(line)
    user.leave(3)
    user.arrive()
    assert "Sam" in user.says("what's my name?")
    assert "nurse" in user.says("what do I do for a living?")
    assert "Anna" in user.says("what's my sister's name?")
    allergic = user.says("what am I allergic to?")
    assert "peanuts" in allergic
    assert "mango" in allergic
    known = user.says("what do you know about me?")
    assert sum(word in known for word in ("Sam", "nurse", "Anna", "peanuts")) >= 3


def test_r8_she_can_say_when_it_was_told(user: Person) -> None:
    user.says("I work as a nurse")
    said = datetime.fromtimestamp(user.clock())
    user.leave(2)
    user.arrive()
    day = f"{said.day} {said:%B}"
    assert day in user.says("when did I tell you that I am a nurse?")
    assert "nurse" in user.says("what do I do for a living?")
    assert day in user.says("when did I tell you?")
    answer = user.says("when did I tell you about my violin?")
    assert day not in answer


@pytest.mark.parametrize(
    ("before", "after", "kind", "value"),
    [
        ("I work as a nurse", "I quit and now I work as a falconer", "job", "falconer"),
        ("I live in Leeds", "I moved to Porto last week", "home", "Porto"),
        ("I'm 34 years old", "I turned 35 today", "age", "35"), ("I'm single", "I got married", "status", "married"),
        ("my birthday is on 3 May", "my birthday is on 5 May", "date", "5 May"),
        ("I love coffee", "I hate coffee", "dislike", "coffee"),
        ("I have an exam on Friday", "I have an exam on Monday", "plan", "your exam on Monday"),
    ],
)  # fmt: skip
def test_a_slot_holds_what_was_told_last_and_its_history(user: Person, before: str, after: str, kind: str, value: str) -> None:
    user.says(before)
    user.says(after)
    held = [f for f in user.memory.facts if f.kind in (kind, "like")]
    assert [f.value.lower() for f in held] == [value.lower()]
    kept = user.memory.kept.get(held[0].id, user.clock())
    past = user.memory.kept.history(kept.slot, user.clock())
    assert len(past) == 2
    assert past[0].until is not None
    assert past[1].until is None
    assert past[0].turns != past[1].turns


@pytest.mark.parametrize(
    ("told", "corrected", "right", "wrong"),
    [
        ("My dog is called Biscuit", "Actually it's Basil", "Basil", "Biscuit"),
        ("my sister is called Anna", "No, her name is Lea", "Lea", "Anna"),
        ("I'm Sam", "Sorry, I meant Sun, not Sam", "Sun", "Sam"),
    ],
)  # fmt: skip
def test_a_correction_takes_the_place_of_what_was_told_last(user: Person, told: str, corrected: str, right: str, wrong: str) -> None:
    user.says(told)
    user.says(corrected)
    names = {n for f in user.memory.facts for n in (f.name, f.value)}
    assert right in names
    assert wrong not in names


@pytest.mark.parametrize(
    ("told", "over", "kind"),
    [
        ("I work as a nurse", "I got fired", "job"), ("I have a concert on Friday", "the concert was cancelled", "plan"),
        ("I started pottery", "I gave up pottery", "hobby"),
    ],
)  # fmt: skip
def test_what_is_over_is_no_longer_said(user: Person, told: str, over: str, kind: str) -> None:
    user.says(told)
    assert any(f.kind == kind for f in user.memory.facts)
    user.says(over)
    assert not any(f.kind == kind for f in user.memory.facts)


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("I'm allergic to penicillin", ("allergy", "penicillin", "")), ("I have a nut allergy", ("allergy", "nut", "")),
        ("I was diagnosed with asthma last year", ("health", "asthma", "")), ("I'm a vegetarian", ("diet", "vegetarian", "")),
        ("my mum's birthday is on March 3rd", ("date", "3 March", "mum's birthday")),
        ("I was born on the 9th of June", ("date", "9 June", "birthday")),
        ("please don't call me sweetie", ("boundary", "being called sweetie", "")), ("I just turned 40", ("age", "40", "")),
        ("I got divorced", ("status", "divorced", "")),
    ],
)  # fmt: skip
def test_the_rules_read_what_people_tell(user: Person, text: str, fact: tuple[str, str, str]) -> None:
    user.says(text)
    assert fact in user.held()


@pytest.mark.parametrize(
    "text",
    [
        "am I allergic to nuts?", "my friend is allergic to cats", "I'm not married", "I turned 12 pages", "I was born on a boat",
        "I quit smoking", "I'm 17 pages in", "don't call me back tonight",
        "I've become a fan of jazz", "I'm single-handedly moving house", "I'm engaged in a project", "I started as a beginner",
    ],
)  # fmt: skip
def test_the_rules_leave_alone_what_tells_nothing_of_the_user(user: Person, text: str) -> None:
    user.says(text)
    assert not {k for k, _, _ in user.held()} & {"allergy", "status", "age", "date", "boundary", "job"}


# -- incognito ---------------------------------------------------------------------------------------------------------------


def test_nothing_of_a_private_visit_is_written_or_known_afterwards(user: Person) -> None:
    user.says("I'm Sam")
    turns = len(user.memory.visits.newest(99))
    user.out(events.Private(True))
    user.says("my dog is called Biscuit")
    assert "Biscuit" in user.says("what's my dog called?"), "within the visit she follows"
    user.says("remember that I park on level 3")
    assert len(user.memory.visits.newest(99)) == turns
    assert "Biscuit" not in "\n".join(user.dump())
    user.out(events.Private(False))
    assert "Biscuit" not in user.says("what's my dog called?")
    assert user.memory.facts.user_name == "Sam"
    user.says("I like jazz")
    assert ("like", "jazz", "") in user.held()


# -- over time ---------------------------------------------------------------------------------------------------------------


def test_a_plan_is_said_as_it_looks_today(user: Person) -> None:
    user.says("I have a concert tomorrow")
    assert "tomorrow" in str(user.held())
    user.leave(1)
    user.arrive()
    assert "tomorrow" not in str(user.held())
    user.leave(3)
    user.arrive()
    plan = next(f for f in user.memory.facts if f.kind == "plan")
    assert plan.gone
    assert "last" in plan.value or "on " in plan.value


def test_a_visit_is_thought_over_and_each_line_cites_its_facts(user: Person) -> None:
    for line in ("I'm Sam", "I work as a nurse", "my sister is called Anna", "I'm worried about my knee", "I love jazz", "I'm a baker"):
        user.says(line)
    user.leave()
    rows = user.vault.store.read("SELECT text, facts FROM reflections")
    assert 1 <= len(rows) <= 5
    assert all(len(cited) > 2 for _, cited in rows)
    assert any("baker" in text and "nurse" in text for text, _ in rows)
    user.arrive()
    user.says("forget my sister")
    assert not [text for (text,) in user.vault.store.read("SELECT text FROM reflections") if "Anna" in text]


def test_a_long_visit_is_thought_over_on_the_way(user: Person) -> None:
    user.says("my sister is called Anna")
    for i in range(41):
        user.says(f"the number is {i}")
    assert user.vault.store.read("SELECT count(*) FROM reflections")[0][0] >= 1


def test_her_mood_of_the_last_visit_has_faded_not_vanished(user: Person) -> None:
    user.arrive()
    assert user.mind is not None
    home = user.mind.affect.default
    for _ in range(6):
        user.says("I passed my exam and I'm so happy, you're wonderful!")
    user.mind.close()
    user.mind = None
    user.clock.pass_(30)
    user.arrive()
    soon = user.mind.affect.mood(user.clock())  # type: ignore[union-attr]  # arrive made one
    user.leave(2)
    user.arrive()
    later = user.mind.affect.mood(user.clock())  # type: ignore[union-attr]
    assert sum(abs(a - b) for a, b in zip(soon, home, strict=True)) > sum(abs(a - b) for a, b in zip(later, home, strict=True))


def test_time_passes_in_words(user: Person) -> None:
    user.says("I have an exam in two weeks")
    seen = []
    for _ in range(16):
        user.leave(1)
        user.arrive()
        seen.append(next(f.value for f in user.memory.facts if f.kind == "plan"))
    assert "your exam tomorrow" in seen
    assert "your exam today" in seen
    assert "your exam yesterday" in seen
    assert len(list(itertools.groupby(seen))) == 6, "each is said in one row of days"
