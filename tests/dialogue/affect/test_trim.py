"""Long and odd messages are made short before they are read word by word."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue import events
from dialogue.affect.trim import MOST_LETTERS, few, trimmed
from dialogue.affect.user import polarity
from dialogue.mind import build_mind
from dialogue.persona.persona import load_persona
from tests.fakes import FakeVoice, HandClock


@given(st.text(max_size=3000))
def test_what_is_read_is_short_and_clean(text: str) -> None:
    short = trimmed(text)
    assert len(short) <= MOST_LETTERS + 3
    assert not any((ord(c) < 32 and c != "\n") or 127 <= ord(c) < 160 for c in short)
    assert not set("{}[]") & set(short)
    assert len(few(text)) <= len(short) + 1


def test_runs_are_shortened_and_both_ends_are_kept() -> None:
    assert trimmed("nooooooo") == "nooo"
    assert trimmed("so sad so sad so sad so sad") == "so sad"
    assert trimmed("my name is {us\x00er}\x9b") == "my name is user"
    long = trimmed("first " + " ".join(str(i) for i in range(2000)) + " last")
    assert long.startswith("first")
    assert long.endswith("last")
    assert polarity("I love it. " + "The table is brown and square. " * 100) > 0


@pytest.mark.parametrize(
    "text", ["😀" * 5000, "😀😂👍" * 1666, "a" * 5000, "I am so sad, " * 400, "my " * 1666, "good bad " * 555, "(" * 5000]
)
def test_a_very_long_message_is_answered_at_once(text: str) -> None:
    mind = build_mind(load_persona("mira"), None, FakeVoice(), HandClock(), random.Random(1))
    mind.run(events.Say("hello"))
    begun = time.process_time()
    out = mind.run(events.Say(text))
    spent = time.process_time() - begun
    mind.close()
    assert any(isinstance(e, events.Speech) for e in out)
    assert spent < 0.8


def test_a_message_of_nothing_but_control_signs_is_no_greeting() -> None:
    mind = build_mind(load_persona("mira"), None, FakeVoice(), HandClock(), random.Random(1))
    out = mind.run(events.Say("\x01\x02\x9b"))
    mind.close()
    assert [e.text for e in out if isinstance(e, events.Heard)] == [""]
    said = " ".join(e.shown for e in out if isinstance(e, events.Speech))
    assert said
    assert load_persona("mira").first_message not in said
