"""A top and trousers: where they lie on the body, how far from it, how they hang."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from avatar.body.baked import BODY_END, Baked
from avatar.body.collar import with_collar
from avatar.body.garment import Cloth, curtain, grow
from avatar.body.mesh import Floats, nearest, smoothstep, triangles, vertex_normals
from avatar.body.shape import Shape
from avatar.recipe import Top, Trousers

UNDER = 0.022  # metres below a garment's edge where the skin is still kept
FABRICS = {"jersey": (0.0, 0.9, 0.05), "knit": (1.0, 1.2, 0.0), "linen": (2.0, 0.5, 0.05), "denim": (3.0, 0.35, 0.08)}
LEATHER = (4.0, 0.2, 0.45)


class Measures:
    """Lengths of one body that garments are cut by: joints by name, shares of arm and head per vertex, way along the arms."""

    def __init__(self, baked: Baked, shape: Shape) -> None:
        self.joint = {name: shape.joints[i] for i, name in enumerate(baked.joint_names)}
        self.points = shape.points[:BODY_END]
        joints, weights = baked.joints[:BODY_END], baked.weights[:BODY_END]
        arm = np.array([n.split("_")[0] in ARM for n in baked.joint_names])
        self.is_arm = arm
        self.arm = np.asarray((weights * arm[joints]).sum(1), np.float32)
        self.head = np.asarray((weights * (joints == baked.joint_names.index("head"))).sum(1), np.float32)
        self.reach = self._along_arms()

    def _along_arms(self) -> Floats:
        """0 at the shoulder, 1 at the elbow, 2 at the wrist; -1 off the arms."""
        out = np.full(BODY_END, -1.0, np.float32)
        for side, sign in (("l", 1.0), ("r", -1.0)):
            shoulder, elbow, wrist = (self.joint[f"{n}_{side}"] for n in ("upperarm", "lowerarm", "hand"))
            upper, fore = elbow - shoulder, wrist - elbow
            one = (self.points - shoulder) @ upper / (upper @ upper)
            two = 1 + (self.points - elbow) @ fore / (fore @ fore)
            own = (self.arm > 0.12) & (self.points[:, 0] * sign > 0)
            out = np.where(own, np.where(one > 1, np.maximum(two, 1), one), out)
        return out.astype(np.float32)


NAPE = 0.024  # metres over the root of the neck to which cloth rises behind it
ARM = ("upperarm", "lowerarm", "hand", "thumb", "index", "middle", "ring", "pinky")


def top_field(m: Measures, look: Top) -> Floats:
    """Below 0 where the top lies, metres to its nearest edge."""
    points, neck, hip = m.points, m.joint["neck_01"], m.joint["thigh_l"]
    sleeve = np.where(m.reach > -0.5, (m.reach - look.sleeve) * 0.27, -0.2)
    hem = hip[2] - 0.045 - points[:, 2]
    deep = 0.050 + 0.055 * look.neckline
    wide = 0.082 + 0.022 * look.neckline
    centre = neck + np.array([0, -0.048, 0.020])
    scaled = (points - centre) / np.array([wide, 0.088, deep])
    away = np.sqrt((scaled**2).sum(1))
    if look.cut == "v":
        # Below the throat two straight lines meet in a point, deeper than a round one would go.
        a, c = np.abs(scaled[:, 0]), np.maximum(-scaled[:, 2], 0) / 1.75
        pointed = np.sqrt((a**1.15 + c**1.15) ** (2 / 1.15) + scaled[:, 1] ** 2)
        front = (scaled[:, 2] < 0) & (points[:, 1] < centre[1] + 0.02)
        # So that a metre stays a metre where the cut runs deep.
        away = np.where(front, 1 + (pointed - 1) * (1 + 0.9 * np.minimum(c, 1)), away)
    neckline = (1 - away) * 0.06
    above = points[:, 2] - (neck[2] + NAPE)
    near = np.abs(points[:, 0]) < 0.11
    neckline = np.where(near, np.maximum(neckline, np.where(np.abs(points[:, 0]) < 0.09, above, -1)), -1)
    neckline = np.where(m.head > 0.5, np.maximum(neckline, 0.02), neckline)
    return np.asarray(np.maximum(np.maximum(sleeve, hem), neckline), np.float32)


def trousers_field(m: Measures, look: Trousers) -> Floats:
    """Below 0 where the trousers lie."""
    hip, ankle = m.joint["thigh_l"], m.joint["foot_l"]
    waist = hip[2] + 0.022  # no higher than the top's hem hides
    hem = hip[2] + (ankle[2] - 0.020 - hip[2]) * look.length
    f = np.maximum(m.points[:, 2] - waist, hem - m.points[:, 2])
    return np.asarray(np.where(m.arm > 0.3, 0.2, f), np.float32)


def top(baked: Baked, shape: Shape, m: Measures, look: Top) -> Cloth:
    """The top, hanging from shoulders and chest."""
    points, hip = m.points, m.joint["thigh_l"][2]
    sleeve = smoothstep(0.2, 1.0, m.reach) * (0.006 + 0.010 * look.ease)
    low = smoothstep(hip + 0.13, hip + 0.02, points[:, 2]) * (m.arm < 0.5)
    thickness = 0.0070 + sleeve + 0.008 * low
    torso_share = {"arm": 1 - smoothstep(0.04, 0.35, m.arm)}
    # Round the neck cloth lies on the skin.
    near_neck = smoothstep(0.05, 0.0, -top_field(m, look)) * (points[:, 2] > m.joint["upperarm_l"][2] - 0.05) * (m.arm < 0.2)
    thickness = thickness * (1 - 0.72 * near_neck)
    used_rows: dict[str, Floats] = {}

    def drape(p: Floats) -> Floats:
        chosen = used_rows["torso"]
        axis = np.array([0.0, float(np.median(p[:, 1]))], np.float32)
        return curtain(p, chosen, axis, 0.46 - 0.38 * look.ease, 0.002 + 0.010 * look.ease, bridge=14)

    field = top_field(m, look)
    tris_rows = _rows(baked, field)
    below_shoulder = smoothstep(m.joint["upperarm_l"][2] - 0.02, m.joint["upperarm_l"][2] - 0.09, points[:, 2])
    used_rows["torso"] = np.asarray(torso_share["arm"] * below_shoulder, np.float32)[tris_rows]
    cloth = grow(
        baked, shape, field, thickness.astype(np.float32), rounds=26, strength=0.5, drape=drape, fair=shape.points[baked.chest]
    )
    _folds(cloth, m, look.ease)
    # The armhole: where a plane through the shoulder, leaning in as far as the armpit, meets the cloth.
    shoulder = m.joint["upperarm_l"]
    drop = shoulder[2] - cloth.points[:, 2]
    lean = 0.34 * np.clip(drop, -0.1, 0.10)
    cloth.seam[:] = (np.abs(cloth.points[:, 0]) - shoulder[0]) * 0.94 + lean + 0.002
    # Further down no seam: the chest lies before it, the sleeve behind it.
    side = np.where((cloth.weights * m.is_arm[cloth.joints]).sum(1) > 0.5, 1.0, -1.0)
    below = 1.5 * np.maximum(drop - 0.105, 0)
    cloth.seam[:] = np.where(below > 0, side * (np.maximum(cloth.seam * side, 0) + below), cloth.seam)
    return with_collar(cloth, _close_collar(cloth, baked, shape, m), baked, shape)


def _close_collar(cloth: Cloth, baked: Baked, shape: Shape, m: Measures) -> NDArray[np.intp]:
    """Turns the neckline's edge in as far as the skin, so that no gap shows between them from above or behind. In place;
    returns the vertices of that edge."""
    first = len(cloth.points) - len(cloth.origin)
    rim = cloth.points[cloth.origin]
    neck = np.nonzero((rim[:, 2] > m.joint["upperarm_l"][2] - 0.12) & (np.abs(rim[:, 0]) < m.joint["upperarm_l"][0] * 0.8))[0]
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


def _rows(baked: Baked, field: Floats) -> np.ndarray:
    """The vertex rows that `grow` takes for a field, in its order."""
    skin = baked.quads[(baked.quads < BODY_END).all(1)]
    tris = np.concatenate([skin[:, [0, 1, 2]], skin[:, [0, 2, 3]]])
    return np.unique(tris[(field < 0.03)[tris].any(1)])


def _folds(cloth: Cloth, m: Measures, ease: float) -> None:
    """Soft vertical folds that grow towards the hem, and drag lines across the waist; uneven, so that they look fallen.

    In place, and outwards only: what the cloth hides stays hidden."""
    hip = m.joint["thigh_l"][2]
    arm = (cloth.weights * m.is_arm[cloth.joints]).sum(1)
    chosen = smoothstep(0.30, 0.05, arm) * smoothstep(m.joint["upperarm_l"][2] - 0.04, m.joint["upperarm_l"][2] - 0.14, cloth.points[:, 2])
    d = cloth.points[:, :2] - np.array([0.0, float(np.median(cloth.points[:, 1]))])
    angle, z = np.arctan2(d[:, 1], d[:, 0]), cloth.points[:, 2] - hip
    deep = smoothstep(0.36, -0.02, z) * (0.0015 + 0.0060 * ease)
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
    rows = _rows(baked, field)
    height = points[rows, 2]
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

    cloth = grow(baked, shape, field, thickness.astype(np.float32), rounds=10, strength=0.5, drape=drape)
    # The top hangs over the waistband, which is all that is left of it up there: pressed to the body.
    pressed = smoothstep(hip - 0.06, hip - 0.035, cloth.points[:, 2])
    cloth.points -= cloth.normals * (0.004 * pressed)[:, None]
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


def hidden(fields: list[Floats]) -> np.ndarray:
    """Which vertices of the body lie well under a garment, (13380,): triangles of such vertices only are never drawn."""
    return np.asarray(np.min(fields, axis=0) < -UNDER)
