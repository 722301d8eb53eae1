"""Cloth grown from the body: offset along the normals, draped, cut exactly along a scalar field, hemmed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avatar.body.baked import BODY_END, Baked
from avatar.body.mesh import Floats, Ints, Smoother, scatter, smoothstep, vertex_normals
from avatar.body.patch import Patch

Drape = Callable[[Floats], Floats]
HEM = 0.0035  # metres that an edge is turned in, so that cloth looks as thick as cloth


@dataclass
class Cloth:
    """points, normals, uv (metres), tris, joints, weights; `edge` (n,), metres from the nearest edge of the garment; `trim` (n,) is 1
    on bands of rib knit; `seam` (n,) metres from the nearest seam, signed. The last tris turn the edges in: `outer` counts those
    before them, `origin` names the vertex each turned-in vertex came from."""

    points: Floats
    normals: Floats
    uv: Floats
    tris: Ints
    joints: NDArray[np.uint8]
    weights: Floats
    edge: Floats
    outer: int
    origin: NDArray[np.intp]
    trim: Floats
    seam: Floats

    def refresh(self) -> None:
        """Normals anew after points were moved; turned-in vertices take those of the edge."""
        self.normals = vertex_normals(self.points, self.tris[: self.outer])
        self.normals[len(self.points) - len(self.origin) :] = self.normals[self.origin]


def body_uv(baked: Baked) -> Floats:
    """One UV per vertex row of the body, in metres as the cloth lies: near seams of the map one of the two."""
    out = np.zeros((BODY_END, 2), np.float32)
    skin = (baked.quads < BODY_END).all(1)
    out[baked.quads[skin].ravel()] = baked.uv[baked.quad_uv[skin].ravel()] * 2.0
    return out


def cut(tris: Ints, field: Floats) -> tuple[Ints, NDArray[np.intp], NDArray[np.intp], Floats]:
    """Keeps what lies at or below 0 of `field` (n,). New vertices n.. lie on edges: (new tris, ends a, ends b, share of b)."""
    inside = field <= 0
    mark = inside[tris]
    count = mark.sum(1)
    whole = tris[count == 3]
    made: list[NDArray[np.integer]] = [whole]
    pairs: list[NDArray[np.integer]] = []
    # Turn each cut triangle so that its odd corner comes first: alone inside, or alone outside.
    for wanted, lone in ((1, True), (2, False)):
        part, m = tris[count == wanted], mark[count == wanted]
        first = (m == lone).argmax(1)
        turned = np.take_along_axis(part, (first[:, None] + np.arange(3)) % 3, 1)
        pairs.append(turned)
    a1, b1, c1 = pairs[0].T
    a2, b2, c2 = pairs[1].T
    from_ = np.concatenate([a1, a1, b2, c2])
    to = np.concatenate([b1, c1, a2, a2])
    key = np.stack([np.minimum(from_, to), np.maximum(from_, to)], 1)
    unique, again = np.unique(key, axis=0, return_inverse=True)
    again = again.ravel() + len(field)
    n1, n2 = len(a1), len(a2)
    ab, ac, ba, ca = again[:n1], again[n1 : 2 * n1], again[2 * n1 : 2 * n1 + n2], again[2 * n1 + n2 :]
    made.append(np.stack([a1, ab, ac], 1))
    made.append(np.stack([b2, c2, ca], 1))
    made.append(np.stack([b2, ca, ba], 1))
    a, b = unique[:, 0].astype(np.intp), unique[:, 1].astype(np.intp)
    share = (field[a] / (field[a] - field[b])).astype(np.float32)
    return np.concatenate(made).astype(np.int32), a, b, share


def _loops(pairs: NDArray[np.integer], count: int) -> NDArray[np.intp]:
    """The connected piece each of `count` vertices belongs to, as the smallest vertex in it, along directed pairs (m, 2)."""
    label = np.arange(count)
    while True:
        lower = label.copy()
        np.minimum.at(lower, pairs[:, 0], label[pairs[:, 1]])
        lower = lower[lower]
        if np.array_equal(lower, label):
            return lower
        label = lower


def hem(points: Floats, normals: Floats, tris: Ints) -> tuple[Floats, Ints, NDArray[np.intp]]:
    """Straightens the open edges in place and turns them in: extra points, extra tris, and which vertex each extra point came from."""
    edge = np.concatenate([tris[:, [0, 1]], tris[:, [1, 2]], tris[:, [2, 0]]]).astype(np.int64)
    key = np.sort(edge, 1)
    code = key[:, 0] * len(points) + key[:, 1]
    _, where, count = np.unique(code, return_index=True, return_counts=True)
    rim = edge[where[count == 1]]
    used, again = np.unique(rim, return_inverse=True)
    again = again.reshape(rim.shape)
    # The body's mesh is coarser than a seam is straight: slide the rim's vertices along until it runs evenly.
    way = np.concatenate([again, again[:, ::-1]])
    degree = np.maximum(np.bincount(way[:, 0], minlength=len(used)), 1)[:, None]
    line = points[used]
    for _ in range(30):
        line = 0.5 * line + 0.5 * scatter(way[:, 0], line[way[:, 1]], len(used)) / degree
    # That drew each loop together: give it its size back.
    loop = _loops(way, len(used))
    for number in np.unique(loop):
        own = loop == number
        was, now = points[used[own]], line[own]
        grown = np.linalg.norm(was - was.mean(0), axis=1).mean() / max(np.linalg.norm(now - now.mean(0), axis=1).mean(), 1e-6)
        line[own] = was.mean(0) + (now - now.mean(0)) * grown
    points[used] = line
    again = again + len(points)
    extra = line - normals[used] * HEM
    faces = np.concatenate([
        np.stack([rim[:, 1], rim[:, 0], again[:, 0]], 1), np.stack([rim[:, 1], again[:, 0], again[:, 1]], 1),
    ])  # fmt: skip
    return extra.astype(np.float32), faces.astype(np.int32), used.astype(np.intp)


def grow(
    skin: Patch, uv: Floats, field: Floats, thickness: Floats, *, rounds: int, strength: float, seam: Floats | None = None,
    ends: Floats | None = None, floor: Floats | None = None, drape: Drape | None = None, fair: Floats | None = None,
) -> Cloth:  # fmt: skip
    """A garment over the skin where `field` (n,) <= 0, metres, its triangles cut along `seam` (n,) = 0, too. `thickness` (n,) is its
    distance from the skin before `rounds` of `strength` smooth it, `floor` (n,) the least afterwards; `ends` (n,) is the field that its
    edges are told by; `drape` moves points (n, 3) outwards; about each of the points `fair` (k, 3) on the skin the cloth is made one
    smooth sweep."""
    thick = thickness[:, None]
    least = thick * 0.8 if floor is None else floor[:, None]
    points: Floats = skin.points + skin.normals * thick
    smoother = Smoother(skin.points, skin.tris)
    if drape is not None:
        points = drape(points)
    for _ in range(rounds):
        points = points + (smoother.mean(points) - points) * np.float32(strength)
        height = ((points - skin.points) * skin.normals).sum(1, keepdims=True)
        points = points + skin.normals * np.maximum(least - height, 0)
    for centre in fair if fair is not None else ():
        points = swept(points, skin.normals, centre)
    sewn = np.ones_like(field) if seam is None else seam
    far = field if ends is None else ends
    values: list[Floats] = [points, uv, np.stack([field, far], 1), sewn[:, None], skin.weights]
    joints, tris = skin.joints, skin.tris
    if seam is not None:
        tris, values, joints = _parted(tris, seam, values, joints)
    tris, a, b, share = cut(tris, values[2][:, 0])
    values = [np.concatenate([v, v[a] * (1 - share[:, None]) + v[b] * share[:, None]]).astype(np.float32) for v in values[:-1]] + [
        np.concatenate([values[-1], values[-1][a]])
    ]
    joints = np.concatenate([joints, joints[a]])
    kept, again = np.unique(tris, return_inverse=True)
    tris = again.reshape(tris.shape).astype(np.int32)
    points, uv, f, sewn, weights = (v[kept] for v in values)
    joints = joints[kept]
    normals = vertex_normals(points, tris)
    extra, faces, origin = hem(points, normals, tris)
    return Cloth(
        np.concatenate([points, extra]), np.concatenate([normals, normals[origin]]), np.concatenate([uv, uv[origin]]),
        np.concatenate([tris, faces]), np.concatenate([joints, joints[origin]]), np.concatenate([weights, weights[origin]]),
        np.concatenate([-f[:, 1], np.zeros(len(extra), np.float32)]).astype(np.float32), len(tris), origin,
        np.zeros(len(points) + len(extra), np.float32), np.concatenate([sewn, sewn[origin]])[:, 0],
    )  # fmt: skip


def _parted(
    tris: Ints, seam: Floats, values: list[Floats], joints: NDArray[np.uint8]
) -> tuple[Ints, list[Floats], NDArray[np.uint8]]:
    """Triangles that the line `seam` = 0 crosses, cut along it; `values` and `joints` of the vertices with those on the line."""
    inner, a, b, share = cut(tris, seam)
    outer, c, d, _ = cut(tris, -seam)
    # Both sides met the same edges: what the other side made is found by its ends.
    count = len(seam)
    mine = np.minimum(a, b) * count + np.maximum(a, b)
    order = np.argsort(mine)
    other = order[np.searchsorted(mine[order], np.minimum(c, d) * count + np.maximum(c, d))]
    outer = np.where(outer >= count, count + other[np.maximum(outer - count, 0)], outer).astype(np.int32)
    s = share[:, None]
    joined = [np.concatenate([v, v[a] * (1 - s) + v[b] * s]).astype(np.float32) for v in values[:-1]]
    joined.append(np.concatenate([values[-1], values[-1][a]]))
    joined[3][count:] = 0
    return np.concatenate([inner, outer]), joined, np.concatenate([joints, joints[a]])


def swept(points: Floats, normals: Floats, centre: Floats, *, inner: float = 0.030, outer: float = 0.055) -> Floats:
    """Puts the points (n, 3) near `centre` (3,) on the quadratic that fits those around it, fading out at `outer` metres."""
    d = points - centre
    away = np.linalg.norm(d, axis=1)
    near = away < outer * 1.6
    out = normals[away < outer].mean(0)
    out = out / np.linalg.norm(out)
    right = np.cross([0, 0, 1], out)
    right = right / np.linalg.norm(right)
    up = np.cross(out, right)
    x, y, z = d[near] @ right, d[near] @ up, d[near] @ out
    flat = np.hypot(x, y)
    # Little weight within: what is bumpy there shall not count.
    weight = smoothstep(inner * 0.6, outer, flat)[:, None] + 0.02
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], 1)
    fit = terms @ np.linalg.lstsq(terms * weight, z * weight[:, 0], rcond=None)[0]
    share = smoothstep(outer, inner, flat)
    moved = points.copy()
    moved[near] += ((fit - z) * share)[:, None] * out
    return np.asarray(moved, np.float32)


def curtain(
    points: Floats, chosen: Floats, axis: Floats, slope: float, ease: float, *,
    bins: int = 64, step: float = 0.01, bridge: int = 0,
) -> Floats:  # fmt: skip
    """Lets cloth fall: around a vertical `axis` (x, y) no point lies further in than what hangs from above it allows.

    chosen (n,) 0..1 says how much each point takes part; `slope` metres of narrowing a metre of fall; `ease` metres added;
    `bridge` rounds of spanning hollows across."""
    d = points[:, :2] - axis
    radius, angle = np.hypot(d[:, 0], d[:, 1]), np.arctan2(d[:, 1], d[:, 0])
    part = chosen > 0.5
    top = float(points[part, 2].max())
    rows = int((top - float(points[part, 2].min())) / step) + 2
    row = np.clip(((top - points[:, 2]) / step).astype(int), 0, rows - 1)
    column = ((angle + np.pi) / (2 * np.pi) * bins).astype(int) % bins
    table: Floats = np.zeros((rows, bins), np.float32)
    np.maximum.at(table, (row[part], column[part]), radius[part])
    for r in range(1, rows):
        # What a slice has no vertex for takes its neighbours' reach.
        around = np.maximum(np.maximum(np.roll(table[r], 1), np.roll(table[r], -1)) * 0.985, table[r])
        table[r] = np.maximum(np.maximum(table[r], around), table[r - 1] - slope * step)
    # Between two heights it spans hollows like a tent: no bin lies inside the chord of its neighbours.
    span = np.cos(2 * np.pi / bins)
    for _ in range(bridge):
        left, right = np.roll(table, 1, 1), np.roll(table, -1, 1)
        table = np.maximum(table, 2 * left * right * span / np.maximum(left + right, 1e-6))
    for _ in range(3 + bridge // 2):
        table = (np.roll(table, 1, 1) + np.roll(table, -1, 1) + 2 * table) / 4
        table[1:-1] = (table[:-2] + table[2:] + 2 * table[1:-1]) / 4
    fr = np.clip((top - points[:, 2]) / step, 0, rows - 1.001)
    fc = (angle + np.pi) / (2 * np.pi) * bins - 0.5
    r0, c0 = fr.astype(int), np.floor(fc).astype(int)
    tr, tc = fr - r0, fc - c0
    value = 0.0
    for dr, wr in ((0, 1 - tr), (1, tr)):
        for dc, wc in ((0, 1 - tc), (1, tc)):
            value = value + table[r0 + dr, (c0 + dc) % bins] * wr * wc
    want = np.maximum(radius, value + ease * smoothstep(0.05, 0.25, top - points[:, 2]))
    grow_by = np.where(radius > 1e-4, want / np.maximum(radius, 1e-4), 1.0)
    out = points.copy()
    out[:, :2] = axis + d * (1 + (grow_by - 1) * chosen)[:, None]
    return out.astype(np.float32)
