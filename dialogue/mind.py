"""The mind's public face: hand in what happens, take out what she does. `dialogue.thread` runs one for a program with frames.

mind = build_mind(load_persona("mira"), None, voice, time.time, random.Random(1))
events = mind.run(Say("hi"))     # for records and tests: one event, everything that follows from it
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Callable, Iterator
from dataclasses import replace

from dialogue import events
from dialogue.affect.prosody import prosody
from dialogue.affect.state import Affect
from dialogue.afterthought import Afterthought
from dialogue.backchannel import GAIN_DB, choose
from dialogue.brain.base import Brain
from dialogue.brain.embedded import EmbeddedBrain
from dialogue.brain.endpoint import EndpointBrain
from dialogue.brain.facts import Facts
from dialogue.brain.opinion import EndpointOpinion, SecondOpinion
from dialogue.client import Endpoint
from dialogue.data import asset_json
from dialogue.ledger import Ledger
from dialogue.memory.asking import Asking
from dialogue.memory.memory import Memory
from dialogue.memory.served import Reader, ServedReader
from dialogue.memory.spoken import order
from dialogue.memory.vault import Vault
from dialogue.persona.persona import Persona
from dialogue.record import Record
from dialogue.remembering import Keeper
from dialogue.safety.guard import Guard
from dialogue.safety.state import SafetyState
from dialogue.safety.wellbeing import Limits
from dialogue.speech.sound import Voice
from dialogue.trouble import VoiceTrouble
from dialogue.turn import Exchange, Talk

_TOLD = "told of endpoint"
"""Key of the ledger: of which endpoint the user was told what goes to it."""


class Mind:
    """One conversation. `clock` gives seconds since 1970, the same clock by which `Affect` is read. `on_minor` is called when
    the user turns out not to be an adult; from then on nothing is answered."""

    def __init__(
        self,
        persona: Persona,
        brain: Brain | None,
        fallback: EmbeddedBrain,
        voice: Voice,
        clock: Callable[[], float],
        rng: random.Random,
        user_name: str | None = None,
        country: str | None = None,
        on_minor: Callable[[], None] = lambda: None,
        memory: Memory | None = None,
        ledger: Ledger | None = None,
        limits: Limits | None = None,
        most_level: int = 3,
        second: SecondOpinion | None = None,
    ) -> None:
        self.turn = 0
        self._own_memory = memory is None
        self.memory = memory or Memory(Vault.loose(), clock(), user_name)
        self._ledger = self.memory.ledger if ledger is None else ledger
        self.memory.facts.called(user_name)
        self._keeper = Keeper(self.memory, fallback, clock)
        self._murmurs, self._murmured = random.Random(repr(rng.getstate()[1][:3])), ""  # chance of its own: a talk does not change with it
        self._retired: list[Voice] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._talk = Talk(
            persona=persona, brain=brain or fallback, fallback=fallback, voice=voice, clock=clock, rng=rng,
            guard=Guard(persona.name, country, SafetyState(
                persona.name, self._ledger, persona_most=persona.romance_max,
                own_endpoint=brain is not None, most=most_level, limits=limits, now=clock(),
            )),
            affect=self._keeper.feels(persona), facts=self.memory.facts, record=self._keeper.record, memory=self.memory,
            asking=Asking(self.memory), on_minor=on_minor, second=second,
        )  # fmt: skip
        self.memory.begin_visit(persona.name, clock())
        self.after = Afterthought(self.memory, clock)

    @property
    def record(self) -> Record:
        """What was said, in memory."""
        return self._talk.record

    @property
    def affect(self) -> Affect:
        """Her present state."""
        return self._talk.affect

    @property
    def facts(self) -> Facts:
        """What the user has told."""
        return self._talk.facts

    @property
    def referrals(self) -> int:
        """How often a crisis line was named."""
        return self._talk.guard.referrals

    @property
    def safety(self) -> SafetyState:
        """Consent, boundaries, the clock and the counter of this user."""
        return self._talk.guard.state

    @property
    def level(self) -> int:
        """The content level that holds now."""
        return self._talk.guard.level(self._talk.clock())

    def present(self) -> list[events.Outgoing]:
        """The user is here although nobody speaks: time counts, and a notice may be due."""
        return [events.Notice(self.turn, "ai", text) for text in self.safety.wellbeing.due(self._talk.clock())]

    def set_brain(self, brain: Brain | None, reader: Reader | None = None) -> None:
        """Answer with another brain from the next turn on; None is the built-in one. `reader`: reads messages for facts afterwards."""
        self.after.reader = reader
        self.safety.consent.use_endpoint(brain is not None)
        self._talk.brain = brain or self._talk.fallback
        self._talk.failing = False

    def set_voice(self, voice: Voice) -> None:
        """Speak with another voice from the next sentence on; the former one, which may be speaking, is closed after the next turn."""
        self._retired.append(self._talk.voice)
        self._talk.voice = voice

    async def handle(self, event: events.Incoming) -> AsyncGenerator[events.Outgoing, None]:
        """Everything that follows from an event. One event at a time: close a running generator before the next."""
        if isinstance(event, events.Bye):
            return
        if isinstance(event, events.Aside):
            for said in self.aside(event):
                yield said
            return
        self.turn += 1
        talk = self._talk
        if isinstance(event, events.Hush):
            talk.record.cut(event.heard_s, event.sentence)
            talk.affect = talk.affect.without_future(talk.clock())
            yield events.Feeling(self.turn, talk.affect)
            yield events.Done(self.turn)
            return
        again = isinstance(event, events.Retry)
        text = self._words(event)
        if not text and not isinstance(event, events.Arrive):
            yield events.Done(self.turn)
            return
        for notice in self._leaving():
            yield notice
        exchange = Exchange(talk, self.turn, text, again and not (isinstance(event, events.Retry) and event.text)).run()
        try:
            async for out in exchange:
                yield out
            reads = talk.brain is not talk.fallback and not talk.guard.locked and self._may_read()
            self.after.begin(text if reads else "", self.turn)
            await asyncio.sleep(0)  # it begins, and this turn is over
            await self._close_retired()
        finally:
            await exchange.aclose()

    def _leaving(self) -> Iterator[events.Notice]:
        """What goes to whom, said before the first of it goes."""
        brain = self._talk.brain
        if not isinstance(brain, EndpointBrain) or self._ledger.read(_TOLD) == brain.name:
            return
        self._ledger.write(_TOLD, brain.name)
        text = asset_json("mind/endpoint.json")
        said = text["first"].format(place=brain.name) + (f" {text['hidden']}" if brain.redactor is not None else "")
        yield events.Notice(self.turn, "info", said)

    def _may_read(self) -> bool:
        """Whether the last message was ordinary talk: what the memory was asked to forget, or a crisis, is read by nobody else."""
        last = self._talk.record.turns[-1:]
        return bool(last) and order(last[0].user) is None and not self._talk.guard.sober

    def aside(self, event: events.Aside) -> list[events.Outgoing]:
        """What concerns her memory alone, at once; what could not be done comes as a trouble."""
        return self._keeper.aside(event, self.turn, self._talk.clock())

    async def murmur(self, language: str) -> events.Murmur | None:
        """A listener's word in her present feeling; None where the language has none, the voice fails or nothing may be said. The record
        keeps nothing of it."""
        talk = self._talk
        strengths = {k: v for k, v in talk.affect.strengths(talk.clock()).items() if v > 0}
        words = "" if talk.guard.locked else choose(language, strengths, self._murmurs, self._murmured)
        if not words:
            return None
        try:
            made = await talk.voice.speak(words, replace(prosody(strengths), gain_db=GAIN_DB))
        except VoiceTrouble:
            return None  # the next sentence will say so
        self._murmured = words
        return events.Murmur(self.turn, made)

    def _words(self, event: events.Say | events.Arrive | events.Retry) -> str:
        """The user's words of an event; a retry takes the last exchange back first."""
        if isinstance(event, events.Arrive):
            return ""
        if isinstance(event, events.Say):
            return event.text.strip()
        record = self._talk.record
        last = next((t for t in reversed(record.turns) if t.user), None)
        if last is None:
            return (event.text or "").strip()
        del record.turns[record.turns.index(last) :]
        self.memory.take_back(last.number, self._talk.clock())
        return (event.text or last.user).strip()

    def run(self, event: events.Incoming) -> list[events.Outgoing]:
        """All that follows from one event, at once. Not for use beside a `MindThread`."""
        if self._loop is None:
            self._loop = asyncio.new_event_loop()

        async def collect() -> list[events.Outgoing]:
            return [out async for out in self.handle(event)]

        return self._loop.run_until_complete(collect())

    async def _close_retired(self) -> None:
        while self._retired:
            await self._retired.pop().aclose()

    async def aclose(self) -> None:
        """Let go of connections and the voice."""
        await self.after.close()
        await self._talk.brain.close()
        if self._talk.second is not None:
            await self._talk.second.close()
        self._retired.append(self._talk.voice)
        await self._close_retired()
        self.memory.end_visit(self._talk.clock())
        if self._own_memory:
            self.memory.vault.close()

    def close(self) -> None:
        """The same for those who used `run`; may be called twice."""
        loop = self._loop or asyncio.new_event_loop()
        if not loop.is_closed():
            loop.run_until_complete(self.aclose())
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.close()
        self._loop = loop


def build_mind(
    persona: Persona,
    endpoint: Endpoint | None,
    voice: Voice,
    clock: Callable[[], float],
    rng: random.Random,
    user_name: str | None = None,
    country: str | None = None,
    on_minor: Callable[[], None] = lambda: None,
    memory: Memory | None = None,
    reads: bool = True,
    ledger: Ledger | None = None,
    limits: Limits | None = None,
    most_level: int = 3,
    second_opinion: bool = False,
) -> Mind:
    """A mind with the built-in brain, or with an endpoint and the built-in brain behind it. `memory`: stays open when the mind closes;
    without one she remembers this talk alone. `reads`: the endpoint is also asked for facts in what was said. `ledger`: where what
    outlives the visit is kept, the memory's own without one; `limits`: of the user's time; `most_level`: the highest content level of
    this profile; `second_opinion`: the endpoint is asked too whether a message tells of danger. Raises `NotAllowed` when the table of
    crisis lines is missing or altered."""
    brain = EndpointBrain(endpoint) if endpoint else None
    second = EndpointOpinion(endpoint) if endpoint and second_opinion else None
    mind = Mind(
        persona, brain, EmbeddedBrain(), voice, clock, rng, user_name, country, on_minor, memory, ledger, limits, most_level, second
    )
    if endpoint and brain and memory is not None and reads:
        mind.after.reader = ServedReader(endpoint, brain.redactor)
    return mind
