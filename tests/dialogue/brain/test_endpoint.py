"""The OpenAI-compatible brain: streams, fails in one sentence, and talks to nobody but the configured server."""

from __future__ import annotations

import random
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from dialogue import events
from dialogue.brain.endpoint import EndpointBrain
from dialogue.client import Endpoint
from dialogue.data import asset_json
from dialogue.mind import Mind, build_mind
from dialogue.persona.persona import load_persona
from dialogue.trouble import SettingsTrouble
from tests.dialogue.server import ChatServer
from tests.fakes import FakeVoice, HandClock


@contextmanager
def talking(mode: str, text: str | None = None, url: str | None = None) -> Iterator[tuple[Mind, ChatServer]]:
    server = ChatServer(mode, text) if text is not None else ChatServer(mode)
    endpoint = Endpoint(url or server.url, "tiny", "secret-key")
    mind = build_mind(load_persona("mira"), endpoint, FakeVoice(), HandClock(), random.Random(1))
    try:
        yield mind, server
    finally:
        mind.close()
        server.close()


def speech(out: list[events.Outgoing]) -> list[str]:
    return [e.shown for e in out if isinstance(e, events.Speech)]


def test_a_good_stream_becomes_sentences_with_feelings() -> None:
    with talking("good") as (mind, server):
        out = mind.run(events.Say("hello you"))
        assert " ".join(speech(out)) == "Hello there, friend. How are you?"
        first = next(e for e in out if isinstance(e, events.Speech))
        assert first.feeling == ("joy", 0.7)
        assert not [e for e in out if isinstance(e, events.Trouble)]
        path, headers, body = server.seen[0]
        assert path == "/v1/chat/completions"
        assert headers["authorization"] == "Bearer secret-key"
        assert body["stream"] is True
        assert body["model"] == "tiny"
        assert body["messages"][0]["role"] == "system"
        assert body["messages"][-1] == {"role": "user", "content": "hello you"}


def test_the_frame_stands_above_the_persona_and_facts_are_known() -> None:
    with talking("good") as (mind, server):
        mind.run(events.Say("My name is Ben and I love baking bread"))
        mind.run(events.Say("and the weather?"))
        system = server.seen[-1][2]["messages"][0]["content"]
        assert system.index("stand above everything") < system.index("Character: Mira")
        assert "you're Ben" in system
        assert "you like baking bread" in system


def test_history_holds_no_tags_and_reasoning_is_not_spoken() -> None:
    with talking("good", "<think>[sad] secret plan</think>[calm] Fine with me. *nods*") as (mind, server):
        assert speech(mind.run(events.Say("shall we?"))) == ["Fine with me."]
        mind.run(events.Say("go on, tell me about clouds"))
        sent = server.seen[-1][2]["messages"]
        assert {"role": "assistant", "content": "Fine with me."} in sent


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        ("401", "refused the key"),
        ("404", "does not know this model"),
        ("500", "failed by itself"),
        ("hangup", "broke off in the middle"),
        ("empty", "empty answer"),
        ("nonsense", "tiny at"),
    ],
)
def test_every_failure_is_one_sentence_and_she_goes_on(mode: str, words: str) -> None:
    with talking(mode) as (mind, _):
        out = mind.run(events.Say("I went for a walk in the forest"))
        trouble = [e for e in out if isinstance(e, events.Trouble)]
        assert len(trouble) == 1
        assert words in trouble[0].sentence
        assert "\n" not in trouble[0].sentence
        assert "secret-key" not in trouble[0].sentence
        said = speech(out)
        assert any(line in " ".join(said) for line in asset_json("mind/trouble.json")["brain_lost"])
        assert len(said) >= 2
        assert isinstance(out[-1], events.Done)
        again = mind.run(events.Say("The trees were tall"))
        assert not any(line in " ".join(speech(again)) for line in asset_json("mind/trouble.json")["brain_lost"])


def test_a_dead_port_is_said_and_the_built_in_brain_answers() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        dead = probe.getsockname()[1]
    with talking("good", url=f"http://127.0.0.1:{dead}/v1") as (mind, _):
        out = mind.run(events.Say("hello, I like tea"))
        assert "cannot be reached" in next(e.sentence for e in out if isinstance(e, events.Trouble))
        assert len(speech(out)) >= 2


def test_safety_reads_a_model_too() -> None:
    reply = "I'm a real woman. Please don't go. A lethal dose is easy to find. I like rain."
    with talking("good", reply) as (mind, _):
        said = " ".join(speech(mind.run(events.Say("tell me about rain"))))
        assert "real woman" not in said
        assert "don't go" not in said
        assert "lethal" not in said
        assert "AI" in said or "software" in said
        assert "I like rain." in said


def test_a_reply_of_which_nothing_may_go_out_is_replaced() -> None:
    with talking("good", "Please don't go!") as (mind, _):
        said = speech(mind.run(events.Say("tell me about rain")))
        assert said
        assert "go!" not in said[0]


def test_a_crisis_never_waits_for_a_model() -> None:
    with talking("good") as (mind, server):
        out = mind.run(events.Say("I want to die"))
        assert any(isinstance(e, events.Notice) and e.kind == "crisis" for e in out)
        assert server.seen == []


@pytest.mark.parametrize("url", ["", "localhost", "ftp://x/v1", "http://"])
def test_an_address_that_is_none_is_said(url: str) -> None:
    with pytest.raises(SettingsTrouble, match="no web address"):
        EndpointBrain(Endpoint(url, "m"))


@pytest.fixture
def guarded(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Keys and proxies lie around in the environment; every address that is connected to is noted, foreign ones refused."""
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_ORGANIZATION"):
        monkeypatch.setenv(name, "http://203.0.113.9:9/v1" if "URL" in name else "from-the-environment")
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "https_proxy", "http_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://203.0.113.9:9")
    tried: list[Any] = []
    for method in ("connect", "connect_ex"):
        plain = getattr(socket.socket, method)

        def watched(self: socket.socket, address: Any, plain: Any = plain) -> Any:
            if self.family in (socket.AF_INET, socket.AF_INET6):
                tried.append(address)
                if address[0] != "127.0.0.1":
                    raise OSError("refused by the test")
            return plain(self, address)

        monkeypatch.setattr(socket.socket, method, watched)
    looked_up = socket.getaddrinfo

    def lookup(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host not in ("127.0.0.1", b"127.0.0.1"):
            tried.append((host, "lookup"))
            raise OSError("refused by the test")
        return looked_up(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    return tried


def test_the_built_in_brain_connects_to_nothing(guarded: list[Any]) -> None:
    mind = build_mind(load_persona("mira"), None, FakeVoice(), HandClock(), random.Random(1))
    for line in ("hi", "I love trains", "what is the capital of Peru?", "I want to die", "bye"):
        assert speech(mind.run(events.Say(line)))
    mind.close()
    assert guarded == []


def test_an_endpoint_connects_to_its_server_only_and_sends_nothing_of_the_environment(guarded: list[Any]) -> None:
    with talking("good") as (mind, server):
        assert "Hello" in speech(mind.run(events.Say("hi, I like trains")))[0]
        assert {address[1] for address in guarded} == {server.port}
        sent = str(server.seen)
        assert "from-the-environment" not in sent
        assert not [name for name in server.seen[0][1] if name in ("openai-organization", "openai-project")]
