"""The page of what was last sent: behind the settings, word for word, and back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from dialogue import sent
from tests.world.clicks import click, look
from world.output.offscreen import Offscreen
from world.settings import Settings
from world.talk import Talk
from world.ui.controls import View
from world.ui.interface import Interface


class Hands:
    """Actions that do nothing."""

    def __getattr__(self, name: str) -> Any:
        return lambda *words: None


@pytest.fixture
def desk() -> Iterator[Interface]:
    sent.forget()
    output = Offscreen((1000, 2200), fine=False)
    settings = Settings()
    settings.brain.kind, settings.brain.base_url, settings.brain.model = "endpoint", "http://localhost:9/v1", "small"
    view = View(Talk(), settings, "Mira", {"mira": ("Mira", "warm")}, admitted=True)
    interface = Interface(output.graphics, (1000, 2200), view, Hands())
    yield interface
    interface.close()
    output.close()
    sent.forget()


def test_it_lies_behind_the_endpoint_in_the_settings_and_leads_back(desk: Interface) -> None:
    desk.show("settings")
    look(desk)
    page = desk._pages["settings"]
    click(desk, page.places["sent"])  # type: ignore[union-attr]  # the settings have places
    assert desk.page == "sent"
    assert desk.sent.shown == 0
    click(desk, desk.sent.places["back"])
    assert desk.page == "settings"
    desk.show("sent")
    desk.escape()
    assert desk.page == "settings"


def test_it_shows_all_that_is_known_also_while_more_goes(desk: Interface) -> None:
    desk.show("sent")
    for count in (1, 2, 3):
        sent.note("http://localhost:9/v1/chat/completions", "application/json", json.dumps({"messages": ["pears"] * 300}).encode())
        look(desk)
        assert desk.sent.shown == count


def test_without_an_endpoint_the_settings_have_no_such_button(desk: Interface) -> None:
    desk.view.settings.brain.kind = "embedded"
    desk.show("settings")
    look(desk)
    assert "sent" not in desk._pages["settings"].places  # type: ignore[union-attr]  # the settings have places
