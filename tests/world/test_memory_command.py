"""`visavis memory` and a talk that remembers, as a user types them."""

from __future__ import annotations

import contextlib
import io
import json
import os
import pty
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from dialogue.memory.vault import Vault, state_of
from tests.world.test_commands import one_sentence
from world.__main__ import main

GOOD, OTHER = "lantern orbit cactus", "violin marble thunder"


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """A home of its own, and the passphrase."""
    return {"HOME": str(tmp_path / "home"), "XDG_DATA_HOME": str(tmp_path / "data"), "VISAVIS_PASSPHRASE": GOOD}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A profile of an adult with an encrypted memory."""
    folder = tmp_path / "profile"
    folder.mkdir()
    (folder / "adult.json").write_text(json.dumps({"adult": True, "checked_on": date(2026, 1, 1).isoformat(), "method": "year of birth"}))
    Vault.make(folder, "passphrase", passphrase=GOOD, cheap=True).close()
    return folder


def visavis(*words: object, env: dict[str, str], say: str = "") -> subprocess.CompletedProcess[str]:
    """A command in this process: starting Python sixty times would take minutes."""
    out, err = io.StringIO(), io.StringIO()
    kept = {k: v for k, v in os.environ.items() if not k.startswith("VISAVIS_")}
    with (
        mock.patch.dict(os.environ, {**kept, **env}, clear=True), mock.patch("sys.stdin", io.StringIO(say)),
        contextlib.redirect_stdout(out), contextlib.redirect_stderr(err),
    ):  # fmt: skip
        code = main([str(w) for w in words])
    return subprocess.CompletedProcess(words, code, out.getvalue(), err.getvalue())


def memory(env: dict[str, str], home: Path, *words: object, code: int = 0) -> str:
    done = visavis("memory", *words, "--profile", home, env=env)
    assert done.returncode == code, done.stderr
    return done.stdout if code == 0 else one_sentence(done)


def facts(env: dict[str, str], home: Path, *words: object) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(memory(env, home, "list", "--json", *words))
    return found


def raw(folder: Path) -> bytes:
    return b"".join(p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file())


def test_two_talks_in_the_terminal_are_one_acquaintance(env: dict[str, str], home: Path) -> None:
    first = visavis("talk", "--profile", home, "--seed", "1", say="I'm Sam.\nMy dog is called Biscuit.\n", env=env)
    assert first.returncode == 0, first.stderr
    assert "Kept: your dog is called Biscuit." in first.stdout
    assert b"Biscuit" not in raw(home)
    second = visavis("talk", "--profile", home, "--seed", "1", say="What's my dog called?\nforget my dog's name\n", env=env)
    assert "Biscuit" in second.stdout.split("forget")[0]
    third = visavis("talk", "--profile", home, "--seed", "1", say="What's my dog called?\n", env=env)
    assert "Biscuit" not in third.stdout
    assert [f["text"] for f in facts(env, home)] == ["You're Sam"]


def test_a_private_talk_leaves_nothing(env: dict[str, str], home: Path) -> None:
    done = visavis("talk", "--private", "--profile", home, say="I'm Sam.\n", env=env)
    assert done.returncode == 0
    assert facts(env, home) == []


def test_a_talk_can_be_private_for_a_while(env: dict[str, str], home: Path) -> None:
    done = visavis("talk", "--profile", home, say="/private\nMy cat is called Zebulon.\n/private\nMy dog is called Rufus.\n", env=env)
    assert done.returncode == 0, done.stderr
    assert "Private from here on" in done.stdout
    assert "Private no longer" in done.stdout
    kept = visavis("memory", "list", "--profile", home, env=env).stdout
    assert "Rufus" in kept
    assert "Zebulon" not in kept


def test_without_a_memory_the_talk_says_that_nothing_is_kept(env: dict[str, str], home: Path) -> None:
    for path in home.glob("vault*"):
        path.unlink()
    before = sorted(home.iterdir())
    done = visavis("talk", "--profile", home, say="I'm Sam.\n", env=env)
    assert done.returncode == 0
    assert "Nothing of this talk is kept" in done.stdout
    assert sorted(home.iterdir()) == before


def test_facts_are_added_listed_found_and_forgotten(env: dict[str, str], home: Path) -> None:
    assert "nothing yet" in memory(env, home, "list")
    memory(env, home, "add", "my", "sister", "is", "called", "Anna")
    memory(env, home, "add", "I", "work", "as", "a", "nurse")
    memory(env, home, "add", "I", "work", "as", "a", "baker")
    assert "She knows that" in memory(env, home, "add", "I", "work", "as", "a", "baker")
    assert {f["text"] for f in facts(env, home)} == {"Your sister is called Anna", "You work as a baker"}
    assert {f["text"] for f in facts(env, home, "--past")} >= {"You work as a nurse"}
    assert "Anna" in memory(env, home, "search", "who", "is", "my", "sister?")
    assert json.loads(memory(env, home, "search", "sister", "--json"))[0]["kind"] == "fact"
    assert "baker" in memory(env, home, "undo")
    assert {f["text"] for f in facts(env, home)} == {"Your sister is called Anna", "You work as a nurse"}
    number = next(f["id"] for f in facts(env, home) if "Anna" in f["text"])
    assert "Anna" in memory(env, home, "forget", number)
    assert "1 facts" in memory(env, home, "forget", "--words", "nurse")
    assert facts(env, home, "--past") == []


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("forget",), 2, "NUMBERs"), (("forget", "5"), 1, "no fact 5"), (("forget", "1", "--words", "x"), 2, "NUMBERs"),
        (("forget", "--visit", "9"), 1, "no visit 9"), (("export", "x.txt"), 2, ".json or .md"),
        (("import", "nowhere.json"), 1, "nowhere.json"),
        (("erase",), 2, "--everything"), (("erase", "--everything"), 2, "--yes"), (("add", "hm"), 1, "sentence"),
        (("passphrase", "--to", "none"), 2, "--yes"),
    ],
)  # fmt: skip
def test_wrong_use_is_one_sentence(env: dict[str, str], home: Path, words: tuple[str, ...], code: int, says: str) -> None:
    assert says in memory(env, home, *words, code=code)


def test_a_wrong_or_missing_passphrase_and_a_missing_memory_are_said(env: dict[str, str], home: Path, tmp_path: Path) -> None:
    before = raw(home)
    assert "does not open" in memory({**env, "VISAVIS_PASSPHRASE": "something else"}, home, "list", code=1)
    none = {k: v for k, v in env.items() if k != "VISAVIS_PASSPHRASE"}
    assert "VISAVIS_PASSPHRASE" in memory(none, home, "list", code=2)
    assert "passphrase" in visavis("talk", "--profile", home, say="hello\n", env=none).stderr
    assert raw(home) == before
    assert "no memory yet" in memory(env, tmp_path / "new", "list", code=1)
    assert not (tmp_path / "new").exists()


def test_everything_leaves_and_comes_back_byte_for_byte(env: dict[str, str], home: Path, tmp_path: Path) -> None:
    (home / "settings.json").write_text(json.dumps({"user_name": "Sam", "brain": {"api_key": "sk-secret"}}))
    visavis(
        "talk", "--profile", home, "--seed", "1", say="My dog is called Biscuit.\nI have an exam in two weeks\nforget my dog\n", env=env
    )
    first, second, text = tmp_path / "a.json", tmp_path / "b.json", tmp_path / "a.md"
    assert "not encrypted" in memory(env, home, "export", first)
    memory(env, home, "export", text)
    assert "exam" in text.read_text()
    assert "sk-secret" not in first.read_text() + text.read_text()
    assert "Biscuit" not in first.read_text() + text.read_text()
    assert "memories here already" in memory(env, home, "import", first, code=1)
    assert "erased" in memory(env, home, "erase", "--everything", "--yes")
    assert state_of(home) == "none"
    assert not [p for p in home.iterdir() if p.name.startswith("vault") and p.name != "vault.lock"]
    Vault.make(home, "passphrase", passphrase=GOOD, cheap=True).close()
    memory(env, home, "import", first)
    memory(env, home, "export", second)
    assert second.read_bytes() == first.read_bytes()
    assert json.loads((home / "settings.json").read_text())["brain"]["api_key"] == "sk-secret"


def test_the_passphrase_changes_and_the_old_one_fails(env: dict[str, str], home: Path) -> None:
    memory(env, home, "add", "I", "like", "jazz")
    store = {p.name: p.read_bytes() for p in home.glob("vault.db*")}
    said = memory({**env, "VISAVIS_NEW_PASSPHRASE": OTHER}, home, "passphrase")
    assert "Recovery code, shown this once" in said
    assert {p.name: p.read_bytes() for p in home.glob("vault.db")} == {"vault.db": store["vault.db"]}
    assert "does not open" in memory(env, home, "list", code=1)
    assert len(facts({**env, "VISAVIS_PASSPHRASE": OTHER}, home)) == 1
    assert "too easy" in memory({**env, "VISAVIS_PASSPHRASE": OTHER, "VISAVIS_NEW_PASSPHRASE": "short"}, home, "passphrase", code=1)
    assert "NOT PROTECTED" in memory({**env, "VISAVIS_PASSPHRASE": OTHER}, home, "passphrase", "--to", "none", "--yes")
    status = json.loads(memory({}, home, "status", "--json"))
    assert (status["state"], status["facts"]) == ("plain", 1)


def test_status_tells_how_it_is_guarded_without_opening_it(env: dict[str, str], home: Path, tmp_path: Path) -> None:
    none = {k: v for k, v in env.items() if k != "VISAVIS_PASSPHRASE"}
    assert "a passphrase opens it" in memory(none, home, "status")
    assert json.loads(memory(env, home, "status", "--json"))["facts"] == 0
    assert "nothing is kept" in memory(env, tmp_path / "new", "status")


@pytest.mark.skipif(os.name != "posix", reason="pseudo-terminals are Posix's")
def test_on_a_terminal_the_passphrase_is_asked_for_without_echo(home: Path, env: dict[str, str]) -> None:
    mine, theirs = pty.openpty()
    clean = {k: v for k, v in {**os.environ, **env}.items() if k != "VISAVIS_PASSPHRASE"}
    child = subprocess.Popen(
        [sys.executable, "-m", "world", "memory", "list", "--profile", str(home)], stdin=theirs, stdout=theirs, stderr=theirs,
        env=clean, start_new_session=True, preexec_fn=_own_terminal,
    )  # fmt: skip
    os.close(theirs)
    seen = b""
    for answer in (b"wrong passphrase\n", f"{GOOD}\n".encode()):
        while seen.count(b"Passphrase:") < (1 if answer.startswith(b"wrong") else 2):
            seen += os.read(mine, 1000)
        os.write(mine, answer)
    while b"nothing yet" not in seen:
        seen += os.read(mine, 1000)
    assert child.wait(30) == 0
    os.close(mine)
    assert GOOD.encode() not in seen
    assert b"wrong passphrase" not in seen


def _own_terminal() -> None:
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def test_help_says_how_a_passphrase_is_given(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["memory", "list", "--help"])
    assert "VISAVIS_PASSPHRASE" in capsys.readouterr().out


def test_bench_memory_has_the_keys_of_the_contract(tmp_path: Path) -> None:
    done = visavis("bench", "memory", "--quick", "--json", "--profile", tmp_path, env={})
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)["figures"]
    assert {"recall_ms", "write_ms", "start_s", "file_mb", "recall_at_10", "current_facts"} <= set(figures)
    assert set(figures["recall_ms"]) == {"median", "p95", "p99"}
    assert figures["held_half_is_frozen"]
    for half in ("tune", "held"):
        assert figures["recall_at_10"][half] >= 0.9
        assert figures["current_facts"][half] >= 0.95
    assert list(tmp_path.iterdir()) == []


def test_bench_memory_counts_the_evidence_of_a_locomo_file(tmp_path: Path) -> None:
    talk = {
        "speaker_a": "Ann", "speaker_b": "Bo", "session_1_date_time": "1:56 pm on 8 May, 2023",
        "session_2_date_time": "9:00 am on 9 May, 2023",
        "session_1": [
            {"speaker": "Ann", "dia_id": "D1:1", "text": "I adopted a hedgehog called Spike."},
            {"speaker": "Bo", "dia_id": "D1:2", "text": "How nice.", "blip_caption": "a photo of a lighthouse"},
        ],
        "session_2": [{"speaker": "Bo", "dia_id": "D2:1", "text": "I repaired the accordion."}],
    }  # fmt: skip
    asked = [
        {"question": "What did Ann adopt, a hedgehog?", "answer": "x", "evidence": ["D1:1"], "category": 1},
        {"question": "Where was the lighthouse?", "answer": "x", "evidence": ["D1:2; D9:9"], "category": 4},
        {"question": "Who repaired the accordion?", "adversarial_answer": "x", "evidence": ["D2:1"], "category": 5},
        {"question": "No evidence?", "answer": "x", "evidence": [], "category": 1},
    ]
    path = tmp_path / "locomo.json"
    path.write_text(json.dumps([{"sample_id": "one", "conversation": talk, "qa": asked}]))
    from dialogue.memory.trials import locomo

    found = locomo(path.read_bytes())
    assert found["all"] == {"questions": 3, "recall_at_5": 1.0, "recall_at_10": 1.0, "recall_at_20": 1.0}
    assert set(found["by_category"]) == {"category 1", "category 4", "category 5"}
    for bad in (b"", b"{}", b"[]", b"[5]", b'[{"conversation": {}, "qa": []}]'):
        from dialogue.trouble import MemoryTrouble

        with pytest.raises(MemoryTrouble):
            locomo(bad)
