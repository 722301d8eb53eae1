"""Expression, speech and lids put together into one set of 52 weights.

Speech owns jaw, closure, funnel, pucker, roll and press; feeling owns brows, eyes and cheeks; smile, frown and stretch add up,
feeling damped by speech and never against a closure, which leaves the corners of the mouth to it. Blinks win over wide eyes.
"""

from __future__ import annotations

import numpy as np

from avatar.face.frame import ARKIT, INDEX, Weights, zeros

_OWNED = np.array([n.startswith(("jaw", "mouthClose", "mouthFunnel", "mouthPucker", "mouthRoll", "mouthPress")) for n in ARKIT])
_SHARED = np.array([n.startswith("mouth") for n in ARKIT]) & ~_OWNED
_OPENERS = np.array([n.startswith(("mouthLowerDown", "mouthUpperUp", "mouthFunnel", "mouthShrug")) for n in ARKIT])
_CORNERS = np.array([n.startswith(("mouthSmile", "mouthFrown", "mouthDimple")) for n in ARKIT])  # closed lips let them be
_FREE = np.array([n.startswith(("eyeBlink", "mouthClose")) for n in ARKIT])  # may be fast: blinks and closures
_BLINK = [INDEX["eyeBlinkLeft"], INDEX["eyeBlinkRight"]]
_WIDE = [INDEX["eyeWideLeft"], INDEX["eyeWideRight"]]
_JAW, _CLOSE = INDEX["jawOpen"], INDEX["mouthClose"]
_SPEED = 0.24 * 60  # weight a second: under .25 in a frame at 60 Hz
_RECOVER_S = 0.3


class Layers:
    """Blends once a frame; the result is the same array each time."""

    def __init__(self) -> None:
        self._out = zeros()
        self._last = zeros()
        self._gain = zeros()
        self._speaking = 0.0

    def blend(self, felt: Weights, spoken: Weights, activity: float, closure: float, blink: float, dt: float) -> Weights:
        """`felt`, `spoken`: float32[52]. `activity`, `closure`, `blink`: 0..1."""
        # feeling comes back over 300 ms after speech, not at once
        self._speaking = max(activity, self._speaking - dt / _RECOVER_S)
        out, gain = self._out, self._gain
        gain[:] = 1
        gain[_SHARED] = (1 - 0.5 * self._speaking) * (1 - closure)
        gain[_CORNERS] = (1 - 0.5 * self._speaking) * (1 - 0.25 * closure)
        gain[_OWNED] = 1 - self._speaking
        np.multiply(felt, gain, out=out)
        out += spoken
        out[_OPENERS] *= 1 - closure
        for lid, wide in zip(_BLINK, _WIDE, strict=True):
            out[wide] *= 1 - blink
            out[lid] = max(out[lid], blink)
        np.clip(out, 0, 1, out=out)
        step = np.float32(_SPEED * dt)
        limited = np.clip(out, self._last - step, self._last + step)
        np.copyto(out, np.where(_FREE, out, limited))
        # the seal follows the jaw as it is, not as it was wished: lips that are closed stay closed
        out[_CLOSE] = max(min(out[_CLOSE], out[_JAW]), closure * out[_JAW] if closure > 0.5 else 0.0)
        np.copyto(self._last, out)
        return out
