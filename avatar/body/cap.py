"""What closes the scalp under the cards: a shell of painted hair just over the skin, thinning out to single hairs at the hairline."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from avatar.body.hair_texture import COUNT, STRIPS
from avatar.body.mesh import Floats, Ints, nearest, smoothstep, unit
from avatar.body.scalp import field, inside
from avatar.body.strands import Scalp, Strands

COLUMNS, ROWS = 96, 22
LIFT_M = 0.0013
OUTSIDE_M = 0.0060  # how far outside the hairline its first hairs begin
_LONG_M = 0.20  # metres that the strip shows from hairline to its end
PART_M = 0.00128  # half of the parting's width
FAR = 60.0  # a place that is on no parting
_FOLD = 6  # columns over one strip's width, there and back


@dataclass
class Cap:
    """A mesh in the columns of a hair part: points, normals, tangents (n, 3), uv (n, 2), tris (m, 3); grown: how near to its tips
    in colour; close: share (n,) of the scalp that stubble hides, none where it is hair that hides all; part: places (n,)
    across the parting, -1 .. 1 where the scalp is seen, none where there is no parting."""

    points: Floats
    normals: Floats
    tangents: Floats
    uv: Floats
    tris: Ints
    grown: float
    close: Floats | None = None
    part: Floats | None = None


def _radius(scalp: Scalp, way: Floats, points: Floats, normals: Floats) -> tuple[Floats, Floats]:
    """Distance of the skin from the skull's middle along unit directions (n, 3), and its normals there: where the planes of the
    nearest points are met, blended."""
    from_middle = points - scalp.skull.middle
    index, _ = nearest(way, unit(from_middle), 4)
    facing = (normals[index] * way[:, None]).sum(2)
    met = (normals[index] * from_middle[index]).sum(2) / np.maximum(facing, 0.3)
    far = ((unit(from_middle)[index] - way[:, None]) ** 2).sum(2)
    weight = 1 / (far + 1e-5)
    weight = weight / weight.sum(1, keepdims=True)
    return np.asarray((met * weight).sum(1), np.float32), unit((normals[index] * weight[..., None]).sum(1))


def cap(scalp: Scalp, layers: list[Strands], stands: bool, close: float = 1.0, open_from: float | None = None) -> Cap:
    """The shell over the scalp of a head of hair; it is lit along the strands that lie over it, or as hair that `stands` off; where it is
    to `close` less than all, it is stubble that thins out towards hairline, temples and nape. The scalp is
    seen along the parting above the height `open_from` (metres over the eyes)."""
    skull = scalp.skull
    used = np.unique(scalp.tris)
    near = np.linalg.norm(scalp.points[used] - skull.middle, axis=1) < 0.16 * skull.scale
    used = used[near & (field(scalp.points[used], skull, scalp.woman) > -0.06)]
    points, normals = scalp.points[used], scalp.normals[used]
    turn = np.linspace(0, 2 * np.pi, COLUMNS + 1, dtype=np.float32)
    level = np.stack([np.sin(turn), -np.cos(turn), np.zeros_like(turn)], 1)
    up = np.array([0, 0, 1], np.float32)

    def ways(tilt: Floats) -> Floats:
        return np.asarray(level[:, None] * np.cos(tilt)[..., None] + up * np.sin(tilt)[..., None], np.float32)

    # Where each column meets the hairline.
    tilt = np.broadcast_to(np.linspace(-1.05, 1.2, 64, dtype=np.float32), (COLUMNS + 1, 64))
    way = ways(tilt)
    far, _ = _radius(scalp, way.reshape(-1, 3), points, normals)
    at = skull.middle + way * far.reshape(way.shape[:2])[..., None]
    grown = field(at, skull, scalp.woman) > -OUTSIDE_M
    # The highest place that is not yet scalp: the field is none of a cheek or a neck.
    last = np.where(grown, -1, np.arange(64)[None]).max(1).clip(0, 62)
    first = tilt[0, last + 1]
    share = np.linspace(0, 1, ROWS, dtype=np.float32)[None] ** 1.35
    tilt = first[:, None] + (np.pi / 2 - first[:, None]) * share
    way = ways(tilt)
    far, normal = _radius(scalp, way.reshape(-1, 3), points, normals)
    ball = skull.middle + way * far.reshape(way.shape[:2])[..., None]
    step = np.linalg.norm(np.diff(ball, axis=1), axis=2)
    length = np.concatenate([np.zeros((COLUMNS + 1, 1)), np.cumsum(step, 1)], 1)
    normal = normal.reshape(ball.shape)
    # From the border inwards it rises out of the skin.
    place = ball + normal * (0.0003 + (LIFT_M - 0.0003) * smoothstep(0.0, 0.012, length))[..., None]
    column = np.abs((np.arange(COLUMNS + 1) % (2 * _FOLD)) - _FOLD) / _FOLD
    u = (STRIPS["cap"][0] + 0.04 + 0.92 * column) / COUNT
    uv = np.stack([np.broadcast_to(u[:, None], length.shape), 0.998 - 0.99 * np.clip(length / _LONG_M, 0, 1)], 2)
    flat = place.reshape(-1, 3).astype(np.float32)
    i, j = np.meshgrid(np.arange(COLUMNS), np.arange(ROWS - 1), indexing="ij")
    a = (i * ROWS + j).ravel()
    tris = np.concatenate([np.stack([a, a + ROWS, a + 1], 1), np.stack([a + 1, a + ROWS, a + ROWS + 1], 1)])
    outward = unit(normal.reshape(-1, 3))
    lie = outward if stands else _along(flat, layers)
    stubble = _stubble(scalp, flat, close) if close < 1 else None
    part = None if open_from is None else _across_parting(scalp, flat, open_from)
    return Cap(flat, outward, lie, uv.reshape(-1, 2).astype(np.float32), tris.astype(np.int32), 0.6 if stands else 0.12, stubble, part)


def _stubble(scalp: Scalp, points: Floats, close: float) -> Floats:
    """Share of the scalp (n,) that stubble hides: `close` on top, half of that low at the sides, none before the hairline."""
    edge, height = inside(points, scalp.skull, scalp.woman), scalp.height(points)
    high = smoothstep(0.0, 0.075, height - 0.02 * smoothstep(2.6, 1.6, scalp.angle(points)))
    return np.asarray(close * (0.42 + 0.58 * high) * smoothstep(-0.004, 0.0225, edge), np.float32)


def _across_parting(scalp: Scalp, points: Floats, open_from: float) -> Floats:
    """Signed distance (n,) from the parting in widths of what is seen of it, which narrows to nothing at the whorl."""
    behind = smoothstep(-0.035, 0.006, points[:, 1] - scalp.whorl_y)
    along = (scalp.whorl_y - points[:, 1]) / (0.092 * scalp.skull.scale)
    wide = PART_M * (0.40 + 0.45 * smoothstep(0.15, 0.75, along)) * (1 - 0.75 * behind)
    wide = wide * smoothstep(open_from - 0.006, open_from + 0.006, scalp.height(points))
    wide = wide * smoothstep(0.012, 0.0, points[:, 1] - scalp.whorl_y)
    return np.asarray(((points[:, 0] - scalp.part_at(points[:, 1])) / np.maximum(wide, 1e-5)).clip(-FAR, FAR), np.float32)


def _along(points: Floats, layers: list[Strands]) -> Floats:
    """The direction of the strands next to each point (n, 3)."""
    lines = [s.lines[:, :: max(1, s.lines.shape[1] // 6)] for s in layers if len(s.lines)]
    at = np.concatenate([line.reshape(-1, 3) for line in lines])
    way = np.concatenate([unit(np.gradient(line, axis=1)).reshape(-1, 3) for line in lines])
    index, far = nearest(points, at, 6)
    weight = 1 / (far + 0.004)
    return unit((way[index] * weight[..., None]).sum(1))
