"""The aligner as voices use it: in a worker process, without waiting in the frame's thread."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import numpy as np

from dialogue.speech.align import align_alone
from dialogue.speech.align.captions import Caption
from dialogue.speech.sound import Phone, Samples, Word
from dialogue.speech.worker import Worker

log = logging.getLogger(__name__)


class Aligner:
    """`language` is espeak-ng's name of the language that is spoken."""

    def __init__(self, language: str = "en-us") -> None:
        self.language = language
        self._worker = Worker("dialogue.speech.align.align_worker")
        self._pace = 1.0  # of the voice, against espeak-ng's

    def align(
        self, samples: Samples, rate_hz: int, text: str, captions: Sequence[Caption] = ()
    ) -> tuple[tuple[Phone, ...], tuple[Word, ...]]:
        """Phones over the whole sound, and the words of the text; `captions` where the voice told when they sound. Blocks."""
        phones, words, _ = self._ask({"captions": list(captions)}, samples, rate_hz, text)
        return phones, words

    def align_coming(
        self, samples: Samples, rate_hz: int, text: str, captions: Sequence[Caption] = ()
    ) -> tuple[tuple[Phone, ...], tuple[Word, ...]]:
        """The same where the sound is only the beginning of that of the text: what has not come is foretold. Blocks."""
        phones, words, self._pace = self._ask({"pace": self._pace, "captions": list(captions)}, samples, rate_hz, text)
        return phones, words

    def _ask(
        self, more: dict[str, Any], samples: Samples, rate_hz: int, text: str
    ) -> tuple[tuple[Phone, ...], tuple[Word, ...], float]:
        question = {"text": text, "language": self.language, "rate_hz": rate_hz, **more}
        try:
            head, _ = self._worker.ask(question, np.ascontiguousarray(samples, np.float32).tobytes())
        except (OSError, ValueError) as error:  # lips that follow the sound alone are better than no voice
            log.warning("the aligner failed: %s", type(error).__name__)
            return tuple(align_alone(samples, rate_hz, self.language)), (), self._pace
        return tuple(Phone(*p) for p in head["phones"]), tuple(Word(*w) for w in head["words"]), head.get("pace", self._pace)

    def close(self) -> None:
        """End the worker; may be called twice."""
        self._worker.close()
