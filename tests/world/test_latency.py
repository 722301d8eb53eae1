"""She reacts, falls silent and gives way in time; on a clock that steps, so that a busy machine changes nothing."""

from __future__ import annotations

import asyncio
import random

import numpy as np
import pytest

from avatar.body.body import Body
from avatar.recipe import stock
from dialogue import events
from dialogue.client import Endpoint
from dialogue.mind import build_mind
from dialogue.persona.persona import load_persona
from dialogue.speech.ear.activity import RATE_HZ
from dialogue.speech.ear.turns import Paused
from tests.fakes import FakeVoice, HandClock
from world.commands import first_sound, latency, listening
from world.commands.listening import BEFORE_S, differs, in_room, interruptions, reactions, spoken, take
from world.commands.scripted import ScriptedServer

TEXTS = ("Bob keeps the blue cup.", "Do you think it will rain?", "I had a long day at work.")


@pytest.fixture(scope="module")
def body() -> Body:
    return Body.build(stock("mira"), "low")


def test_she_reacts_to_the_first_word_and_to_the_end_within_150_ms(body: Body) -> None:
    first, last = reactions(body, TEXTS)
    assert len(first) == len(last) == len(TEXTS)
    assert min(first) > 0.0
    assert max(first) <= 0.150
    assert max(last) <= 0.150


def test_nothing_is_counted_that_she_does_by_herself(body: Body) -> None:
    heard = in_room([], 2.0)
    assert not differs(take(body, heard), take(body, heard, listening.nothing)).any()


def test_a_pause_shows_by_her_brows_and_then_by_a_nod(body: Body) -> None:
    words = next(spoken(TEXTS))
    heard = in_room([(BEFORE_S, words)], BEFORE_S + len(words) / RATE_HZ + 0.8)
    seen = take(body, heard)
    blind = take(body, heard, lambda what, t: not isinstance(what, Paused))
    brows = seen.first(np.abs(seen.brows - blind.brows).max(1) > listening.BROW, 0.0)
    nod = seen.first((blind.head_deg - seen.head_deg)[:, 1] > 1.0, 0.0)
    assert brows is not None
    assert nod is not None
    assert brows < nod < brows + 0.3
    assert float(np.abs(np.diff(seen.brows, axis=0)).max()) < 0.25


def test_silence_comes_within_120_ms_of_the_wish_at_any_moment_of_a_frame(body: Body) -> None:
    for frame_s in (1 / 60, 1 / 30):
        found = listening.hushes(body, 40, frame_s)
        assert max(found) <= 0.120 + (frame_s - 1 / 60)
        assert min(found) >= 0.080  # a fade, no click


@pytest.mark.parametrize("speakers", [False, True])
def test_who_speaks_over_her_is_given_way(body: Body, speakers: bool) -> None:
    ducked, silent = interruptions(body, TEXTS[:2], speakers=speakers)
    assert min(ducked) > 0.0
    assert max(ducked) <= 0.150
    assert min(silent) > 0.240
    assert max(silent) <= 0.550


@pytest.mark.parametrize("reply", first_sound.COMMA)
def test_her_first_words_leave_before_the_next_word_has_come(reply: str) -> None:
    """A server that stops after the comma: the clause is spoken all the same, while it still waits."""
    server = ScriptedServer(0.0)
    server.tokens = first_sound.tokens_of(reply[: reply.index(",") + 1])
    server.hold = True
    voice = FakeVoice()
    mind = build_mind(load_persona("mira"), Endpoint(server.url, "scripted"), voice, HandClock(), random.Random(1))

    async def first() -> str:
        stream = mind.handle(events.Say("I had a long day."))
        try:
            async for event in stream:
                if isinstance(event, events.Speech):
                    return event.shown
        finally:
            await stream.aclose()
            await mind.aclose()
        return ""

    try:
        shown = asyncio.run(asyncio.wait_for(first(), 20.0))
    finally:
        server.close()
    assert shown == reply.split("] ")[-1].partition(",")[0] + ","


def test_the_bench_counts_turns_and_names_what_is_missed() -> None:
    found = first_sound.measure(first_sound.COMMA, 2, pace_s=0.002)
    assert len(found) == 2
    assert all(one.voice_s > 0 for one in found)
    assert latency.spread([0.010, 0.020, np.inf]) == {"median": 20.0, "p95": None, "p99": None}
    assert latency.missed({"first_sound_ms": {"p95": 31.0}, "hush_ms": {"p95": 100.0}, "reaction_ms": {"p95": None}}) == [
        "first_sound_ms",
        "reaction_ms",
    ]
