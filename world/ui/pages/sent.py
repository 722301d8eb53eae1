"""What was last sent to the user's own servers, word for word."""

from __future__ import annotations

from collections.abc import Callable

from imgui_bundle import imgui

from dialogue import sent
from world.ui.controls import heading, middle, muted, unit

_FIELD = imgui.InputTextFlags_
_LINES = 16


class SentPage:
    """`back` leads to the settings."""

    def __init__(self, back: Callable[[], None]) -> None:
        self._back = back
        self.places: dict[str, tuple[float, float]] = {}  # middle of each button of the last frame, in pixels
        self.shown = 0  # requests on the page

    def draw(self) -> None:
        """The newest first."""
        k = unit()
        if imgui.button("< Settings"):
            self._back()
        self.places["back"] = middle()
        heading("What was sent")
        found = sent.last()
        self.shown = len(found)
        if not found:
            muted("Nothing has left this computer since Visavis was started.")
            return
        muted(f"The last {len(found)} that left this computer, the newest first. This list ends with the program and is kept nowhere.")
        for i, one in enumerate(found):
            imgui.dummy(imgui.ImVec2(1, 6 * k))
            muted(one.to)
            lines = min(one.text.count("\n") + 2, _LINES)
            size = imgui.ImVec2(-1, lines * imgui.get_text_line_height() + 10 * k)
            imgui.input_text_multiline(f"##sent{i}", one.text, size, _FIELD.read_only.value | _FIELD.word_wrap.value)
