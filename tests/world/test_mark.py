"""Everything exported says that software made it (L-21)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from world.media import MADE_BY, Film, save_png, save_wav


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
