"""From what an engine gives to an utterance: level, pause, phones by alignment or by the engine, words as they are written."""

from __future__ import annotations

from collections.abc import Sequence

from dialogue.speech.align.aligner import Aligner
from dialogue.speech.align.captions import Caption
from dialogue.speech.align.spelling import Spelled
from dialogue.speech.align.words import matched, words_of
from dialogue.speech.level import closed, earlier, finish, lead_of, pause_s
from dialogue.speech.resample import resample
from dialogue.speech.sound import Phone, Prosody, Samples, Utterance, Word
from dialogue.trouble import VoiceTrouble

LEAST_S = 0.05
LEAST_S_PER_LETTER = 0.02
"""Nobody speaks faster than that (the fastest here, thrice as fast as people do, takes .03): the sound was cut on its way."""
MOST_S_PER_CHARACTER, MOST_S = 0.6, 12.0
"""A sentence may last so long a character, and so long at least: more is a fault of the voice, and nobody waits through it."""


def refuse_cut(seconds: float, text: str, whose: str) -> None:
    """Raises `VoiceTrouble` where so much sound is less than the text takes. Letters are counted, not espeak-ng's durations: it reads out
    signs, numbers and foreign scripts that another voice says in a word or leaves out."""
    letters = sum(letter.isalnum() for letter in text)
    if letters and seconds < LEAST_S:
        raise VoiceTrouble(f"{whose} sent silence for words; choose another voice in Settings.")
    if seconds < LEAST_S_PER_LETTER * letters:
        raise VoiceTrouble(f"{whose} sent {seconds:.1f} s of sound for {letters} letters: it broke off; choose another voice in Settings.")


def utterance(
    samples: Samples, rate_hz: int, text: str, prosody: Prosody, pitch: float, aligner: Aligner, whose: str,
    captions: Sequence[Caption] = (),
) -> Utterance:  # fmt: skip
    """`pitch`: factor by which the sound is to be played faster (it was asked for slower by as much). `captions`: when its words sound,
    where the engine tells. Blocks; raises `VoiceTrouble` where the sound cannot be that of the text."""
    if pitch != 1:
        samples = resample(samples, round(rate_hz * pitch), rate_hz)
    seconds = len(samples) / rate_hz
    refuse_cut(seconds if samples.any() else 0.0, text, whose)
    if seconds > max(MOST_S, MOST_S_PER_CHARACTER * len(text)):
        raise VoiceTrouble(f"{whose} sent {seconds:.0f} s of sound for {len(text)} letters; choose another voice in Settings.")
    lead = lead_of(samples, rate_hz)
    made = finish(samples[lead:], rate_hz, prosody, text)
    told = [(word, start / pitch - lead / rate_hz, end / pitch - lead / rate_hz) for word, start, end in captions]
    phones, words = aligner.align(made, rate_hz, text, told)
    if not phones:
        phones = (Phone("SIL", "", 0.0, len(made) / rate_hz),)
    return Utterance(made, rate_hz, text, closed(phones, len(made) / rate_hz, pause_s(text, prosody)), words)


def timed_by_engine(
    samples: Samples, rate_hz: int, text: str, prosody: Prosody, phones: Sequence[Phone], spelled: Spelled
) -> Utterance:  # fmt: skip
    """For an engine that says itself when its `phones` sound, which may be spelled in its own way."""
    lead = lead_of(samples, rate_hz)
    made = finish(samples[lead:], rate_hz, prosody, text)
    return Utterance(made, rate_hz, text, *engine_times(phones, spelled, lead / rate_hz, len(made) / rate_hz, pause_s(text, prosody)))


def engine_times(
    phones: Sequence[Phone], spelled: Spelled, lead_s: float, end_s: float, pause: float
) -> tuple[tuple[Phone, ...], tuple[Word, ...]]:
    """An engine's phones, and the words that `spelled` makes of them, in a sound of `end_s` seconds that lost `lead_s` of silence at its
    begin and ends with `pause`."""
    ours, counted = matched(earlier(phones, lead_s), spelled)
    closing = closed(tuple(ours), end_s, pause)
    return closing, words_of(counted, closing)
