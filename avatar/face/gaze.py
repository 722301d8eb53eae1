"""Where she looks: at you most of the time, inside the triangle of your eyes and mouth; away in bursts, by what she is doing.

Holds and sizes after SmartBody (Eyes Alive, Lee and Badler 2002): away is a state of two to five saccades, about 2.6 s a cycle
when listening and 4.5 s when talking; a saccade takes 25 ms and 2.4 ms a degree.
"""

from __future__ import annotations

from math import log
from random import Random
from typing import Literal

from avatar.units import minimum_jerk

Doing = Literal["listening", "thinking", "speaking"]

_TRIANGLE = ((-0.032, 0.0), (0.032, 0.0), (0.0, -0.065))  # metres at the viewer: eyes and mouth
_TRIANGLE_SHARE = (0.42, 0.42, 0.16)
_HOLD_S = {"listening": (7.9, 1.6), "speaking": (3.1, 2.2), "thinking": (0.9, 0.4)}
_SHARE = {"listening": 0.75, "speaking": 0.45, "thinking": 0.32}  # of the time on the viewer, with the holds above
_CAP_DEG = {"listening": 10.0, "speaking": 12.0, "thinking": 14.0}
_AWAY_S = {"listening": (0.3, 1.1), "speaking": (0.6, 1.7), "thinking": (0.35, 0.95)}
_LEAST_DEG = 1.5
_SIDES = ((1, 0), (-1, 0), (1, -0.6), (-1, -0.6), (0, -1), (1, 0.6), (-1, 0.6))
_BRIEF_DOWN = ((0.2, -1), (-0.3, -1), (0.6, -0.9))
_DOWN = ((0.2, -2), (-0.3, -2), (0.6, -1.8))
_ASIDE = ((1, 0.2), (-1, 0.2), (1, -0.4), (-1, -0.4))
_DOWN_LEFT = ((0.9, -1.7), (0.7, -2), (1.1, -1.4))
_UP = ((0.7, 0.8), (-0.7, 0.8), (0.3, 0.9))

# Feelings that turn away do it plainly: word in their way of averting: degrees at least, how much longer away.
_PLAIN = {"down-left": (19.0, 2.5), "long": (24.0, 2.5), "plain": (18.0, 1.5), "down": (20.0, 1.5)}


class Gaze:
    """`step` moves `offset_deg` (yaw, pitch against the line to the viewer) and `aim_m` (right, up from between the viewer's
    eyes, in metres); both are zero-mean while she looks at you. `moved_deg` is the size of a saccade begun in this step."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._t = 0.0
        self._doing: Doing = "listening"
        self._from = self._to = (0.0, 0.0)
        self._begin = self._length = 0.0
        self._left = 0  # saccades left in this time away
        self._change_s = rng.uniform(2.0, 5.0)
        self._fixation_s = 0.5
        self.offset_deg = (0.0, 0.0)
        self.aim_m = (0.0, 0.0)
        self.moved_deg = 0.0

    @property
    def away(self) -> bool:
        """She is looking, or turning to look, past the viewer."""
        return self._to != (0.0, 0.0)

    def step(self, dt: float, doing: Doing, share: float, avert: str) -> None:
        """`share`: wished part of the time on the viewer, 0..1; `avert`: where her feeling looks away to (assets/affect.json)."""
        self._t += dt
        self.moved_deg = 0.0
        if doing != self._doing:
            self._turn_to(doing)
        if self._t >= self._change_s:
            self._change(share, avert)
        elif not self.away and self._t >= self._fixation_s:
            self.aim_m = self._rng.choices(_TRIANGLE, _TRIANGLE_SHARE)[0]
            self._fixation_s = self._t + self._rng.uniform(0.35, 1.5)
        k = minimum_jerk((self._t - self._begin) / self._length) if self._length else 1.0
        self.offset_deg = (
            self._from[0] + (self._to[0] - self._from[0]) * k,
            self._from[1] + (self._to[1] - self._from[1]) * k,
        )

    def look_at_viewer(self) -> None:
        """Back to the viewer's eyes at once (the first word of the user, the end of her sentence)."""
        if self.away:
            self._go(0.0, 0.0)
        self._left = 0
        self._change_s = self._t + max(1.2, self._rng.gauss(*_HOLD_S[self._doing]))

    def _turn_to(self, doing: Doing) -> None:
        self._doing = doing
        if doing == "thinking":
            self._change_s = self._t + 0.25
        elif doing == "speaking" and self._rng.random() < 0.4:
            self._change_s = self._t + self._rng.uniform(0.2, 0.8)  # people look away as they begin
        else:
            self.look_at_viewer()

    def _change(self, share: float, avert: str) -> None:
        if self.away and self._left <= 0:
            self._go(0.0, 0.0)
            hold = max(0.8, self._rng.gauss(*_HOLD_S[self._doing]))
            self._change_s = self._t + hold * min(max(share / _SHARE[self._doing], 0.3), 1.6)
            return
        if not self.away:
            if avert == "none":
                self._change_s = self._t + 1.0
                return
            self._left = self._rng.randint(2, 5)
        self._left -= 1
        # mean 7.1°, median 5.1° before the cap
        size = min(max(-6.9 * log(max(self._rng.random(), 1e-3) * 15 / 15.7), _LEAST_DEG), _CAP_DEG[self._doing])
        x, y = self._rng.choice(self._where(avert))
        least, longer = (0.0, 1.0) if "brief" in avert else next((how for word, how in _PLAIN.items() if word in avert), (0.0, 1.0))
        size = max(size, least)
        self._go(x * size, y * size * 0.5)
        self._change_s = self._t + self._rng.uniform(*_AWAY_S[self._doing]) * longer

    def _where(self, avert: str) -> tuple[tuple[float, float], ...]:
        if self._doing == "thinking" or avert == "up":
            return _UP
        if "down" in avert:
            return _DOWN_LEFT if "down-left" in avert else _BRIEF_DOWN if "brief" in avert else _DOWN
        return _ASIDE if "long" in avert or "plain" in avert else _SIDES

    def _go(self, yaw: float, pitch: float) -> None:
        self.moved_deg = ((yaw - self.offset_deg[0]) ** 2 + (pitch - self.offset_deg[1]) ** 2) ** 0.5
        self._from, self._to = self.offset_deg, (yaw, pitch)
        self._begin, self._length = self._t, 0.025 + 0.0024 * self.moved_deg
