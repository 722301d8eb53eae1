"""One person: set what she feels, does and says; then `update(dt)` walks her through a frame.

    motion ─ gaze ─ expression ─ visemes ─ FaceFrame ─ rig
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import atan2, degrees, hypot
from random import Random

import numpy as np

from avatar.body.body import Body
from avatar.face.blink import REST_PER_MIN, TALK_PER_MIN, Blinks
from avatar.face.expression import Expression
from avatar.face.frame import INDEX, FaceFrame, Weights, zeros
from avatar.face.gaze import Doing, Gaze
from avatar.face.layers import Layers
from avatar.face.micro import Micro
from avatar.face.pupil import Pupil
from avatar.face.tables import table
from avatar.face.viseme import Loudness, Style, Timed, VisemeTrack, style
from avatar.motion.hair import HairSprings
from avatar.motion.head import Head, Listener, beat_at, beats
from avatar.motion.posture import Posture
from avatar.units import quat_deg, smooth

EYE_YAW_DEG, EYE_PITCH_DEG = 28.0, 24.0
_LOOK = {side: [INDEX[f"eyeLook{way}{side}"] for way in ("In", "Out", "Up", "Down")] for side in ("Left", "Right")}
_BROWS = [INDEX[n] for n in ("browInnerUp", "browOuterUpLeft", "browOuterUpRight")]
_BROW_BEAT = (0.05, 0.13, 0.13)  # more at the outer ends: inner ends alone look worried
_CARRIAGE_DEG = (-6.0, 2.5)  # yaw and roll of a head that nothing moves: nobody holds it like a passport's, though eyes meet yours
_LID_LOOK_DEG = 30.0  # gaze angle at which an eyeLook weight is 1
_FAR_GAZE_DEG = 14.0
_ASK_DEG, _ASK_BROW = 4.5, 0.22  # how far a question tips the head and lifts the outer brows
_ASK_LAST = 0.45  # part of the question in which it shows
_FLASH_S, _FLASH = 0.35, 1.6  # brows that greet a word spoken to her, or mark a pause: how long, how high against a beat's
_GO_OVER_S = 0.05
_BEAT_KNOWN_S, _BEAT_APART_S = 0.2, 1.2  # beats so near are begun; the next is not nearer to the last than that
_INTEREST = {"joy": 0.4, "amused": 0.4, "affection": 0.8, "desire": 1.0, "curious": 1.0, "surprised": 0.8, "caring": 0.3, "fear": 0.6}


class Spoken:
    """One utterance on its way: lips, and where the head marks it. `t` is set each frame from the sound's clock; `rest` 0..1 closes the
    mouth where that stands still."""

    def __init__(
        self, phones: Sequence[Timed], stresses: Sequence[float], style: Style, rng: Random, asks: bool, loudness: Loudness | None = None
    ) -> None:
        self.track = VisemeTrack(phones, style=style, loudness=loudness)
        self.rest = 0.0
        self._style = style
        self._was: VisemeTrack | None = None  # what the lips followed until a moment ago
        self._since = 0.0
        self._other = zeros()
        self._rng = rng
        self.beats = beats(stresses, rng)
        self.asks = rng.choice((-1.0, 1.0)) if asks else 0.0
        self.t = 0.0

    def follow(self, phones: Sequence[Timed], stresses: Sequence[float], loudness: Loudness | None = None) -> None:
        """Its phones are known better now, and how loud they are. The lips go over in three frames; where they agree nothing is seen."""
        self._was, self._since = self.track, self.t
        self.track = VisemeTrack(phones, style=self._style, loudness=loudness)
        kept = tuple(beat for beat in self.beats if beat[0] <= self.t + _BEAT_KNOWN_S)
        after = max([self.t + _BEAT_KNOWN_S, *(time + _BEAT_APART_S for time, _ in kept)])
        self.beats = (*kept, *beats([time for time in stresses if time > after], self._rng))

    def lips(self, out: Weights, extras: Weights) -> tuple[float, float]:
        """Write the weights at `t` and the extras; returns (speech activity, closure), both 0..1."""
        activity, closure = self.track.at(self.t, out)
        self.track.tongue_at(self.t, extras)
        gone = (self.t - self._since) / _GO_OVER_S
        if self._was is not None and gone < 1:
            was, shut = self._was.at(self.t, self._other)
            out *= np.float32(gone)
            out += self._other * np.float32(1 - gone)
            activity, closure = activity * gone + was * (1 - gone), closure * gone + shut * (1 - gone)
        else:
            self._was = None
        if self.rest:
            out *= np.float32(1 - self.rest)
            extras *= np.float32(1 - self.rest)
        return activity * (1 - self.rest), closure * (1 - self.rest)

    def question(self) -> float:
        """How much it sounds like a question now, -1..1; the sign is the side the head tips to."""
        length = max(self.track.end_s, 0.3)
        late = (self.t - (1 - _ASK_LAST) * length) / (0.5 * _ASK_LAST * length)
        return self.asks * smooth(late) * (1 - smooth((self.t - length) / 0.6)) if self.asks else 0.0


class Character:
    """Fields to set: `strengths`, `mood`, `doing`, `viewer` (metres, in the space of `body.root`), `spoken`,
    `hearing` (0..1, how much she is being spoken to), `light` (on her eyes, against the portrait's).
    To read after `update`: `frame`, `phone`."""

    def __init__(self, body: Body, seed: int = 0) -> None:
        self.body = body
        self.strengths: Mapping[str, float] = {}
        self.mood: Sequence[float] = (0.25, 0.1, 0.1)
        self.doing: Doing = "listening"
        self.viewer = np.array([0.0, -1.2, body.eyes[0, 2]], np.float32)
        self.spoken: Spoken | None = None
        self.hearing, self.light = 0.0, 1.0
        self.rng = Random(seed)
        self.frame = FaceFrame()
        self.phone: str | None = None
        self.gaze, self.head = Gaze(self.rng), Head(self.rng)
        self.blinks, self._expression, self._layers = Blinks(self.rng), Expression(self.rng), Layers()
        # each has chance of its own, so that one more of them changes nothing in the others
        self._listener, self._micro, self._pupil = Listener(Random(seed + 7919)), Micro(Random(seed + 7927)), Pupil(Random(seed + 7933))
        stance = body.stance
        self._posture = Posture(body.joints, stance, self.rng)
        self._eye_joints = [body.joints.index(f"eye_{s}") for s in "lr"]
        self._head_joint = body.joints.index("head")
        self._middle = [float(v) for v in body.eyes.mean(0)]
        self._looks = [(0.0, 0.0), (0.0, 0.0)]
        self._speech = zeros()
        self._flash, self._flash_s = _FLASH, 0.0
        self._hair = HairSprings(body, Random(seed + 7937))
        body.apply(self.frame.weights, stance, (0.0, 0.0, 0.0))

    def say(
        self, phones: Sequence[Timed], stresses: Sequence[float], strengths: Mapping[str, float], asks: bool = False,
        loudness: Loudness | None = None,
    ) -> Spoken:  # fmt: skip
        """Get an utterance ready; assign the result to `spoken` when its sound begins. `strengths`: what she feels as she says it. `asks`:
        it is a question. `loudness`: of as much of its sound as there is, which opens and stretches the mouth."""
        return Spoken(phones, stresses, style(strengths), self.rng, asks, loudness)

    def attend(self) -> None:
        """She is spoken to: her eyes come to the viewer, her brows greet (within two frames), and she catches a breath."""
        self.gaze.look_at_viewer()
        self._posture.catch_breath()
        self._flash, self._flash_s = _FLASH, _FLASH_S

    def acknowledge(self, nod_deg: float, brows: float = 0.5) -> None:
        """The other has paused: a nod, and brows that rise a little at once (as much of a beat), for a nod takes a tenth of a second to be
        seen. Without degrees the brows alone."""
        if nod_deg:
            self.head.nod(nod_deg)
        if self._flash_s <= 0:
            self._flash, self._flash_s = brows, _FLASH_S

    def update(self, dt: float) -> None:
        """One frame of `dt` seconds."""
        manner = table().manner(self.strengths)
        talking = self.doing == "speaking"
        share = 0.2 if self.doing == "thinking" else manner.look_talking if talking else manner.look_listening
        self.gaze.step(dt, self.doing, share, manner.avert)
        rate = (TALK_PER_MIN if talking else REST_PER_MIN) * manner.blink
        if self.gaze.moved_deg > _FAR_GAZE_DEG:
            self.blinks.now(rate)
        blink = self.blinks.step(dt, rate)

        activity = closure = beat = question = 0.0
        self.phone = None
        if self.spoken is not None:
            t = self.spoken.t
            activity, closure = self.spoken.lips(self._speech, self.frame.extras)
            beat, question = beat_at(self.spoken.beats, t), self.spoken.question()
            self.phone = self.spoken.track.phone_at(t)
        else:
            self._speech[:] = 0
            self.frame.extras[:] = 0
        if self.doing == "listening" and (nod := self._listener.step(dt, self.hearing)):
            self.head.nod(*nod)

        away = self.gaze.offset_deg
        straight = self._straight()
        turn, tip = _CARRIAGE_DEG
        posture = (turn, manner.head_pitch_deg, tip + manner.head_roll_deg + _ASK_DEG * question)
        head = self.head.step(dt, straight, away, posture, beat)
        rotations = self._posture.step(dt, head, manner.breaths, manner.lean_deg)
        # the eyes aim last, from where the head now is; the head itself is posed first
        self.body.skeleton.pose(rotations, self._posture.offset_m)
        self._aim(away)

        felt = self._expression.step(self.strengths, self.mood, dt)
        flash = self._micro.step(dt, self.strengths, self.mood, talking)
        if flash is not None:
            felt += flash
        weights = self._layers.blend(felt, self._speech, activity, closure, blink, dt)
        self._follow(weights)
        lift = max(beat, 0.0) + self._flash * smooth(4 * self._flash_s / _FLASH_S)
        self._flash_s = max(self._flash_s - dt, 0.0)
        if lift or question:
            for row, share in zip(_BROWS, _BROW_BEAT, strict=True):
                weights[row] = min(weights[row] + share * lift + (_ASK_BROW * abs(question) if share > 0.1 else 0.0), 1.0)
        self.frame.weights, self.frame.head_deg = weights, head
        (yaw, pitch), (other_yaw, other_pitch) = self._looks
        self.frame.eyes_deg = ((yaw + other_yaw) / 2, (pitch + other_pitch) / 2)
        self.frame.pupil = self._pupil.step(dt, self.light, *self._stirred())
        self.body.show(weights, self.frame.extras, self.frame.pupil)
        self._hair.step(dt)

    def _stirred(self) -> tuple[float, float]:
        """Arousal -1..1 and interest 0..1 of what is felt over the mood."""
        arousal, interest = 0.4 * float(self.mood[1]), 0.0
        anchors = table().arousals
        for label, strength in self.strengths.items():
            arousal += strength * anchors[label]
            interest += strength * _INTEREST.get(label, 0.0)
        return min(max(arousal, -1.0), 1.0), min(interest, 1.0)

    def _straight(self) -> tuple[float, float]:
        """Yaw and pitch in degrees from between her eyes at rest to the viewer."""
        x, y, z = self.viewer.tolist()
        return _angles(x - self._middle[0], y - self._middle[1], z - self._middle[2])

    def _aim(self, away: tuple[float, float]) -> None:
        """Turn both eye joints to the point looked at; `_looks` becomes (yaw, pitch) of each in degrees against the head."""
        skeleton = self.body.skeleton
        (a, b, c, _), (d, e, f, _), (g, h, i, _), _ = skeleton.world[self._head_joint].tolist()
        vx, vy, vz = self.viewer.tolist()
        right, up = self.gaze.aim_m
        for k, joint in enumerate(self._eye_joints):
            ex, ey, ez = skeleton.world[joint, :3, 3].tolist()
            x, y, z = vx + right - ex, vy - ey, vz + up - ez
            # into the head's axes: its matrix transposed
            yaw, pitch = _angles(a * x + d * y + g * z, b * x + e * y + h * z, c * x + f * y + i * z)
            yaw = min(max(yaw + away[0] * 0.65, -EYE_YAW_DEG), EYE_YAW_DEG)
            pitch = min(max(pitch + away[1] * 0.65, -EYE_PITCH_DEG), EYE_PITCH_DEG)
            skeleton.turn(joint, quat_deg(yaw, pitch))
            self._looks[k] = (yaw, pitch)

    def _follow(self, weights: Weights) -> None:
        """The lids go with the eyes: eyeLook weights from the angles. In is towards the nose: -yaw for the left eye."""
        for rows, (yaw, pitch), sign in ((_LOOK["Left"], self._looks[0], 1.0), (_LOOK["Right"], self._looks[1], -1.0)):
            across, rise = sign * yaw / _LID_LOOK_DEG, pitch / _LID_LOOK_DEG
            weights[rows] = (min(max(-across, 0.0), 1.0), min(max(across, 0.0), 1.0), min(max(rise, 0.0), 1.0), min(max(-rise, 0.0), 1.0))


def _angles(x: float, y: float, z: float) -> tuple[float, float]:
    """Yaw and pitch in degrees of a direction; (0, 0) is straight ahead, -Y."""
    return degrees(atan2(x, -y)), degrees(atan2(z, hypot(x, y)))
