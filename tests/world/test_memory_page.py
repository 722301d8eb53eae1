"""The memory on a page: guarded, searched, put right, pinned, traced, forgotten, exported, erased; clicked offscreen."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from imgui_bundle import imgui
from PIL import Image

from dialogue import events
from dialogue.memory import keys
from dialogue.memory.vault import Vault, state_of
from dialogue.mind import Mind, build_mind
from dialogue.persona.persona import load_persona
from tests.fakes import FakeVoice, HandClock
from world.keeping import Keeping
from world.output.offscreen import Offscreen
from world.settings import Settings
from world.talk import Talk
from world.ui.controls import View
from world.ui.interface import Interface
from world.ui.pages.memory import MemoryPage

SIZE = (1200, 900)
GOOD = "lantern orbit cactus"


class Hands:
    """Actions that only note what was asked of them."""

    def __getattr__(self, name: str) -> object:
        return lambda *words: None


class Running:
    """A mind without a thread, as `Keeping` uses one."""

    def __init__(self, mind: Mind) -> None:
        self.mind = mind

    def send(self, event: events.Incoming) -> None:
        self.mind.run(event)

    def call(self, work: object) -> str:
        return str(work())  # type: ignore[operator]  # a function


@dataclass
class Desk:
    """An interface drawn offscreen over a profile, with a mind that remembers."""

    profile: Path
    clock: HandClock
    output: Offscreen
    view: View
    keeping: Keeping
    interface: Interface
    running: Running | None = None

    @property
    def page(self) -> MemoryPage:
        assert self.interface.memory is not None
        return self.interface.memory

    def says(self, text: str) -> None:
        assert self.running is not None
        self.clock.pass_(20)
        for out in self.running.mind.run(events.Say(text)):
            if isinstance(out, events.Notice):
                self.view.talk.say("notice", out.turn, out.text, out.facts)

    def wake(self) -> None:
        made = build_mind(load_persona("mira"), None, FakeVoice(), self.clock, random.Random(1), memory=self.keeping.memory)
        made.run(events.Arrive())
        self.running = Running(made)

    def rest(self) -> None:
        if self.running is not None:
            self.running.mind.close()
        self.running = None

    def step(self, count: int = 2) -> None:
        for _ in range(count):
            self.interface.step(1 / 60)
            self.output.draw()

    def at(self, place: tuple[float, float]) -> None:
        panel = self.interface.panel
        panel.point(place)
        self.step()
        panel.press(True)
        self.step()
        panel.press(False)
        self.step(3)

    def click(self, name: str) -> None:
        """A button of the page; scrolled to where it is out of sight."""
        self.step(3)
        for _ in range(60):
            _, y = self.page.places[name]
            if 60 < y < SIZE[1] - 40:
                break
            self.interface.panel.point((SIZE[0] - 200, SIZE[1] / 2))
            self.interface.panel.scroll(-1 if y > SIZE[1] / 2 else 1)
            self.step(8)
        self.at(self.page.places[name])

    def type(self, name: str, text: str) -> None:
        self.click(name)
        self.interface.panel.command = False
        self.interface.panel.type(text)
        self.step(3)

    def save(self, name: str) -> None:
        """A picture to look at, where somebody asks for one."""
        import os

        if os.environ.get("PICTURES"):
            Image.fromarray(self.output.pixels()[..., :3].astype(np.uint8)).save(Path(os.environ["PICTURES"]) / f"{name}.png")


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(keys, "MEMORY_KIB", 64)
    monkeypatch.setattr(keys, "ROUNDS", 1)
    made = open_desk(tmp_path)
    yield made
    close(made)


def open_desk(folder: Path, environ: dict[str, str] | None = None) -> Desk:
    output, clock = Offscreen(SIZE), HandClock()
    keeping = Keeping(folder, clock, environ or {})
    view = View(Talk(), Settings(), "Mira", {}, admitted=True, keeping=keeping)
    made = Desk(folder, clock, output, view, keeping, Interface(output.graphics, SIZE, view, Hands()))
    made.interface.card.reparent_to(output.overlay)
    keeping.attach(lambda: made.running, made.rest, made.wake)
    if keeping.state != "locked":
        made.wake()
    made.interface.show("memory")
    made.step(3)
    return made


def close(made: Desk) -> None:
    made.rest()
    made.keeping.close()
    made.interface.close()
    made.output.close()


def test_until_it_is_guarded_nothing_lies_on_the_disk_and_the_talk_says_so(desk: Desk) -> None:
    desk.says("My dog is called Biscuit")
    assert list(desk.profile.iterdir()) == []
    assert desk.keeping.label == "nothing is kept"
    desk.interface.show("talk")
    desk.step()
    desk.at(desk.interface.chat.places["memory"])
    assert desk.interface.page == "memory"
    desk.save("unset")


def test_a_passphrase_is_typed_twice_and_the_code_shown_once_and_what_was_told_stays(desk: Desk) -> None:
    desk.says("My dog is called Biscuit")
    desk.type("first", "short")
    desk.click("passphrase")
    assert state_of(desk.profile) == "none"
    desk.type("first", " but long enough now")
    desk.click("passphrase")
    assert state_of(desk.profile) == "none", "both fields must agree"
    desk.type("second", "short but long enough now")
    desk.click("passphrase")
    assert state_of(desk.profile) == "passphrase"
    code = desk.keeping.recovery_code
    assert len(code) > 26
    desk.save("code")
    desk.click("noted")
    assert desk.keeping.recovery_code == ""
    assert desk.keeping.label == ""
    desk.says("I like jazz")
    desk.rest()
    desk.keeping.close()
    vault = Vault.open(desk.profile, code=code)
    assert [v for (v,) in vault.store.read("SELECT value FROM facts ORDER BY id")] == ["dog", "jazz"]
    vault.close()


def test_no_protection_needs_a_second_yes_and_stays_visible(desk: Desk) -> None:
    desk.click("plain")
    assert state_of(desk.profile) == "none"
    desk.click("plain, no")
    desk.click("plain")
    desk.save("plain")
    desk.click("plain, yes")
    assert state_of(desk.profile) == "plain"
    assert desk.keeping.label == "kept, unprotected"
    desk.click("change")
    desk.type("first", GOOD)
    desk.type("second", GOOD)
    desk.click("passphrase")
    assert state_of(desk.profile) == "passphrase"


def furnish(desk: Desk) -> None:
    assert desk.keeping.guard("passphrase", GOOD) == ""
    desk.keeping.recovery_code = ""
    for line in ("I'm Sam", "My dog is called Biscuit", "I work as a nurse", "I'm allergic to peanuts", "I love hiking in the hills"):
        desk.says(line)
    desk.step(3)


def fact(desk: Desk, value: str) -> int:
    return next(f.id for f in desk.keeping.memory.facts if value in (f.value, f.name))


def test_a_fact_is_put_right_pinned_traced_and_forgotten(desk: Desk) -> None:
    furnish(desk)
    nurse = fact(desk, "nurse")
    desk.click(f"row {nurse}")
    desk.click(f"source {nurse}")
    desk.save("facts")
    desk.click(f"pin {nurse}")
    assert desk.keeping.memory.kept.get(nurse, desk.clock()).pinned
    desk.click(f"edit {nurse}")
    desk.click("value")
    panel = desk.interface.panel
    panel.key(imgui.Key.end, True)
    panel.key(imgui.Key.end, False)
    desk.step()
    desk.interface.panel.type(" on nights")
    desk.step(3)
    desk.click("save")
    assert desk.keeping.memory.kept.get(nurse, desk.clock()).value == "nurse on nights"
    assert ("job", "nurse on nights") in {(f.kind, f.value) for f in desk.keeping.memory.facts}
    dog = fact(desk, "Biscuit")
    desk.click(f"row {dog}")
    desk.click(f"forget {dog}")
    desk.click("forget, no")
    assert fact(desk, "Biscuit")
    desk.click(f"forget {dog}")
    desk.click("forget, yes")
    assert "Biscuit" not in str(list(desk.keeping.memory.facts))
    assert f"row {dog}" not in desk.page.places


def test_search_finds_facts_and_sentences(desk: Desk) -> None:
    furnish(desk)
    desk.page.query = "where do we hike"
    desk.step(3)
    assert any("hiking" in item.text for item in desk.page.items)
    desk.save("search")
    desk.page.query = "zeppelin"
    desk.step(3)
    assert not desk.page.items


def test_a_new_memory_can_be_taken_back_in_the_talk(desk: Desk) -> None:
    furnish(desk)
    desk.interface.show("talk")
    desk.step(4)
    desk.save("undo")
    before = len(list(desk.keeping.memory.facts))
    desk.at(desk.interface.chat.places["undo"])
    assert len(list(desk.keeping.memory.facts)) == before - 1
    assert "taken back" in desk.view.talk.messages[-1].text


def test_a_private_visit_is_visible_and_keeps_nothing(desk: Desk) -> None:
    furnish(desk)
    desk.click("private")
    assert desk.keeping.memory.private
    assert desk.keeping.label == "private: nothing is kept"
    desk.says("I hate mornings")
    desk.click("private")
    assert not desk.keeping.memory.private
    assert "mornings" not in str(list(desk.keeping.memory.facts))


def test_export_and_erase(desk: Desk) -> None:
    furnish(desk)
    desk.page._file = str(desk.profile / "out.txt")
    desk.click("export")
    assert ".json" in desk.page._done
    desk.page._file = str(desk.profile / "out.json")
    desk.click("export")
    assert "not encrypted" in desk.page._done
    assert json.loads((desk.profile / "out.json").read_text())["memory"]["facts"]
    desk.click("erase")
    desk.click("erase, yes")
    assert state_of(desk.profile) == "passphrase", "without the word nothing is erased"
    desk.type("erasing", "ERASE")
    desk.save("erase")
    desk.click("erase, yes")
    assert state_of(desk.profile) == "none"
    assert desk.keeping.state == "unset"
    assert list(desk.keeping.memory.facts) == []
    desk.says("I like jazz")
    assert fact(desk, "jazz")


def test_a_locked_memory_asks_first_and_can_be_set_aside(desk: Desk, tmp_path: Path) -> None:
    furnish(desk)
    desk.rest()
    desk.keeping.close()
    locked = open_desk(tmp_path)
    try:
        assert locked.running is None
        unlock = locked.interface.unlock
        assert unlock is not None
        locked.save("locked")
        locked.at(unlock.places["secret"])
        locked.interface.panel.type("wrong words here")
        locked.step()
        locked.at(unlock.places["open"])
        assert locked.keeping.state == "locked"
        assert "does not open" in unlock._trouble
        locked.interface.panel.type(GOOD)
        locked.step()
        locked.at(unlock.places["open"])
        assert locked.keeping.state == "open"
        assert locked.running is not None
        assert "Biscuit" in str(list(locked.keeping.memory.facts))
    finally:
        close(locked)
    aside = open_desk(tmp_path)
    assert aside.interface.unlock is not None
    aside.at(aside.interface.unlock.places["aside"])
    assert aside.running is not None
    assert aside.keeping.label == "nothing is kept"
    close(aside)
    given = open_desk(tmp_path, {"VISAVIS_PASSPHRASE": GOOD})
    assert given.keeping.state == "open"
    close(given)


def test_a_second_start_says_so_and_goes_on_without(desk: Desk, tmp_path: Path) -> None:
    furnish(desk)
    second = open_desk(tmp_path, {"VISAVIS_PASSPHRASE": GOOD})
    assert "in use by another Visavis" in second.keeping.trouble
    assert second.keeping.label == "nothing is kept"
    second.save("second")
    close(second)
