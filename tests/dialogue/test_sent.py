"""What leaves this computer is told before it goes, and can be read word for word afterwards."""

from __future__ import annotations

import json
import logging
import random
from collections.abc import Iterator
from contextlib import closing

import pytest

from dialogue import events, sent
from dialogue.client import Endpoint
from dialogue.ledger import LooseLedger
from dialogue.mind import Mind, build_mind
from dialogue.persona.persona import load_persona
from tests.dialogue.server import ChatServer
from tests.fakes import FakeVoice, HandClock

WORDS = "I planted a pear tree today"


@pytest.fixture(autouse=True)
def _nothing_sent() -> Iterator[None]:
    sent.forget()
    yield
    sent.forget()


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with closing(ChatServer()) as made:
        yield made


def new_mind(endpoint: Endpoint | None) -> Mind:
    return build_mind(load_persona("mira"), endpoint, FakeVoice(), HandClock(), random.Random(1))


def told(outs: list[events.Outgoing]) -> list[str]:
    return [e.text for e in outs if isinstance(e, events.Notice) and "Whoever runs it can read that" in e.text]


def test_before_the_first_words_go_the_user_is_told_where_and_what_and_once(server: ChatServer) -> None:
    mind = new_mind(Endpoint(server.url, "small"))
    outs = mind.run(events.Say(WORDS))
    assert len(told(outs)) == 1
    assert "small at 127.0.0.1" in told(outs)[0]
    spoke = next(k for k, e in enumerate(outs) if isinstance(e, events.Speech))
    assert next(k for k, e in enumerate(outs) if isinstance(e, events.Notice)) < spoke
    assert told(mind.run(events.Say("and a plum tree"))) == []
    mind.close()


def test_another_endpoint_is_told_of_again_and_what_is_hidden_from_it(server: ChatServer) -> None:
    mind = new_mind(Endpoint(server.url, "small"))
    mind.run(events.Say(WORDS))
    from dialogue.brain.endpoint import EndpointBrain

    mind.set_brain(EndpointBrain(Endpoint(server.url, "large", redact=True)))
    said = told(mind.run(events.Say("and a plum tree")))
    assert len(said) == 1
    assert "large at" in said[0]
    assert "are hidden" in said[0]
    mind.close()


def test_the_built_in_mind_sends_nothing_and_tells_nothing() -> None:
    mind = new_mind(None)
    assert told(mind.run(events.Say(WORDS))) == []
    assert sent.last() == ()
    mind.close()


def test_what_was_sent_stands_there_word_for_word_without_the_key(server: ChatServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    mind = new_mind(Endpoint(server.url, "small", "secret-key"))
    mind.run(events.Say(WORDS))
    mind.close()
    newest = sent.last()[0]
    assert newest.to == f"{server.url}/chat/completions"
    assert WORDS in newest.text
    assert json.dumps(load_persona("mira").name)[1:-1] in newest.text
    assert "secret-key" not in newest.text
    assert WORDS not in caplog.text


def test_sound_is_told_by_its_size_long_text_is_cut_and_the_oldest_goes() -> None:
    sent.note("http://here/v1/audio", "multipart/form-data; boundary=x", b"x" * 2000)
    assert sent.last()[0].text == "2,000 bytes (multipart/form-data)"
    sent.note("http://here/v1/models", "", b"")
    assert sent.last()[0].text == "nothing but the question"
    sent.note("http://here/v1/chat", "application/json", json.dumps({"t": "y" * 3 * sent.MOST_LETTERS}).encode())
    assert len(sent.last()[0].text) < 1.1 * sent.MOST_LETTERS
    sent.note("http://here/v1/chat", "application/json", b"{broken")
    assert sent.last()[0].text == "{broken"
    for k in range(2 * sent.KEPT):
        sent.note(str(k), "", b"")
    assert [one.to for one in sent.last()] == [str(k) for k in range(2 * sent.KEPT - 1, sent.KEPT - 1, -1)]


def test_who_was_told_is_not_told_again_after_a_restart(server: ChatServer) -> None:
    ledger = LooseLedger()
    counts = []
    for _ in range(2):
        mind = new_mind(Endpoint(server.url, "small"))
        mind._ledger = ledger
        counts.append(len(told(mind.run(events.Say(WORDS)))))
        mind.close()
    assert counts == [1, 0]
