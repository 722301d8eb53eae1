"""Sound through Panda3D's OpenAL.

Guards stand around its clock: no device gives a null manager; the clock never runs past what was pushed, nor back; at an end `getTime`
jumps to 1e10; and `length()` is 1e10 as well, so lengths are ours.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

import numpy as np
from panda3d import core as p3d

from dialogue.speech.sound import Samples
from world.line import FADE_S, Line, Source
from world.native import quietly
from world.sound import Player, Playing, SilentPlayer, Tap

LEAST_S = 0.06
"""What the device has to play at least: its own pieces are shorter, and a frame may take as long."""
FADE_STEP_S = 0.004


class _Sounding:
    """A line on OpenAL."""

    def __init__(self, manager: p3d.AudioManager, rate_hz: int, clock: Callable[[], float], wait: Callable[[float], None]) -> None:
        # seekable must stay True: with False the process aborts when a sound is opened before done()
        self._data = p3d.UserDataAudio(rate_hz, 1, True)
        self.sound = manager.get_sound(self._data, True)
        self._started = False
        self._heard = 0.0
        self._hushed: float | None = None
        self._wall, self._wait = clock, wait
        self._volume = 1.0
        self.line = Line(rate_hz, self._time, self._fade)

    def push(self, tap: Tap | None) -> None:
        ahead = self.line.laid / self.line.rate_hz - self.line.now
        samples = self.line.pull(LEAST_S)
        if not len(samples):
            return
        self._data.append(_bytes(samples))  # type: ignore[call-overload]  # the stubs lack bytes
        if tap is not None:
            tap(samples, self.line.rate_hz, ahead)
        if not self._started:
            self.sound.play()
            self._started = True

    def step(self, volume: float) -> None:
        self._volume = volume
        self.sound.set_volume(volume * self.line.fade())
        if self.line.over:
            self.sound.stop()

    def _fade(self) -> None:
        """In steps of its own: a frame may last longer than the whole fade, and one step would click. OpenAL's manager has a lock."""
        self._time()

        def steps() -> None:
            for _ in range(round(2 * FADE_S / FADE_STEP_S)):  # by the clock, which may stand still
                self.sound.set_volume(self._volume * self.line.fade())
                self._wait(FADE_STEP_S)

        threading.Thread(target=steps, daemon=True).start()

    def _time(self) -> float:
        """Seconds played; once hushed, those of the wall, for the fade lasts its time whatever the device does."""
        if self.line.hushed_at is not None:
            self._hushed = self._wall() if self._hushed is None else self._hushed
            return self._heard + self._wall() - self._hushed
        told = self.sound.get_time() if self._started else 0.0
        # At its end, and when its device was lost, the sound tells no time any more: then all that it was given counts as heard.
        self._heard = max(self._heard, min(told, self.line.laid / self.line.rate_hz) if self._started else 0.0)
        return self._heard


class OpenALPlayer:
    """Panda3D's OpenAL. `clock` is wall time for fades, `wait` lets seconds of it pass; sounds keep their own."""

    audible = True

    def __init__(self, manager: p3d.AudioManager, clock: Callable[[], float], wait: Callable[[float], None] = time.sleep) -> None:
        self._manager, self._clock, self._wait = manager, clock, wait
        self._sounds: list[_Sounding] = []
        self._mouth = (0.0, 0.0, 1.5)
        self._volume = 1.0
        self.tap: Tap | None = None
        manager.audio_3d_set_distance_factor(1.0)

    def play(self, source: Source, after: Playing | None = None) -> Playing:
        """Begin now, or without a gap behind `after`."""
        sounding = next((one for one in self._sounds if one.line.takes(after)), None)
        if sounding is None:
            sounding = _Sounding(self._manager, source.rate_hz, self._clock, self._wait)
            sounding.sound.set_3d_attributes(*self._mouth, 0, 0, 0)
            sounding.step(self._volume)
            self._sounds.append(sounding)
        part = sounding.line.add(source)
        sounding.push(self.tap)
        return part

    def place(self, mouth: Sequence[float], ear: p3d.Mat4) -> None:
        """OpenAL hears along the listener's forward (+Y in Panda3D) and up (+Z)."""
        self._mouth = (mouth[0], mouth[1], mouth[2])
        at, forward, up = ear.get_row3(3), ear.get_row3(1), ear.get_row3(2)
        self._manager.audio_3d_set_listener_attributes(*at, 0, 0, 0, *forward, *up)  # type: ignore[call-arg]  # the stubs count vectors
        for sounding in self._sounds:
            sounding.sound.set_3d_attributes(*self._mouth, 0, 0, 0)

    def step(self, volume: float) -> None:
        """What came meanwhile, fades, volume, and OpenAL's own update."""
        self._volume = volume
        for sounding in self._sounds:
            sounding.push(self.tap)
            sounding.step(volume)
        self._sounds = [one for one in self._sounds if not one.line.over]
        self._manager.update()

    def close(self) -> None:
        """Stop everything and shut the device."""
        for sounding in self._sounds:
            sounding.sound.stop()
        self._sounds.clear()
        self._manager.shutdown()


def _bytes(samples: Samples) -> bytes:
    return (np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()


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
