"""The scene: the room, the light on her, the camera before her."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from panda3d import core as p3d

from avatar.body.body import Body
from avatar.look.light import LightRig, apply
from avatar.look.shadow import KeyShadow
from world.output.base import Output
from world.stage import room
from world.stage.backdrop import Backdrop
from world.stage.framing import PORTRAIT, Shot, frame

EVENING = LightRig(
    key_dir=(-0.85, -0.62, 0.55),
    key_color=(1.78, 1.54, 1.30),
    fill_dir=(0.85, -0.50, 0.05),
    fill_color=(0.28, 0.25, 0.25),
    rim_dir=(0.62, 0.75, 0.40),
    rim_color=(1.90, 1.20, 0.62),
    sky=(0.27, 0.25, 0.28),
    ground=(0.20, 0.14, 0.11),
)


class Stage:
    """`root` is what cameras see; she stands at its origin."""

    def __init__(self, output: Output, lens: p3d.Lens, body: Body, cache: Path | None = None) -> None:
        self.root = p3d.NodePath("stage")
        apply(self.root, EVENING)
        self._output, self._lens, self.body = output, lens, body
        body.root.reparent_to(self.root)
        output.camera.reparent_to(self.root)
        self._backdrop = Backdrop(output.graphics, room.load("evening", cache))
        self._backdrop.node.reparent_to(self.root)
        eyes = body.eyes.mean(0)
        middle = (float(eyes[0]), float(eyes[1]) + 0.04, float(eyes[2]) - 0.12)
        self._shadow = KeyShadow(output.graphics, body.root, EVENING, middle) if body.detail else None
        self._key: tuple[object, ...] = ()
        self.shot, self.aside = PORTRAIT, 0.0

    def look(self, shot: Shot | None = None, aside: float | None = None) -> None:
        """Another framing, from the next `update` on."""
        self.shot = shot or self.shot
        self.aside = self.aside if aside is None else aside

    def update(self) -> None:
        """Frame her anew where shot, size or panel have changed."""
        key = (self.shot, round(self.aside, 3), self._output.size)
        if key == self._key:
            return
        self._key = key
        eyes = self.body.eyes.mean(0)
        frame(self._output.camera, self._lens, tuple(eyes.tolist()), self._output.size, self.shot, self.aside)
        self._backdrop.renew(self._output.size, self._lens, self._output.camera.get_mat(self.root))

    @property
    def viewer(self) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
        """Where the viewer's eyes are: the camera, in metres."""
        return np.array(self._output.camera.get_pos(self.root), np.float32)
