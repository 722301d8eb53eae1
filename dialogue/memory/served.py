"""A model's reading of a message, where the user has an endpoint: a second call, after the reply, that nobody waits for.

What it gives back is a stranger's text: it is parsed with tolerance and clamped, and a fact whose words the user did not say is dropped.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from typing import Any, Protocol, cast, get_args

from dialogue.brain.facts import Fact, Kind
from dialogue.brain.redact import Redactor
from dialogue.brain.words import content, stop_words, tokens
from dialogue.client import Endpoint
from dialogue.data import asset_json

log = logging.getLogger(__name__)
READ_S, MOST_TOKENS = 20.0, 300
MOST_FACTS, MOST_LETTERS = 6, 60
_NAMED = ("person", "pet", "date")


class Reader(Protocol):
    """Finds facts that the rules did not see."""

    async def read(self, text: str, turn: int, known: Sequence[str]) -> list[Fact]:
        """The facts in one message; none when it fails. `known`: what is known already, as clauses."""

    async def close(self) -> None:
        """Let go of connections; may be called twice."""


class ServedReader:
    """Asks the model of `endpoint`, with what `redactor` hides hidden."""

    def __init__(self, endpoint: Endpoint, redactor: Redactor | None = None) -> None:
        self._endpoint, self._redactor = endpoint, redactor
        self._client: Any = None

    async def read(self, text: str, turn: int, known: Sequence[str]) -> list[Fact]:
        """As the protocol says."""
        if len(content(text)) < 2:
            return []
        table = asset_json("memory/extract.json")
        asked = table["ask"].format(known="; ".join(known[:20]) or "nothing", text=text)
        if self._redactor is not None:
            asked = self._redactor.hide(asked)
        try:
            if self._client is None:
                self._client = self._endpoint.open(READ_S)
            done = await self._client.chat.completions.create(
                model=self._endpoint.model, max_tokens=MOST_TOKENS, temperature=0.0, stream=False,
                messages=[{"role": "system", "content": table["system"]}, {"role": "user", "content": asked}],
            )  # fmt: skip
            answer = done.choices[0].message.content or ""
            if self._redactor is not None:
                answer = self._redactor.show(answer)
        except Exception as error:  # whatever it is: the rules have read the message already
            log.debug("the model's reading failed: %s", type(error).__name__)
            return []
        return list(facts_of(answer, text, turn))

    async def close(self) -> None:
        """As the protocol says."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()


def facts_of(answer: str, text: str, turn: int) -> Iterator[Fact]:
    """The facts in a model's answer that may be kept: known kinds, short values, words of the user."""
    said = {*tokens(text), *content(text)}
    count = 0
    for row in _rows(answer):
        kind, value, name = row.get("kind"), _short(row.get("value")), _short(row.get("name"))
        if kind not in get_args(Kind) or kind in ("name", "note") or not value:
            continue
        words = [w for w in (*tokens(value), *tokens(name)) if w not in stop_words()]
        if not words or not all(w in said or set(content(w)) & said for w in words):
            continue
        count += 1
        if count > MOST_FACTS:
            return
        lower = kind in ("allergy", "job", "pet", "person", "diet")
        yield Fact(cast(Kind, kind), value.lower() if lower else value, turn, name if kind in _NAMED else "")


def _short(value: object) -> str:
    text = " ".join(value.split()).strip(" .") if isinstance(value, str) else ""
    return text if len(text) <= MOST_LETTERS else ""


def _rows(answer: str) -> Iterator[dict[str, Any]]:
    """Every object in an answer that has a kind, in whatever it is wrapped: a fence, a list, a sentence before it."""
    decoder = json.JSONDecoder()
    at = 0
    while (at := min((p for p in (answer.find("{", at), answer.find("[", at)) if p >= 0), default=-1)) >= 0:
        try:
            found, end = decoder.raw_decode(answer, at)
        except (ValueError, RecursionError):
            at += 1
            continue
        yield from _objects(found, 0)
        at = end


def _objects(node: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > 4:
        return
    if isinstance(node, dict):
        if "kind" in node:
            yield node
        else:
            for part in node.values():
                yield from _objects(part, depth + 1)
    elif isinstance(node, list):
        for part in node:
            yield from _objects(part, depth + 1)
