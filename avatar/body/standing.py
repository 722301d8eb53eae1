"""A person as she stands, arms hanging, while the data of the body rest in an A-pose: clothes are cut, shoulders rounded and
shadows baked for how she stands, then taken back to rest. Seen from the chest, so that head, neck and hair stay where they are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from avatar.body.baked import ARM, BODY_END, Baked, share
from avatar.body.mesh import Floats, nearest, smoothstep, unit
from avatar.body.part import Part
from avatar.body.shape import Shape
from avatar.body.skeleton import Skeleton
from avatar.body.stance import relaxed

_FROM = "spine_03"
_ROUND = 0.30  # by how much what stands out beyond the shoulder's joint is drawn in
_SLOPE = 2.6  # by how many metres a metre further out squared it is let down there
_CLEAR_M, _TOUCH_M = 0.020, 0.012  # from the trunk's skin to an elbow's, for two layers of cloth and some air; to a hand's
_SLOPES = (0.04, 0.06, 0.08, 0.10, 0.12, 0.14, 0.16, 0.18, 0.20)  # metres that an arm leads outwards a metre down, nearest first
_OUT = (0.05, 0.07, 0.09, 0.11, 0.13, 0.15, 0.17, 0.19)  # the same of a forearm, for the hand to pass the hip


class Standing:
    """stance (n, 4): the joints' rotations; joints (n, 3) where they come to lie, metres, seen from the chest."""

    def __init__(self, baked: Baked, shape: Shape) -> None:
        self._skeleton = Skeleton(baked.joint_names, baked.parents, shape.joints)
        self.stance = self._hang(baked, shape)
        self._take(self.stance)

    def _take(self, stance: Floats) -> None:
        skeleton = self._skeleton
        skeleton.pose(stance, (0.0, 0.0, 0.0))
        n = len(skeleton.names)
        whole = skeleton.palette[:n].transpose(0, 2, 1).astype(np.float64)
        chest = np.linalg.inv(whole[skeleton.index[_FROM]])
        self._moves = chest @ whole
        rest = np.concatenate([skeleton.rest, np.ones((n, 1), np.float32)], 1)
        self.joints = np.einsum("nij,nj->ni", self._moves, rest)[:, :3].astype(np.float32)

    def _hang(self, baked: Baked, shape: Shape) -> Floats:
        """The stance in which the arms hang as near to the trunk as they can, and the hands as near to the thighs."""
        skin, arm = shape.points[:BODY_END], share(baked, ARM)
        joints, weights = baked.joints[:BODY_END], baked.weights[:BODY_END]
        trunk = np.nonzero((arm < 0.02) & (skin[:, 2] > 0.35 * skin[:, 2].max()))[0][::2]
        bend = np.nonzero((share(baked, ("lowerarm",)) > 0.3) & (share(baked, ("upperarm",)) > 0.1))[0][::2]
        far = np.nonzero((arm > 0.97) & (share(baked, ("upperarm",)) < 0.1))[0][::4]
        upper = fore = _SLOPES[0]
        for rows, both, clear in ((bend, True, _CLEAR_M), (far, False, _TOUCH_M)):
            for slope in _SLOPES if both else _OUT:
                upper, fore = (slope, _OUT[0]) if both else (upper, slope)
                self._take(relaxed(self._skeleton, upper, fore))
                a, t = (self.stand(skin[some], joints[some], weights[some]) for some in (rows, trunk))
                if nearest(a, t, 1)[1].min() >= clear:
                    break
        return relaxed(self._skeleton, upper, fore)

    def _blend(self, joints: NDArray[np.uint8], weights: Floats) -> NDArray[np.float64]:
        return np.asarray((self._moves[joints.astype(np.intp)] * weights[..., None, None]).sum(1))

    def stand(self, points: Floats, joints: NDArray[np.uint8], weights: Floats) -> Floats:
        """Points (n, 3) from rest to where they are as she stands."""
        m = self._blend(joints, weights)
        return np.asarray(np.einsum("nij,nj->ni", m[:, :3, :3], points) + m[:, :3, 3], np.float32)

    def lie(self, points: Floats, joints: NDArray[np.uint8], weights: Floats) -> Floats:
        """Points (n, 3) as she stands back to rest."""
        m = self._blend(joints, weights)
        return np.asarray(np.linalg.solve(m[:, :3, :3], (points - m[:, :3, 3])[..., None])[..., 0], np.float32)

    def turn(self, ways: Floats, joints: NDArray[np.uint8], weights: Floats, *, back: bool = False) -> Floats:
        """Unit directions (n, 3), as the shader turns them, or `back`."""
        m = self._blend(joints, weights)[:, :3, :3]
        out = np.linalg.solve(m, ways[..., None])[..., 0] if back else np.einsum("nij,nj->ni", m, ways)
        return unit(out)

    def shape(self, baked: Baked, shape: Shape) -> Shape:
        """The whole shape as it stands."""
        return replace(shape, points=self.stand(shape.points, baked.joints, baked.weights), joints=self.joints)

    def part(self, part: Part) -> Part:
        """A copy of a part as it stands."""
        return replace(
            part, points=self.stand(part.points, part.joints, part.weights), normals=self.turn(part.normals, part.joints, part.weights)
        )


def round_off(baked: Baked, shape: Shape, standing: Standing) -> None:
    """Draws the deltoids in: bent down from the A-pose of the base mesh, they stand out like pads. In place."""
    rows = slice(0, BODY_END)
    joints, weights = baked.joints[rows], baked.weights[rows]
    points = standing.stand(shape.points[rows], joints, weights)
    arm = share(baked, (*ARM, "clavicle"))
    for side, sign in (("l", 1.0), ("r", -1.0)):
        shoulder, elbow = (standing.joints[baked.joint_names.index(f"{n}_{side}")] for n in ("upperarm", "lowerarm"))
        out = points[:, 0] * sign - abs(shoulder[0])
        down = (shoulder[2] - points[:, 2]) / (shoulder[2] - elbow[2])
        near = smoothstep(0.75, 0.05, down) * smoothstep(0.2, 0.8, arm) * (points[:, 0] * sign > 0)
        points[:, 0] -= sign * _ROUND * np.maximum(out, 0) * near
        points[:, 2] -= _SLOPE * np.maximum(out + 0.035, 0) ** 2 * near * smoothstep(0.25, -0.1, down)
    shape.points[rows] = standing.lie(points, joints, weights)
