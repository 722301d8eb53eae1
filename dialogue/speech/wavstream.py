"""A wav file while it comes: the header is read once, then samples as they arrive.

Whoever streams does not know how long the file will be, and writes a length of 0 or of all ones: then sound lasts to the end. Any other
length is believed, for what follows it is no sound; a longer one than comes is a file cut short.
"""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialogue.speech.sound import Samples

MOST_HEADER = 1 << 16
"""Bytes before the samples; more is no wav file of a voice."""
_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_TRACE, _TRACE_S = 0.02, 0.03  # some headers count themselves in
_UNKNOWN = 0x7FFFFF00  # lengths from here on mean: not known


def is_cut(data: bytes) -> bool:
    """Whether a whole file is a wav file that breaks off before its end."""
    wav = WavStream()
    try:
        wav.feed(data)
    except ValueError:
        return False
    return wav.cut


class Pcm:
    """Samples out of bytes: `width` bytes each, little endian, mixed down to mono from `channels`."""

    def __init__(self, rate_hz: int, width: int = 2, channels: int = 1, *, floating: bool = False) -> None:
        self.rate_hz, self._width, self._channels, self._floating = rate_hz, width, channels, floating
        self._rest = b""

    @property
    def bytes_per_s(self) -> int:
        """Bytes of a second."""
        return self.rate_hz * self._width * self._channels

    def feed(self, data: bytes) -> Samples:
        """float32 mono, -1..1; an unfinished sample waits for the next bytes."""
        data = self._rest + data
        size = self._width * self._channels
        whole = len(data) // size * size
        self._rest, data = data[whole:], data[:whole]
        made: NDArray[np.floating[Any]]
        if self._floating:
            made = np.frombuffer(data, "<f4" if self._width == 4 else "<f8").astype(np.float32)
        elif self._width == 1:
            made = (np.frombuffer(data, np.uint8).astype(np.float32) - 128) / 128
        elif self._width == 3:
            low, middle, high = np.frombuffer(data, np.uint8).reshape(-1, 3).T.astype(np.int32)
            made = (((low << 8 | middle << 16 | high << 24) >> 8) / (1 << 23)).astype(np.float32)
        else:
            made = (np.frombuffer(data, f"<i{self._width}") / float(1 << (8 * self._width - 1))).astype(np.float32)
        mono = made.reshape(-1, self._channels).mean(1) if self._channels > 1 else made
        return np.clip(np.nan_to_num(mono), -1, 1).astype(np.float32)


class WavStream:
    """`feed` it bytes from the start of the file. `pcm` is None until the header is complete. Raises `ValueError` for what is no wav file
    that can be streamed."""

    def __init__(self) -> None:
        self._head = b""
        self.pcm: Pcm | None = None
        self._left: int | None = None
        self._told = 0

    @property
    def cut(self) -> bool:
        """Whether, when nothing more comes, more than a trace of the length that the header tells is lacking."""
        return self.pcm is not None and self._left is not None and self._left > max(_TRACE * self._told, _TRACE_S * self.pcm.bytes_per_s)

    @property
    def unread(self) -> bytes:
        """What came before the header was complete, or was found to be none."""
        return self._head

    def feed(self, data: bytes) -> Samples:
        """The samples that these bytes complete."""
        if self.pcm is None:
            self._head += data
            data = self._read_header()
            if self.pcm is None:
                return np.zeros(0, np.float32)
        if self._left is not None:
            data = data[: self._left]
            self._left -= len(data)
        return self.pcm.feed(data)

    def _read_header(self) -> bytes:
        """Bytes after the header, once it is whole."""
        head = self._head
        if len(head) < 12:
            return b""
        if head[:4] != b"RIFF" or head[8:12] != b"WAVE":
            raise ValueError("no wav file")
        at, form = 12, None
        while len(head) >= at + 8:
            name, size = head[at : at + 4], struct.unpack_from("<I", head, at + 4)[0]
            if name == b"data":
                if form is None:
                    raise ValueError("no format before the samples")
                self.pcm = form
                self._left = None if size == 0 or size >= _UNKNOWN else size
                self._told = size
                self._head = b""
                return head[at + 8 :]
            if size > MOST_HEADER:
                raise ValueError("a part of the header is too long")
            if name == b"fmt " and len(head) >= at + 8 + size:
                form = _form(head[at + 8 : at + 8 + size])
            at += 8 + size + size % 2
        if len(head) > MOST_HEADER:
            raise ValueError("the header does not end")
        return b""


def _form(fields: bytes) -> Pcm:
    if len(fields) < 16:
        raise ValueError("the format is cut short")
    kind, channels, rate_hz, _, _, bits = struct.unpack_from("<HHIIHH", fields)
    if kind == _EXTENSIBLE and len(fields) >= 26:
        kind = struct.unpack_from("<H", fields, 24)[0]
    fits = bits in (8, 16, 24, 32) if kind == _PCM else kind == _FLOAT and bits in (32, 64)
    if not fits or not 1 <= channels <= 8 or not 4000 <= rate_hz <= 384000:
        raise ValueError(f"format {kind} of {bits} bits, {channels} channels, {rate_hz} Hz")
    return Pcm(rate_hz, bits // 8, channels, floating=kind == _FLOAT)
