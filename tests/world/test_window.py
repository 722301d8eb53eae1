"""The real window on a virtual display: typed at, clicked, resized, closed, by a program that is not ours."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.sounds import PLUMS, record, user_says
from tests.world.window_driver import SCRIPT

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        not (shutil.which("Xvfb") and shutil.which("xdotool") and shutil.which("xclip")),
        reason="needs Xvfb, xdotool and xclip (script/setup --dev installs them on Debian)",
    ),
]
SIZE = (1100, 640)


class Desk:
    """A virtual display with the program on it; it reports its state as a line of JSON a frame."""

    def __init__(self, profile: Path) -> None:
        self.read, write = os.pipe()
        server = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1400x900x24", "-nolisten", "tcp"]
        self.server = subprocess.Popen(server, pass_fds=(write,), stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(self.read) as told:
            self.env = {**os.environ, "DISPLAY": f":{told.readline().strip()}", "ALSOFT_DRIVERS": "null"}
        self.report = profile / "report.json"
        command = [sys.executable, "-c", SCRIPT, str(profile), str(self.report)]
        self.program = subprocess.Popen(command, env=self.env, stderr=subprocess.PIPE)
        try:
            self.wait(lambda s: s["frames"] > 3, 60)
        except AssertionError:
            self.close()
            raise
        self.window = self.x("search", "--name", "^Visavis$").split()[-1]

    def x(self, *words: str) -> str:
        done = subprocess.run(["xdotool", *words], env=self.env, capture_output=True, text=True, check=True)
        return done.stdout

    def state(self) -> dict[str, object]:
        try:
            found: dict[str, object] = json.loads(self.report.read_text())
        except (OSError, ValueError):
            return {"frames": 0}
        return found

    def wait(self, ready: Callable[[dict[str, object]], object], seconds: float = 20) -> dict[str, object]:
        """Until the program reports what is waited for; never a fixed sleep."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            state = self.state()
            if ready(state):
                return state
            if self.program.poll() is not None:
                _, said = self.program.communicate()
                raise AssertionError(f"the program ended: {said.decode()[-2000:]}")
            time.sleep(0.05)
        raise AssertionError(f"waited in vain; last state {self.state()}")

    def click(self, x: float, y: float) -> None:
        self.x("mousemove", "--window", self.window, str(round(x)), str(round(y)))
        frames = int(str(self.state()["frames"]))
        self.wait(lambda s: int(str(s["frames"])) > frames + 2)
        self.x("click", "1")

    def close(self) -> None:
        for process in (self.program, self.server):
            process.terminate()
            process.communicate(timeout=20)


def furnish(tmp_path: Path, profile: Path) -> None:
    """A profile of an adult with a small window."""
    shutil.copytree(profile / "cache", tmp_path / "cache", dirs_exist_ok=True) if (profile / "cache").exists() else None
    (tmp_path / "settings.json").write_text(json.dumps({"window": {"width": SIZE[0], "height": SIZE[1]}, "quality": "low"}))
    (tmp_path / "adult.json").write_text(json.dumps({"adult": True, "checked_on": date(2026, 1, 1).isoformat(), "method": "year of birth"}))


@pytest.fixture
def desk(tmp_path: Path, profile: Path) -> Iterator[Desk]:
    furnish(tmp_path, profile)
    made = Desk(tmp_path)
    yield made
    made.close()


def test_she_listens_while_the_key_is_held_and_answers_what_was_said(tmp_path: Path, profile: Path) -> None:
    furnish(tmp_path, profile)
    record(tmp_path / "spoken.wav", user_says(f"{PLUMS} " * 4), 0.0)
    desk = Desk(tmp_path)
    try:
        desk.wait(lambda s: "her" in str(s["who"]))
        assert desk.state()["hearing"] == "off", "nothing listens before it is asked to"
        desk.x("keydown", "F2")
        desk.wait(lambda s: s["hearing"] == "hearing")
        frames = int(str(desk.state()["frames"]))
        desk.wait(lambda s: int(str(s["frames"])) > frames + 20)
        desk.x("keyup", "F2")
        desk.wait(lambda s: s["last_user"] == "these words were spoken")
        assert desk.wait(lambda s: s["hearing"] == "off")
        desk.wait(lambda s: str(s["who"]).endswith("'user', 'her']"))
    finally:
        desk.close()


def test_one_meets_her_types_and_is_answered(desk: Desk) -> None:
    assert desk.state()["double"] == 1, "pictures half drawn would be seen"
    greeted = desk.wait(lambda s: "her" in str(s["who"]))
    assert str(greeted["who"]).startswith("['notice'")
    desk.x("type", "--delay", "30", "Hello, I am")
    desk.x("key", "shift+Return")
    desk.x("type", "--delay", "30", "Ana")
    desk.wait(lambda s: s["draft"] == "Hello, I am\nAna")
    desk.x("key", "Return")
    desk.wait(lambda s: "Hello, I am\nAna" in str(s["last_user"]))
    answered = desk.wait(lambda s: str(s["who"]).endswith("'user', 'her']"))
    assert answered["draft"] == ""
    assert answered["doing"] in ("speaking", "listening", "thinking")


def test_escape_leaves_the_field_then_the_page_and_never_the_program(desk: Desk) -> None:
    desk.wait(lambda s: s["typing"])
    desk.x("key", "Escape")
    desk.wait(lambda s: not s["typing"])
    x, y = desk.wait(lambda s: s["settings_tab"])["settings_tab"]  # type: ignore[misc]  # a pair, out of JSON
    desk.click(x, y)
    desk.wait(lambda s: s["page"] == "settings")
    desk.x("key", "Escape")
    desk.wait(lambda s: s["page"] == "talk")
    frames = int(str(desk.state()["frames"]))
    desk.x("key", "Escape")
    desk.x("key", "Escape")
    assert desk.wait(lambda s: int(str(s["frames"])) > frames + 10)["page"] == "talk"
    assert desk.program.poll() is None


def test_words_can_be_copied_out_and_pasted_in(desk: Desk) -> None:
    desk.wait(lambda s: s["typing"])
    desk.x("type", "--delay", "30", "cheese")
    desk.wait(lambda s: s["draft"] == "cheese")
    desk.x("key", "ctrl+a")
    desk.x("key", "ctrl+c")
    copied = ""
    end = time.monotonic() + 10
    while copied != "cheese" and time.monotonic() < end:
        paste = ["xclip", "-o", "-selection", "clipboard"]
        copied = subprocess.run(paste, env=desk.env, capture_output=True, text=True, timeout=5, check=False).stdout
    assert copied == "cheese"
    subprocess.run(["xclip", "-selection", "clipboard"], env=desk.env, input="wörld", text=True, check=True, stdout=subprocess.DEVNULL)
    desk.x("key", "End")
    desk.x("key", "ctrl+v")
    desk.wait(lambda s: s["draft"] == "cheesewörld")
    subprocess.run(["xclip", "-selection", "clipboard"], env=desk.env, input="x" * 5000, text=True, check=True, stdout=subprocess.DEVNULL)
    desk.x("key", "ctrl+v")
    assert len(str(desk.wait(lambda s: s["cut"])["draft"])) == 4000  # and the page says so


def test_the_window_follows_its_size_and_ends_with_ctrl_q(desk: Desk) -> None:
    desk.x("windowsize", desk.window, "820", "600")
    desk.wait(lambda s: s["size"] == [820, 600])
    desk.x("windowsize", desk.window, "520", "800")
    tall = desk.wait(lambda s: s["size"] == [520, 800])
    assert tall["panel"] == [520, 800]
    desk.x("key", "ctrl+q")
    assert desk.program.wait(timeout=20) == 0
