"""Grows the middle lines of hair cards from the scalp: combed from the parting, pushed off skin and clothes, cut to a line."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from avatar.body.mesh import Floats, ease, nearest, smoothstep, unit
from avatar.body.scalp import Skull, field


class Style(BaseModel):
    """One entry of `assets/body/hair.json`; lengths in metres on an average head. `short` styles have lengths by region (top,
    side, back), long ones are cut at heights against the eyes (front, side, back)."""

    model_config = ConfigDict(extra="forbid")

    cards: dict[str, int]
    segments: int
    fringe: int
    width: float
    lateral: float
    sweep: float
    lift: float
    volume: float
    shell: float
    gravity: float
    reach: float
    ragged: float
    inward: float
    wave: float
    wave_length: float
    short: bool
    top: float = 0.0
    side: float = 0.0
    back: float = 0.0
    cut: float = 0.0
    cut_front: float = 0.0
    cut_back: float = 0.0


@cache
def styles() -> dict[str, Style]:
    """Every hair style by name."""
    text = files("world.assets").joinpath("body/hair.json").read_text("utf-8")
    return {name: Style.model_validate(entry) for name, entry in json.loads(text).items()}


@dataclass
class Obstacle:
    """What hair lies on: points (n, 3) with outward normals."""

    points: Floats
    normals: Floats


@dataclass
class Strands:
    """lines, ways (n, segments + 1, 3): points and outward normals; layer (n,) 0 inner .. 1 outer; lock (n,) a number of each."""

    lines: Floats
    ways: Floats
    layer: Floats
    lock: Floats
    width: Floats


def _scatter(
    points: Floats, normals: Floats, tris: NDArray[np.integer], count: int, rng: np.random.Generator,
    allowed: Callable[[Floats], NDArray[np.bool_]],
) -> tuple[Floats, Floats]:  # fmt: skip
    """Up to `count` roots spread evenly over the part of a surface where `allowed` holds: far-point picks from many random ones."""
    a, b, c = (points[tris[:, k]] for k in range(3))
    area = np.linalg.norm(np.cross(b - a, c - a), axis=1)
    many = max(count * 8, 4000)
    pick = rng.choice(len(tris), many, p=area / area.sum())
    u = rng.random((many, 2))
    u = np.where(u.sum(1, keepdims=True) > 1, 1 - u, u)
    w = np.c_[1 - u.sum(1), u][..., None].astype(np.float32)
    p, n = (points[tris[pick]] * w).sum(1), (normals[tris[pick]] * w).sum(1)
    kept = allowed(p)
    p, n = p[kept][: count * 6], n[kept][: count * 6]
    if len(p) <= count:
        return p, unit(n)
    chosen = np.zeros(count, int)
    far = ((p - p[0]) ** 2).sum(1)
    for k in range(1, count):
        chosen[k] = int(far.argmax())
        far = np.minimum(far, ((p - p[chosen[k]]) ** 2).sum(1))
    return p[chosen], unit(n[chosen])


def _coherent(points: Floats, rng: np.random.Generator, cells: float) -> Floats:
    """Smooth noise (n, 3) about 0 over space: neighbours get nearly the same, so that hair lies in locks."""
    out = np.zeros((len(points), 3), np.float32)
    for _ in range(6):
        way = rng.normal(size=(3, 3)) * cells
        out += np.sin(points @ way + rng.uniform(0, 6.28, 3)).astype(np.float32) / 2.4
    return out


def _combed(style: Style, root: Floats, normal: Floats, skull: Skull, part: float, rng: np.random.Generator) -> Floats:
    """The direction in which each hair leaves the scalp, unit (n, 3)."""
    x, y = root[:, 0], root[:, 1] - skull.middle[1]
    angle = np.abs(np.arctan2(x, -y))
    height = (root[:, 2] - skull.eye_z) / skull.scale
    side = np.sign(x - part + rng.normal(0, 0.0015, len(root)))
    front = smoothstep(1.5, 0.2, angle) * smoothstep(0.02, 0.07, height)
    back = smoothstep(1.35, 2.5, angle)
    top = smoothstep(0.06, 0.105, height)
    if style.short:
        # Over the forehead hair stands with the top, not with the sides, or it would fall into the eyes.
        top = np.maximum(top, smoothstep(1.05, 0.70, angle) * smoothstep(0.030, 0.050, height))
        # From the parting over to one side on top, straight down and back on the sides.
        over = np.sign(part) if part else 1.0
        sides = 1 - top
        lateral = -over * style.lateral * top + side * 0.22 * sides
        along = -style.sweep * -1.0 * top + 0.42 * sides
        comb = np.stack([lateral, along, -0.95 * sides - 0.25 * back], 1)
        comb = comb + _coherent(root, rng, 42.0) * 0.16
    else:
        lateral = side * style.lateral * (1 - 0.82 * back)
        comb = np.stack([lateral, style.sweep * front + 0.50 * back + 0.12, -0.28 - 0.55 * back - 0.2 * (1 - top)], 1)
        comb = comb + _coherent(root, rng, 22.0) * 0.08
    comb = unit(comb)
    comb = unit(comb - normal * (comb * normal).sum(1, keepdims=True) * 0.92)
    flat = 0.06 if style.short else 0.30
    return unit(comb + normal * (style.lift * (flat + (1 - flat) * top))[:, None])


def _push(
    p: Floats, obstacle: Obstacle, off: Floats, shell: float, hold: Floats
) -> tuple[Floats, Floats, Floats]:
    """Moves points out of the obstacle to `off` metres, and back in where they float further than `shell` above that."""
    index, distance = nearest(p, obstacle.points, 4)
    weight = 1 / (distance + 2e-3)
    weight /= weight.sum(1, keepdims=True)
    way = unit((obstacle.normals[index] * weight[..., None]).sum(1))
    height = (((p[:, None] - obstacle.points[index]) * obstacle.normals[index]).sum(2) * weight).sum(1)
    close = distance.min(1) < 0.05
    out = np.maximum(off - height, 0) * close
    back = np.maximum(height - off - shell, 0) * 0.55 * hold
    return p + way * (out - back)[:, None], way, height


def grow(
    style: Style, points: Floats, normals: Floats, tris: np.ndarray, skull: Skull, woman: float, obstacle: Obstacle, *,
    count: int, length: float, wave: float, part: float, seed: int,
) -> Strands:  # fmt: skip
    """Strands over the scalp triangles of a head. `count` cards, the recipe's `length` and `wave` factors, `part` in metres."""
    rng = np.random.default_rng(seed)
    near = np.linalg.norm(points - skull.middle, axis=1) < 0.16 * skull.scale
    scalp = tris[((field(points, skull, woman) > -0.02) & near)[tris].any(1)]
    root, normal = _scatter(points, normals, scalp, count, rng, lambda p: field(p, skull, woman) > 0.0008)
    count = len(root)
    if not style.short:
        # The parting is where scalp would show: as many again along it.
        high = skull.eye_z + 0.055 * skull.scale
        more, more_n = _scatter(
            points, normals, scalp, count // 4, rng,
            lambda p: (field(p, skull, woman) > 0.0008) & (np.abs(p[:, 0] - part) < 0.010) & (p[:, 2] > high),
        )  # fmt: skip
        root, normal = np.concatenate([more, root]), np.concatenate([more_n, normal])
        count += len(more)
    edge_count = style.fringe * count // style.cards["medium"]
    if edge_count:
        # Narrow cards along the hairline break its edge up.
        more, more_n = _scatter(points, normals, scalp, edge_count, rng, lambda p: np.abs(field(p, skull, woman) - 0.003) < 0.005)
        root, normal = np.concatenate([root, more]), np.concatenate([normal, more_n])
    n = len(root)
    fringe = np.arange(n) >= count
    x, y = root[:, 0], root[:, 1] - skull.middle[1]
    angle = np.abs(np.arctan2(x, -y))
    height = (root[:, 2] - skull.eye_z) / skull.scale
    # Neighbours lie about as deep as each other: locks, not a brush.
    layer = (0.5 + 0.34 * _coherent(root, rng, 34.0)[:, 1] + rng.uniform(-0.16, 0.16, n)).clip(0, 1).astype(np.float32)
    layer[fringe] = 0.75 + 0.25 * layer[fringe]
    lock = (0.5 + 0.42 * _coherent(root, rng, 55.0)[:, 0] + rng.normal(0, 0.10, n)).clip(0, 1).astype(np.float32)
    if style.short:
        top = np.maximum(smoothstep(0.055, 0.100, height), smoothstep(1.05, 0.70, angle) * smoothstep(0.030, 0.050, height))
        back = smoothstep(1.5, 2.6, angle)
        reach = (style.top * top + (style.side * (1 - back) + style.back * back) * (1 - top)) * length
        reach = reach * (1 + style.ragged * rng.normal(0, 1, n).clip(-2, 2))
        reach = np.where(fringe, reach * 0.75, reach)
    else:
        reach = np.full(n, style.reach * length)
    step = (reach / style.segments).astype(np.float32)[:, None]
    d = _combed(style, root, normal, skull, part, rng)
    p = root + normal * 0.0015
    lines, ways = [p], [normal]
    for k in range(1, style.segments + 1):
        t = k / style.segments
        p = p + d * step
        grown = ease(0.0, 0.30, t * (1.0 if style.short else 1.6))
        off = 0.0028 + style.volume * grown * (0.25 + 0.75 * layer) * np.where(fringe, 0.6, 1.0)
        off = off * smoothstep(skull.eye_z - 0.30, skull.eye_z - 0.08, p[:, 2]) * 0.7 + off * 0.3
        hold = smoothstep(skull.eye_z - 0.20, skull.eye_z - 0.06, p[:, 2])
        for _ in range(2):
            p, way, above_skin = _push(p, obstacle, off.astype(np.float32), style.shell, hold)
        fall = style.gravity * (0.30 + 0.70 * t)
        turn = d + np.array([0, 0, -1], np.float32) * fall
        if not style.short:
            # Past the widest part of the head hair hangs: what is left of its way sideways dies out.
            hangs = smoothstep(skull.eye_z + 0.03, skull.eye_z - 0.07, p[:, 2])[:, None]
            turn = turn * (1 - 0.55 * hangs * np.array([1, 1, 0], np.float32)) - hangs * np.array([0, 0, 0.35], np.float32)
            # Shoulders part it: it slides to the neck's side of them instead of standing off.
            wide = p[:, 0] - np.clip(p[:, 0], -0.082, 0.082)
            turn[:, 0] -= 7.0 * wide * smoothstep(skull.eye_z - 0.05, skull.eye_z - 0.14, p[:, 2])
        if style.inward:
            inwards = unit((skull.middle - p) * np.array([1, 1, 0]))
            late = ease(0.45, 0.95, t) * smoothstep(skull.eye_z - 0.04, skull.eye_z - 0.10, p[:, 2])
            turn = turn + inwards * (style.inward * late * 0.35)[:, None]
        into = np.minimum((turn * way).sum(1, keepdims=True), 0) * (above_skin < 0.03)[:, None]
        d = unit(turn - way * into)
        lines.append(p)
        ways.append(way)
    line, outward = np.stack(lines, 1), np.stack(ways, 1)
    for _ in range(3):
        line[:, 1:-1] = (line[:, :-2] + 2 * line[:, 1:-1] + line[:, 2:]) / 4
        outward[:, 1:-1] = (outward[:, :-2] + 2 * outward[:, 1:-1] + outward[:, 2:]) / 4
    if not style.short:
        line, outward = _trim(style, line, outward, skull, angle, length, rng)
    line = _wave(line, outward, style, wave, root, rng, layer)
    if not style.short:
        # A lock that went over the shoulder instead of in front of it or behind would stand off like a wire.
        low = line[:, :, 2] < skull.eye_z - 0.13 * skull.scale
        good = ~((np.abs(line[:, :, 0]) > 0.128 * skull.scale) & low).any(1)
        line, outward, layer, lock = line[good], outward[good], layer[good], lock[good]
        fringe, n = fringe[good], int(good.sum())
    width = style.width * rng.uniform(0.75, 1.25, n) * np.where(fringe, 0.5, 1.0) * (460 / max(count, 1)) ** 0.35
    return Strands(line.astype(np.float32), unit(outward), layer, lock, width.astype(np.float32))


def _trim(
    style: Style, line: Floats, outward: Floats, skull: Skull, angle: Floats, length: float,
    rng: np.random.Generator,
) -> tuple[Floats, Floats]:
    """Cuts every strand where it passes the cutting line and spreads its points over what is left."""
    n, count = line.shape[:2]
    cut = np.interp(angle, [0.0, 0.9, 1.6, 2.4, 3.15], [style.cut_front, style.cut_front, style.cut, style.cut_back, style.cut_back])
    low = skull.eye_z + cut * length * skull.scale + rng.normal(0, style.ragged, n)
    below = line[:, :, 2] < low[:, None]
    first = np.where(below.any(1), below.argmax(1), count - 1)
    first = np.maximum(first, 2)
    z0 = np.take_along_axis(line[:, :, 2], (first - 1)[:, None], 1)[:, 0]
    z1 = np.take_along_axis(line[:, :, 2], first[:, None], 1)[:, 0]
    part = np.where(below.any(1), np.clip((z0 - low) / np.maximum(z0 - z1, 1e-5), 0, 1), 1.0)
    end = first - 1 + part
    want = end[:, None] * np.linspace(0, 1, count)[None]
    k = np.clip(want.astype(int), 0, count - 2)
    f = (want - k)[..., None]
    row = np.arange(n)[:, None]
    return line[row, k] * (1 - f) + line[row, k + 1] * f, outward[row, k] * (1 - f) + outward[row, k + 1] * f


def _wave(
    line: Floats, outward: Floats, style: Style, amount: float, root: Floats, rng: np.random.Generator, layer: Floats
) -> Floats:
    """Soft waves sideways and outwards, in step within a lock."""
    along = np.concatenate([np.zeros((len(line), 1)), np.cumsum(np.linalg.norm(np.diff(line, axis=1), axis=2), 1)], 1)
    tangent = unit(np.gradient(line, axis=1))
    sideways = unit(np.cross(tangent, outward))
    phase = _coherent(root, rng, 30.0)[:, :1] * 2.6 + rng.normal(0, 0.35, (len(line), 1))
    rise = smoothstep(0.02, 0.22 if not style.short else 0.05, along)
    swing = np.sin(along / style.wave_length * 2 * np.pi + phase) * rise * style.wave * amount
    bulge = np.cos(along / style.wave_length * 2 * np.pi + phase * 0.7) * rise * style.wave * amount * 0.55
    keep_out = outward * (np.maximum(bulge, -0.001) + 0.0006 * layer[:, None])[..., None]
    return np.asarray(line + sideways * swing[..., None] + keep_out, np.float32)
