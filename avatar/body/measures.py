"""Lengths of one body that garments are cut by, and where garments lie: scalar fields over its vertices, in metres."""

from __future__ import annotations

from copy import copy

import numpy as np
from numpy.typing import NDArray

from avatar.body.baked import ARM, BODY_END, Baked, share
from avatar.body.mesh import Floats, smoothstep, triangles
from avatar.body.outfits import Kind
from avatar.body.patch import Patch
from avatar.body.shape import Shape
from avatar.wear import Top, Trousers

_HEM_M = 0.066  # over the ground, where the longest trousers end: lower than shoes reach
_APART_M = 0.016  # from the neckline of what is worn under an open garment to its own
UNDER = 0.022  # metres below a garment's edge where the skin is still kept


class Measures:
    """joint: where each joint lies, by name; points (n, 3); arm, head (n,): shares of them; reach (n,): 0 at the shoulder, 1 at the
    elbow, 2 at the wrist, -1 off the arms."""

    def __init__(self, baked: Baked, shape: Shape) -> None:
        self.joint = {name: shape.joints[i] for i, name in enumerate(baked.joint_names)}
        self.points = shape.points[:BODY_END]
        self.arm, self.head = share(baked, ARM), share(baked, ("head",))
        self.reach = self._along_arms()

    def on(self, skin: Patch) -> Measures:
        """The same of the vertices of a patch."""
        out = copy(self)
        out.points, out.arm, out.head = skin.points, skin.carry(self.arm), skin.carry(self.head)
        out.reach = out._along_arms()
        return out

    def at(self, points: Floats) -> Measures:
        """The same of points (n, 3) on the trunk."""
        out = copy(self)
        out.points, out.arm, out.head = points, np.zeros(len(points), np.float32), np.zeros(len(points), np.float32)
        out.reach = out._along_arms()
        return out

    def _along_arms(self) -> Floats:
        out = np.full(len(self.points), -1.0, np.float32)
        for side, sign in (("l", 1.0), ("r", -1.0)):
            shoulder, elbow, wrist = (self.joint[f"{n}_{side}"] for n in ("upperarm", "lowerarm", "hand"))
            upper, fore = elbow - shoulder, wrist - elbow
            one = (self.points - shoulder) @ upper / (upper @ upper)
            two = 1 + (self.points - elbow) @ fore / (fore @ fore)
            own = (self.arm > 0.12) & (self.points[:, 0] * sign > 0)
            out = np.where(own, np.where(one > 1, np.maximum(two, 1), one), out)
        return out.astype(np.float32)


NAPE = 0.024  # metres over the root of the neck to which cloth rises behind it


def top_field(m: Measures, look: Top, kind: Kind) -> Floats:
    """Below 0 where the top lies, metres to its nearest edge."""
    return np.asarray(np.maximum(ends_field(m, look, kind), neckline_field(m, look, kind)), np.float32)


def ends_field(m: Measures, look: Top, kind: Kind) -> Floats:
    """The same for its ends at sleeves and hem alone, and for its front where that is open."""
    hip, points = m.joint["thigh_l"], m.points
    sleeve = np.where(m.reach > -0.5, (m.reach - look.sleeve) * 0.27, -0.2)
    out = np.maximum(sleeve, np.where(m.arm > 0.5, -0.2, hip[2] - 0.045 - points[:, 2]))
    if kind.open_m:
        # Wider below, as the halves of an open garment swing apart; at the neck it runs out into the neckline.
        low = m.joint["upperarm_l"][2] - points[:, 2]
        wide = kind.open_m * (1 + 0.5 * smoothstep(-0.02, 0.45, low))
        before = points[:, 1] < m.joint["spine_03"][1]
        out = np.maximum(out, np.where(before & (m.arm < 0.5), wide - np.abs(points[:, 0]), -0.2))
        out = np.maximum(out, neckline_field(m, look, kind))
    return np.asarray(out, np.float32)


def neckline_field(m: Measures, look: Top, kind: Kind) -> Floats:
    """The same for its neckline alone; further off its metres grow."""
    points, neck = m.points, m.joint["neck_01"]
    aside = _APART_M if kind.open_m else 0.0
    deep = 0.050 + 0.055 * look.neckline + aside
    wide = 0.082 + 0.022 * look.neckline + aside
    centre = neck + np.array([0, -0.048, 0.020])
    scaled = (points - centre) / np.array([wide, 0.088 + aside, deep])
    away = np.sqrt((scaled**2).sum(1))
    if look.cut == "v":
        # Below the throat two straight lines meet in a point, deeper than a round one would go.
        a, c = np.abs(scaled[:, 0]), np.maximum(-scaled[:, 2], 0) / 1.75
        pointed = np.sqrt((a**1.15 + c**1.15) ** (2 / 1.15) + scaled[:, 1] ** 2)
        front = (scaled[:, 2] < 0) & (points[:, 1] < centre[1] + 0.02)
        # So that a metre stays a metre where the cut runs deep.
        away = np.where(front, 1 + (pointed - 1) * (1 + 0.9 * np.minimum(c, 1)), away)
    neckline = (1 - away) * 0.06
    above = np.where(np.abs(points[:, 0]) < 0.09, points[:, 2] - (neck[2] + NAPE), -1)
    neckline = np.maximum(neckline, above)
    neckline = np.where(m.head > 0.5, np.maximum(neckline, 0.02), neckline)
    return np.asarray(neckline, np.float32)


def trousers_field(m: Measures, look: Trousers) -> Floats:
    """Below 0 where the trousers lie."""
    hip, ankle = m.joint["thigh_l"], m.joint["foot_l"]
    waist = hip[2] + 0.022  # no higher than the top's hem hides
    hem = hip[2] + (min(ankle[2] - 0.020, _HEM_M) - hip[2]) * look.length
    f = np.maximum(m.points[:, 2] - waist, hem - m.points[:, 2])
    return np.asarray(np.where(m.arm > 0.3, 0.2, f), np.float32)


def hidden(fields: list[Floats]) -> NDArray[np.bool_]:
    """Which vertices of the body lie well under a garment, (13380,): triangles of such vertices only are never drawn."""
    return np.asarray(np.min(fields, axis=0) < -UNDER)


def buried(baked: Baked, covered: NDArray[np.bool_]) -> Floats:
    """1 for vertices of the body that no drawn triangle touches, 0 for the others, (13380,)."""
    tris = triangles(baked.quads[(baked.quads < BODY_END).all(1)])
    out = np.ones(BODY_END, np.float32)
    out[tris[~covered[tris].all(1)]] = 0
    return out
