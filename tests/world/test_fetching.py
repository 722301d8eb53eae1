"""Fetching behind the window: in a thread, one at a time, to be stopped; and the page that asks for it, clicked offscreen."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import Mock

import pytest

from dialogue.speech import piper
from dialogue.speech.catalogue import Catalogue
from tests.dialogue.speech.model_server import BODY, CONFIG, ModelServer, serving
from world import settings as settings_module
from world.app import App
from world.fetching import Fetching
from world.output.offscreen import Offscreen
from world.people import everybody
from world.settings import Settings
from world.talk import Talk
from world.ui.controls import View
from world.ui.interface import Interface

VOICE = "en_US-test-low"
SIZE = (900, 700)


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with serving("good") as made:
        yield made


def table(server: ModelServer) -> Catalogue:
    files = [f.model_dump() for f in server.model().files]
    models = (server.model(), server.model(key="whisper-test", kind="ear", files=files))
    return Catalogue(about="a table", read_on="2026-11-23", sources=(), models=models)


class Waited(Fetching):
    """Says when the first bytes of the large file have come."""

    def __init__(self, profile: Path, known: Catalogue) -> None:
        self.begun = threading.Event()
        super().__init__(profile, known)

    def _report(self, done: int, total: int) -> None:
        super()._report(done, total)
        if done > len(CONFIG):
            self.begun.set()


def test_one_thing_at_a_time_and_the_caller_never_waits(server: ModelServer, tmp_path: Path) -> None:
    server.mode = "silent"
    work = Waited(tmp_path, table(server))
    voice, ear = work.models
    work.start(voice)
    assert work.begun.wait(20)
    assert (work.busy, work.total) == (VOICE, voice.size)
    work.start(ear)
    work.remove(ear)
    assert work.busy == VOICE
    work.cancel()
    assert work.stopping
    server.release.set()
    assert work.wait(20)
    assert (work.busy, work.stopping, work.trouble, work.changes) == ("", False, "", 1)
    assert work.states[VOICE] == "part"
    server.mode = "good"
    work.start(voice)
    assert work.wait(20)
    assert work.states == {VOICE: "here", "whisper-test": "absent"}
    assert (work.done, work.changes) == (voice.size, 2)
    work.remove(voice)
    assert work.wait(20)
    assert work.states[VOICE] == "absent"


def test_a_failure_is_kept_as_a_sentence_and_gone_with_the_next_try(server: ModelServer, tmp_path: Path) -> None:
    server.mode = "wrong"
    work = Fetching(tmp_path, table(server))
    work.start(work.models[0])
    assert work.wait(20)
    assert "SHA-256 differs" in work.trouble
    server.mode = "good"
    work.start(work.models[0])
    assert work.wait(20)
    assert work.trouble == ""


class Hands:
    """Actions that only note what was asked of them."""

    def __init__(self) -> None:
        self.offers = 0

    def say(self, text: str) -> None: ...

    def hush(self) -> None: ...

    def retry(self, text: str | None) -> None: ...

    def change(self, settings: Settings) -> str | None:
        return None

    def admit(self, born: str) -> str | None:
        return None

    def preview(self) -> None: ...

    def offered(self) -> None:
        self.offers += 1


@dataclass
class Desk:
    """An interface drawn offscreen, clicked by the names of buttons."""

    output: Offscreen
    view: View
    hands: Hands
    interface: Interface

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
        self.step()

    def click(self, name: str) -> None:
        self.step(3)  # a bar that appears at the side moves what stands below
        self.at(self.interface.get.places[name])


@pytest.fixture
def desk(server: ModelServer, tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    made: list[Desk] = []

    def open_desk(*, offer: bool = False) -> Desk:
        output = Offscreen(SIZE)
        view = View(Talk(), Settings(), "Mira", {}, admitted=True, fetching=Waited(tmp_path, table(server)), offer=offer)
        hands = Hands()
        made.append(Desk(output, view, hands, Interface(output.graphics, SIZE, view, hands)))
        made[-1].interface.card.reparent_to(output.overlay)
        made[-1].step()
        return made[-1]

    yield open_desk
    for one in made:
        one.interface.close()
        one.output.close()


def test_the_page_asks_fetches_and_removes(desk: Callable[..., Desk], server: ModelServer, tmp_path: Path) -> None:
    page = desk()
    work = page.view.fetching
    assert work is not None
    page.interface.show("get")
    page.step()
    page.click(f"fetch {VOICE}")
    assert {"yes", "no"} <= set(page.interface.get.places)
    page.click("no")
    assert "yes" not in page.interface.get.places
    assert server.asked == []
    page.click(f"fetch {VOICE}")
    page.click("yes")
    assert work.wait(20)
    assert work.states[VOICE] == "here"
    assert (tmp_path / "voices" / f"{VOICE}.onnx").read_bytes() == BODY
    page.step()
    assert f"fetch {VOICE}" not in page.interface.get.places
    page.click(f"remove {VOICE}")
    assert work.wait(20)
    assert work.states[VOICE] == "absent"
    page.click("back")
    assert page.interface.page == "settings"


def test_a_frame_is_drawn_while_a_fetch_waits_and_cancel_stops_it(desk: Callable[..., Desk], server: ModelServer) -> None:
    server.mode = "silent"
    page = desk()
    work = page.view.fetching
    assert isinstance(work, Waited)
    page.interface.show("get")
    page.step()
    page.click(f"fetch {VOICE}")
    page.click("yes")
    assert work.begun.wait(20)
    assert work.busy == VOICE
    page.step(5)
    assert "fetch whisper-test" in page.interface.get.places
    page.click("fetch whisper-test")  # disabled while another is at work
    assert "yes" not in page.interface.get.places
    page.click("cancel")
    assert work.stopping
    server.release.set()
    assert work.wait(20)
    assert work.states[VOICE] == "part"
    page.step()
    assert f"fetch {VOICE}" in page.interface.get.places
    assert f"remove {VOICE}" in page.interface.get.places


def test_what_lies_there_is_compared_without_asking_anybody(desk: Callable[..., Desk], server: ModelServer, tmp_path: Path) -> None:
    (tmp_path / "voices").mkdir()
    for name, body in ((f"{VOICE}.onnx", bytes(len(BODY))), (f"{VOICE}.onnx.json", CONFIG)):
        (tmp_path / "voices" / name).write_bytes(body)
    page = desk()
    work = page.view.fetching
    assert work is not None
    page.interface.show("get")
    page.step()
    page.click(f"fetch {VOICE}")
    assert work.wait(20)
    assert "SHA-256 differs" in work.trouble
    (tmp_path / "voices" / f"{VOICE}.onnx").write_bytes(BODY)
    page.click(f"fetch {VOICE}")
    assert work.wait(20)
    assert (work.states[VOICE], work.trouble) == ("here", "")
    assert server.asked == []


def test_escape_leads_back_by_way_of_the_settings(desk: Callable[..., Desk]) -> None:
    page = desk()
    page.step()
    before = page.output.pixels().copy()
    page.interface.show("get")
    page.step(3)
    column = page.output.pixels()[:, SIZE[0] * 3 // 4 :].astype(int) - before[:, SIZE[0] * 3 // 4 :]
    assert abs(column).mean() > 3, "the page is seen"
    page.interface.escape()
    assert page.interface.page == "settings"
    page.interface.escape()
    assert page.interface.page == "talk"


@pytest.mark.parametrize("answer", ["look", "not now"])
def test_voices_are_offered_once_and_seen_is_offered(desk: Callable[..., Desk], answer: str) -> None:
    page = desk(offer=True)
    assert page.hands.offers == 1
    page.step(5)
    assert page.hands.offers == 1
    page.at(page.interface.chat.places[answer])
    assert not page.view.offer
    page.step()
    assert page.interface.page == ("get" if answer == "look" else "talk")
    page.interface.show("talk")
    page.step()
    assert page.interface.chat.places == {}


def test_a_voice_or_an_ear_that_came_is_used_at_once(server: ModelServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(piper, "installed", lambda: True)
    work = Fetching(tmp_path, table(server))
    app = App.__new__(App)  # no window is needed for this
    app._profile, app.settings, app._fetched = tmp_path, Settings(), 0
    app.view = View(Talk(), app.settings, "Mira", {}, fetching=work, admitted=True)
    app.scene, app._mind, app._listening = Mock(), Mock(), Mock()
    app.scene.person = everybody()["mira"]
    app.settings.voice.voice = f"piper:{VOICE}"
    for act, there in ((work.start, True), (work.remove, False)):
        act(work.models[0])
        assert work.wait(20)
        app._take_fetched()
        app._take_fetched()
        assert (f"piper:{VOICE}" in [o.key for o in app.view.voices]) is there
        assert (app._mind.set_voice.call_args.args[0].name == f"piper:{VOICE}") is there
    assert app._mind.set_voice.call_count == 2
    assert app._listening.open.call_count == 2
    app.settings.ear.base_url = "http://127.0.0.1:9/v1"
    work.start(work.models[0])
    assert work.wait(20)
    app._take_fetched()
    assert app._listening.open.call_count == 2, "a server hears; nothing here matters to it"


def test_that_they_were_offered_is_kept_without_what_the_environment_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISAVIS_API_KEY", "secret-key")
    (tmp_path / "settings.json").write_text('{"user_name": "Ana"}')
    app = App.__new__(App)  # no window is needed for this
    app._profile, app.settings = tmp_path, settings_module.load(tmp_path)
    app.offered()
    assert app.settings.voices_offered
    kept = settings_module.load(tmp_path, {})
    assert (kept.voices_offered, kept.user_name, kept.brain.api_key) == (True, "Ana", "")
    assert "secret-key" not in (tmp_path / "settings.json").read_text()

