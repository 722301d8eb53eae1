"""What an output asks of the graphics driver."""

from __future__ import annotations

import numpy as np
from panda3d import core as p3d

from avatar.body.buffers import texture
from world.output.base import in_software
from world.output.offscreen import Offscreen


def test_textures_are_filtered_along_the_slant_only_where_a_card_does_it() -> None:
    output = Offscreen((64, 64))
    try:
        skin = texture("pigment", np.zeros((4, 4, 4), np.uint8))
        expected = 1 if in_software(output.graphics) else 4
        assert skin.getEffectiveAnisotropicDegree() == expected
        assert texture("hair", np.zeros((4, 4, 4), np.uint8)).getEffectiveAnisotropicDegree() == 1
        assert texture("pigment", np.zeros((4, 4, 4), np.uint8), sharp=False).getEffectiveAnisotropicDegree() == 1
        assert p3d.ConfigVariableInt("texture-anisotropic-degree").getValue() == expected
    finally:
        output.close()
