"""Pictures for tests: one person, settled, before the camera of the program, small."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from avatar.body.body import Body
from avatar.body.build import Quality
from avatar.character import Character
from avatar.look.light import LightRig, apply
from avatar.recipe import stock
from world.commands.sheet import both, live
from world.output.offscreen import Offscreen
from world.stage.framing import Shot
from world.stage.stage import Stage

Picture = NDArray[np.uint8]
SIDE = 192
HEAD = Shot(1.1, 0.34, 0.56)
EYE = Shot(0.9, 0.045, 0.5)
FOREHEAD = Shot(0.9, 0.026, -0.9)
CHEST = Shot(1.5, 0.22, 1.9)
KEPT = Path(__file__).parent / "kept"
SCENES = {
    "mira-calm": ("mira", {"calm": 0.6}),
    "mira-joy": ("mira", {"joy": 0.9}),
    "jon-sad": ("jon", {"sad": 0.9}),
    "kofi-curious": ("kofi", {"curious": 0.6}),
    "ingrid-affection": ("ingrid", {"affection": 0.8}),
}
"""Name of a kept picture to recipe and feelings."""


class Studio:
    """A body on the stage; `close` frees it."""

    def __init__(self, who: str, quality: Quality = "low") -> None:
        self.output = Offscreen((SIDE, SIDE))
        self.body = Body.build(stock(who), quality)
        self.stage = Stage(self.output, self.output.lens, self.body)

    def feel(self, feeling: dict[str, float], shot: Shot = HEAD) -> Picture:
        """Settled in a feeling, looking at the camera."""
        self._frame(shot)
        live(Character(self.body, 1), feeling, self.stage.viewer)
        return self._shoot()

    def pose(self, units: dict[str, float], shot: Shot = HEAD, light: LightRig | None = None) -> Picture:
        """Face units only, body as it stood before; `light` on her alone."""
        self._frame(shot)
        if light is not None:
            apply(self.body.root, light)
        if shot is EYE:
            self.output.camera.set_x(float(self.body.eyes[0, 0]))
        self.body.show(both(units))
        return self._shoot()

    def turned(self, heading_deg: float, shot: Shot) -> Picture:
        """As she stands, turned to the left by `heading_deg`; the light stays where it is."""
        self.body.root.set_h(heading_deg)
        self._frame(shot)
        return self._shoot()

    def close(self) -> None:
        """Take everything down."""
        self.stage.close()
        self.output.close()

    def _frame(self, shot: Shot) -> None:
        self.stage.look(shot)
        self.stage.update()

    def _shoot(self) -> Picture:
        self.output.draw()
        self.output.draw()
        return self.output.pixels().copy()


def differ(a: Picture, b: Picture) -> tuple[float, float]:
    """Mean difference of two pictures, of 255, and the share of pixels that differ by more than 40."""
    gap = np.abs(a.astype(np.int16) - b.astype(np.int16))
    return float(gap.mean()), float((gap.max(2) > 40).mean())
