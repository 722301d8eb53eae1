"""The system's clipboard for ImGui, through GLFW (it comes with pyopenxr); where GLFW cannot start, a clipboard of our own."""

from __future__ import annotations

import warnings
from typing import Any

from imgui_bundle import imgui


class Clipboard:
    """Install into the current ImGui context; `step` once a frame keeps what was copied available to other programs."""

    def __init__(self) -> None:
        self._own = ""
        self._glfw: Any = None
        self._window: Any = None
        try:
            import glfw

            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # GLFW warns where there is no display; we then keep our own
                if glfw.init():
                    glfw.window_hint(glfw.VISIBLE, glfw.FALSE)
                    glfw.window_hint(glfw.CLIENT_API, glfw.NO_API)
                    self._window = glfw.create_window(1, 1, "visavis clipboard", None, None)
                    self._glfw = glfw if self._window else None
        except (ImportError, OSError):
            self._glfw = None
        platform = imgui.get_platform_io()
        platform.platform_set_clipboard_text_fn = lambda _context, text: self.set(text)
        platform.platform_get_clipboard_text_fn = lambda _context: self.get()

    def set(self, text: str) -> None:
        """Copy."""
        self._own = text
        if self._glfw:
            self._glfw.set_clipboard_string(self._window, text)

    def get(self) -> str:
        """Paste; what is not text gives an empty string."""
        if not self._glfw:
            return self._own
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an empty or pictured clipboard is no fault
            text = self._glfw.get_clipboard_string(self._window)
        return text.decode("utf-8", "replace") if text else ""

    def step(self) -> None:
        """Answer other programs that want to paste."""
        if self._glfw:
            self._glfw.poll_events()

    def close(self) -> None:
        """Give the clipboard back."""
        if self._glfw:
            self._glfw.destroy_window(self._window)
            self._glfw = None
