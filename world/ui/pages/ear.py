"""Talking aloud: the line under the conversation that shows whether the microphone listens, and what a user chooses about it."""

from __future__ import annotations

import re
from typing import Literal

from imgui_bundle import imgui

from world.settings import Settings
from world.ui import theme
from world.ui.controls import Actions, View, middle, muted, server_fields, unit

KEY = "f2"
_MODES: tuple[Literal["off", "held", "free"], ...] = ("held", "free", "off")
_LABELS = ["While I hold the button or F2", "All the time, hands free", "Never"]
_SAID = {"off": "", "ready": "listening", "hearing": "hearing you", "understanding": "understanding…"}


class EarLine:
    """A button to talk, the level of what is heard, and a dot whenever the microphone is open."""

    def __init__(self, view: View, actions: Actions) -> None:
        self._view, self._actions = view, actions
        self._held = False
        self.place = (0.0, 0.0)  # middle of the button in the last frame, in pixels

    @property
    def height(self) -> float:
        """Pixels that `draw` takes, 0 when the ear is off."""
        return 0.0 if self._view.settings.ear.mode == "off" else float(imgui.get_frame_height_with_spacing())

    def draw(self) -> None:
        """In the present window."""
        mode, view, k = self._view.settings.ear.mode, self._view, unit()
        if mode == "off":
            return
        on = view.microphone
        width = imgui.get_content_region_avail().x
        if mode == "held":
            imgui.button("Hold to talk  (F2)", imgui.ImVec2(width * 0.5, 0))
            held = imgui.is_item_active()
            if held != self._held:
                self._held = held
                self._actions.talk_aloud(held)
        elif imgui.button("Switch the microphone off" if on else "Listen", imgui.ImVec2(width * 0.5, 0)):
            self._actions.talk_aloud(not on)
        self.place = middle()
        imgui.same_line()
        at = imgui.get_cursor_screen_pos()
        sign(view, max(width * 0.5 - 34 * k, 20 * k))
        imgui.set_cursor_screen_pos(imgui.ImVec2(at.x + 18 * k, at.y - 1 * k))
        imgui.text_disabled(_SAID[view.hearing])


def sign(view: View, wide: float) -> None:
    """A dot and a level of so many pixels at the cursor, whenever the microphone is open. Takes no room."""
    if not view.microphone:
        return
    k, at, tall = unit(), imgui.get_cursor_screen_pos(), imgui.get_frame_height()
    ink, left, low, high = imgui.get_window_draw_list(), at.x + 18 * k, at.y + tall * 0.88, at.y + tall
    ink.add_circle_filled(imgui.ImVec2(at.x + 6 * k, at.y + tall / 2), 5 * k, theme.colour(theme.ACCENT))
    ink.add_rect_filled(imgui.ImVec2(left, low), imgui.ImVec2(left + wide, high), theme.colour(theme.MUTED, 0.25), 2 * k)
    ink.add_rect_filled(imgui.ImVec2(left, low), imgui.ImVec2(left + wide * view.level, high), theme.colour(theme.ACCENT), 2 * k)


def ear_section(view: View, now: Settings) -> bool:
    """What a user chooses; true when something was changed for good."""
    done = False
    ear = now.ear
    imgui.set_next_item_width(-1)
    changed, choice = imgui.combo("##ear", _MODES.index(ear.mode), _LABELS)
    if changed:
        ear.mode, done = _MODES[choice], True
    if ear.mode == "off":
        return done
    if ear.mode == "free":
        muted("The microphone stays open while the window is. Her own voice from the speakers is told apart; headphones are surer.")
        changed, ear.murmurs = imgui.checkbox('She says "mm-hm" now and then', ear.murmurs)
        done = done or changed
    names = ["", *view.microphones]
    if ear.device not in names:
        names.append(ear.device)
    imgui.set_next_item_width(-1)
    changed, choice = imgui.combo("##microphone", names.index(ear.device), ["The system's own microphone", *names[1:]])
    if changed:
        ear.device, done = names[choice], True
    if ear.base_url:
        muted("What you say aloud is sent to this address to be understood, and to no other.")
    elif view.understands.startswith("sherpa:"):
        muted(f"What you say aloud is understood on this computer, by {view.understands.partition(':')[2]}.")
    elif view.understands:
        muted("What you say aloud is understood on this computer, English only and badly: one word in five is wrong. "
              "More voices has better models; or name a server of yours.")  # fmt: skip
    else:
        muted("Nothing here understands speech yet: fetch a model under More voices, or name a server of yours.")
    imgui.set_next_item_width(-1)
    _, language = imgui.input_text_with_hint("##ear_language", "Your language, for example de; empty: it finds out", ear.language)
    ear.language = re.sub(r"[^a-z]", "", language.lower())[:3]
    done |= imgui.is_item_deactivated_after_edit()
    return done | server_fields(ear, "ear", "http://localhost:8000/v1", "Model, for example whisper-1")
