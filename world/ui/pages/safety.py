"""Closeness, boundaries, limits of the user's own time, the balance of the week, and help in danger."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from imgui_bundle import imgui

from dialogue.data import asset_json
from dialogue.safety.consent import BUILT_IN_MOST, NAMES
from dialogue.safety.levels import table
from dialogue.safety.state import SafetyState
from dialogue.safety.wellbeing import BALANCE_MIN
from world.settings import Settings
from world.ui import theme
from world.ui.controls import Actions, View, accent_button, heading, middle, muted, unit

_DAYS = (7, 28)


class SafetyPage:
    """What `Actions.choose_level` and `Actions.change` act on; the rest is read from the view's safety state. `clock`: seconds since
    1970."""

    def __init__(self, view: View, actions: Actions, clock: Callable[[], float] = time.time) -> None:
        self._view, self._actions, self._clock = view, actions, clock
        self._said = ""
        self._asked_intimate = False
        self._days = _DAYS[0]
        self._draft: Settings | None = None
        self.places: dict[str, tuple[float, float]] = {}  # middle of each button of the last frame, in pixels

    def draw(self) -> None:
        """All sections below each other."""
        self.places.clear()
        state, now = self._view.safety, self._clock()
        if state is None:
            muted("This page fills once you have met her.")
            return
        for part in (self._closeness, self._boundaries, self._time, self._balance, self._help):
            part(state, now)
            imgui.dummy(imgui.ImVec2(1, 8 * unit()))

    def _closeness(self, state: SafetyState, now: float) -> None:
        heading("Closeness")
        consent, words = state.consent, table()
        for level, name in enumerate(NAMES):
            if imgui.radio_button(f"{name}##level", self._view.closeness == level):
                self._asked_intimate = level > BUILT_IN_MOST
                self._said = "" if self._asked_intimate else self._actions.choose_level(level) or ""
            self.places[name] = middle()
            muted(words["allows"][level] + (". The default." if level == 0 else "."))
        if self._asked_intimate:
            refused = consent.why_not(3, now, confirmed=True)
            imgui.text_wrapped(
                refused
                or "Only adults, only by your own language model, and it ends with one word. Visavis writes no such text; "
                "what your model says is its own. Do you want that?"
            )
            if not refused and self._button("Yes, I want that", "confirm", accent=True):
                self._said, self._asked_intimate = self._actions.choose_level(3, confirmed=True) or "", False
            imgui.same_line()
            if self._button("No", "decline"):
                self._asked_intimate = False
        resting = consent.rests(now)
        if resting is not None:
            muted(f"Closeness rests until {datetime.fromtimestamp(resting[1]):%A %H:%M}.")
        if self._said:
            imgui.text_wrapped(self._said)
        muted('One word ends it at once: "stop", "slow down", "not tonight" or "red", in twelve languages. Each visit starts at friend.')

    def _boundaries(self, state: SafetyState, now: float) -> None:
        heading("Boundaries")
        found = state.boundaries.all()
        if not found:
            muted('None. Say "I don\'t want to talk about ..." and she leaves it alone for seven days.')
        for boundary in reversed(found):
            until = f"closed until {datetime.fromtimestamp(boundary.until):%d %B}" if now < boundary.until else "remembered"
            imgui.text_wrapped(f"{boundary.topic}  ·  {until}")
            imgui.same_line()
            if self._button(f"Delete##{boundary.at}", f"delete {boundary.topic}"):
                state.boundaries.forget(boundary.at)

    def _time(self, state: SafetyState, now: float) -> None:
        heading("Your time")
        draft = self._draft or self._view.settings.model_copy(deep=True)
        self._draft, own, done = draft, draft.safety, False
        imgui.set_next_item_width(-150 * unit())
        _, minutes = imgui.slider_int("minutes to a break", own.break_min, 15, 180)
        own.break_min = min(max(minutes, 15), 180)
        done |= imgui.is_item_deactivated_after_edit()
        imgui.set_next_item_width(-150 * unit())
        _, minutes = imgui.slider_int("minutes a day", own.daily_min, 0, 360, "no limit" if own.daily_min == 0 else "%d")
        own.daily_min = min(max(minutes, 0), 1440)
        done |= imgui.is_item_deactivated_after_edit()
        for field, label in (("quiet_from", "quiet from, as 23:00"), ("quiet_to", "quiet to, as 07:00")):
            imgui.set_next_item_width(80 * unit())
            _, text = imgui.input_text(label, getattr(own, field)[:5])
            try:
                setattr(own, field, text.strip())
                done |= imgui.is_item_deactivated_after_edit()
            except ValueError:
                pass  # half typed
        changed, own.hard_stop = imgui.checkbox("Hard stop: beyond a limit only danger is answered", own.hard_stop)
        if done or changed:
            self._said, self._draft = self._actions.change(draft) or "", None
        waiting = state.wellbeing.waiting(now)
        if waiting is not None:
            muted(f"The looser limit holds from {datetime.fromtimestamp(waiting[1]):%H:%M}.")
        if state.wellbeing.over(now) and self._button("Open for an hour, in ten minutes", "open"):
            state.wellbeing.ask_override(now)
        muted("A tighter limit holds at once, a looser one after ten minutes.")

    def _balance(self, state: SafetyState, now: float) -> None:
        heading("Balance")
        for days in _DAYS:
            if self._button(f"{days} days", f"{days} days", accent=days == self._days):
                self._days = days
            imgui.same_line()
        imgui.new_line()
        used = state.wellbeing.minutes(now, self._days)
        most = max([m for _, m in used] + [BALANCE_MIN * 1.25])
        k, at = unit(), imgui.get_cursor_screen_pos()
        width, height = imgui.get_content_region_avail().x, 84 * k
        ink, each = imgui.get_window_draw_list(), width / self._days
        for i, (_, minutes) in enumerate(used):
            top = at.y + height * (1 - minutes / most)
            left, right, floor = at.x + i * each + 1.5 * k, at.x + (i + 1) * each - 1.5 * k, at.y + height
            low, high = imgui.ImVec2(left, min(top, floor - 2 * k)), imgui.ImVec2(right, floor)
            tint = theme.ACCENT if minutes >= BALANCE_MIN else theme.MUTED
            ink.add_rect_filled(low, high, theme.colour(tint, 0.9 if minutes else 0.25), 3 * k)
        line = at.y + height * (1 - BALANCE_MIN / most)
        ink.add_line(imgui.ImVec2(at.x, line), imgui.ImVec2(at.x + width, line), theme.colour(theme.MUTED, 0.6), 1)
        imgui.dummy(imgui.ImVec2(width, height + 2 * k))
        total = sum(m for _, m in used)
        muted(f"{used[0][0]:%d %B} to today: {total / 60:.1f} hours, {total / self._days:.0f} minutes a day. The line is an hour.")

    def _help(self, state: SafetyState, now: float) -> None:
        heading("Help in danger")
        code = self._view.settings.country.upper()
        places = asset_json("safety/crisis.json")["countries"]
        place = places.get({"UK": "GB"}.get(code, code), places["*"])
        imgui.text_wrapped(f"Please {place['refer']}. In immediate danger: {place['emergency']}.")
        seen = f"read in a public copy on {place['seen']}" if place.get("seen") else "not yet compared with the service's own page"
        muted(f"{code if code in places else 'Set your country in Settings, You'}  ·  {seen}.")
        imgui.text_wrapped(
            "When you tell of wanting to die, of hurting yourself or of an eating disorder, she stops all play, asks, names this line and "
            "a person to turn to, and stays. Nothing in a persona or a prompt changes that. The protocol stands in docs/safety.md."
        )
        years = state.referrals.by_year()
        told = ", ".join(f"{year}: {n}" for year, n in sorted(years.items())) or "none"
        muted(f"Lines named, by year: {told}. Only the numbers are kept.")
        if self._button("Export the numbers", "export"):
            self._said = self._export(state)
        if self._said:
            muted(self._said)
        if self._view.settings.brain.kind == "endpoint":
            draft = self._draft or self._view.settings.model_copy(deep=True)
            changed, draft.safety.second_opinion = imgui.checkbox(
                "Ask my own model too whether a message tells of danger", draft.safety.second_opinion
            )
            if changed:
                self._said, self._draft = self._actions.change(draft) or "", None

    @staticmethod
    def _export(state: SafetyState) -> str:
        path = Path.home() / "visavis-referrals.json"
        try:
            path.write_text(state.referrals.export(), "utf-8")
        except OSError as error:
            return f"{path} cannot be written ({error.strerror}); free the place and press again."
        return f"Written to {path}."

    def _button(self, label: str, name: str, *, accent: bool = False) -> bool:
        pressed = accent_button(label) if accent else bool(imgui.button(label))
        self.places[name] = middle()
        return pressed
