"""A second opinion on danger by the user's own endpoint: it can raise the tier of the rules, never lower it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable
from typing import Any, Protocol

from dialogue.brain.redact import Redactor
from dialogue.client import Endpoint
from dialogue.data import asset_json

WAIT_S = 4.0
"""Longest wait for the opinion; without one the rules' own stands."""


class SecondOpinion(Protocol):
    """Somebody who reads a message for signs of danger."""

    async def tier(self, text: str, names: Iterable[str] = ()) -> int:
        """0..3 as in the crisis protocol; 0 when it cannot say. `names`: to be hidden where the user wishes so. Raises nothing."""

    async def close(self) -> None:
        """Let go of connections; may be called twice."""


class EndpointOpinion:
    """Asks `endpoint` for one digit. The message goes where the talk goes anyway, and nowhere else."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._client: Any = None

    async def tier(self, text: str, names: Iterable[str] = ()) -> int:
        """As the protocol says."""
        if self._endpoint.redact:
            text = Redactor(names).hide(text)
        if self._client is None:
            self._client = self._endpoint.open(WAIT_S)
        asked: Any = [{"role": "system", "content": asset_json("mind/prompt.json")["opinion"]}, {"role": "user", "content": text}]
        try:
            made: Any = await asyncio.wait_for(
                self._client.chat.completions.create(model=self._endpoint.model, messages=asked, max_tokens=4, temperature=0), WAIT_S
            )
            found = re.search(r"[0-3]", str(made.choices[0].message.content))
        except Exception:  # of any library underneath: the rules have already judged, so a failure costs nothing
            return 0
        return int(found[0]) if found else 0

    async def close(self) -> None:
        """As the protocol says."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()
