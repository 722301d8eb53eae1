"""The conversation: all of it to scroll back through, a field to type into, and her state above."""

from __future__ import annotations

from collections.abc import Callable

from imgui_bundle import imgui

from dialogue import events
from dialogue.safety.consent import NAMES
from world.talk import Message
from world.ui import theme
from world.ui.controls import Actions, View, heading, middle, muted, unit
from world.ui.pages.ear import EarLine

_FIELD = imgui.InputTextFlags_
_STATE = {"listening": "with you", "thinking": "thinking…", "speaking": "speaking"}
_BUBBLES = {"user": theme.YOURS, "her": theme.HERS, "notice": theme.NOTE, "trouble": theme.WARN}
_MAX_CHARACTERS = 4000


class ChatPage:
    """`draw` lays it out in the present window. `more` leads to the voices that can be fetched, `guard` to the memory."""

    def __init__(self, view: View, actions: Actions, more: Callable[[], None], guard: Callable[[], None] = lambda: None) -> None:
        self._view, self._actions, self._more, self._guard = view, actions, more, guard
        self.ear = EarLine(view, actions)
        self._told = False
        self.places: dict[str, tuple[float, float]] = {}  # middle of the offer's buttons in the last frame, in pixels
        self._draft = ""
        self._cut = False
        self._editing = False
        self._focus = True
        self._count = 0
        self._tail = 0

    def escape(self) -> bool:
        """Leave editing; False when there was nothing to leave."""
        was, self._editing = self._editing, False
        if was:
            self._draft = ""
        return was

    def focus(self) -> None:
        """Put the cursor into the field with the next frame."""
        self._focus = True

    def draw(self) -> None:
        """Header, messages, field."""
        k = unit()
        self._header(k)
        self.places.clear()
        if self._view.offer:
            self._offer()
        self._kept()
        space = imgui.get_content_region_avail()
        lines = min(max(self._draft.count("\n") + 1 + int(len(self._draft) / 42), 1), 6)
        field = imgui.get_text_line_height() * lines + 18 * k
        below = field + imgui.get_frame_height_with_spacing() + 2 * imgui.get_style().item_spacing.y + self.ear.height
        below += 3 * imgui.get_text_line_height() * self._cut
        imgui.begin_child("messages", imgui.ImVec2(space.x, max(space.y - below, 60 * k)))
        self._messages(k)
        imgui.end_child()
        self._compose(k, field)
        self.ear.draw()

    def _header(self, k: float) -> None:
        view = self._view
        at = imgui.get_cursor_screen_pos()
        radius = 5 * k
        tint = theme.ACCENT if view.doing != "listening" else (0.55, 0.72, 0.52, 1.0)
        imgui.get_window_draw_list().add_circle_filled(imgui.ImVec2(at.x + radius, at.y + 13 * k), radius, theme.colour(tint))
        imgui.set_cursor_screen_pos(imgui.ImVec2(at.x + 20 * k, at.y))
        imgui.begin_group()
        heading(view.person)
        state = _STATE[view.doing] + (f"  ·  {view.feeling}" if view.feeling else "")
        state += f"  ·  {NAMES[view.closeness]}" if view.closeness else ""
        imgui.text_disabled(state + ("" if view.audible else "  ·  no sound device"))
        imgui.end_group()
        imgui.dummy(imgui.ImVec2(1, 4 * k))

    def _offer(self) -> None:
        """Once, at the first talk: a line, and two answers. Seen is offered, whatever the answer."""
        if not self._told:
            self._told = True
            self._actions.offered()
        muted("She can have a more natural voice: some can be fetched, and then speak without the network.")
        look = imgui.button("Look")
        self.places["look"] = middle()
        imgui.same_line()
        if imgui.button("Not now") or look:
            self._view.offer = False
        self.places["not now"] = middle()
        if look:
            self._more()

    def _kept(self) -> None:
        """Always visible where what is said is not kept, or not protected; with the way to change it."""
        label = self._view.keeping.label if self._view.keeping is not None else ""
        if label:
            imgui.text_disabled(label)
            imgui.same_line()
            if imgui.small_button("Memory…"):
                self._guard()
            self.places["memory"] = middle()

    def _undo(self, message: Message) -> None:
        """Take back what a notice says was just kept."""
        assert self._view.keeping is not None
        if imgui.small_button("Undo"):
            for fact in message.facts:
                self._view.keeping.amend(events.Undo(fact))
            message.facts, message.text = (), f"{message.text} (taken back)"
        self.places["undo"] = middle()

    def _messages(self, k: float) -> None:
        messages = self._view.talk.messages
        width = imgui.get_content_region_avail().x - 6 * k
        at_end = imgui.get_scroll_y() >= imgui.get_scroll_max_y() - 40 * k
        for i, message in enumerate(messages):
            self._bubble(i, message, width, k)
        tail = len(messages[-1].text) if messages else 0
        grown = len(messages) != self._count or tail != self._tail
        if grown and (at_end or (messages and messages[-1].who == "user")):
            imgui.set_scroll_here_y(1.0)
        self._count, self._tail = len(messages), tail

    def _bubble(self, i: int, message: Message, width: float, k: float) -> None:
        pad = 11 * k
        most = width * (0.84 if message.who in ("user", "her") else 1.0) - 2 * pad
        size = imgui.calc_text_size(message.text, wrap_width=most)
        across = min(size.x + 2 * k, most)
        at = imgui.get_cursor_screen_pos()
        x = at.x + (width - across - 2 * pad if message.who == "user" else 0)
        corner = imgui.ImVec2(x + across + 2 * pad, at.y + size.y + 1.5 * pad)
        imgui.get_window_draw_list().add_rect_filled(
            imgui.ImVec2(x, at.y), corner, theme.colour(_BUBBLES[message.who]), 14 * k
        )  # fmt: skip
        imgui.set_cursor_screen_pos(imgui.ImVec2(x + pad, at.y + 0.75 * pad))
        # a read-only field, so that text can be selected and copied
        imgui.push_style_color(imgui.Col_.frame_bg.value, imgui.ImVec4(0, 0, 0, 0))
        imgui.push_style_var(imgui.StyleVar_.frame_padding.value, imgui.ImVec2(0, 0))
        imgui.push_style_var(imgui.StyleVar_.scrollbar_size.value, 1.0)  # else word wrap keeps room for a bar
        flags = _FIELD.read_only.value | _FIELD.word_wrap.value | _FIELD.no_horizontal_scroll.value
        imgui.input_text_multiline(f"##message{i}", message.text, imgui.ImVec2(across + 8 * k, size.y + 6 * k), flags)
        imgui.pop_style_var(2)
        imgui.pop_style_color()
        if message.facts and self._view.keeping is not None:
            beside = corner.x + 70 * k < at.x + width
            place = (corner.x + 8 * k, at.y + 0.6 * pad) if beside else (at.x, corner.y + 4 * k)
            imgui.set_cursor_screen_pos(imgui.ImVec2(*place))
            imgui.push_id(i)
            self._undo(message)
            imgui.pop_id()
            corner.y = max(corner.y, imgui.get_item_rect_max().y)
        imgui.set_cursor_screen_pos(imgui.ImVec2(at.x, corner.y + 7 * k))
        imgui.dummy(imgui.ImVec2(1, 0))

    def _compose(self, k: float, height: float) -> None:
        view = self._view
        width = imgui.get_content_region_avail().x
        if self._focus:
            imgui.set_keyboard_focus_here()
            self._focus = False
        flags = _FIELD.enter_returns_true.value | _FIELD.ctrl_enter_for_new_line.value | _FIELD.word_wrap.value
        entered, text = imgui.input_text_multiline("##say", self._draft, imgui.ImVec2(width, height), flags)
        self._cut = (self._cut and len(text) >= _MAX_CHARACTERS) or len(text) > _MAX_CHARACTERS
        self._draft = text[:_MAX_CHARACTERS]
        if self._cut:
            muted(f"Only the first {_MAX_CHARACTERS:,} letters fit into one message; send the rest after it.")
        if not self._draft:
            low = imgui.get_item_rect_min()
            hint = "Change your words…" if self._editing else f"Say something to {view.person}…"
            imgui.get_window_draw_list().add_text(
                imgui.ImVec2(low.x + 12 * k, low.y + 8 * k), theme.colour(theme.MUTED, 0.8), hint
            )  # fmt: skip
        busy = view.doing != "listening"
        has_words = view.talk.last_user is not None
        third = (width - 2 * imgui.get_style().item_spacing.x) / 3
        if imgui.button("Stop" if busy else "Send", imgui.ImVec2(third, 0)) and busy:
            self._actions.hush()
        elif (entered or (imgui.is_item_clicked() and not busy)) and self._draft.strip():
            self._send()
        imgui.same_line()
        imgui.begin_disabled(not has_words)
        if imgui.button("Retry", imgui.ImVec2(third, 0)):
            self._actions.retry(None)
        imgui.same_line()
        if imgui.button("Edit last", imgui.ImVec2(third, 0)):
            self._editing, self._draft, self._focus = True, view.talk.last_user or "", True
        imgui.end_disabled()

    def _send(self) -> None:
        text, self._draft, self._focus = self._draft.strip(), "", True
        if self._editing:
            self._editing = False
            self._actions.retry(text)
        else:
            self._actions.say(text)
