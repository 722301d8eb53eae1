"""She is asked to remember, to forget, to take something back and to put it right, in the words of a talk."""

from __future__ import annotations

import pytest

from dialogue import events
from tests.dialogue.memory.talking import Person


def test_remember_that_keeps_what_no_rule_reads(user: Person) -> None:
    answer = user.says("Please remember that I park on level 3")
    assert "you park on level 3" in answer
    user.leave()
    user.arrive()
    assert "level 3" in user.says("where do I park?")
    known = user.says("remember that I park on level 3")
    assert "already" in known or "have" in known


@pytest.mark.parametrize(
    "text", ["remember when we first met?", "I'll never forget that day", "forget it", "never mind, forget it", "do you remember my name?",
             "I always forget my keys", "don't forget to smile", "remember me?", "just forget",
             "remember that time in the rain?", "remember that day by the sea", "let's forget about work", "I want to forget him"],
)  # fmt: skip
def test_idioms_are_no_orders(user: Person, text: str) -> None:
    user.says("I'm Sam")
    before = user.held()
    user.says(text)
    assert user.held() == before


def test_forget_that_erases_the_fact_and_its_words_and_says_nothing_of_them(user: Person) -> None:
    user.says("My dog is called Biscuit. I like rain.")
    answer = user.says("Please forget my dog's name")
    assert "Biscuit" not in answer
    assert "Biscuit" not in str(user.held())
    turns = " ".join(t.user + t.hers for t in user.memory.visits.newest(50))
    assert "Biscuit" not in turns
    assert "I like rain." in turns, "the rest of the message stays"
    assert "Biscuit" not in " ".join(line.text for line in user.memory_lines())


def test_forgotten_stays_forgotten_until_it_is_told_on_purpose(user: Person) -> None:
    user.says("My dog is called Biscuit")
    user.says("forget my dog's name")
    user.leave()
    user.arrive()
    user.says("My dog is called Biscuit")
    assert ("pet", "dog", "Biscuit") not in user.held()
    user.says("My dog is called Rex")
    assert ("pet", "dog", "Rex") in user.held(), "another fact is not forgotten with it"
    user.says("remember that my dog is called Biscuit")
    assert ("pet", "dog", "Biscuit") in user.held()


def test_she_asks_which_when_several_could_be_meant(user: Person) -> None:
    user.says("My cat is called Tom")
    user.says("My cat is called Lola")
    question = user.says("forget my cat")
    assert "Tom" in question
    assert "Lola" in question
    assert {("pet", "cat", "Tom"), ("pet", "cat", "Lola")} <= user.held()
    user.says("Lola please")
    assert ("pet", "cat", "Tom") in user.held()
    assert ("pet", "cat", "Lola") not in user.held()


@pytest.mark.parametrize(("answer", "left"), [("both", 0), ("none of them", 2), ("the second", 1)])
def test_the_answer_decides_what_goes(user: Person, answer: str, left: int) -> None:
    user.says("My cat is called Tom")
    user.says("My cat is called Lola")
    user.says("forget my cat")
    user.says(answer)
    assert len([f for f in user.memory.facts if f.kind == "pet"]) == left


def test_a_sigh_is_no_order_before_it_is_confirmed(user: Person) -> None:
    user.says("I work as a nurse")
    assert "Shall I forget that?" in user.says("Forget work.")
    user.says("no")
    assert ("job", "nurse", "") in user.held()
    user.says("forget work")
    user.says("yes please")
    assert ("job", "nurse", "") not in user.held()


def test_another_subject_lets_the_question_go(user: Person) -> None:
    user.says("My cat is called Tom")
    user.says("My cat is called Lola")
    user.says("forget my cat")
    user.says("I baked some bread with rye this morning")
    user.says("both")
    assert len([f for f in user.memory.facts if f.kind == "pet"]) == 2


def test_words_that_made_no_fact_can_be_forgotten_too(user: Person) -> None:
    user.says("There was that thing with the accordion at the station.")
    user.leave()
    user.arrive()
    user.says("forget what I said about the accordion")
    assert "accordion" not in " ".join(t.user + t.hers for t in user.memory.visits.newest(50))
    assert "nothing" in user.says("forget about the zeppelin") or "don't find" in user.says("forget the zeppelin")


def test_everything_is_not_erased_by_a_word(user: Person) -> None:
    user.says("I'm Sam")
    answer = user.says("forget everything")
    assert "Memory page" in answer
    assert user.memory.facts.user_name == "Sam"


def test_an_undo_comes_with_each_new_memory_and_brings_back_what_it_replaced(user: Person) -> None:
    user.says("I work as a nurse")
    out = user.out(events.Say("I'm a baker"))
    notice = next(e for e in out if isinstance(e, events.Notice) and e.kind == "memory")
    assert len(notice.facts) == 1
    user.out(events.Undo(notice.facts[0]))
    assert [f.value for f in user.memory.facts if f.kind == "job"] == ["nurse"]
    user.says("I'm a baker")
    assert [f.value for f in user.memory.facts if f.kind == "job"] == ["nurse"], "what was taken back is not learned again by itself"
    user.says("I like jazz")
    user.says("undo that")
    assert ("like", "jazz", "") not in user.held()


def test_an_edited_message_takes_its_facts_along(user: Person) -> None:
    user.says("I work as a nurse")
    user.says("I work as a baker")
    user.out(events.Retry("I work as a cook"))
    assert [f.value for f in user.memory.facts if f.kind == "job"] == ["cook"]
    assert "baker" not in " ".join(t.user for t in user.memory.visits.newest(9))
    assert len(user.memory.kept.all(user.clock(), past=True)) == 2
    user.out(events.Retry("I like jazz"))
    assert [f.value for f in user.memory.facts if f.kind == "job"] == ["nurse"]


def test_a_fact_can_be_put_right_and_pinned_and_the_wrong_one_is_gone(user: Person) -> None:
    user.says("my sister is called Ana")
    fact = next(f for f in user.memory.facts if f.kind == "person")
    user.out(events.Amend(fact.id, "sister", "Anna", pinned=True))
    assert ("person", "sister", "Anna") in user.held()
    kept = user.memory.kept.get(fact.id, user.clock())
    assert kept.pinned
    assert kept.turns, "the source stays known"
    assert not [f for f in user.memory.kept.all(user.clock(), past=True) if f.name == "Ana"]
    out = user.out(events.Amend(999, "x"))
    assert [e for e in out if isinstance(e, events.Trouble)]
