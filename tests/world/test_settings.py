from __future__ import annotations

import json
import stat
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.trouble import SettingsTrouble
from world import settings
from world.settings import Settings


def test_a_first_start_has_defaults_and_writes_nothing(tmp_path: Path) -> None:
    assert settings.load(tmp_path / "new", {}) == Settings()
    assert not (tmp_path / "new").exists()


def test_what_is_saved_comes_back_with_fields_of_a_newer_version(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text('{"user_name": "Ana", "moon": 3, "voice": {"volume": 0.5, "echo": true}}')
    kept = settings.load(tmp_path, {})
    kept.person = "jon"
    settings.save(kept, tmp_path)
    raw = json.loads((tmp_path / "settings.json").read_text())
    assert (raw["user_name"], raw["person"], raw["moon"], raw["voice"]["echo"]) == ("Ana", "jon", 3, True)
    if sys.platform != "win32":
        assert stat.S_IMODE((tmp_path / "settings.json").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("{", "line 1"), ('{"voice": {"volume": 3}}', "voice.volume"), ('{"quality": "ultra"}', "quality"), ("[]", "the file"),
        ("\x00", "JSON"),
    ],
)
def test_a_broken_file_is_one_sentence_with_file_and_field(tmp_path: Path, text: str, named: str) -> None:
    (tmp_path / "settings.json").write_text(text)
    with pytest.raises(SettingsTrouble) as caught:
        settings.load(tmp_path, {})
    sentence = str(caught.value)
    assert "settings.json" in sentence
    assert named in sentence
    assert "\n" not in sentence
    assert (tmp_path / "settings.json").read_text() == text


@given(st.text(max_size=200))
def test_any_text_is_settings_or_a_sentence(text: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "settings.json").write_text(text, "utf-8")
        sentence = "settings.json"
        try:
            settings.load(Path(folder), {})
        except SettingsTrouble as trouble:
            sentence = str(trouble)
        assert "settings.json" in sentence


def test_only_our_own_variables_name_an_endpoint(tmp_path: Path) -> None:
    foreign = {"OPENAI_API_KEY": "sk-x", "OPENAI_BASE_URL": "http://elsewhere/v1", "HTTPS_PROXY": "http://proxy"}
    assert settings.load(tmp_path, foreign).brain.kind == "embedded"
    ours = settings.load(tmp_path, {"VISAVIS_BASE_URL": "http://127.0.0.1:1/v1", "VISAVIS_MODEL": "m", "VISAVIS_API_KEY": "k"})
    assert (ours.brain.kind, ours.brain.base_url, ours.brain.model, ours.brain.api_key) == ("endpoint", "http://127.0.0.1:1/v1", "m", "k")


def test_a_folder_that_cannot_be_written_is_a_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SettingsTrouble, match=r"cannot be written.*--profile"):
        settings.save(Settings(), tmp_path / "file")


def test_a_failed_write_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.save(Settings(user_name="old"), tmp_path)

    def full(_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(settings.os, "fsync", full)
    with pytest.raises(SettingsTrouble, match="No space"):
        settings.save(Settings(user_name="new"), tmp_path)
    assert json.loads((tmp_path / "settings.json").read_text())["user_name"] == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["settings.json"]
