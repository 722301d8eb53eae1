"""The built-in brain: it must read like somebody who listens, and stay inside the design's gates."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

import pytest

from dialogue import events
from dialogue.brain.acts import read_act, read_feeling
from dialogue.brain.reading import find_clause, read
from dialogue.data import asset_json
from dialogue.mind import Mind, build_mind
from dialogue.persona.persona import load_persona
from tests.dialogue.talks import USERS, distinct, longest_question_row, on_topic_share, repair_share, repeats, talk
from tests.fakes import FakeVoice, HandClock

SEEDS = (1, 2, 3)


_open: list[Mind] = []


@pytest.fixture(autouse=True)
def _close_minds() -> Iterator[None]:
    yield
    while _open:
        _open.pop().close()


def mind(seed: int = 1, persona: str = "mira") -> Mind:
    _open.append(build_mind(load_persona(persona), None, FakeVoice(), HandClock(), random.Random(seed)))
    return _open[-1]


def say(m: Mind, text: str) -> str:
    return " ".join(e.shown for e in m.run(events.Say(text)) if isinstance(e, events.Speech))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("user", USERS)
def test_sixty_turns_stay_inside_the_gates(user: str, seed: int) -> None:
    talked = talk(user, seed)
    assert len(talked) == 60
    assert all(e.reply for e in talked)
    assert repeats(talked) == []
    assert repair_share(talked) <= 0.03
    assert on_topic_share(talked) >= 0.6
    assert longest_question_row([e for e in talked if e.user != "ask me something"]) <= 2
    assert distinct(talked, 1) >= 0.45
    assert distinct(talked, 2) >= 0.80
    lengths = sorted(len(e.reply.split()) for e in talked)
    assert 8 <= lengths[30] <= 22
    assert lengths[54] <= 40


def test_the_same_seed_gives_the_same_talk_and_another_one_another() -> None:
    assert talk("worker", 5) == talk("worker", 5)
    assert talk("worker", 5) != talk("worker", 6)


def test_she_remembers_what_was_told() -> None:
    m = mind()
    for line in [
        "Hi, I'm Ben",
        "My dog Rufus is asleep",
        "I love baking bread",
        "I have a job interview on Friday",
        "My sister Anna lives in Leeds",
    ]:
        say(m, line)
    assert "Ben" in say(m, "What is my name?")
    assert "Rufus" in say(m, "What's my dog called?")
    assert "interview" in say(m, "Do you remember what's on Friday?")
    assert "baking bread" in say(m, "What do I like?")
    known = say(m, "What do you know about me?")
    assert "Ben" in known
    assert sum(word in known for word in ("Rufus", "bread", "interview", "Anna")) >= 2


def test_what_was_not_told_she_does_not_know() -> None:
    m = mind()
    assert re.search(r"don't know it|haven't told", say(m, "Do you know my name?"))
    assert re.search(r"don't think you told|don't have", say(m, "What's my cat called?"))


@pytest.mark.parametrize("seed", range(6))
def test_a_told_plan_comes_up_again_unasked(seed: int) -> None:
    m = mind(seed)
    say(m, "I have a job interview on Friday")
    later = [
        say(m, line)
        for line in ["The weather is grey", "I had soup", "ok", "It is quiet here", "hm", "ok", "fine", "ok", "maybe", "ok", "hm", "ok"]
    ]
    assert any("interview" in reply for reply in later[4:])


def test_a_change_of_taste_is_noticed() -> None:
    m = mind()
    say(m, "I love coffee")
    assert re.search(r"opposite|something else before", say(m, "I hate coffee"))


@pytest.mark.parametrize(
    "question",
    [
        "What's the capital of Mongolia?",
        "Who won the world cup in 1998?",
        "How tall is the Eiffel tower?",
        "When was Mozart born?",
        "What is the weather in Paris?",
    ],
)
@pytest.mark.parametrize("seed", range(4))
def test_a_question_of_fact_gets_an_honest_limit(question: str, seed: int) -> None:
    reply = say(mind(seed), question)
    assert re.search(r"can't (?:look|check)|no way to check|guess|don't know|invent|search engine|encyclopedia|make something up", reply), (
        reply
    )


def test_small_sums_are_worked_out() -> None:
    assert "391" in say(mind(), "what is 17 times 23")


def test_she_says_how_she_is_from_her_mood() -> None:
    m = mind()
    reply = say(m, "How are you?")
    assert any(line in reply for key in ("good", "calm") for line in asset_json("mind/talk.json")["how_are_you"][key])
    low = mind()
    for _ in range(3):
        low._talk.affect = low.affect.felt("distress", 1.0, f"x{_}", low._talk.clock())
        low._talk.clock.pass_(40)  # type: ignore[attr-defined]  # the test hands in its own clock
    reply = say(low, "How are you?")
    assert any(line in reply for line in asset_json("mind/talk.json")["how_are_you"]["low"])


@pytest.mark.parametrize("text", ["you are so sexy", "I love you", "hey gorgeous", "I'm in love with you"])
def test_a_flirt_is_declined_warmly(text: str) -> None:
    assert "friendly" in say(mind(), text).lower()


@pytest.mark.parametrize(
    "text", ["I should just quit my job today", "I want to spend all my savings on crypto", "I want to stop taking my medication"]
)
def test_a_bad_idea_meets_pushback(text: str) -> None:
    reply = say(mind(), text)
    assert re.search(
        r"push back|wouldn't do that|don't think that's a good|just nodded|please don't (?:change|stop)|ask your doctor", reply, re.I
    ), reply


def test_somebody_who_died_is_not_asked_after() -> None:
    for seed in range(5):
        m = mind(seed)
        say(m, "my dad was a fisherman")
        say(m, "he died when I was twenty")
        later = " ".join(say(m, line) for line in ["yes", "ok", "hm", "fine", "ok", "maybe", "ok", "hm"])
        assert not re.search(r"how is .{0,12}your dad|things there|going with your dad|mentioned your dad", later, re.I)


def test_a_stopped_topic_stays_closed() -> None:
    for seed in range(5):
        m = mind(seed)
        say(m, "My boss keeps shouting at work")
        say(m, "I don't want to talk about work")
        later = " ".join(say(m, line) for line in ["ok", "hm", "fine", "ok", "yes", "maybe", "ok"])
        assert not re.search(r"\b(?:boss|your work|job|colleague)\b", later), later


def test_an_answer_can_be_had_once_more_and_differs() -> None:
    m = mind()
    first = say(m, "I play the guitar")
    second = " ".join(e.shown for e in m.run(events.Retry()) if isinstance(e, events.Speech))
    assert second
    assert second != first
    assert len(m.record.turns) == 1


def test_an_edited_message_takes_its_facts_back() -> None:
    m = mind()
    say(m, "My name is Ben")
    m.run(events.Retry("My name is Tom"))
    assert "Tom" in say(m, "What's my name?")
    assert [t.user for t in m.record.turns] == ["My name is Tom", "What's my name?"]


def test_games_can_be_played_and_left() -> None:
    m = mind(2)
    assert "yes or no" in say(m, "let's play twenty questions") or "twenty" in m.record.last_reply()
    assert re.match(r"(?:Yes|No|Hard|I can't)", say(m, "is it alive?"))
    for thing in asset_json("mind/activities.json")["twenty"]:
        if "well played" in (reply := say(m, f"is it {thing['thing']}?")) or "questions." in reply:
            break
    else:
        pytest.fail("no guess was right")
    assert "rather" in say(m, "would you rather")
    assert "Breathe in" in say(m, "help me calm down")
    assert "breath out" in say(m, "ok")


def test_a_story_can_be_walked_through() -> None:
    m = mind(3)
    assert say(m, "tell me a story").endswith("?")
    assert say(m, "the second one").endswith("?")
    assert not say(m, "I go in").endswith("?")


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ("I went hiking with my brother yesterday", "you went hiking with your brother yesterday"),
        ("honestly, I was so happy", "you were so happy"),
        ("We can't get it through the door", "you can't get it through the door"),
        ("He's a bit faster than me, I have to admit", "he's a bit faster than you"),
        ("What do you think?", ""),
        ("you are nice to me", ""),
        ("I'm fine", ""),
    ],
)
def test_words_are_turned_around(text: str, clause: str) -> None:
    assert find_clause(text) == clause


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("hi", "greet"),
        ("thanks a lot", "thanks"),
        ("haha", "laugh"),
        ("how are you?", "how_are_you"),
        ("what's your name?", "ask_name"),
        ("do you like cheese?", "ask_taste"),
        ("what do you think about cats?", "ask_opinion"),
        ("what's the capital of Peru?", "fact"),
        ("tell me a joke", "joke"),
        ("maybe", "unsure"),
        ("not really", "no"),
        ("yes please", "yes"),
        ("ok", "ok"),
        ("you're stupid", "insult"),
        ("you're really nice", "compliment"),
        ("what do I like?", "ask_my_likes"),
        ("I bought a new lamp for the kitchen", "tell"),
        ("why do you ask", "why_ask"),
    ],
)
def test_acts_are_read(text: str, act: str) -> None:
    assert read_act(text).name == act


def test_feelings_are_read_with_their_denial() -> None:
    assert read_feeling("I'm so tired today") == "tired"
    assert read_feeling("I feel a bit lonely") == "lonely"
    assert read_feeling("I'm not happy") == "sad"
    assert read_feeling("I'm not tired") is None
    assert read("I passed my exam!").mood == "good"
    assert read("my grandmother died").mood == "bad"


def test_noise_gets_one_kind_question_not_two() -> None:
    m = mind()
    repair = [line.split(".")[0] for line in asset_json("mind/talk.json")["repair"]]
    first, second = say(m, "asdf qwer"), say(m, "sdfgh jkl")
    assert any(line in first for line in repair)
    assert not any(line in second for line in repair)


def test_every_written_line_fills_its_slots() -> None:
    for user in USERS:
        for exchange in talk(user, 9, "jon"):
            assert not re.search(r"[{}\[\]]", exchange.reply), exchange.reply
            assert "  " not in exchange.reply
