"""The first evening's steps: each can be left out, what was chosen is kept, and they never come twice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.fakes import HandClock
from tests.world.clicks import click, look
from world import settings as settings_module
from world.checkup import CheckUp
from world.commands.doctor import Finding, examine_running
from world.keeping import Keeping
from world.output.offscreen import Offscreen
from world.settings import Settings
from world.talk import Talk
from world.ui.controls import View
from world.ui.interface import Interface

PEOPLE = {"mira": ("Mira", "curious and warm"), "jon": ("Jon", "calm and dry")}
FINDINGS = (
    Finding("picture", "ok", "drawn by a card"), Finding("sound", "absent", "no sound device", "connect speakers"),
    Finding("voice", "broken", "espeak-ng is missing", "run script/setup again"),
)  # fmt: skip


@dataclass
class Hands:
    """Actions that note what the steps ended with."""

    refuse: str | None = None
    ended: list[tuple[Settings, str]] = field(default_factory=list)

    def welcomed(self, settings: Settings, hopes: str) -> str | None:
        self.ended.append((settings, hopes))
        return self.refuse

    def __getattr__(self, name: str) -> Any:
        return lambda *words: None


@dataclass
class Evening:
    output: Offscreen
    view: View
    hands: Hands
    checkup: CheckUp
    interface: Interface

    def look(self, frames: int = 4) -> None:
        look(self.interface, frames)

    def picture(self) -> np.ndarray[Any, np.dtype[np.int16]]:
        for _ in range(4):
            self.interface.step(1 / 60)
            self.output.draw()
        return self.output.pixels().astype(np.int16)

    def press(self, name: str) -> None:
        self.look()
        click(self.interface, self.interface.welcome.places[name])


@pytest.fixture
def evening() -> Iterator[Evening]:
    output, hands, checkup = Offscreen((1000, 720), fine=False), Hands(), CheckUp(lambda: iter(FINDINGS))
    view = View(Talk(), Settings(), "Mira", PEOPLE, admitted=True, welcoming=True)
    interface = Interface(output.graphics, (1000, 720), view, hands, 1.0, checkup)
    interface.card.reparent_to(output.overlay)
    yield Evening(output, view, hands, checkup, interface)
    interface.close()
    output.close()


def test_whoever_skips_the_rest_meets_her_at_once_with_nothing_changed(evening: Evening) -> None:
    evening.press("skip")
    [(settings, hopes)] = evening.hands.ended
    assert settings == Settings()
    assert hopes == ""


def test_the_steps_lead_to_her_and_keep_what_was_chosen(evening: Evening) -> None:
    evening.press("next")
    evening.interface.welcome.hopes = " somebody to think aloud with "
    evening.press("next")
    evening.press("jon")
    evening.press("next")
    evening.press("day 60")
    evening.press("next")
    assert not evening.hands.ended
    evening.press("next")
    [(settings, hopes)] = evening.hands.ended
    assert (settings.person, settings.safety.daily_min, hopes) == ("jon", 60, "somebody to think aloud with")
    assert evening.view.settings == Settings(), "nothing is changed before the end"


def test_one_can_go_back(evening: Evening) -> None:
    evening.press("next")
    evening.press("back")
    assert evening.interface.welcome.step == 0
    assert "back" not in evening.interface.welcome.places


def test_the_test_of_the_set_up_names_the_stage_that_fails(evening: Evening) -> None:
    for _ in range(4):
        evening.press("next")
    assert not evening.checkup.begun
    evening.press("test")
    evening.checkup.wait(10)
    assert [f.name for f in evening.checkup.findings if f.state == "broken"] == ["voice"]
    told = evening.picture()
    evening.checkup.findings.clear()
    changed = (np.abs(told - evening.picture()).max(2) > 40).sum()
    assert changed > 800, "the findings are not to be seen"


def test_a_refusal_is_shown_and_the_steps_stay(evening: Evening) -> None:
    evening.hands.refuse = "The folder cannot be written; choose another."
    evening.press("skip")
    assert evening.view.welcoming
    evening.press("skip")
    assert len(evening.hands.ended) == 2


def test_a_check_up_begins_once_at_a_time_and_can_be_repeated() -> None:
    asked = 0

    def examine() -> Iterator[Finding]:
        nonlocal asked
        asked += 1
        yield from FINDINGS

    look = CheckUp(examine)
    look.begin()
    look.wait(10)
    look.begin()
    look.wait(10)
    assert asked == 2
    assert look.findings == list(FINDINGS)


def test_the_set_up_of_this_computer_is_looked_at_stage_by_stage(tmp_path: Path) -> None:
    found = list(examine_running(tmp_path, Settings(), "llvmpipe (LLVM)", audible=False))
    assert [f.name for f in found] == ["data", "picture", "sound", "voice", "lips", "ear", "safety", "mind"]
    states = {f.name: f for f in found}
    assert "quality low" in states["picture"].cure
    assert states["sound"].state == "absent"
    assert states["voice"].state == "ok"


def test_keeping_a_field_leaves_the_environment_of_this_run_out_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISAVIS_BASE_URL", "http://127.0.0.1:9/v1")
    settings_module.keep(tmp_path, welcomed=False)
    kept = json.loads((tmp_path / settings_module.FILE).read_text())
    assert kept["welcomed"] is False
    assert kept["brain"]["base_url"] == ""


def test_what_is_hoped_for_is_known_and_is_kept_with_the_rest(tmp_path: Path) -> None:
    keeping = Keeping(tmp_path, HandClock(), {})
    keeping.hope("somebody to think aloud with.")
    assert any("think aloud" in f.value for f in keeping.memory.facts)
    assert not keeping.guard("passphrase", "lantern orbit cactus")
    keeping.close()
    again = Keeping(tmp_path, HandClock(), {"VISAVIS_PASSPHRASE": "lantern orbit cactus"})
    assert any("think aloud" in f.value for f in again.memory.facts)
    again.close()
