"""What keeps a portrait soft: hair that does not bruise the skin beside it, waves without corners, ends that are not seen, round heads."""

from __future__ import annotations

import numpy as np
import pytest

from avatar.body.astray import LEVELS, beside_face
from avatar.body.baked import load
from avatar.body.build import Build
from avatar.body.hair import grow
from avatar.body.mesh import unit
from avatar.body.occlusion import under_hair
from avatar.body.scalp import skull
from avatar.body.shape import compose
from avatar.body.styles import styles
from avatar.body.veil import veil
from avatar.face.frame import weights
from avatar.face.tables import table
from avatar.recipe import Hair, stock
from tests.avatar.heads import Get


def test_hair_takes_little_light_from_the_cheek_and_most_of_it_where_it_buries_the_skin(mira: Build) -> None:
    face, eye_z = next(p for p in mira.parts if p.name == "face"), float(mira.eyes[0, 2])
    x, height, forward = np.abs(face.points[:, 0]), face.points[:, 2] - eye_z, face.normals[:, 1] < -0.5
    cheek = forward & (height < -0.01) & (height > -0.06) & (x > 0.03) & (x < 0.06)
    assert cheek.sum() > 50
    assert np.percentile(face.bent[cheek, 3], 5) > 0.42
    assert np.median(face.bent[cheek, 3]) > 0.80


def test_single_cards_leave_no_mark_on_the_skin() -> None:
    chain = np.stack([np.arange(199), np.arange(1, 200)], 1)
    bare, whole = np.full(200, 0.9, np.float32), np.full(200, 0.9, np.float32)
    whole[::7] = 0.0  # a card over each seventh
    whole[150:] = 0.0  # a head of hair
    apart = np.arange(200, dtype=np.float32)[:, None] * np.array([[0.003, 0, 0]], np.float32)
    seen = under_hair(bare, whole, apart, chain)
    assert np.ptp(seen[20:120]) < 0.01
    assert seen[20:120].min() > 0.85
    assert seen[180:].max() < 0.2
    assert np.abs(np.diff(seen)).max() < 0.14, "an edge"
    # A seam of the skin's map: the same two points twice, and no edge from one to the other.
    seam = np.concatenate([apart[:100], apart[99:199]])
    cut = np.concatenate([chain[:99], chain[100:199]])
    there = under_hair(bare, np.repeat([0.9, 0.0], 100).astype(np.float32), seam, cut)
    assert there[99] == there[100], "a patch with a rim"


def test_waves_have_no_corners(head_of: Get) -> None:
    style = styles()["long"]
    for strands, layer in zip(grow(style, head_of("mira").scalp, Hair(style="long"), "high"), style.layers, strict=True):
        if layer.roots == "parting":
            way = unit(np.diff(strands.lines, axis=1))
            bend = np.degrees(np.arccos((way[:, 1:] * way[:, :-1]).sum(2).clip(-1, 1)))
            assert np.percentile(bend, 99) < 31.0


@pytest.mark.parametrize("quality", ["medium", "high"])
def test_no_strand_hangs_alone_before_the_cheek(head_of: Get, quality: str) -> None:
    style, scalp = styles()["long"], head_of("mira").scalp
    for strands, layer in zip(grow(style, scalp, Hair(style="long", part=0.022), quality), style.layers, strict=True):
        if layer.roots == "brow":
            for side in (-1, 1):
                aside = beside_face(scalp, strands.lines[strands.lines[:, -1, 0] * side > 0])
                beside = np.sort(aside[:, (LEVELS < 0.03) & (LEVELS > -0.06) & (np.isfinite(aside).sum(0) > 8)], axis=0)
                assert (beside[3] - beside[0]).max() < 0.0025, "a bright slit of skin behind it"


def test_curls_leave_no_crumbs_on_the_neck(head_of: Get) -> None:
    style, scalp = styles()["curly"], head_of("mira").scalp
    for strands in grow(style, scalp, Hair(style="curly", length=1.15, wave=1.2), "medium"):
        p = strands.lines.reshape(-1, 3)
        neck = (np.abs(p[:, 0]) < 0.060 * scalp.skull.scale) & (scalp.height(p) < -0.10) & (p[:, 1] < scalp.skull.middle[1])
        assert neck.sum() <= 2


def test_the_inside_of_hanging_hair_ends_behind_the_shoulders(head_of: Get) -> None:
    scalp = head_of("mira").scalp
    line = veil(styles()["long"], scalp, 1.0, "high", 11).lines
    assert (line[:, -1, 1] > scalp.skull.middle[1] + 0.030).all(), "its ends show beside the neck, like the teeth of a comb"


@pytest.mark.parametrize("who", ["jon", "kofi", "kenji", "omar", "teo", "walter"])
def test_heads_under_short_hair_have_a_crown(who: str) -> None:
    shape = compose(load(), stock(who))
    frame = skull(load(), shape)
    points = shape.points[:13380]
    rise = points[:, 2] - frame.eye_z
    temple = (np.abs(points[:, 1] - frame.middle[1]) < 0.02) & (np.abs(rise / frame.scale - 0.055) < 0.006)
    assert rise.max() > 1.49 * np.abs(points[temple, 0]).max(), "flat on top: hair on it is a box"


def _alike(a: str, b: str) -> float:
    faces = table().faces
    one, other = faces[table().index(a)], faces[table().index(b)]
    return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("sad", "worried"), ("sad", "fear"), ("worried", "fear"), ("sad", "tired"), ("tired", "bored"), ("annoyed", "disgust"),
        ("annoyed", "angry"), ("affection", "embarrassed"), ("embarrassed", "grateful"),
    ],
)  # fmt: skip
def test_neighbours_among_feelings_share_no_more_than_two_thirds_of_a_face(a: str, b: str) -> None:
    assert _alike(a, b) < 0.68


def test_lids_fall_in_sadness_and_open_in_fear() -> None:
    faces, blink, wide = table().faces, weights({"eyeBlinkLeft": 1.0}), weights({"eyeWideLeft": 1.0})
    row = table().index
    assert faces[row("tired")] @ blink > faces[row("sad")] @ blink > faces[row("worried")] @ blink
    assert faces[row("fear")] @ wide > faces[row("worried")] @ wide > faces[row("sad")] @ wide
