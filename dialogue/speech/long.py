"""A text longer than a voice takes at a time, spoken piece by piece."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dialogue.brain.sentences import MOST_LETTERS, Splitter
from dialogue.speech.resample import resample
from dialogue.speech.sound import Phone, Prosody, Utterance, Voice, Word


async def speak_long(voice: Voice, text: str, prosody: Prosody) -> Utterance:
    """`Voice.speak` for any length: servers refuse thousands of letters, and an alignment of minutes finds no way. Raises as it
    does."""
    if len(text) <= MOST_LETTERS:
        return await voice.speak(text, prosody)
    splitter = Splitter()
    made: list[Utterance] = []
    phones: list[Phone] = []
    words: list[Word] = []
    at, begin_s, trouble = 0, 0.0, ""
    for piece in (*splitter.feed(text), *splitter.end()):
        at = text.index(piece, at)
        said = await voice.speak(piece, prosody)
        made.append(said)
        phones += [replace(p, start_s=p.start_s + begin_s, end_s=p.end_s + begin_s) for p in said.phones]
        words += [Word(w.start + at, w.end + at, w.start_s + begin_s, w.end_s + begin_s) for w in said.words]
        trouble = trouble or said.trouble
        at, begin_s = at + len(piece), begin_s + said.duration_s
    rate_hz = made[0].rate_hz if made else 22050
    samples = np.concatenate([np.zeros(0, np.float32), *(resample(one.samples, one.rate_hz, rate_hz) for one in made)])
    voices = " and ".join(dict.fromkeys(said.voice for said in made if said.voice))
    return Utterance(samples, rate_hz, text, tuple(phones), tuple(words), trouble, voices)
