"""A spoken evening without hardware: a file for the microphone, a detector, words by what is installed, the mind, her voice."""

from __future__ import annotations

import asyncio
import random
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from dialogue import events
from dialogue.mind import build_mind
from dialogue.persona.persona import load_persona
from dialogue.speech.ear.activity import RATE_HZ, open_activity
from dialogue.speech.ear.ear import Ear, Noticed, Words
from dialogue.speech.ear.microphone import WavMicrophone
from dialogue.speech.ear.transcribe import SphinxTranscriber
from dialogue.speech.espeak import EspeakVoice
from dialogue.speech.flite import FliteVoice, installed
from dialogue.speech.resample import resample
from dialogue.speech.sound import Prosody
from tests.fakes import HandClock
from tests.sounds import record

pytestmark = pytest.mark.skipif(
    find_spec("pocketsphinx") is None or not installed(),
    reason="needs pocketsphinx (wheels for Python 3.11 and 3.13) and the program flite (script/setup installs it on Debian)",
)


async def _said(text: str) -> tuple[np.ndarray, int]:
    made = await FliteVoice("rms").speak(text, Prosody())
    return made.samples, made.rate_hz


def test_what_is_said_aloud_is_understood_and_answered_aloud(tmp_path: Path) -> None:
    samples, rate_hz = asyncio.run(_said("I am very happy today."))
    words = resample(samples, rate_hz, RATE_HZ)
    path = record(tmp_path / "spoken.wav", words, noise=0.0)
    clock = HandClock()
    ear = Ear(lambda: WavMicrophone(path, clock), open_activity, SphinxTranscriber(), clock, free=True, paced=False)
    ear.press()
    noticed: list[Noticed] = []
    for _ in range(round((len(words) / RATE_HZ + 2) / 0.02)):
        clock.pass_(0.02)
        ear.step()
    ear.close(60)
    noticed += ear.poll()
    text = next(what.text for what in noticed if isinstance(what, Words))
    assert "happy" in text
    mind = build_mind(load_persona("mira"), None, EspeakVoice(), clock, random.Random(1))
    try:
        mind.run(events.Arrive())
        answer = mind.run(events.Say(text))
    finally:
        mind.close()
    speech = [event for event in answer if isinstance(event, events.Speech)]
    assert speech
    assert all(event.utterance is not None and event.utterance.duration_s > 0.2 for event in speech)
    assert mind.affect.mood(clock())[0] > 0, "good news is felt"
