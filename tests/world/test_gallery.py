"""Galleries and films: what they show, and what they refuse."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from avatar.face.tables import table
from avatar.recipe import hair_styles, stock_names
from world.__main__ import main
from world.commands.film import KINDS, score
from world.commands.gallery import heads
from world.commands.label import Label


def test_every_stock_face_and_every_style_is_shown() -> None:
    assert len(heads("faces")) == len(stock_names()) >= 12
    assert {head.recipe.hair.style for head in heads("hair")} == set(hair_styles())
    assert len(hair_styles()) >= 10
    assert all(len(head.turns_deg) == 4 for head in heads("hair"))


def test_a_gallery_is_drawn_from_the_front_and_from_behind(profile: Path, tmp_path: Path) -> None:
    out = tmp_path / "hair.png"
    command = [sys.executable, "-m", "world", "gallery", "hair", "--only", "bob", "--cell", "64", "--quality", "low"]
    subprocess.run([*command, "--profile", str(profile), "--out", str(out)], check=True, capture_output=True)
    sheet = np.asarray(Image.open(out).convert("RGB")).astype(int)
    assert sheet.shape == (86, 256, 3)
    front, back = sheet[:64, :64], sheet[:64, 192:256]
    middle = (slice(18, 34), slice(26, 38))
    assert front[middle].mean() > back[middle].mean() + 30  # a face is lighter than the back of a head of hair


def test_films_play_known_feelings_in_order() -> None:
    for kind in KINDS:
        events = score(kind)
        assert [e["at_s"] for e in events] == sorted(e["at_s"] for e in events)
        for event in events:
            assert set(event["feeling"]) <= set(table().labels)
        assert any("say" in event for event in events) == (kind != "listening")
        assert events[-1]["at_s"] < KINDS[kind]


def test_a_short_film_has_picture_and_sound(profile: Path, tmp_path: Path) -> None:
    out = tmp_path / "film.mp4"
    command = [sys.executable, "-m", "world", "film", "talking", "--seconds", "1.5", "--size", "64x64", "--quality", "low"]
    subprocess.run([*command, "--profile", str(profile), "--out", str(out)], check=True, capture_output=True)
    data = out.read_bytes()
    assert data[4:8] == b"ftyp"
    assert b"avc1" in data
    assert b"mp4a" in data


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["gallery", "faces", "--out", "x.gif"], "--out"),
        (["gallery", "hair", "--only", "wig", "--out", "x.png"], "--only"),
        (["film", "talking", "--out", "x.avi"], "--out"),
        (["film", "listening", "--seconds", "0"], "--seconds"),
        (["photo", "--recipe", "nobody"], "--recipe"),
    ],
)
def test_wrong_use_is_one_sentence(words: list[str], named: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    said = capsys.readouterr().err
    assert named in said
    assert said.count("\n") == 1


def test_a_label_says_which_phone_sounds_and_covers_nothing_else() -> None:
    picture = np.full((280, 280, 3), 128, np.uint8)
    label = Label((280, 280))
    silent, spoken = label.on(picture, None, "joy"), label.on(picture, "TH", "joy")
    assert np.array_equal(silent[:240], picture[:240])
    assert not np.array_equal(silent, spoken)
    assert not np.array_equal(spoken, label.on(picture, "UW", "joy"))
