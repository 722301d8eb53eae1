"""Which facts a user means by the words that he asks with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dialogue.brain.facts import Fact
from dialogue.brain.words import content, tokens

NAMED = ("person", "pet", "name")
WHEN_WORDS = frozenset(
    ("tell", "told", "say", "said", "mention", "talk", "ask", "know", "learn", "hear", "day", "date", "long", "ago", "first", "last")
)


def words_for(fact: Fact) -> frozenset[str]:
    """Words by which a fact is asked for."""
    also: dict[str, Any] = {
        "job": {"work", "job"}, "home": {"live", "home", "move"}, "date": set(content(fact.name)), "pet": {"pet"},
        "allergy": {"allergy", "allergic"}, "plan": {"plan"}, "worry": {"worry"}, "age": {"age"}, "name": {"name"}, "like": {"like"},
        "hobby": {"hobby"}, "dislike": {"dislike", "like"},
    }  # fmt: skip
    return fact.words | frozenset(also.get(fact.kind, ()))


def matching(facts: Iterable[Fact], what: str) -> list[Fact]:
    """Facts of the store that are meant by words such as "my dog's name", "that I like hiking", "Biscuit"."""
    held = [f for f in facts if f.id]
    words = set(content(what)) - {"name", "call"}
    asked = {w.removesuffix("'s") for w in tokens(what)}
    named = [f for f in held if f.kind in NAMED and set(tokens(f.name or f.value)) <= asked]
    if named:
        return named
    whole = [f for f in held if words and words <= words_for(f)]
    return whole or [f for f in held if words and len(words & words_for(f)) * 2 > len(words)]
