"""The scene: the room, the light on her, the camera before her."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from panda3d import core as p3d

from avatar.body.body import Body
from avatar.look.light import LightRig, apply
from avatar.look.shadow import KeyShadow
from avatar.units import approach
from world.output.base import Output
from world.stage import room
from world.stage.backdrop import Backdrop
from world.stage.framing import NEAR_S, NEAREST, PORTRAIT, Shot, frame

EVENING = LightRig(
    key_dir=(-0.74, -0.70, 0.62),
    key_color=(1.94, 1.74, 1.52),
    fill_dir=(0.85, -0.50, 0.05),
    fill_color=(0.20, 0.150, 0.120),
    rim_dir=(0.85, 0.75, 0.36),
    rim_color=(3.60, 2.30, 1.20),
    edge_color=(0.62, 0.78, 1.35),
    sky=(0.195, 0.172, 0.178),
    ground=(0.175, 0.118, 0.095),
)

_ARRIVED = 1e-4  # of `near`: a hundredth of a pixel


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
        self.near = 0.0
        self._near: float | None = None
        self._key: tuple[object, ...] = ()
        self.shot, self.aside = PORTRAIT, 0.0

    def look(self, shot: Shot | None = None, aside: float | None = None) -> None:
        """Another framing, from the next `update` on."""
        self.shot = shot or self.shot
        self.aside = self.aside if aside is None else aside

    def update(self, dt: float = 0.0) -> None:
        """Frame her anew where shot, size or panel have changed; draw near as `near` (0..1) asks, over some seconds."""
        if self._shadow is not None:
            self._shadow.update()
        key = (self.shot, round(self.aside, 3), self._output.size)
        wanted, was = self.near if self.shot.follows else 0.0, self._near
        self._near = wanted if was is None or abs(was - wanted) < _ARRIVED else approach(was, wanted, NEAR_S / 2, dt)
        changed = key != self._key
        if not changed and (self._near == was or not self.shot.follows):
            return
        eyes, zoom = tuple(self.body.eyes.mean(0).tolist()), 1.0 + NEAREST * self._near
        if changed:
            self._key = key
            frame(self._output.camera, self._lens, eyes, self._output.size, self.shot, self.aside)
            self._backdrop.renew(self._output.size, self._lens, self._output.camera.get_mat(self.root))
        frame(self._output.camera, self._lens, eyes, self._output.size, self.shot, self.aside, zoom)
        self._backdrop.zoom(zoom, (0.5 - self.aside / 2, self.shot.rise))

    def close(self) -> None:
        """Takes everything away that was put up."""
        if self._shadow is not None:
            self._shadow.close()
        self._backdrop.close()
        if self._output.camera.get_parent() == self.root:
            self._output.camera.detach_node()  # the output's own: the next stage takes it
        self.root.remove_node()

    @property
    def viewer(self) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
        """Where the viewer's eyes are: the camera, in metres."""
        return np.array(self._output.camera.get_pos(self.root), np.float32)
