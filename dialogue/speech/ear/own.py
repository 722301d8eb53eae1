"""Does the microphone hear only her own voice? What is played is known, so what it makes the microphone hear can be foretold.

No echo is taken away. Band by band the loudness of what was played, as late and as loud as the room lets it arrive, is compared
with what came in: where much more came in than her voice explains, somebody else speaks. Delay and coupling are learned while
she speaks; with headphones the coupling is none, and everything heard is somebody else's.
"""

from __future__ import annotations

import itertools
import threading
from collections import deque

import numpy as np
from numpy.typing import NDArray

from dialogue.speech.ear.activity import FRAME, FRAME_S, RATE_HZ, Activity
from dialogue.speech.resample import resample
from dialogue.speech.sound import Samples

HOP = 128
HOP_S = HOP / RATE_HZ
DELAY_S = 0.40
"""The longest way of a sound through driver, air and driver."""
OVER_DB = 7.0
"""So much louder than foretold is somebody else (tune); echoes spread by about 5 dB about what is foretold."""
SHARE = 0.25
"""Part of the bands that must be louder (tune), evened over some frames: a voice fills more than a clatter does, and for longer."""
_KEEP = 0.6
_EDGES_HZ = np.geomspace(150, 5000, 15)
_BIN_HZ = RATE_HZ / FRAME
_DECAY_DB = 1.4  # a hop: a room of .35 s reverberation
_FLOOR_DB = -90.0
_HEARD_DB = -55.0  # of what is played: quieter teaches nothing
_LEARN, _WINDOW, _LEAST = 120, 40, 48  # frames: of the coupling, of the delay, until nobody waits for the delay any more
_ALIKE = ((12, 0.80), (24, 0.70), (_WINDOW, 0.60))
"""How alike what came in and what was played must be, by the frames that are known: the echo alone is so by .74 to .98 from 12 frames on
(measured in five rooms, from -26 to 0 dB), a user over it by .3 to .77, a user without one by less than .56."""
_STRANGE, _STRANGE_FRAMES, _STRANGE_LOUD = 0.5, 16, 10
"""Less alike than that for so many frames, so many of them loud, what came in is somebody else's as long as nothing is learned."""
_LOUD_DB = 12.0
_FALLS, _RISES_DB, _RISES_MEANWHILE_DB = 0.3, 0.1, 0.02  # of the room's noise, a frame; slower while she speaks
_JOIN_S, _LONG_S = 0.05, 60.0  # pieces so near are one sound, no longer than that
_SLACK = 3  # hops that the delay may be off by
_WINDOW_SHAPE = np.hanning(FRAME).astype(np.float32)
_BANDS = np.stack([
    (np.arange(FRAME // 2 + 1) * _BIN_HZ >= low) & (np.arange(FRAME // 2 + 1) * _BIN_HZ < high)
    for low, high in itertools.pairwise(_EDGES_HZ)
], 1).astype(np.float32)  # fmt: skip

Decibels = NDArray[np.float32]


def bands_db(frames: Samples) -> Decibels:
    """(n, 512) frames to (n, 14) levels in dB, not under -90."""
    power = np.square(np.abs(np.fft.rfft(frames * _WINDOW_SHAPE))) @ _BANDS / FRAME
    return np.asarray(np.maximum(10 * np.log10(power + 1e-12), _FLOOR_DB), np.float32)


class _Played:
    """An unbroken sound as the microphone could hear it: its bands each hop, with the room's fading."""

    def __init__(self, samples: Samples, begin_s: float) -> None:
        self.begin_s = begin_s - FRAME / RATE_HZ
        self.stopped = False
        self._until_s = begin_s
        self._count = 0
        self._tail = np.zeros(FRAME, np.float32)
        self.bands = np.zeros((0, len(_EDGES_HZ) - 1), np.float32)
        self.go_on(samples)

    def go_on(self, samples: Samples) -> None:
        """What follows without a gap."""
        sound = np.concatenate([self._tail, samples])
        settled = (len(sound) - FRAME) // HOP + 1  # hops that later sound changes nothing of
        frames = np.lib.stride_tricks.sliding_window_view(np.concatenate([sound, np.zeros(FRAME, np.float32)]), FRAME)[::HOP]
        before = self.bands[: self._count]
        new = bands_db(frames)
        last = before[-1] if len(before) else new[0]
        for row in new:
            np.maximum(row, last - _DECAY_DB, out=row)
            last = row
        self.bands = np.concatenate([before, new])
        self._count += settled
        self._tail = sound[settled * HOP :]
        self.end_s = self.begin_s + len(self.bands) * HOP_S
        self._until_s += len(samples) / RATE_HZ

    def goes_on_at(self, at_s: float) -> bool:
        """Whether a sound that begins then is the same one."""
        return not self.stopped and abs(at_s - self._until_s) < _JOIN_S and self._until_s - self.begin_s < _LONG_S


class OwnVoice:
    """`played` and `stopped` tell what sounds, from any thread; `explains` asks about one frame after the other."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._played: deque[_Played] = deque(maxlen=8)
        self._mic: deque[Decibels] = deque(maxlen=_WINDOW)
        self._times: deque[float] = deque(maxlen=_WINDOW)
        self._gains: deque[Decibels] = deque(maxlen=_LEARN)
        self._delay = int(0.06 / HOP_S)
        self._floor = np.full(len(_EDGES_HZ) - 1, -60.0, np.float32)
        self._asked = 0
        self._known = self._strange = self._heard = False
        self._rises = _RISES_DB
        self._over = 0.0

    @property
    def known(self) -> bool:
        """Her voice can be told from others: what she is heard like was learned."""
        return self._known

    def played(self, samples: Samples, rate_hz: int, begin_s: float) -> None:
        """Sound that begins to be played at `begin_s` of the clock that frames are timed by; where that is about the end of what was
        played before, it goes on."""
        sound = resample(samples, rate_hz, RATE_HZ)
        with self._lock:
            last = self._played[-1] if self._played else None
            if last is not None and last.goes_on_at(begin_s):
                last.go_on(sound)
            else:
                self._played.append(_Played(sound, begin_s))

    def stopped(self, at_s: float) -> None:
        """What was playing fell silent."""
        with self._lock:
            for one in self._played:
                one.end_s = min(one.end_s, at_s + 0.1)
                one.stopped = True

    def explains(self, frame: Samples, at_s: float) -> bool:
        """Whether a frame float32[512] at 16 kHz that began at `at_s` holds nothing that what was played cannot account for."""
        mic = bands_db(frame[None])[0]
        if not self._heard:
            self._floor, self._heard = mic.copy(), True
        self._floor = np.where(mic < self._floor, self._floor + _FALLS * (mic - self._floor), self._floor + self._rises)
        with self._lock:
            played = list(self._played)
        if not any(one.begin_s <= at_s <= one.end_s + DELAY_S + 0.3 for one in played):
            self._mic.clear()
            self._times.clear()
            self._strange = False
            self._rises = _RISES_DB
            return False
        self._rises = _RISES_MEANWHILE_DB
        self._mic.append(mic)
        self._times.append(at_s)
        self._asked += 1
        if self._asked % (4 if self._known else 2) == 0 and len(self._mic) >= (_WINDOW if self._known else _ALIKE[0][0]):
            self._find_delay(played)
        reference = self._near(played, np.array([at_s]))[0]
        told = np.where(reference > _HEARD_DB, mic - reference, np.nan).astype(np.float32)
        if not self._known:
            if not self._strange and not np.isnan(told).all():
                self._gains.append(told)
            self._known = len(self._gains) >= _LEAST and not self._strange
            loud = float((mic > self._floor + _LOUD_DB).mean()) >= SHARE
            return not (self._strange and loud)
        foretold = np.maximum(reference + self._gain(), self._floor + 6)
        self._over = _KEEP * self._over + (1 - _KEEP) * float((mic > foretold + OVER_DB).mean())
        own = self._over < SHARE
        if own and not np.isnan(told).all():
            self._gains.append(told)
        return own

    def _gain(self) -> Decibels:
        """How much louder than what was played the microphone hears it, each band; a guess where nothing was ever played."""
        known = np.array(self._gains).reshape(-1, len(self._floor))
        return np.array([np.nanmedian(g) if not np.isnan(g).all() else -20.0 for g in known.T], np.float32)

    def _near(self, played: list[_Played], times_s: NDArray[np.float64]) -> Decibels:
        """What was played about the present delay, at its loudest, (times, 14)."""
        around = np.arange(self._delay - _SLACK, self._delay + _SLACK + 1)
        return np.asarray(self._reference(played, times_s, around).max(0), np.float32)

    def _reference(self, played: list[_Played], times_s: NDArray[np.float64], delays: NDArray[np.intp]) -> Decibels:
        """Bands of what was played, (delays, times, 14)."""
        out = np.full((len(delays), len(times_s), len(_EDGES_HZ) - 1), _FLOOR_DB, np.float32)
        for one in played:
            at = np.round((times_s - one.begin_s) / HOP_S).astype(int)[None] - delays[:, None]
            last = min(len(one.bands), int((one.end_s - one.begin_s) / HOP_S))
            inside = (at >= 0) & (at < last)
            np.maximum(out, np.where(inside[..., None], one.bands[np.clip(at, 0, len(one.bands) - 1)], _FLOOR_DB), out=out)
        return out

    def _find_delay(self, played: list[_Played]) -> None:
        """The delay at which what came in follows best what was played; kept as it is where nothing follows."""
        delays = np.arange(0, int(DELAY_S / HOP_S))
        mic = np.maximum(np.array(self._mic), self._floor + 3)
        reference = np.maximum(self._reference(played, np.array(self._times), delays), _HEARD_DB)
        a = mic - mic.mean(0)
        b = reference - reference.mean(1, keepdims=True)
        across = (a[None] * b).sum((1, 2)) / np.sqrt((a * a).sum() * (b * b).sum((1, 2)) + 1e-9)
        best = int(across.argmax())
        loud = (np.array(self._mic) > self._floor + _LOUD_DB).mean(1) >= SHARE
        self._strange = bool(len(self._mic) >= _STRANGE_FRAMES and loud.sum() >= _STRANGE_LOUD and across[best] < _STRANGE)
        if not self._known and len(self._mic) == _WINDOW and not loud.any():
            self._learn(played)  # headphones: she was played all the time, and nothing came in
            return
        if len(self._mic) < _WINDOW and loud.sum() < _STRANGE_LOUD:
            return  # one onset is like any other, at whatever delay
        if across[best] < next(least for frames, least in reversed(_ALIKE) if len(self._mic) >= frames):
            return
        moved = abs(int(delays[best]) - self._delay) > _SLACK
        self._delay = int(delays[best])
        if moved or not self._known:  # what was learned of the coupling was learned beside it
            self._learn(played)

    def _learn(self, played: list[_Played]) -> None:
        """The coupling, from what came in at the present delay."""
        reference = self._near(played, np.array(self._times))
        told = np.where(reference > _HEARD_DB, np.array(self._mic) - reference, np.nan).astype(np.float32)
        if not np.isnan(told).all():
            self._gains = deque(told, _LEARN)
            self._known, self._strange = True, False


class Gated:
    """A detector of speech that is deaf to her own voice. `at_s` is the time of the next frame; it counts on by itself."""

    def __init__(self, inner: Activity, own: OwnVoice, at_s: float) -> None:
        self.name = inner.name
        self._inner, self._own = inner, own
        self.at_s = at_s

    def speech(self, frame: Samples) -> float:
        """The next frame."""
        likely = self._inner.speech(frame)
        own = self._own.explains(frame, self.at_s)
        self.at_s += FRAME_S
        return 0.0 if own else likely
