"""One voice after the other: where the chosen one fails, the next speaks, and no words are lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dialogue.speech.sound import Prosody, Utterance, Voice
from dialogue.trouble import VoiceTrouble

PATIENCE = 2
"""Failures in a row after which a voice is not asked again until another is chosen."""


class ChainVoice:
    """Asks `voices` in order. The first utterance that another voice than the first had to speak carries the trouble, so that it is
    told once; `trouble` is what went wrong before, where one could not even be opened."""

    def __init__(self, voices: Sequence[Voice], trouble: str = "") -> None:
        if not voices:
            raise ValueError("a chain needs at least one voice")
        self._voices = tuple(voices)
        self._failures = [0] * len(voices)
        self._trouble, self._told = trouble, False

    @property
    def name(self) -> str:
        """That of the first, which was chosen."""
        return self._voices[0].name

    async def speak(self, text: str, prosody: Prosody) -> Utterance:
        """Raises the first voice's `VoiceTrouble` when all of them fail."""
        first: VoiceTrouble | None = None
        for k, voice in enumerate(self._voices):
            last = k + 1 == len(self._voices)
            if self._failures[k] >= PATIENCE and not last:
                continue
            try:
                said = await voice.speak(text, prosody)
            except VoiceTrouble as error:
                self._failures[k] += 1
                first = first or error
                continue
            self._failures[k] = 0
            trouble = self._trouble or str(first or "")
            if not trouble or self._told:
                return said
            self._told = True
            return replace(said, trouble=f"{trouble} Until then {voice.name} speaks.")
        raise first or VoiceTrouble("No voice could speak; run 'visavis doctor' to see what is missing.")

    async def aclose(self) -> None:
        """Close all of them."""
        for voice in self._voices:
            await voice.aclose()
