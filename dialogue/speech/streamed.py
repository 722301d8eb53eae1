"""From pieces of sound, as a server or an engine gives them, to an utterance that is heard from its first samples.

Its phones are told three ways: before sound comes, as espeak-ng would say the text; while it comes, aligned as far as it came (`begun`);
when it is complete, by the aligner that is used for whole sounds. Words of which the voice tells when they sound have these times as soon
as they have come. What was heard is aligned before it is heard but for the last moments of a voice that is no faster than its sound.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing

import numpy as np

from dialogue.speech.align.aligner import Aligner
from dialogue.speech.align.captions import Caption
from dialogue.speech.align.spelling import Spelled
from dialogue.speech.growing import Growing
from dialogue.speech.level import closed, pause_s
from dialogue.speech.leveller import Leveller, VoiceLevel
from dialogue.speech.sound import Phone, Prosody, Samples, Word
from dialogue.speech.sounded import MOST_S, MOST_S_PER_CHARACTER, engine_times, refuse_cut
from dialogue.trouble import VoiceTrouble

EACH_S, EACH_SHARE = 0.2, 0.12
"""It is aligned again when so much more has come, or such a part of what there was: a second of curves costs a frame a millisecond."""
START_S = 0.12
"""So much is there before she begins: a server that is just fast enough must not stutter."""
_RATE_HZ = 22050  # of nothing
SILENT_S = 3.0
"""Silence so long is no pause of a sentence."""
_WHOLE = 0.7
"""Of what the words before such a silence foretell; with less they stopped in mid-sentence."""

_NOTHING = np.zeros(0, np.float32)

Sound = tuple[Samples, int]
"""A piece, and the rate that all of them have."""


async def grown(
    pieces: AsyncGenerator[Sound, None], text: str, prosody: Prosody, pitch: float, aligner: Aligner, level: VoiceLevel, whose: str,
    captions: Sequence[Caption] = (), phones_of_engine: Callable[[float], tuple[Sequence[Phone], Spelled] | None] = lambda end_s: None,
) -> AsyncGenerator[Growing, None]:  # fmt: skip
    """The utterance once it can begin to sound, and again whenever it has grown. `pitch`: factor by which the sound is to be played
    faster. `captions`: when words sound in the pieces as they come; may grow while these do. `phones_of_engine` is asked when all has come,
    with the seconds that came: for what the engine itself knows (see `timed_by_engine`), where it does. Raises `VoiceTrouble` where the
    sound cannot be that of the text; what was given by then may be gone on with by another voice, and is ended by whoever closes this."""
    foretold = asyncio.create_task(asyncio.to_thread(aligner.align_coming, _NOTHING, 16000, text))
    stream = _Stream(text, prosody, pitch, level, whose)
    try:
        async with aclosing(pieces) as coming:
            async for samples, rate_hz in coming:
                if not stream.feed(samples, rate_hz):
                    continue
                said = stream.said or stream.begin(*await foretold)
                yield said
                if stream.due():
                    said.tell(*await asyncio.to_thread(aligner.align_coming, said.samples, said.rate_hz, text, stream.heard(captions)))
                if stream.over:
                    said.tell(*await asyncio.to_thread(aligner.align_coming, said.samples, said.rate_hz, text, stream.heard(captions)))
                    if said.duration_s < _WHOLE * said.expected_s:
                        raise VoiceTrouble(f"{whose} fell silent in the middle of a sentence; choose another voice in Settings.")
                    break
        stream.finish()
        said = stream.said or stream.begin(*await foretold)
        said.close()  # the device must not wait for the aligner
        yield said
        told = await asyncio.to_thread(phones_of_engine, stream.came_s)
        if told is not None:
            said.tell(*engine_times(*told, stream.lead_s, said.duration_s, pause_s(text, prosody)))
        else:
            phones, words = await asyncio.to_thread(aligner.align, said.samples, said.rate_hz, text, stream.heard(captions))
            if phones:
                said.tell(closed(phones, said.duration_s, pause_s(text, prosody)), words)
        said.end()
        yield said
    except VoiceTrouble:
        if (cut := stream.break_off()) is not None:
            cut.tell(*await asyncio.to_thread(aligner.align_coming, cut.samples, cut.rate_hz, text, stream.heard(captions)))
        raise
    finally:
        foretold.cancel()
        if foretold.done() and not foretold.cancelled():
            foretold.exception()  # it was told already, or nobody waits for it any more


class _Stream:
    """The sound of one utterance, levelled, on its way into a `Growing`."""

    def __init__(self, text: str, prosody: Prosody, pitch: float, level: VoiceLevel, whose: str) -> None:
        self._text, self._prosody, self._pitch, self._level, self._whose = text, prosody, pitch, level, whose
        self._leveller: Leveller | None = None
        self._first = _NOTHING
        self._rate_hz = self._aligned = 0
        self.came_s = 0.0
        self.said: Growing | None = None

    def feed(self, samples: Samples, rate_hz: int) -> bool:
        """Take in a piece; true when something can sound."""
        if self._leveller is None:
            self._rate_hz = round(rate_hz * self._pitch)
            self._leveller = Leveller(self._rate_hz, self._text, self._prosody, self._level)
        self._put(self._leveller.feed(samples))
        self.came_s += len(samples) / self._rate_hz
        if self.said is None:
            if self._leveller.silent_s > SILENT_S:
                raise self._silence()
        elif self.said.duration_s > max(MOST_S, MOST_S_PER_CHARACTER * len(self._text)):
            much = f"{self.said.duration_s:.0f} s of sound for {len(self._text)} letters"
            raise VoiceTrouble(f"{self._whose} sent over {much}; choose another voice in Settings.")
        return self.said is not None or len(self._first) >= START_S * self._rate_hz

    def begin(self, phones: tuple[Phone, ...], words: tuple[Word, ...]) -> Growing:
        """The utterance, with what is foretold of it."""
        self.said = Growing(self._rate_hz or _RATE_HZ, self._text, phones, words)
        self.said.append(self._first)
        return self.said

    def due(self) -> bool:
        """Whether enough has come since it was last aligned."""
        assert self.said is not None
        count = round(self.said.duration_s * self._rate_hz)
        if count - self._aligned <= max(EACH_S * self._rate_hz, EACH_SHARE * self._aligned):
            return False
        self._aligned = count
        return True

    def heard(self, captions: Sequence[Caption]) -> list[Caption]:
        """Words of the pieces in the time of what is heard."""
        return [(word, start / self._pitch - self.lead_s, end / self._pitch - self.lead_s) for word, start, end in captions]

    @property
    def lead_s(self) -> float:
        """Seconds of silence that were left out before the first sound."""
        return self._leveller.lead / self._rate_hz if self._leveller is not None else 0.0

    @property
    def over(self) -> bool:
        """Nothing but silence comes any more."""
        return self._leveller is not None and self._leveller.silent_s > SILENT_S

    def finish(self) -> None:
        """All has come. Raises `VoiceTrouble` when that was nothing, or too little: a cut stream of unknown length ends like any."""
        silent_s = self._leveller.silent_s if self._leveller is not None else 0.0
        refuse_cut(self.came_s - self.lead_s - silent_s, self._text, self._whose)
        if self._leveller is not None:
            self._put(self._leveller.finish())

    def break_off(self) -> Growing | None:
        """It broke: what is held back fades out. Returns what there is of it."""
        if self._leveller is None or self.said is None or self.said.complete:
            return None
        self.said.append(self._leveller.finish(broken=True))
        return self.said

    def _put(self, samples: Samples) -> None:
        if self.said is not None:
            self.said.append(samples)
        else:
            self._first = np.concatenate([self._first, samples])

    def _silence(self) -> VoiceTrouble:
        return VoiceTrouble(f"{self._whose} sent silence for words; choose another voice in Settings.")
