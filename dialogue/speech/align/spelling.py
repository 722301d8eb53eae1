"""What will be heard: the phones of a text, word by word, as espeak-ng would say it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import accumulate, pairwise

from dialogue.speech.phones import arpa, timed
from dialogue.speech.sound import Phone
from dialogue.speech.worker import Worker

_RATE_WPM = 160
_WRITTEN = re.compile(r"\S*\w\S*")


@dataclass(frozen=True, slots=True)
class Spelled:
    """phones: (ARPAbet, IPA, stressed) in order. pauses[k]: silence may stand before phone k, the last one after the end; that is
    between words. written: (begin, end in the text, first phone, phone after the last) of each word as it is written."""

    phones: tuple[tuple[str, str, bool], ...]
    pauses: tuple[bool, ...]
    written: tuple[tuple[int, int, int, int], ...]


class Speller:
    """Asks espeak-ng in its worker. `voice` is a language of espeak-ng's, `en-us` for English."""

    def __init__(self, voice: str = "en-us") -> None:
        self._voice = voice
        self._worker = Worker("dialogue.speech.espeak_worker")

    def spell(self, text: str) -> Spelled:
        """Raises `OSError` when espeak-ng cannot be asked, `ValueError` for a language that it does not have."""
        places = [found.span() for found in _WRITTEN.finditer(text)]
        pieces = [text[begin:end] for begin, end in places]
        head, _ = self._worker.ask({"spell": text, "pieces": pieces, "voice": self._voice})
        phones: list[tuple[str, str, bool]] = []
        begins = []
        for word in (word for clause in head["clauses"] for word in clause):
            begins.append(len(phones))
            for ipa in word:
                phones += [(name, ipa, "ˈ" in ipa) for name in arpa(ipa) if name != "SIL"]
        pauses = [False] * len(phones) + [True]
        for k in begins:
            pauses[k] = True
        cuts = _shares(head["pieces"], len(begins))
        firsts = [*begins, len(phones)]
        written = [(*place, firsts[a], firsts[b]) for place, (a, b) in zip(places, pairwise(cuts), strict=True)]
        return Spelled(tuple(phones), tuple(pauses), tuple(w for w in written if w[3] > w[2]))

    def held(self, text: str) -> tuple[Phone, ...]:
        """The phones as espeak-ng's own voice says them, with its times. Raises as `spell`."""
        question = {"text": text, "voice": self._voice, "rate": _RATE_WPM, "pitch": 50, "range": 50, "volume": 100}
        head, pcm = self._worker.ask(question)
        return timed([(ipa, ms / 1000) for ipa, ms in head["phones"]], len(pcm) / 2 / head["rate_hz"], _RATE_WPM)

    def close(self) -> None:
        """End the worker; may be called twice."""
        self._worker.close()


def _shares(counts: list[int], total: int) -> list[int]:
    """Which spoken words belong to which written one: as each is spelled alone, stretched where that does not add up ("25 %")."""
    sums = list(accumulate(counts, initial=0))
    return sums if sums[-1] == total else [round(s * total / max(sums[-1], 1)) for s in sums]
