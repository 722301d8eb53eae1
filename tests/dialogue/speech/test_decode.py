from __future__ import annotations

import io
import sys
import wave
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.speech.decode import decode
from dialogue.trouble import VoiceTrouble


def wav(channels: int = 1, width: int = 2, rate_hz: int = 24000, count: int = 4800) -> bytes:
    x = 0.5 * np.sin(np.arange(count) / 8)
    data = (x * 127 + 128).astype(np.uint8) if width == 1 else (x * 32767).astype("<i2")
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(width)
        out.setframerate(rate_hz)
        out.writeframes(np.repeat(data, channels).tobytes())
    return file.getvalue()


@pytest.mark.parametrize(("channels", "width", "rate_hz"), [(1, 2, 22050), (2, 2, 48000), (1, 1, 8000)])
def test_the_file_itself_says_its_rate_width_and_channels(channels: int, width: int, rate_hz: int) -> None:
    samples, rate = decode(wav(channels, width, rate_hz), "the voice")
    assert rate == rate_hz
    assert samples.shape == (4800,)
    assert float(samples.max()) == pytest.approx(0.5, abs=0.01)


def test_a_streamed_header_that_does_not_know_its_length_is_read_to_the_end() -> None:
    data = bytearray(wav())
    data[4:8] = data[40:44] = b"\xff\xff\xff\xff"
    assert len(decode(bytes(data), "the voice")[0]) == 4800


def test_a_file_cut_short_gives_what_is_there() -> None:
    assert 0 < len(decode(wav()[:3000], "the voice")[0]) < 4800


@pytest.mark.parametrize(
    ("data", "says"),
    [(b"", "empty"), (b"<html><body>502</body></html>", "text"), (b'{"error": "no such voice"}', "text"), (b"\x00" * 64, "no sound"),
     (wav()[:44], "no sound"), (wav()[:20], "no sound")],
)  # fmt: skip
def test_what_is_no_sound_is_one_sentence_that_names_whose_it_was(data: bytes, says: str) -> None:
    with pytest.raises(VoiceTrouble, match=says) as caught:
        decode(data, "the voice af_sky")
    assert "the voice af_sky" in str(caught.value)


@pytest.mark.parametrize(("name", "rate_hz"), [("x.opus", 48000), ("x.m4a", 24000), ("x.aac", 24000)])
def test_opus_and_aac_are_read_by_the_converter(name: str, rate_hz: int, tmp_path: Path) -> None:
    from dialogue.speech.converter import AudioSegment, ffmpeg

    ffmpeg()
    tone = AudioSegment(wav(2, count=24000))
    container, codec = {"opus": ("opus", "libopus"), "m4a": ("ipod", "aac"), "aac": ("adts", "aac")}[name.partition(".")[2]]
    tone.export(tmp_path / name, format=container, codec=codec).close()
    samples, rate = decode((tmp_path / name).read_bytes(), "the voice")
    assert rate == rate_hz
    assert len(samples) / rate == pytest.approx(1.0, abs=0.1)  # whole packets
    assert float(np.abs(samples).max()) == pytest.approx(0.5, abs=0.08)


@pytest.mark.parametrize("head", [b"OggS" + b"\0" * 24 + b"OpusHead", b"\0\0\0\x18ftypM4A ", b"\xff\xf1\x50"])
def test_what_only_begins_like_them_is_one_sentence(head: bytes) -> None:
    with pytest.raises(VoiceTrouble, match="could not be read"):
        decode(head + b"\1" * 200, "the voice")


def test_without_the_converter_the_way_out_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    with pytest.raises(VoiceTrouble, match=r"opus.*script/setup.*wav"):
        decode(b"OggS" + b"\0" * 24 + b"OpusHead", "the voice")


@given(st.binary(max_size=400))
def test_noise_never_breaks_it(data: bytes) -> None:
    try:
        samples, rate = decode(data, "the voice")
    except VoiceTrouble:
        return
    assert rate > 0
    assert len(samples) > 0
