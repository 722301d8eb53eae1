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
from dialogue.speech.espeak import EspeakVoice
from dialogue.speech.sound import Prosody
from tests.fakes import FakeVoice, HandClock
from world.commands import first_sound, latency, listening
from world.commands.joins import found, joins
from world.commands.lipclock import uneven
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
        took = listening.hushes(body, 40, frame_s)
        assert max(took) <= 0.120 + (frame_s - 1 / 60)
        assert min(took) >= 0.080  # a fade, no click


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
    turns = first_sound.measure(first_sound.COMMA, 2, pace_s=0.002)
    assert len(turns) == 2
    assert all(one.voice_s > 0 for one in turns)
    assert latency.spread([0.010, 0.020, np.inf]) == {"median": 20.0, "p95": None, "p99": None}
    assert latency.missed({"first_sound_ms": {"p95": 31.0}, "hush_ms": {"p95": 100.0}, "reaction_ms": {"p95": None}}) == [
        "first_sound_ms",
        "reaction_ms",
    ]


@pytest.mark.parametrize("coming", [False, True])
@pytest.mark.parametrize("frame_s", [1 / 60, 1 / 9])
def test_nothing_is_heard_between_two_sentences_but_the_pause_meant(body: Body, frame_s: float, coming: bool) -> None:
    voice = EspeakVoice()
    said = [voice.speak_now(text, Prosody()) for text in ("That sounds like a lovely evening,", *TEXTS)]
    voice.close()
    between = joins(body, said, frame_s, coming=coming)
    assert len(between) == len(said) - 1
    assert max(abs(join.added_s) for join in between) < 0.0005
    inside = max(float(np.abs(np.diff(one.samples)).max()) for one in said)
    assert max(join.step for join in between) < 0.25 * inside, "no click: the ends are faded"


def test_a_gap_and_a_click_between_sentences_are_found() -> None:
    rng = np.random.default_rng(1)
    sounds = [rng.normal(0, 0.1, 4000).astype(np.float32) for _ in range(3)]
    track = np.concatenate([sounds[0], np.zeros(160, np.float32), sounds[1], sounds[2], np.zeros(16000, np.float32)])
    track[4005] = 0.9
    assert [round(join.added_s, 4) for join in found(track, sounds, 8000)] == [0.02, 0.0]
    assert found(track, sounds, 8000)[0].step > 0.8


@pytest.mark.parametrize("streamed", [True, False])
def test_a_server_is_heard_when_it_has_begun(streamed: bool) -> None:
    after = first_sound.by_server(first_sound.COMMA[:1], 1, 0.02, streamed=streamed)
    assert len(after) == 1
    assert after[0] > 0


def test_a_lip_clock_that_stutters_is_seen_and_a_device_that_stopped_once_is_not() -> None:
    even = np.full(300, 0.02)
    assert max(uneven(even)) == 0.0
    stopped = even - 0.03 * (np.arange(300) > 150)
    assert np.percentile(uneven(stopped), 90) == 0.0
    steps = np.arange(300) / 60 % 0.1  # told in pieces of a tenth of a second
    assert np.percentile(uneven(even - steps), 95) > 1 / 60
