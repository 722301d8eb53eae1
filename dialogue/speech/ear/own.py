"""Does the microphone hear only her own voice? What is played is known, so what it makes the microphone hear can be foretold.

No echo is taken away. Band by band the loudness of what was played, as late and as loud as the room lets it arrive, is compared
with what came in: where much more came in than her voice explains, somebody else speaks. Delay and coupling are learned while
she speaks; with headphones the coupling is none, and everything heard is somebody else's.
"""

from __future__ import annotations

import threading
from collections import deque

import numpy as np
from numpy.typing import NDArray

from dialogue.speech.ear.activity import FRAME_S, Activity
from dialogue.speech.ear.played import BANDS, DECAY_DB, FLOOR_DB, HOP_S, Decibels, Played, bands_db
from dialogue.speech.sound import Samples

DELAY_S = 0.40
"""The longest way of a sound through driver, air and driver."""
OVER_DB = 7.0
"""So much louder than foretold is somebody else (tune); echoes spread by about 5 dB about what is foretold."""
SHARE = 0.25
"""Part of the bands that must be louder (tune), evened over some frames: a voice fills more than a clatter does, and for longer."""
_KEEP = 0.6
_LATEST = round(DELAY_S / FRAME_S)
_HEARD_DB = -55.0  # of what is played: quieter teaches nothing
_LEARN, _WINDOW, _LEAST = 120, 40, 48  # frames: of the coupling, of the delay, until nobody waits for the delay any more
_ALIKE = ((12, 0.80), (24, 0.70), (_WINDOW, 0.60))
"""How alike what came in and what was played must be, by the frames that are known: the echo alone is so by .74 to .98 from 12 frames on
(measured in five rooms, from -26 to 0 dB), a user over it by .3 to .77, a user without one by less than .56."""
_SAME = 0.80
"""So alike, it is her voice alone, however much louder than foretold: the way that it takes has changed."""
_STRANGE, _STRANGE_FRAMES, _STRANGE_LOUD = 0.5, 16, 10
"""Less alike than that for so many frames, so many of them loud, what came in is somebody else's as long as nothing is learned."""
_LOUD_DB = 12.0
_FALLS, _RISES_DB, _RISES_MEANWHILE_DB = 0.3, 0.1, 0.02  # of the room's noise, a frame; slower while she speaks
_SLACK = 3  # hops that the delay may be off by


class OwnVoice:
    """`played`, `stopped`, `at_volume` and `forget` tell what sounds, from any thread and at once; `explains` asks about one frame after
    the other, and does the work."""

    def __init__(self) -> None:
        self._lock = threading.Lock()  # one ear may be ending while the next begins
        self._sounds = Played()
        self._volume, self._forget = 1.0, False
        self._levels = deque([0.0], _WINDOW + _LATEST)  # dB of the volume, frame by frame, fading as a room does
        self._floor = np.full(BANDS, -60.0, np.float32)
        self._asked = 0
        self._heard = False
        self._rises = _RISES_DB
        self._learn_anew()

    def _learn_anew(self) -> None:
        self._mic: deque[Decibels] = deque(maxlen=_WINDOW)
        self._times: deque[float] = deque(maxlen=_WINDOW)
        self._gains: deque[Decibels] = deque(maxlen=_LEARN)
        self._delay = int(0.06 / HOP_S)
        self._known = self._strange = False
        self._over = 0.0

    @property
    def known(self) -> bool:
        """Her voice can be told from others: what she is heard like was learned."""
        return self._known

    def played(self, samples: Samples, rate_hz: int, begin_s: float) -> None:
        """Sound, before its volume, that begins to be played at `begin_s` of the clock that frames are timed by; where that is about the
        end of what was played before, it goes on."""
        self._sounds.tell(samples, rate_hz, begin_s)

    def stopped(self, at_s: float) -> None:
        """What was playing fell silent."""
        self._sounds.stop(at_s)

    def at_volume(self, volume: float) -> None:
        """How loud (a factor, 0 for muted) what is played is played from now on; 1 until it is told."""
        self._volume = volume

    def forget(self) -> None:
        """It is played by another device: what was learned holds no longer."""
        self._forget = True

    def explains(self, frame: Samples, at_s: float) -> bool:
        """Whether a frame float32[512] at 16 kHz that began at `at_s` holds nothing that what was played cannot account for."""
        with self._lock:
            if self._forget:
                self._forget = False
                self._learn_anew()
            self._sounds.take_in(at_s)
            return self._explains(bands_db(frame[None])[0], at_s)

    def _explains(self, mic: Decibels, at_s: float) -> bool:
        if not self._heard:
            self._floor, self._heard = mic.copy(), True
        self._floor = np.where(mic < self._floor, self._floor + _FALLS * (mic - self._floor), self._floor + self._rises)
        faded = self._levels[-1] - DECAY_DB * FRAME_S / HOP_S
        self._levels.append(max(20 * float(np.log10(max(self._volume, 1e-9))), faded, FLOOR_DB))
        silent = max(list(self._levels)[-_LATEST:]) == FLOOR_DB
        if silent or not self._sounds.sounds(at_s, DELAY_S + 0.3):
            self._mic.clear()
            self._times.clear()
            self._strange = False
            self._rises = _RISES_DB
            return False
        self._rises = _RISES_MEANWHILE_DB
        self._mic.append(mic)
        self._times.append(at_s)
        self._asked += 1
        settled = self._known and self._over < SHARE
        if self._asked % (4 if settled else 2) == 0 and len(self._mic) >= (_WINDOW if settled else _ALIKE[0][0]):
            self._find_delay()
        reference = self._near(1)[0]
        told = self._told(1)[0]
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
        known = np.array(self._gains).reshape(-1, BANDS)
        return np.array([np.nanmedian(g) if not np.isnan(g).all() else -20.0 for g in known.T], np.float32)

    def _told(self, last: int) -> Decibels:
        """How much louder the microphone heard what was played, nan where that was too quiet to tell; (frames, 14)."""
        reference = self._near(last)
        heard = reference > self._level(np.array([self._delay]), last)[0][:, None] + _HEARD_DB
        return np.where(heard, np.array(self._mic)[-last:] - reference, np.nan).astype(np.float32)

    def _level(self, delays: NDArray[np.intp], last: int) -> Decibels:
        """The volume at which that was played which comes so many hops late, (delays, frames) in dB, for so many last frames."""
        levels, count = np.array(self._levels, np.float32), min(last, len(self._mic))
        at = len(levels) - count + np.arange(count)[None] - np.round(delays * HOP_S / FRAME_S).astype(int)[:, None]
        return np.asarray(levels[np.clip(at, 0, len(levels) - 1)], np.float32)

    def _near(self, last: int) -> Decibels:
        """What was played about the present delay, at its loudest, (frames, 14) for so many last frames."""
        around = np.arange(self._delay - _SLACK, self._delay + _SLACK + 1)
        return np.asarray(self._reference(around, last).max(0), np.float32)

    def _reference(self, delays: NDArray[np.intp], last: int) -> Decibels:
        """Bands of what was played, at its volume, (delays, frames, 14)."""
        bands = self._sounds.bands(np.array(self._times)[-last:], delays)
        return np.asarray(bands + self._level(delays, last)[..., None], np.float32)

    def _find_delay(self) -> None:
        """The delay at which what came in follows best what was played; kept as it is where nothing follows."""
        delays = np.arange(0, int(DELAY_S / HOP_S))
        mic = np.maximum(np.array(self._mic), self._floor + 3)
        reference = np.maximum(self._reference(delays, _WINDOW), _HEARD_DB + max(self._levels))
        a = mic - mic.mean(0)
        b = reference - reference.mean(1, keepdims=True)
        across = (a[None] * b).sum((1, 2)) / np.sqrt((a * a).sum() * (b * b).sum((1, 2)) + 1e-9)
        best = int(across.argmax())
        loud = (np.array(self._mic) > self._floor + _LOUD_DB).mean(1) >= SHARE
        self._strange = bool(len(self._mic) >= _STRANGE_FRAMES and loud.sum() >= _STRANGE_LOUD and across[best] < _STRANGE)
        if not self._known and len(self._mic) == _WINDOW and not loud.any():
            self._learn()  # headphones: she was played all the time, and nothing came in
            return
        if len(self._mic) < _WINDOW and loud.sum() < _STRANGE_LOUD:
            return  # one onset is like any other, at whatever delay
        if across[best] < next(least for frames, least in reversed(_ALIKE) if len(self._mic) >= frames):
            return
        changed = self._over >= SHARE
        if changed and across[best] < _SAME:
            return
        moved = abs(int(delays[best]) - self._delay) > _SLACK
        self._delay = int(delays[best])
        if moved or changed or not self._known:  # what was learned of the coupling was learned beside it
            self._learn()

    def _learn(self) -> None:
        """The coupling, from what came in at the present delay."""
        told = self._told(_WINDOW)
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
