"""Between a talk and the memory: what is said is written through as it is said, and what is forgotten leaves the talk as well."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from dialogue import events
from dialogue.affect.mood import Mood
from dialogue.affect.state import Affect
from dialogue.brain.embedded import EmbeddedBrain
from dialogue.memory.erase import Mark, without
from dialogue.memory.memory import Memory
from dialogue.persona.persona import Persona
from dialogue.record import Record, Turn
from dialogue.trouble import MemoryTrouble


class Keeper:
    """Holds the record of one talk and hands it on to `memory`."""

    def __init__(self, memory: Memory, fallback: EmbeddedBrain, clock: Callable[[], float]) -> None:
        self._memory, self._fallback, self._clock = memory, fallback, clock
        self.record = Record(self._keep)
        self.record.private = memory.private
        memory.on_forget = self._forgotten

    def feels(self, persona: Persona) -> Affect:
        """Her state as a visit begins: at rest, or as the mood of the last visit has faded since."""
        now = self._clock()
        rest, last = Affect.at_rest(persona.traits.as_map(), now), self._memory.visits.last_mood()
        return replace(rest, anchor=Mood(*last[1], at_s=min(last[0], now))) if last else rest

    def aside(self, event: events.Aside, turn: int, now: float) -> list[events.Outgoing]:
        """What concerns the memory alone; what could not be done comes as a trouble."""
        memory = self._memory
        try:
            match event:
                case events.Forget():
                    memory.forget(list(event.facts), now)
                case events.Undo():
                    memory.undo(event.fact, now)
                case events.Amend():
                    if event.value is not None:
                        memory.edit(event.fact, event.value, event.name, now)
                    if event.pinned is not None:
                        memory.pin(event.fact, event.pinned)
                case events.Private():
                    memory.set_private(event.on, now)
                    self.record.set_private(event.on)
        except MemoryTrouble as error:
            return [events.Trouble(turn, str(error))]
        return [events.Changed(turn)]

    def _keep(self, turn: Turn) -> None:
        if turn.private:
            return
        if not turn.hers:
            self._memory.hear(turn.number, turn.user, self._clock())
        else:
            self._memory.said(turn.number, turn.user, turn.reply)

    def _forgotten(self, marks: list[Mark]) -> None:
        self.record.change(lambda text: without(text, marks))
        self._fallback.leave("")
