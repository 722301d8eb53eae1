"""What makes a portrait and no target of the base body reaches: larger or nearer eyes, a jaw that tapers, thirds of the face, a
narrower nose. Smooth fields over space, so that all there is moves together: skin, eyeballs, lashes, teeth, and every unit.

Lengths are shares of the distance from the eyes to the mouth, about 65 mm, so that the fields fit every head.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from avatar.body.mesh import Floats, smoothstep
from avatar.recipe import Features

Warp = Callable[[Floats], Floats]
_EYE_FULL, _EYE_END = 0.30, 0.62  # round an eye: as wished up to the one, as it was from the other on
_BELOW_EYES, _AT_MOUTH = 0.20, 0.95
_CHEEKS = (0.42, 0.34)  # of the cheekbones: below the eyes; reach up and down
_CHIN, _NECK = 1.62, 2.5
_NOSE = (0.62, 0.30, 0.26)  # of the wings' middle: below the eyes; reach up and down; reach to the side
_FRONT, _BACK = 0.7, 1.35  # behind the eyes: where the face ends and the skull begins


def field(features: Features, eyes: Floats, mouth: Floats) -> Warp | None:
    """The field for a face with these eyes (2, 3) and this middle of the mouth (3,), metres; none where nothing is asked for."""
    if features == Features():
        return None
    eyes, mouth = eyes.astype(np.float32), mouth.astype(np.float32)
    middle = eyes.mean(0)
    unit = float(middle[2] - mouth[2])

    def warp(points: Floats) -> Floats:
        out = points.astype(np.float32).copy()
        for eye in eyes:
            away = np.hypot((points[:, 0] - eye[0]) / 1.15, points[:, 2] - eye[2]) / unit
            share = smoothstep(_EYE_END, _EYE_FULL, away) * smoothstep(_BACK, 0.4, (points[:, 1] - eye[1]) / unit)
            out += (points - eye) * (share * (features.eye_size - 1))[:, None]
            out[:, 0] += np.sign(eye[0] - middle[0]) * share * features.eye_gap * unit
        front = smoothstep(_BACK, _FRONT, (points[:, 1] - middle[1]) / unit)
        below, across = (middle[2] - points[:, 2]) / unit, np.abs(points[:, 0] - middle[0]) / unit
        at, reach, side = _NOSE
        widths: tuple[tuple[float, Floats], ...] = (
            (features.jaw, _ramp(below, _BELOW_EYES, _AT_MOUTH)),
            (features.cheeks, _bell(below, *_CHEEKS) * smoothstep(0.45, 0.75, across)),
            (features.nose, _bell(below, at, reach) * smoothstep(2 * side, 0.8 * side, across)),
        )
        for factor, part in widths:
            out[:, 0] += (out[:, 0] - middle[0]) * (factor - 1) * part * front
        # The chin goes up or down, what lies between it and the nose in proportion; the neck takes up the difference.
        out[:, 2] += (1 - features.lower) * (_CHIN - at) * unit * front * _ramp(below, at + 0.08, _CHIN)
        return out

    return warp


def _bell(below: Floats, middle: float, reach: float) -> Floats:
    return np.asarray(np.exp(-(((below - middle) / reach) ** 2)), np.float32)


def _ramp(below: Floats, start: float, full: float) -> Floats:
    """0 above `start`, 1 from `full` down to the chin, back to 0 on the neck."""
    return np.asarray(smoothstep(start, full, below) * smoothstep(_NECK, _CHIN, below), np.float32)
