"""Where sound comes from: a device by miniaudio, or a file that stands in for one."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from dialogue.speech.decode import decode
from dialogue.speech.ear.activity import RATE_HZ
from dialogue.speech.resample import resample
from dialogue.speech.sound import Samples
from dialogue.trouble import EarTrouble

_BUFFER_MS = 20
_GONE_S = 2.0
"""A device that gives nothing for so long is gone: not every system says so."""
_APART_S = 0.1  # between two reads at most counts for that, so that a computer that slept is not a device that is gone
_HELD = 3000  # pieces, a minute: a program that does not read must not fill the memory


class Microphone(Protocol):
    """`read` gives what was recorded since the last time, float32 mono at 16 kHz, and never waits."""

    name: str

    def read(self) -> Samples:
        """New samples, perhaps none. Raises `EarTrouble` when the device is gone."""

    def close(self) -> None:
        """Stop listening; may be called twice."""


def devices() -> list[str]:
    """Names of the microphones here."""
    import miniaudio

    try:
        return [str(device["name"]) for device in miniaudio.Devices().get_captures()]
    except miniaudio.MiniaudioError:
        return []


class DeviceMicrophone:
    """A device by its name, the system's own for an empty one. It listens from here on, until `close`."""

    def __init__(
        self, name: str = "", backends: list[Any] | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:  # fmt: skip
        import miniaudio

        self._clock, self._read_at, self._silent_s = clock, clock(), 0.0
        self._pieces: queue.Queue[bytes] = queue.Queue(_HELD)
        try:
            found = {str(device["name"]): device["id"] for device in miniaudio.Devices(backends).get_captures()}
            if name and name not in found:
                known = ", ".join(found) or "none"
                raise EarTrouble(f"There is no microphone {name!r}; these are here: {known}. Choose one in Settings.")
            if not found:
                raise EarTrouble("No microphone was found; connect one, or allow Visavis to use it in the system's settings.")
            self._device = miniaudio.CaptureDevice(
                input_format=miniaudio.SampleFormat.FLOAT32, nchannels=1, sample_rate=RATE_HZ, buffersize_msec=_BUFFER_MS,
                device_id=found.get(name), backends=backends,
            )  # fmt: skip
            taking = self._taking()
            next(taking)
            self._device.start(taking)
        except miniaudio.MiniaudioError as error:
            raise EarTrouble(f"The microphone cannot be opened ({error}); choose another in Settings, or close what uses it.") from error
        self.name = name or next(iter(found))

    def _taking(self) -> Generator[None, bytes, None]:
        while True:
            piece = yield
            if not self._pieces.full():  # the device's thread never waits for us
                self._pieces.put_nowait(bytes(piece))

    def read(self) -> Samples:
        """New samples, perhaps none. Raises `EarTrouble` when the device gives none any more, not even silence."""
        pieces = []
        while not self._pieces.empty():
            pieces.append(self._pieces.get_nowait())
        before, self._read_at = self._read_at, self._clock()
        self._silent_s = 0.0 if pieces else self._silent_s + min(self._read_at - before, _APART_S)
        if self._silent_s > _GONE_S:
            raise EarTrouble(f"The microphone {self.name!r} gives no sound any more; connect it, or choose another in Settings.")
        return np.frombuffer(b"".join(pieces), np.float32)

    def close(self) -> None:
        """Stop listening; may be called twice."""
        self._device.close()


class WavMicrophone:
    """A sound file as if it were spoken now: `clock` says how much of it has been."""

    def __init__(self, path: Path, clock: Callable[[], float]) -> None:
        try:
            samples, rate_hz = decode(path.read_bytes(), str(path))
        except OSError as error:
            raise EarTrouble(f"{path} cannot be read ({error.strerror}); name a sound file.") from error
        self._samples, self._clock = resample(samples, rate_hz, RATE_HZ), clock
        self._begin, self._read = clock(), 0
        self.name = path.name

    def read(self) -> Samples:
        """What has passed since the last time; nothing after the end."""
        until = min(int((self._clock() - self._begin) * RATE_HZ), len(self._samples))
        part = self._samples[self._read : max(until, self._read)]
        self._read = max(until, self._read)
        return part

    def close(self) -> None:
        """Nothing to let go of."""
