"""What a user says in tests, as samples and as the file that stands in for a microphone."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from dialogue.speech.ear.activity import RATE_HZ
from dialogue.speech.espeak import EspeakVoice
from dialogue.speech.resample import resample
from dialogue.speech.sound import Prosody, Samples
from world.media import save_wav

PLUMS = "My brother bought fresh plums at the market."


def user_says(text: str = PLUMS) -> Samples:
    """A man's voice, float32 at 16 kHz."""
    voice = EspeakVoice("en-us+m3")
    try:
        made = voice.speak_now(text, Prosody())
    finally:
        voice.close()
    return resample(made.samples, made.rate_hz, RATE_HZ)


def record(path: Path, words: Samples, quiet_s: float = 1.0, noise: float = 0.001) -> Path:
    """The words at 16 kHz in a quiet room, with `quiet_s` before and after them."""
    quiet = np.zeros(int(quiet_s * RATE_HZ), np.float32)
    sound = np.concatenate([quiet, words, quiet])
    save_wav(sound + np.random.default_rng(1).normal(0, noise, len(sound)).astype(np.float32), RATE_HZ, path)
    return path
