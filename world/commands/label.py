"""The phone that sounds, written on a picture: so that a person can compare the lips with it."""

from __future__ import annotations

from importlib.resources import as_file, files

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from avatar.face.viseme import viseme

_INK, _DIM, _GROUND = (244, 238, 232), (190, 178, 170), (20, 16, 17)
_FONT = "fonts/NotoSans-Regular.ttf"


class Label:
    """`on` writes a line at the foot of pictures of `size` pixels."""

    def __init__(self, size: tuple[int, int]) -> None:
        self._height = max(28, size[1] // 14)
        with as_file(files("world.assets").joinpath(_FONT)) as path:
            self._font = ImageFont.truetype(str(path), int(self._height * 0.62))

    def on(self, picture: NDArray[np.uint8], phone: str | None, feeling: str) -> NDArray[np.uint8]:
        """A copy of uint8[h, w, 3] with phone, viseme and feeling."""
        image = Image.fromarray(picture)
        draw = ImageDraw.Draw(image)
        width, height = image.size
        top = height - self._height
        draw.rectangle((0, top, width, height), fill=_GROUND)
        middle = top + self._height // 2
        if phone:
            draw.text((width * 0.04, middle), phone, _INK, self._font, anchor="lm")
            draw.text((width * 0.22, middle), viseme(phone), _DIM, self._font, anchor="lm")
        draw.text((width * 0.96, middle), feeling, _DIM, self._font, anchor="rm")
        return np.asarray(image)
