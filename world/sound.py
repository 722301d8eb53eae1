"""Her voice in the room, and the clock that her lips follow.

`Player` is the seam: OpenAL through Panda3D (`openal`), or silence in time where there is no sound device, or a mixer for films. All of
them lay what is played on a `Line`, end to end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from panda3d import core as p3d

from dialogue.speech.converter import samples_of, segment
from dialogue.speech.sound import Samples
from world.line import FADE_S, Line, Part, Source

LEAST_S = 0.03
"""What a line on a clock has to play at least, where its sentence is late."""

Tap = Callable[[Samples, int, float], None]
"""Told of all that goes to the device: samples, their rate, and in how many seconds the first of them is heard."""


class Playing(Protocol):
    """One utterance that has begun, or waits for the one before it."""

    @property
    def duration_s(self) -> float:
        """How long it is, as far as it is there."""

    @property
    def t(self) -> float:
        """Seconds into the sound that are heard now, 0..duration_s."""

    @property
    def done(self) -> bool:
        """It has ended or was hushed to silence."""

    def hush(self) -> float:
        """Fade out in 80 ms, with what was to follow; returns the seconds heard."""


class Player(Protocol):
    """Plays utterances at her mouth."""

    tap: Tap | None

    @property
    def audible(self) -> bool:
        """Sound comes out, and is not only timed."""

    def play(self, source: Source, after: Playing | None = None) -> Playing:
        """Begin now, or without a gap behind `after` where that still sounds."""

    def place(self, mouth: Sequence[float], ear: p3d.Mat4) -> None:
        """`mouth`: metres in the world; `ear`: matrix of the listener's head in the world."""

    def step(self, volume: float) -> None:
        """Once a frame; `volume` 0..1."""

    def close(self) -> None:
        """Silence, and let go of the device."""


class SilentPlayer:
    """No sound device: she speaks silently, in time."""

    audible = False

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lines: list[tuple[float, Line]] = []
        self.tap: Tap | None = None

    def play(self, source: Source, after: Playing | None = None) -> Playing:
        """Time passes as if it sounded."""
        line = next((line for _, line in self._lines if line.takes(after)), None) or self._open(source.rate_hz)
        part = line.add(source)
        self._pull(line)
        return part

    def place(self, mouth: Sequence[float], ear: p3d.Mat4) -> None:
        """Nothing to place."""

    def step(self, volume: float) -> None:
        """What came meanwhile is laid behind what there is."""
        for _, line in self._lines:
            self._pull(line)
        self._lines = [(begin, line) for begin, line in self._lines if not line.over]

    def close(self) -> None:
        """Nothing to let go of."""

    def _open(self, rate_hz: int) -> Line:
        begin = self._clock()
        line = Line(rate_hz, lambda: self._clock() - begin)
        self._lines.append((begin, line))
        return line

    def _pull(self, line: Line) -> None:
        ahead = line.laid / line.rate_hz - line.now
        samples = line.pull(LEAST_S)
        if len(samples):
            self._given(line, samples)
            if self.tap is not None:
                self.tap(samples, line.rate_hz, ahead)

    def _given(self, line: Line, samples: Samples) -> None:
        """Nobody hears it."""


class MixPlayer(SilentPlayer):
    """Collects what is played on a clock of its own into one track at `rate_hz`, for films."""

    audible = True

    def __init__(self, clock: Callable[[], float], rate_hz: int) -> None:
        super().__init__(clock)
        self._rate_hz = rate_hz
        self._takes: list[tuple[float, Line, list[Samples]]] = []

    def track(self, duration_s: float, since_s: float = 0.0) -> Samples:
        """All of it from `since_s` on, float32 mono, cut or filled to where `duration_s` ends."""
        first = round(since_s * self._rate_hz)
        count = max(int(duration_s * self._rate_hz) - first, 0)
        mixed = segment(np.zeros(count, np.float32), self._rate_hz)
        for begin, line, pieces in self._takes:
            start = int(begin * self._rate_hz) - first
            heard = np.concatenate([np.zeros(0, np.float32), *pieces])[: max(0, round(line.now * self._rate_hz))]
            if start >= count or start + len(heard) <= 0:
                continue
            fade_ms = min(round(1000 * FADE_S), len(heard) * 1000 // self._rate_hz)
            if line.hushed_at is not None and fade_ms:
                heard = samples_of(segment(heard, self._rate_hz).fade_out(fade_ms), len(heard))
            # Silence is laid before it, for pydub counts in whole milliseconds.
            laid = np.concatenate([np.zeros(max(start, 0), np.float32), heard[max(-start, 0) :]])
            mixed = mixed.overlay(segment(laid, self._rate_hz))
        return samples_of(mixed, count)

    def _open(self, rate_hz: int) -> Line:
        line = super()._open(self._rate_hz)
        self._takes.append((self._lines[-1][0], line, []))
        return line

    def _given(self, line: Line, samples: Samples) -> None:
        next(pieces for _, kept, pieces in self._takes if kept is line).append(samples)


__all__ = ["FADE_S", "MixPlayer", "Part", "Player", "Playing", "SilentPlayer", "Tap"]
