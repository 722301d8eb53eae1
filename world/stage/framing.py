"""Where the camera stands: a portrait that leaves room for the panel beside her."""

from __future__ import annotations

from dataclasses import dataclass
from math import atan, degrees

from panda3d import core as p3d


@dataclass(frozen=True, slots=True)
class Shot:
    """height_m: what the picture's height shows at her face. rise: where her eyes are, 0 bottom to 1 top."""

    distance_m: float
    height_m: float
    rise: float


PORTRAIT = Shot(1.25, 0.54, 0.62)
FACE = Shot(1.1, 0.34, 0.58)
ABOVE = Shot(1.7, 0.92, 0.78)  # over a panel in the lower half of a tall window
BUST = Shot(1.6, 0.95, 0.70)
FULL = Shot(2.9, 2.0, 0.92)


def frame(
    camera: p3d.NodePath, lens: p3d.Lens, eyes: tuple[float, float, float], size: tuple[int, int], shot: Shot, aside: float = 0.0
) -> None:
    """Put the camera before her at the height of her eyes (so that looking at you is looking level), and shift the film, not
    the camera, to place her in the picture. `aside`: part of the width, at the right, that a panel covers."""
    vertical = degrees(2 * atan(shot.height_m / 2 / shot.distance_m))
    aspect = size[0] / size[1]
    horizontal = degrees(2 * atan(shot.height_m * aspect / 2 / shot.distance_m))
    camera.set_pos(eyes[0], eyes[1] - shot.distance_m, eyes[2])
    camera.set_hpr(0, 0, 0)
    lens.set_fov(horizontal, vertical)
    film = lens.get_film_size()
    lens.set_film_offset(film[0] * aside / 2, film[1] * (0.5 - shot.rise))
