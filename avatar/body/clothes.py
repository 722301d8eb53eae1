"""A top and trousers: where they lie on the body, how far from it, how they hang."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from avatar.body.baked import ARM, BODY_END, Baked, share
from avatar.body.collar import Loop, with_collar
from avatar.body.garment import Cloth, body_uv, curtain, grow
from avatar.body.leaf import with_hood, with_leaf
from avatar.body.measures import Measures, ends_field, neckline_field, top_field, trousers_field
from avatar.body.mesh import Floats, Smoother, nearest, smoothstep, triangles, vertex_normals
from avatar.body.outfits import Kind
from avatar.body.patch import Patch, patch
from avatar.body.shape import Shape
from avatar.body.standing import Standing
from avatar.wear import Top, Trousers

_SET_M = 0.006  # from the shoulder's joint out to where a sleeve is set in


def top(baked: Baked, rest: Shape, standing: Standing, look: Top, kind: Kind, free: Floats, fine: float) -> Cloth:
    """A top as it hangs from shoulders and chest while she stands. `free` (13380,): 1 where no skin is drawn; `fine`: metres to which its
    edges are halved."""
    shape = standing.shape(baked, rest)
    whole = Measures(baked, shape)
    hip, shoulder = whole.joint["thigh_l"][2], whole.joint["upperarm_l"]
    # Below the waist no portrait looks.
    longest = np.asarray(fine + 0.02 * smoothstep(hip + 0.16, hip + 0.08, whole.points[:, 2]), np.float32)
    skin = patch(baked, shape, top_field(whole, look, kind) < 0.03, longest)
    m = whole.on(skin)
    points, field = m.points, top_field(m, look, kind)
    sleeve = smoothstep(0.2, 1.0, m.reach) * (0.002 + 0.006 * look.ease)
    low = smoothstep(hip + 0.13, hip + 0.02, points[:, 2]) * (m.arm < 0.5)
    thickness = 0.0055 + kind.thick_m + 0.004 * (kind.open_m > 0) + sleeve + 0.008 * low
    # Round the neck cloth lies on the skin.
    near_neck = smoothstep(0.05, 0.0, -field) * (points[:, 2] > shoulder[2] - 0.05) * (m.arm < 0.2)
    thickness = np.asarray(thickness + (0.0034 + 0.6 * kind.thick_m + 0.004 * (kind.open_m > 0) - thickness) * near_neck, np.float32)
    # Where no skin is drawn under it cloth may run straighter than the body does.
    least, deep = thickness * 0.8, skin.carry(free) > 0.98
    floor, even = (least - 0.012 * deep)[:, None], Smoother(skin.points, skin.tris)
    for _ in range(12):
        floor = even.mean(floor)
    floor = np.where(deep, floor[:, 0], least)
    hangs = (1 - smoothstep(0.04, 0.35, m.arm)) * smoothstep(shoulder[2] - 0.02, shoulder[2] - 0.09, points[:, 2])

    def drape(p: Floats) -> Floats:
        axis = np.array([0.0, float(np.median(p[:, 1]))], np.float32)
        return curtain(p, np.asarray(hangs, np.float32), axis, 0.46 - 0.38 * look.ease, 0.002 + 0.010 * look.ease, bridge=14)

    cloth = grow(
        skin, skin.carry(body_uv(baked)), field, thickness, rounds=70, strength=0.5, seam=_armhole(baked, rest, skin),
        ends=ends_field(m, look, kind),
        floor=np.asarray(floor, np.float32), drape=drape, fair=shape.points[baked.chest],
    )  # fmt: skip
    _folds(cloth, whole, baked, look.ease)
    rim = _close_collar(cloth, baked, shape, whole, look, kind)
    loop = Loop.of(cloth, rim, baked, shape)
    if not kind.open_m:
        cloth = with_collar(cloth, rim, loop, kind.band)
    if kind.collar == "leaf":
        return with_leaf(cloth, loop, kind.gap_deg, 0.009 if kind.open_m else 0.0)
    return with_hood(cloth, loop) if kind.collar == "hood" else cloth


def _armhole(baked: Baked, rest: Shape, skin: Patch) -> Floats:
    """Metres past the seam at which sleeves are set in, (n,), in the A-pose: a plane from the shoulder to the armpit, and there the
    line where skin goes half with the arm."""
    shoulder = rest.joints[baked.joint_names.index("upperarm_l")]
    points, arm = skin.carry(rest.points[:BODY_END]), skin.carry(share(baked, ARM))
    half = (np.abs(arm - 0.5) < 0.2) & (points[:, 0] > 0)
    pit = points[half][points[half, 2].argmin()]
    lean = (shoulder[0] - pit[0]) / max(shoulder[2] - pit[2], 0.03)
    plane = np.abs(points[:, 0]) - shoulder[0] - _SET_M + lean * (shoulder[2] - points[:, 2])
    under = smoothstep(pit[2] + 0.035, pit[2] - 0.005, points[:, 2])
    seam = plane * (1 - under) + 0.12 * (arm - 0.5) * under
    return np.asarray(np.where(np.abs(seam) < 1e-5, 1e-5, seam), np.float32)


def _close_collar(cloth: Cloth, baked: Baked, shape: Shape, m: Measures, look: Top, kind: Kind) -> NDArray[np.intp]:
    """Turns the neckline's edge in as far as the skin, so that no gap shows between them from above or behind. In place;
    returns the vertices of that edge."""
    first = len(cloth.points) - len(cloth.origin)
    rim = cloth.points[cloth.origin]
    neck = np.nonzero(neckline_field(m.at(rim), look, kind) > -0.020)[0]
    if kind.open_m:
        # In front the edge runs on downwards: only what lies round the neck is closed.
        d = rim[neck] - rim[neck].mean(0)
        neck = neck[np.abs(np.arctan2(d[:, 0], -d[:, 1])) > np.radians(max(kind.gap_deg, 40.0) - 8)]
    skin = baked.quads[(baked.quads < BODY_END).all(1)]
    normals = vertex_normals(shape.points[:BODY_END], triangles(skin))
    near = np.nonzero(np.linalg.norm(shape.points[:BODY_END] - rim[neck].mean(0), axis=1) < 0.30)[0]
    index, distance = nearest(rim[neck], shape.points[near], 4)
    weight = 1 / (distance + 1e-3)
    weight /= weight.sum(1, keepdims=True)
    at = (shape.points[near][index] * weight[..., None]).sum(1)
    out = (normals[near][index] * weight[..., None]).sum(1)
    height = ((rim[neck] - at) * out).sum(1, keepdims=True)
    cloth.points[first + neck] = rim[neck] - out * (height + 0.0050)
    cloth.refresh()
    return cloth.origin[neck]


def _folds(cloth: Cloth, m: Measures, baked: Baked, ease: float) -> None:
    """Soft vertical folds that grow towards the hem, and drag lines across the waist; uneven, so that they look fallen.

    In place, and outwards only: what the cloth hides stays hidden."""
    hip = m.joint["thigh_l"][2]
    is_arm = np.array([n.split("_")[0] in ARM for n in baked.joint_names])
    arm = (cloth.weights * is_arm[cloth.joints]).sum(1)
    chosen = smoothstep(0.30, 0.05, arm) * smoothstep(m.joint["upperarm_l"][2] - 0.04, m.joint["upperarm_l"][2] - 0.14, cloth.points[:, 2])
    d = cloth.points[:, :2] - np.array([0.0, float(np.median(cloth.points[:, 1]))])
    angle, z = np.arctan2(d[:, 1], d[:, 0]), cloth.points[:, 2] - hip
    deep = smoothstep(0.36, -0.02, z) * (0.0010 + 0.0030 * ease)
    wave = np.sin(angle * 7 + 2.2 * np.sin(z * 9) + 0.7) * 0.55 + np.sin(angle * 11 - z * 11 + 1.9) * 0.30
    wave = wave + np.sin(angle * 4 + z * 16) * 0.35 + 0.8
    drag = np.sin(z * 85 + 2.5 * np.sin(angle * 2 + 0.5)) + 1
    waist = smoothstep(0.08, 0.15, z) * smoothstep(0.31, 0.20, z) * np.abs(np.sin(angle * 1.5 + 0.4))
    push = (deep * wave + 0.0034 * ease * drag * waist) * chosen
    cloth.points[:, :2] += (d / np.maximum(np.hypot(d[:, 0], d[:, 1]), 1e-3)[:, None] * push[:, None]).astype(np.float32)
    # Sleeves: a few rings where the arm bends away.
    along = m.joint["lowerarm_l"] - m.joint["upperarm_l"]
    way = (np.abs(cloth.points) * np.array([1, 0, 1]) - m.joint["upperarm_l"] * np.array([1, 0, 1])) @ along / (along @ along)
    ring = (np.sin(way * 26 + angle * 2) + 1) * smoothstep(0.5, 0.95, arm) * smoothstep(0.05, 0.2, way) * 0.0016 * (0.4 + ease)
    cloth.points += (cloth.normals * ring[:, None]).astype(np.float32)
    cloth.refresh()


def trousers(baked: Baked, shape: Shape, m: Measures, look: Trousers) -> Cloth:
    """Trousers that fall straight from the knee."""
    points = m.points
    knee, hip, ankle = (m.joint[n][2] for n in ("calf_l", "thigh_l", "foot_l"))
    down = smoothstep(hip, ankle, points[:, 2])
    thickness = (0.0042 + 0.004 * look.ease) * (0.35 + 0.65 * smoothstep(hip + 0.01, hip - 0.09, points[:, 2])) + 0.012 * down
    field = trousers_field(m, look)
    skin = patch(baked, shape, field < 0.03, np.full(BODY_END, 1.0, np.float32))
    height = skin.points[:, 2]
    leg = smoothstep(hip - 0.10, knee + 0.04, height)

    def drape(p: Floats) -> Floats:
        out = p
        for side in (1.0, -1.0):
            own = (p[:, 0] * side > 0) * leg
            ankle_at = m.joint["foot_l" if side > 0 else "foot_r"]
            knee_at = m.joint["calf_l" if side > 0 else "calf_r"]
            axis = np.array([(ankle_at[0] + knee_at[0]) / 2, (ankle_at[1] + knee_at[1]) / 2 + 0.005], np.float32)
            out = curtain(out, np.asarray(own, np.float32), axis, 0.16 - 0.10 * look.ease, 0.003, bins=40)
        return out

    field, thickness = skin.carry(field), skin.carry(thickness)
    cloth = grow(skin, skin.carry(body_uv(baked)), field, thickness, rounds=10, strength=0.5, drape=drape)
    # The top hangs over the waistband, which is all that is left of it up there: pressed to the body.
    pressed = smoothstep(hip - 0.065, hip - 0.045, cloth.points[:, 2])
    cloth.points -= cloth.normals * (0.010 * pressed)[:, None]
    _creases(cloth, knee, ankle)
    return cloth


def _creases(cloth: Cloth, knee: float, ankle: float) -> None:
    """Creases behind and beside the knee and where the hem rests on the shoe, in place."""
    x, y, z = cloth.points.T
    at_knee = np.exp(-(((z - knee) / 0.08) ** 2)) * 0.0026
    at_hem = smoothstep(ankle + 0.20, ankle + 0.02, z) * 0.0040
    wave = np.sin(z * 130 + x * 30) * at_knee + np.sin(z * 90 + x * 55 + y * 40) * at_hem
    cloth.points += (cloth.normals * (wave + at_knee * 0.6 + at_hem * 0.6)[:, None]).astype(np.float32)
    cloth.refresh()


