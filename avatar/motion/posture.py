"""A standing body that is never still: breath, weight from foot to foot, lean, small drift. All of it from a seed."""

from __future__ import annotations

from collections.abc import Mapping
from math import sin, tau
from random import Random

import numpy as np

from avatar.units import Array, Drift, Glide, Quat, quat_axis, quat_deg, quat_mul, smooth

_SHIFT_S = (6.0, 20.0)
_SHIFT_M = 0.014
_BREATH_DEG = 0.9
_CAUGHT, _CATCH_S, _LET_GO_S = 0.8, 0.28, 0.9  # a breath that is caught: how deep against a calm one, how soon in, how long out
_NECK_SHARE = 0.4  # of the head's turn; the head joint takes the rest


class Posture:
    """Writes joint rotations over a relaxed stance."""

    def __init__(self, joints: tuple[str, ...], stance: Array, rng: Random) -> None:
        self._at = {name: i for i, name in enumerate(joints)}
        self._stance = stance.astype(np.float32)
        self._out = self._stance.copy()
        self._rest: list[Quat] = [(w, x, y, z) for w, x, y, z in self._stance.tolist()]
        self._rng = rng
        self._t = 0.0
        self._breath = rng.random()
        self._caught_s = _CATCH_S + _LET_GO_S
        self._shift_next_s = rng.uniform(2.0, 6.0)
        self._shift_to = 0.0
        self._shift, self._lean = Glide(), Glide()
        self._sway = {name: Drift(rng, p) for name, p in (("x", 6.1), ("y", 7.7), ("arm_l", 8.3), ("arm_r", 9.1), ("hand", 6.7))}
        self.offset_m = (0.0, 0.0, 0.0)

    @property
    def breath(self) -> float:
        """-1 (out) to 1 (in), and above it where one is caught: in is quicker than out."""
        phase, since = self._breath % 1.0, self._caught_s
        calm = sin(tau * (phase / 0.8 - 0.25)) if phase < 0.4 else sin(tau * (0.25 + (phase - 0.4) / 1.2))
        return calm + _CAUGHT * smooth(since / _CATCH_S) * (1 - smooth((since - _CATCH_S) / _LET_GO_S))

    def catch_breath(self) -> None:
        """A short breath in, as of somebody who is about to listen; not while one is being caught."""
        if self._caught_s >= _CATCH_S + _LET_GO_S:
            self._caught_s = 0.0

    def step(self, dt: float, head_deg: tuple[float, float, float], breaths_per_min: float, lean_deg: float) -> Array:
        """Rotations float32[n, 4] in the body's joint order (the same array each time); `offset_m` moves with them."""
        self._t += dt
        self._breath += dt * breaths_per_min / 60
        self._caught_s += dt
        if self._t >= self._shift_next_s:
            self._shift_next_s = self._t + self._rng.uniform(*_SHIFT_S)
            self._shift_to = self._rng.uniform(-1, 1)
        weight = self._shift.step(self._shift_to, 1.6, dt)
        lean = self._lean.step(lean_deg, 1.2, dt)
        x, y = self._sway["x"].at(self._t), self._sway["y"].at(self._t)
        breath = self.breath
        self._out[:] = self._stance
        self.offset_m = (_SHIFT_M * weight + 0.002 * x, 0.002 * y, 0.0)
        hip_roll = 1.6 * weight + 0.2 * x
        yaw, pitch, roll = head_deg
        turn = 0.12 * yaw  # the chest comes along a little
        self._turn("pelvis", quat_deg(0.6 * weight, 0.0, hip_roll))
        for leg in ("thigh_l", "thigh_r"):
            self._turn(leg, quat_deg(0.0, 0.0, -hip_roll))
        self._turn("spine_01", quat_deg(turn * 0.5, -0.4 * lean, -0.9 * hip_roll))
        self._turn("spine_02", quat_deg(turn * 0.5, -0.3 * lean + 0.25 * y, -0.4 * hip_roll))
        self._turn("spine_03", quat_deg(0.0, -0.3 * lean + _BREATH_DEG * breath, 0.0))
        for side, sign in (("l", 1.0), ("r", -1.0)):
            self._turn(f"clavicle_{side}", quat_axis(1, -sign * 0.7 * breath))
            arm = self._sway[f"arm_{side}"].at(self._t)
            self._turn(f"upperarm_{side}", quat_deg(0.0, 0.5 * arm, -sign * 0.25 * breath + 0.4 * arm))
            self._turn(f"hand_{side}", quat_axis(0, 1.5 * self._sway["hand"].at(self._t + (sign > 0))))
        # the neck undoes the chest's breath, so that the head stays with the viewer
        neck = quat_deg(_NECK_SHARE * yaw - turn, _NECK_SHARE * pitch + lean - _BREATH_DEG * breath, _NECK_SHARE * roll + 0.3 * hip_roll)
        rest = 1 - _NECK_SHARE
        self._turn("neck_01", neck)
        self._turn("head", quat_deg(rest * yaw, rest * pitch, rest * roll))
        return self._out

    def add(self, rotations: Mapping[str, Quat]) -> None:
        """Turn named joints further, in this frame only."""
        for name, rotation in rotations.items():
            i = self._at[name]
            w, x, y, z = self._out[i].tolist()
            self._out[i] = quat_mul((w, x, y, z), rotation)

    def _turn(self, name: str, rotation: Quat) -> None:
        """Sets a joint to its stance turned by `rotation`."""
        i = self._at[name]
        self._out[i] = quat_mul(self._rest[i], rotation)
