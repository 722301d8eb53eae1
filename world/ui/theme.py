"""How the interface looks: quiet warm greys, one accent, generous corners, fonts for the world's scripts."""

from __future__ import annotations

from contextlib import ExitStack
from importlib.resources import as_file, files

from imgui_bundle import imgui

ACCENT = (0.93, 0.55, 0.42, 1.0)
INK = (0.96, 0.94, 0.92, 1.0)
MUTED = (0.72, 0.67, 0.65, 1.0)
GROUND = (0.085, 0.070, 0.075, 0.80)
HERS = (0.21, 0.175, 0.18, 0.92)
YOURS = (0.50, 0.265, 0.205, 0.95)
NOTE = (0.15, 0.13, 0.14, 0.85)
WARN = (0.34, 0.17, 0.13, 0.92)

_COLOURS: dict[str, tuple[float, float, float, float]] = {
    "window_bg": GROUND, "child_bg": (0, 0, 0, 0), "popup_bg": (0.13, 0.11, 0.115, 0.97), "text": INK,
    "text_disabled": MUTED, "frame_bg": (0.20, 0.175, 0.18, 0.85), "frame_bg_hovered": (0.25, 0.215, 0.22, 0.9),
    "frame_bg_active": (0.28, 0.24, 0.245, 0.95),
    "slider_grab": ACCENT, "slider_grab_active": (1.0, 0.68, 0.55, 1),
    "check_mark": ACCENT, "checkbox_selected_bg": (0.28, 0.24, 0.245, 0.95),
    "button": (0.26, 0.22, 0.225, 0.9), "button_hovered": (0.34, 0.285, 0.29, 1),
    "button_active": (0.40, 0.30, 0.28, 1), "header": (0.32, 0.24, 0.225, 0.8), "header_hovered": (0.38, 0.28, 0.26, 0.9),
    "header_active": (0.42, 0.30, 0.27, 1), "scrollbar_bg": (0, 0, 0, 0), "scrollbar_grab": (0.42, 0.36, 0.36, 0.6),
    "text_selected_bg": (0.93, 0.55, 0.42, 0.45), "separator": (0.4, 0.34, 0.34, 0.5), "nav_cursor": ACCENT,
}  # fmt: skip
_FALLBACK = ("NotoSansCJK-Regular.otf", "NotoEmoji-Regular.ttf")


_bold: list[imgui.ImFont] = []


def load_fonts(stack: ExitStack) -> None:
    """Load regular and bold into the current context, each with CJK and emoji behind it. `stack` keeps the files open."""
    folder = files("world.assets").joinpath("fonts")
    _bold.clear()
    for name in ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf"):
        atlas = imgui.get_io().fonts
        font = atlas.add_font_from_file_ttf(str(stack.enter_context(as_file(folder.joinpath(name)))), 17.0)
        for fallback in _FALLBACK:
            merge = imgui.ImFontConfig()
            merge.merge_mode = True
            atlas.add_font_from_file_ttf(str(stack.enter_context(as_file(folder.joinpath(fallback)))), 17.0, merge)
        if "Bold" in name:
            _bold.append(font)


def bold() -> imgui.ImFont:
    """The bold face that `load_fonts` loaded."""
    return _bold[0]


def apply(text_size: float, scale: float) -> None:
    """Style of the current context. `text_size`: points; `scale`: pixels of the screen per point. May be called again."""
    style = imgui.get_style()
    k = scale * text_size / 17.0
    style.window_rounding, style.child_rounding, style.frame_rounding = 18 * k, 14 * k, 11 * k
    style.grab_rounding, style.popup_rounding, style.scrollbar_rounding = 10 * k, 12 * k, 8 * k
    style.window_padding, style.frame_padding = imgui.ImVec2(18 * k, 16 * k), imgui.ImVec2(12 * k, 8 * k)
    style.item_spacing, style.item_inner_spacing = imgui.ImVec2(10 * k, 9 * k), imgui.ImVec2(8 * k, 6 * k)
    style.window_border_size = style.frame_border_size = style.child_border_size = style.popup_border_size = 0
    style.grab_min_size, style.scrollbar_size = 18 * k, 9 * k
    style.font_size_base, style.font_scale_dpi = text_size, scale
    for name, rgba in _COLOURS.items():
        style.set_color_(getattr(imgui.Col_, name).value, imgui.ImVec4(*rgba))


def colour(rgba: tuple[float, float, float, float], alpha: float = 1.0) -> int:
    """As ImGui's draw lists want it."""
    return int(imgui.get_color_u32(imgui.ImVec4(rgba[0], rgba[1], rgba[2], rgba[3] * alpha)))
