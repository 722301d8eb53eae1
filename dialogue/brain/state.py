"""What the built-in brain keeps from turn to turn besides facts: where the talk stands and which lines were used."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from dialogue.brain.extract import Fact

MEMORY_TURNS = 60
NEVER = 10**9


@dataclass(slots=True)
class TalkState:
    """used: template to the turns it was used in. openings: first words of her last replies. asked: whether each of her last
    replies held a question. activity: (name, its own state) or None. heavy: the
    last sad event (a key of `happened` or
    `feelings`), its turn, and whom it is about. echoed: when she last gave the user's own words back.
    closed: topics the user does not want. answered: the fact that her last answer about the user gave."""

    turn: int = 0
    topic: str | None = None
    thing: str = ""
    used: dict[str, int] = field(default_factory=dict)
    openings: list[str] = field(default_factory=list)
    asked: list[bool] = field(default_factory=list)
    closed: set[str] = field(default_factory=set)
    raised: dict[str, int] = field(default_factory=dict)
    activity: tuple[str, dict[str, Any]] | None = None
    name_said: int = 0
    repaired: int = -100
    foreign: int = -100
    greeted: bool = False
    heavy: tuple[str, int] = ("", -100)
    heavy_about: str = ""
    echoed: int = -100
    answered: Fact | None = None
    people: int = -100
    warmed: int = -100

    def age(self, line: str) -> int:
        """Turns since a line or template was used; large when it never was."""
        return self.turn - self.used[line] if line in self.used else NEVER

    def fresh(self, lines: Iterable[str], turns: int = 40) -> list[str]:
        """The lines that were not used within so many turns."""
        return [line for line in lines if self.age(line) > turns]

    def pick(self, lines: Sequence[str], rng: random.Random) -> str:
        """A line that was not used for long, and note it as used."""
        fresh = self.fresh(lines)
        chosen = rng.choice(fresh) if fresh else max(lines, key=self.age)
        self.used[chosen] = self.turn
        return chosen

    @property
    def questions_in_row(self) -> int:
        """Her replies with a question, counted back from the last."""
        count = 0
        for asked in reversed(self.asked):
            if not asked:
                break
            count += 1
        return count

    @property
    def question_share(self) -> float:
        """Share of her last ten replies that asked something."""
        last = self.asked[-10:]
        return sum(last) / len(last) if last else 0.0

    def note_reply(self, reply: str) -> None:
        """Remember how the reply opened, whether it asked, and its sentences."""
        self.openings = [*self.openings[-3:], reply.split()[0].strip(",.!?:").lower()] if reply.split() else self.openings
        self.asked = [*self.asked[-(MEMORY_TURNS - 1) :], "?" in reply]
