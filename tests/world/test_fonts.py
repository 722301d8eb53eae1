"""The interface can write what people write: every script the issue of fonts names, from the files we ship."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest
from PIL import ImageFont

FONTS = ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf"), ("NotoSansCJK-Regular.otf",), ("NotoEmoji-Regular.ttf",)


def drawn(font: ImageFont.FreeTypeFont, character: str) -> bool:
    """The font has a picture of its own for this character, not the one for what is missing."""
    return bytes(font.getmask(character)) != bytes(font.getmask("\U0010fffe"))


@pytest.mark.parametrize(
    ("names", "text"),
    [
        (FONTS[0], "Straße naïve ąęłß Ελληνικά Привет їґ Tiếng €…–“”"),
        (FONTS[1], "你好我爱学习こんにちは漢字안녕하세요、。"),
        (FONTS[2], "😀😂❤👍🎉🐕"),
    ],
)
def test_scripts_are_in_the_fonts(names: tuple[str, ...], text: str) -> None:
    for name in names:
        path = Path(str(files("world.assets").joinpath("fonts", name)))
        font = ImageFont.truetype(path, 20)
        assert [c for c in text if not c.isspace() and not drawn(font, c)] == []
    assert "SIL Open Font License" in files("world.assets").joinpath("fonts", "OFL.txt").read_text("utf-8")
