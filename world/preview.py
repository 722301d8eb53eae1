"""One line said outside the talk, so that a voice can be chosen by ear: with her own mouth, made in a thread, for voices take time."""

from __future__ import annotations

import asyncio
import queue
import threading

from dialogue.data import asset_json
from dialogue.speech.chain import ChainVoice
from dialogue.speech.sound import Prosody, Utterance
from dialogue.speech.voices import spoken_once
from dialogue.trouble import Trouble


class Preview:
    """`ask` from the frame's thread; `take` what came of it since: lines to be said, sentences to be shown."""

    def __init__(self) -> None:
        self._came: queue.SimpleQueue[Utterance | str] = queue.SimpleQueue()

    def ask(self, voice: ChainVoice) -> None:
        """Let `voice` say the line."""
        threading.Thread(target=self._make, args=(voice,), daemon=True).start()

    def take(self) -> list[Utterance | str]:
        """In the order in which they came."""
        return [self._came.get_nowait() for _ in range(self._came.qsize())]

    def _make(self, voice: ChainVoice) -> None:
        try:
            utterance = asyncio.run(spoken_once(voice, asset_json("mind/talk.json")["preview"], Prosody()))
        except Trouble as trouble:
            self._came.put(str(trouble))
            return
        if utterance.trouble:
            self._came.put(utterance.trouble)
        self._came.put(utterance)
