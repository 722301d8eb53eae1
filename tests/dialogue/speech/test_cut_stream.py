"""A stream that ends, or falls silent, before the words do: it is not taken for the sentence, and the next voice says the rest."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import numpy as np
import pytest

from dialogue.speech.align.aligner import Aligner
from dialogue.speech.chain import ChainVoice
from dialogue.speech.espeak import EspeakVoice
from dialogue.speech.growing import Growing, Said
from dialogue.speech.leveller import VoiceLevel
from dialogue.speech.sound import Prosody, Samples, Utterance
from dialogue.speech.streamed import SILENT_S, grown
from dialogue.trouble import VoiceTrouble

LIMIT_S = 60.0
LONG = "My brother bought fresh plums at the market this morning, and then we walked home along the river and talked about the old days."


class Ending:
    """Streams the first `seconds` of a text as a stream that just ends, or with `silence` between them and the rest."""

    name = "ending"

    def __init__(self, seconds: float, silence: bool = False) -> None:
        self.seconds, self.silence = seconds, silence
        self._voice, self._aligner, self._level = EspeakVoice("en-us+m3"), Aligner(), VoiceLevel()

    async def _pieces(self, text: str) -> AsyncGenerator[tuple[Samples, int], None]:
        whole = (await self._voice.speak(text, Prosody())).samples
        count = int(self.seconds * 22050)
        for at in range(0, count, 2205):
            yield whole[at : min(at + 2205, count)], 22050
        if self.silence:
            for _ in range(4 * int(SILENT_S)):
                yield np.zeros(11025, np.float32), 22050
            yield whole[count:], 22050

    def stream(self, text: str, prosody: Prosody) -> AsyncGenerator[Growing, None]:
        return grown(self._pieces(text), text, prosody, 1.0, self._aligner, self._level, "It")

    async def speak(self, text: str, prosody: Prosody) -> Utterance:
        raise NotImplementedError

    async def aclose(self) -> None:
        self._voice.close()
        self._aligner.close()


@pytest.mark.parametrize(("seconds", "silence", "says"), [(0.2, False, "broke off"), (0.5, False, "broke off"), (1.0, False, "broke off"),
                                                          (3.0, True, "fell silent")])  # fmt: skip
def test_a_stream_that_ends_too_early_is_gone_on_for_by_the_next_voice(seconds: float, silence: bool, says: str) -> None:
    async def act() -> Said:
        chain = ChainVoice([Ending(seconds, silence), EspeakVoice()])
        try:
            async for said in chain.stream(LONG, Prosody()):
                kept = said
        finally:
            await chain.aclose()
        return kept

    said = asyncio.run(asyncio.wait_for(act(), LIMIT_S))
    assert says in said.trouble
    assert [LONG[w.start : w.end] for w in said.words] == LONG.split(), "no word is lost"
    starts = [w.start_s for w in said.words]
    assert starts == sorted(starts)
    assert said.duration_s > 5.0


@pytest.mark.parametrize("seconds", [0.5, 1.0])
def test_a_stream_that_ends_too_early_is_not_complete_by_itself(seconds: float) -> None:
    async def act() -> Growing:
        voice = Ending(seconds)
        stream = voice.stream(LONG, Prosody())
        try:
            said = await anext(stream)
            with pytest.raises(VoiceTrouble, match="broke off"):
                async for _ in stream:
                    pass
        finally:
            await voice.aclose()
        return said

    said = asyncio.run(asyncio.wait_for(act(), LIMIT_S))
    assert not said.complete
    assert sum(w.end_s <= said.duration_s for w in said.words) < 8
