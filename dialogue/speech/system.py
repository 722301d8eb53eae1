"""The voices that come with Windows and macOS: natural and offline. Written to their documentation; we have not run them."""

from __future__ import annotations

import asyncio
import base64
import os
import subprocess
import sys
import tempfile
from functools import cache
from math import log
from pathlib import Path

from dialogue.speech.align.aligner import Aligner
from dialogue.speech.decode import decode
from dialogue.speech.sound import NO_HABIT, Habit, Prosody, Utterance
from dialogue.speech.sounded import utterance
from dialogue.trouble import VoiceTrouble

_MAC_WPM = 175
_TIME_OUT_S = 30.0
# The text is read from a file and the voice from the environment: nothing of either is part of a command line.
_SAPI = """
$ErrorActionPreference = 'Stop'
Add-Type -AssemblyName System.Speech
$s = New-Object System.Speech.Synthesis.SpeechSynthesizer
if ($env:VISAVIS_VOICE) { $s.SelectVoice($env:VISAVIS_VOICE) }
$s.Rate = [int]$env:VISAVIS_RATE
$s.SetOutputToWaveFile($env:VISAVIS_OUT)
$s.Speak([IO.File]::ReadAllText($env:VISAVIS_TEXT, [Text.Encoding]::UTF8))
$s.Dispose()
"""
_SAPI_LIST = """
[Console]::OutputEncoding = [Text.Encoding]::UTF8
Add-Type -AssemblyName System.Speech
$s = New-Object System.Speech.Synthesis.SpeechSynthesizer
$s.GetInstalledVoices() | ForEach-Object { $_.VoiceInfo.Name + '|' + $_.VoiceInfo.Culture }
"""


@cache
def names(platform: str = sys.platform) -> tuple[tuple[str, str], ...]:
    """(name, language such as en_US) of the voices that the system has; none where it has no such voices or does not tell. Asked once: it
    takes a second, and a change of the settings does not wait for it."""
    try:
        if platform == "darwin":
            report = _report(["say", "-v", "?"])
            lines = [line.split("#")[0].rstrip().rpartition(" ") for line in report.splitlines() if line.strip()]
            return tuple((name.strip(), language) for name, _, language in lines if name.strip())
        if platform == "win32":
            report = _report(["powershell", "-NoProfile", "-EncodedCommand", _encoded(_SAPI_LIST)])
            parts = [line.strip().partition("|") for line in report.splitlines()]
            return tuple((name, culture.replace("-", "_")) for name, _, culture in parts if culture)
    except (OSError, subprocess.SubprocessError):
        pass
    return ()


def _report(command: list[str]) -> str:
    made = subprocess.run(command, capture_output=True, timeout=_TIME_OUT_S, check=True).stdout
    return made.decode("utf-8-sig", errors="replace")  # one odd name must not cost all the others


class SystemVoice:
    """`voice` is the system's own name of it, empty for the one that it prefers."""

    def __init__(
        self, voice: str = "", habit: Habit = NO_HABIT, *, language: str = "en-us", platform: str = sys.platform
    ) -> None:  # fmt: skip
        if platform not in ("darwin", "win32"):
            raise VoiceTrouble("Only Windows and macOS bring voices of their own; choose another voice in Settings.")
        self._voice, self._habit, self._platform = voice, habit, platform
        self._aligner = Aligner(language)

    @property
    def name(self) -> str:
        """`system:` and the system's name of the voice."""
        return f"system:{self._voice}"

    async def speak(self, text: str, prosody: Prosody) -> Utterance:
        """Raises `VoiceTrouble`."""
        return await asyncio.to_thread(self.speak_now, text, prosody)

    def speak_now(self, text: str, prosody: Prosody) -> Utterance:
        """`speak` for callers without a loop; blocks for as long as the system takes."""
        pitch, speed = self._habit.factors(prosody)
        rate = speed / pitch
        whose = f"The system's voice {self._voice}".rstrip()
        with tempfile.TemporaryDirectory(prefix="visavis-") as folder:
            words, sound = Path(folder) / "words.txt", Path(folder) / "sound.wav"
            words.write_text(text, "utf-8")
            try:
                command, environment = self._command(words, sound, rate)
                subprocess.run(command, env=environment, capture_output=True, timeout=_TIME_OUT_S, check=True)
                data = sound.read_bytes()
            except (OSError, subprocess.SubprocessError) as error:
                raise VoiceTrouble(f"{whose} could not speak ({type(error).__name__}); choose another voice in Settings.") from error
        samples, rate_hz = decode(data, whose)
        return utterance(samples, rate_hz, text, prosody, pitch, self._aligner, whose)

    def _command(self, words: Path, sound: Path, rate: float) -> tuple[list[str], dict[str, str] | None]:
        if self._platform == "darwin":
            chosen = ["-v", self._voice] if self._voice else []
            wpm = round(_MAC_WPM * rate)
            kind = ["--file-format=WAVE", "--data-format=LEI16@22050"]
            return ["say", *chosen, "-r", str(wpm), "-f", str(words), "-o", str(sound), *kind], None
        # SAPI's rate runs from -10 to 10, a third to three times the speed: logarithmic.
        step = round(10 * log(rate) / log(3))
        given = {"VISAVIS_VOICE": self._voice, "VISAVIS_RATE": str(step), "VISAVIS_TEXT": str(words), "VISAVIS_OUT": str(sound)}
        return ["powershell", "-NoProfile", "-EncodedCommand", _encoded(_SAPI)], {**os.environ, **given}

    def close(self) -> None:
        """End the aligner; may be called twice."""
        self._aligner.close()

    async def aclose(self) -> None:
        """`close`, for who closes voices of any kind."""
        self.close()


def _encoded(script: str) -> str:
    return base64.b64encode(script.encode("utf-16-le")).decode()
