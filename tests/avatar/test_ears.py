"""Ears are round, as large as they were, and still part of the head."""

from __future__ import annotations

import numpy as np

from avatar.body import baked as source
from avatar.body.build import Build, at_rest
from avatar.body.mesh import edges
from avatar.body.skin import body_normals, face
from avatar.recipe import stock


def test_an_ear_has_short_edges_and_keeps_its_size(jon: Build) -> None:
    skin = next(p for p in jon.parts if p.name == "face")
    ear = skin.extra[:, 0] > 0.9
    rim = edges(skin.tris)
    rim = rim[ear[rim].all(1)]
    assert np.percentile(np.linalg.norm(skin.points[rim[:, 0]] - skin.points[rim[:, 1]], axis=1), 95) < 0.0045
    data = source.load()
    shape = at_rest(data, stock("jon"))
    coarse = shape.points[: source.BODY_END]
    left = skin.points[ear & (skin.points[:, 0] > 0)]
    side = (coarse[:, 0] > left[:, 0].min() - 0.004) & (np.abs(coarse[:, 2] - left[:, 2].mean()) < 0.045)
    assert abs(left[:, 0].max() - coarse[side, 0].max()) < 0.003


def test_the_head_round_an_ear_stays_where_it_was() -> None:
    data = source.load()
    shape = at_rest(data, stock("jon"))
    skin, rows = face(data, shape, body_normals(data, shape), ("eyeBlinkLeft",), np.zeros(source.BODY_END, bool))
    still = skin.extra[: len(rows), 0] < 0.3
    assert np.array_equal(skin.points[: len(rows)][still], shape.points[rows][still])
