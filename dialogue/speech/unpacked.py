"""Bytes of a sound, as an answer brings them, to samples: a wav file and bare samples while they come, any other file when it is whole."""

from __future__ import annotations

from dialogue.speech.decode import decode
from dialogue.speech.streamed import Sound
from dialogue.speech.wavstream import Pcm, WavStream
from dialogue.trouble import VoiceTrouble

_MOST_BYTES = 1 << 24  # of a file that has to be whole


def cut_short(whose: str) -> VoiceTrouble:
    """For a file of which the end is lacking."""
    return VoiceTrouble(f"{whose} broke off before the end of the sound; try again or choose another voice.")


class Unpacked:
    """`feed` it the bytes in order, then take the `rest`. `bare`: for samples without a header; `whose`: who sent them, for a sentence."""

    def __init__(self, whose: str, bare: Pcm | None = None) -> None:
        self._whose, self._bare = whose, bare
        self._wav = WavStream()
        self._whole = bytearray()  # of what is no wav file

    def feed(self, data: bytes) -> Sound | None:
        """What can be played of these. Raises `VoiceTrouble`."""
        if self._bare is not None:
            return self._bare.feed(data), self._bare.rate_hz
        if self._whole:
            self._whole += data
        else:
            if self._wav.pcm is not None and data[:4] == b"RIFF" and data[8:12] == b"WAVE":
                self._wav = WavStream()  # some make each piece a file of its own
            try:
                samples = self._wav.feed(data)
            except ValueError:
                self._whole += self._wav.unread
            else:
                return (samples, self._wav.pcm.rate_hz) if self._wav.pcm is not None and len(samples) else None
        if len(self._whole) > _MOST_BYTES:
            raise VoiceTrouble(f"{self._whose} sent more than a sentence can be; choose another voice in Settings.")
        return None

    def rest(self) -> Sound | None:
        """All of a file that could not be played before. Blocks; raises `VoiceTrouble` where it is none, or where the end of a file is
        lacking."""
        if self._wav.cut:
            raise cut_short(self._whose)
        if self._bare is not None or self._wav.pcm is not None:
            return None
        return decode(bytes(self._whole or self._wav.unread), self._whose)
