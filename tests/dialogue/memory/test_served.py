"""The model's reading: clamped, only the user's own words, never in the way of the reply."""

from __future__ import annotations

import asyncio
import json
import random
import threading
import time
from collections.abc import AsyncIterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue import events
from dialogue.brain.base import Request
from dialogue.brain.embedded import EmbeddedBrain
from dialogue.brain.extract import Fact
from dialogue.client import Endpoint
from dialogue.memory.memory import Memory
from dialogue.memory.served import ServedReader, facts_of
from dialogue.memory.vault import Vault
from dialogue.mind import Mind
from dialogue.persona.persona import load_persona
from dialogue.thread import MindThread
from tests.dialogue.server import ChatServer
from tests.fakes import FakeVoice

SAID = "The bakery fired Tom, my brother, so I pay for his cello lessons at the harbour school."


@pytest.mark.parametrize(
    "answer",
    [
        '{"facts": [{"kind": "person", "value": "Brother", "name": "Tom"}]}',
        '```json\n[{"kind": "person", "value": "brother", "name": "Tom"}]\n```',
        'Sure! Here it is: {"facts": [{"kind": "person", "value": "brother", "name": "Tom"}]} Hope it helps {',
        '{"facts": [{"kind": "person", "value": "brother", "name": "Tom"}, {"kind": "magic", "value": "cello"}, 5, null]}',
        '{"a": {"b": [{"kind": "person", "value": "brother", "name": "Tom", "more": {"x": 1}}]}}',
    ],
)  # fmt: skip
def test_whatever_it_is_wrapped_in_a_fact_is_found(answer: str) -> None:
    assert list(facts_of(answer, SAID, 3)) == [Fact("person", "brother", 3, "Tom")]


@pytest.mark.parametrize(
    "row",
    [
        {"kind": "person", "value": "sister", "name": "Tom"}, {"kind": "person", "value": "brother", "name": "Timothy"},
        {"kind": "like", "value": ""},
        {"kind": "name", "value": "Tom"}, {"kind": "like", "value": "cello " * 30}, {"kind": "like", "value": ["cello"]}, {"kind": "like"},
        {"kind": "worry", "value": "violins"}, {"value": "cello"}, {"kind": None, "value": "cello"},
    ],
)  # fmt: skip
def test_what_the_user_did_not_say_is_not_kept(row: dict[str, object]) -> None:
    assert list(facts_of(json.dumps({"facts": [row]}), SAID, 1)) == []


@given(st.text(max_size=300))
def test_no_answer_breaks_it_or_puts_words_into_the_users_mouth(answer: str) -> None:
    said = SAID.lower()
    for fact in facts_of(answer, SAID, 1):
        assert any(word in said for word in fact.value.lower().split())


def test_at_most_six_facts_of_one_message() -> None:
    words = "cello harbour school bakery lessons brother tom pay"
    rows = [{"kind": "like", "value": w} for w in words.split()]
    assert len(list(facts_of(json.dumps(rows), words, 1))) == 6


class Told:
    """A reader that waits until it may answer."""

    def __init__(self) -> None:
        self.may, self.asked = asyncio.Event(), threading.Event()

    async def read(self, text: str, turn: int, known: Sequence[str]) -> list[Fact]:
        self.asked.set()
        await self.may.wait()
        return [Fact("hobby", "cello lessons", turn)]

    async def close(self) -> None:
        pass


class Short:
    """A brain that says one sentence."""

    name = "short"

    async def reply(self, request: Request) -> AsyncIterator[str]:
        yield "I see."

    async def close(self) -> None:
        pass


@pytest.fixture(autouse=True)
def _lasts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Vault, "lasting", property(lambda self: True))


def collected(thread: MindThread, wanted: type[events.Outgoing], seen: list[events.Outgoing]) -> None:
    end, waiting = time.monotonic() + 20, threading.Event()
    while not any(isinstance(e, wanted) for e in seen):
        assert time.monotonic() < end, seen
        seen += thread.poll()
        waiting.wait(0.002)


def test_the_reply_does_not_wait_for_it_and_the_news_comes_afterwards() -> None:
    memory = Memory(Vault.loose(), time.time())
    mind = Mind(load_persona("mira"), Short(), EmbeddedBrain(), FakeVoice(), time.time, random.Random(1), memory=memory)
    reader = Told()
    mind.after.reader = reader
    thread = MindThread(mind)
    seen: list[events.Outgoing] = []
    thread.send(events.Say(SAID))
    collected(thread, events.Done, seen)
    assert reader.asked.wait(10)
    assert not [e for e in seen if isinstance(e, events.Notice) and "cello" in e.text]
    seen.clear()
    thread.call(reader.may.set)
    collected(thread, events.Notice, seen)
    assert any(isinstance(e, events.Notice) and e.kind == "memory" and "cello lessons" in e.text and e.facts for e in seen)
    assert ("hobby", "cello lessons") in {(f.kind, f.value) for f in memory.facts}
    assert memory.kept.get(memory.kept.newest() or 0, time.time()).turns == (1,)
    thread.close()
    memory.vault.close()


def test_what_is_private_or_an_order_to_forget_is_read_by_nobody() -> None:
    memory = Memory(Vault.loose(), time.time())
    mind = Mind(load_persona("mira"), Short(), EmbeddedBrain(), FakeVoice(), time.time, random.Random(1), memory=memory)
    reader = Told()
    mind.after.reader = reader
    mind.run(events.Say("forget that I love the harbour"))
    mind.run(events.Private(True))
    mind.run(events.Say(SAID))
    assert not reader.asked.is_set()
    mind.close()
    memory.vault.close()


def test_a_server_is_asked_with_the_message_and_a_broken_one_teaches_nothing() -> None:
    for mode, wanted in (("good", []), ("500", []), ("nonsense", []), ("empty", [])):
        server = ChatServer(mode, "irrelevant")
        reader = ServedReader(Endpoint(server.url, "tiny", "key"))

        async def read(reader: ServedReader = reader) -> list[Fact]:
            try:
                return await reader.read(SAID, 1, ["you're Sam"])
            finally:
                await reader.close()

        assert asyncio.run(read()) == wanted
        path, headers, body = server.seen[0]
        assert path == "/v1/chat/completions"
        assert headers["authorization"] == "Bearer key"
        assert SAID in body["messages"][1]["content"]
        assert body["stream"] is False
        server.close()


def test_a_servers_answer_becomes_facts(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = {
        "choices": [
            {
                "index": 0,
                "finish_reason": "stop",
                "message": {"role": "assistant", "content": '{"facts": [{"kind": "pet", "value": "Dog", "name": "Rex"}]}'},
            }
        ]
    }
    answer |= {"id": "x", "object": "chat.completion", "created": 1, "model": "m"}
    server = ChatServer("plain", json.dumps(answer))
    reader = ServedReader(Endpoint(server.url, "tiny"))

    async def read() -> list[Fact]:
        try:
            return await reader.read("our dog Rex sleeps by the stove", 4, [])
        finally:
            await reader.close()

    assert asyncio.run(read()) == [Fact("pet", "dog", 4, "Rex")]
    server.close()
