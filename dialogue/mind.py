"""The mind's public face: hand in what happens, take out what she does.

mind = build_mind(load_persona("mira"), None, voice, time.time, random.Random(1))
thread = MindThread(mind)        # for a program with frames: send() and poll() never wait
events = mind.run(Say("hi"))     # for records and tests: one event, everything that follows from it
"""

from __future__ import annotations

import asyncio
import logging
import queue
import random
import threading
from collections.abc import AsyncGenerator, Callable
from dataclasses import replace

from dialogue import events
from dialogue.affect.prosody import prosody
from dialogue.affect.state import Affect
from dialogue.backchannel import GAIN_DB, choose
from dialogue.brain.base import Brain
from dialogue.brain.embedded import EmbeddedBrain
from dialogue.brain.endpoint import EndpointBrain
from dialogue.brain.facts import Facts
from dialogue.brain.opinion import EndpointOpinion, SecondOpinion
from dialogue.client import Endpoint
from dialogue.data import asset_json
from dialogue.ledger import Ledger
from dialogue.persona.persona import Persona
from dialogue.record import Record
from dialogue.safety.guard import Guard
from dialogue.safety.state import SafetyState
from dialogue.safety.wellbeing import Limits
from dialogue.speech.sound import Voice
from dialogue.trouble import VoiceTrouble
from dialogue.turn import Exchange, Talk

log = logging.getLogger(__name__)


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
        ledger: Ledger | None = None,
        limits: Limits | None = None,
        most_level: int = 3,
        second: SecondOpinion | None = None,
    ) -> None:
        self.turn = 0
        self._murmurs, self._murmured = random.Random(repr(rng.getstate()[1][:3])), ""  # chance of its own: a talk does not change with it
        self._retired: list[Voice] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._talk = Talk(
            persona=persona, brain=brain or fallback, fallback=fallback, voice=voice, clock=clock, rng=rng,
            guard=Guard(persona.name, country, SafetyState(
                persona.name, ledger, persona_most=persona.romance_max, own_endpoint=brain is not None, most=most_level, limits=limits,
                now=clock(),
            )),
            affect=Affect.at_rest(persona.traits.as_map(), clock()), facts=Facts(user_name), record=Record(), on_minor=on_minor,
            second=second,
        )  # fmt: skip

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

    def set_brain(self, brain: Brain | None) -> None:
        """Answer with another brain from the next turn on; None is the built-in one."""
        self.safety.consent.use_endpoint(brain is not None)
        self._talk.brain = brain or self._talk.fallback
        self._talk.failing = False

    def set_voice(self, voice: Voice) -> None:
        """Speak with another voice from the next sentence on; the former one is closed with the mind, for it may be speaking."""
        self._retired.append(self._talk.voice)
        self._talk.voice = voice

    async def handle(self, event: events.Incoming) -> AsyncGenerator[events.Outgoing, None]:
        """Everything that follows from an event. One event at a time: close a running generator before the next."""
        if isinstance(event, events.Bye):
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
        exchange = Exchange(talk, self.turn, text, again and not (isinstance(event, events.Retry) and event.text)).run()
        try:
            async for out in exchange:
                yield out
        finally:
            await exchange.aclose()

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
        self._talk.facts.forget_turn(last.number)
        return (event.text or last.user).strip()

    def run(self, event: events.Incoming) -> list[events.Outgoing]:
        """All that follows from one event, at once. Not for use beside a `MindThread`."""
        if self._loop is None:
            self._loop = asyncio.new_event_loop()

        async def collect() -> list[events.Outgoing]:
            return [out async for out in self.handle(event)]

        return self._loop.run_until_complete(collect())

    async def aclose(self) -> None:
        """Let go of connections and the voice."""
        await self._talk.brain.close()
        if self._talk.second is not None:
            await self._talk.second.close()
        for voice in (self._talk.voice, *self._retired):
            await voice.aclose()
        self._retired.clear()

    def close(self) -> None:
        """The same for those who used `run`; may be called twice."""
        loop = self._loop or asyncio.new_event_loop()
        if not loop.is_closed():
            loop.run_until_complete(self.aclose())
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.close()
        self._loop = loop


class MindThread:
    """A mind in its own asyncio thread. `send` and `poll` return at once and may be called from any one thread."""

    def __init__(self, mind: Mind) -> None:
        self._mind = mind
        self._out: queue.SimpleQueue[events.Outgoing] = queue.SimpleQueue()
        self._loop = asyncio.new_event_loop()
        self._inbox: asyncio.Queue[events.Incoming] = asyncio.Queue()
        self._murmuring: asyncio.Task[None] | None = None
        self._thread = threading.Thread(target=self._serve, name="mind", daemon=True)
        self._thread.start()

    def send(self, event: events.Incoming) -> None:
        """Hand something in. A `Say`, `Retry`, `Arrive` or `Hush` ends what she is saying."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._inbox.put_nowait, event)

    def poll(self, limit: int = 8) -> list[events.Outgoing]:
        """At most `limit` events, oldest first; speech of a turn that is over is left out."""
        found: list[events.Outgoing] = []
        while len(found) < limit:
            try:
                event = self._out.get_nowait()
            except queue.Empty:
                break
            if not isinstance(event, (events.Speech, events.Thinking)) or event.turn >= self._mind.turn:
                found.append(event)
        return found

    def murmur(self, language: str) -> None:
        """Make a listener's word; it comes as an event, or does not."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._begin_murmur, language)

    def present(self) -> None:
        """`Mind.present`, in the mind's own thread; what is due comes as events."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._present)

    def _present(self) -> None:
        for notice in self._mind.present():
            self._out.put(notice)

    @property
    def safety(self) -> SafetyState:
        """`Mind.safety`; reading it is safe from any thread, and so is what a page changes there."""
        return self._mind.safety

    @property
    def level(self) -> int:
        """`Mind.level`."""
        return self._mind.level

    def set_brain(self, brain: Brain | None) -> None:
        """`Mind.set_brain`, in the mind's own thread."""
        self._loop.call_soon_threadsafe(self._mind.set_brain, brain)

    def set_voice(self, voice: Voice) -> None:
        """`Mind.set_voice`, in the mind's own thread."""
        self._loop.call_soon_threadsafe(self._mind.set_voice, voice)

    def close(self, timeout_s: float = 5.0) -> None:
        """End the talk and the thread; may be called twice."""
        if self._thread.is_alive():
            self.send(events.Bye())
            self._thread.join(timeout_s)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._main())
        finally:
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()

    def _begin_murmur(self, language: str) -> None:
        if self._murmuring is None or self._murmuring.done():
            self._murmuring = self._loop.create_task(self._murmur(language))

    async def _murmur(self, language: str) -> None:
        made = await self._mind.murmur(language)
        if made is not None:
            self._out.put(made)

    async def _main(self) -> None:
        task: asyncio.Task[None] | None = None
        while True:
            event = await self._inbox.get()
            if task and not task.done():
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
            if isinstance(event, events.Bye):
                break
            task = asyncio.create_task(self._answer(event))
        if self._murmuring is not None:
            self._murmuring.cancel()
            await asyncio.gather(self._murmuring, return_exceptions=True)
        await self._mind.aclose()

    async def _answer(self, event: events.Incoming) -> None:
        stream = self._mind.handle(event)
        try:
            async for out in stream:
                self._out.put(out)
        except Exception as error:
            # What was said must not reach a log: only the kind of the error does.
            log.error("the turn failed: %s", type(error).__name__)
            log.debug("details", exc_info=error)
            self._out.put(events.Trouble(self._mind.turn, asset_json("mind/trouble.json")["inside"]))
            self._out.put(events.Done(self._mind.turn))
        finally:
            await stream.aclose()


def build_mind(
    persona: Persona,
    endpoint: Endpoint | None,
    voice: Voice,
    clock: Callable[[], float],
    rng: random.Random,
    user_name: str | None = None,
    country: str | None = None,
    on_minor: Callable[[], None] = lambda: None,
    ledger: Ledger | None = None,
    limits: Limits | None = None,
    most_level: int = 3,
    second_opinion: bool = False,
) -> Mind:
    """A mind with the built-in brain, or with an endpoint and the built-in brain behind it. `ledger`: where what outlives the visit is
    kept, in memory without one; `limits`: of the user's time; `most_level`: the highest content level of this profile;
    `second_opinion`: the endpoint is asked too whether a message tells of danger. Raises
    `NotAllowed` when the table of crisis lines is missing or altered."""
    brain = EndpointBrain(endpoint) if endpoint else None
    second = EndpointOpinion(endpoint) if endpoint and second_opinion else None
    return Mind(persona, brain, EmbeddedBrain(), voice, clock, rng, user_name, country, on_minor, ledger, limits, most_level, second)
