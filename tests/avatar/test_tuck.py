"""What lies under the skin stays under it."""

from __future__ import annotations

import numpy as np

from avatar.body.tuck import tuck


def test_points_over_the_skin_go_under_it_and_the_border_stays() -> None:
    grid = np.linspace(-0.02, 0.02, 21, dtype=np.float32)
    x, z = (g.ravel() for g in np.meshgrid(grid, grid))
    skin = np.stack([x, np.zeros_like(x), z], 1)
    normals = np.tile(np.array([0, -1, 0], np.float32), (len(skin), 1))
    points = np.array([[0.0, 0.0, -0.02], [0.0, -0.003, 0.01], [0.01, 0.008, 0.01]], np.float32)
    border = np.array([True, False, False])
    moved = tuck(points, skin, normals, border)
    assert np.array_equal(moved[0], points[0])
    assert moved[1, 1] > 0.002  # it was 3 mm before the skin
    assert np.allclose(moved[2], points[2])  # deep enough already
