"""Mends the 52 units of the base body where its data is weak, as assets/body/units.json says, keeps closed lips closed, and adds
correctives: shapes that come in as the product of two units, such as a smile with an open jaw."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from avatar.body.baked import Baked
from avatar.body.cheeks import apple, fold
from avatar.body.lids import edges_of_lids
from avatar.body.mesh import Floats, smoothstep
from avatar.body.seal import Lips, sparse
from avatar.body.shape import Shape
from avatar.face.frame import ARKIT, EXTRA


@cache
def table() -> dict[str, Any]:
    """The table as it is written."""
    data: dict[str, Any] = json.loads(files("world.assets").joinpath("body/units.json").read_text("utf-8"))
    return data


def sides(name: str, known: dict[str, Any]) -> list[str]:
    """The units a name stands for: itself, or its two sides."""
    return [name] if name in known else [name + "Left", name + "Right"]


@cache
def pairs() -> dict[str, tuple[str, str]]:
    """Every corrective with the two units whose product is its weight, in the order in which they are kept."""
    out: dict[str, tuple[str, str]] = {}
    for name, how in table()["together"].items():
        one, other = how["of"]
        if one in ARKIT:
            out[name] = (one, other)
        else:
            for side in ("Left", "Right"):
                out[name + side] = (one + side, other if other in ARKIT else other + side)
    return out


def morphs() -> tuple[str, ...]:
    """The names of all that moves a face: the 52 units, our extras, the correctives."""
    return (*ARKIT, *EXTRA, *pairs())


def _step(shape: Shape, lips: Lips, how: dict[str, Any], dense: Floats, side: str) -> Floats:
    """One unit's delta (15128, 3), mended; `side` ends its name where it has one."""
    middle = float(shape.points[lips.upper, 0].mean())
    across = np.abs(shape.points[:, 0] - middle)
    if "across" in how:
        at, factor = zip(*how["across"], strict=True)
        dense = dense * np.interp(across, at, factor).astype(np.float32)[:, None]
    if "inward" in how:
        near = smoothstep(0.034, 0.014, across) * smoothstep(0.001, 0.008, across)
        dense[:, 0] += np.sign(shape.points[:, 0] - middle) * dense[:, 2] * near * how["inward"]
    if "above" in how:
        low, high = shape.eyes[0, 2] - 0.010, shape.eyes[0, 2] + 0.008
        dense = dense * (1 + (how["above"] - 1) * smoothstep(low, high, shape.points[:, 2]))[:, None]
    dense = dense * np.array(how.get("gain", (1.0, 1.0, 1.0)), np.float32)
    for other, share in how.get("add", {}).items():
        dense = dense + shape.dense(other if other in shape.units else other + side) * np.float32(share)
    sign = 1.0 if side == "Left" else -1.0
    if "apple" in how:
        dense = dense + apple(shape, middle, how["apple"], sign)
    if "narrow" in how:
        beside_lips = smoothstep(0.020, 0.008, np.abs(shape.points[:, 2] - shape.points[lips.upper, 2].mean()))
        dense[:, 0] *= 1 + (how["narrow"] - 1) * beside_lips
    part = dense[lips.rows]
    for _ in range(how.get("soft", 0)):
        part += (lips.spread.mean(part) - part) * lips.inside[:, None]
    for _ in range(how.get("smooth", 0)):
        part += (lips.spread.mean(part) - part) * (lips.away * lips.inside)[:, None]
    dense[lips.rows] = part
    if "fold" in how:
        dense += fold(shape, middle, float(shape.points[lips.upper, 2].mean()), how["fold"], sign)
    if "below" in how:
        height = shape.points[:, 2] - shape.points[lips.lower, 2].mean()
        dense = dense * (1 + (how["below"] - 1) * smoothstep(-0.016, -0.034, height))[:, None]
    for edge, rows in (("lower", lips.lower), ("upper", lips.upper)):
        if edge in how:
            lips.profile(rows, shape, how[edge], dense)
    if "bend" in how:
        lips.bend(shape, how["bend"], dense)
    if "form" in how:
        lips.form(shape, how["form"], dense)
    if "middle" in how:
        lips.ease_middle(shape, how["middle"], dense)
    return np.asarray(dense, np.float32)


def mend(baked: Baked, shape: Shape) -> None:
    """Replaces units in place; to be done before the resting face is folded in."""
    lips = Lips.of(baked, shape)
    for name, how in table()["mend"].items():
        for unit in sides(name, shape.units):
            shape.units[unit] = sparse(_step(shape, lips, how, shape.dense(unit), unit[len(name) :]))


def seal(baked: Baked, shape: Shape) -> None:
    """Closes the lips at rest, in every unit that leaves them closed, and where `mouthClose` answers an open jaw."""
    lips = Lips.of(baked, shape)
    moved = np.zeros_like(shape.points)
    lips.close(shape.points, moved)
    shape.points += moved
    for name in table()["sealed"]:
        for unit in sides(name, shape.units):
            dense = shape.dense(unit)
            lips.close(shape.points, dense)
            shape.units[unit] = sparse(dense)
    jaw = shape.dense("jawOpen")
    both = jaw + shape.dense("mouthClose")
    lips.close(shape.points, both)
    shape.units["mouthClose"] = sparse(both - jaw)


def correct(baked: Baked, shape: Shape) -> None:
    """Adds the correctives to the shape's units, and empty ones for the extras, which move only the tongue."""
    lips = Lips.of(baked, shape)
    points = shape.points
    rim = points[np.concatenate([row for edges in edges_of_lids(baked) for row in edges])]
    head = np.nonzero(np.linalg.norm(points - shape.eyes.mean(0), axis=1) < 0.12)[0]
    lids = np.zeros(len(points), np.float32)
    lids[head] = smoothstep(0.009, 0.003, np.sqrt(((points[head][:, None] - rim[None]) ** 2).sum(2).min(1)))
    right = smoothstep(0.012, -0.012, points[:, 0] - float(points[lips.upper, 0].mean()))
    for name in EXTRA:
        shape.units[name] = sparse(np.zeros_like(points))
    for name, how in table()["together"].items():
        base = np.zeros_like(points)
        for unit, strength in zip(how["of"], how["at"], strict=True):
            for one in sides(unit, shape.units):
                base += shape.dense(one) * np.float32(strength)
        wish = base.copy()
        for unit, share in how.get("add", {}).items():
            for one in sides(unit, shape.units):
                wish += shape.dense(one) * np.float32(share)
        for edge, rows in (("lower", lips.lower), ("upper", lips.upper)):
            if edge in how:
                lips.profile(rows, shape, how[edge], wish)
        if "form" in how:
            lips.form(shape, how["form"], wish)
        if "lift" in how:
            lips.lift(how["lift"], wish)
        dense = (wish - base) / np.float32(np.prod(how["at"]))
        if "lids" in how:
            dense *= (lids if how["lids"] > 0 else 1 - lids)[:, None]
        if name in pairs():
            shape.units[name] = sparse(dense)
        else:
            shape.units[name + "Left"] = sparse(dense * (1 - right)[:, None])
            shape.units[name + "Right"] = sparse(dense * right[:, None])
