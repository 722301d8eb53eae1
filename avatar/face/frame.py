"""What a face is at one moment: 52 ARKit weights, where the eyes look, how the head is held."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

ARKIT: tuple[str, ...] = (
    "eyeBlinkLeft", "eyeLookDownLeft", "eyeLookInLeft", "eyeLookOutLeft", "eyeLookUpLeft", "eyeSquintLeft", "eyeWideLeft",
    "eyeBlinkRight", "eyeLookDownRight", "eyeLookInRight", "eyeLookOutRight", "eyeLookUpRight", "eyeSquintRight", "eyeWideRight",
    "jawForward", "jawLeft", "jawRight", "jawOpen",
    "mouthClose", "mouthFunnel", "mouthPucker", "mouthLeft", "mouthRight", "mouthSmileLeft", "mouthSmileRight",
    "mouthFrownLeft", "mouthFrownRight", "mouthDimpleLeft", "mouthDimpleRight", "mouthStretchLeft", "mouthStretchRight",
    "mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper", "mouthPressLeft", "mouthPressRight",
    "mouthLowerDownLeft", "mouthLowerDownRight", "mouthUpperUpLeft", "mouthUpperUpRight",
    "browDownLeft", "browDownRight", "browInnerUp", "browOuterUpLeft", "browOuterUpRight",
    "cheekPuff", "cheekSquintLeft", "cheekSquintRight", "noseSneerLeft", "noseSneerRight", "tongueOut",
)  # fmt: skip
"""The 52 blendshape names in Apple's documented order; `Left` is the person's own left (+X in our axes)."""

INDEX: Mapping[str, int] = {name: i for i, name in enumerate(ARKIT)}

EXTRA: tuple[str, ...] = ("tongueUp", "tongueBetween")
"""Weights of ours that travel beside the 52: the tongue's tip to the ridge behind the upper teeth (t d n l), and between the
teeth (th)."""

Weights = NDArray[np.float32]


def zeros() -> Weights:
    """52 weights at rest."""
    return np.zeros(len(ARKIT), np.float32)


def weights(values: Mapping[str, float]) -> Weights:
    """Weights by name as an array; an unknown name raises `KeyError` with that name."""
    out = zeros()
    for name, value in values.items():
        out[INDEX[name]] = value
    return out


@dataclass(slots=True)
class FaceFrame:
    """weights: float32[52], 0..1. extras: float32[2] in the order of `EXTRA`. pupil: radius against the resting one. eyes_deg:
    (yaw, pitch) of the gaze against the head, yaw positive towards her left, pitch positive up. head_deg: (yaw, pitch, roll)
    against the chest, pitch positive up, roll positive to her left shoulder."""

    weights: Weights = field(default_factory=zeros)
    extras: Weights = field(default_factory=lambda: np.zeros(len(EXTRA), np.float32))
    pupil: float = 1.0
    eyes_deg: tuple[float, float] = (0.0, 0.0)
    head_deg: tuple[float, float, float] = (0.0, 0.0, 0.0)
