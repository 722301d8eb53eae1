"""What the pages can ask of the program, and small things they all draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from imgui_bundle import imgui

from dialogue.safety.state import SafetyState
from dialogue.speech.voices import Offer
from world.fetching import Fetching
from world.keeping import Keeping
from world.settings import BrainSettings, EarSettings, Settings, VoiceSettings
from world.talk import Talk
from world.ui import theme


class Actions(Protocol):
    """The program behind the pages; everything acts at once."""

    def say(self, text: str) -> None:
        """The user says this."""

    def hush(self) -> None:
        """Silence now."""

    def retry(self, text: str | None) -> None:
        """Answer the last message once more; `text` replaces it."""

    def change(self, settings: Settings) -> str | None:
        """Use and keep these settings; a sentence when they could not be kept or used."""

    def admit(self, born: str) -> str | None:
        """Answer the adult gate with a year or a date; a sentence when it says no or did not understand."""

    def choose_level(self, level: int, confirmed: bool = False) -> str | None:
        """Choose how close she is, 0..3; a sentence when that cannot be."""

    def talk_aloud(self, on: bool) -> None:
        """The microphone is to listen, or no longer: a key held and let go, or a switch."""

    def preview(self) -> None:
        """She says a line with the present voice."""

    def welcomed(self, settings: Settings, hopes: str) -> str | None:
        """The first evening's steps are done: use and keep these settings, and what the user hopes for; a sentence where that failed."""

    def offered(self) -> None:
        """More voices have been offered; keep that, so that it happens once."""


@dataclass(slots=True)
class View:
    """What the pages show. doing: listening, thinking or speaking. locked: the adult gate has said no. `people`: key to name and one
    line about them. welcoming: the first evening's steps are due. `fetching`: more voices, None where nothing can be fetched; `offer`:
    they are to be offered now.
    `keeping`: what is remembered, None where nothing can be.
    safety: consent, boundaries, limits and counter, None before the gate; closeness: the content level that holds.
    hearing: what the ear does, as `world.hearing.State`; microphone: it is open; level: of what it hears, 0..1;
    understands: name of what turns speech into words, empty when nothing does."""

    talk: Talk
    settings: Settings
    person: str
    people: dict[str, tuple[str, str]]
    doing: str = "listening"
    feeling: str = ""
    admitted: bool = False
    welcoming: bool = False
    locked: str = ""
    voices: tuple[Offer, ...] = ()
    audible: bool = True
    speakers: tuple[str, ...] = ()
    hearing: str = "off"
    microphone: bool = False
    level: float = 0.0
    understands: str = ""
    microphones: tuple[str, ...] = ()
    fetching: Fetching | None = None
    keeping: Keeping | None = None
    offer: bool = False
    safety: SafetyState | None = None
    closeness: int = 0


def feeling_word(strengths: Mapping[str, float]) -> str:
    """What she visibly feels most, empty when it is too faint to name."""
    label = max(strengths, key=lambda k: strengths[k], default="neutral")
    return label if label != "neutral" and strengths[label] > 0.25 else ""


def muted(text: str) -> None:
    """A line that steps back, wrapped."""
    imgui.push_style_color(imgui.Col_.text.value, imgui.ImVec4(*theme.MUTED))
    imgui.text_wrapped(text)
    imgui.pop_style_color()


def heading(text: str) -> None:
    """A bold line."""
    imgui.push_font(theme.bold(), imgui.get_style().font_size_base * 1.12)
    imgui.text_unformatted(text)
    imgui.pop_font()


def accent_button(label: str, width: float = 0.0) -> bool:
    """The one button of a page that matters most."""
    for slot, alpha in ((imgui.Col_.button, 0.85), (imgui.Col_.button_hovered, 1.0), (imgui.Col_.button_active, 0.7)):
        r, g, b, _ = theme.ACCENT
        imgui.push_style_color(slot.value, imgui.ImVec4(r * 0.86, g * 0.86, b * 0.86, alpha))
    pressed = imgui.button(label, imgui.ImVec2(width, 0))
    imgui.pop_style_color(3)
    return bool(pressed)


def middle() -> tuple[float, float]:
    """Of what was drawn last, in pixels of the panel: where a test or a pointer meets it."""
    low, high = imgui.get_item_rect_min(), imgui.get_item_rect_max()
    return (low.x + high.x) / 2, (low.y + high.y) / 2


def unit() -> float:
    """Pixels per point at text size 17: what lengths are multiplied with."""
    style = imgui.get_style()
    return float(style.font_scale_dpi * style.font_size_base / 17.0)


def server_fields(part: BrainSettings | VoiceSettings | EarSettings, who: str, example: str, model: str) -> bool:
    """Address, model and key of a server; true when one was changed."""
    done = False
    for field, hint, secret in (
        ("base_url", f"Address, for example {example}", False), ("model", model, False), ("api_key", "Key, where one is needed", True),
    ):  # fmt: skip
        imgui.set_next_item_width(-1)
        flags = imgui.InputTextFlags_.password.value if secret else 0
        _, value = imgui.input_text_with_hint(f"##{who}_{field}", hint, getattr(part, field), flags)
        setattr(part, field, value)
        done |= imgui.is_item_deactivated_after_edit()
    return done
