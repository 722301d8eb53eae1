"""`visavis get` as a user types it, with a table whose server is on this computer."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from dialogue.speech import catalogue as tables
from dialogue.speech import piper
from dialogue.speech.catalogue import Catalogue
from tests.dialogue.speech.model_server import BODY, CONFIG, ModelServer, serving
from world.__main__ import main as visavis

VOICE = "en_US-test-low"
EAR = "whisper-test"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    with serving("good") as made:
        files = [f.model_dump() for f in made.model().files]
        models = (made.model(), made.model(key=EAR, kind="ear", files=files))
        table = Catalogue(about="a table", read_on="2026-11-23", sources=(), models=models)
        monkeypatch.setattr(tables, "catalogue", lambda: table)
        yield made


def answer(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_the_list_says_all_that_a_choice_needs(server: ModelServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert visavis(["get", "--profile", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert f"  {VOICE}" in out
    assert "1.0 MB" in out
    assert "CC0" in out
    assert visavis(["get", "--json", "--profile", str(tmp_path)]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(r["key"], r["kind"], r["state"], r["hosts"]) for r in rows] == [
        (VOICE, "voice", "absent", ["127.0.0.1"]), (EAR, "ear", "absent", ["127.0.0.1"]),
    ]  # fmt: skip
    assert server.asked == []
    assert list(tmp_path.iterdir()) == []


def test_without_a_yes_nobody_is_asked_and_nothing_comes(
    server: ModelServer, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for word in ("n\n", "\n", "what\n"):
        answer(monkeypatch, word)
        assert visavis(["get", VOICE, "--profile", str(tmp_path)]) == 0
        out = capsys.readouterr().out
        assert "1.0 MB from 127.0.0.1" in out
        assert str(tmp_path / "voices") in out
        assert "Nothing was fetched" in out
    answer(monkeypatch, "")
    assert visavis(["get", VOICE, "--profile", str(tmp_path)]) == 2
    assert "--yes" in capsys.readouterr().err
    assert server.asked == []
    assert list(tmp_path.iterdir()) == []


def test_a_yes_fetches_and_says_what_is_still_needed(
    server: ModelServer, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(piper, "installed", lambda: False)
    answer(monkeypatch, "Y\n")
    assert visavis(["get", VOICE.lower(), "--profile", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "whole and checked" in out
    assert "visavis[local]" in out
    assert (tmp_path / "voices" / f"{VOICE}.onnx").read_bytes() == BODY
    assert visavis(["get", f"piper:{VOICE}", "--profile", str(tmp_path)]) == 0
    assert "is here already" in capsys.readouterr().out


def test_what_was_fetched_is_a_voice_that_can_be_chosen(
    server: ModelServer, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(piper, "installed", lambda: True)
    assert visavis(["get", VOICE, "--yes", "--profile", str(tmp_path)]) == 0
    assert f"--voice piper:{VOICE}" in capsys.readouterr().out
    assert visavis(["voices", "--json", "--profile", str(tmp_path)]) == 0
    assert f"piper:{VOICE}" in [v["voice"] for v in json.loads(capsys.readouterr().out)]


def test_a_model_of_the_ear_lies_where_the_ear_looks(server: ModelServer, tmp_path: Path) -> None:
    assert visavis(["get", EAR, "--yes", "--profile", str(tmp_path)]) == 0
    assert (tmp_path / "ears" / EAR / f"{VOICE}.onnx").read_bytes() == BODY


def test_fetched_files_can_be_compared_and_removed(server: ModelServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    profile = ["--profile", str(tmp_path)]
    assert visavis(["get", "--verify", *profile]) == 0
    assert "Nothing is fetched yet" in capsys.readouterr().out
    assert visavis(["get", VOICE, "--yes", *profile]) == 0
    assert visavis(["get", "--verify", *profile]) == 0
    assert f"{VOICE} is as it should be" in capsys.readouterr().out
    (tmp_path / "voices" / f"{VOICE}.onnx").write_bytes(bytes(len(BODY)))
    for words in (["--verify"], ["--verify", VOICE]):
        assert visavis(["get", *words, *profile]) == 1
        assert "SHA-256 differs" in capsys.readouterr().err
    assert visavis(["get", "--remove", VOICE, *profile]) == 0
    assert "is removed; 1.0 MB" in capsys.readouterr().out
    assert visavis(["get", "--remove", VOICE, *profile]) == 0
    assert "was not here" in capsys.readouterr().out
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []


def test_what_lies_there_is_compared_before_anybody_is_asked(
    server: ModelServer, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = ["--profile", str(tmp_path)]
    assert visavis(["get", VOICE, "--yes", *profile]) == 0
    (tmp_path / "voices" / f".{VOICE}.receipt").unlink()
    server.asked.clear()
    assert visavis(["get", VOICE, *profile]) == 0
    assert "as it should be" in capsys.readouterr().out
    (tmp_path / "voices" / f"{VOICE}.onnx").write_bytes(bytes(len(BODY)))
    answer(monkeypatch, "n\n")
    assert visavis(["get", VOICE, *profile]) == 0
    out = capsys.readouterr().out
    assert "SHA-256 differs" in out
    assert "1.0 MB from 127.0.0.1" in out
    assert server.asked == []
    answer(monkeypatch, "y\n")
    assert visavis(["get", VOICE, *profile]) == 0
    assert (tmp_path / "voices" / f"{VOICE}.onnx").read_bytes() == BODY


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["get", "nobody"], 2, f"choose one of {VOICE}"), (["get", "--remove", "nobody"], 2, "nobody"),
        (["get", "--verify", "nobody"], 2, "nobody"), (["get", VOICE, "--remove", VOICE], 2, "one thing"),
        (["get", "--yes"], 2, "name the KEY"), (["get", VOICE, "--json"], 2, "list"), (["get", "--verify", VOICE], 1, "is not in"),
    ],
)  # fmt: skip
def test_wrong_use_is_one_sentence(
    server: ModelServer, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], code: int, says: str
) -> None:
    assert visavis([*words, "--profile", str(tmp_path)]) == code
    lines = capsys.readouterr().err.splitlines()
    assert len([line for line in lines if line.startswith("visavis: ")]) == 1
    assert says in lines[-1]


def test_a_wrong_file_is_exit_1_and_one_sentence(server: ModelServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    server.mode = "wrong"
    assert visavis(["get", VOICE, "--yes", "--profile", str(tmp_path)]) == 1
    error = capsys.readouterr().err.splitlines()[-1]
    assert error.startswith("visavis: What 127.0.0.1 sent")
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []


def test_an_interrupted_fetch_keeps_what_came(
    server: ModelServer, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_: object, done: float) -> None:
        if done > 0.5:
            raise KeyboardInterrupt

    monkeypatch.setattr("world.progress.Bar.__call__", lambda bar, what, part: interrupted(what, part))
    assert visavis(["get", VOICE, "--yes", "--profile", str(tmp_path)]) == 130
    assert "goes on with it" in capsys.readouterr().err
    part = tmp_path / "voices" / f"{VOICE}.onnx.part"
    assert len(BODY) / 3 < part.stat().st_size < len(BODY) + len(CONFIG)
