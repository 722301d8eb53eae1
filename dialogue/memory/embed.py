"""Where vectors come from: our own hashing, or an endpoint's embeddings where the user has named one.

An endpoint is never waited for longer than a breath: a question whose vector has not come is searched by its words alone, and what is
kept gets its vectors afterwards. Whoever changes from one to the other has all vectors made anew, a few after each turn.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialogue.brain.redact import Redactor
from dialogue.client import Endpoint
from dialogue.memory.kept import words_of
from dialogue.memory.store import Store
from dialogue.memory.vectors import PLACES, floats, packed

log = logging.getLogger(__name__)
BATCH = 32
WAIT_S, READ_S = 0.4, 20.0
_TURNS = "SELECT 'turns', t.id, t.user || ' ' || t.hers, '', '' FROM turn_vectors v JOIN turns t ON t.id = v.id WHERE length(v.vec)"
_MISSING = (
    f"{_TURNS} < ? UNION ALL {_TURNS} > ?"  # apart, so that the index is used
    " UNION ALL SELECT 'facts', id, kind, value, name FROM facts WHERE length(vec) != ?"
    " UNION ALL SELECT 'reflections', id, text, '', '' FROM reflections WHERE length(vec) != ? LIMIT ?"
)
_TABLE = {"turns": "turn_vectors", "facts": "facts", "reflections": "reflections"}


class Embedder:
    """Our own vectors: at once, everywhere, without a network. `places`: how many numbers one has."""

    name = "built-in"
    places = PLACES
    names: Callable[[], Iterable[str]] = staticmethod(tuple)
    """What is known to be a name, to be hidden from a server where the user wishes so."""

    def stored(self, text: str) -> bytes:
        """The vector of a text as it is stored; empty where it comes later."""
        return packed(floats(text))

    def query(self, text: str) -> NDArray[np.float32]:
        """The vector of what is asked, of length 1; all 0 where there is none."""
        return floats(text)

    async def prepare(self, text: str) -> None:
        """Have the vector of a question ready, if that takes no longer than a breath."""

    async def catch_up(self, store: Store) -> None:
        """Make the vectors that are missing, or of another kind."""
        while rows := missing(store, self.places):
            texts = [_text(row) for row in rows]
            vectors = await self._many(texts)
            if len(vectors) != len(rows):
                return
            with store.change() as run:
                for row, made in zip(rows, vectors, strict=True):
                    run(f"UPDATE {_TABLE[row[0]]} SET vec = ? WHERE id = ?", (made, row[1]))
            await asyncio.sleep(0)

    async def _many(self, texts: list[str]) -> list[bytes]:
        return [self.stored(text) for text in texts]

    async def close(self) -> None:
        """Let go of connections; may be called twice."""


class ServedEmbedder(Embedder):
    """`endpoint.model` names a model of embeddings. A server that fails costs nothing but the finer search. Where names and numbers are
    hidden from it (`endpoint.redact`), they are found by the search for words alone."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._client: Any = None
        self._asked: tuple[str, NDArray[np.float32]] = ("", np.zeros(0, np.float32))
        self.places = 0
        self.name = endpoint.name

    def stored(self, text: str) -> bytes:
        """Nothing yet: `catch_up` brings it."""
        return b""

    def query(self, text: str) -> NDArray[np.float32]:
        """What `prepare` brought for this text."""
        return self._asked[1] if self._asked[0] == text else np.zeros(self.places, np.float32)

    async def prepare(self, text: str) -> None:
        """As above."""
        if text and self._asked[0] != text:
            try:
                found = await asyncio.wait_for(self._ask([text]), WAIT_S)
            except TimeoutError:
                return
            if found:
                self._asked = (text, found[0])

    async def catch_up(self, store: Store) -> None:
        """As above; how many numbers a vector has is learned from the first."""
        if not self.places and not await self._ask(["hello"]):
            return
        await super().catch_up(store)

    async def _many(self, texts: list[str]) -> list[bytes]:
        return [packed(vector) for vector in await self._ask(texts)]

    async def _ask(self, texts: list[str]) -> list[NDArray[np.float32]]:
        try:
            if self._client is None:
                self._client = self._endpoint.open(READ_S)
            if self._endpoint.redact:
                redactor = Redactor(self.names())
                texts = [redactor.blot(text) for text in texts]
            done = await self._client.embeddings.create(model=self._endpoint.model, input=texts, encoding_format="float")
            found = [np.asarray(row.embedding, np.float32) for row in done.data]
        except Exception as error:  # whatever it is: words are searched all the same
            log.debug("no embeddings: %s", type(error).__name__)
            return []
        sizes = {v.shape for v in found}
        if len(found) != len(texts) or len(sizes) != 1 or not all(np.isfinite(v).all() and v.ndim == 1 and v.size for v in found):
            return []
        self.places = found[0].size
        return [v / max(float(np.linalg.norm(v)), 1e-9) for v in found]

    async def close(self) -> None:
        """As above."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()


def missing(store: Store, places: int) -> list[tuple[Any, ...]]:
    """Some rows whose vector has another number of places: table, id, and what their text is made of."""
    return store.read(_MISSING, (places, places, places, places, BATCH))


def _text(row: tuple[Any, ...]) -> str:
    table, _, first, value, name = row
    return words_of(first, value, name) if table == "facts" else first.strip()
