"""A wav file read while it comes, whole or lying."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue.speech.sound import Samples
from dialogue.speech.wavstream import MOST_HEADER, WavStream
from tests.dialogue.speech.speech_server import wav_of

TONE = (0.5 * np.sin(np.arange(4000) / 7)).astype(np.float32)
HALF = 2 / 32768


def read(data: bytes, sizes: list[int]) -> tuple[Samples, WavStream]:
    stream, out, at, k = WavStream(), [], 0, 0
    while at < len(data):
        size = sizes[k % len(sizes)]
        out.append(stream.feed(data[at : at + size]))
        at, k = at + size, k + 1
    return np.concatenate(out), stream


def file(kind: int, bits: int, channels: int, body: bytes, rate_hz: int = 24000, size: int | None = None, extra: bytes = b"") -> bytes:
    frame = channels * bits // 8
    form = struct.pack("<HHIIHH", kind, channels, rate_hz, rate_hz * frame, frame, bits) + extra
    data = b"LIST" + struct.pack("<I", 3) + b"abc\0" + b"data" + struct.pack("<I", len(body) if size is None else size) + body
    return b"RIFF\0\0\0\0WAVEfmt " + struct.pack("<I", len(form)) + form + data


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 3000), min_size=1, max_size=8))
def test_any_pieces_give_the_same_samples(sizes: list[int]) -> None:
    found, stream = read(wav_of(TONE, 16000), sizes)
    assert stream.pcm is not None
    assert stream.pcm.rate_hz == 16000
    assert np.abs(found - TONE).max() < HALF


def test_every_width_and_both_channels() -> None:
    wide = TONE.astype(np.float64)
    whole = np.round(wide * 8388607).astype("<i4")
    bodies = {
        (1, 8): np.round(wide * 127 + 128).astype(np.uint8).tobytes(),
        (1, 16): np.round(wide * 32767).astype("<i2").tobytes(),
        (1, 24): b"".join(struct.pack("<i", int(v))[:3] for v in whole),
        (1, 32): np.round(wide * 2147483647).astype("<i4").tobytes(),
        (3, 32): wide.astype("<f4").tobytes(),
        (3, 64): wide.astype("<f8").tobytes(),
    }
    for (kind, bits), body in bodies.items():
        found, _ = read(file(kind, bits, 1, body), [777])
        assert np.abs(found - TONE).max() < 0.01, (kind, bits)
    found, _ = read(file(0xFFFE, 16, 1, bodies[1, 16], extra=struct.pack("<HHIH", 22, 16, 4, 1) + bytes(14)), [100])
    assert np.abs(found - TONE).max() < HALF
    both = np.stack([wide, np.zeros_like(wide)], 1)
    found, _ = read(file(1, 16, 2, np.round(both * 32767).astype("<i2").tobytes()), [501])
    assert np.abs(found - TONE / 2).max() < HALF


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF, 0x7FFFFFFF, 1 << 24])
def test_a_length_that_lies_or_is_unknown_loses_no_sound(size: int) -> None:
    body = np.round(TONE * 32767).astype("<i2").tobytes()
    found, _ = read(file(1, 16, 1, body, size=size), [600])
    assert len(found) == len(TONE)


def test_what_follows_the_sound_is_not_heard() -> None:
    found, _ = read(wav_of(TONE, 16000) + b"LIST" + bytes(5000), [600])
    assert len(found) == len(TONE)


def test_not_a_number_is_silence_and_too_loud_is_bounded() -> None:
    found, _ = read(file(3, 32, 1, np.array([0.5, np.nan, np.inf, -np.inf, 7.0], "<f4").tobytes()), [9])
    assert np.isfinite(found).all()
    assert np.abs(found).max() <= 1


@pytest.mark.parametrize(
    "data",
    [b"<!doctype html><title>no</title>", b"RIFF\0\0\0\0AVI fmt ", b"RIFF\0\0\0\0WAVEdata\x10\0\0\0" + bytes(16),
     file(1, 16, 1, b"", rate_hz=0), file(1, 16, 0, b""), file(7, 8, 1, b""), file(1, 13, 1, b""),
     b"RIFF\0\0\0\0WAVEfmt \xff\xff\xff\x7f" + bytes(100),
     b"RIFF\0\0\0\0WAVE" + (b"junk" + struct.pack("<I", 992) + bytes(992)) * (MOST_HEADER // 900)],
    ids=["page", "another", "no format", "no rate", "no channels", "telephone", "odd bits", "endless", "junk"],
)  # fmt: skip
def test_what_is_none_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        read(data, [64])
