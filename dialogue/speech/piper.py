"""Piper: natural voices, offline, in 50 languages, from model files that the user fetches."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import aclosing
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from dialogue.speech.align.aligner import Aligner
from dialogue.speech.align.spelling import Spelled, Speller
from dialogue.speech.growing import Growing
from dialogue.speech.languages import espeak_name
from dialogue.speech.leveller import VoiceLevel
from dialogue.speech.phones import arpa
from dialogue.speech.resample import resample
from dialogue.speech.sound import NO_HABIT, Habit, Phone, Prosody, Utterance
from dialogue.speech.sounded import timed_by_engine, utterance
from dialogue.speech.streamed import Sound, grown
from dialogue.speech.worker import Answer, Worker
from dialogue.trouble import VoiceTrouble

_MARKS = frozenset("ˈˌːˑ̩̃ʲʰ͡")
_EXTENDS = {("a", "ɪ"), ("a", "ʊ"), ("e", "ɪ"), ("o", "ʊ"), ("ə", "ʊ"), ("ɔ", "ɪ"), ("t", "ʃ"), ("d", "ʒ")}


def installed() -> bool:
    """Whether the package is there."""
    return find_spec("piper") is not None


def models(folder: Path) -> list[str]:
    """Names of the voices in a folder: NAME.onnx with NAME.onnx.json beside it."""
    return sorted(p.stem for p in folder.glob("*.onnx") if p.with_name(p.name + ".json").is_file())


class PiperVoice:
    """`model` is the .onnx file; its configuration lies beside it."""

    def __init__(self, model: Path, habit: Habit = NO_HABIT) -> None:
        if not model.is_file() or not model.with_name(model.name + ".json").is_file():
            raise VoiceTrouble(f"The voice {model.stem} is not here: {model} and its .json are needed; see 'visavis get'.")
        self._model, self._habit = model, habit
        self._worker = Worker("dialogue.speech.piper_worker")
        language = espeak_name(model.stem.partition("-")[0])
        self._aligner, self._speller, self._level = Aligner(language), Speller(language), VoiceLevel()

    @property
    def name(self) -> str:
        """`piper:` and the name of its model."""
        return f"piper:{self._model.stem}"

    async def speak(self, text: str, prosody: Prosody) -> Utterance:
        """Raises `VoiceTrouble`."""
        return await asyncio.to_thread(self.speak_now, text, prosody)

    async def stream(self, text: str, prosody: Prosody) -> AsyncGenerator[Growing, None]:
        """As `growing.Streaming`. Piper makes a text sentence by sentence, so it is of use where one piece holds several."""
        pitch, rate = self._habit.factors(prosody)
        whose = f"The voice {self._model.stem}"
        heads: list[dict[str, Any]] = []
        pieces = self._pieces(text, pitch / rate, heads)
        times = partial(self._times, heads, text, pitch)
        async with aclosing(grown(pieces, text, prosody, pitch, self._aligner, self._level, whose, phones_of_engine=times)) as growing:
            async for said in growing:
                yield said

    async def _pieces(self, text: str, length: float, heads: list[dict[str, Any]]) -> AsyncGenerator[Sound, None]:
        answers = self._asked(text, length)
        asked: asyncio.Future[Answer | None] | None = None
        try:
            while True:
                asked = asyncio.ensure_future(asyncio.to_thread(next, answers, None))
                if (answer := await asyncio.shield(asked)) is None:
                    return
                head, sound = answer
                heads.append(head)
                yield np.frombuffer(sound, np.float32), int(head["rate_hz"])
        except (OSError, ValueError) as error:
            raise VoiceTrouble(f"Piper could not speak: {error}. Choose another voice in Settings.") from error
        finally:
            if asked is not None and not asked.done():  # broken off: its thread is still in there
                await asyncio.wait([asked])
            if asked is not None and not asked.cancelled():
                asked.exception()
            await asyncio.to_thread(answers.close)

    def _asked(self, text: str, length: float) -> Generator[Answer, None, None]:
        return self._worker.ask_each({"text": text, "model": str(self._model), "length_scale": round(length, 3)})

    def speak_now(self, text: str, prosody: Prosody) -> Utterance:
        """`speak` for callers without a loop; blocks for as long as the model takes."""
        pitch, rate = self._habit.factors(prosody)
        try:
            answers = list(self._asked(text, pitch / rate))
            rate_hz = int(answers[0][0]["rate_hz"]) if answers else 22050
            samples = np.concatenate([np.zeros(0, np.float32), *(np.frombuffer(sound, np.float32) for _, sound in answers)])
        except (OSError, ValueError) as error:
            raise VoiceTrouble(f"Piper could not speak: {error}. Choose another voice in Settings.") from error
        told = self._times([head for head, _ in answers], text, pitch, len(samples) / (rate_hz * pitch))
        if told is None or not len(samples):
            return utterance(samples, rate_hz, text, prosody, pitch, self._aligner, f"The voice {self._model.stem}")
        samples = resample(samples, round(rate_hz * pitch), rate_hz) if pitch != 1 else samples
        return timed_by_engine(samples, rate_hz, text, prosody, *told)

    def _times(self, heads: Sequence[dict[str, Any]], text: str, pitch: float, end_s: float) -> tuple[list[Phone], Spelled] | None:
        """Piper's own phones in the sound of these answers, with the text's; None for a model that does not time them."""
        told = [head["symbols"] for head in heads]
        if not told or None in told:
            return None
        try:
            spelled = self._speller.spell(text)
        except (OSError, ValueError):  # a language that espeak-ng does not have: phones without words
            spelled = Spelled((), (True,), ())
        return phones_of([sign for symbols in told for sign in symbols], int(heads[0]["rate_hz"]) * pitch, end_s), spelled

    def close(self) -> None:
        """End the workers; may be called twice."""
        for part in (self._worker, self._aligner, self._speller):
            part.close()

    async def aclose(self) -> None:
        """`close`, for who closes voices of any kind."""
        self.close()


def phones_of(symbols: Sequence[tuple[str, int]], per_s: float, end_s: float) -> list[Phone]:
    """IPA signs with their samples to phones: marks belong to the sign after or before them, two signs of a diphthong or an affricate
    are one phone, what is no sound is silence."""
    groups: list[tuple[str, float]] = []
    for sign, count in symbols:
        seconds = count / per_s
        previous = groups[-1][0] if groups else ""
        if groups and (sign in _MARKS - set("ˈˌ") or previous in ("ˈ", "ˌ") or (previous[-1:], sign) in _EXTENDS):
            groups[-1] = (previous + sign, groups[-1][1] + seconds)
        else:
            groups.append((sign, seconds))
    out: list[Phone] = []
    at = 0.0
    for ipa, seconds in groups:
        names = arpa(ipa)
        for k, name in enumerate(names):
            begin, stop = (min(at + seconds * part / len(names), end_s) for part in (k, k + 1))
            if name == "SIL" and out and out[-1].arpa == "SIL":
                out[-1] = Phone("SIL", "", out[-1].start_s, stop)
            elif stop > begin:
                out.append(Phone(name, ipa, begin, stop, "ˈ" in ipa))
        at += seconds
    return out or [Phone("SIL", "", 0.0, end_s)]
