"""Stand-ins for what a test must not wait for: a silent voice and a clock that is set by hand."""

from __future__ import annotations

import re

import numpy as np

from dialogue.speech.sound import Phone, Prosody, Utterance, Word
from dialogue.trouble import VoiceTrouble

SECONDS_PER_LETTER = 0.06
RATE_HZ = 22050


class FakeVoice:
    """Silence as long as the text deserves, with word times. `broken`: every sentence fails. `asked` keeps what was spoken."""

    name = "fake"

    def __init__(self, broken: bool = False) -> None:
        self.broken = broken
        self.asked: list[tuple[str, Prosody]] = []
        self.closed = 0

    async def speak(self, text: str, prosody: Prosody) -> Utterance:
        self.asked.append((text, prosody))
        if self.broken:
            raise VoiceTrouble("The voice does not answer; choose another one in the settings.")
        length = len(text) * SECONDS_PER_LETTER
        words = tuple(
            Word(m.start(), m.end(), m.start() * SECONDS_PER_LETTER, m.end() * SECONDS_PER_LETTER) for m in re.finditer(r"\S+", text)
        )
        return Utterance(np.zeros(int(length * RATE_HZ), np.float32), RATE_HZ, text, (Phone("SIL", "", 0.0, length),), words)

    async def aclose(self) -> None:
        self.closed += 1


class HandClock:
    """Time that passes only when told: seconds since 1970."""

    def __init__(self, now: float = 1_767_290_400.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def pass_(self, seconds: float) -> None:
        self.now += seconds
