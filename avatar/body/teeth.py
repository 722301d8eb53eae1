"""Teeth: two arches of rounded crowns in gums, fitted to the arches of the base mesh."""

from __future__ import annotations

import numpy as np

from avatar.body.baked import LOWER_TEETH, UPPER_TEETH
from avatar.body.mesh import Floats, smoothstep, unit, vertex_normals
from avatar.body.part import Part, make
from avatar.body.shape import Shape

# Widths of the crowns from the middle outwards, millimetres (Wheeler's averages), and their lengths against the first.
UPPER_WIDTHS = (8.5, 6.6, 7.6, 7.1, 6.8, 9.8, 9.4)
LOWER_WIDTHS = (5.3, 5.8, 6.8, 7.0, 7.1, 10.4, 10.0)
UPPER_LENGTHS = (1.0, 0.91, 0.97, 0.88, 0.82, 0.74, 0.70)
LOWER_LENGTHS = (0.95, 0.97, 1.0, 0.92, 0.86, 0.78, 0.72)
SMILE_ARC = 0.0042  # by which the edge of the upper teeth rises from the middle to the sides: it follows the lower lip of a smile
ACROSS, DOWN = 9, 7
ENAMEL, GUM = np.array([0.97, 0.83, 0.645]), np.array([0.36, 0.105, 0.100])
UPPER_BACK, LOWER_BACK = np.array([0, 0.0050, 0.0070], np.float32), np.array([0, 0.0030, -0.0020], np.float32)
OPEN_HEIGHT = -2.0  # uv.y of what no lip shades: uv.y is the height over the line of the lips, in centimetres


def arch(shape: Shape, upper: bool, lip_line: float) -> tuple[Floats, Floats, np.ndarray, Floats]:
    """points, normals, tris, colours of one arch; `lip_line` is the height where the closed lips meet."""
    helper = shape.points[slice(*(UPPER_TEETH if upper else LOWER_TEETH))]
    front, back, half = helper[:, 1].min(), helper[:, 1].max(), helper[:, 0].max()
    widths = np.array(UPPER_WIDTHS if upper else LOWER_WIDTHS)
    lengths = np.array(UPPER_LENGTHS if upper else LOWER_LENGTHS)
    # A half ellipse, and the length along it.
    theta = np.linspace(-1.45, 1.45, 401)
    step_back = 0.0006 if upper else 0.0040
    x = half * 0.86 * np.sin(theta)
    y = front + step_back + (back - front) * 0.90 * (1 - np.cos(theta))
    along = np.concatenate([[0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))])
    along -= along[200]
    edge = np.concatenate([-np.cumsum(widths)[::-1], [0], np.cumsum(widths)])
    edge = edge * (along[-1] * 0.94 / edge[-1])
    crown = 0.0104 if upper else 0.0082
    tip = lip_line - 0.0034 if upper else lip_line - 0.0072
    sign = -1.0 if upper else 1.0
    points, normals, colours, tris = [], [], [], []
    u = np.linspace(-1, 1, ACROSS)
    t = np.linspace(-0.45, 1, DOWN)
    uu, tt = np.meshgrid(u, t)
    i, j = np.meshgrid(np.arange(DOWN - 1), np.arange(ACROSS - 1), indexing="ij")
    a = (i * ACROSS + j).ravel()
    cell = np.concatenate([np.stack([a, a + ACROSS, a + 1], 1), np.stack([a + 1, a + ACROSS, a + ACROSS + 1], 1)])
    for k in range(14):
        rank = 6 - k if k < 7 else k - 7
        middle, width = (edge[k] + edge[k + 1]) / 2, edge[k + 1] - edge[k]
        narrow = 1.0 - 0.05 * smoothstep(0.55, 0.0, tt) - 0.02 * smoothstep(0.85, 1.0, tt)
        s = middle + uu * width / 2 * narrow
        angle = np.interp(s, along, theta)
        out = np.stack([np.sin(angle), -np.cos(angle), np.zeros_like(angle)], -1)
        length = crown * lengths[rank]
        gum_line = smoothstep(0.08, -0.08, tt - 0.05 * uu**2)
        swell = (1 - 0.95 * uu**2) * 0.0017 * np.sin(np.pi * np.clip(0.28 + 0.62 * tt, 0, 1)) + gum_line * 0.0006
        edge_round = 0.08 * np.abs(uu) ** 3 * smoothstep(0.7, 1.0, tt) * (1.6 if rank == 2 else 1.0)
        height = tip - sign * length * (1 - tt + edge_round)
        if upper:
            height += SMILE_ARC * (np.interp(s, along, x) / half) ** 2
        p = np.stack([np.interp(s, along, x), np.interp(s, along, y), height], -1) + out * swell[..., None]
        p[-1] -= out[-1] * 0.0007
        base = k * ACROSS * DOWN
        points.append(p.reshape(-1, 3))
        normals.append(out.reshape(-1, 3))
        # The arch turns away behind the second tooth, and the cheeks' shade begins.
        enamel = ENAMEL * ((1 - 0.05 * rank) if rank < 2 else 0.68 - 0.03 * min(rank, 4)) * np.ones((*tt.shape, 1))
        between = 1 - np.array([0.34, 0.46, 0.52]) * np.abs(uu[..., None]) ** 6
        warm = np.array([1.0, 0.94, 0.83]) ** (1 - np.clip(tt[..., None], 0, 1))
        colour = enamel * between * warm
        colours.append((colour + (GUM - colour) * gum_line[..., None]).reshape(-1, 3))
        tris.append(cell + base)
    p_all, faces = np.concatenate(points), np.concatenate(tris)
    made = vertex_normals(p_all, faces)
    outward = np.concatenate(normals)
    wrong = (made * outward).sum(1).mean() < 0
    faces = faces[:, ::-1] if wrong else faces
    made = unit((-made if wrong else made) * 0.8 + outward * 0.2)
    return p_all.astype(np.float32), made, faces, np.concatenate(colours).astype(np.float32)


def rigid_moves(shape: Shape, names: tuple[str, ...], points: Floats) -> Floats:
    """Face units on the lower arch, (units, n, 3): the affine motion of the base mesh's lower teeth, so that they turn with the jaw."""
    helper = slice(*LOWER_TEETH)
    there = np.c_[shape.points[helper], np.ones(LOWER_TEETH[1] - LOWER_TEETH[0])]
    here = np.c_[points, np.ones(len(points))]
    inverse = np.linalg.pinv(there)
    out = np.zeros((len(names), len(points), 3), np.float32)
    for k, name in enumerate(names):
        # The lips' closing and rolling pull at the helper teeth, but teeth sit in bone: only the jaw moves them.
        if name.startswith("jaw"):
            out[k] = here @ (inverse @ shape.dense(name)[helper])
    return out


def teeth(shape: Shape, names: tuple[str, ...], lip_line: float, joint: int) -> Part:
    """Both arches as one part of the mouth's material."""
    up, down = arch(shape, True, lip_line), arch(shape, False, lip_line)
    points = np.concatenate([up[0], down[0]])
    tris = np.concatenate([up[2], down[2] + len(up[0])])
    depth = (points[:, 1] - points[:, 1].min()) / 0.030
    upper = np.arange(len(points)) < len(up[0])
    aside = smoothstep(0.026, 0.006, np.abs(points[:, 0]))  # the cheeks take the light from the side teeth
    light = np.clip(1.08 - 0.95 * depth, 0.08, 1.0) * (0.30 + 0.70 * aside) * np.where(upper, 1.0, 0.62)
    extra = np.concatenate([light[:, None], np.concatenate([up[3], down[3]])], 1)
    uv = np.stack([np.ones(len(points)), np.where(upper, (points[:, 2] - lip_line) * 100, OPEN_HEIGHT)], 1)
    part = make("teeth", "mouth", points, np.concatenate([up[1], down[1]]), tris, uv=uv, joint=joint, extra=extra)
    part.moves = np.concatenate([np.zeros((len(names), len(up[0]), 3), np.float32), rigid_moves(shape, names, down[0])], 1)
    # lips that come forward leave the teeth behind in the dark: a small round mouth shows none
    part.moves[names.index("mouthPucker")] += np.where(upper[:, None], UPPER_BACK, LOWER_BACK)
    part.turns = np.zeros_like(part.moves)
    part.two_sided = True
    return part
