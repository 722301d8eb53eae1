"""A brain behind an OpenAI-compatible server, streamed."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from typing import TYPE_CHECKING, Any

from dialogue.brain.base import Request
from dialogue.brain.prompt import messages
from dialogue.brain.redact import Redactor, names_in
from dialogue.client import Endpoint
from dialogue.data import asset_json
from dialogue.trouble import BrainTrouble

if TYPE_CHECKING:
    from openai import AsyncOpenAI

READ_S = 45.0
MOST_TOKENS = 300
STOP = ["\nUser:", "\nuser:", "<|im_end|>", "<|eot_id|>"]


class EndpointBrain:
    """Talks to `endpoint`. Every failure is a `BrainTrouble` of one sentence."""

    def __init__(self, endpoint: Endpoint, read_s: float = READ_S) -> None:
        endpoint.check()
        self._endpoint, self._read_s = endpoint, read_s
        self._client: AsyncOpenAI | None = None
        self._redactor = Redactor() if endpoint.redact else None

    @property
    def name(self) -> str:
        """Model and host."""
        return self._endpoint.name

    def _open(self) -> AsyncOpenAI:
        if self._client is None:
            self._client = self._endpoint.open(self._read_s)
        return self._client

    async def close(self) -> None:
        """Close the connections."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def probe(self) -> tuple[str, ...]:
        """Names of the models it offers; empty where it answers but has no such list. Raises `BrainTrouble`."""
        import openai

        try:
            page = await self._open().models.list()
        except openai.NotFoundError:
            return ()
        except openai.APIStatusError as error:
            raise BrainTrouble(_status_sentence(self.name, error.status_code)) from error
        except (openai.OpenAIError, ValueError, AttributeError) as error:
            raise BrainTrouble(self._lost(False)) from error
        return tuple(model.id for model in page.data or ())

    def sends(self, request: Request) -> list[dict[str, str]]:
        """The messages as they leave this computer for a request."""
        made = messages(request)
        if self._redactor is None:
            return made
        self._redactor.know(name for fact in request.facts for name in names_in(fact))
        made[0]["content"] += "\n" + asset_json("mind/redact.json")["note"]
        return [{**m, "content": self._redactor.hide(m["content"])} for m in made]

    async def reply(self, request: Request) -> AsyncIterator[str]:
        """Chunks as they arrive, with what was hidden put back; tags and reasoning are left to the script that reads them."""
        pieces = self._pieces(request)
        try:
            async for piece in pieces if self._redactor is None else self._redactor.shown(pieces):
                yield piece
        finally:
            await pieces.aclose()

    async def _pieces(self, request: Request) -> AsyncGenerator[str, None]:
        import openai

        said = False
        try:
            stream: Any = await self._open().chat.completions.create(
                model=self._endpoint.model,
                messages=self.sends(request),  # type: ignore[arg-type]  # plain dictionaries of role and content
                stream=True,
                max_tokens=MOST_TOKENS,
                temperature=0.8,
                stop=STOP,
            )
            finished = False
            try:
                async for chunk in stream:
                    choice = chunk.choices[0] if chunk.choices else None
                    if choice is None:
                        continue
                    finished = finished or choice.finish_reason is not None
                    text = choice.delta.content if choice.delta else None
                    if text:
                        said = said or bool(text.strip())
                        yield text
            finally:
                await stream.close()
        except openai.APIStatusError as error:
            raise BrainTrouble(_status_sentence(self.name, error.status_code)) from error
        except openai.APITimeoutError as error:
            raise BrainTrouble(f"{self.name} did not answer in time; see whether the model is loaded, or pick a smaller one.") from error
        except Exception as error:
            # A stream that breaks raises errors of the HTTP library underneath, whose name differs between versions; whatever it
            # is, the user needs one sentence and the built-in brain goes on.
            kind = type(error).__name__
            if "Timeout" in kind:
                raise BrainTrouble(f"{self.name} stopped answering; see whether the model is loaded, or pick a smaller one.") from error
            if said or isinstance(error, (openai.APIConnectionError, OSError)) or "Protocol" in kind or "Network" in kind or "Read" in kind:
                raise BrainTrouble(self._lost(said)) from error
            raise BrainTrouble(
                f"{self.name} answered with something that is no chat; check the address (it usually ends in /v1)."
            ) from error
        if not said:
            raise BrainTrouble(f"{self.name} sent an empty answer; see whether the model name is right.")
        if not finished:
            raise BrainTrouble(self._lost(said))

    def _lost(self, said: bool) -> str:
        where = "broke off in the middle" if said else "cannot be reached"
        return f"{self.name} {where}; see that the server runs, or switch to the built-in brain in the settings."


def _status_sentence(name: str, status: int) -> str:
    if status in (401, 403):
        return f"{name} refused the key ({status}); set the right one in the settings."
    if status == 404:
        return f"{name} does not know this model or address (404); check both in the settings."
    if status == 429:
        return f"{name} asks to slow down (429); wait a moment or switch to the built-in brain."
    return f"{name} failed by itself ({status}); try again or switch to the built-in brain in the settings."
