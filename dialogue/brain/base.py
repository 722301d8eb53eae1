"""What a brain is: somebody who answers a request with a stream of words."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Literal, Protocol

from dialogue.affect.state import Affect
from dialogue.affect.user import UserMood
from dialogue.brain.facts import Facts, Learned
from dialogue.memory.items import Recalled
from dialogue.persona.persona import Persona


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the talk, free of tags; hers holds only words that were really heard."""

    speaker: Literal["user", "her"]
    text: str


@dataclass(frozen=True, slots=True)
class Request:
    """All a brain may know about the turn it answers. `text`: the user's words, empty when she speaks first. `history`: what
    was said before, oldest first. `learned`: what this message
    told. `recalled`: what memory has for it. `sober`: after a crisis, no play, jokes or romance. `again`: the last answer is to be
    replaced by another. `level`: the content level that holds, 0..3. `now` in seconds since 1970; `rng` is the only source of chance."""

    text: str
    history: tuple[Line, ...]
    persona: Persona
    affect: Affect
    user_mood: UserMood
    facts: Facts
    now: float
    rng: random.Random
    turn: int = 0
    learned: Learned = field(default_factory=Learned)
    sober: bool = False
    again: bool = False
    recalled: Recalled = field(default_factory=Recalled)
    level: int = 0


class Brain(Protocol):
    """`reply` streams chunks of text that may hold `[label]` tags; it raises `BrainTrouble`."""

    @property
    def name(self) -> str:
        """What a user knows it by."""

    def reply(self, request: Request) -> AsyncIterator[str]:
        """The answer, piece by piece."""

    async def close(self) -> None:
        """Let go of connections; may be called twice."""
