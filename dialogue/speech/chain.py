"""One voice after the other: where the chosen one fails, the next speaks, and no words are lost."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import replace

from dialogue.speech.growing import Growing, Said, side_by_side, spoken
from dialogue.speech.resample import resample
from dialogue.speech.sound import Prosody, Utterance, Voice
from dialogue.trouble import TooLate, VoiceTrouble, WrongLanguage

PATIENCE = 2
"""Failures in a row after which a voice is not asked for a while."""
AGAIN_S = 60.0
"""That while: a server may have been started meanwhile."""

_Failure = tuple[int, VoiceTrouble]


class ChainVoice:
    """Asks `voices` in order. The first utterance that another voice had to speak carries the trouble of the one that failed, so that it is
    told once until that one is heard again; `trouble` is what went wrong before, where one could not even be opened. `clock` gives
    seconds."""

    def __init__(self, voices: Sequence[Voice], trouble: str = "", clock: Callable[[], float] = time.monotonic) -> None:
        if not voices:
            raise ValueError("a chain needs at least one voice")
        self._voices = tuple(voices)
        self._failures = [0] * len(voices)
        self._failed_at = [0.0] * len(voices)
        self._clock = clock
        self._trouble = trouble
        self._told: set[tuple[int, bool]] = set()  # voices of which a failure was told, and whether that was a wrong language

    @property
    def name(self) -> str:
        """That of the first, which was chosen."""
        return self._voices[0].name

    @property
    def side_by_side(self) -> bool:
        """As the voice is that would be asked now."""
        return side_by_side(self._voices[next(self._able())])

    async def speak(self, text: str, prosody: Prosody) -> Utterance:
        """Raises the first voice's `VoiceTrouble` when all of them fail."""
        first: _Failure | None = None
        for k in self._able():
            try:
                said = await self._voices[k].speak(text, prosody)
            except VoiceTrouble as error:
                self._failed(k, error)
                first = first or (k, error)
                continue
            self._heard(k)
            return replace(said, trouble=self._trouble_of(k, first), voice=self._voices[k].name)
        raise first[1] if first else _nobody()

    async def stream(self, text: str, prosody: Prosody) -> AsyncGenerator[Said, None]:
        """As `growing.Streaming`. Where a voice breaks off inside the words, the next says the rest, from the word that was cut."""
        first: _Failure | None = None
        begun: Growing | None = None
        for k in self._able():
            if begun is not None:
                try:
                    await self._go_on(begun, self._voices[k], prosody)
                except VoiceTrouble as error:
                    self._failed(k, error)
                    continue
                begun.trouble = self._trouble_of(k, first)
                yield begun
                return
            try:
                async with aclosing(spoken(self._voices[k], text, prosody)) as growing:
                    async for said in growing:
                        if isinstance(said, Growing) and begun is None:
                            said.trouble = self._trouble_of(k, first)
                        elif isinstance(said, Utterance) and (trouble := self._trouble_of(k, first)):
                            said = replace(said, trouble=trouble)
                        begun = said if isinstance(said, Growing) else None
                        yield said
                self._heard(k)
                return
            except VoiceTrouble as error:
                self._failed(k, error)
                first = first or (k, error)
        if begun is not None and first is not None:
            begun.trouble = str(first[1])
            begun.end()
            return
        raise first[1] if first else _nobody()

    @staticmethod
    async def _go_on(begun: Growing, voice: Voice, prosody: Prosody) -> None:
        """What is missing of `begun`, by another voice."""
        heard_s = begun.duration_s
        words = [w for w in begun.words if w.end_s <= heard_s]
        at = words[-1].end if words else 0
        rest = begun.text[at:].lstrip(" ,;:.!?–—")
        if any(letter.isalnum() for letter in rest):
            made = await voice.speak(rest, prosody)
            shift = len(begun.text) - len(rest)
            begun.append(resample(made.samples, made.rate_hz, begun.rate_hz))
            phones = [replace(p, end_s=min(p.end_s, heard_s)) for p in begun.phones if p.start_s < heard_s]
            phones += [replace(p, start_s=p.start_s + heard_s, end_s=p.end_s + heard_s) for p in made.phones]
            words += [replace(w, start=w.start + shift, end=w.end + shift, start_s=w.start_s + heard_s, end_s=w.end_s + heard_s)
                      for w in made.words]  # fmt: skip
            begun.tell(tuple(phones), tuple(words))
        begun.end()

    def _failed(self, k: int, error: VoiceTrouble) -> None:
        if not isinstance(error, WrongLanguage):  # the next sentence may be one that it can say
            self._failures[k] += PATIENCE if isinstance(error, TooLate) else 1  # nobody waits for it twice
            self._failed_at[k] = self._clock()

    def _heard(self, k: int) -> None:
        """It can speak. That a language is none of its own stays told: it would be with every change of language."""
        self._failures[k] = 0
        self._told.discard((k, False))

    def _able(self) -> Iterator[int]:
        """Numbers of the voices that may be asked, as long as they are needed."""
        return (k for k in range(len(self._voices)) if self._may(k) or k + 1 == len(self._voices))

    def _may(self, k: int) -> bool:
        return self._failures[k] < PATIENCE or self._clock() - self._failed_at[k] >= AGAIN_S

    def _trouble_of(self, k: int, first: _Failure | None) -> str:
        """What is to be told with the utterance of voice `k`."""
        trouble, self._trouble = self._trouble, ""
        if not trouble and first is not None:
            failed, error = first
            mark = failed, isinstance(error, WrongLanguage)
            trouble = "" if mark in self._told else str(error)
            self._told.add(mark)
        return f"{trouble} Until then {self._voices[k].name} speaks." if trouble else ""

    async def aclose(self) -> None:
        """Close all of them."""
        for voice in self._voices:
            await voice.aclose()


def _nobody() -> VoiceTrouble:
    return VoiceTrouble("No voice could speak; run 'visavis doctor' to see what is missing.")
