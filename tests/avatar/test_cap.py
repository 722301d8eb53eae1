"""The scalp under every style is closed: in flat colours no skin shows above the hairline, from any side, but a thin parting."""

from __future__ import annotations

import numpy as np
import pytest
from panda3d.core import Geom, GeomNode, GeomTriangles, GeomVertexData, GeomVertexFormat, GeomVertexWriter, LVecBase4f, Point3

from avatar.body import baked as source
from avatar.body.body import Body
from avatar.body.build import Build
from avatar.body.cap import cap
from avatar.body.hair import hair, scalp_of
from avatar.body.hair_texture import COUNT, STRIPS, hair_texture
from avatar.body.part import Part
from avatar.body.scalp import field, inside, skull
from avatar.body.shape import compose
from avatar.body.strands import Scalp
from avatar.body.styles import styles
from avatar.recipe import Hair, stock
from tests.avatar.test_body import Studio

GROWN = sorted(name for name, style in styles().items() if style.kind != "none")
VIEWS = {"front": (0, 10), "side": (90, 5), "back": (180, 25), "above": (0, 75), "behind the ear": (140, 10)}
WELL_INSIDE_M = 0.014  # metres within the hairline, where its fade has ended


@pytest.fixture(scope="module")
def studio() -> Studio:
    return Studio(160)


def scalp_under(made: Build, who: str, style: str) -> Scalp:
    parts = {p.name: p for p in made.parts}
    recipe = stock(who)
    shape = compose(source.load(), recipe)
    top = [(parts["top"].points, parts["top"].normals)]
    return scalp_of(parts["face"], top, skull(source.load(), shape), 1 - recipe.figure.gender, Hair(style=style, part=recipe.hair.part))


def painted(part: Part, rows: np.ndarray, colour: tuple[float, float, float]) -> GeomNode:
    """A part's triangles `rows` in one flat colour."""
    data = GeomVertexData("flat", GeomVertexFormat.getV3(), Geom.UHStatic)
    writer = GeomVertexWriter(data, "vertex")
    for p in part.points.tolist():
        writer.addData3(*p)
    triangles = GeomTriangles(Geom.UHStatic)
    for a, b, c in part.tris[rows].tolist():
        triangles.addVertices(a, b, c)
    geom = Geom(data)
    geom.addPrimitive(triangles)
    node = GeomNode("flat")
    node.addGeom(geom)
    return node


@pytest.mark.parametrize("style", GROWN)
@pytest.mark.parametrize("who", ["mira", "jon"])
def test_no_skin_shows_through_hair_above_the_hairline(who: str, style: str, studio: Studio, request: pytest.FixtureRequest) -> None:
    made: Build = request.getfixturevalue(who)
    scalp = scalp_under(made, who, style)
    joint_of = {name: i for i, name in enumerate(made.joint_names)}
    grown = hair(scalp, Hair(style=style, part=scalp.part), joint_of, "low")
    body = Body(Build(**{**made.__dict__, "parts": [grown if p.name == "hair" else p for p in made.parts]}))
    strands = body.root.find("**/hair")
    for name in ("tint", "hair_highlight"):
        strands.setShaderInput(name, LVecBase4f(0.0, 0.6, 0.0, 0.0))
    face = next(p for p in made.parts if p.name == "face")
    bald = (inside(face.points, scalp.skull, scalp.woman) > WELL_INSIDE_M) & (face.extra[:, 0] < 0.3)
    bald &= np.linalg.norm(face.points - scalp.skull.middle, axis=1) < 0.15 * scalp.skull.scale
    deep = bald[face.tris].all(1)
    # What may show is a line as thin as a parting is, and nothing of it where there is none.
    parted = any(layer.roots == "parting" for layer in styles()[style].layers)
    line = (np.abs(face.points[:, 0] - scalp.part_at(face.points[:, 1])) < 0.012) & (face.points[:, 1] < scalp.whorl_y + 0.005)
    line = (line & parted)[face.tris].any(1)
    for piece in body.root.getChildren():
        if piece.getName() != "hair":
            piece.hide()
    for rows, colour in ((deep & ~line, (1.0, 0.0, 0.0)), (deep & line, (1.0, 0.0, 1.0)), (~deep, (0.0, 0.0, 1.0))):
        flat = body.root.attachNewNode(painted(face, rows, colour))
        flat.setShaderOff(100)
        flat.setColor(*colour, 1)
    body.root.reparent_to(studio.root)
    try:
        middle = Point3(*scalp.skull.middle.tolist())
        for view, (yaw, pitch) in VIEWS.items():
            turn, tilt = np.radians([yaw, pitch])
            away = np.array([np.sin(turn) * np.cos(tilt), -np.cos(turn) * np.cos(tilt), np.sin(tilt)]) * 0.9
            seen = studio.picture(middle + Point3(*away.tolist()), middle, 22).astype(int)
            # Through stubble the scalp shines, though it is nowhere bare.
            skin = (seen[..., 0] > (80 if styles()[style].close == 1 else 210)) & (seen[..., 0] > seen[..., 1])
            assert (seen[..., 1] > seen[..., 0] + 10).sum() > 800, "no hair is seen"
            parting = skin & (seen[..., 2] > seen[..., 0] // 2)
            skin &= ~parting
            # A crop's nape thins out a row of pixels above the line that counts as well inside.
            assert skin.sum() <= 6, f"{skin.sum()} pixels of bare scalp from {view}"
            assert parting.sum() < 60, "the parting gapes"
            # Behind a fringe there is too little of a parting to be sure of it.
            if view == "above" and not styles()[style].fringe:
                assert (parting.sum() > 2) == parted  # of 160 pixels across: it is as thin as one of them
    finally:
        body.root.remove_node()


def test_the_shell_lies_over_the_skin_and_thins_out_at_the_hairline(mira: Build) -> None:
    scalp = scalp_under(mira, "mira", "bob")
    part = hair(scalp, Hair(style="bob"), {name: i for i, name in enumerate(mira.joint_names)}, "low")
    strip = STRIPS["cap"][0]
    own = part.uv[:, 0] > strip / COUNT
    shell = cap(scalp, [], True)
    assert own.sum() == len(shell.points)
    height = field(shell.points, scalp.skull, scalp.woman)
    deep = scalp.hull.ask(shell.points[height > 0.02])[0]
    assert np.percentile(deep, 5) > -0.002
    assert height.min() < 0.0, "it ends before the hairline"
    cover = hair_texture()[:, strip * 128 + 6 : strip * 128 + 122, 3]
    by_row = cover.mean(1)
    assert by_row[4] < 0.15
    assert by_row[64:].min() > 0.97
    assert (np.diff(by_row[:60:6]) > -0.03).all()
    assert cover[16:30].std() > 0.1, "a fade of hairs, not a smear"


def test_stubble_thins_out_towards_hairline_temples_and_nape(jon: Build) -> None:
    scalp = scalp_under(jon, "jon", "buzz")
    shell = cap(scalp, [], True, 0.8)
    assert shell.close is not None
    edge, height = field(shell.points, scalp.skull, scalp.woman), scalp.height(shell.points)
    top, side = height > 0.097, (height < 0.01) & (edge > 0.02)
    assert np.allclose(shell.close[top], 0.8, atol=0.02)
    assert 0.3 < shell.close[side].mean() < 0.6
    assert shell.close[edge < -0.004].max() < 0.01
    part = hair(scalp, Hair(style="buzz"), {name: i for i, name in enumerate(jon.joint_names)}, "low")
    assert (part.extra[:, 2] < -1.1).any(), "the shader is not told that it is stubble"
    assert (hair(scalp, Hair(style="crop"), {name: i for i, name in enumerate(jon.joint_names)}, "low").extra[:, 2] >= 0).all()


def test_along_the_parting_the_shell_opens_by_two_millimetres_less_towards_the_whorl(mira: Build) -> None:
    scalp = scalp_under(mira, "mira", "long")
    assert cap(scalp, [], True).part is None
    shell = cap(scalp, [], True, open_from=0.0)
    assert shell.part is not None
    front = (shell.points[:, 1] < scalp.whorl_y - 0.04) & (scalp.height(shell.points) > 0.06)
    aside = shell.points[:, 0] - scalp.part_at(shell.points[:, 1])
    near = np.abs(shell.part[front]) < 30
    wide, y = 2 * (aside[front] / shell.part[front])[near], shell.points[front][near, 1]
    assert 0.0008 < wide.min() < wide.max() < 0.0024
    assert wide[y < np.median(y)].min() > wide[y > np.percentile(y, 90)].max(), "as broad as a pencil line from end to end"
    assert np.abs(shell.part[(shell.points[:, 1] > scalp.whorl_y + 0.012) & (np.abs(aside) > 0.001)]).min() > 20
    part = hair(scalp, Hair(style="long"), {name: i for i, name in enumerate(mira.joint_names)}, "low")
    own = part.uv[:, 0] > STRIPS["cap"][0] / COUNT
    assert (part.extra[own, 1] < 0).any()
    assert np.abs(part.extra[~own, 1]).max() <= 1, "what the shader takes for a place across the parting is a lock's number"
