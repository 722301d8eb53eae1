"""What was played, as a microphone could hear it: loudness band by band, hop by hop."""

from __future__ import annotations

import itertools
import threading
from collections import deque

import numpy as np
from numpy.typing import NDArray

from dialogue.speech.ear.activity import FRAME, RATE_HZ
from dialogue.speech.resample import resample
from dialogue.speech.sound import Samples

HOP = 128
HOP_S = HOP / RATE_HZ
FLOOR_DB = -90.0
_EDGES_HZ = np.geomspace(150, 5000, 15)
BANDS = len(_EDGES_HZ) - 1
_BIN_HZ = RATE_HZ / FRAME
DECAY_DB = 1.4
"""What a sound fades by in a hop: a room of .35 s reverberation."""
_JOIN_S, _LONG_S = 0.05, 60.0  # pieces so near are one sound, no longer than that
_PAST_S = 2.0  # what ended so long ago is heard no more
_KEPT_S = 60.0  # of what nobody asks about
_WINDOW_SHAPE = np.hanning(FRAME).astype(np.float32)
_BANDS = np.stack([
    (np.arange(FRAME // 2 + 1) * _BIN_HZ >= low) & (np.arange(FRAME // 2 + 1) * _BIN_HZ < high)
    for low, high in itertools.pairwise(_EDGES_HZ)
], 1).astype(np.float32)  # fmt: skip

Decibels = NDArray[np.float32]


def bands_db(frames: Samples) -> Decibels:
    """(n, 512) frames to (n, 14) levels in dB, not under -90."""
    power = np.square(np.abs(np.fft.rfft(frames * _WINDOW_SHAPE))) @ _BANDS / FRAME
    return np.asarray(np.maximum(10 * np.log10(power + 1e-12), FLOOR_DB), np.float32)


class _Sound:
    """An unbroken one, with the room's fading."""

    def __init__(self, samples: Samples, begin_s: float) -> None:
        self.begin_s = begin_s - FRAME / RATE_HZ
        self.stopped = False
        self._until_s = begin_s
        self._count = 0
        self._tail = np.zeros(FRAME, np.float32)
        self.bands = np.zeros((0, BANDS), np.float32)
        self.go_on(samples)

    def go_on(self, samples: Samples) -> None:
        """What follows without a gap."""
        sound = np.concatenate([self._tail, samples])
        settled = (len(sound) - FRAME) // HOP + 1  # hops that later sound changes nothing of
        frames = np.lib.stride_tricks.sliding_window_view(np.concatenate([sound, np.zeros(FRAME, np.float32)]), FRAME)[::HOP]
        before = self.bands[: self._count]
        new = np.concatenate([before[-1:], bands_db(frames)])
        fallen = DECAY_DB * np.arange(len(new), dtype=np.float32)[:, None]
        new = np.maximum.accumulate(new + fallen) - fallen  # no row is more below the one before than the room fades
        self.bands = np.concatenate([before, new[len(before[-1:]) :]])
        self._count += settled
        self._tail = sound[settled * HOP :]
        self.end_s = self.begin_s + len(self.bands) * HOP_S
        self._until_s += len(samples) / RATE_HZ

    def goes_on_at(self, at_s: float) -> bool:
        """Whether a sound that begins then is the same one."""
        return not self.stopped and abs(at_s - self._until_s) < _JOIN_S and self._until_s - self.begin_s < _LONG_S


class Played:
    """`tell` and `stop` only take note, from any thread; the work is done for one thread that asks, by `take_in`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._told: deque[tuple[Samples, int, float] | float] = deque()
        self._sounds: deque[_Sound] = deque(maxlen=8)

    def tell(self, samples: Samples, rate_hz: int, begin_s: float) -> None:
        """Sound that begins to be played at `begin_s`; where that is about the end of what was played before, it goes on."""
        with self._lock:
            while self._told and _end_s(self._told[0]) < begin_s - _KEPT_S:
                self._told.popleft()
            self._told.append((samples, rate_hz, begin_s))

    def stop(self, at_s: float) -> None:
        """What was playing fell silent."""
        with self._lock:
            self._told.append(float(at_s))

    def take_in(self, at_s: float) -> None:
        """What was told since the last time, as far as it can still be heard at `at_s`."""
        with self._lock:
            told, self._told = self._told, deque()
        for one in told:
            if isinstance(one, float):
                for sound in self._sounds:
                    sound.end_s = min(sound.end_s, one + 0.1)
                    sound.stopped = True
                continue
            samples, rate_hz, begin_s = one
            if _end_s(one) < at_s - _PAST_S:
                continue
            samples = resample(samples, rate_hz, RATE_HZ)
            if self._sounds and self._sounds[-1].goes_on_at(begin_s):
                self._sounds[-1].go_on(samples)
            else:
                self._sounds.append(_Sound(samples, begin_s))

    def sounds(self, at_s: float, after_s: float) -> bool:
        """Whether something is heard then that ended no longer than `after_s` before."""
        return any(one.begin_s <= at_s <= one.end_s + after_s for one in self._sounds)

    def bands(self, times_s: NDArray[np.float64], delays: NDArray[np.intp]) -> Decibels:
        """Its levels at `times_s`, each of `delays` hops late: (delays, times, 14) in dB, -90 for nothing."""
        out = np.full((len(delays), len(times_s), BANDS), FLOOR_DB, np.float32)
        for one in self._sounds:
            at = np.round((times_s - one.begin_s) / HOP_S).astype(int)[None] - delays[:, None]
            last = min(len(one.bands), int((one.end_s - one.begin_s) / HOP_S))
            inside = (at >= 0) & (at < last)
            np.maximum(out, np.where(inside[..., None], one.bands[np.clip(at, 0, len(one.bands) - 1)], FLOOR_DB), out=out)
        return out


def _end_s(told: tuple[Samples, int, float] | float) -> float:
    return told if isinstance(told, float) else told[2] + len(told[0]) / told[1]
