"""Eyeballs: a sphere with a corneal bulge about the gaze axis, and the painted iris."""

from __future__ import annotations

import numpy as np

from avatar.body.colour import rgb
from avatar.body.lids import EYE_SCALE, IRIS
from avatar.body.mesh import Floats, smoothstep, unit, vertex_normals
from avatar.body.part import Part, make
from avatar.body.shape import Shape
from avatar.recipe import Eyes

IRIS_UV = 0.20  # radius of the iris in the texture, whose half width is .5
RINGS, SECTORS = 18, 32


def eyeballs(shape: Shape, eyes: Eyes, joint_of: dict[str, int]) -> Part:
    """Both eyes as one part. uv is azimuthal about the axis: distance from the middle is proportional to the angle."""
    radius = shape.eye_radius * EYE_SCALE
    iris_angle = float(np.arcsin(min(IRIS * eyes.iris_size, 0.8)))
    theta = np.concatenate([np.linspace(0, iris_angle * 1.3, 10), np.linspace(iris_angle * 1.3, 2.0, RINGS - 9)[1:]])
    phi = np.linspace(0, 2 * np.pi, SECTORS, endpoint=False)
    th, ph = np.meshgrid(theta, phi, indexing="ij")
    direction = np.stack([np.sin(th) * np.cos(ph), -np.cos(th), np.sin(th) * np.sin(ph)], -1).reshape(-1, 3)
    bulge = 1.0 + 0.032 * np.clip(1.0 - (th / (iris_angle * 1.25)) ** 2, 0.0, None).reshape(-1, 1)
    reach = (th / iris_angle * IRIS_UV).reshape(-1)
    uv = np.stack([0.5 + reach * np.cos(ph).reshape(-1), 0.5 + reach * np.sin(ph).reshape(-1)], 1)
    i, j = np.meshgrid(np.arange(RINGS - 1), np.arange(SECTORS), indexing="ij")
    a, b = (i * SECTORS + j).ravel(), (i * SECTORS + (j + 1) % SECTORS).ravel()
    tris = np.concatenate([np.stack([a, a + SECTORS, b], 1), np.stack([b, a + SECTORS, b + SECTORS], 1)])
    local = direction * bulge * radius
    normals = vertex_normals(local, tris)
    # The pole is many vertices in one place, so its faces are empty; its normal is the axis.
    normals[:SECTORS] = (0, -1, 0)
    flip = np.sign((normals * unit(local)).sum(1).mean())
    tris = tris if flip > 0 else tris[:, ::-1]
    normals = np.where((normals * local).sum(1, keepdims=True) < 0, -normals, normals).astype(np.float32)
    count = len(local)
    joints = np.zeros((2 * count, 4), np.uint8)
    joints[:count, 0], joints[count:, 0] = joint_of["eye_l"], joint_of["eye_r"]
    weights = np.zeros((2 * count, 4), np.float32)
    weights[:, 0] = 1
    extra = np.concatenate([np.c_[direction, np.zeros(count)], np.c_[direction, np.ones(count)]])
    part = make(
        "eyes", "eye", np.concatenate([local + shape.eyes[0], local + shape.eyes[1]]), np.concatenate([normals, normals]),
        np.concatenate([tris, tris + count]), uv=np.concatenate([uv, uv]), joints=joints, weights=weights, extra=extra,
    )  # fmt: skip
    part.texture = "iris"
    depth = 0.16 * IRIS_UV / IRIS
    part.inputs = {
        "iris_uv": (IRIS_UV, depth, eyes.pupil),
        "eye_joints": (joint_of["head"], joint_of["eye_l"], joint_of["eye_r"]),
    }
    return part


def _fibres(angle: Floats, count: int, rng: np.random.Generator) -> Floats:
    """A smooth periodic noise of `count` values around the circle."""
    values = rng.random(count)
    turn = (angle + np.pi) / (2 * np.pi) * count
    return np.asarray(np.interp(turn, np.arange(count + 1), np.append(values, values[0])), np.float32)


def iris_texture(eyes: Eyes, skin: Floats, size: int = 256) -> Floats:
    """sRGB picture (size, size, 3): white of the eye, limbal ring, fibres, collarette, pupil. `skin` (3,): deep skin has a deeper and
    warmer white, as it has in life: else eyes stare out of it."""
    rng = np.random.default_rng(3)
    y, x = np.mgrid[0:size, 0:size].astype(np.float32)
    x, y = (x + 0.5) / size * 2 - 1, (y + 0.5) / size * 2 - 1
    radius, angle = np.hypot(x, y), np.arctan2(y, x)
    t = radius / (IRIS_UV * 2)
    deep = float(smoothstep(0.72, 0.32, np.array([skin @ [0.3, 0.6, 0.1]]))[0])
    white = np.array([0.79, 0.735, 0.70]) * (1 - deep * np.array([0.17, 0.20, 0.26]))
    white = white * (1 - 0.16 * smoothstep(1.2, 2.6, t)[..., None] * np.array([0.25, 1.0, 1.05]))
    vein = np.maximum(0, _fibres(angle + 0.12 * np.sin(t * 9), 90, rng) - 0.72) / 0.28 * smoothstep(1.7, 2.4, t)
    white = white * (1 - 0.10 * vein[..., None] * np.array([0.1, 1, 1]))
    swirl = angle + 0.05 * np.sin(t * 14 + angle * 3)
    fine, broad, wide = _fibres(swirl, 340, rng), _fibres(swirl, 120, rng), _fibres(angle, 26, rng)
    fibre = 0.45 * fine + 0.35 * broad + 0.2 * wide
    iris = rgb(eyes.iris) * (0.62 + 0.66 * fibre[..., None])
    edge = eyes.pupil + 0.14 + 0.10 * broad
    warm = smoothstep(0.20, -0.06, t - edge) * (0.55 + 0.5 * fine)
    iris = iris * (1 - warm[..., None]) + rgb(eyes.inner) * (0.72 + 0.6 * fibre[..., None]) * warm[..., None]
    crypt = np.maximum(0, 0.34 - broad) * smoothstep(0.35, 0.55, t) * smoothstep(0.95, 0.8, t)
    iris = iris * (1 - 1.1 * crypt[..., None])
    ring = smoothstep(0.72, 1.0, t)
    iris = iris * (1 - 0.62 * ring[..., None])
    picture = iris + (white - iris) * smoothstep(0.90, 1.12, t)[..., None]
    pupil = smoothstep(eyes.pupil + 0.05, eyes.pupil - 0.03, t)
    picture = picture * (1 - pupil[..., None]) + np.array([0.02, 0.015, 0.015]) * pupil[..., None]
    return np.asarray(np.clip(picture, 0, 1), np.float32)
