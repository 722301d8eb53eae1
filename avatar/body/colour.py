"""Colours: sRGB hex to numbers."""

from __future__ import annotations

import numpy as np

from avatar.body.mesh import Floats


def rgb(text: str) -> Floats:
    """`#rrggbb` as sRGB (3,), 0..1."""
    return np.array([int(text[k : k + 2], 16) for k in (1, 3, 5)], np.float32) / np.float32(255)


def linear(text: str) -> Floats:
    """`#rrggbb` as linear light (3,), with the 2.2 power the shaders use."""
    return np.asarray(rgb(text) ** 2.2, np.float32)
