"""A mind with a brain that says what it is told, and the sets to try it with, for tests of what leaves it."""

from __future__ import annotations

import random
import re
from collections.abc import AsyncIterator, Callable, Iterable

from dialogue import events
from dialogue.affect.appraisal import appraise
from dialogue.brain.base import Request
from dialogue.brain.embedded import EmbeddedBrain
from dialogue.ledger import Ledger
from dialogue.mind import Mind
from dialogue.persona.persona import Persona, load_persona
from dialogue.safety.consent import BUILT_IN_MOST
from tests.dialogue.safety.sets import load
from tests.fakes import FakeVoice, HandClock

Minds = Callable[..., Mind]
"""Makes a mind as `new_mind` does, and closes it when the test is over."""

MOODS = ("none", "compliment", "insult", "crisis")
"""Appraised acts that bring four different moods about."""


class Parrot:
    """A brain that answers everything with the same sentences: the worst that an endpoint could send."""

    name = "parrot"

    def __init__(self, says: Iterable[str]) -> None:
        self.says = " ".join(says)
        self.asked: list[Request] = []

    async def reply(self, request: Request) -> AsyncIterator[str]:
        self.asked.append(request)
        yield self.says

    async def close(self) -> None: ...


def new_mind(
    says: Iterable[str] | None = None, *, level: int = 0, mood: str = "none", seed: int = 1, ledger: Ledger | None = None,
    persona: Persona | None = None, country: str | None = "US", clock: HandClock | None = None,
) -> Mind:  # fmt: skip
    """A mind with the built-in brain, or with a parrot, at a level and in a mood."""
    clock = clock or HandClock()
    who = persona or load_persona("mira").model_copy(update={"romance_max": 3})
    brain = Parrot(says) if says is not None else None
    mind = Mind(who, brain, EmbeddedBrain(), FakeVoice(), clock, random.Random(seed), country=country, ledger=ledger)
    if level:
        level = level if brain is not None else min(level, BUILT_IN_MOST)
        mind.safety.consent.choose(level, clock(), "page", confirmed=True)
    for _ in range(3 if mood != "none" else 0):
        mind._talk.affect = appraise(mind._talk.affect, mood, 0.0, clock())
    return mind


def answer(mind: Mind, text: str) -> list[str]:
    """The sentences she says."""
    return [e.shown for e in mind.run(events.Say(text)) if isinstance(e, events.Speech)]


def both(name: str) -> list[str]:
    """Texts of both halves of a set."""
    return [i if isinstance(i, str) else i["text"] for half in ("tune", "held") for i in load(f"{name}_{half}")]


def sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.!?])\s+", text.strip())
