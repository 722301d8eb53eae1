"""Middle lines of hair cards, and what is done to them whatever the style: roots, locks, waves, cuts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avatar.body.hull import Hull
from avatar.body.mesh import Floats, nearest, smoothstep, unit
from avatar.body.scalp import Skull, field, inside, part_at, whorl_y
from avatar.body.styles import Layer, Style

_BEND_M = 0.06  # metres of a straight line that are worth as many points as a bend by one radian


@dataclass
class Scalp:
    """Where hair grows and what it lies on: the head's points, normals and scalp triangles (ears left out), its skull, hull
    and the share of a woman's hairline; part in metres."""

    points: Floats
    normals: Floats
    tris: NDArray[np.integer]
    skull: Skull
    woman: float
    hull: Hull
    part: float

    def angle(self, p: Floats) -> Floats:
        """0 in front .. pi behind, round the skull."""
        return np.asarray(np.abs(np.arctan2(p[..., 0], -(p[..., 1] - self.skull.middle[1]))))

    @property
    def whorl_y(self) -> float:
        """Where the parting ends, on the head's y axis."""
        return whorl_y(self.skull)

    def part_at(self, y: Floats) -> Floats:
        """x of the parting at places y."""
        return part_at(self.skull, self.part, y)

    def height(self, p: Floats) -> Floats:
        """Metres above the eyes on an average head."""
        return (p[..., 2] - self.skull.eye_z) / self.skull.scale


@dataclass
class Strands:
    """lines, ways (n, segments + 1, 3): points and outward normals; layer (n,) 0 inner .. 1 outer; lock (n,) a number of each;
    width (n,) metres; strip: which strips of the texture; across: points over a card's width; sway (n, segments + 1) 0 fixed
    to the head .. 1 free; thin: the card's taper at root and tip, shares of its width; shade: normals to light it by where they
    are not the ways; end: share of the strip that a card shows, less than 1 for ends that are cut straight; start: share of the
    strip left out at the root, where hairs come out of it one after another; roots (n,): that share for the first point alone,
    so that they do within its first step; edges (n, 3): the unit way along which a card's root lies where it is not across the
    strand, or 0: of cards from a parting, whose roots would make a saw's edge of it."""

    lines: Floats
    ways: Floats
    layer: Floats
    lock: Floats
    width: Floats
    strip: str
    across: int
    sway: Floats
    thin: tuple[float, float] = (0.55, 0.25)
    shade: Floats | None = None
    end: float = 1.0
    start: float = 0.0
    roots: Floats | None = None
    edges: Floats | None = None


def scatter(scalp: Scalp, count: int, rng: np.random.Generator, allowed: Callable[[Floats], NDArray[np.bool_]]) -> tuple[Floats, Floats]:
    """Up to `count` roots and their normals, spread evenly where `allowed` holds: far-point picks from many random ones."""
    near = np.linalg.norm(scalp.points - scalp.skull.middle, axis=1) < 0.16 * scalp.skull.scale
    tris = scalp.tris[((field(scalp.points, scalp.skull, scalp.woman) > -0.02) & near)[scalp.tris].any(1)]
    a, b, c = (scalp.points[tris[:, k]] for k in range(3))
    area = np.linalg.norm(np.cross(b - a, c - a), axis=1)
    pick = rng.choice(len(tris), max(count * 12, 12000), p=area / area.sum())
    u = rng.random((len(pick), 2))
    u = np.where(u.sum(1, keepdims=True) > 1, 1 - u, u)
    w = np.c_[1 - u.sum(1), u][..., None].astype(np.float32)
    p, n = (scalp.points[tris[pick]] * w).sum(1), (scalp.normals[tris[pick]] * w).sum(1)
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


def roots(scalp: Scalp, layer: Layer, count: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Roots of a layer's cards and their normals."""

    def allowed(p: Floats) -> NDArray[np.bool_]:
        edge, angle, height = inside(p, scalp.skull, scalp.woman), scalp.angle(p), scalp.height(p)
        # Hair thins out towards its line.
        thin = edge > 0.005 + 0.015 * rng.random(len(p)) ** 1.5
        before = (angle < 0.95) & (height < 0.106) & (np.abs(p[:, 0]) < 0.062 * scalp.skull.scale)
        # In the corners over the temples locks of the top would stand out like stars.
        corner = smoothstep(0.55, 0.80, angle) * smoothstep(1.5, 1.2, angle)
        where = {
            "all": thin,
            "line": (edge > 0.0015 - 0.0045 * rng.random(len(p))) & (edge < 0.002 + 0.010 * rng.random(len(p))),
            "edge": (edge > 0.002 + 0.006 * rng.random(len(p))) & (edge < 0.018),
            "brow": (edge > -0.002 + 0.006 * rng.random(len(p))) & (edge < 0.016) & (angle < 1.36) & (height > 0.012),
            "rim": (edge > 0.003 + 0.009 * rng.random(len(p))) & (edge < 0.026),
            "frame": (edge > 0.002) & (edge < 0.024) & (angle > 0.88) & (angle < 1.45),
            "top": (edge > 0.004 + 0.006 * corner) & (height > 0.05),
            "nape": (edge > 0.002) & (angle > 1.7) & (height < 0.02),
            "fringe": (edge > 0.004) & before,
        }
        return np.asarray(where[layer.roots])

    return scatter(scalp, count, rng, allowed)


def coherent(points: Floats, rng: np.random.Generator, cells: float) -> Floats:
    """Smooth noise (n, 3) about 0 over space: neighbours get nearly the same."""
    out = np.zeros((len(points), 3), np.float32)
    for _ in range(6):
        way = rng.normal(size=(3, 3)) * cells
        out += np.sin(points @ way + rng.uniform(0, 6.28, 3)).astype(np.float32) / 2.4
    return out


def spread(points: Floats, count: int) -> NDArray[np.intp]:
    """`count` of the points (n, 3), far from each other."""
    count = min(count, len(points))
    chosen = np.zeros(count, np.intp)
    far = ((points - points[0]) ** 2).sum(1)
    for k in range(1, count):
        chosen[k] = int(far.argmax())
        far = np.minimum(far, ((points - points[chosen[k]]) ** 2).sum(1))
    return chosen


def gather_locks(line: Floats, home: Floats, guides: Floats, guide_home: Floats, share: float, rng: np.random.Generator) -> tuple[
    Floats, NDArray[np.intp]
]:  # fmt: skip
    """Lines (n, k, 3) drawn towards the line of the nearest of the guides (g, k, 3), more so to the tip; and which it was.
    The roots stay; the homes are the points by which nearness counts."""
    jitter = rng.normal(0, 0.004, home.shape).astype(np.float32)
    which = nearest(home + jitter, guide_home, 1)[0][:, 0]
    t = np.linspace(0, 1, line.shape[1], dtype=np.float32)
    pull = (share * smoothstep(0.05, 0.95, t))[None, :, None]
    return line + (guides[which] - line) * pull, which


def along(line: Floats) -> Floats:
    """Metres from the root at each point (n, k)."""
    step = np.linalg.norm(np.diff(line, axis=1), axis=2)
    return np.concatenate([np.zeros((len(line), 1)), np.cumsum(step, 1)], 1).astype(np.float32)


def smooth(line: Floats, rounds: int) -> Floats:
    """Takes kinks out of lines (n, k, 3), ends kept."""
    for _ in range(rounds):
        line[:, 1:-1] = (line[:, :-2] + 2 * line[:, 1:-1] + line[:, 2:]) / 4
    return line


def between(line: Floats, want: Floats) -> Floats:
    """Lines (n, k, 3) at broken indices `want` (n, m) of their points, on the smooth curve through them (Catmull and Rom 1974):
    chords would show as facets in the outline."""
    last = line.shape[1] - 1
    k = np.clip(want.astype(int), 0, last - 1)
    f = (want - k)[..., None].astype(np.float32)
    row = np.arange(len(line))[:, None]
    a, b, c, d = (line[row, np.clip(k + i, 0, last)] for i in (-1, 0, 1, 2))
    return np.asarray(b + 0.5 * f * (c - a + f * (2 * a - 5 * b + 4 * c - d + f * (3 * (b - c) + d - a))), np.float32)


def cut(line: Floats, low: Floats) -> Floats:
    """Ends every line where it passes below the height `low` (n,), and spreads its points over what is left."""
    n, count = line.shape[:2]
    below = line[:, :, 2] < low[:, None]
    first = np.maximum(np.where(below.any(1), below.argmax(1), count - 1), 1)
    row = np.arange(n)
    z0, z1 = line[row, first - 1, 2], line[row, first, 2]
    share = np.where(below.any(1), np.clip((z0 - low) / np.maximum(z0 - z1, 1e-5), 0.05, 1), 1.0)
    return between(line, (first - 1 + share)[:, None] * np.linspace(0, 1, count, dtype=np.float32)[None])


def even(line: Floats, steps: int, curl: float = 0.0) -> Floats:
    """Lines (n, k, 3) through points at even distances, (n, steps + 1, 3), closer where they bend, as they do round the head, or by
    `curl` (0 .. 1) closer to the tip, where curls will be. No two lines side by side have theirs in the same places, or the outline
    of all would have corners there."""
    step = np.diff(line, axis=1)
    bend = np.arccos((unit(step[:, 1:]) * unit(step[:, :-1])).sum(2).clip(-1, 1))
    far = along(line)
    far[:, 1:-1] += np.cumsum(bend, 1) * (_BEND_M * (1 - curl))
    far[:, -1] += bend.sum(1) * (_BEND_M * (1 - curl))
    t = np.linspace(0, 1, steps + 1, dtype=np.float32)
    t = t * (1 + 0.25 * curl * (1 - t))
    own = (np.arange(len(line)) * 0.618) % 1.0 - 0.5
    want = far[:, -1:] * (t + own[:, None] / steps * (smoothstep(0.0, 0.1, t) * smoothstep(1.0, 0.9, t)))
    low = np.clip((far[:, None] <= want[..., None]).sum(2) - 1, 0, line.shape[1] - 2)
    row = np.arange(len(line))[:, None]
    f = (want - far[row, low]) / np.maximum(far[row, low + 1] - far[row, low], 1e-6)
    return between(line, low + f.clip(0, 1))


def wave(
    line: Floats, outward: Floats, style: Style, amount: float, phase: Floats, rng: np.random.Generator
) -> tuple[Floats, Floats]:  # fmt: skip
    """Waves sideways and outwards with a `phase` (n,) shared in a lock; `helix` 0 is a flat wave, 1 a corkscrew. Also the unit ways
    (n, k, 3) from the middle of each turn."""
    s = along(line)
    tangent = unit(np.gradient(line, axis=1))
    sideways = unit(np.cross(tangent, outward))
    length = style.wave_length * (1 + rng.normal(0, 0.025 - 0.005 * style.helix, (len(line), 1)))
    # Waves of hair that hangs lie beside each other, so they go by height; a corkscrew goes by its own length.
    way = s * style.helix + (line[:, :1, 2] - line[:, :, 2] + 0.6 * (1.7 - line[:, :1, 2])) * (1 - style.helix)
    turn = way / length * 2 * np.pi + phase[:, None]
    rise = smoothstep(style.wave_from, style.wave_from + max(style.wave_length * (0.8 + 0.5 * style.helix), 0.02), s) * style.wave * amount
    # Tighter towards the tip, as a curl hangs.
    rise = rise * (0.75 + 0.4 * smoothstep(0.0, 1.0, s / np.maximum(s[:, -1:], 1e-4)))
    swing, bulge = np.sin(turn) * rise, np.cos(turn) * rise * (0.45 + 0.55 * style.helix)
    way = sideways * np.sin(turn)[..., None] + outward * np.cos(turn)[..., None]
    return np.asarray(line + sideways * swing[..., None] + outward * bulge[..., None], np.float32), np.asarray(way, np.float32)
