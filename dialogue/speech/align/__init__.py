"""The phones of a known text in its sound.

    from dialogue.speech.align import align
    phones = align(samples, 24000, "My brother bought plums.")

English goes to pocketsphinx where that is installed, everything else to our own network; each steps in where the other finds no way
through or fails. What neither can place is spread over what sounds; `align_told` says whether it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import cache

import numpy as np
from numpy.typing import NDArray

from dialogue.speech.align import alone, own, sphinx
from dialogue.speech.align.begun import align_begun
from dialogue.speech.align.captions import Caption, agree, inside, placed, placed_begun
from dialogue.speech.align.spelling import Spelled, Speller
from dialogue.speech.align.words import words_of
from dialogue.speech.sound import Phone, Samples, Word

LONGEST_S = 90.0
"""Longer sounds are not searched for a text: no voice says one sentence for so long."""
_FAINT = 0.02  # of the loudest, below which nothing sounds


@cache
def _speller(language: str) -> Speller:
    return Speller(language)


def spell(text: str, language: str = "en-us") -> Spelled:
    """The phones of a text. Raises `OSError` when espeak-ng cannot be asked, `ValueError` for a language that it does not know."""
    return _speller(language).spell(text)


def align(samples: Samples, rate_hz: int, text: str | None, language: str = "en-us") -> list[Phone]:
    """Phones in order over 0..duration without gap or overlap, `SIL` for silence; `samples` float32 mono; `text` None where nobody knows
    it. A text that is not found, or is longer than `LONGEST_S`, is spread evenly over what sounds, for lips that move are better than
    none; who must know asks `align_told`. Raises as `spell`."""
    if text is None:
        return align_alone(samples, rate_hz, language)
    return align_spelled(samples, rate_hz, spell(text, language), language)


def align_spelled(samples: Samples, rate_hz: int, spelled: Spelled, language: str = "en-us") -> list[Phone]:
    """The same for phones that are known already."""
    return align_told(samples, rate_hz, spelled, language)[0]


def align_told(samples: Samples, rate_hz: int, spelled: Spelled, language: str = "en-us") -> tuple[list[Phone], bool]:
    """The same, and whether the phones were found in the sound; else they are spread evenly over it, and their times are a guess."""
    end_s = len(samples) / rate_hz
    sounding = _sounding(samples)
    if not len(sounding) or not spelled.phones:
        return [Phone("SIL", "", 0.0, end_s)] if len(samples) else [], not spelled.phones
    if end_s <= LONGEST_S:
        for method in (sphinx.align, own.align) if _english(language) and sphinx.installed() else (own.align,):
            with suppress(Exception):  # a damaged model or a decoder in trouble must not cost her voice
                phones = method(samples, rate_hz, spelled)
                if phones:
                    return phones, True
    return _spread(spelled, sounding[0] / rate_hz, (sounding[-1] + 1) / rate_hz, end_s), False


def align_alone(samples: Samples, rate_hz: int, language: str = "en-us") -> list[Phone]:
    """The same for a sound whose text nobody knows; IPA is left empty."""
    if not len(_sounding(samples)):
        return [Phone("SIL", "", 0.0, len(samples) / rate_hz)] if len(samples) else []
    for method in (alone.by_sphinx, alone.by_network) if _english(language) and sphinx.installed() else (alone.by_network,):
        with suppress(Exception):
            phones = method(samples, rate_hz)
            if phones:
                return phones
    return [Phone("SIL", "", 0.0, len(samples) / rate_hz)]


def align_captioned(
    samples: Samples, rate_hz: int, text: str, captions: Sequence[Caption], language: str = "en-us"
) -> tuple[list[Phone], tuple[Word, ...]]:
    """The same where the voice told when its words sound (`captions`), with the words. The sound decides inside them, for its phones are
    found better than espeak-ng's durations tell; where it puts the words elsewhere than the voice, those durations do. Where nobody can
    spell the text the sound alone decides, and there are no words."""
    try:
        spelled, end_s = spell(text, language), len(samples) / rate_hz
    except (OSError, ValueError):
        return align_alone(samples, rate_hz, language), ()
    phones = align_spelled(samples, rate_hz, spelled, language)
    words = words_of(spelled, phones)
    told = placed(captions, text, spelled, end_s) if captions else ()
    if not told:
        return phones, words
    if not agree(told, words):
        phones = inside(told, spelled, _speller(language).held(text), end_s)
    return phones, told


def align_coming(
    samples: Samples, rate_hz: int, text: str, pace: float, language: str = "en-us", captions: Sequence[Caption] = ()
) -> tuple[list[Phone], tuple[Word, ...], float]:
    """Phones and words of a text of which only `samples` have come, and the voice's pace; see `begun`. `captions`: when words sound, as far
    as the voice told. Where nobody can spell the text, those of the sound alone."""
    try:
        spelled, held = spell(text, language), _speller(language).held(text)
    except (OSError, ValueError):
        return align_alone(samples, rate_hz, language), (), pace
    told = placed_begun(captions, text, spelled, len(samples) / rate_hz)
    try:
        phones, pace = align_begun(samples, rate_hz, spelled, held, pace, told)
    except Exception:  # as above: what espeak-ng foretells is enough to speak
        phones, pace = align_begun(samples[:0], rate_hz, spelled, held, pace, told)
    return phones, (*told, *words_of(spelled, phones)[len(told) :]), pace


def _sounding(samples: Samples) -> NDArray[np.intp]:
    """Numbers of the samples that are loud enough to be sound."""
    return np.flatnonzero(np.abs(samples) > _FAINT * max(float(np.abs(samples).max(initial=0.0)), 1e-3))


def _english(language: str) -> bool:
    return language.removeprefix("gmw/").startswith("en")


def _spread(spelled: Spelled, begin_s: float, stop_s: float, end_s: float) -> list[Phone]:
    edges = np.linspace(begin_s, stop_s, len(spelled.phones) + 1)
    out = [
        Phone(name, ipa, float(a), float(b), stressed)
        for (name, ipa, stressed), a, b in zip(spelled.phones, edges, edges[1:], strict=False)
    ]
    if begin_s > 0:
        out.insert(0, Phone("SIL", "", 0.0, float(begin_s)))
    if stop_s < end_s:
        out.append(Phone("SIL", "", float(stop_s), end_s))
    return out
