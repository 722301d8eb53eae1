"""Visits against one memory, for tests."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from dialogue import events
from dialogue.brain.base import Line
from dialogue.client import Endpoint
from dialogue.memory.memory import Memory
from dialogue.memory.vault import Vault
from dialogue.mind import Mind, build_mind
from dialogue.persona.persona import load_persona
from tests.fakes import FakeVoice, HandClock

DAY = 86400.0


@dataclass
class Person:
    """Somebody who visits now and then; all visits share a vault and a clock."""

    vault: Vault
    clock: HandClock = field(default_factory=HandClock)
    seed: int = 3
    endpoint: Endpoint | None = None
    mind: Mind | None = None

    def arrive(self) -> str:
        """Begin a visit; her greeting."""
        memory = Memory(self.vault, self.clock())
        self.mind = build_mind(load_persona("mira"), self.endpoint, FakeVoice(), self.clock, random.Random(self.seed), memory=memory)
        return self.hears(events.Arrive())

    def says(self, text: str) -> str:
        """Her answer."""
        return self.hears(events.Say(text))

    def hears(self, event: events.Incoming) -> str:
        """What she says to an event."""
        return " ".join(e.shown for e in self.out(event) if isinstance(e, events.Speech))

    def out(self, event: events.Incoming) -> list[events.Outgoing]:
        """All that follows from an event."""
        if self.mind is None:
            self.arrive()
        assert self.mind is not None
        self.clock.pass_(20)
        return self.mind.run(event)

    def leave(self, days: float = 1.0) -> None:
        """End the visit; time passes."""
        if self.mind is not None:
            self.mind.close()
            self.mind = None
        self.clock.pass_(days * DAY)

    @property
    def memory(self) -> Memory:
        assert self.mind is not None
        return self.mind.memory

    def held(self) -> set[tuple[str, str, str]]:
        """Kind, value and name of all that holds."""
        return {(f.kind, f.value, f.name) for f in self.memory.facts}

    def memory_lines(self) -> tuple[Line, ...]:
        """The running talk as a brain sees it."""
        assert self.mind is not None
        return self.mind.record.lines()

    def dump(self) -> list[str]:
        """Every row of every table."""
        store = self.vault.store
        names = [n for (n,) in store.read("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%seen'")]
        return [str(row) for name in names for row in store.read(f"SELECT * FROM {name}")]
