"""Contact sheets: that they show everything they promise, and that the pictures on them differ."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from avatar.face.frame import ARKIT, INDEX
from avatar.face.tables import table
from avatar.face.viseme import viseme
from world.commands.sheet import SHEETS, VISEMES, both, cells, tile


def test_every_label_viseme_and_unit_has_its_picture() -> None:
    assert {tuple(c.feeling) for c in cells("expressions") if c.feeling} == {(label,) for label in table().labels}
    assert all(viseme(phone) == name for name, phone in VISEMES.items())
    assert len(VISEMES) == 15
    assert [c.label for c in cells("units")] == list(ARKIT)
    for what in SHEETS:
        labels = [c.label for c in cells(what)]
        assert len(set(labels)) == len(labels)
        assert all(0 <= both(c.units).max() <= 1 for c in cells(what))


def test_a_name_without_a_side_means_both() -> None:
    weights = both({"eyeBlink": 0.5, "jawOpen": 0.2})
    assert weights[INDEX["eyeBlinkLeft"]] == weights[INDEX["eyeBlinkRight"]] == np.float32(0.5)
    assert weights[INDEX["jawOpen"]] == np.float32(0.2)
    with pytest.raises(KeyError):
        both({"tail": 1.0})


def test_tiles_keep_their_places() -> None:
    pictures = [np.full((40, 40, 3), k * 20, np.uint8) for k in range(5)]
    sheet = np.asarray(tile(pictures, [str(k) for k in range(5)], 3))
    assert sheet.shape == (2 * 62, 120, 3)
    for k in range(5):
        assert (sheet[k // 3 * 62 + 5, k % 3 * 40 + 5] == k * 20).all()


@pytest.mark.parametrize("suffix", ["png", "jpg"])
def test_a_sheet_is_drawn(suffix: str, profile: Path, tmp_path: Path) -> None:
    out = tmp_path / f"eyes.{suffix}"
    command = [sys.executable, "-m", "world", "sheet", "eyes", "--only", "blink", "--cell", "64", "--quality", "low"]
    subprocess.run([*command, "--profile", str(profile), "--out", str(out)], check=True, capture_output=True)
    sheet = np.asarray(Image.open(out).convert("RGB")).astype(int)
    half, whole = sheet[:64, :64], sheet[:64, 128:192]
    assert sheet.shape == (86, 256, 3)
    assert half.std() > 15
    assert np.abs(half - whole).max() > 40
