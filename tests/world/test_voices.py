"""`visavis say`, `voices` and `align` as a user types them, and the voice that a person comes with."""

from __future__ import annotations

import asyncio
import json
import wave
from pathlib import Path

import numpy as np
import pytest

from dialogue.speech import flite
from dialogue.speech.served import ServedVoice
from dialogue.speech.sound import Habit, Prosody
from dialogue.speech.voices import open_one, open_voice, spoken_once
from dialogue.trouble import VoiceTrouble
from world.__main__ import main
from world.choices import voice_of
from world.media import save_wav
from world.people import chosen, everybody
from world.settings import Settings


def test_every_listed_voice_can_be_opened_and_natural_ones_come_first(capsys: pytest.CaptureFixture[str], profile: Path) -> None:
    assert main(["voices", "--json", "--profile", str(profile)]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [v["natural"] for v in listed] == sorted((v["natural"] for v in listed), reverse=True)
    assert "espeak:en-us+f3" in [v["voice"] for v in listed]
    for entry in listed:
        voice = open_one(entry["voice"])
        assert voice.name == entry["voice"]
        said = asyncio.run(spoken_once(voice, "Maybe.", Prosody()))
        assert said.duration_s > 0.3


def test_what_is_said_can_be_aligned_again(capsys: pytest.CaptureFixture[str], tmp_path: Path, profile: Path) -> None:
    out = tmp_path / "x.wav"
    text = "Bob bought plums."
    assert main(["say", text, "--voice", "espeak:en-us+m3", "--out", str(out), "--json", "--profile", str(profile)]) == 0
    said = json.loads(capsys.readouterr().out)
    with wave.open(str(out)) as file:
        assert file.getnframes() / file.getframerate() == pytest.approx(said["seconds"], abs=0.01)
    assert main(["align", str(out), "--text", text, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["found"] is True
    assert [w["text"] for w in found["words"]] == [w["text"] for w in said["words"]] == text.split()
    lips = [[p["start_s"] for p in r["phones"] if p["arpa"] in ("P", "B", "M")] for r in (said, found)]
    assert len(lips[0]) == len(lips[1]) == 5
    assert max(abs(a - b) for a, b in zip(*lips, strict=True)) < 0.13
    assert main(["align", str(out), "--json"]) == 0
    guessed = json.loads(capsys.readouterr().out)
    assert guessed["words"] == []
    assert guessed["phones"][-1]["end_s"] == pytest.approx(said["seconds"], abs=0.01)
    assert len(guessed["phones"]) > 5


def test_who_spoke_is_named_and_why_the_chosen_voice_did_not(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    chosen_voice = {"voice": "endpoint:af_heart", "base_url": "http://127.0.0.1:9/v1", "model": "tts"}
    (tmp_path / "settings.json").write_text(json.dumps({"voice": chosen_voice}))
    words = ["say", "Hello there.", "--out", str(tmp_path / "x.wav"), "--profile", str(tmp_path)]
    assert main(words) == 0
    shown = capsys.readouterr()
    assert "af_heart says" not in shown.out
    assert "cannot be reached" in shown.err
    assert main([*words, "--json"]) == 0
    shown = capsys.readouterr()
    told = json.loads(shown.out)
    assert told["voice"].partition(":")[0] in ("piper", "system", "flite", "espeak")
    assert "cannot be reached" in told["trouble"]
    assert told["trouble"] in shown.err


def test_a_feeling_is_heard(tmp_path: Path, profile: Path) -> None:
    lengths = []
    for feeling in ("joy:1", "sad:1"):
        out = tmp_path / f"{feeling[:3]}.wav"
        assert main(["say", "I was at the harbour today.", "--feeling", feeling, "--out", str(out), "--profile", str(profile)]) == 0
        lengths.append(out.stat().st_size)
    assert lengths[0] < lengths[1]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["say", "hi", "--out", "x.txt"], "ends in .wav"),
        (["say", "hi", "--out", "/nowhere/x.wav"], "no folder"),
        (["say", "hi", "--voice", "harp:solo", "--out", "x.wav"], "no known engine"),
        (["say", "hi", "--voice", "endpoint:sky", "--out", "x.wav"], "address"),
        (["say", "hi", "--feeling", "glum", "--out", "x.wav"], "choose one of"),
        (["align", "/nowhere.wav", "--text", "hi"], "cannot be read"),
        (["align", __file__, "--text", "hi"], "no sound"),
    ],
)
def test_wrong_use_is_one_sentence_and_exit_2(
    words: list[str], says: str, capsys: pytest.CaptureFixture[str], profile: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([*words, *(["--profile", str(profile)] if words[0] == "say" else [])]) == 2
    assert says in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_language_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path, profile: Path) -> None:
    out = tmp_path / "x.wav"
    assert main(["say", "hi", "--out", str(out), "--profile", str(profile)]) == 0
    assert main(["align", str(out), "--text", "hi", "--language", "xx-nowhere"]) == 2
    assert "xx-nowhere" in capsys.readouterr().err


def test_a_person_speaks_with_the_most_natural_voice_that_is_here(monkeypatch: pytest.MonkeyPatch) -> None:
    for there, engine in ((True, "flite"), (False, "espeak")):
        monkeypatch.setattr(flite, "installed", lambda there=there: there)
        for person in everybody().values():
            assert voice_of(Settings(), person, Path()).name == f"{engine}:{person.voices[engine]}"


def test_the_users_choice_wins_and_the_persons_own_stands_behind_it() -> None:
    mira = chosen(Settings())
    settings = Settings()
    settings.voice.voice, settings.voice.base_url, settings.voice.model = "endpoint:sky", "http://127.0.0.1:9/v1", "tts"
    voice = voice_of(settings, mira, Path())
    assert voice.name == "endpoint:sky"
    said = asyncio.run(spoken_once(voice, "Hello there.", Prosody()))
    assert said.duration_s > 0.3
    assert "cannot be reached" in said.trouble


def test_a_voice_of_former_settings_is_still_understood() -> None:
    assert open_one("en-us+f2").name == "espeak:en-us+f2"


def test_a_choice_that_cannot_be_opened_is_told_and_the_next_speaks() -> None:
    voice = open_voice("system:Nobody", {"espeak": "en-us+f3"}, Habit())
    said = asyncio.run(spoken_once(voice, "Hello.", Prosody()))
    assert "Windows and macOS" in said.trouble


def test_no_voice_at_all_is_a_trouble() -> None:
    with pytest.raises(VoiceTrouble, match="engine"):
        open_voice("harp:solo", {}, Habit())


def test_a_person_speaks_with_the_most_natural_of_their_voices_that_is_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dialogue.speech import piper
    from dialogue.speech.voices import Sources, own_here
    from world.people import everybody

    own = everybody()["mira"].voices
    (tmp_path / "en_US-kristin-medium.onnx").write_bytes(b"x")
    (tmp_path / "en_US-kristin-medium.onnx.json").write_text("{}")
    (tmp_path / "en_US-john-medium.onnx").write_bytes(b"x")
    (tmp_path / "en_US-john-medium.onnx.json").write_text("{}")
    monkeypatch.setattr(piper, "installed", lambda: True)
    mac = ["Albert", "Samantha", "Daniel"]
    assert own_here(own, Sources(folder=tmp_path), mac)[:2] == ["piper:en_US-kristin-medium", "system:Samantha"]
    assert own_here(own, Sources(folder=tmp_path / "empty"), mac)[0] == "system:Samantha"
    assert own_here(own, Sources(), [])[-1] == "espeak:en-us+f3"
    jon = own_here(everybody()["jon"].voices, Sources(folder=tmp_path), mac)
    assert jon[:2] == ["piper:en_US-john-medium", "system:Daniel"]


def test_a_servers_voice_is_aligned_in_its_own_language() -> None:
    from dialogue.speech.voices import language_of
    from world.choices import voice_of_settings, voice_sources

    assert [language_of(n) for n in ("af_heart", "ef_dora", "zm_yunxi", "alloy", "is_nova")] == ["en-us", "es", "cmn", "en-us", "en-us"]
    settings = Settings()
    settings.voice.base_url, settings.voice.model = "http://127.0.0.1:9/v1", "tts"
    before = voice_of_settings(settings)
    for named, spoken in (("", "en-us"), ("de", "de")):
        settings.voice.language = named
        assert (voice_of_settings(settings) == before) is (not named), "the running talk changes with it"
        voice = open_one("endpoint:alloy", sources=voice_sources(settings, Path()))
        assert isinstance(voice, ServedVoice)
        assert voice.language == spoken


def test_more_than_ten_minutes_are_not_aligned_in_one_go(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    save_wav(np.full(8000 * 601, 0.1, np.float32), 8000, tmp_path / "long.wav")
    assert main(["align", str(tmp_path / "long.wav"), "--text", "hi"]) == 2
    said = capsys.readouterr().err
    assert "longer than ten minutes; cut it" in said
    assert "Settings" not in said


def test_a_text_is_not_looked_for_in_more_than_90_seconds(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    save_wav(np.full(8000 * 91, 0.1, np.float32), 8000, tmp_path / "long.wav")
    assert main(["align", str(tmp_path / "long.wav"), "--text", "hi", "--json"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert "longer than 90 seconds" in told.err
    assert "cut both" in told.err


def test_a_text_that_is_not_in_the_sound_is_told_to_be_a_guess(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    save_wav(np.random.default_rng(1).normal(0, 0.1, 4000).astype(np.float32), 8000, tmp_path / "short.wav")
    assert main(["align", str(tmp_path / "short.wav"), "--text", "My brother bought plums. " * 8, "--json"]) == 0
    told = capsys.readouterr()
    assert json.loads(told.out)["found"] is False
    assert told.err.count("\n") == 1
    assert "not found" in told.err
