"""The voices of Windows and macOS, on programs that behave as theirs are documented to."""

from __future__ import annotations

import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dialogue.speech import system
from dialogue.speech.sound import Prosody
from dialogue.speech.system import SystemVoice
from dialogue.trouble import VoiceTrouble

TEXT = "My brother bought plums."
_SAY = """#!{python}
import sys, wave
args = sys.argv[1:]
if args == ["-v", "?"]:
    print("Samantha            en_US    # Hello! My name is Samantha.")
    print("Eddy (English (UK)) en_GB    # Hello!")
    sys.exit()
out, words = args[args.index("-o") + 1], open(args[args.index("-f") + 1], encoding="utf-8").read()
assert "--data-format=LEI16@22050" in args and args[args.index("-v") + 1] == "Samantha"
open({log!r}, "w").write(args[args.index("-r") + 1] + " " + words)
with wave.open(out, "wb") as file:
    file.setnchannels(1); file.setsampwidth(2); file.setframerate(22050)
    file.writeframes(b"\\x00\\x10\\x00\\xf0" * 11025)
"""
_POWERSHELL = """#!{python}
import base64, os, sys, wave
script = base64.b64decode(sys.argv[sys.argv.index("-EncodedCommand") + 1]).decode("utf-16-le")
assert "System.Speech" in script
if "GetInstalledVoices" in script:
    assert "[Console]::OutputEncoding = [Text.Encoding]::UTF8" in script
    sys.stdout.buffer.write("Microsoft Zira Desktop|en-US\\r\\nMicrosoft Ka\u00fcas|de-DE\\r\\n".encode() + b"Caf\\xe9|fr-FR\\r\\n")
    sys.exit()
assert "$ErrorActionPreference = 'Stop'" in script
open({log!r}, "w").write(os.environ["VISAVIS_RATE"] + " " + open(os.environ["VISAVIS_TEXT"], encoding="utf-8").read())
with wave.open(os.environ["VISAVIS_OUT"], "wb") as file:
    file.setnchannels(1); file.setsampwidth(2); file.setframerate(22050)
    file.writeframes(b"\\x00\\x10\\x00\\xf0" * 11025)
"""


@pytest.fixture(params=["darwin", "win32"])
def platform(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    name, script = ("say", _SAY) if request.param == "darwin" else ("powershell", _POWERSHELL)
    program = tmp_path / name
    program.write_text(script.format(python=sys.executable, log=str(tmp_path / "log")))
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    system.names.cache_clear()
    yield str(request.param)
    system.names.cache_clear()


def test_voices_are_listed_with_their_language(platform: str) -> None:
    wanted = [("Samantha", "en_US"), ("Eddy (English (UK))", "en_GB")] if platform == "darwin" else [
        ("Microsoft Zira Desktop", "en_US"), ("Microsoft Ka\u00fcas", "de_DE"), ("Caf\ufffd", "fr_FR")]  # fmt: skip
    assert system.names(platform) == tuple(wanted)


def test_they_are_asked_for_once_and_no_frame_waits_again(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    first = system.names(platform)
    monkeypatch.setenv("PATH", "/nowhere")
    assert first
    assert system.names(platform) == first


def test_words_pass_through_a_file_and_come_back_as_sound_with_phones(platform: str, tmp_path: Path) -> None:
    voice = SystemVoice("Samantha", platform=platform)
    said = voice.speak_now(TEXT, Prosody(rate_pct=15))
    voice.close()
    rate, words = (tmp_path / "log").read_text().split(" ", 1)
    assert words == TEXT
    assert rate == ("201" if platform == "darwin" else "1")
    assert said.rate_hz == 22050
    assert [TEXT[w.start : w.end] for w in said.words] == TEXT.split()
    assert said.phones[-1].end_s == pytest.approx(said.duration_s)


def test_a_program_that_is_not_there_is_one_sentence(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert system.names(platform) == ()
    voice = SystemVoice("Samantha", platform=platform)
    with pytest.raises(VoiceTrouble, match="another voice"):
        voice.speak_now(TEXT, Prosody())
    voice.close()


def test_elsewhere_there_are_none() -> None:
    assert system.names("linux") == ()
    with pytest.raises(VoiceTrouble, match="Only Windows and macOS"):
        SystemVoice(platform="linux")
