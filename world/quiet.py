"""A voice for places without sound: the terminal. Sentences are written, not spoken."""

from __future__ import annotations

import numpy as np

from dialogue.speech.sound import Phone, Prosody, Utterance

_RATE_HZ = 8000
_WORD_S = 0.35


class QuietVoice:
    """Silence as long as reading aloud would take, so that what depends on time works the same."""

    name = "none"

    async def speak(self, text: str, prosody: Prosody) -> Utterance:
        """Never fails."""
        length = _WORD_S * max(1, len(text.split()))
        return Utterance(np.zeros(int(length * _RATE_HZ), np.float32), _RATE_HZ, text, (Phone("SIL", "", 0.0, length),))

    async def aclose(self) -> None:
        """Nothing to close."""
