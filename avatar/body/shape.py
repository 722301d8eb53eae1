"""From a recipe's sliders to the vertices of one person: a weighted sum of shape targets, standing on the ground."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avatar.body.baked import BODY_END, EYES, LOWER_TEETH, UPPER_TEETH, Baked, Sparse
from avatar.body.features import Warp, field
from avatar.body.girdle import narrow
from avatar.body.mesh import Floats
from avatar.recipe import Figure, Recipe, sliders

YOUNG_AGE, OLD_AGE = 25.0, 75.0
SOLE = 0.020  # metres of shoe between the foot and the ground


@dataclass
class Shape:
    """points (15128, 3) metres; joints (n, 3) heads; eyes (2, 3) left and right; eye_radius metres; units name to delta."""

    points: Floats
    joints: Floats
    eyes: Floats
    eye_radius: float
    units: dict[str, Sparse]

    def dense(self, unit: str) -> Floats:
        """One face unit as a delta of every vertex, (15128, 3)."""
        out = np.zeros_like(self.points)
        part = self.units[unit]
        out[part.rows] = part.moved
        return out


def _ends(value: float, low: str, middle: str, high: str) -> dict[str, float]:
    """The two neighbours of `value` on an axis low (0), middle (.5), high (1), with linear weights."""
    if value >= 0.5:
        return {middle: 2.0 - 2.0 * value, high: 2.0 * value - 1.0}
    return {middle: 2.0 * value, low: 1.0 - 2.0 * value}


def macro_weights(figure: Figure) -> dict[str, float]:
    """Weights of the whole-body targets: products of the weights of their axes, as MakeHuman mixes them."""
    genders = {"female": 1.0 - figure.gender, "male": figure.gender}
    old = float(np.clip((figure.age - YOUNG_AGE) / (OLD_AGE - YOUNG_AGE), 0.0, 1.0))
    ages = {"young": 1.0 - old, "old": old}
    heritage = figure.heritage
    shares = {"caucasian": heritage.european, "asian": heritage.asian, "african": heritage.african}
    total = sum(shares.values())
    out: dict[str, float] = {}

    def add(name: str, weight: float) -> None:
        if weight > 1e-4:
            out[name] = out.get(name, 0.0) + weight

    for gender, g in genders.items():
        for age, a in ages.items():
            k = g * a
            plain = f"{gender}-{age}-averagemuscle-averageweight"
            for race, share in shares.items():
                add(f"macrodetails/{race}-{gender}-{age}", k * share / total)
            for muscle, m in _ends(figure.muscle, "minmuscle", "averagemuscle", "maxmuscle").items():
                for weight, w in _ends(figure.weight, "minweight", "averageweight", "maxweight").items():
                    add(f"macrodetails/universal-{gender}-{age}-{muscle}-{weight}", k * m * w)
            add(f"macrodetails/proportions/{plain}-idealproportions", k * (figure.proportions - 0.5) * 2.0)
            add(f"macrodetails/proportions/{plain}-uncommonproportions", k * (0.5 - figure.proportions) * 2.0)
            add(f"macrodetails/height/{plain}-maxheight", k * (figure.height - 0.5) * 2.0)
            add(f"macrodetails/height/{plain}-minheight", k * (0.5 - figure.height) * 2.0)
            if gender == "female":
                for cup, c in _ends(figure.cup, "mincup", "averagecup", "maxcup").items():
                    for firm, f in _ends(figure.firmness, "minfirmness", "averagefirmness", "maxfirmness").items():
                        add(f"breast/{plain}-{cup}-{firm}", k * c * f)
    return out


def target_weights(recipe: Recipe) -> dict[str, float]:
    """Every target of a recipe with its weight; slider values are held to their range once more."""
    out = macro_weights(recipe.figure)
    known = sliders()
    for name, value in recipe.shape.items():
        slider = known[name]
        amount = float(np.clip(value, slider.low, slider.high))
        for target in slider.plus if amount > 0 else slider.minus:
            out[target] = out.get(target, 0.0) + abs(amount)
    return out


def _eyes(points: Floats) -> Floats:
    """Middles of the eyeballs, left and right (2, 3)."""
    helpers = [points[a:b] for a, b in EYES]
    return np.stack([(h.max(0) + h.min(0)) / 2 for h in helpers])


def _difference(warp: Warp, points: Floats, moved: Floats) -> NDArray[np.float32]:
    return np.asarray(warp(points + moved) - warp(points), np.float32)


def compose(baked: Baked, recipe: Recipe) -> Shape:
    """The person's shape with the face units of the baked body, shoes on z = 0."""
    points = baked.points.copy()
    for name, weight in target_weights(recipe).items():
        # The target of all averages is the base mesh itself and has no file.
        if name in baked.targets:
            target = baked.targets[name]
            points[target.rows] += target.moved * np.float32(weight)
    narrow(baked, points, recipe.figure.shoulders)
    units = dict(baked.units)
    warp = field(recipe.features, _eyes(points), points[LOWER_TEETH[0] : UPPER_TEETH[1]].mean(0))
    if warp is not None:
        units = {name: Sparse(u.rows, _difference(warp, points[u.rows], u.moved)) for name, u in units.items()}
        points = warp(points)
    points[:, 2] += SOLE - points[:BODY_END, 2].min()
    joints = points[baked.heads].mean(1)
    joints[0] = 0.0
    eyes = _eyes(points)
    joints[-2:] = eyes
    radius = float(np.ptp(points[slice(*EYES[0])][:, 2]) / 2)
    return Shape(points, joints.astype(np.float32), eyes.astype(np.float32), radius, units)
