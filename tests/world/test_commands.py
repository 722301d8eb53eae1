"""The command line as a user meets it: exit codes, one-sentence errors, nothing left half-written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from world.commands.run import has_display

ROOT = Path(__file__).resolve().parents[2]


def visavis(*words: object, env: dict[str, str] | None = None, say: str = "", timeout: float = 120) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
    command = [sys.executable, "-m", "world", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, env={**clean, **(env or {})}, input=say, timeout=timeout, check=False)


def one_sentence(done: subprocess.CompletedProcess[str]) -> str:
    lines = [line for line in done.stderr.splitlines() if line.startswith("visavis: ")]
    assert len(lines) == 1, done.stderr
    assert "Traceback" not in done.stderr
    return lines[0]


@pytest.mark.parametrize("words", [(), ("photo",), ("sheet",), ("record",), ("talk",), ("doctor",), ("bench",), ("run",)])
def test_every_command_has_help(words: tuple[str, ...]) -> None:
    done = visavis(*words, "--help")
    assert done.returncode == 0
    assert "usage: visavis" in done.stdout


def test_an_unknown_command_is_wrong_use() -> None:
    assert visavis("fly").returncode == 2


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("photo", "--feeling", "glee"), "glee"), (("photo", "--feeling", "joy:7"), "0 to 1"), (("photo", "--size", "big"), "--size big"),
        (("photo", "--size", "9x9"), "between 64"), (("photo", "--out", "x.gif"), ".png"),
        (("record", "--now", "yesterday"), "--now yesterday"), (("sheet", "mouth", "--out", "x.gif"), ".png or .jpg"),
        (("sheet", "mouth", "--out", "x.png", "--cell", "7"), "--cell 7"),
        (("sheet", "eyes", "--out", "x.png", "--only", "tail"), "--only tail"),
    ],
)  # fmt: skip
def test_wrong_options_are_one_sentence_and_exit_2(words: tuple[str, ...], named: str, tmp_path: Path) -> None:
    done = visavis(*words, "--profile", tmp_path)
    assert done.returncode == 2
    assert named in one_sentence(done)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("command", ["photo", "record", "talk"])
def test_an_unknown_person_names_the_known_ones(command: str, tmp_path: Path) -> None:
    done = visavis(command, "--person", "nobody", "--profile", tmp_path)
    assert done.returncode == 2
    assert "mira, jon" in one_sentence(done)


def test_a_photo_is_a_png_or_refused_at_once(tmp_path: Path) -> None:
    for out in (tmp_path, tmp_path / "x.jpg"):
        done = visavis("photo", "--out", out, "--profile", tmp_path / "p")
        assert done.returncode == 2
        assert ".png" in one_sentence(done)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("field", "value"), [("person", "nobody"), ("country", "Atlantis")])
def test_doctor_sees_settings_that_cannot_be_used(field: str, value: str, tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text(json.dumps({field: value}))
    done = visavis("doctor", "--profile", tmp_path)
    assert done.returncode == 1
    assert value in done.stdout


def test_talk_ends_without_a_traceback_when_its_input_is_closed_or_its_reader_leaves(tmp_path: Path) -> None:
    talk = f"{sys.executable} -m world talk --throwaway --profile {tmp_path}"
    closed = subprocess.run(["bash", "-c", f"{talk} <&-"], capture_output=True, text=True, check=False)
    assert closed.returncode == 2
    left = subprocess.run(["bash", "-c", f"yes hello | head -200 | {talk} | head -1"], capture_output=True, text=True, check=False)
    assert "Traceback" not in closed.stderr + left.stderr


def test_a_photo_is_taken_and_says_that_it_is_generated(profile: Path, tmp_path: Path) -> None:
    out = tmp_path / "deep" / "joy.png"
    done = visavis("photo", "--feeling", "joy", "--size", "480x360", "--quality", "low", "--out", out, "--profile", profile, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"file": str(out), "size": [480, 360]}
    with Image.open(out) as picture:
        assert picture.size == (480, 360)
        assert "AI software" in picture.info["Comment"]
    assert [p.name for p in out.parent.iterdir()] == ["joy.png"]


def test_a_place_that_cannot_be_written_is_one_sentence(profile: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    for words in (("photo", "--size", "64x64", "--quality", "low"), ("record", "--no-video")):
        done = visavis(*words, "--out", tmp_path / "file" / "x.png", "--profile", profile)
        assert done.returncode == 1
        assert "--out" in one_sentence(done)
    assert (tmp_path / "file").read_text() == "in the way"


def test_a_broken_script_stops_before_anything_is_written(profile: Path, tmp_path: Path) -> None:
    (tmp_path / "s.json").write_text('{"lines": [{"sya": "hi"}]}')
    done = visavis("record", "--script", tmp_path / "s.json", "--out", tmp_path / "out", "--profile", profile)
    assert done.returncode == 1
    assert "lines[0].say" in one_sentence(done)
    assert not (tmp_path / "out").exists()


def test_broken_settings_stop_with_file_and_field(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text('{"voice": {"volume": "loud"}}')
    done = visavis("talk", "--profile", tmp_path)
    assert done.returncode == 1
    assert "voice.volume" in one_sentence(done)
    doctor = visavis("doctor", "--profile", tmp_path)
    assert doctor.returncode == 1
    assert "voice.volume" in doctor.stdout


def test_doctor_says_what_works_and_nothing_else_is_printed(tmp_path: Path) -> None:
    done = visavis("doctor", "--json", "--profile", tmp_path)
    assert done.returncode == 0, done.stdout
    findings = {f["name"]: f for f in json.loads(done.stdout)["findings"]}
    assert set(findings) == {
        "settings", "data", "picture", "display", "sound", "voice", "lips", "ear", "safety", "memory", "mind", "headset", "film",
    }  # fmt: skip
    assert findings["picture"]["state"] == "ok"
    assert findings["display"]["state"] == "absent"
    assert all(f["cure"] for f in findings.values() if f["state"] != "ok")
    assert done.stderr == ""
    assert not list(tmp_path.iterdir())


def test_doctor_fails_where_no_picture_can_be_made(tmp_path: Path) -> None:
    nowhere = {"LIBGL_DRIVERS_PATH": "/nowhere", "__EGL_VENDOR_LIBRARY_FILENAMES": "/nowhere"}
    done = visavis("doctor", "--profile", tmp_path, env=nowhere)
    assert done.returncode == 1
    assert "✗ picture" in done.stdout


def test_talk_asks_the_gate_and_refuses_where_it_cannot(tmp_path: Path) -> None:
    elsewhere = {"HOME": str(tmp_path / "home"), "XDG_DATA_HOME": str(tmp_path / "data")}
    done = visavis("talk", "--profile", tmp_path, say="hello\n", env=elsewhere)
    assert done.returncode == 2
    one_sentence(done)


def test_a_throwaway_talk_answers_and_repeats_itself(tmp_path: Path) -> None:
    words = "Hi, I'm Sam.\nDo you remember my name?\nAre you human?\n"
    first, second = (visavis("talk", "--throwaway", "--profile", tmp_path, say=words).stdout for _ in range(2))
    assert first == second
    assert "AI software" in first.splitlines()[0]
    assert "Sam" in first
    assert "AI" in first.splitlines()[-1]
    assert not list(tmp_path.iterdir())


def test_bench_prints_the_contract_keys(profile: Path) -> None:
    done = visavis("bench", "frame", "--quick", "--json", "--quality", "low", "--profile", profile)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["name"] == "frame"
    assert result["machine"]
    assert {"update_ms", "draw_calls", "texture_mb", "rss_mb", "frame_ms_720p"} <= set(result["figures"])
    assert set(result["figures"]["update_ms"]) == {"median", "p95", "p99"}


def test_a_display_is_what_the_system_says() -> None:
    assert not has_display("linux", {})
    assert has_display("linux", {"DISPLAY": ":0"})
    assert has_display("win32", {})
    assert has_display("darwin", {})
