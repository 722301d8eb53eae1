"""An utterance whose sound is still coming: one thread writes it, another plays what is there."""

from __future__ import annotations

import threading
from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Protocol, runtime_checkable

import numpy as np

from dialogue.speech.sound import Phone, Prosody, Samples, Utterance, Voice, Word


class Growing:
    """Read as an `Utterance`. `phones` reach as far as the text does: those of sound that has not come are foretold, and `revision` counts
    how often they were told anew. `complete`: all the sound is here; `ended`: and its phones and words will not change any more."""

    def __init__(self, rate_hz: int, text: str, phones: tuple[Phone, ...], words: tuple[Word, ...] = ()) -> None:
        self.rate_hz, self.text, self.trouble = rate_hz, text, ""
        self.phones, self.words, self.revision = phones, words, 0
        self.complete = self.ended = False
        self._pieces: list[Samples] = []
        self._count = 0
        self._lock = threading.Lock()

    @property
    def samples(self) -> Samples:
        """All that has come, float32 mono."""
        return self.since(0)

    @property
    def duration_s(self) -> float:
        """Seconds of sound that have come."""
        return self._count / self.rate_hz

    @property
    def expected_s(self) -> float:
        """How long it will be, as far as is known."""
        return self.duration_s if self.complete else max(self.duration_s, self.phones[-1].end_s if self.phones else 0.0)

    def since(self, at: int) -> Samples:
        """The samples from number `at` on."""
        with self._lock:
            kept, first = [], self._count
            for piece in reversed(self._pieces):
                if first <= at:
                    break
                first -= len(piece)
                kept.append(piece)
        joined = np.concatenate(kept[::-1]) if kept else np.zeros(0, np.float32)
        return joined[max(at - first, 0) :]

    def append(self, samples: Samples) -> None:
        """More sound."""
        if len(samples):
            with self._lock:
                self._pieces.append(samples)
                self._count += len(samples)

    def tell(self, phones: tuple[Phone, ...], words: tuple[Word, ...]) -> None:
        """What is known of phones and words by now."""
        self.words, self.phones = words, phones
        self.revision += 1

    def close(self) -> None:
        """All the sound is here."""
        self.complete = True

    def end(self) -> None:
        """Nothing more comes: phones beyond the sound fall out, what is left of it is silence. Words keep their times, for what was heard
        of them is told by these. May be called twice."""
        if self.ended:
            return
        end_s = self.duration_s
        kept = [replace(p, end_s=min(p.end_s, end_s)) for p in self.phones if p.start_s < end_s]
        if not kept or kept[-1].end_s < end_s:
            kept.append(Phone("SIL", "", kept[-1].end_s if kept else 0.0, end_s))
        self.tell(tuple(kept), self.words)
        self.complete = self.ended = True


Said = Utterance | Growing


def side_by_side(voice: Voice) -> bool:
    """Whether the voice can be asked for a sentence while the one before is still coming: a server's is, one that is computed here would
    only be slower."""
    return bool(getattr(voice, "side_by_side", False))


@runtime_checkable
class Streaming(Protocol):
    """A voice that gives sound while it makes it. The first thing given is what is said; the generator goes on while that grows, and when
    it ends, what was said is complete. It may be closed before. Raises `VoiceTrouble`, before the first thing or after it."""

    def stream(self, text: str, prosody: Prosody) -> AsyncGenerator[Said, None]:
        """Say `text` (plain words, no tags)."""


async def spoken(voice: Voice, text: str, prosody: Prosody) -> AsyncGenerator[Said, None]:
    """`Streaming.stream` of any voice: one that cannot is asked for the whole."""
    if not isinstance(voice, Streaming):
        yield await voice.speak(text, prosody)
        return
    stream = voice.stream(text, prosody)
    try:
        async for said in stream:
            yield said
    finally:
        await stream.aclose()
