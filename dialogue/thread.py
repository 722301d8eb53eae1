"""A mind in a thread of its own, for a program with frames.

thread = MindThread(mind)        # send() and poll() never wait
"""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
from collections.abc import Callable
from typing import TypeVar

from dialogue import events
from dialogue.brain.base import Brain
from dialogue.data import asset_json
from dialogue.memory.served import Reader
from dialogue.mind import Mind
from dialogue.safety.state import SafetyState
from dialogue.speech.sound import Voice

log = logging.getLogger(__name__)
T = TypeVar("T")


class MindThread:
    """A mind in its own asyncio thread. `send` and `poll` return at once and may be called from any one thread."""

    def __init__(self, mind: Mind) -> None:
        self._mind = mind
        self._out: queue.SimpleQueue[events.Outgoing] = queue.SimpleQueue()
        self._loop = asyncio.new_event_loop()
        self._inbox: asyncio.Queue[events.Incoming] = asyncio.Queue()
        self._murmuring: asyncio.Task[None] | None = None
        mind.after.tell = self._out.put
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

    def call(self, work: Callable[[], T]) -> T:
        """Do something in the mind's own thread, between two of its steps, and wait for it: for what must not meet a turn half-way."""

        async def step() -> T:
            return work()

        if self._loop.is_closed() or not self._thread.is_alive():
            return work()
        return asyncio.run_coroutine_threadsafe(step(), self._loop).result()

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

    def set_brain(self, brain: Brain | None, reader: Reader | None = None) -> None:
        """`Mind.set_brain`, in the mind's own thread."""
        self._loop.call_soon_threadsafe(self._mind.set_brain, brain, reader)

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
            if made.utterance.trouble:  # the chosen voice failed at it, which is told once and not again
                self._out.put(events.Trouble(made.turn, made.utterance.trouble))
            self._out.put(made)

    async def _main(self) -> None:
        task: asyncio.Task[None] | None = None
        while True:
            event = await self._inbox.get()
            if isinstance(event, events.Aside):
                for said in self._mind.aside(event):
                    self._out.put(said)
                continue
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
