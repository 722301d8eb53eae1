"""Keys that belong to the program: to talk aloud, to leave, to fill the screen."""

from __future__ import annotations

from collections.abc import Callable

from world.output.window import Window
from world.ui.pages.ear import KEY


class Shortcuts:
    """`typed`: a character came; `aloud`: the key to talk aloud is held or let go; `escape`: leave the field or the page."""

    def __init__(self, window: Window, typed: Callable[[], None], aloud: Callable[[bool], None], escape: Callable[[], None]) -> None:
        self._window, self._typed, self._aloud, self._escape = window, typed, aloud, escape
        self._command = False

    def step(self, held: bool) -> None:
        """Take the program's own keys out of the frame's input. `held`: one talks aloud while the key is held."""
        inputs = self._window.inputs
        for key, down in inputs.events:
            if down is None:
                if key.isprintable():
                    self._typed()
                continue
            if key in ("control", "meta"):
                self._command = down
            if key == KEY and held:
                self._aloud(down)
            if not down:
                continue
            if key == "q" and self._command:
                self._window.closed = True
            elif key == "f11":
                self._window.set_full_screen(not self._window.full_screen)
            elif key == "escape":
                self._escape()
        inputs.events = [(k, d) for k, d in inputs.events if d is None or k not in ("escape", "f11", KEY)]
