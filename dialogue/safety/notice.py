"""When to say that she is software, and when to suggest a break (L-01, L-02, L-03). Kept in memory, fed with `now`."""

from __future__ import annotations

from datetime import date, datetime

from dialogue.safety.lines import lines

REPEAT_S = 3 * 3600.0
PAUSE_S = 15 * 60.0


class NoticeClock:
    """`now` in seconds since 1970. Call `due` at the start of each turn; idle time above fifteen minutes starts the three
    hours anew."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._day: date | None = None
        self._since: float | None = None
        self._last: float | None = None

    def due(self, now: float) -> list[str]:
        """The notices to show before anything is said at `now`."""
        today = datetime.fromtimestamp(now).date()
        if self._last is None or self._since is None or now - self._last > PAUSE_S:
            self._since = now
        self._last = now
        if today != self._day:
            self._day, self._since = today, now
            return [lines("ai_notice")[0].format(name=self._name)]
        if now - self._since >= REPEAT_S:
            self._since = now
            return [lines("break_notice")[0].format(name=self._name)]
        return []

    def alive(self, now: float) -> None:
        """The program is in use although nobody speaks (the headset is worn, the window is in front)."""
        if self._last is not None and now - self._last <= PAUSE_S:
            self._last = now
