"""The voice that always works: espeak-ng, offline, 100+ languages, with the time of every phone."""

from __future__ import annotations

import asyncio
from math import log

import numpy as np

from dialogue.speech.level import closed, earlier, finish, lead_of, pause_s
from dialogue.speech.phones import timed
from dialogue.speech.sound import NO_HABIT, Habit, Prosody, Utterance, Word
from dialogue.speech.worker import Worker
from dialogue.trouble import VoiceTrouble

_RATE_WPM = 160


class EspeakVoice:
    """`voice` is espeak-ng's name with a variant, for example `en-us+f3`."""

    def __init__(self, voice: str = "en-us+f3", habit: Habit = NO_HABIT) -> None:
        self._voice, self._habit = voice, habit
        self._worker = Worker("dialogue.speech.espeak_worker")

    @property
    def name(self) -> str:
        """`espeak:` and espeak-ng's own name."""
        return f"espeak:{self._voice}"

    async def speak(self, text: str, prosody: Prosody) -> Utterance:
        """Raises `VoiceTrouble` when the worker cannot be started or breaks twice."""
        return await asyncio.to_thread(self.speak_now, text, prosody)

    def speak_now(self, text: str, prosody: Prosody) -> Utterance:
        """`speak` for callers without a loop; blocks for about 4 ms a sentence."""
        higher, faster = self._habit.factors(prosody)
        rate = float(np.clip(_RATE_WPM * faster, 90, 300))
        # 15 steps of espeak's pitch are 279/220 in frequency (measured, en-us+f3)
        pitch = 50 + 15 * log(higher) / log(279 / 220)
        request = {
            "text": text, "voice": self._voice, "rate": round(rate), "pitch": int(np.clip(round(pitch), 0, 99)),
            "range": int(np.clip(round(50 * prosody.range_mult), 0, 99)), "volume": 100,
        }  # fmt: skip
        try:
            head, pcm = self._worker.ask(request)
        except ValueError as error:
            raise VoiceTrouble(f"{error}.") from error
        except OSError as error:
            raise VoiceTrouble(
                f"The offline voice stopped working ({error}); she goes on in writing. Run 'visavis doctor' to see what is missing."
            ) from error
        samples = (np.frombuffer(pcm, "<i2") / 32768).astype(np.float32)
        lead = lead_of(samples, head["rate_hz"])
        cut = lead / head["rate_hz"]
        samples = finish(samples[lead:], head["rate_hz"], prosody, text)
        duration = len(samples) / head["rate_hz"]
        phones = earlier(timed([(ipa, ms / 1000) for ipa, ms in head["phones"]], duration + cut, rate), cut)
        ends = closed(phones, duration, pause_s(text, prosody))
        return Utterance(samples, head["rate_hz"], text, ends, _words(text, head["words"], duration, cut))

    def close(self) -> None:
        """End the worker."""
        self._worker.close()

    async def aclose(self) -> None:
        """`close`, for who closes voices of any kind."""
        self.close()


def _words(text: str, events: list[list[int]], end_s: float, cut_s: float = 0.0) -> tuple[Word, ...]:
    """espeak counts characters from 1 and reports "It's" as two letters: a word reaches to the next one, blanks cut off. `cut_s`: so much
    was taken away before the first sound."""
    out = []
    for i, (position, _, ms) in enumerate(events):
        begin = position - 1
        stop = events[i + 1][0] - 1 if i + 1 < len(events) else len(text)
        stop = begin + len(text[begin:stop].rstrip())
        until = events[i + 1][2] / 1000 - cut_s if i + 1 < len(events) else end_s
        out.append(Word(begin, stop, max(ms / 1000 - cut_s, 0.0), max(min(until, end_s), 0.0)))
    return tuple(out)
