"""Settings that act while one looks: voice, brain, picture, words on the screen; and whom to meet."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

from imgui_bundle import imgui

from world.settings import Settings
from world.ui.controls import Actions, View, accent_button, heading, middle, muted, server_fields, unit
from world.ui.pages.ear import ear_section

_QUALITIES: tuple[Literal["auto", "low", "medium", "high"], ...] = ("auto", "low", "medium", "high")
_SERVED = "endpoint:"
_KINDS: tuple[Literal["embedded", "endpoint"], ...] = ("embedded", "endpoint")


class SettingsPage:
    """Edits a copy; every finished change goes to `Actions.change`. `show` turns to a page: `get`, the voices that can be fetched, or
    `sent`, what was last sent."""

    def __init__(self, view: View, actions: Actions, show: Callable[[str], None]) -> None:
        self._view, self._actions, self._show = view, actions, show
        self.places: dict[str, tuple[float, float]] = {}  # middle of each button of the last frame, in pixels
        self._trouble = ""
        self._draft: Settings | None = None

    def draw(self) -> None:
        """All sections below each other."""
        k = unit()
        now = self._draft or self._view.settings.model_copy(deep=True)
        self._draft = now
        done = False
        heading("You")
        imgui.set_next_item_width(-1)
        _, now.user_name = imgui.input_text_with_hint("##name", "What may I call you?", now.user_name[:40])
        done |= imgui.is_item_deactivated_after_edit()
        imgui.set_next_item_width(80 * k)
        _, country = imgui.input_text("Country, two letters (for help lines)", now.country)
        now.country = country[:2].upper()
        done |= imgui.is_item_deactivated_after_edit()

        imgui.dummy(imgui.ImVec2(1, 6 * k))
        heading("Voice")
        done |= self._voice(now)
        imgui.dummy(imgui.ImVec2(1, 6 * k))
        heading("Talking aloud")
        done |= ear_section(self._view, now)
        imgui.dummy(imgui.ImVec2(1, 6 * k))
        heading("Mind")
        done |= self._brain(now)
        imgui.dummy(imgui.ImVec2(1, 6 * k))
        heading("Picture and words")
        done |= self._picture(now)
        if done:
            self._trouble = self._actions.change(now) or ""
            self._draft = None
        if self._trouble:
            muted(self._trouble)

    def _voice(self, now: Settings) -> bool:
        done = False
        served = now.voice.voice.startswith(_SERVED)
        keys = ["", *(offer.key for offer in self._view.voices), _SERVED]
        labels = ["her own", *(f"{offer.key.partition(':')[2]} ({offer.about})" for offer in self._view.voices), "from your own server"]
        if not served and now.voice.voice not in keys:
            keys.append(now.voice.voice)
            labels.append(now.voice.voice)
        imgui.set_next_item_width(-1)
        changed, choice = imgui.combo("##voice", keys.index(_SERVED if served else now.voice.voice), labels)
        if changed:
            now.voice.voice, done = keys[choice], keys[choice] != _SERVED
        if served:
            done |= self._server(now)
        names = ["", *self._view.speakers]
        if now.voice.device not in names:
            names.append(now.voice.device)
        imgui.set_next_item_width(-1)
        changed, choice = imgui.combo("##speakers", names.index(now.voice.device), ["The system's own speakers", *names[1:]])
        if changed:
            now.voice.device, done = names[choice], True
        imgui.set_next_item_width(-120)
        _, volume = imgui.slider_float("Volume", now.voice.volume, 0.0, 1.0, "")
        now.voice.volume = min(max(volume, 0.0), 1.0)
        done |= imgui.is_item_deactivated_after_edit()
        imgui.set_next_item_width(-120)
        _, offset = imgui.slider_int("Lips (ms)", now.voice.offset_ms, -100, 150)
        now.voice.offset_ms = min(max(offset, -100), 150)
        done |= imgui.is_item_deactivated_after_edit()
        imgui.set_item_tooltip("Later or earlier than the sound, where your speakers are late (Bluetooth) or the picture is.")
        changed, now.voice.muted = imgui.checkbox("Mute", now.voice.muted)
        done |= changed
        imgui.same_line()
        if imgui.button("Listen"):
            self._actions.preview()
        if self._view.fetching is not None:
            imgui.same_line()
            if imgui.button("More voices…"):
                self._show("get")
        return done

    def _server(self, now: Settings) -> bool:
        """Address and name of a voice that another program makes."""
        muted("What she says is sent to this address to be spoken, and to no other.")
        done = server_fields(now.voice, "voice", "http://localhost:8880/v1", "Model, for example kokoro")
        imgui.set_next_item_width(-1)
        _, name = imgui.input_text_with_hint("##voice_name", "Its name of the voice, for example af_heart", now.voice.voice[len(_SERVED) :])
        now.voice.voice = _SERVED + name
        done |= imgui.is_item_deactivated_after_edit()
        imgui.set_next_item_width(-1)
        hint = "Its language, for example de; empty: as its name tells"
        _, language = imgui.input_text_with_hint("##voice_language", hint, now.voice.language)
        now.voice.language = re.sub(r"[^A-Za-z0-9/-]", "", language)
        return done | imgui.is_item_deactivated_after_edit()

    def _brain(self, now: Settings) -> bool:
        done = False
        labels = ["Built in: private, needs nothing", "Your own endpoint (OpenAI-compatible)"]
        imgui.set_next_item_width(-1)
        changed, choice = imgui.combo("##brain", _KINDS.index(now.brain.kind), labels)
        if changed:
            now.brain.kind, done = _KINDS[choice], True
        if now.brain.kind == "endpoint":
            muted(
                "To this address, and to no other, go with each answer: her character and mood, what she knows about you, the last "
                "lines of the talk, and what you write. Whoever runs it can read that."
            )
            done |= server_fields(now.brain, "brain", "http://localhost:11434/v1", "Model")
            changed, now.brain.redact = imgui.checkbox("Hide names, mail, numbers and addresses from it", now.brain.redact)
            done |= changed
            changed, now.memory.reads = imgui.checkbox("It also looks for things to remember", now.memory.reads)
            done |= changed
            if imgui.button("What was sent…"):
                self._show("sent")
            self.places["sent"] = middle()
        return done

    def _picture(self, now: Settings) -> bool:
        done = False
        imgui.set_next_item_width(-120)
        changed, choice = imgui.combo("Quality", _QUALITIES.index(now.quality), list(_QUALITIES))
        if changed:
            now.quality, done = _QUALITIES[choice], True
        imgui.set_next_item_width(-120)
        _, size = imgui.slider_float("Text size", now.window.text_size, 12, 32, "%.0f")
        now.window.text_size = min(max(size, 12), 32)
        done |= imgui.is_item_deactivated_after_edit()
        changed, now.window.captions = imgui.checkbox("Captions under her", now.window.captions)
        done |= changed
        changed, now.window.full_screen = imgui.checkbox("Full screen (F11)", now.window.full_screen)
        return done or changed


class MeetPage:
    """Who do you want to meet?"""

    def __init__(self, view: View, actions: Actions) -> None:
        self._view, self._actions = view, actions
        self._trouble = ""

    def draw(self) -> None:
        """One entry a person."""
        heading("Who do you want to meet?")
        for key, (name, about) in self._view.people.items():
            imgui.dummy(imgui.ImVec2(1, 4 * unit()))
            heading(name)
            muted(about)
            if key == self._view.settings.person:
                imgui.text_disabled("is with you now")
            elif accent_button(f"Meet {name}##{key}"):
                changed = self._view.settings.model_copy(deep=True)
                changed.person = key
                self._trouble = self._actions.change(changed) or ""
        if self._trouble:
            muted(self._trouble)
