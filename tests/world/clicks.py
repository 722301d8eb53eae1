"""A mouse on pages that are drawn without a window."""

from __future__ import annotations

from imgui_bundle import imgui

from world.ui.interface import Interface


def look(interface: Interface, frames: int = 4) -> None:
    """So many frames pass."""
    for _ in range(frames):
        interface.step(1 / 60)


def click(interface: Interface, place: tuple[float, float]) -> None:
    """Press and let go at `place`, in pixels."""
    interface.panel.use()
    io = imgui.get_io()
    for down in (True, False):
        io.add_mouse_pos_event(*place)
        look(interface, 1)
        io.add_mouse_button_event(0, down)
        look(interface, 1)
    look(interface, 2)
