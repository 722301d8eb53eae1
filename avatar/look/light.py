"""Where light comes from: three directions and an ambient, as shader inputs on a node and everything below it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from panda3d.core import LVecBase3f, NodePath

Triple = tuple[float, float, float]


@dataclass(frozen=True)
class LightRig:
    """Directions point from the body towards the light, world axes, any length; colours are linear, 1 is full daylight. The
    edge light stands behind her as the rim light does, on the other side."""

    key_dir: Triple = (-0.55, -0.80, 0.62)
    key_color: Triple = (1.92, 1.82, 1.70)
    fill_dir: Triple = (0.85, -0.45, 0.12)
    fill_color: Triple = (0.46, 0.45, 0.48)
    rim_dir: Triple = (0.50, 0.85, 0.45)
    rim_color: Triple = (1.15, 1.08, 1.00)
    edge_color: Triple = (0.40, 0.44, 0.60)
    sky: Triple = (0.42, 0.41, 0.43)
    ground: Triple = (0.30, 0.22, 0.18)
    exposure: float = 0.80


def _unit(direction: Triple) -> LVecBase3f:
    v = np.array(direction, np.float64)
    length = float(np.linalg.norm(v))
    if length < 1e-9:
        raise ValueError("A light's direction is (0, 0, 0); give the way from the body towards the light.")
    return LVecBase3f(*(v / length))


def apply(node: NodePath, rig: LightRig) -> None:
    """Sets the light inputs of `avatar.look.glsl.COMMON` on `node`. The camera is known to the shaders by itself."""
    node.setShaderInput("key_dir", _unit(rig.key_dir))
    node.setShaderInput("key_color", LVecBase3f(*rig.key_color))
    node.setShaderInput("fill_dir", _unit(rig.fill_dir))
    node.setShaderInput("fill_color", LVecBase3f(*rig.fill_color))
    node.setShaderInput("rim_dir", _unit(rig.rim_dir))
    node.setShaderInput("rim_color", LVecBase3f(*rig.rim_color))
    node.setShaderInput("edge_color", LVecBase3f(*rig.edge_color))
    node.setShaderInput("sky_color", LVecBase3f(*rig.sky))
    node.setShaderInput("ground_color", LVecBase3f(*rig.ground))
    node.setShaderInput("exposure", rig.exposure)
