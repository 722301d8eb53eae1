"""What tests of hair, brows and beards know of a head, and what lies inside of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avatar.body import baked as source
from avatar.body.build import Build
from avatar.body.hair import scalp_of
from avatar.body.lids import rest
from avatar.body.mesh import nearest
from avatar.body.part import Part
from avatar.body.scalp import skull
from avatar.body.shape import Shape, compose
from avatar.body.strands import Scalp
from avatar.recipe import Hair, Recipe, stock

Floats = NDArray[np.float32]


@dataclass
class Head:
    recipe: Recipe
    shape: Shape
    face: Part
    scalp: Scalp
    joint_of: dict[str, int]
    made: Build


Get = Callable[..., Head]
"""(who, short) to the head of a stock person, with the scalp for short hair or for long."""


def head(who: str, short: bool, made: Build) -> Head:
    recipe, data = stock(who), source.load()
    shape = compose(data, recipe)
    rest(data, shape, recipe.face)
    parts = {p.name: p for p in made.parts}
    look = Hair(style="short" if short else "long", part=recipe.hair.part)
    top = [(parts["top"].points, parts["top"].normals)]
    scalp = scalp_of(parts["face"], top, skull(data, shape), 1 - recipe.figure.gender, look)
    return Head(recipe, shape, parts["face"], scalp, {n: i for i, n in enumerate(data.joint_names)}, made)


def inside_of(points: Floats, part: Part, deep: float) -> NDArray[np.bool_]:
    """Which points lie more than `deep` metres behind the plane of their nearest vertex of a part, and near it at all."""
    index, distance = nearest(points, part.points, 1)
    near = index[:, 0]
    height = ((points - part.points[near]) * part.normals[near]).sum(1)
    return np.asarray((height < -deep) & (distance[:, 0] < 0.03))
