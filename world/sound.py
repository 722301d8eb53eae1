"""Her voice in the room, and the clock that her lips follow.

`Player` is the seam: OpenAL through Panda3D, or silence in time where there is no sound device, or a mixer for films. Four
guards stand around OpenAL's clock: no device gives a null manager; the clock never runs past what was pushed; at the end
`getTime` jumps to 1e10 and is clamped; and the length is ours, for `length()` is 1e10 as well.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from panda3d import core as p3d

from dialogue.speech.resample import resample
from dialogue.speech.sound import Samples
from world.native import quietly

FADE_S = 0.080


class Playing(Protocol):
    """One utterance that has begun."""

    duration_s: float

    @property
    def t(self) -> float:
        """Seconds into the sound that are heard now, 0..duration_s."""

    @property
    def done(self) -> bool:
        """It has ended or was hushed to silence."""

    def hush(self) -> float:
        """Fade out in 80 ms; returns the seconds heard."""


class Player(Protocol):
    """Plays utterances at her mouth."""

    @property
    def audible(self) -> bool:
        """Sound comes out, and is not only timed."""

    def play(self, samples: Samples, rate_hz: int) -> Playing:
        """Begin now."""

    def place(self, mouth: Sequence[float], ear: p3d.Mat4) -> None:
        """`mouth`: metres in the world; `ear`: matrix of the listener's head in the world."""

    def step(self, volume: float) -> None:
        """Once a frame; `volume` 0..1."""

    def close(self) -> None:
        """Silence, and let go of the device."""


class _Timed:
    """An utterance that passes by a clock, for players without a device."""

    def __init__(self, clock: Callable[[], float], duration_s: float) -> None:
        self._clock, self.duration_s = clock, duration_s
        self._begin = clock()
        self._stop: float | None = None

    @property
    def t(self) -> float:
        now = self._clock() if self._stop is None else min(self._clock(), self._stop)
        return min(max(now - self._begin, 0.0), self.duration_s)

    @property
    def done(self) -> bool:
        now = self._clock()
        return now - self._begin >= self.duration_s or (self._stop is not None and now >= self._stop)

    def hush(self) -> float:
        if self._stop is None:
            self._stop = self._clock() + FADE_S
        return self.t


class SilentPlayer:
    """No sound device: she speaks silently, in time."""

    audible = False

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock

    def play(self, samples: Samples, rate_hz: int) -> Playing:
        """Time passes as if it sounded."""
        return _Timed(self._clock, len(samples) / rate_hz)

    def place(self, mouth: Sequence[float], ear: p3d.Mat4) -> None:
        """Nothing to place."""

    def step(self, volume: float) -> None:
        """Nothing to do."""

    def close(self) -> None:
        """Nothing to let go of."""


class MixPlayer:
    """Collects what is played on a clock of its own into one track, for films."""

    audible = True

    def __init__(self, clock: Callable[[], float], rate_hz: int) -> None:
        self._clock, self._rate_hz = clock, rate_hz
        self._takes: list[tuple[float, Samples, _Timed]] = []

    def play(self, samples: Samples, rate_hz: int) -> Playing:
        """Begin now; the track keeps its own rate."""
        take = _Timed(self._clock, len(samples) / rate_hz)
        self._takes.append((self._clock(), resample(samples, rate_hz, self._rate_hz), take))
        return take

    def place(self, mouth: Sequence[float], ear: p3d.Mat4) -> None:
        """A film is mixed in mono."""

    def step(self, volume: float) -> None:
        """A film is mixed at full volume."""

    def close(self) -> None:
        """Nothing to let go of."""

    def track(self, duration_s: float) -> Samples:
        """All of it, float32 mono, cut or filled to `duration_s`."""
        out = np.zeros(int(duration_s * self._rate_hz), np.float32)
        for begin, samples, take in self._takes:
            start = int(begin * self._rate_hz)
            sound = samples[: max(0, int(take.t * self._rate_hz))]
            sound = sound[: max(0, len(out) - start)]
            out[start : start + len(sound)] += sound
        return np.clip(out, -1, 1)


class _Sounding:
    """An utterance on OpenAL."""

    def __init__(self, manager: p3d.AudioManager, samples: Samples, rate_hz: int, clock: Callable[[], float]) -> None:
        self.duration_s = len(samples) / rate_hz
        self._clock = clock
        self._heard = 0.0
        self._fade: float | None = None
        # seekable must stay True: with False the process aborts when a sound is opened before done()
        self._data = p3d.UserDataAudio(rate_hz, 1, True)
        self._data.append((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())  # type: ignore[call-overload]  # the stubs lack bytes
        self.sound = manager.get_sound(self._data, True)
        self._data.done()
        self._started = False

    def start(self) -> None:
        self.sound.play()
        self._started = True

    @property
    def t(self) -> float:
        if self._started:
            time = self.sound.get_time()
            playing = self.sound.status() == p3d.AudioSound.PLAYING
            if playing and time < 1e9:
                self._heard = max(self._heard, min(time, self.duration_s))
            elif self._fade is None:
                self._heard = self.duration_s
        return self._heard

    @property
    def done(self) -> bool:
        if self._fade is not None and self._clock() - self._fade >= FADE_S:
            return True
        return self.t >= self.duration_s

    def hush(self) -> float:
        if self._fade is None:
            self._fade = self._clock()
        return self.t

    def step(self, volume: float) -> None:
        if self._fade is not None:
            left = 1 - (self._clock() - self._fade) / FADE_S
            if left <= 0:
                self.sound.stop()
            volume *= max(left, 0.0)
        self.sound.set_volume(volume)


class OpenALPlayer:
    """Panda3D's OpenAL. `clock` is wall time for fades; sounds keep their own."""

    audible = True

    def __init__(self, manager: p3d.AudioManager, clock: Callable[[], float]) -> None:
        self._manager, self._clock = manager, clock
        self._sounds: list[_Sounding] = []
        self._mouth = (0.0, 0.0, 1.5)
        self._volume = 1.0
        manager.audio_3d_set_distance_factor(1.0)

    def play(self, samples: Samples, rate_hz: int) -> Playing:
        """Whole utterances only: a starved stream would run its clock on and snap back."""
        playing = _Sounding(self._manager, samples, rate_hz, self._clock)
        playing.sound.set_3d_attributes(*self._mouth, 0, 0, 0)
        playing.step(self._volume)
        playing.start()
        self._sounds.append(playing)
        return playing

    def place(self, mouth: Sequence[float], ear: p3d.Mat4) -> None:
        """OpenAL hears along the listener's forward (+Y in Panda3D) and up (+Z)."""
        self._mouth = (mouth[0], mouth[1], mouth[2])
        at, forward, up = ear.get_row3(3), ear.get_row3(1), ear.get_row3(2)
        self._manager.audio_3d_set_listener_attributes(*at, 0, 0, 0, *forward, *up)  # type: ignore[call-arg]  # the stubs count vectors
        for playing in self._sounds:
            playing.sound.set_3d_attributes(*self._mouth, 0, 0, 0)

    def step(self, volume: float) -> None:
        """Fades, volume, and OpenAL's own update."""
        self._volume = volume
        for playing in self._sounds:
            playing.step(volume)
        self._sounds = [p for p in self._sounds if not p.done]
        self._manager.update()

    def close(self) -> None:
        """Stop everything and shut the device."""
        for playing in self._sounds:
            playing.sound.stop()
        self._sounds.clear()
        self._manager.shutdown()


def speakers() -> list[str]:
    """Names of what sound can come out of here."""
    import miniaudio

    try:
        return [str(device["name"]) for device in miniaudio.Devices().get_playbacks()]
    except miniaudio.MiniaudioError:
        return []


def open_player(clock: Callable[[], float], device: str = "") -> Player:
    """The sound device of that name, the system's own for an empty one or where it is gone, or silence in time where there is none."""
    p3d.load_prc_file_data("visavis-sound", "audio-library-name p3openal_audio\n")
    page = p3d.load_prc_file_data("visavis-speakers", f"openal-device {device}\n") if device else None
    with quietly():
        manager = p3d.AudioManager.create_AudioManager()
    if page is not None:
        p3d.unload_prc_file(page)
    if manager is None or not manager.is_valid():
        return SilentPlayer(clock)
    return OpenALPlayer(manager, clock)
