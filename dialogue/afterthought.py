"""After a reply a model may read the message once more for facts; whoever speaks next does not wait for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from dialogue import events
from dialogue.brain.knowing import say_fact
from dialogue.memory.embed import missing
from dialogue.memory.memory import Memory
from dialogue.memory.served import Reader


class Afterthought:
    """One at a time: a message that comes while another is read is left to the rules. `tell`: called with the news."""

    def __init__(self, memory: Memory, clock: Callable[[], float]) -> None:
        self._memory, self._clock = memory, clock
        self.reader: Reader | None = None
        self.tell: Callable[[events.Notice], None] = lambda notice: None
        self._task: asyncio.Task[None] | None = None

    def begin(self, text: str, number: int) -> None:
        """Have a message read (not for an empty text, nor in private), and vectors made that are missing."""
        if self._memory.private or (self._task is not None and not self._task.done()):
            return
        embedder = self._memory.embedder
        if not (self.reader is not None and text) and embedder.places and not missing(self._memory.store, embedder.places):
            return
        self._task = asyncio.get_running_loop().create_task(self._work(text, number))

    async def _work(self, text: str, number: int) -> None:
        if self.reader is not None and text:
            await self._read(self.reader, text, number)
        await self._memory.embedder.catch_up(self._memory.store)

    async def _read(self, reader: Reader, text: str, number: int) -> None:
        found = await reader.read(text, number, [say_fact(f) for f in self._memory.facts])
        for notice in self._memory.news(self._memory.learn_more(found, number, self._clock()), number):
            self.tell(notice)

    async def wait(self) -> None:
        """Until what is being read is read."""
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)

    async def close(self) -> None:
        """End it and let go of connections; may be called twice."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self.reader is not None:
            await self.reader.close()
        await self._memory.embedder.close()
