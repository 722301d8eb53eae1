"""The adult gate, before the first word. Neutral: no default, no hint at the right answer."""

from __future__ import annotations

from imgui_bundle import imgui

from world.ui.controls import Actions, View, accent_button, heading, muted, unit


class GatePage:
    """Asks when the user was born; only the answer's outcome is kept."""

    def __init__(self, view: View, actions: Actions) -> None:
        self._view, self._actions = view, actions
        self._born = ""
        self._answer = ""
        self._focus = True

    def draw(self) -> None:
        """Question, field, what is kept."""
        heading("Before you meet")
        if self._view.locked:
            imgui.text_wrapped(self._view.locked)
            return
        imgui.text_wrapped(
            f"{self._view.person} is AI software, not a human. Visavis is a companion for adults and may not be suitable for some minors."
        )
        imgui.dummy(imgui.ImVec2(1, 6 * unit()))
        imgui.text_wrapped("When were you born?")
        imgui.set_next_item_width(-1)
        if self._focus:
            imgui.set_keyboard_focus_here()
            self._focus = False
        flags = imgui.InputTextFlags_.enter_returns_true.value
        entered, self._born = imgui.input_text_with_hint("##born", "a year, or a date as YYYY-MM-DD", self._born[:10], flags)
        if (accent_button("Continue", -1) or entered) and self._born.strip():
            self._answer = self._actions.admit(self._born.strip()) or ""
        if self._answer:
            imgui.text_wrapped(self._answer)
        muted("The date itself is not kept, only that you are an adult and when you said so. Everything stays on this computer.")
