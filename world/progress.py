"""How far along a long step is: a bar on a terminal, a line per quarter elsewhere. On stderr, for stdout carries results."""

from __future__ import annotations

import sys
import time
from typing import TextIO

_WIDTH = 28


class Bar:
    """Callable as `bar(what, part)` with part 0..1; a new `what` begins a new line."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out or sys.stderr
        self._what = ""
        self._quarter = -1
        self._begin = 0.0
        self._drawn = 0.0

    def __call__(self, what: str, part: float) -> None:
        """Show it; cheap enough to call every frame."""
        part = min(max(part, 0.0), 1.0)
        now = time.monotonic()
        if what != self._what:
            self._finish_line()
            self._what, self._quarter, self._begin, self._drawn = what, -1, now, 0.0
        if self._out.isatty():
            if now - self._drawn < 0.1 and part < 1:
                return
            self._drawn = now
            left = (now - self._begin) * (1 - part) / part if part > 0.02 else 0.0
            tail = f"{left:4.0f} s left" if 0 < part < 1 and left >= 1 else " " * 11
            filled = round(part * _WIDTH)
            self._out.write(f"\r{what:<34} [{'█' * filled}{'·' * (_WIDTH - filled)}] {part:4.0%} {tail}")
            self._out.flush()
        elif int(part * 4) > self._quarter:
            self._quarter = int(part * 4)
            self._out.write(f"{what}: {part:.0%}\n")
            self._out.flush()

    def close(self) -> None:
        """End the last line."""
        self._finish_line()
        self._what = ""

    def _finish_line(self) -> None:
        if self._what and self._out.isatty():
            self._out.write("\n")
