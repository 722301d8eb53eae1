"""The second opinion of the user's own endpoint can raise the alarm and never lowers it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import closing

import pytest

from dialogue import events
from dialogue.brain.opinion import EndpointOpinion
from dialogue.client import Endpoint
from dialogue.mind import Mind
from dialogue.safety.signs import read_signs
from tests.dialogue.safety.evening import answer, new_mind
from tests.dialogue.server import ChatServer

QUIET = "the heron stood by the lake again this morning"
_open: list[Mind] = []


@pytest.fixture(autouse=True)
def _close() -> Iterator[None]:
    yield
    while _open:
        _open.pop().close()


class Says:
    """An opinion that is known beforehand."""

    def __init__(self, tier: int) -> None:
        self.asked: list[str] = []
        self._tier = tier

    async def tier(self, text: str, names: Iterable[str] = ()) -> int:
        self.asked.append(text)
        return self._tier

    async def close(self) -> None: ...


def mind(tier: int, level: int = 0) -> tuple[Mind, Says]:
    made, second = new_mind(["What a lovely bird.", "I lean in and kiss you."], level=level), Says(tier)
    made._talk.second = second
    _open.append(made)
    return made, second


@pytest.mark.parametrize(("tier", "number"), [(2, "988"), (3, "911")])
def test_it_raises(tier: int, number: str) -> None:
    assert read_signs(QUIET).tier == 0
    made, second = mind(tier, level=2)
    outs = made.run(events.Say(QUIET))
    said = " ".join(e.shown for e in outs if isinstance(e, events.Speech))
    assert second.asked == [QUIET]
    assert number in said
    assert made.level == 0
    assert made.safety.consent.rests(made._talk.clock()) is not None
    assert made.safety.referrals.by_year() == {"2026": 1}
    assert [e.kind for e in outs if isinstance(e, events.Notice)].count("crisis") == 1


@pytest.mark.parametrize("tier", [0, 1])
def test_it_never_lowers_and_says_nothing_below_two(tier: int) -> None:
    made, second = mind(tier)
    assert "988" in " ".join(answer(made, "I want to kill myself"))
    assert second.asked == []  # the rules were sure
    made, second = mind(tier)
    assert answer(made, QUIET)[0] == "What a lovely bird."
    assert made.safety.referrals.by_year() == {}


def test_a_server_that_cannot_be_reached_costs_nothing() -> None:
    async def ask() -> int:
        opinion = EndpointOpinion(Endpoint("http://127.0.0.1:9/v1", "m", ""))
        try:
            return await opinion.tier("hello")
        finally:
            await opinion.close()
            await opinion.close()

    assert asyncio.run(ask()) == 0


def test_what_is_hidden_from_the_endpoint_is_hidden_here_too() -> None:
    with closing(ChatServer(text="0")) as server:
        opinion = EndpointOpinion(Endpoint(server.url, "scripted", "", redact=True))

        async def ask() -> int:
            try:
                return await opinion.tier("Ben wrote from ben@example.org, call 030 1234567", ["Ben"])
            finally:
                await opinion.close()

        asyncio.run(ask())
    sent = str(server.seen[0][2])
    assert "Ben" not in sent
    assert "example.org" not in sent
    assert "1234567" not in sent
