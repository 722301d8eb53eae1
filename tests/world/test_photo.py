"""When a photo is taken."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

from world.commands.common import TakeClock
from world.commands.photo import settle
from world.scene import Scene

DT = 1 / 30


class Blinking:
    """A scene in which she blinks from `begin_s` to `end_s` and looks away until `away_s`."""

    def __init__(self, begin_s: float, end_s: float, away_s: float = 0.0) -> None:
        self.t, self._blink, self._away_s = 0.0, (begin_s, end_s), away_s
        self.character = SimpleNamespace(blinks=SimpleNamespace(closed=0.0), gaze=SimpleNamespace(away=False))

    def step(self, dt: float) -> None:
        self.t += dt
        self.character.blinks.closed = 1.0 if self._blink[0] <= self.t <= self._blink[1] else 0.0
        self.character.gaze.away = self.t < self._away_s


def taken_s(scene: Blinking, averts: bool = False) -> float:
    settle(cast("Scene", scene), TakeClock(0.0), DT, averts)
    return scene.t


def test_a_photo_waits_for_open_eyes_that_rest_on_you() -> None:
    assert 3.0 <= taken_s(Blinking(0.0, 0.1)) < 3.2
    assert 3.5 < taken_s(Blinking(2.9, 3.2)) < 3.7
    assert 5.2 < taken_s(Blinking(0.0, 0.1, away_s=5.0)) < 5.5
    assert taken_s(Blinking(0.0, 0.1, away_s=5.0), averts=True) < 3.2, "who looks away from shame is taken so"
    assert taken_s(Blinking(0.0, 60.0)) < 9.1, "it does not wait for ever"
