"""What she plays, told to the ear, so that she does not interrupt herself."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from panda3d import core as p3d

from dialogue.speech.ear.own import OwnVoice
from dialogue.speech.sound import Samples
from world.line import Source
from world.sound import Player, Playing, Tap


class Overheard:
    """A player whose sound the ear is told of, so that she does not interrupt herself."""

    def __init__(self, player: Player, own: OwnVoice, clock: Callable[[], float]) -> None:
        self._player, self._own, self._clock = player, own, clock
        self.tap: Tap | None = None
        player.tap = self._heard

    @property
    def audible(self) -> bool:
        """As the player is."""
        return self._player.audible

    def replace(self, opened: Callable[[], Player]) -> None:
        """Play through another one from now on. The former is closed first: OpenAL has one device at a time, and closing it later would
        take the new one along."""
        self._player.close()
        self._own.forget()
        self._player = opened()
        self._player.tap = self._heard

    def play(self, source: Source, after: Playing | None = None) -> Playing:
        """Play; the ear is told of it piece by piece."""
        return _Known(self._player.play(source, after.inner if isinstance(after, _Known) else after), self._own, self._clock)

    def place(self, mouth: Sequence[float], ear: p3d.Mat4) -> None:
        """As the player does."""
        self._player.place(mouth, ear)

    def step(self, volume: float) -> None:
        """As the player does; the ear is told how loud it is."""
        self._own.at_volume(volume)
        self._player.step(volume)

    def close(self) -> None:
        """As the player does."""
        self._player.close()

    def _heard(self, samples: Samples, rate_hz: int, in_s: float) -> None:
        if self.audible:
            self._own.played(samples, rate_hz, self._clock() + in_s)
        if self.tap is not None:
            self.tap(samples, rate_hz, in_s)


class _Known:
    """What plays, and the ear is told when it is hushed."""

    def __init__(self, inner: Playing, own: OwnVoice, clock: Callable[[], float]) -> None:
        self.inner, self._own, self._clock = inner, own, clock

    @property
    def duration_s(self) -> float:
        return self.inner.duration_s

    @property
    def t(self) -> float:
        return self.inner.t

    @property
    def done(self) -> bool:
        return self.inner.done

    def hush(self) -> float:
        heard = self.inner.hush()
        self._own.stopped(self._clock())
        return heard
