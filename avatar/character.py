"""One person: set what she feels, does and says; then `update(dt)` walks her through a frame.

    motion ─ gaze ─ expression ─ visemes ─ FaceFrame ─ rig ─ springs
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

import numpy as np

from avatar.body.body import Body
from avatar.body.stance import relaxed
from avatar.face.blink import REST_PER_MIN, TALK_PER_MIN, Blinks
from avatar.face.expression import Expression
from avatar.face.frame import INDEX, FaceFrame, Weights, zeros
from avatar.face.gaze import Doing, Gaze
from avatar.face.layers import Layers
from avatar.face.tables import Manner, table
from avatar.face.viseme import VisemeTrack, style
from avatar.motion.hair import HairSprings
from avatar.motion.head import Head, beat_at, beats
from avatar.motion.posture import Posture
from avatar.units import Array, quat_deg, yaw_pitch_deg

EYE_YAW_DEG, EYE_PITCH_DEG = 34.0, 24.0
_LOOK = {side: [INDEX[f"eyeLook{way}{side}"] for way in ("In", "Out", "Up", "Down")] for side in ("Left", "Right")}
_BROWS = [INDEX[n] for n in ("browInnerUp", "browOuterUpLeft", "browOuterUpRight")]
_BROW_BEAT = np.array([0.05, 0.13, 0.13], np.float32)  # more at the outer ends: inner ends alone look worried
_LID_LOOK_DEG = 30.0  # gaze angle at which an eyeLook weight is 1
_FAR_GAZE_DEG = 14.0


class Spoken:
    """One utterance on its way: lips, and where the head marks it. `t` is set each frame from the sound's clock."""

    def __init__(self, phones: Sequence[tuple[str, float, float]], stresses: Sequence[float], label: str, rng: Random) -> None:
        jaw, lips = style(label)
        self.track = VisemeTrack(phones, jaw_gain=jaw, lip_gain=lips)
        self.beats = beats(stresses, rng)
        self.t = 0.0


class Character:
    """Fields to set: `strengths`, `mood`, `doing`, `viewer` (metres, in the space of `body.root`), `spoken`.
    To read after `update`: `frame`, `phone`."""

    def __init__(self, body: Body, seed: int = 0) -> None:
        self.body = body
        self.strengths: Mapping[str, float] = {}
        self.mood: Sequence[float] = (0.25, 0.1, 0.1)
        self.doing: Doing = "listening"
        self.viewer = np.array([0.0, -1.2, body.eyes[0, 2]], np.float32)
        self.spoken: Spoken | None = None
        self.rng = Random(seed)
        self.frame = FaceFrame()
        self.phone: str | None = None
        self.gaze, self.head = Gaze(self.rng), Head(self.rng)
        self.blinks, self._expression, self._layers = Blinks(self.rng), Expression(self.rng), Layers()
        stance = relaxed(body)
        self._posture = Posture(body.joints, stance, self.rng)
        self._eye_joints = [body.joints.index(f"eye_{s}") for s in "lr"]
        self._speech = zeros()
        self._hair = HairSprings(body, Random(seed))
        body.apply(self.frame.weights, stance, (0.0, 0.0, 0.0))

    def say(self, phones: Sequence[tuple[str, float, float]], stresses: Sequence[float], label: str) -> Spoken:
        """Get an utterance ready; assign the result to `spoken` when its sound begins."""
        return Spoken(phones, stresses, label, self.rng)

    def update(self, dt: float) -> None:
        """One frame of `dt` seconds."""
        manner = self._manner()
        talking = self.doing == "speaking"
        share = 0.2 if self.doing == "thinking" else manner.look_talking if talking else manner.look_listening
        self.gaze.step(dt, self.doing, share, manner.avert)
        rate = (TALK_PER_MIN if talking else REST_PER_MIN) * manner.blink
        if self.gaze.moved_deg > _FAR_GAZE_DEG:
            self.blinks.now(rate)
        blink = self.blinks.step(dt, rate)

        activity = closure = beat = 0.0
        self._speech[:] = 0
        self.phone = None
        if self.spoken is not None:
            activity, closure = self.spoken.track.at(self.spoken.t, self._speech)
            beat = beat_at(self.spoken.beats, self.spoken.t)
            self.phone = self.spoken.track.phone_at(self.spoken.t)

        middle = self.body.eyes.mean(0)
        straight = yaw_pitch_deg(self.viewer - middle)
        away = self.gaze.offset_deg
        posture = (0.0, manner.head_pitch_deg, manner.head_roll_deg)
        head = self.head.step(dt, straight, away, posture, beat)
        rotations = self._posture.step(dt, head, manner.breaths, manner.lean_deg)
        # the eyes aim last, from where the head now is; the head itself is posed first
        offset = self._posture.offset_m
        self.body.skeleton.pose(rotations, offset)
        looks = self._aim(rotations, away)

        felt = self._expression.step(self.strengths, self.mood, dt)
        weights = self._layers.blend(felt, self._speech, activity, closure, blink, dt)
        self._follow(weights, looks)
        weights[_BROWS] = np.clip(weights[_BROWS] + _BROW_BEAT * max(beat, 0.0), 0, 1)
        self.frame.weights, self.frame.head_deg = weights, head
        self.frame.eyes_deg = ((looks[0][0] + looks[1][0]) / 2, (looks[0][1] + looks[1][1]) / 2)
        self.body.apply(weights, rotations, offset)
        self._hair.step(dt)

    def _manner(self) -> Manner:
        """Mean of the feelings' manners, weighed by strength; neutral fills up to 1."""
        rows, tables = [], table()
        neutral = tables.manners[tables.index("neutral")]
        total = 0.0
        strongest, avert = 0.0, neutral.avert
        for label, strength in self.strengths.items():
            manner = tables.manners[tables.index(label)]
            rows.append((strength, manner))
            total += strength
            if strength > max(strongest, 0.25):
                strongest, avert = strength, manner.avert
        rows.append((max(0.0, 1 - total), neutral))
        scale = 1 / max(total, 1.0)

        def mean(field: str) -> float:
            return float(sum(k * getattr(m, field) for k, m in rows)) * scale

        return Manner(
            mean("look_listening"), mean("look_talking"), avert, mean("blink"), mean("lean_deg"),
            mean("head_pitch_deg"), mean("head_roll_deg"), mean("breaths"),
        )  # fmt: skip

    def _aim(self, rotations: Array, away: tuple[float, float]) -> list[tuple[float, float]]:
        """Turn both eye joints to the point looked at; returns (yaw, pitch) of each in degrees against the head."""
        head = np.asarray(self.body.world_joint("head"), np.float32)
        to_head = head[:3, :3].T
        right_up = np.array([self.gaze.aim_m[0], 0.0, self.gaze.aim_m[1]], np.float32)
        out = []
        for joint in self._eye_joints:
            line = self.viewer + right_up - self.body.skeleton.world[joint][:3, 3]
            yaw, pitch = yaw_pitch_deg(to_head @ line)
            yaw = float(np.clip(yaw + away[0] * 0.65, -EYE_YAW_DEG, EYE_YAW_DEG))
            pitch = float(np.clip(pitch + away[1] * 0.65, -EYE_PITCH_DEG, EYE_PITCH_DEG))
            rotations[joint] = quat_deg(yaw, pitch)
            out.append((yaw, pitch))
        return out

    @staticmethod
    def _follow(weights: Weights, looks: list[tuple[float, float]]) -> None:
        """The lids go with the eyes: eyeLook weights from the angles. In is towards the nose: -yaw for the left eye."""
        for side, (yaw, pitch), sign in (("Left", looks[0], 1.0), ("Right", looks[1], -1.0)):
            values = (-sign * yaw, sign * yaw, pitch, -pitch)
            for index, value in zip(_LOOK[side], values, strict=True):
                weights[index] = min(max(value / _LID_LOOK_DEG, 0.0), 1.0)
