"""Vectors: our own, and those of a server that is never waited for."""

from __future__ import annotations

import asyncio
import json
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue import events
from dialogue.client import Endpoint
from dialogue.memory.embed import Embedder, ServedEmbedder, missing
from dialogue.memory.memory import Memory
from dialogue.memory.recall import rrf, score
from dialogue.memory.vault import Vault
from dialogue.memory.vectors import PLACES, cosines, floats, vector
from dialogue.mind import build_mind
from dialogue.persona.persona import load_persona
from tests.dialogue.server import ChatServer
from tests.fakes import FakeVoice, HandClock


def near(a: str, b: str) -> float:
    return float(cosines(floats(a), [vector(b)])[0])


def test_related_words_and_typing_errors_come_near_and_others_do_not() -> None:
    assert near("hiking in the hills", "hiking in the hills") == pytest.approx(1, abs=0.03)
    assert near("hiking", "hikers") > 0.2
    assert near("my grandmother's accordion", "acordion") > near("my grandmother's accordion", "submarine") + 0.1
    assert abs(near("hiking in the hills", "the dentist and his drill")) < 0.3
    assert near("my sister Anna plays the cello", "cello") > near("my sister Anna plays the cello", "violin")


@given(st.text(max_size=200))
def test_any_text_has_a_vector_of_length_one_or_none(text: str) -> None:
    values = floats(text)
    assert values.shape == (PLACES,)
    assert float(np.linalg.norm(values)) == pytest.approx(1, abs=1e-4) or not values.any()
    assert len(vector(text)) == PLACES


def test_the_score_is_the_formula_of_the_design() -> None:
    assert rrf((1, 1)) == pytest.approx(1)
    assert rrf((1, None)) == pytest.approx(0.5)
    assert rrf((None, 3)) == pytest.approx((1 / 63) / (2 / 61))
    assert score(0, 0, 0, 0, False) == pytest.approx(0.35)
    assert score(0, 30 * 86400, 1, 10, True) == pytest.approx(0.35 * 0.5 * 2**0.5 + 0.35 + 0.3)
    assert score(0, 10 * 86400, 0, 5, False) > score(0, 11 * 86400, 0, 5, False), "the newer wins, other things equal"


class Served(ChatServer):
    """Gives vectors of three numbers: how often `a`, `e` and `o` stand in a text."""

    def answer(self, body: dict[str, object]) -> str:
        texts = body["input"]
        assert isinstance(texts, list)
        rows = [{"object": "embedding", "index": i, "embedding": [t.count(c) + 0.1 for c in "aeo"]} for i, t in enumerate(texts)]
        return json.dumps({"object": "list", "model": "m", "data": rows, "usage": {"prompt_tokens": 1, "total_tokens": 1}})


def test_a_servers_vectors_come_afterwards_and_are_used() -> None:
    server = Served("embeddings")
    clock = HandClock()
    memory = Memory(Vault.loose(), clock(), embedder=ServedEmbedder(Endpoint(server.url, "vectors")))
    mind = build_mind(load_persona("mira"), None, FakeVoice(), clock, random.Random(1), memory=memory)
    mind.run(events.Say("I love bananas"))
    assert mind._loop is not None
    mind._loop.run_until_complete(mind.after.wait())
    assert memory.embedder.places == 3
    assert missing(memory.store, 3) == []
    assert {len(v) for (v,) in memory.store.read("SELECT vec FROM facts UNION ALL SELECT vec FROM turn_vectors")} == {3}
    mind._loop.run_until_complete(memory.embedder.prepare("banana"))
    assert memory.embedder.query("banana").any()
    assert not memory.embedder.query("another text").any()
    assert any("bananas" in i.text and i.fit > 0.5 for i in memory.find("banana", clock()))
    assert all(path == "/v1/embeddings" for path, _, _ in server.seen)
    mind.close()
    own = Memory(memory.vault, clock())
    asyncio.run(own.embedder.catch_up(own.store))
    assert missing(own.store, PLACES) == [], "who goes back to our own vectors has them made anew"
    memory.vault.close()
    server.close()


def test_a_server_of_vectors_sees_no_names_and_numbers_where_they_are_to_be_hidden() -> None:
    server = Served("embeddings")
    clock = HandClock()
    memory = Memory(Vault.loose(), clock(), "Ben", ServedEmbedder(Endpoint(server.url, "vectors", redact=True)))
    mind = build_mind(load_persona("mira"), None, FakeVoice(), clock, random.Random(1), "Ben", memory=memory)
    mind.run(events.Say("My sister Annika plays the cello, her number is 030 1234567"))
    assert mind._loop is not None
    mind._loop.run_until_complete(mind.after.wait())
    mind._loop.run_until_complete(memory.embedder.prepare("where does Annika live, asks Ben"))
    sent = json.dumps([body for _, _, body in server.seen])
    assert "cello" in sent
    assert "asks Name" in sent
    assert not [word for word in ("Annika", "annika", "Ben", "1234567", "Name1") if word in sent]
    assert memory.embedder.query("where does Annika live, asks Ben").any()
    mind.close()
    memory.vault.close()
    server.close()


@pytest.mark.parametrize("mode", ["500", "nonsense", "empty"])
def test_a_server_that_fails_costs_only_the_finer_search(mode: str) -> None:
    server = ChatServer(mode)
    clock = HandClock()
    memory = Memory(Vault.loose(), clock(), embedder=ServedEmbedder(Endpoint(server.url, "vectors")))
    mind = build_mind(load_persona("mira"), None, FakeVoice(), clock, random.Random(1), memory=memory)
    mind.run(events.Say("I love bananas"))
    out = mind.run(events.Say("do you remember bananas?"))
    assert any("banana" in e.shown for e in out if isinstance(e, events.Speech))
    assert not [e for e in out if isinstance(e, events.Trouble)]
    assert [i for i in memory.find("bananas", clock()) if "bananas" in i.text]
    mind.close()
    memory.vault.close()
    server.close()


def test_our_own_vectors_are_never_missing() -> None:
    memory = Memory(Vault.loose(), 0.0, embedder=Embedder())
    memory.begin_visit("Mira", 0.0)
    memory.hear(1, "I love bananas", 0.0)
    assert missing(memory.store, PLACES) == []
    memory.close(0.0)
