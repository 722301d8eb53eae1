"""What is here, what was checked, and what goes away again."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from dialogue.speech.fetch import fetch
from dialogue.speech.store import Store
from dialogue.trouble import FetchTrouble
from tests.dialogue.speech.model_server import BODY, CONFIG, serving

VOICE = "en_US-test-low"


def test_files_that_the_user_put_there_are_unchecked_until_they_are_compared(tmp_path: Path) -> None:
    store = Store(tmp_path)
    (tmp_path / "voices").mkdir()
    (tmp_path / "voices" / f"{VOICE}.onnx").write_bytes(BODY)
    (tmp_path / "voices" / f"{VOICE}.onnx.json").write_bytes(CONFIG)
    with serving("good") as server:
        model = server.model()
    assert store.state(model) == "unchecked"
    seen: list[int] = []
    store.verify(model, lambda done, of: seen.append(done))
    assert seen[-1] == model.size
    assert store.state(model) == "here"


def test_a_change_is_seen_at_once_and_named(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with serving("good") as server:
        model = server.model()
        fetch(model, store)
    path = tmp_path / "voices" / f"{VOICE}.onnx"
    before = path.stat()
    path.write_bytes(BODY[:-1] + b"x")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    assert store.state(model) == "unchecked"
    with pytest.raises(FetchTrouble, match=f"{VOICE}.onnx is not the file"):
        store.verify(model)
    path.unlink()
    assert store.state(model) == "part"
    with pytest.raises(FetchTrouble, match="is not in"):
        store.verify(model)


@pytest.mark.parametrize("text", ["", "[]", "{", json.dumps({f"{VOICE}.onnx": 3}), "\x00"])
def test_a_damaged_receipt_only_means_unchecked(tmp_path: Path, text: str) -> None:
    store = Store(tmp_path)
    with serving("good") as server:
        model = server.model()
        fetch(model, store)
    (tmp_path / "voices" / f".{VOICE}.receipt").write_text(text)
    assert store.state(model) == "unchecked"


def test_nobody_else_changes_it_meanwhile(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with serving("good") as server:
        model = server.model()
        fetch(model, store)
        with store.alone(model):
            for change in (lambda: fetch(model, store), lambda: store.remove(model)):
                with pytest.raises(FetchTrouble, match="already"):
                    change()
        assert fetch(model, store)
    assert not [p.name for p in tmp_path.rglob("*.lock")]
    assert store.remove(model) == model.size


@pytest.mark.parametrize("name", [f".{VOICE}.lock", f".{VOICE}.receipt", f"{VOICE}.onnx.part"])
def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path: Path, name: str) -> None:
    (tmp_path / "voices" / name).mkdir(parents=True)
    with serving("good") as server, pytest.raises(FetchTrouble, match="cannot be") as caught:
        fetch(server.model(), Store(tmp_path))
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not [p.name for p in (tmp_path / "voices").iterdir() if p.name.startswith(f".{VOICE}.receipt.")]


@pytest.mark.parametrize("kind", ["voice", "ear"])
def test_removing_takes_all_of_it_and_nothing_else(tmp_path: Path, kind: str) -> None:
    store = Store(tmp_path)
    with serving("good") as server:
        model = server.model(kind=kind)
        fetch(model, store)
    store.part(model, model.files[0]).write_bytes(b"half")
    other = tmp_path / "voices" / "mine.onnx"
    other.parent.mkdir(exist_ok=True)
    other.write_bytes(b"mine")
    assert store.remove(model) == model.size + 4
    assert store.state(model) == "absent"
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == [other]
    assert store.remove(model) == 0
    if kind == "ear":
        assert not store.folder(model).exists()
