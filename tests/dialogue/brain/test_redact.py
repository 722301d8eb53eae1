"""What leaves for an endpoint where the user wants names and numbers hidden, and how the answer comes back."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue import events
from dialogue.brain.redact import Redactor
from dialogue.client import Endpoint
from dialogue.mind import build_mind
from dialogue.persona.persona import load_persona
from tests.dialogue.server import ChatServer
from tests.fakes import FakeVoice, HandClock

HIDDEN = {
    "ben.k@x-y.co.uk": "write to ben.k@x-y.co.uk please",
    "030 1234567": "call 030 1234567 tonight",
    "+49 (0)30 123-4567": "or +49 (0)30 123-4567",
    "12 Baker Street": "I live at 12 Baker Street",
    "NW1 6XE": "it's 12 Baker Street, NW1 6XE",
    "Hauptstraße 12": "ich wohne Hauptstraße 12, 10115 Berlin",
    "12 rue de la Paix": "j'habite 12 rue de la Paix",
    "calle Mayor, 12": "vivo en calle Mayor, 12",
    "Miller": "Dr. Miller says so",
    "DE89 3704 0044 0532 0130 00": "it is DE89 3704 0044 0532 0130 00",
    "4111 1111 1111 1111": "my card is 4111 1111 1111 1111",
    "Anna": "Anna came by",
    "anna": "anna came by",
}
LEFT = [
    "born 2001-05-30 and 12.03.1999", "1,234,567 euros in 2024", "room 101 at 10:30", "Benjamin is somebody else", "I will see you in may",
    "the number 1 reason", "they have 100000 stars", "name 3 things",
]  # fmt: skip


@pytest.mark.parametrize("secret", HIDDEN)
def test_what_names_somebody_or_reaches_somebody_is_hidden_and_comes_back(secret: str) -> None:
    redactor, text = Redactor(["Anna", "Ben", "Will", "May"]), HIDDEN[secret]
    hidden = redactor.hide(text)
    assert secret.lower() not in hidden.lower()
    assert redactor.show(hidden) == text


@pytest.mark.parametrize("text", LEFT)
def test_ordinary_words_and_numbers_stay(text: str) -> None:
    assert Redactor(["Anna", "Ben", "Will", "May"]).hide(text) == text


def test_the_same_person_is_the_same_stand_in_and_another_is_another() -> None:
    redactor = Redactor(["Anna", "Maria"])
    first, second = redactor.hide("Anna likes Maria"), redactor.hide("Maria likes Anna")
    assert first.split() == list(reversed(second.split()))
    assert first.split()[0] != first.split()[2]


def test_a_stand_in_that_nobody_gave_stays() -> None:
    redactor = Redactor(["Anna"])
    redactor.hide("Anna")
    assert redactor.show("Name1 met Name2, my number 1 friend at address 1") == "Anna met Name2, my number 1 friend at address 1"


@given(st.text(), st.integers(1, 7))
def test_any_text_comes_back_whole_however_it_is_streamed(text: str, size: int) -> None:
    redactor = Redactor(["Anna", "Zoë"])
    whole = f"Hi Anna. {text} Zoë, 030 1234567"
    hidden = redactor.hide(whole)

    async def stream() -> AsyncIterator[str]:
        for i in range(0, len(hidden), size):
            yield hidden[i : i + size]

    async def collect() -> str:
        return "".join([piece async for piece in redactor.shown(stream())])

    assert asyncio.run(collect()) == redactor.show(hidden)


def test_a_whole_talk_sends_no_name_and_says_it_all_the_same() -> None:
    server = ChatServer("good", "[joy] Give my love to Name2, dear Name1!")
    mind = build_mind(load_persona("mira"), Endpoint(server.url, "tiny", redact=True), FakeVoice(), HandClock(), random.Random(1))
    try:
        mind.run(events.Say("My name is Ben and my sister Anna called me on 030 1234567"))
        out = mind.run(events.Say("what shall I tell anna?"))
        said = " ".join(e.shown for e in out if isinstance(e, events.Speech))
        assert said == "Give my love to Anna, dear Ben!"
        sent = str([body for _, _, body in server.seen[1:]])
        assert "Name1" in sent
        for secret in ("Ben", "Anna", "anna", "1234567"):
            assert secret not in sent
    finally:
        mind.close()
        server.close()


def test_nothing_is_changed_where_the_user_did_not_ask_for_it() -> None:
    server = ChatServer("good", "Fine, Name1.")
    mind = build_mind(load_persona("mira"), Endpoint(server.url, "tiny"), FakeVoice(), HandClock(), random.Random(1))
    try:
        out = mind.run(events.Say("My name is Ben"))
        assert "Fine, Name1." in [e.shown for e in out if isinstance(e, events.Speech)]
        assert server.seen[0][2]["messages"][-1]["content"] == "My name is Ben"
    finally:
        mind.close()
        server.close()
