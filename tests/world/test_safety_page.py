"""The safety page as a user clicks it: closeness, boundaries, limits, balance, help (L-08, L-13, L-19, S-08, S-11)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from dialogue.ledger import LooseLedger
from dialogue.safety.state import SafetyState
from dialogue.trouble import Trouble
from world.output.offscreen import Offscreen
from world.settings import Settings
from world.talk import Talk
from world.ui.controls import View
from world.ui.interface import Interface

SIZE = (2000, 1800)  # all of the page at once
NOW = datetime(2026, 3, 9, 21).timestamp()


class Hands:
    """Actions over a real safety state."""

    def __init__(self, view: View) -> None:
        self._view = view

    def choose_level(self, level: int, confirmed: bool = False) -> str | None:
        assert self._view.safety is not None
        try:
            self._view.safety.consent.choose(level, NOW, "page", confirmed)
        except Trouble as trouble:
            return str(trouble)
        self._view.closeness = self._view.safety.consent.level(NOW)
        return None

    def change(self, settings: Settings) -> str | None:
        self._view.settings = settings
        return None

    def offered(self) -> None: ...


@dataclass
class Desk:
    output: Offscreen
    view: View
    interface: Interface

    def step(self, count: int = 3) -> None:
        for _ in range(count):
            self.interface.step(1 / 60)
            self.output.draw()

    def click(self, name: str) -> None:
        self.step()
        panel = self.interface.panel
        panel.point(self.interface.safety.places[name])
        self.step()
        panel.press(True)
        self.step()
        panel.press(False)
        self.step()


@pytest.fixture
def desk() -> Iterator[Desk]:
    ledger = LooseLedger()
    days = {f"2026-03-0{d}": 20.0 * d for d in range(1, 9)}
    ledger.write("usage", {**days, "2026-03-09": 75.0})
    state = SafetyState("Mira", ledger, own_endpoint=True, persona_most=3)
    state.boundaries.close("my divorce", NOW - 3600)
    state.referrals.count(NOW)
    output = Offscreen(SIZE)
    view = View(Talk(), Settings(country="GB"), "Mira", {}, admitted=True, safety=state)
    interface = Interface(output.graphics, SIZE, view, Hands(view))
    interface.safety._clock = lambda: NOW
    interface.card.reparent_to(output.overlay)
    interface.show("safety")
    made = Desk(output, view, interface)
    made.step()
    yield made
    interface.close()
    output.close()


def test_l19_a_level_is_chosen_here_and_the_highest_needs_a_confirmation_of_its_own(desk: Desk) -> None:
    assert desk.view.closeness == 0
    desk.click("romantic")
    assert desk.view.closeness == 2
    desk.click("intimate")
    assert desk.view.closeness == 2
    assert "confirm" in desk.interface.safety.places
    desk.click("decline")
    assert desk.view.closeness == 2
    desk.click("intimate")
    desk.click("confirm")
    assert desk.view.closeness == 3
    desk.click("friend")
    assert desk.view.closeness == 0


def test_s11_boundaries_are_seen_and_deleted(desk: Desk) -> None:
    assert desk.view.safety is not None
    desk.click("delete my divorce")
    assert desk.view.safety.boundaries.all() == []


def test_s08_the_balance_is_drawn_for_a_week_and_four(desk: Desk) -> None:
    before = desk.output.pixels().copy()
    desk.click("28 days")
    assert (desk.output.pixels() != before).any()


def test_l13_the_counter_is_exported_as_a_number_and_a_year(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    desk.click("export")
    assert json.loads((tmp_path / "visavis-referrals.json").read_text("utf-8")) == {"crisis_referrals_by_year": {"2026": 1}}


def test_the_page_says_so_before_she_was_met(desk: Desk) -> None:
    desk.view.safety = None
    desk.step()
    assert desk.interface.safety.places == {}
