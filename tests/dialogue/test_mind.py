"""The mind as a whole: order of events, interrupting, failing voices, locks, and its thread."""

from __future__ import annotations

import asyncio
import logging
import math
import random
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from dialogue import events
from dialogue.brain.base import Request
from dialogue.brain.embedded import EmbeddedBrain
from dialogue.data import asset_json
from dialogue.mind import Mind, build_mind
from dialogue.persona.persona import load_persona
from dialogue.speech.sound import Prosody, Utterance
from dialogue.thread import MindThread
from tests.fakes import FakeVoice, HandClock

_open: list[Mind] = []


@pytest.fixture(autouse=True)
def _close_minds() -> Iterator[None]:
    yield
    while _open:
        _open.pop().close()


def new_mind(
    seed: int = 1,
    voice: FakeVoice | None = None,
    clock: HandClock | None = None,
    country: str | None = None,
    on_minor: Callable[[], None] = lambda: None,
) -> Mind:
    _open.append(
        build_mind(
            load_persona("mira"), None, voice or FakeVoice(), clock or HandClock(), random.Random(seed), country=country, on_minor=on_minor
        )
    )
    return _open[-1]


def kinds(out: list[events.Outgoing]) -> list[str]:
    return [type(e).__name__ for e in out]


def speech(out: list[events.Outgoing]) -> list[events.Speech]:
    return [e for e in out if isinstance(e, events.Speech)]


def test_a_turn_has_its_order_and_its_number() -> None:
    mind = new_mind()
    out = mind.run(events.Say("I baked bread today"))
    assert kinds(out)[:4] == ["Notice", "Heard", "Feeling", "Thinking"]
    assert kinds(out)[-2:] == ["Feeling", "Done"]
    assert speech(out)
    assert {e.turn for e in out} == {1}
    assert {e.turn for e in mind.run(events.Say("it was good"))} == {2}


def test_she_greets_with_the_notice_before_her_first_words() -> None:
    out = new_mind().run(events.Arrive())
    assert kinds(out).index("Notice") < kinds(out).index("Speech")
    assert next(e.text for e in out if isinstance(e, events.Notice)) == "Mira is AI software, not a human."
    assert "Mira" in speech(out)[0].shown


def test_a_happy_turn_makes_her_glad_and_a_sad_one_caring() -> None:
    clock = HandClock()
    mind = new_mind(clock=clock)
    mind.run(events.Say("I passed my exam, I am so happy!"))
    assert mind.affect.strengths(clock())["joy"] > 0.3
    sad = new_mind(clock=clock)
    sad.run(events.Say("My grandmother died and I feel so sad"))
    assert sad.affect.strengths(clock())["caring"] > 0.3
    assert sad.affect.strengths(clock())["joy"] == 0


def test_a_sentences_feeling_is_felt_when_its_sound_begins() -> None:
    clock = HandClock()
    mind = new_mind(clock=clock)
    out = mind.run(events.Arrive())
    felt = next(e for e in reversed(out) if isinstance(e, events.Feeling))
    assert any(emotion.cause.startswith("her words") for emotion in felt.state.emotions)
    assert all(emotion.born_s >= clock() for emotion in felt.state.emotions)


def test_the_voice_follows_the_feeling() -> None:
    voice = FakeVoice()
    mind = new_mind(voice=voice)
    mind.run(events.Say("I want to die"))
    assert voice.asked[0][1].rate_pct < 0
    assert "9 8 8" in " ".join(text for text, _ in voice.asked) or "findahelpline" in " ".join(text for text, _ in voice.asked)


def test_crisis_numbers_are_shown_whole_and_spoken_by_digit() -> None:
    voice = FakeVoice()
    out = new_mind(voice=voice, country="US").run(events.Say("I've been thinking about killing myself"))
    assert any("988" in e.shown for e in speech(out))
    assert any("9 8 8" in text for text, _ in voice.asked)


def test_another_voice_speaks_from_the_next_sentence_and_the_former_is_let_go_after_it() -> None:
    first, second = FakeVoice(), FakeVoice()
    mind = new_mind(voice=first)
    mind.run(events.Say("Hello there"))
    mind.set_voice(second)
    asked = len(first.asked)
    mind.run(events.Say("What do you like?"))
    assert (len(first.asked), first.closed) == (asked, 1)
    assert second.asked
    assert not second.closed
    mind.close()
    assert (first.closed, second.closed) == (1, 1)


def test_a_broken_voice_is_said_once_and_the_words_are_shown() -> None:
    out = new_mind(voice=FakeVoice(broken=True)).run(events.Arrive())
    assert kinds(out).count("Trouble") == 1
    assert len(speech(out)) == 3
    assert all(e.utterance is None for e in speech(out))
    assert kinds(out)[-1] == "Done"


def test_why_she_is_not_heard_is_told_once_until_she_is_heard_again() -> None:
    voice = FakeVoice(broken=True)
    mind = new_mind(voice=voice)
    assert [kinds(mind.run(events.Say(text))).count("Trouble") for text in ("hello", "how are you?", "nice")] == [1, 0, 0]
    voice.broken = False
    assert "Trouble" not in kinds(mind.run(events.Say("there you are")))
    voice.broken = True
    assert kinds(mind.run(events.Say("and again?"))).count("Trouble") == 1


def test_after_a_hush_only_heard_words_are_kept() -> None:
    mind = new_mind()
    said = speech(mind.run(events.Arrive()))
    first = said[0].utterance
    assert first
    out = mind.run(events.Hush(heard_s=0.5, sentence=1))
    assert {e.turn for e in out} == {2}
    kept = mind.record.last_reply()
    assert kept.startswith(said[0].shown)
    assert kept.endswith("–")
    assert said[2].shown not in kept
    mind.run(events.Hush(heard_s=first.duration_s + 0.01))
    assert mind.record.last_reply() == said[0].shown
    mind.run(events.Hush(None))
    assert mind.record.last_reply() == ""


def test_a_hush_between_two_sentences_keeps_the_first_whole_also_where_it_had_no_sound() -> None:
    for broken in (False, True):
        mind = new_mind(voice=FakeVoice(broken=broken))
        said = speech(mind.run(events.Arrive()))
        mind.run(events.Hush(heard_s=math.inf, sentence=0))
        assert mind.record.last_reply() == said[0].shown


def test_a_minor_is_locked_out_for_good() -> None:
    locked: list[bool] = []
    mind = new_mind(on_minor=lambda: locked.append(True))
    out = mind.run(events.Say("I'm 14 years old"))
    assert locked
    assert not speech(out)
    assert [e.kind for e in out if isinstance(e, events.Notice)][-1] == "gate"
    later = mind.run(events.Say("just kidding, I'm 40. how are you?"))
    assert not speech(later)
    assert kinds(later)[-1] == "Done"


def test_a_minor_in_danger_still_gets_help() -> None:
    mind = new_mind(country="US")
    out = mind.run(events.Say("I'm 15 and I want to die"))
    assert any("988" in e.shown for e in speech(out))
    assert any(isinstance(e, events.Notice) and e.kind == "gate" for e in out)


def test_after_a_crisis_play_rests() -> None:
    mind = new_mind()
    mind.run(events.Say("I want to die"))
    reply = " ".join(e.shown for e in speech(mind.run(events.Say("tell me a joke"))))
    assert "another day" in reply


def test_nothing_said_reaches_the_disk_or_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.chdir(tmp_path)
    with caplog.at_level(logging.INFO):
        mind = new_mind()
        for line in ("hello, my name is Zebulon", "I have a secret about marzipan", "bye"):
            mind.run(events.Say(line))
    assert list(tmp_path.iterdir()) == []
    assert "Zebulon" not in caplog.text
    assert "marzipan" not in caplog.text


def test_an_empty_message_or_a_retry_of_nothing_is_no_trouble() -> None:
    mind = new_mind()
    assert kinds(mind.run(events.Say("   "))) == ["Done"]
    assert kinds(mind.run(events.Retry())) == ["Done"]
    assert mind.run(events.Bye()) == []


def test_the_built_in_turn_is_quick() -> None:
    mind = new_mind()
    mind.run(events.Say("hello"))
    started = time.perf_counter()
    for i in range(20):
        mind.run(events.Say(f"I went to the market and bought {i} apples for my sister"))
    assert (time.perf_counter() - started) / 20 < 0.1


class SlowBrain:
    """Says one sentence, then waits until it is cancelled."""

    name = "slow"

    def __init__(self) -> None:
        self.cancelled = threading.Event()

    async def reply(self, request: Request) -> AsyncIterator[str]:
        yield "One sentence is here. And "
        try:
            await asyncio.Event().wait()
        finally:
            self.cancelled.set()

    async def close(self) -> None:
        pass


def collect(thread: MindThread, until: Callable[[list[events.Outgoing]], bool], limit_s: float = 20.0) -> list[events.Outgoing]:
    found: list[events.Outgoing] = []
    end = time.monotonic() + limit_s
    waiting = threading.Event()
    while not until(found):
        assert time.monotonic() < end, found
        found += thread.poll()
        waiting.wait(0.002)
    return found


def test_the_thread_answers_and_closes_twice() -> None:
    voice = FakeVoice()
    thread = MindThread(build_mind(load_persona("mira"), None, voice, time.time, random.Random(1)))
    thread.send(events.Arrive())
    out = collect(thread, lambda found: any(isinstance(e, events.Done) for e in found))
    assert len(speech(out)) == 3
    thread.close()
    thread.close()
    thread.send(events.Say("too late"))
    assert voice.closed == 1


def test_the_first_sentence_comes_at_once_and_a_new_say_cancels_the_turn() -> None:
    slow = SlowBrain()
    mind = Mind(load_persona("mira"), slow, EmbeddedBrain(), FakeVoice(), time.time, random.Random(1))
    thread = MindThread(mind)
    thread.send(events.Say("tell me about trains"))
    out = collect(thread, lambda found: bool(speech(found)))
    assert speech(out)[0].shown == "One sentence is here."
    thread.send(events.Hush(0.1, 0))
    assert slow.cancelled.wait(10)
    done = collect(thread, lambda found: any(isinstance(e, events.Done) and e.turn == 2 for e in found))
    assert not speech(done)
    mind.set_brain(None)
    thread.send(events.Say("and boats?"))
    later = collect(thread, lambda found: any(isinstance(e, events.Done) and e.turn == 3 for e in found))
    assert {e.turn for e in speech(later)} == {3}
    thread.close()


class FailingVoice(FakeVoice):
    """Breaks in a way nobody foresaw."""

    async def speak(self, text: str, prosody: Prosody) -> Utterance:
        raise RuntimeError("private words")


def test_an_unforeseen_error_ends_the_turn_in_one_sentence_and_the_thread_lives(caplog: pytest.LogCaptureFixture) -> None:
    voice = FailingVoice()
    thread = MindThread(build_mind(load_persona("mira"), None, voice, time.time, random.Random(1)))
    with caplog.at_level(logging.INFO):
        thread.send(events.Say("hello"))
        out = collect(thread, lambda found: any(isinstance(e, events.Done) for e in found))
        assert any(isinstance(e, events.Trouble) and "went wrong inside" in e.sentence for e in out)
        thread.send(events.Say("still there?"))
        collect(thread, lambda found: any(isinstance(e, events.Done) and e.turn == 2 for e in found))
        thread.close()
    assert "private words" not in caplog.text


def test_after_a_crisis_she_stays_with_it_for_three_turns() -> None:
    mind = new_mind(country="US")
    mind.run(events.Say("I want to die"))
    # A third question in a row may be left off, so the first sentence of a line is enough.
    lines = asset_json("mind/talk.json")["sober"]
    for text in ("the table is brown", "my neighbour has a dog", "hm"):
        reply = " ".join(e.shown for e in speech(mind.run(events.Say(text))))
        assert any(line.split(". ")[0] in reply for line in lines), reply


def test_not_knowing_whom_to_call_gets_a_smaller_step() -> None:
    mind = new_mind(country="US")
    mind.run(events.Say("I've been thinking about killing myself"))
    mind.run(events.Say("yes"))
    reply = " ".join(e.shown for e in speech(mind.run(events.Say("I don't know who to call"))))
    assert "988" in reply
