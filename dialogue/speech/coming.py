"""Sentences that a voice is asked for, one after the other, and the tasks in which the rest of their sound comes."""

from __future__ import annotations

import asyncio

from dialogue.speech.growing import Growing, Said, side_by_side, spoken
from dialogue.speech.sound import Prosody, Voice
from dialogue.trouble import VoiceTrouble

AHEAD_S = 1.0
"""When no more than that of a sentence is still to come, the next is asked for: a server needs about half of it until the first sound, and
two that come beside each other for long would hold each other up."""


class Coming:
    """`begin` once, then `all` or `aclose`; whichever is called, what was begun has an end afterwards. `ask` may come before. It has
    `nearly` come when `AHEAD_S` is missing, and `came` when all its sound is here, though its phones may not be settled."""

    def __init__(self, voice: Voice, text: str, prosody: Prosody) -> None:
        self._stream = spoken(voice, text, prosody)
        self._said: Growing | None = None
        self._told = ""
        self._asked: asyncio.Task[Said] | None = None
        self._task: asyncio.Task[str] | None = None
        self.nearly, self.came = asyncio.Event(), asyncio.Event()

    @property
    def over(self) -> bool:
        """`all` would not wait."""
        return self._task is None or self._task.done()

    def ask(self) -> None:
        """Ask the voice for it; nobody waits yet."""
        self._asked = asyncio.create_task(self._begin())

    async def begin(self) -> Said:
        """What can be heard from now on. Raises `VoiceTrouble`."""
        return await (self._asked or self._begin())

    async def _begin(self) -> Said:
        try:
            said = await anext(self._stream)
        except BaseException:
            self._look(complete=True)
            await self._stream.aclose()
            raise
        if isinstance(said, Growing) and not said.ended:
            self._said, self._told = said, said.trouble
            self._task = asyncio.create_task(self._rest(said))
        else:
            await self._stream.aclose()
            self._look(complete=True)
        return said

    async def all(self) -> str:
        """Wait until all of its sound is there; returns what went wrong since it began, a sentence or ''."""
        if self._task is None:
            return ""
        try:
            return await self._task
        finally:
            await self.aclose()

    async def aclose(self) -> None:
        """Let go of it; may be called twice."""
        tasks, self._asked, self._task = (self._asked, self._task), None, None
        try:
            for task in tasks:
                if task is not None:
                    task.cancel()
                    await asyncio.wait([task])
                    if not task.cancelled():
                        task.exception()  # who waited for it has it
            await self._stream.aclose()
        finally:
            if self._said is not None:
                self._said.end()

    async def _rest(self, said: Growing) -> str:
        try:
            async for _ in self._stream:
                self._look(said.complete, said.expected_s - said.duration_s)
        except VoiceTrouble as error:
            return str(error)
        finally:
            said.end()
            self._look(complete=True)
        return said.trouble if said.trouble != self._told else ""

    def _look(self, complete: bool, missing_s: float = 0.0) -> None:
        if complete:
            self.came.set()
        if complete or missing_s <= AHEAD_S:
            self.nearly.set()


class Row:
    """The sentences of one turn: each begins when all the sound of the one before is here, so they keep their order."""

    def __init__(self) -> None:
        self._comings: list[Coming] = []

    async def follow(self, coming: Coming, voice: Voice) -> str:
        """Wait until it may begin; returns what went wrong with those before it. It is asked for before that where `voice` can make two."""
        self._comings.append(coming)
        if len(self._comings) > 1:
            former = self._comings[-2]
            if side_by_side(voice):
                await former.nearly.wait()
                coming.ask()
            await former.came.wait()
        return await self._settle([c for c in self._comings[:-1] if c.over or c is not self._comings[-2]])

    async def all(self) -> str:
        """Wait until they are over; returns what went wrong since they began, a sentence or ''."""
        return await self._settle(list(self._comings))

    async def _settle(self, comings: list[Coming]) -> str:
        troubles = []
        for coming in comings:
            troubles.append(await coming.all())
            self._comings.remove(coming)
        return next(filter(None, troubles), "")

    async def aclose(self) -> None:
        """Let go of them; may be called twice."""
        for coming in self._comings:
            await coming.aclose()
