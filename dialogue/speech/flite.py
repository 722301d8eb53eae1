"""flite, where the program is installed: English, offline, more natural than espeak-ng, and it says when each phone ends."""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
import tempfile
import unicodedata
from pathlib import Path

import numpy as np

from dialogue.speech.align.spelling import Speller
from dialogue.speech.resample import resample
from dialogue.speech.sound import NO_HABIT, Habit, Phone, Prosody, Samples, Utterance
from dialogue.speech.sounded import timed_by_engine
from dialogue.trouble import VoiceTrouble, WrongLanguage

PROGRAM = "flite"
F0_HZ = {"slt": 172.0, "rms": None}
"""The voices offered, with their mean pitch where they take another one (measured); the others are played faster or slower."""
_SIGNS = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\u00a0": " "})
_END = re.compile(r"([a-z]+):([\d.]+)")


def installed() -> bool:
    """Whether the program is there."""
    return shutil.which(PROGRAM) is not None


class FliteVoice:
    """`voice` is one of `F0_HZ`."""

    def __init__(self, voice: str = "slt", habit: Habit = NO_HABIT) -> None:
        if voice not in F0_HZ:
            raise VoiceTrouble(f"flite has no voice {voice!r} for her; choose one of {', '.join(F0_HZ)}.")
        self._voice, self._habit = voice, habit
        self._speller = Speller()

    @property
    def name(self) -> str:
        """`flite:` and the voice's own name."""
        return f"flite:{self._voice}"

    async def speak(self, text: str, prosody: Prosody) -> Utterance:
        """Raises `VoiceTrouble` when the program fails."""
        return await asyncio.to_thread(self.speak_now, text, prosody)

    def speak_now(self, text: str, prosody: Prosody) -> Utterance:
        """`speak` for callers without a loop; blocks for some 30 ms a sentence."""
        pitch, rate = self._habit.factors(prosody)
        f0_hz = F0_HZ[self._voice]
        faster = 1.0 if f0_hz else pitch
        plain = as_ascii(text)
        if any(letter.isalpha() and not letter.isascii() for letter in plain):
            # It would leave such words out without a word, or spell them.
            raise WrongLanguage("flite speaks English only; for other languages choose another voice in Settings.")
        samples, rate_hz, phones = say(plain, self._voice, faster / rate, f0_hz * pitch if f0_hz else None)
        if faster != 1:
            samples = resample(samples, round(rate_hz * faster), rate_hz)
            phones = [Phone(p.arpa, p.ipa, p.start_s / faster, p.end_s / faster, p.stressed) for p in phones]
        if all(p.arpa == "SIL" for p in phones):
            if any(letter.isalpha() for letter in text):
                raise WrongLanguage("flite speaks English only; for other languages choose another voice in Settings.")
            return Utterance(samples, rate_hz, text, (Phone("SIL", "", 0.0, len(samples) / rate_hz),))
        try:
            spelled = self._speller.spell(text)
        except (OSError, ValueError) as error:
            raise VoiceTrouble(f"espeak-ng is missing, which tells where words begin ({error}); run 'visavis doctor'.") from error
        return timed_by_engine(samples, rate_hz, text, prosody, phones, spelled)

    def close(self) -> None:
        """End the worker that spells."""
        self._speller.close()

    async def aclose(self) -> None:
        """`close`, for who closes voices of any kind."""
        self.close()


def as_ascii(text: str) -> str:
    """A text with typographic signs as plain ones and accents left off, as flite reads them: "café" as "cafe"."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.translate(_SIGNS)) if not unicodedata.combining(c))


def say(
    text: str, voice: str, stretch: float = 1.0, f0_hz: float | None = None, time_out_s: float = 20.0
) -> tuple[Samples, int, list[Phone]]:
    """Sound, its rate and the phones of a text; `stretch` is the duration against the voice's own, `f0_hz` its mean pitch where the voice
    takes one. Raises `VoiceTrouble`."""
    command = [PROGRAM, "-voice", voice, "-psdur", "--setf", f"duration_stretch={stretch:.3f}"]
    if f0_hz is not None:
        command += ["--setf", f"int_f0_target_mean={f0_hz:.1f}"]
    with tempfile.TemporaryDirectory(prefix="visavis-") as folder:
        words, sound = Path(folder) / "words.txt", Path(folder) / "sound.wav"
        words.write_text(text.replace("\n", " "), "utf-8")  # from a file: a text that begins with a dash is no option
        try:
            done = subprocess.run(
                [*command, "-f", str(words), "-o", str(sound)], capture_output=True, text=True, timeout=time_out_s, check=True
            )
            raw = sound.read_bytes()
        except (OSError, subprocess.SubprocessError) as error:
            raise VoiceTrouble(f"flite could not speak ({type(error).__name__}); choose another voice in Settings.") from error
    rate, samples = _pcm(raw)
    return samples, rate, _phones(done.stdout, len(samples) / rate)


def _pcm(raw: bytes) -> tuple[int, Samples]:
    """flite's own RIFF file: 16 bit mono."""
    at = raw.find(b"data")
    if raw[:4] != b"RIFF" or at < 0:
        raise VoiceTrouble("flite wrote no sound; choose another voice in Settings.")
    rate = int.from_bytes(raw[24:28], "little")
    return rate, (np.frombuffer(raw[at + 8 :][: (len(raw) - at - 8) // 2 * 2], "<i2") / 32768).astype(np.float32)


def _phones(report: str, end_s: float) -> list[Phone]:
    """The report counts from 0 again with every sentence."""
    out: list[Phone] = []
    base = last = 0.0
    for name, end in _END.findall(report):
        if float(end) < last:
            base += last
            last = 0.0
        begin, stop = min(base + last, end_s), min(base + float(end), end_s)
        last = float(end)
        if stop > begin:
            out.append(Phone({"pau": "SIL"}.get(name, name.upper()), name, begin, stop))
    return out
