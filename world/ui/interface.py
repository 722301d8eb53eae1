"""All that lies over her picture: the column of pages at the right, captions beneath her."""

from __future__ import annotations

from contextlib import ExitStack

from imgui_bundle import imgui
from panda3d import core as p3d

from world.checkup import CheckUp
from world.output.layers import quad
from world.ui import theme
from world.ui.clipboard import Clipboard
from world.ui.controls import Actions, View, middle, unit
from world.ui.pages.chat import ChatPage
from world.ui.pages.ear import sign
from world.ui.pages.gate import GatePage
from world.ui.pages.get import GetPage
from world.ui.pages.memory import MemoryPage
from world.ui.pages.safety import SafetyPage
from world.ui.pages.sent import SentPage
from world.ui.pages.settings import MeetPage, SettingsPage
from world.ui.pages.vault import UnlockPage
from world.ui.pages.welcome import WelcomePage
from world.ui.panel import Panel

_W = imgui.WindowFlags_
_FIXED = _W.no_decoration.value | _W.no_move.value | _W.no_saved_settings.value | _W.no_bring_to_front_on_focus.value
_STILL = _FIXED | _W.no_scrollbar.value | _W.no_scroll_with_mouse.value
_CARD = """#version 330
in vec2 uv; uniform sampler2D p3d_Texture0; out vec4 colour;
void main() { colour = texture(p3d_Texture0, uv); }"""
_WITHOUT_TAB = ("get", "sent")  # pages behind the settings
_NARROW = 0.9  # width / height below which the column lies under her instead of beside her


class Interface:
    """Pages over a picture of `size` pixels. `aside`: part of the width that the column covers."""

    def __init__(
        self, host: p3d.GraphicsOutput, size: tuple[int, int], view: View, actions: Actions, scale: float = 1.0,
        checkup: CheckUp | None = None,
    ) -> None:  # fmt: skip
        self.view, self.scale = view, scale
        self._stack = ExitStack()
        self.panel = Panel(host, size, self._draw)
        self.panel.use()
        theme.load_fonts(self._stack)
        theme.apply(view.settings.window.text_size, scale)
        self.clipboard = Clipboard()
        self.page = "talk"
        self.tab_places: dict[str, tuple[float, float]] = {}  # middle of each tab in pixels
        self.chat, self._gate = ChatPage(view, actions, lambda: self.show("get"), lambda: self.show("memory")), GatePage(view, actions)
        self.get = GetPage(view, lambda: self.show("settings"))
        self.memory = MemoryPage(view.keeping) if view.keeping is not None else None
        self.unlock = UnlockPage(view.keeping, view.person) if view.keeping is not None else None
        self.sent = SentPage(lambda: self.show("settings"))
        self.safety = SafetyPage(view, actions)
        self.welcome = WelcomePage(view, actions, checkup or CheckUp(lambda: iter(())))
        self._pages: dict[str, ChatPage | MeetPage | SettingsPage | GetPage | MemoryPage | SafetyPage | SentPage] = {
            "talk": self.chat, "meet": MeetPage(view, actions), "settings": SettingsPage(view, actions, self.show),
            "get": self.get, "safety": self.safety, "sent": self.sent,
        }  # fmt: skip
        if self.memory is not None:
            self._pages["memory"] = self.memory
        self.card = quad("interface", _CARD)
        blend = p3d.ColorBlendAttrib
        self.card.set_attrib(blend.make(blend.M_add, blend.O_one, blend.O_one_minus_incoming_alpha))
        self.card.set_bin("fixed", 100)
        self.card.set_texture(self.panel.texture)

    @property
    def narrow(self) -> bool:
        """The column lies beneath her, over the lower half."""
        return self.panel.size[0] / self.panel.size[1] < _NARROW

    @property
    def aside(self) -> float:
        """Part of the width covered at the right, 0 where the column lies beneath her."""
        return 0.0 if self.narrow else self._column() / self.panel.size[0]

    def resize(self, size: tuple[int, int]) -> None:
        """The picture has another size."""
        self.panel.resize(size)
        self.card.set_texture(self.panel.texture)

    def restyle(self) -> None:
        """Text size or scale have changed."""
        self.panel.use()
        theme.apply(self.view.settings.window.text_size, self.scale)

    def show(self, page: str) -> None:
        """Turn to a page: talk, meet, memory, safety, settings, or get and sent, which have no tab."""
        self.page = page

    def escape(self) -> None:
        """Leave the field, then the page; never the program."""
        if self.panel.typing:
            self.panel.use()
            imgui.set_window_focus(None)
            if self.page == "talk":
                self.chat.escape()
        elif self.page != "talk":
            self.show("settings" if self.page in _WITHOUT_TAB else "talk")

    def typed(self) -> None:
        """Characters came: they belong to the conversation where no other field has the cursor."""
        if self.page == "talk" and self.view.admitted and not self.view.welcoming and not self.panel.typing:
            self.chat.focus()

    def step(self, dt: float) -> None:
        """One frame."""
        self.clipboard.step()
        self.panel.step(dt)

    def close(self) -> None:
        """Let go of fonts and clipboard."""
        self.clipboard.close()
        self._stack.close()

    def _column(self) -> float:
        width = self.panel.size[0]
        return min(max(0.33 * width, 330 * unit()), 0.46 * width, 560 * unit())

    def _draw(self) -> None:
        k = unit()
        width, height = self.panel.size
        margin = 14 * k
        if self.narrow:
            low = 0.46 * height
            imgui.set_next_window_pos(imgui.ImVec2(margin, low))
            imgui.set_next_window_size(imgui.ImVec2(width - 2 * margin, height - low - margin))
            her = float(width)
        else:
            column = self._column()
            imgui.set_next_window_pos(imgui.ImVec2(width - column, margin))
            imgui.set_next_window_size(imgui.ImVec2(column - margin, height - 2 * margin))
            her = width - column
        imgui.begin("pages", None, _STILL)
        if not self.view.admitted:
            self._gate.draw()
        elif self.unlock is not None and self.view.keeping is not None and self.view.keeping.state == "locked":
            self.unlock.draw()
        elif self.view.welcoming:
            imgui.begin_child("welcome")
            self.welcome.draw()
            imgui.end_child()
        else:
            self._tabs()
            if self.page == "talk":
                self.chat.draw()
            else:
                imgui.begin_child("page")
                self._pages[self.page].draw()
                imgui.end_child()
        imgui.end()
        caption = self.view.talk.caption
        if caption and self.view.settings.window.captions and not self.narrow:
            self._caption(caption, her, height, k)

    def _tabs(self) -> None:
        tabs = {"talk": "Talk", "meet": "Meet", "memory": "Memory", "safety": "Safety", "settings": "Settings"}
        for i, (key, label) in enumerate((k, v) for k, v in tabs.items() if k in self._pages):
            if i:
                imgui.same_line()
            here = key == ("settings" if self.page in _WITHOUT_TAB else self.page)
            imgui.push_style_color(imgui.Col_.text.value, imgui.ImVec4(*(theme.INK if here else theme.MUTED)))
            imgui.push_style_color(imgui.Col_.button.value, imgui.ImVec4(0.34, 0.25, 0.23, 0.9 if here else 0.0))
            if imgui.button(label):
                self.show(key)
            imgui.pop_style_color(2)
            self.tab_places[key] = middle()
        if self.page != "talk":  # there it has a line of its own
            imgui.same_line()
            sign(self.view, 30 * unit())
        imgui.dummy(imgui.ImVec2(1, 2 * unit()))

    @staticmethod
    def _caption(text: str, width: float, height: float, k: float) -> None:
        wrap = min(width * 0.82, 680 * k)
        size = imgui.calc_text_size(text, wrap_width=wrap)
        pad = 12 * k
        x, y = (width - size.x) / 2, height - size.y - 34 * k
        ink = imgui.get_background_draw_list()
        ink.add_rect_filled(
            imgui.ImVec2(x - pad, y - pad * 0.7), imgui.ImVec2(x + size.x + pad, y + size.y + pad * 0.7),
            theme.colour((0.05, 0.04, 0.045, 0.66)), 12 * k,
        )  # fmt: skip
        font = imgui.get_font()
        ink.add_text(font, imgui.get_font_size(), imgui.ImVec2(x, y), theme.colour(theme.INK), text, wrap_width=wrap)
