"""What a reviewer found misread, and what it must be read as."""

from __future__ import annotations

import random
import re
from collections.abc import AsyncIterator, Iterator

import pytest

from dialogue import events
from dialogue.brain.base import Request
from dialogue.brain.endpoint import EndpointBrain
from dialogue.brain.topics import find_topics
from dialogue.client import Endpoint
from dialogue.data import asset_json
from dialogue.mind import Mind, build_mind
from dialogue.persona.persona import load_persona
from dialogue.trouble import BrainTrouble, SettingsTrouble
from tests.fakes import FakeVoice, HandClock


@pytest.fixture
def mind() -> Iterator[Mind]:
    made = build_mind(load_persona("mira"), None, FakeVoice(), HandClock(), random.Random(1))
    yield made
    made.close()


def say(m: Mind, text: str) -> str:
    return " ".join(e.shown for e in m.run(events.Say(text)) if isinstance(e, events.Speech))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nothing much", "quiet|restful|slow|time"),
        ("hey gorgeous", "friendly"),
        ("you're no fun", "earnest|another chance|loosen"),
        ("do you even care?", "AI|software|won't pretend"),
        ("will you be my girlfriend", "Yes or no"),
        ("I might quit tomorrow, I have no savings though", "push back|wouldn't do that|don't think that's"),
        ("I'll put all my savings into crypto", "push back|wouldn't do that|don't think that's"),
        ("I'm skipping meals", "push back|wouldn't do that|don't think that's"),
        ("I don't need my friends, I have you", "friends|your people"),
        ("ich bin heute sehr müde", "English"),
        ("привет, как дела", "English"),
    ],
)
def test_lines_get_the_answer_they_ask_for(mind: Mind, text: str, expected: str) -> None:
    assert re.search(expected, say(mind, text))
    assert not [f for f in mind.facts if f.kind in ("person", "name")]


@pytest.mark.parametrize(("sign", "kind"), [("😀", "happy"), ("👍👍", "yes"), ("😂", "laugh"), ("😢", "sad")])
def test_a_line_of_signs_is_understood(mind: Mind, sign: str, kind: str) -> None:
    assert say(mind, sign) in asset_json("mind/talk.json")["emoji"][kind]["lines"]


def test_another_language_is_mentioned_once_in_a_while(mind: Mind) -> None:
    assert "English" in say(mind, "je suis très triste")
    assert "English" not in say(mind, "je suis une pomme")


def test_names_and_what_was_told_are_kept(mind: Mind) -> None:
    say(mind, "call me later")
    assert mind.facts.user_name is None
    say(mind, "I'm Dr. Anne-Marie O'Neil")
    assert mind.facts.user_name == "Anne-Marie"
    for line in ("Our dog Biscuit ran off", "I'm a plumber in Leeds", "I'm worried about my exam"):
        say(mind, line)
    assert "Biscuit" in say(mind, "what's my dog's name?")
    assert "plumber in Leeds" in say(mind, "where do I work?")
    assert "exam" in say(mind, "what am I worried about?")


def test_topics_are_found_by_whole_words() -> None:
    assert not find_topics("the moss is green")
    assert not any(h.topic == "family" for h in find_topics("she went away"))


def test_a_written_slot_breaks_nothing(mind: Mind) -> None:
    assert not set("{}[]") & set(say(mind, "I am {user} and I like {v} [sad]"))


class Dead:
    """A brain that fails while `dead`."""

    name = "dead"
    dead = True

    async def reply(self, request: Request) -> AsyncIterator[str]:
        if self.dead:
            raise BrainTrouble("It cannot be reached.")
        yield "Hello."

    async def close(self) -> None:
        """Nothing is open."""


def test_an_outage_is_told_once_until_it_is_over(mind: Mind) -> None:
    brain = Dead()
    mind.set_brain(brain)

    def troubles() -> int:
        return sum(isinstance(e, events.Trouble) for e in mind.run(events.Say("I made soup")))

    assert [troubles(), troubles(), troubles()] == [1, 0, 0]
    brain.dead = False
    assert troubles() == 0
    brain.dead = True
    assert [troubles(), troubles()] == [1, 0]


def test_an_endpoint_needs_a_model() -> None:
    with pytest.raises(SettingsTrouble, match="name of a model"):
        EndpointBrain(Endpoint("http://localhost:1/v1", " "))
