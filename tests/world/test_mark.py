"""Everything exported says that software made it (L-21)."""

from __future__ import annotations

import subprocess
import wave
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dialogue.speech.decode import decode
from world import media
from world.media import CODECS, MADE_BY, Film, MediaTrouble, save_png, save_sound, save_wav


def test_l21_a_picture_a_sound_and_a_film_carry_the_mark(tmp_path: Path) -> None:
    assert "AI" in MADE_BY
    save_png(np.zeros((32, 32, 3), np.uint8), tmp_path / "a.png")
    with Image.open(tmp_path / "a.png") as picture:
        assert picture.info["Comment"] == MADE_BY
    save_wav(np.zeros(2205, np.float32), 22050, tmp_path / "a.wav")
    assert MADE_BY.encode() in (tmp_path / "a.wav").read_bytes()
    with Film(tmp_path / "a.mp4", (64, 64), 30) as film:
        for _ in range(3):
            film.add(np.zeros((64, 64, 3), np.uint8))
        film.finish(np.zeros(2205, np.float32), 22050)
    assert MADE_BY.encode() in (tmp_path / "a.mp4").read_bytes()


def test_a_wav_is_written_without_ffmpeg_and_read_by_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> str:
        raise MediaTrouble("no ffmpeg here")

    monkeypatch.setattr(media, "ffmpeg", none)
    tone = np.sin(np.arange(2205) * 0.2).astype(np.float32) * 0.5
    save_wav(tone, 22050, tmp_path / "a.wav")
    with wave.open(str(tmp_path / "a.wav")) as file:
        assert (file.getframerate(), file.getnchannels(), file.getnframes()) == (22050, 1, 2205)
    samples, rate = decode((tmp_path / "a.wav").read_bytes(), "a")
    assert rate == 22050
    assert np.abs(samples - tone).max() < 1e-3


@pytest.mark.parametrize("kind", sorted(CODECS))
def test_other_kinds_of_sound_carry_their_codec_and_the_mark(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"a{kind}"
    save_sound(np.sin(np.arange(22050) * 0.1).astype(np.float32) * 0.5, 22050, path)
    told = subprocess.run([media.ffmpeg(), "-i", str(path)], capture_output=True, text=True, check=False).stderr
    codec = {"libmp3lame": "mp3", "libvorbis": "vorbis", "libopus": "opus"}.get(CODECS[kind][1], CODECS[kind][1])
    assert f"Audio: {codec}" in told
    assert "00:00:01.0" in told
    assert MADE_BY in told
    assert not list(tmp_path.glob(".*"))
