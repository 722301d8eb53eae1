"""The page of what was last sent: behind the settings, word for word, and back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from imgui_bundle import imgui

from dialogue import sent
from world.output.offscreen import Offscreen
from world.settings import Settings
from world.talk import Talk
from world.ui.controls import View
from world.ui.interface import Interface


class Hands:
    """Actions that do nothing."""

    def __getattr__(self, name: str) -> Any:
        return lambda *words: None


@dataclass
class Desk:
    interface: Interface

    def look(self, frames: int = 4) -> None:
        for _ in range(frames):
            self.interface.step(1 / 60)

    def press(self, place: tuple[float, float]) -> None:
        self.interface.panel.use()
        io = imgui.get_io()
        for down in (True, False):
            io.add_mouse_pos_event(*place)
            self.look(1)
            io.add_mouse_button_event(0, down)
            self.look(1)
        self.look(2)


@pytest.fixture
def desk() -> Iterator[Desk]:
    sent.forget()
    output = Offscreen((1000, 2200), fine=False)
    settings = Settings()
    settings.brain.kind, settings.brain.base_url, settings.brain.model = "endpoint", "http://localhost:9/v1", "small"
    view = View(Talk(), settings, "Mira", {"mira": ("Mira", "warm")}, admitted=True)
    interface = Interface(output.graphics, (1000, 2200), view, Hands())
    yield Desk(interface)
    interface.close()
    output.close()
    sent.forget()


def test_it_lies_behind_the_endpoint_in_the_settings_and_leads_back(desk: Desk) -> None:
    desk.interface.show("settings")
    desk.look()
    page = desk.interface._pages["settings"]
    desk.press(page.places["sent"])  # type: ignore[union-attr]  # the settings have places
    assert desk.interface.page == "sent"
    assert desk.interface.sent.shown == 0
    desk.press(desk.interface.sent.places["back"])
    assert desk.interface.page == "settings"
    desk.interface.show("sent")
    desk.interface.escape()
    assert desk.interface.page == "settings"


def test_it_shows_all_that_is_known_also_while_more_goes(desk: Desk) -> None:
    desk.interface.show("sent")
    for count in (1, 2, 3):
        sent.note("http://localhost:9/v1/chat/completions", "application/json", json.dumps({"messages": ["pears"] * 300}).encode())
        desk.look()
        assert desk.interface.sent.shown == count


def test_without_an_endpoint_the_settings_have_no_such_button(desk: Desk) -> None:
    desk.interface.view.settings.brain.kind = "embedded"
    desk.interface.show("settings")
    desk.look()
    assert "sent" not in desk.interface._pages["settings"].places  # type: ignore[union-attr]  # the settings have places
