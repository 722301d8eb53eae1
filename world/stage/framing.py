"""Where the camera stands: a portrait that leaves room for the panel beside her, and comes a little nearer with the talk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import atan, degrees

from panda3d import core as p3d


@dataclass(frozen=True, slots=True)
class Shot:
    """height_m: what the picture's height shows at her face. rise: where her eyes are, 0 bottom to 1 top. follows: the picture
    draws in and out with the talk."""

    distance_m: float
    height_m: float
    rise: float
    follows: bool = False


PORTRAIT = Shot(1.25, 0.43, 0.61, follows=True)  # as a lens of 70 mm on small film: the head is nearly half the picture's height
FACE = Shot(1.1, 0.34, 0.58)
ABOVE = Shot(1.7, 0.74, 0.77, follows=True)  # over a panel in the lower half of a tall window
BUST = Shot(1.6, 0.95, 0.70)
FULL = Shot(2.9, 2.0, 0.92)


# How near the talk draws the picture, 0..1, by what she is doing and by what is felt: what is said softly is said close.
NEAR_DOING = {"listening": 0.30, "thinking": 0.10, "speaking": 0.50}
NEAR_FEELING = {
    "affection": 0.5, "caring": 0.5, "sad": 0.45, "desire": 0.4, "worried": 0.3, "grateful": 0.3, "curious": 0.2, "surprised": -0.3,
}  # fmt: skip
NEAREST = 0.12  # part by which the picture is larger at its nearest
NEAR_S = 3.5  # how long it takes: a breath or two, so that nobody sees it move


def nearness(doing: str, strengths: Mapping[str, float]) -> float:
    """How near the picture should be, 0..1."""
    felt = sum(NEAR_FEELING.get(label, 0.0) * strength for label, strength in strengths.items())
    return min(max(NEAR_DOING.get(doing, 0.0) + felt, 0.0), 1.0)


def frame(
    camera: p3d.NodePath, lens: p3d.Lens, eyes: tuple[float, float, float], size: tuple[int, int], shot: Shot, aside: float = 0.0,
    zoom: float = 1.0,
) -> None:  # fmt: skip
    """Put the camera before her at the height of her eyes (so that looking at you is looking level), and shift the film, not
    the camera, to place her in the picture. `aside`: part of the width, at the right, that a panel covers; `zoom`: how much larger
    than the shot she is shown, by the lens alone."""
    height = shot.height_m / zoom
    vertical = degrees(2 * atan(height / 2 / shot.distance_m))
    aspect = size[0] / size[1]
    horizontal = degrees(2 * atan(height * aspect / 2 / shot.distance_m))
    camera.set_pos(eyes[0], eyes[1] - shot.distance_m, eyes[2])
    camera.set_hpr(0, 0, 0)
    lens.set_fov(horizontal, vertical)
    film = lens.get_film_size()
    lens.set_film_offset(film[0] * aside / 2, film[1] * (0.5 - shot.rise))
