"""Scripted users against the built-in brain, and the measures of the design."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from pathlib import Path

from dialogue import events
from dialogue.brain.topics import find_topics, near
from dialogue.brain.words import content
from dialogue.data import asset_json
from dialogue.mind import build_mind
from dialogue.persona.persona import load_persona
from tests.fakes import FakeVoice, HandClock

USERS = ("hobbyist", "worker", "skeptic")
HERE = Path(__file__).parent


@dataclass(frozen=True)
class Exchange:
    """What the user said, what she answered, and which told facts she could know by then."""

    user: str
    reply: str
    known: frozenset[str]


def talk(user: str, seed: int, persona: str = "mira") -> list[Exchange]:
    """A whole scripted conversation."""
    clock = HandClock()
    mind = build_mind(load_persona(persona), None, FakeVoice(), clock, random.Random(seed))
    mind.run(events.Arrive())
    done: list[Exchange] = []
    for line in json.loads((HERE / "users" / f"{user}.json").read_text("utf-8"))["says"]:
        said = [e.shown for e in mind.run(events.Say(line)) if isinstance(e, events.Speech)]
        known = frozenset(word for fact in mind.facts for word in fact.words)
        done.append(Exchange(line, " ".join(said), known))
        clock.pass_(20)
    mind.close()
    return done


def is_on_topic(exchange: Exchange, before: Exchange | None) -> bool:
    """Shares a base form, a slot or a linked topic with the last user turn. A turn without any content word ("yeah") goes by
    her question before it."""
    asked = exchange.user if content(exchange.user) else f"{exchange.user} {before.reply if before else ''}"
    words, reply = set(content(asked)), set(content(exchange.reply))
    topics = {t for hit in find_topics(asked) for t in near(hit.topic)}
    return bool(words & reply or reply & exchange.known or topics & {hit.topic for hit in find_topics(exchange.reply)})


def on_topic_share(talked: list[Exchange]) -> float:
    """Share of replies on topic."""
    hits = [is_on_topic(e, talked[i - 1] if i else None) for i, e in enumerate(talked)]
    return sum(hits) / len(hits)


def repeats(talked: list[Exchange], within: int = 40) -> list[str]:
    """Replies that came word for word within so many turns."""
    replies = [e.reply for e in talked]
    return [r for i, r in enumerate(replies) if r in replies[max(0, i - within) : i]]


def repair_share(talked: list[Exchange]) -> float:
    """Share of "I don't understand" replies."""
    lines = asset_json("mind/talk.json")["repair"]
    return sum(any(line.split(".")[0] in e.reply for line in lines) for e in talked) / len(talked)


def longest_question_row(talked: list[Exchange]) -> int:
    """The most replies with a question in a row."""
    longest = row = 0
    for exchange in talked:
        row = row + 1 if "?" in exchange.reply else 0
        longest = max(longest, row)
    return longest


def distinct(talked: list[Exchange], n: int) -> float:
    """Share of different n-grams among all of the first 40 replies."""
    words = [e.reply.lower().split() for e in talked[:40]]
    grams = [tuple(w[i : i + n]) for w in words for i in range(len(w) - n + 1)]
    return len(set(grams)) / len(grams)
