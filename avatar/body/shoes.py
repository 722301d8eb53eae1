"""Shoes made from a few measures of the foot: a sole, a rounded upper and a collar; the foot inside is not drawn."""

from __future__ import annotations

import numpy as np

from avatar.body.baked import BODY_END, Baked
from avatar.body.colour import rgb
from avatar.body.mesh import Floats, ease, smoothstep, vertex_normals
from avatar.body.part import Part, make
from avatar.body.shape import SOLE, Shape
from avatar.wear import Shoes

AROUND = 44
COLLAR = 0.098  # metres over the ground


def _outline(points: Floats, middle: Floats, gap: float) -> Floats:
    """Radius of the foot about `middle` for AROUND angles, smoothed, `gap` metres larger."""
    d = points[:, :2] - middle
    angle, radius = np.arctan2(d[:, 1], d[:, 0]), np.hypot(d[:, 0], d[:, 1])
    bins = ((angle + np.pi) / (2 * np.pi) * AROUND).astype(int) % AROUND
    out: Floats = np.zeros(AROUND, np.float32)
    np.maximum.at(out, bins, radius)
    for _ in range(AROUND):
        empty = out == 0
        if not empty.any():
            break
        out = np.where(empty, np.maximum(np.roll(out, 1), np.roll(out, -1)), out)
    for _ in range(4):
        out = np.maximum(out, (np.roll(out, 1) + np.roll(out, -1)) / 2)
        out = (np.roll(out, 1) + np.roll(out, -1) + 2 * out) / 4
    return np.asarray(out + gap, np.float32)


def shoes(baked: Baked, shape: Shape, look: Shoes, joint_of: dict[str, int]) -> Part:
    """Both shoes as one part; the material's tone (ex.z) tells the sole from the upper."""
    points, tris, joints, weights, tones, uvs = [], [], [], [], [], []
    angle = (np.arange(AROUND) + 0.5) / AROUND * 2 * np.pi - np.pi
    ring_dir = np.stack([np.cos(angle), np.sin(angle)], 1)
    body = shape.points[:BODY_END]
    upper_tone = 1.0
    sole_ratio = float(np.mean(rgb(look.sole) ** 2.2) / max(np.mean(rgb(look.colour) ** 2.2), 1e-3))
    base = 0
    for side, sign in (("l", 1.0), ("r", -1.0)):
        own = body[(body[:, 0] * sign > 0)]
        foot = own[own[:, 2] < SOLE + 0.055]
        ankle = own[np.abs(own[:, 2] - (COLLAR - 0.004)) < 0.012]
        heel_y, toe_y = float(foot[:, 1].max()), float(foot[:, 1].min())
        middle = np.array([foot[:, 0].mean(), heel_y * 0.45 + toe_y * 0.55], np.float32)
        collar_middle = ankle[:, :2].mean(0)
        outline = middle + ring_dir * _outline(foot, middle, 0.0045)[:, None]
        collar = collar_middle + ring_dir * _outline(ankle, collar_middle, 0.0065)[:, None]
        # How far forward each part of the outline lies: the toe box is low, the heel rises steeply.
        ahead = smoothstep(float(collar_middle[1]) + 0.02, toe_y, outline[:, 1])
        rings: list[tuple[Floats, float]] = [
            (np.c_[middle + (outline - middle) * 0.90, np.full(AROUND, 0.0)], sole_ratio),
            (np.c_[middle + (outline - middle) * 1.00, np.full(AROUND, 0.003)], sole_ratio),
            (np.c_[middle + (outline - middle) * 1.035, np.full(AROUND, 0.012)], sole_ratio),
            (np.c_[middle + (outline - middle) * 1.030, np.full(AROUND, 0.024) + 0.004 * ahead], sole_ratio),
            (np.c_[middle + (outline - middle) * 1.005, np.full(AROUND, 0.0255) + 0.004 * ahead], sole_ratio * 0.7),
        ]
        for t in np.linspace(0.0, 1.0, 11):
            share = ease(0.12, 1.0, t) * (1 - ahead) * 0.9 + ahead * t**1.25 + (1 - ahead) * 0.1 * t
            plan = outline + (collar - outline) * share[:, None]
            box = 0.027 + 0.030 * np.sin(min(t / 0.35, 1.0) * np.pi / 2)
            low = box + (COLLAR - 0.057) * ease(0.25, 1.0, t) ** 1.1
            high = 0.027 + (COLLAR - 0.027) * t
            rings.append((np.c_[plan, low * ahead + high * (1 - ahead)], upper_tone * (0.86 if t > 0.93 else 1.0)))
        inner = collar_middle + (collar - collar_middle) * 0.86
        rings.append((np.c_[inner, np.full(AROUND, COLLAR + 0.003)], 0.8))
        rings.append((np.c_[collar_middle + (collar - collar_middle) * 0.80, np.full(AROUND, COLLAR - 0.03)], 0.3))
        grid = np.stack([r for r, _ in rings]).astype(np.float32)
        count = len(rings)
        points.append(grid.reshape(-1, 3))
        tones.append(np.repeat([tone for _, tone in rings], AROUND))
        uvs.append(np.stack([np.tile(angle * 0.09, count), np.repeat(np.arange(count) * 0.011, AROUND)], 1))
        i, j = np.meshgrid(np.arange(count - 1), np.arange(AROUND), indexing="ij")
        a, b = (i * AROUND + j).ravel() + base, (i * AROUND + (j + 1) % AROUND).ravel() + base
        tris += [np.stack([a, b, a + AROUND], 1), np.stack([b, b + AROUND, a + AROUND], 1)]
        fan = np.arange(1, AROUND - 1)
        tris.append(np.stack([np.full(len(fan), base), base + fan + 1, base + fan], 1))
        flat = grid.reshape(-1, 3)
        ball = shape.joints[joint_of[f"ball_{side}"]]
        front = smoothstep(float(ball[1]) + 0.015, float(ball[1]) - 0.025, flat[:, 1])
        jo, we = np.zeros((len(flat), 4), np.uint8), np.zeros((len(flat), 4), np.float32)
        jo[:, 0], jo[:, 1] = joint_of[f"foot_{side}"], joint_of[f"ball_{side}"]
        we[:, 0], we[:, 1] = 1 - front, front
        joints.append(jo)
        weights.append(we)
        base += len(flat)
    p, t_all = np.concatenate(points), np.concatenate(tris)
    tone = np.concatenate(tones)
    extra = np.stack([np.full(len(p), 0.05), np.zeros(len(p)), tone, np.ones(len(p))], 1)
    part = make(
        "shoes", "cloth", p, vertex_normals(p, t_all), t_all, uv=np.concatenate(uvs).astype(np.float32),
        joints=np.concatenate(joints), weights=np.concatenate(weights), extra=extra.astype(np.float32),
    )  # fmt: skip
    red, green, blue = (float(c) for c in rgb(look.colour))
    part.tint, part.two_sided = (red, green, blue), True
    return part
