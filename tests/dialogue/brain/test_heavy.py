"""What weighs on the user is stayed with: no other subject, no light line, no echo."""

from __future__ import annotations

import random

import pytest

from dialogue import events
from dialogue.brain.acts import read_event
from dialogue.brain.reading import find_clause
from dialogue.brain.topics import topics
from dialogue.brain.words import swap
from dialogue.data import asset_json
from dialogue.mind import Mind, build_mind
from dialogue.persona.persona import load_persona
from tests.dialogue.talks import USERS, talk
from tests.fakes import FakeVoice, HandClock

HEAVY = [
    ["My wife passed last year", "She had cancer", "I just miss her voice", "we had a garden together", "yes", "she loved roses"],
    ["Our dog Biscuit ran off", "we looked everywhere", "hm", "I walked to the moss by the river"],
    ["my friend betrayed me", "she told everyone at work", "ok", "I made coffee and sat there"],
    ["I'm so worried about my exam", "my desk is full of books", "yes", "the weather was grey"],
    ["I feel so sad", "I sat in the garden", "ok", "the film was over early"],
]


def new_mind(seed: int) -> Mind:
    return build_mind(load_persona("mira"), None, FakeVoice(), HandClock(), random.Random(seed))


def say(m: Mind, text: str) -> str:
    return " ".join(e.shown for e in m.run(events.Say(text)) if isinstance(e, events.Speech))


@pytest.mark.parametrize("lines", HEAVY, ids=lambda lines: lines[0])
@pytest.mark.parametrize("seed", range(4))
def test_she_stays_with_what_weighs(lines: list[str], seed: int) -> None:
    table = asset_json("mind/talk.json")
    light = [*table["lead_on"], *table["bridge"]]
    for topic in topics().values():
        light += [s for s in (*topic.questions, *topic.plain, *topic.good, *topic.bad, *topic.mine) if "{" not in s]
    m = new_mind(seed)
    for line in lines:
        reply = say(m, line)
        assert not [s for s in light if s in reply], (line, reply)
        assert not any(f"{word} {line.lower().removeprefix('i ').removeprefix('we ')}" in reply.lower() for word in ("you", "so", "right,"))
    m.close()


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("she passed last year", "loss"),
        ("My wife passed", "loss"),
        ("my cat passed away", "loss"),
        ("Biscuit died", "loss"),
        ("She had cancer", "illness"),
        ("my friend betrayed me", "betrayal"),
        ("Our dog Biscuit ran off", "missing"),
        ("I just miss her voice", "grief"),
        ("my phone died", None),
        ("my laptop just died on me", None),
        ("she passed her exam", None),
        ("he passed me the salt", None),
        ("I nearly died of shame", None),
        ("I miss the sea", None),
    ],
)
def test_what_happened_is_read(text: str, event: str | None) -> None:
    assert read_event(text) == event


@pytest.mark.parametrize("user", USERS)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_words_are_seldom_given_back_and_fillers_come_once(user: str, seed: int) -> None:
    table = asset_json("mind/talk.json")
    talked = talk(user, seed)
    echoes = 0
    for exchange in talked:
        said = exchange.reply.split(". ")[0].lower()
        clause = find_clause(exchange.user).lower()
        echoes += bool(clause and clause in said) or swap(exchange.user.strip(" .!?")).lower() in said
    assert echoes <= 0.27 * len(talked)
    replies = " ".join(e.reply for e in talked)
    for filler in (*table["bridge"], *(s for s in table["ask_more"]["plain"] if "{" not in s)):
        assert replies.count(filler) <= 1
