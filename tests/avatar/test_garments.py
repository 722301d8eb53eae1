"""The kinds of tops: each dresses whoever wears it, looks like itself, and is told by data alone."""

from __future__ import annotations

import json

import numpy as np
import pytest

from avatar.body import baked as source
from avatar.body.baked import ARM
from avatar.body.build import at_rest
from avatar.body.measures import Measures, ends_field, hidden, top_field, trousers_field
from avatar.body.mesh import nearest
from avatar.body.outfits import kinds
from avatar.body.part import Part
from avatar.body.standing import Standing, round_off
from avatar.body.tops import dress, inner_of
from avatar.recipe import Recipe, parse, stock, stock_names
from avatar.wear import Top, garment_kinds


def worn(who: str, **changes: object) -> tuple[Part, Standing, Measures]:
    recipe, data = stock(who), source.load()
    look = Top.model_validate({**recipe.clothes.top.model_dump(), **changes})
    shape = at_rest(data, recipe)
    standing = Standing(data, shape)
    round_off(data, shape, standing)
    free = np.zeros(source.BODY_END, np.float32)
    return dress(data, shape, standing, look, free, 0.03), standing, Measures(data, standing.shape(data, shape))


def test_every_kind_is_known_and_told() -> None:
    assert garment_kinds() == set(kinds())
    assert len(kinds()) >= 5
    assert all(len(kind.about) > 10 for kind in kinds().values())
    with pytest.raises(ValueError, match=r"clothes\.top\.kind: 'toga' is no garment; choose one of .*cardigan.*shirt"):
        parse(json.dumps({"clothes": {"top": {"kind": "toga"}}}), "r.json")


def test_an_old_recipe_wears_the_t_shirt_it_wore() -> None:
    old = parse('{"version": 1, "clothes": {"top": {"colour": "#3f6a68", "sleeve": 0.62, "cut": "v", "fabric": "knit"}}}', "old.json")
    assert old.clothes.top.kind == "tee"
    assert old.figure.shoulders == 1.0


def test_the_stock_people_have_styles_of_their_own() -> None:
    tops = [stock(name).clothes.top for name in stock_names()]
    assert len({top.kind for top in tops}) >= 5
    assert len({top.colour for top in tops}) == len(tops)


@pytest.mark.parametrize("kind", sorted(garment_kinds()))
@pytest.mark.parametrize("who", ["mira", "kofi"])
def test_each_kind_covers_trunk_and_shoulders(kind: str, who: str) -> None:
    part, standing, m = worn(who, kind=kind, neckline=0.3)
    cloth = standing.part(part)
    assert np.isfinite(cloth.points).all()
    assert np.isfinite(cloth.normals).all()
    assert np.abs(np.linalg.norm(cloth.normals, axis=1) - 1).max() < 1e-3
    assert part.tris.max() < len(part.points) < 30000
    # Wherever skin is not drawn for it there is cloth in front of it, the inner garment or the outer one.
    look = Top.model_validate({**stock(who).clothes.top.model_dump(), "kind": kind, "neckline": 0.3})
    fields = [top_field(m, look, kinds()[kind])]
    if kinds()[kind].open_m:
        fields.append(top_field(m, inner_of(look), kinds()["tee"]))
        opening = ends_field(m, look, kinds()[kind])
        assert (opening[np.abs(m.points[:, 0]) < 0.01].max() > 0.03), "it stands open"
    bare = hidden(fields) & (m.points[:, 2] > m.joint["spine_02"][2])
    gap = nearest(m.points[bare], cloth.points[cloth.extra[:, 0] > 0], 1)[1]
    assert gap.max() < 0.05
    assert (trousers_field(m, stock(who).clothes.trousers) < 0).any()


@pytest.mark.parametrize(("kind", "layers"), [("tee", {0}), ("cardigan", {0, 1}), ("shirt", {0, 2}), ("hoodie", {0, 2})])
def test_layers_are_told_to_the_shader(kind: str, layers: set[int]) -> None:
    part, _, _ = worn("mira", kind=kind)
    assert set((part.extra[:, 3] // 2).astype(int).tolist()) == layers
    assert set(part.inputs) == {"fabric", "tailor", "tint_inner", "tint_detail"}
    assert (part.inputs["tailor"][1] > 0) == (kind == "shirt")


def test_a_collar_stands_and_falls_and_a_hood_is_thick() -> None:
    def neck(kind: str) -> tuple[float, float]:
        """How high the top reaches and how far it stands off the skin about the neck, metres."""
        part, standing, m = worn("kofi", kind=kind, neckline=0.1)
        points = standing.part(part).points
        near = np.linalg.norm(points - (m.joint["neck_01"] + np.array([0, 0.03, 0.0])), axis=1) < 0.14
        return float(points[:, 2].max()), float(nearest(points[near], m.points, 1)[1].max())

    (tee, thin), (shirt, _), (_, thick) = neck("tee"), neck("shirt"), neck("hoodie")
    assert shirt > tee + 0.008
    assert thick > thin + 0.008


def test_threads_run_along_the_sleeve_and_up_the_trunk() -> None:
    part, standing, m = worn("jon", kind="jumper", sleeve=1.9)
    cloth = standing.part(part)
    a, b = part.tris[:, 0], part.tris[:, 1]
    step, laid = cloth.points[b] - cloth.points[a], part.uv[b] - part.uv[a]
    own = np.isin(part.joints[:, 0], [i for i, n in enumerate(source.load().joint_names) if n.split("_")[0] in ARM])
    plain = part.extra[:, 3] > 0.5
    for chosen in (own & plain, ~own & plain & (cloth.points[:, 2] < m.joint["upperarm_l"][2] - 0.12)):
        rows = chosen[a] & chosen[b] & (np.abs(step[:, 2]) > 0.006) & (np.linalg.norm(laid, axis=1) < 0.1)
        assert np.median(np.abs(laid[rows, 1] / step[rows, 2])) == pytest.approx(1, abs=0.1)


def test_no_recipe_asks_for_more_than_one_draw_of_cloth() -> None:
    part, _, _ = worn("jon", kind="overshirt")
    assert part.name == "top"
    assert Recipe().clothes.top.kind == "tee"
