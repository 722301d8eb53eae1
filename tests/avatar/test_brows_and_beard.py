"""Brows and beards: their shapes differ, hairs follow the jaw and hang over no lip, and older recipes look as they did."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest

from avatar.body import baked as source
from avatar.body.beard import beard, beard_styles
from avatar.body.brows import brow_texture, middle_line
from avatar.body.brows import shapes as brow_shapes_of
from avatar.body.mesh import nearest
from avatar.body.mouth import lips
from avatar.body.part import Part
from avatar.face.frame import ARKIT
from avatar.recipe import Beard, Brows, Recipe, brow_shapes, stock
from tests.avatar.heads import Get, Head, inside_of


def test_brow_shapes_differ_and_none_looks_worried(head_of: Get) -> None:
    head = head_of("mira")
    assert len(brow_shapes()) == 6
    assert brow_shapes() == set(brow_shapes_of())
    f = np.linspace(0, 1, 21, dtype=np.float32)
    lines = {name: middle_line(head.shape, Brows(shape=name), 1.0, f) for name in sorted(brow_shapes())}
    for name, (x, z, half) in lines.items():
        assert (np.diff(x) > 0).all()
        assert z[0] < z.max() - 0.0005, f"the inner end of {name} is the highest"
        assert half[-1] < 0.6 * half.max(), f"{name} does not taper"
        ink = brow_texture(name)
        assert 0.08 < float(ink.mean()) < 0.6
    rows = np.stack([np.concatenate([z, half]) for _, z, half in lines.values()])
    apart = np.abs(rows[:, None] - rows[None]).max(2)
    assert (apart[~np.eye(6, dtype=bool)] > 0.0004).all()


def beard_parts(head: Head, style: str, quality: str = "low") -> dict[str, Part]:
    data = source.load()
    mouth = lips(data, head.shape)
    look = Beard(style=style)
    return {p.name: p for p in beard(data, head.shape, head.face, mouth, head.scalp.hull, look, quality, head.joint_of)}


@pytest.mark.parametrize("style", ["none", "stubble"])
def test_bare_skin_and_stubble_have_no_hairs(style: str, head_of: Get) -> None:
    assert beard_parts(head_of("jon"), style) == {}


@pytest.mark.parametrize("style", sorted(beard_styles()))
def test_a_beard_follows_the_jaw_and_enters_no_lip(style: str, head_of: Get) -> None:
    head = head_of("jon")
    hairs = beard_parts(head, style)["beard"]
    assert inside_of(hairs.points, head.face, 0.0035).mean() < 0.01
    assert hairs.moves is not None
    assert head.face.moves is not None
    near, far = nearest(hairs.points, head.face.points, 1)
    jaw = ARKIT.index("jawOpen")
    gap = np.linalg.norm(hairs.moves[jaw] - head.face.moves[jaw][near[:, 0]], axis=1)
    assert np.percentile(gap[far[:, 0] < 0.004], 90) < 0.006
    upper, lower = (head.face.points[r] for r in head.made.lip_rows)
    middle = (np.abs(hairs.points[:, 0]) < 0.010) & (hairs.points[:, 2] < upper[2] + 0.003) & (hairs.points[:, 2] > lower[2] - 0.004)
    assert not middle.any(), "hairs hang over the lips"
    if style != "moustache":
        assert hairs.moves[jaw][:, 2].min() < -0.008
    assert len(beard_parts(head, style, "high")["beard"].points) > 1.5 * len(hairs.points)


def test_beard_names_of_the_recipe_are_those_of_the_data() -> None:
    assert set(get_args(Beard.model_fields["style"].annotation)) == {"none", "stubble", *beard_styles()}


def test_a_recipe_from_before_brow_shapes_and_beards_loads_as_it_was() -> None:
    old = stock("jon").model_dump(exclude={"beard": True, "brows": {"shape"}})
    again = Recipe.model_validate(old)
    assert (again.brows.shape, again.beard.style) == ("soft", "none")
    assert again.hair == stock("jon").hair
