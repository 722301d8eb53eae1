"""Facts of the face at build time: lids close, lips seal, correctives do what they are for and never tear."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import numpy as np
import pytest
from numpy.typing import NDArray

from avatar.body import baked as source
from avatar.body.build import at_rest
from avatar.body.lids import OVERLAP, edges_of_lids, rest
from avatar.body.mouth import lip_edges
from avatar.body.rings import BORDER, FRONT
from avatar.body.seal import Lips
from avatar.body.shape import Shape, compose
from avatar.body.teeth import arch
from avatar.body.units import mend, morphs, pairs, sides, table
from avatar.face.expression import Expression
from avatar.face.frame import ARKIT, INDEX, weights
from avatar.face.layers import Layers
from avatar.face.tables import table as faces
from avatar.face.viseme import VisemeTrack
from avatar.recipe import Recipe, sliders, stock

Floats = NDArray[np.float32]


def person(who: str, **shape: float) -> Shape:
    """A shape with its resting face, mended, sealed and corrected."""
    recipe = stock(who)
    recipe = Recipe.model_validate({**recipe.model_dump(), "shape": {**recipe.shape, **shape}})
    return at_rest(source.load(), recipe)


EYE_SLIDERS = sorted(name for name in sliders() if name.startswith("eye") and any(k in name for k in ("height", "size", "scale")))


@pytest.fixture(scope="module", params=["mira", "jon"])
def shape(request: pytest.FixtureRequest) -> Shape:
    return person(request.param)


def posed(shape: Shape, values: Floats) -> Floats:
    """Points under 52 weights, correctives included."""
    points = shape.points.copy()
    for name, value in zip(ARKIT, values, strict=True):
        if value:
            points += shape.dense(name) * value
    for name, (one, other) in pairs().items():
        product = float(values[INDEX[one]] * values[INDEX[other]])
        if product:
            points += shape.dense(name) * np.float32(product)
    return points


def lid_gaps(points: Floats) -> Floats:
    """Height of the upper lid's edge over the lower one's, along both eyes without their corners, metres."""
    out = []
    for (upper, lower), side in zip(edges_of_lids(source.load()), (1.0, -1.0), strict=True):
        x = points[lower, 0] * side
        order = np.argsort(x)
        inner = upper[1:-1]
        out.append(points[inner, 2] - np.interp(points[inner, 0] * side, x[order], points[lower, 2][order]))
    return np.concatenate(out).astype(np.float32)


@pytest.mark.parametrize(
    "beside",
    [{}, {"eyeLookDown": 0.7}, {"eyeSquint": 0.6}, {"eyeSquint": 0.4, "cheekSquint": 0.8, "mouthSmile": 0.9}, {"eyeWide": 0.5}],
    ids=["alone", "looking down", "squinting", "smiling", "wide"],
)
def test_a_blink_closes_the_lids(shape: Shape, beside: dict[str, float]) -> None:
    units = {unit: v for name, v in {"eyeBlink": 1.0, **beside}.items() for unit in sides(name, shape.units)}
    gaps = lid_gaps(posed(shape, weights(units)))
    assert gaps.max() < 0.0005, "the eye stays open"
    assert gaps.min() > -0.0025, "the upper lid runs over the lower one"


@pytest.mark.parametrize("end", ["low", "high"])
def test_a_blink_closes_the_lids_of_any_eye(end: str) -> None:
    assert EYE_SLIDERS
    for name in EYE_SLIDERS:
        made = person("mira", **{name: getattr(sliders()[name], end)})
        gaps = lid_gaps(posed(made, weights({"eyeBlinkLeft": 1.0, "eyeBlinkRight": 1.0})))
        assert gaps.max() < 0.0005, f"{name} at its {end} end leaves the eye open"
    assert OVERLAP > 0


def lip_gap(shape: Shape, values: Floats) -> float:
    """Widest opening between the lips, metres."""
    lips = Lips.of(source.load(), shape)
    return max(float(g.max()) for g in lips.gaps(posed(shape, values)))


@pytest.mark.parametrize("jaw", [0.0, 0.1, 0.2, 0.3])
def test_lips_seal_in_m_with_the_jaw_down(shape: Shape, jaw: float) -> None:
    spoken = np.zeros(52, np.float32)
    VisemeTrack([("SIL", 0, 0.2), ("M", 0.2, 0.35), ("SIL", 0.35, 0.6)]).at(0.26, spoken)
    spoken[INDEX["jawOpen"]] = spoken[INDEX["mouthClose"]] = jaw
    assert lip_gap(shape, spoken) < 0.0003


@pytest.mark.parametrize("label", ["joy", "sad"])
def test_lips_seal_in_m_whatever_is_felt_and_the_corners_still_tell(shape: Shape, label: str) -> None:
    spoken, layers, expression = np.zeros(52, np.float32), Layers(), Expression(Random(3))
    track = VisemeTrack([("SIL", 0, 0.2), ("M", 0.2, 0.35), ("SIL", 0.35, 0.6)])
    for _ in range(120):
        felt = expression.step({label: 0.8}, (0.0, 0.0, 0.0), 1 / 60)
        activity, closure = track.at(0.26, spoken)
        out = layers.blend(felt, spoken, activity, closure, 0.0, 1 / 60)
    assert lip_gap(shape, out) < 0.0008
    corner = int(Lips.of(source.load(), shape).upper[-1])
    rise = float(posed(shape, out)[corner, 2] - posed(shape, spoken)[corner, 2])
    assert rise > 0.0015 if label == "joy" else rise < -0.0015


def test_closed_lips_stay_closed_at_rest_and_in_closed_units(shape: Shape) -> None:
    assert lip_gap(shape, weights({})) < 0.0001
    for name in table()["sealed"]:
        for unit in sides(name, shape.units):
            assert lip_gap(shape, weights({unit: 1.0})) < 0.0003, unit


def test_an_open_smile_is_a_round_bowl(shape: Shape) -> None:
    """Its lower lip hangs lowest in the middle, rises to both corners and, half way there, hangs lower than on a straight line."""
    lips = Lips.of(source.load(), shape)
    both = dict.fromkeys(sides("mouthSmile", shape.units), 1.0) | {"jawOpen": 0.5}
    smile = posed(shape, weights(both))
    fall = (smile - shape.points)[lips.lower, 2]
    x = np.abs(shape.points[lips.lower, 0])
    order = np.argsort(x)
    rise = np.interp(np.linspace(0, x.max(), 9), x[order], fall[order])
    assert all(a < b + 1e-4 for a, b in pairwise(rise))
    assert rise[4] < rise[0] + 0.35 * (rise[8] - rise[0])
    assert fall.min() < -0.010
    assert lips.gaps(smile)[0].max() > 0.012


def test_rings_of_the_lips_are_a_grid_from_edge_to_skin(shape: Shape) -> None:
    lips = Lips.of(source.load(), shape)
    rings = lips.rings
    assert len(np.unique(rings.rows)) == rings.rows.size
    assert set(rings.rows[:, 0]) == set(lips.upper) | set(lips.lower)
    front = shape.points[rings.rows]
    middle = rings.way < 0.5
    assert (front[middle, BORDER, 1] < front[middle, 0, 1] - 0.003).all(), "rings run forward out of the mouth"
    rise = front[middle, BORDER, 2] - front[middle, 0, 2]
    assert ((rise > 0) == (rings.upper[middle] == 1)).all()


def lip_heights(shape: Shape, points: Floats) -> Floats:
    """From edge to border in the middle half of the lower lip, metres."""
    rings = Lips.of(source.load(), shape).rings
    rows = rings.rows[(rings.upper == 0) & (rings.way < 0.5)]
    return np.asarray(points[rows[:, 0], 2] - points[rows[:, BORDER], 2], np.float32)


@pytest.mark.parametrize("label", ["joy", "amused", "affection", "grateful"])
def test_a_smile_leaves_the_lower_lip_full_and_takes_the_corners_out_and_back(shape: Shape, label: str) -> None:
    points = posed(shape, faces().faces[faces().index(label)])
    share = lip_heights(shape, points) / lip_heights(shape, shape.points)
    assert share.min() > 0.5
    assert share.max() < 1.0
    corner = int(Lips.of(source.load(), shape).upper[-1])
    moved = points[corner] - shape.points[corner]
    assert moved[0] > 0.002
    assert moved[1] > 0.001


def test_closed_lips_touch_in_front_of_their_edges(shape: Shape) -> None:
    rings = Lips.of(source.load(), shape).rings
    for values in ({}, {"mouthSmileLeft": 1.0, "mouthSmileRight": 1.0}):
        points = posed(shape, weights(values))
        for ring in range(1, FRONT):
            up, low = (points[rings.rows[rings.upper == which, ring]] for which in (1, 0))
            order = np.argsort(low[:, 0])
            inside = (up[:, 0] > low[:, 0].min()) & (up[:, 0] < low[:, 0].max())
            gap = up[:, 2] - np.interp(up[:, 0], low[order, 0], low[order, 2])
            assert gap[inside].max() < 0.0005, (values, ring)


def spoken_shape(phone: str) -> Floats:
    """Weights in the middle of a long phone."""
    out = np.zeros(52, np.float32)
    VisemeTrack([("SIL", 0, 0.2), (phone, 0.2, 0.6), ("SIL", 0.6, 1.0)]).at(0.42, out)
    return out


def test_in_f_the_lower_lip_lies_at_the_edge_of_the_upper_teeth_and_behind_where_it_was(shape: Shape) -> None:
    data = source.load()
    lips = Lips.of(data, shape)
    line = float(shape.points[lip_edges(data, shape)[0], 2])
    teeth = arch(shape, True, line)[0]
    points = posed(shape, spoken_shape("F"))
    low, up = (int(rows[np.abs(shape.points[rows, 0]).argmin()]) for rows in (lips.lower, lips.upper))
    assert abs(points[low, 2] - float(teeth[:, 2].min())) < 0.0025
    assert points[up, 2] - float(teeth[:, 2].min()) > 0.003, "the teeth are hidden"
    rolled = points[low, 1] - shape.points[low, 1]
    assert rolled > 0.003


def test_oo_is_open_in_its_middle_only_and_forward(shape: Shape) -> None:
    lips = Lips.of(source.load(), shape)
    points = posed(shape, spoken_shape("UW"))
    gaps, way = lips.gaps(points)[0], np.abs(shape.points[lips.upper, 0]) / np.abs(shape.points[lips.upper, 0]).max()
    assert gaps[way < 0.15].min() > 0.003
    assert gaps[way > 0.65].max() < 0.35 * gaps.max()
    front = lips.rings.rows[lips.rings.way < 0.3, 5]
    assert (points[front, 1] - shape.points[front, 1]).mean() < -0.002


def test_smile_raises_the_corners_and_surprise_opens(shape: Shape) -> None:
    lips = Lips.of(source.load(), shape)
    corners = [int(lips.upper[0]), int(lips.upper[-1])]

    def face(label: str, strength: float = 1.0) -> Floats:
        return posed(shape, faces().faces[faces().index(label)] * np.float32(strength))

    joy = face("joy")
    assert (joy[corners, 2] - shape.points[corners, 2]).min() > 0.005
    assert joy[corners[1], 0] - joy[corners[0], 0] > shape.points[corners[1], 0] - shape.points[corners[0], 0] + 0.004
    surprise = face("surprised")
    brow = (np.abs(shape.points[:, 0]) < 0.05) & (np.abs(shape.points[:, 2] - shape.eyes[0, 2] - 0.021) < 0.006)
    brow &= shape.points[:, 1] < shape.eyes[0, 1]
    assert (surprise[brow, 2] - shape.points[brow, 2]).mean() > 0.003
    assert surprise[lips.upper, 2].max() - surprise[lips.lower, 2].min() > 0.012
    assert lid_gaps(surprise).mean() > lid_gaps(shape.points).mean() + 0.001
    heights = [face("joy", k)[corners, 2].mean() for k in (0.0, 0.3, 0.6, 1.0)]
    assert all(a < b for a, b in pairwise(heights))


def test_no_sum_of_units_tears_the_skin(shape: Shape) -> None:
    """Neighbours stay neighbours: under any feeling at full strength and any pair of a corrective, no edge grows by more than
    twelve millimetres and no vertex moves by more than fifty-five."""
    skin = source.load().quads
    skin = skin[(skin < source.BODY_END).all(1)]
    edges = np.unique(np.sort(np.concatenate([skin[:, [k, (k + 1) % 4]] for k in range(4)]), 1), axis=0)
    before = np.linalg.norm(shape.points[edges[:, 0]] - shape.points[edges[:, 1]], axis=1)
    cases = {label: faces().faces[k] for k, label in enumerate(faces().labels)}
    cases |= {name: weights({one: 1.0, other: 1.0}) for name, (one, other) in pairs().items()}
    for name, values in cases.items():
        points = posed(shape, values)
        assert np.linalg.norm(points - shape.points, axis=1).max() < 0.055, name
        after = np.linalg.norm(points[edges[:, 0]] - points[edges[:, 1]], axis=1)
        assert (after - before).max() < 0.012, name


def test_every_morph_has_a_name_of_its_own_and_products_of_known_units() -> None:
    assert len(set(morphs())) == len(morphs())
    for one, other in pairs().values():
        assert one in ARKIT
        assert other in ARKIT


def test_a_smile_of_the_cheeks_lifts_the_lower_lids_and_brings_the_cheeks_forward(shape: Shape) -> None:
    (upper, lower), _ = edges_of_lids(source.load())
    both = {"cheekSquintLeft": 0.8, "cheekSquintRight": 0.8, "eyeSquintLeft": 0.3, "eyeSquintRight": 0.3}
    moved = posed(shape, weights(both)) - shape.points
    opening = float(shape.points[upper, 2].max() - shape.points[lower, 2].min())
    assert 0.2 < float(moved[lower, 2].max()) / opening < 0.45
    assert float(moved[:, 1].min()) < -0.002


def test_a_frown_takes_the_smile_away_that_is_there_at_rest() -> None:
    """However far the corners of the mouth are up at rest, who frowns has them at the same height."""
    heights = {}
    for smile in (0.0, 0.3):
        recipe = stock("mira")
        recipe = recipe.model_copy(update={"face": recipe.face.model_copy(update={"smile": smile})})
        data = source.load()
        made = compose(data, recipe)
        mend(data, made)
        rest(data, made, recipe.face)
        lips = Lips.of(data, made)
        corner = int(lips.upper[-1])
        heights[smile] = [float(p[corner, 2]) for p in (made.points, posed_plain(made, {"mouthFrownLeft": 1.0, "mouthFrownRight": 1.0}))]
    assert heights[0.3][0] - heights[0.0][0] > 0.001
    assert abs(heights[0.3][1] - heights[0.0][1]) < 0.0005


def posed_plain(shape: Shape, values: dict[str, float]) -> Floats:
    """Points under units by name, without correctives."""
    return np.asarray(shape.points + sum(shape.dense(name) * np.float32(value) for name, value in values.items()), np.float32)
