"""The first evening, once: who she is, what stays here, your name, whom you meet, what you hope for, your limits, a look at the set-up."""

from __future__ import annotations

from collections.abc import Callable

from imgui_bundle import imgui

from world.checkup import CheckUp
from world.settings import Settings
from world.ui.controls import Actions, View, accent_button, heading, middle, muted, unit

_SIGNS = {"ok": "fine", "absent": "not here", "broken": "fails"}
_BREAKS = (30, 60, 90, 120, 180)
_DAILY = (0, 30, 60, 90, 120, 180)
MOST_HOPES = 300


class WelcomePage:
    """Steps one after the other; each can be left out. The choices are kept at the end, by `Actions.welcomed`, and so is that the steps
    were gone through: they never come again. `places`: the middle of each button of the last frame, in pixels."""

    def __init__(self, view: View, actions: Actions, checkup: CheckUp) -> None:
        self._view, self._actions, self._checkup = view, actions, checkup
        self._draft: Settings | None = None
        self.step = 0
        self.hopes = ""
        self._trouble = ""
        self.places: dict[str, tuple[float, float]] = {}
        self._steps: tuple[Callable[[Settings], None], ...] = (self._her, self._you, self._whom, self._limits, self._setup)

    def draw(self) -> None:
        """The present step, and the ways from it."""
        self.places.clear()
        draft = self._draft = self._draft or self._view.settings.model_copy(deep=True)
        muted(f"{self.step + 1} of {len(self._steps)}")
        self._steps[self.step](draft)
        imgui.dummy(imgui.ImVec2(1, 10 * unit()))
        last = self.step == len(self._steps) - 1
        if self._button("Meet her" if draft.person != "jon" else "Meet him", "next") if last else self._button("Continue", "next"):
            if last:
                self._end(draft)
            else:
                self.step += 1
        if self.step:
            imgui.same_line()
            if imgui.button("Back"):
                self.step -= 1
            self.places["back"] = middle()
        if not last:
            imgui.same_line()
            if imgui.button("Skip the rest"):
                self._end(draft)
            self.places["skip"] = middle()
        if self._trouble:
            imgui.text_wrapped(self._trouble)

    def _end(self, draft: Settings) -> None:
        self._trouble = self._actions.welcomed(draft, self.hopes.strip()) or ""

    def _button(self, label: str, name: str) -> bool:
        pressed = accent_button(label)
        self.places[name] = middle()
        return pressed

    # -- steps -----------------------------------------------------------------------------------------------------------

    def _her(self, draft: Settings) -> None:
        heading("Who you are about to meet")
        imgui.text_wrapped(
            f"{self._view.person} is software: she has a face, a voice, moods and a memory, but she is no human being, and she will say so "
            "whenever you ask. She is company. She is no therapist and no doctor."
        )
        heading("What stays here")
        imgui.text_wrapped(
            "Everything. What you say, what she remembers and what you choose stays on this computer. Nothing is sent anywhere unless you "
            "name a server of your own in the settings. There is no account, nothing to buy, and nobody counts you."
        )

    def _you(self, draft: Settings) -> None:
        heading("You")
        imgui.text_wrapped("What may she call you?")
        imgui.set_next_item_width(-1)
        _, draft.user_name = imgui.input_text_with_hint("##called", "a name, or nothing", draft.user_name[:40])
        imgui.text_wrapped("What do you hope for? A good talk in the evening, practice in a language, somebody to think aloud with …")
        size = imgui.ImVec2(-1, 76 * unit())
        _, self.hopes = imgui.input_text_multiline("##hopes", self.hopes[:MOST_HOPES], size, imgui.InputTextFlags_.word_wrap.value)
        muted("She keeps it with what she remembers, once you have chosen how that is guarded; you can change it there.")
        imgui.set_next_item_width(60 * unit())
        _, country = imgui.input_text("your country, two letters, for help lines", draft.country)
        draft.country = "".join(c for c in country if c.isascii() and c.isalpha())[:2].upper()

    def _whom(self, draft: Settings) -> None:
        heading("Whom would you like to meet?")
        for key, (name, about) in self._view.people.items():
            if imgui.radio_button(f"{name}##who", draft.person == key):
                draft.person = key
            self.places[key] = middle()
            muted(about)
        muted("You can meet somebody else at any time, and shape how they look.")

    def _limits(self, draft: Settings) -> None:
        heading("Your limits")
        imgui.text_wrapped("A companion is good beside people, not instead of them. She reminds you of a break after:")
        for i, minutes in enumerate(_BREAKS):
            if i % 3:
                imgui.same_line()
            if imgui.radio_button(f"{minutes} min##break", draft.safety.break_min == minutes):
                draft.safety.break_min = minutes
        imgui.text_wrapped("And she says goodnight when you have been here, on one day, for:")
        for i, minutes in enumerate(_DAILY):
            if i % 3:
                imgui.same_line()
            if imgui.radio_button(f"{minutes} min##day" if minutes else "no limit##day", draft.safety.daily_min == minutes):
                draft.safety.daily_min = minutes
            self.places[f"day {minutes}"] = middle()
        muted('You meet as friends. Anything closer is yours to choose, and one word ("stop") ends it. The page Safety has all of this.')

    def _setup(self, draft: Settings) -> None:
        heading("Your set-up")
        look = self._checkup
        if not look.begun:
            imgui.text_wrapped("Picture, sound, voice and ear can be looked at now, so that nothing gets in the way.")
        if imgui.button("Test my set-up" if not look.begun else "Test again") and not look.running:
            look.begin()
        self.places["test"] = middle()
        for finding in tuple(look.findings):
            imgui.text_wrapped(f"{finding.name}: {_SIGNS[finding.state]}. {finding.reason}")
            if finding.cure and finding.state != "ok":
                muted(f"To do: {finding.cure}")
        if look.running:
            muted("Looking …")
        elif look.begun:
            failing = [f.name for f in look.findings if f.state == "broken"]
            imgui.text_wrapped(f"These fail: {', '.join(failing)}. She can be met all the same." if failing else "Nothing is in the way.")
