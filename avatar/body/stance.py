"""How a relaxed person stands: arms hanging, fingers a little curled, weight on one leg. The base mesh rests in an A-pose."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from avatar.body.mesh import Floats, unit
from avatar.body.skeleton import Skeleton

# Curl of the three joints of each finger, degrees: more towards the little finger, as a resting hand has it.
CURL_DEG = {"index": (6, 15, 9), "middle": (11, 19, 11), "ring": (15, 22, 12), "pinky": (18, 23, 12)}


def multiply(a: Floats, b: Floats) -> Floats:
    """Product of quaternions (..., 4) as (w, x, y, z): first `b`, then `a`."""
    w1, x1, y1, z1 = np.moveaxis(a, -1, 0)
    w2, x2, y2, z2 = np.moveaxis(b, -1, 0)
    return np.stack([
        w1 * w2 - x1 * x2 - y1 * y2 - z1 * z2, w1 * x2 + x1 * w2 + y1 * z2 - z1 * y2,
        w1 * y2 - x1 * z2 + y1 * w2 + z1 * x2, w1 * z2 + x1 * y2 - y1 * x2 + z1 * w2,
    ], -1).astype(np.float32)  # fmt: skip


def about(axis: Floats, angle_deg: float) -> Floats:
    """Rotation about an axis (3,), right-handed, degrees."""
    half = np.radians(angle_deg) / 2
    return np.concatenate([[np.cos(half)], np.sin(half) * unit(np.asarray(axis, np.float32))]).astype(np.float32)


def turn(q: Floats, v: Floats) -> Floats:
    """A vector (3,) turned by a quaternion."""
    w, u = q[0], q[1:]
    return np.asarray(v + 2 * np.cross(u, np.cross(u, v) + w * v), np.float32)


def between(a: Floats, b: Floats) -> Floats:
    """The shortest turn from direction `a` to direction `b`."""
    a, b = unit(a), unit(b)
    q = np.concatenate([[1 + a @ b], np.cross(a, b)])
    return np.asarray(q / np.linalg.norm(q), np.float32)


def _inverse(q: Floats) -> Floats:
    return q * np.array([1, -1, -1, -1], np.float32)


def relaxed(skeleton: Skeleton, upper: float, fore: float) -> Floats:
    """Local rotations float32[n, 4] of a relaxed stance, for `Body.apply`. Motion is multiplied onto these. `upper`, `fore`: metres
    that upper arm and forearm lead outwards a metre down."""
    count = len(skeleton.names)
    local = np.zeros((count, 4), np.float32)
    local[:, 0] = 1
    whole = local.copy()
    index = skeleton.index

    def set_whole(name: str, q: Floats) -> None:
        """Gives a joint a rotation in world axes; joints must be set from the root outwards."""
        i = index[name]
        parent = int(skeleton.parents[i])
        local[i] = multiply(_inverse(whole[parent]), q) if parent >= 0 else q
        whole[i] = q

    x, y, z = (np.array(v, np.float32) for v in ((1, 0, 0), (0, 1, 0), (0, 0, 1)))
    # Weight on her right leg: the left hip drops, the spine swings back over the middle.
    for i, name in enumerate(skeleton.names):
        parent = int(skeleton.parents[i])
        kept = whole[parent] if parent >= 0 else whole[i]
        if name == "pelvis":
            kept = multiply(about(y, 1.8), about(z, 2.0))
        elif name == "spine_01":
            kept = about(y, -0.2)
        elif name == "spine_02":
            kept = multiply(about(y, -1.4), about(x, -0.5))
        elif name == "spine_03":
            kept = multiply(about(y, -1.6), about(z, -1.0))
        elif name in ("neck_01", "head"):
            kept = about(z, 0.0)
        elif name.startswith(("thigh_", "calf_", "foot_")):
            kept = _leg(skeleton, name)
        set_whole(name, kept)
    for side, sign in (("l", 1.0), ("r", -1.0)):
        _arm(skeleton, whole, set_whole, side, sign, upper, fore)
    for i in range(count):
        local[i] /= np.linalg.norm(local[i])
    return local


# Where thigh and shin point, for the free left leg and the standing right one, and how far the foot turns out, degrees.
LEGS = {
    "l": ((0.045, -0.075, -1.0), (0.010, 0.030, -1.0), 9.0),
    "r": ((-0.020, -0.012, -1.0), (-0.012, 0.012, -1.0), -5.0),
}


def _leg(skeleton: Skeleton, name: str) -> Floats:
    """Rotation in world axes of a joint of the legs: the base mesh stands with its feet wide apart."""
    side = name[-1]
    thigh, shin, out_deg = LEGS[side]
    up = np.array([0, 0, 1], np.float32)
    if name.startswith("foot"):
        return about(up, out_deg * 0.6)
    first, second, way = ("thigh", "calf", thigh) if name.startswith("thigh") else ("calf", "foot", shin)
    rest = skeleton.rest[skeleton.index[f"{second}_{side}"]] - skeleton.rest[skeleton.index[f"{first}_{side}"]]
    return multiply(about(up, out_deg * 0.5), between(rest, np.array(way, np.float32)))


Put = Callable[[str, Floats], None]


def _arm(skeleton: Skeleton, whole: Floats, put: Put, side: str, sign: float, out: float, fore_out: float) -> None:
    """Clavicle to finger tips of one arm; every joint is set in world axes from the shoulder outwards."""
    rest, index = skeleton.rest, skeleton.index

    def way(a: str, b: str) -> Floats:
        return np.asarray(rest[index[f"{b}_{side}"]] - rest[index[f"{a}_{side}"]])

    clavicle = multiply(about(np.array([0, 1, 0], np.float32), 6.0 * sign), whole[index["spine_03"]])
    put(f"clavicle_{side}", clavicle)
    upper_to = np.array([out * sign, 0.055, -1.0], np.float32)
    fore_to = np.array([fore_out * sign, -0.235, -1.0], np.float32)
    hand_to = np.array([-0.02 * sign, -0.20, -1.0], np.float32)
    upper = multiply(between(turn(clavicle, way("upperarm", "lowerarm")), upper_to), clavicle)
    upper = multiply(about(upper_to, -8.0 * sign), upper)
    put(f"upperarm_{side}", upper)
    fore = multiply(between(turn(upper, way("lowerarm", "hand")), fore_to), upper)
    fingers = way("hand", "middle_01")
    across = way("index_01", "pinky_01")
    forward = way("middle_01", "middle_03")
    palm = np.cross(across, forward)
    thumb = rest[index[f"thumb_03_{side}"]] - rest[index[f"index_01_{side}"]]
    palm = palm if palm @ thumb > 0 else -palm
    axis = np.cross(forward, palm)
    hand = multiply(between(turn(fore, fingers), hand_to), fore)
    # The palm of a hanging hand looks inwards and a little back; forearm and wrist share the twist.
    down = unit(hand_to)
    seen = turn(hand, palm)
    seen, want = unit(seen - down * (seen @ down)), np.array([-0.62 * sign, 0.78, 0], np.float32)
    want = unit(want - down * (want @ down))
    twist = float(np.degrees(np.arctan2(np.cross(seen, want) @ down, seen @ want)))
    fore = multiply(about(fore_to, twist * 0.5), fore)
    put(f"lowerarm_{side}", fore)
    hand = multiply(between(turn(fore, fingers), hand_to), fore)
    hand = multiply(about(hand_to, twist * 0.5), hand)
    put(f"hand_{side}", hand)
    for finger, angles in CURL_DEG.items():
        # The base mesh spreads its fingers; at rest they lie side by side.
        own = way(f"{finger}_01", f"{finger}_03")
        flat = unit(palm)
        lean = float(np.degrees(np.arctan2(np.cross(own, forward) @ flat, own @ forward - (own @ flat) * (forward @ flat))))
        q = multiply(hand, about(flat, lean * 0.8))
        for k, angle in enumerate(angles, 1):
            q = multiply(q, about(axis, float(angle)))
            put(f"{finger}_0{k}_{side}", q)
    q = hand
    for k, bend_deg in enumerate((10.0, 12.0, 16.0), 1):
        q = multiply(q, about(axis * 0.6 + forward * (0.5 * np.sign(axis @ across) if k == 1 else 0.0), bend_deg))
        put(f"thumb_0{k}_{side}", q)
