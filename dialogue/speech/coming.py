"""One sentence that a voice is asked for, and the task in which the rest of its sound comes."""

from __future__ import annotations

import asyncio

from dialogue.speech.growing import Growing, Said, spoken
from dialogue.speech.sound import Prosody, Voice
from dialogue.trouble import VoiceTrouble


class Coming:
    """`begin` once, then `all` or `aclose`; whichever is called, what was begun has an end afterwards."""

    def __init__(self, voice: Voice, text: str, prosody: Prosody) -> None:
        self._stream = spoken(voice, text, prosody)
        self._said: Growing | None = None
        self._told = ""
        self._task: asyncio.Task[str] | None = None

    async def begin(self) -> Said:
        """What can be heard from now on. Raises `VoiceTrouble`."""
        try:
            said = await anext(self._stream)
        except BaseException:
            await self._stream.aclose()
            raise
        if isinstance(said, Growing) and not said.ended:
            self._said, self._told = said, said.trouble
            self._task = asyncio.create_task(self._rest(said))
        else:
            await self._stream.aclose()
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
        task, self._task = self._task, None
        try:
            if task is not None:
                task.cancel()
                await asyncio.wait([task])
                if not task.cancelled():
                    task.exception()  # who waited for `all` has it
            await self._stream.aclose()
        finally:
            if self._said is not None:
                self._said.end()

    async def _rest(self, said: Growing) -> str:
        try:
            async for _ in self._stream:
                pass
        except VoiceTrouble as error:
            return str(error)
        finally:
            said.end()
        return said.trouble if said.trouble != self._told else ""
