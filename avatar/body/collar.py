"""The ribbed band round a neckline: a smooth ring of knit over the cut edge of the cloth, which is only as even as the body's mesh."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avatar.body.baked import BODY_END, Baked
from avatar.body.garment import Cloth
from avatar.body.mesh import Floats, Ints, nearest, smoothstep, triangles, unit, vertex_normals
from avatar.body.patch import four
from avatar.body.shape import Shape

AROUND = 144
HARMONICS = 4  # of the loop's shape round the neck: what a needle and thread would follow
WIDTH = 0.0165
_SUNK = 0.0008  # metres that cloth gives way under the band
# Across the band in metres: from its inner edge, above the cloth or (where the share is 0) above the skin, and that share.
_PROFILE = np.array([
    [-0.0040, -0.0050, 0.0], [-0.0036, 0.0010, 0.3], [-0.0022, 0.0020, 0.8], [0.0005, 0.0026, 1.0], [0.0045, 0.0028, 1.0],
    [0.0090, 0.0026, 1.0], [0.0130, 0.0023, 1.0], [0.0152, 0.0016, 1.0], [0.0168, -0.0012, 1.0],
], np.float32)  # fmt: skip
_SEWN = 4  # the row of the profile under which the cloth ends


def fitted(angle: Floats, values: Floats, at: Floats) -> Floats:
    """Values (n, k) over an angle, as a sum of few harmonics, read at `at` (m,)."""

    def waves(x: Floats) -> Floats:
        order = np.arange(1, HARMONICS + 1)
        return np.concatenate([np.ones((len(x), 1)), np.cos(x[:, None] * order), np.sin(x[:, None] * order)], 1)

    # Rim vertices crowd where the mesh is dense: each counts for the arc that it stands for.
    order = np.argsort(angle)
    gap = np.diff(angle[order], append=angle[order[:1]] + 2 * np.pi)
    share = np.empty_like(angle)
    share[order] = (gap + np.roll(gap, 1)) / 2
    weight = np.sqrt(share)[:, None]
    found = np.linalg.lstsq(waves(angle) * weight, values * weight, rcond=None)[0]
    return np.asarray(waves(at) @ found, np.float32)


def within(points: Floats, rim: Floats, reach_m: float) -> NDArray[np.intp]:
    """Rows of `points` nearer than `reach_m` to the neckline."""
    about = np.nonzero(np.linalg.norm(points - rim.mean(0), axis=1) < 0.25)[0]  # a head's width: the rest need not be measured
    return about[nearest(points[about], rim, 1)[1][:, 0] < reach_m]


def shares_of(distance: Floats) -> Floats:
    """(n, k) distances to (n, k, 1) shares: the nearer, the more."""
    weight = 1 / (distance + 2e-3) ** 2
    return np.asarray((weight / weight.sum(1, keepdims=True))[..., None], np.float32)


class Skin:
    """The skin about the neck: heights above it, and whose joints move it."""

    def __init__(self, baked: Baked, shape: Shape, rim: Floats) -> None:
        skin = baked.quads[(baked.quads < BODY_END).all(1)]
        normals = vertex_normals(shape.points[:BODY_END], triangles(skin))
        rows = within(shape.points[:BODY_END], rim, 0.07)
        self._points, self._normals = shape.points[rows], normals[rows]
        dense = np.zeros((len(rows), len(baked.joint_names)), np.float32)
        np.put_along_axis(dense, baked.joints[rows].astype(np.intp), baked.weights[rows], 1)
        self._dense = dense

    def under(self, p: Floats) -> tuple[Floats, Floats, Floats]:
        """For points (n, 3): height above the skin (n, 1), the way out (n, 3), shares of all joints (n, joints)."""
        index, distance = nearest(p, self._points, 6)
        weight = shares_of(distance)
        out = unit((self._normals[index] * weight).sum(1))
        height = ((p - (self._points[index] * weight).sum(1)) * out).sum(1, keepdims=True)
        return height, out, (self._dense[index] * weight).sum(1)


@dataclass(frozen=True)
class Loop:
    """A neckline as a smooth ring. angle (around,) about `centre`; line, down (around, 3): its points, and the way from the neck over
    the cloth; near (n, 3), above (n, 1): cloth about it and how high that lies over the skin."""

    centre: Floats
    angle: Floats
    line: Floats
    down: Floats
    skin: Skin
    near: Floats
    above: Floats

    @classmethod
    def of(cls, cloth: Cloth, rim: NDArray[np.intp], baked: Baked, shape: Shape) -> Loop:
        """Through the vertices `rim` of a garment."""
        edge = cloth.points[rim]
        centre = edge.mean(0)
        skin = Skin(baked, shape, edge)
        d = edge - centre
        values = np.stack([np.hypot(d[:, 0], d[:, 1]), d[:, 2]], 1)
        angle = np.linspace(-np.pi, np.pi, AROUND, endpoint=False, dtype=np.float32)
        fit = fitted(np.arctan2(d[:, 1], d[:, 0]), values, angle)
        line = centre + np.stack([np.cos(angle) * fit[:, 0], np.sin(angle) * fit[:, 0], fit[:, 1]], 1)
        way = unit(np.roll(line, -1, 0) - np.roll(line, 1, 0))
        outer = cloth.points[: len(cloth.points) - len(cloth.origin)]
        outer = outer[within(outer, edge, 0.05)]
        down = unit(np.cross(way, skin.under(line)[1]))
        # Away from the neck is outwards or downwards: at the nape, which lies above the middle of the loop, mostly the latter.
        apart = unit((line - centre) * np.array([1, 1, 0])) - np.array([0, 0, 0.7])
        down *= np.sign((down * apart).sum(1, keepdims=True))
        return cls(centre, angle, line, down, skin, outer, skin.under(outer)[0])

    def lift(self, p: Floats, high: Floats | float, share: Floats | float) -> tuple[Floats, Floats]:
        """Points (n, 3) moved to `high` metres over the skin and `share` of the cloth, and their shares of all joints."""
        dense = np.zeros((len(p), 0), np.float32)
        for _ in range(2):
            height, out, dense = self.skin.under(p)
            index, distance = nearest(p, self.near, 5)
            thick = (self.above[index] * shares_of(distance)).sum(1)
            p = p + out * (high + share * np.maximum(thick, 0.001) - height)
        return np.asarray(p, np.float32), dense


def joined(cloth: Cloth, points: Floats, tris: Ints, uv: Floats, dense: Floats, edge: Floats) -> Cloth:
    """The garment and a piece of its neckline, of which `edge` (n,) is 0 at what is turned in."""
    joints, weights = four(dense)
    n, more = len(cloth.points), np.ones(len(points), np.float32)
    return Cloth(
        np.concatenate([cloth.points, points]), np.concatenate([cloth.normals, vertex_normals(points, tris)]).astype(np.float32),
        np.concatenate([cloth.uv, uv]).astype(np.float32), np.concatenate([cloth.tris, tris + n]).astype(np.int32),
        np.concatenate([cloth.joints, joints]), np.concatenate([cloth.weights, weights]),
        np.concatenate([cloth.edge, edge]), len(cloth.tris) + len(tris), np.zeros(0, np.intp),
        np.concatenate([cloth.trim, more]), np.concatenate([cloth.seam, more]),
    )  # fmt: skip


def with_collar(cloth: Cloth, rim: NDArray[np.intp], loop: Loop, wide: float) -> Cloth:
    """The garment and a band along the neckline, whose vertices are `rim`, `wide` as broad; the cloth under the band gives way."""
    rings, shares = [], []
    for s, high, share in _PROFILE:
        p, dense = loop.lift(loop.line + loop.down * (s * wide), high, share)
        rings.append(fitted(loop.angle, p, loop.angle))
        shares.append(dense)
    points = np.concatenate(rings).astype(np.float32)
    tris = facing(points, strips(len(_PROFILE), AROUND, closed=True), loop)
    length = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(loop.line, axis=0), axis=1))])
    uv = np.stack([np.tile(length, len(_PROFILE)), np.repeat(_PROFILE[:, 0], AROUND)], 1)
    _sew(cloth, rim, loop.angle, rings[_SEWN], loop.down, loop.centre, loop.skin)
    _give_way(cloth, rim, loop.skin)
    edge = np.ones(len(points), np.float32)
    edge[:AROUND] = 0  # turned in under the band
    return joined(cloth, points, tris, uv, np.concatenate(shares), edge)


def strips(rows: int, around: int, *, closed: bool) -> Ints:
    a = np.arange(around if closed else around - 1)
    b = (a + 1) % around
    strip = np.stack([a, b, b + around, a + around], 1)
    return triangles(np.concatenate([strip + k * around for k in range(rows - 1)]))


def facing(points: Floats, tris: Ints, loop: Loop) -> Ints:
    """The triangles turned so that most of them look away from the skin."""
    towards = (vertex_normals(points, tris) * loop.skin.under(points)[1]).sum() < 0
    return tris[:, [0, 2, 1]] if towards else tris


def _sew(
    cloth: Cloth, rim: NDArray[np.intp], angle: Floats, ring: Floats, down: Floats, centre: Floats, skin: Skin
) -> None:  # fmt: skip
    """Puts the cut edge, which zigzags, and cloth that rises over it under one ring of the band, and what is turned in from the edge
    into the skin. `down` (around, 3) points away from the neck. In place."""

    def read(points: Floats, values: Floats) -> Floats:
        d = points - centre
        at = np.arctan2(d[:, 1], d[:, 0])
        return np.stack([np.interp(at, angle, values[:, k], period=2 * np.pi) for k in range(3)], 1).astype(np.float32)

    first = len(cloth.points) - len(cloth.origin)
    near = within(cloth.points[:first], cloth.points[rim], 0.03)
    above = ((cloth.points[near] - read(cloth.points[near], ring)) * read(cloth.points[near], down)).sum(1) < 0
    chosen = np.union1d(rim, near[above])
    to = read(cloth.points[chosen], ring)
    height, out, _ = skin.under(to)
    cloth.points[chosen] = to - out * _SUNK
    turned = np.nonzero(np.isin(cloth.origin, rim))[0]
    row = np.searchsorted(chosen, cloth.origin[turned])
    cloth.points[first + turned] = to[row] - out[row] * (height[row] + 0.0050)
    cloth.refresh()


def _give_way(cloth: Cloth, rim: NDArray[np.intp], skin: Skin) -> None:
    """Cloth under the band sinks a little, and has no stitches of its own there. In place."""
    edge = cloth.points[rim]
    near = within(cloth.points, edge, 0.05)
    _, distance = nearest(cloth.points[near], edge, 1)
    share = smoothstep(WIDTH, WIDTH - 0.008, distance[:, 0])
    _, out, _ = skin.under(cloth.points[near])
    cloth.points[near] -= out * (share * _SUNK)[:, None]
    inside = cloth.edge[near] > 1e-4  # the edge itself stays one
    cloth.edge[near] = np.maximum(cloth.edge[near], inside * 0.03 * smoothstep(0.05, 0.03, distance[:, 0]))
