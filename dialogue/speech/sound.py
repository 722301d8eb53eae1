"""What a voice gives: samples with timed phones and words, and how it is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Phone:
    """arpa: ARPAbet without stress digits (`SIL` for silence). ipa: as the engine named it. stressed: carries ˈ.
    Times in seconds from the first sample; a stop's start is the closure of the lips, not the burst."""

    arpa: str
    ipa: str
    start_s: float
    end_s: float
    stressed: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """One word of the spoken text: text[start:end], heard from start_s to end_s."""

    start: int
    end: int
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Prosody:
    """How to say it, against the voice's own neutral: percent, factor, percent, percent, decibels."""

    pitch_pct: float = 0.0
    range_mult: float = 1.0
    rate_pct: float = 0.0
    pause_pct: float = 0.0
    gain_db: float = 0.0


@dataclass(frozen=True, slots=True)
class Habit:
    """What is a person's own in any voice, percent: added to what feeling asks."""

    pitch_pct: float = 0.0
    rate_pct: float = 0.0

    def factors(self, asked: Prosody) -> tuple[float, float]:
        """Pitch and speed against the voice's neutral."""
        return 1 + (asked.pitch_pct + self.pitch_pct) / 100, 1 + (asked.rate_pct + self.rate_pct) / 100


NO_HABIT = Habit()


@dataclass(frozen=True, slots=True)
class Utterance:
    """samples: float32 mono, -1..1. phones cover 0..duration in order; words may be empty where the engine knows none. trouble: what
    went wrong on the way to it, a sentence for the user, or empty. voice: name of the one that spoke, where another may have been asked."""

    samples: Samples
    rate_hz: int
    text: str
    phones: tuple[Phone, ...]
    words: tuple[Word, ...] = ()
    trouble: str = ""
    voice: str = ""

    @property
    def duration_s(self) -> float:
        """Length of the sound in seconds."""
        return len(self.samples) / self.rate_hz

    @property
    def expected_s(self) -> float:
        """The same; one that is still coming (see `growing`) tells here how long it will be."""
        return self.duration_s

    @property
    def complete(self) -> bool:
        """All of it is here."""
        return True

    @property
    def revision(self) -> int:
        """How often its phones were told anew: never."""
        return 0

    def since(self, at: int) -> Samples:
        """The samples from number `at` on."""
        return self.samples[at:]


class Voice(Protocol):
    """Something that speaks. `speak` raises `VoiceTrouble`; `aclose` may be called twice."""

    @property
    def name(self) -> str:
        """What a user picks it by."""

    async def speak(self, text: str, prosody: Prosody) -> Utterance:
        """Say `text` (plain words, no tags)."""

    async def aclose(self) -> None:
        """Let go of processes and connections."""
