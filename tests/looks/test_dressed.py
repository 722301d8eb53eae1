"""Everybody is dressed in the picture, too: no skin shows through cloth, whatever the person wears and however she stands."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from avatar.body.mesh import Floats
from avatar.body.stance import about, multiply
from tests.looks.studio import SIDE, Studio
from world.stage.framing import Shot

CHEST = Shot(1.5, 0.40, 1.05)
NECKLINE_M = 0.115  # from the middle: as far aside as the widest neckline


@pytest.fixture(params=("mira", "ingrid", "kofi", "lin"))
def studio(request: pytest.FixtureRequest) -> Iterator[Studio]:
    studio = Studio(request.param)
    yield studio
    studio.close()


def leaning(studio: Studio, lift_deg: float, turn_deg: float) -> Floats:
    """The stance with shoulders lifted by a breath and the chest turned."""
    body = studio.body
    out = body.stance.copy()
    y, z = (np.array(v, np.float32) for v in ((0, 1, 0), (0, 0, 1)))
    for side, sign in (("l", 1.0), ("r", -1.0)):
        row = body.skeleton.index[f"clavicle_{side}"]
        out[row] = multiply(out[row], about(y, -lift_deg * sign))
    row = body.skeleton.index["spine_01"]
    out[row] = multiply(out[row], about(z, turn_deg))
    return out


def test_no_skin_shows_through_cloth(studio: Studio) -> None:
    body = studio.body
    skin = [body.root.find(name) for name in ("limbs", "face")]
    aside = np.abs(np.arange(SIDE) - SIDE / 2 + 0.5) * CHEST.height_m / SIDE > NECKLINE_M
    studio.feel({"calm": 0.5}, CHEST)
    for lift, turn in ((0.0, 0.0), (1.5, 4.0)):
        for heading in (0.0, 180.0):
            body.apply(np.zeros(52, np.float32), leaning(studio, lift, turn))
            whole = studio.turned(heading, CHEST).astype(int)
            for node in skin:
                node.hide()
            bare = studio.turned(heading, CHEST).astype(int)
            for node in skin:
                node.show()
            seen = (np.abs(whole - bare).max(2) > 10) & aside
            seen[int(SIDE * 0.66) :] = False  # under short sleeves there are arms
            assert seen.sum() < 3, (lift, turn, heading)
