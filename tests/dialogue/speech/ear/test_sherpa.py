"""Whisper by sherpa-onnx, on a package that stands in for it: the same call as sherpa-onnx 2.0, hearing how long and how loud it was."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from dialogue.speech.ear import sherpa
from dialogue.speech.ear.sherpa import SherpaTranscriber, local_ear, models
from dialogue.speech.ear.sherpa_worker import LONGEST_S, RATE_HZ, pieces
from dialogue.speech.ear.transcribe import SphinxTranscriber, Transcriber
from dialogue.speech.ear.turns import MOST_S
from dialogue.speech.sound import Samples
from dialogue.trouble import EarTrouble

TONE = (0.3 * np.sin(np.arange(RATE_HZ) / 10)).astype(np.float32)
_STAND_IN = """
from pathlib import Path
from types import SimpleNamespace

class Stream:
    def accept_waveform(self, rate, samples):
        self.seconds = len(samples) / rate
        self.result = SimpleNamespace(text="")

class OfflineRecognizer:
    @classmethod
    def from_whisper(cls, encoder, decoder, tokens, language="en", task="transcribe", num_threads=1):
        if Path(encoder).read_bytes() != b"onnx":
            raise RuntimeError("Protobuf parsing failed.")
        made = cls()
        made.language = language
        return made

    def create_stream(self):
        return Stream()

    def decode_stream(self, stream):
        stream.result.text = f" {stream.seconds:.1f} seconds of {self.language or 'anything'} [BLANK_AUDIO]"
"""


def whisper(folder: Path, size: str, weights: bytes = b"onnx") -> Path:
    model = folder / f"whisper-{size}"
    model.mkdir(parents=True)
    for name in (f"{size}-encoder.int8.onnx", f"{size}-decoder.int8.onnx", f"{size}-tokens.txt"):
        (model / name).write_bytes(weights)
    return model


@pytest.fixture
def ears(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    package = tmp_path / "packages" / "sherpa_onnx"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(_STAND_IN)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "packages"))
    monkeypatch.syspath_prepend(str(tmp_path / "packages"))
    return tmp_path / "ears"


def understand(ear: Transcriber, samples: Samples = TONE) -> str:
    async def once() -> str:
        try:
            return await ear.transcribe(samples)
        finally:
            await ear.aclose()

    return asyncio.run(once())


def test_words_come_back_without_the_marks_of_noises(ears: Path) -> None:
    ear = SherpaTranscriber(whisper(ears, "tiny"), "de")
    assert ear.name == "sherpa:whisper-tiny"
    assert understand(ear) == "1.0 seconds of de"
    assert understand(SherpaTranscriber(ears / "whisper-tiny")) == "1.0 seconds of anything"


def test_silence_is_no_words(ears: Path) -> None:
    assert understand(SherpaTranscriber(whisper(ears, "tiny")), np.zeros(RATE_HZ, np.float32)) == ""
    assert understand(SherpaTranscriber(ears / "whisper-tiny"), np.zeros(0, np.float32)) == ""


def test_long_speech_is_heard_to_its_end_and_cut_where_it_is_quiet(ears: Path) -> None:
    long = np.tile(TONE, 70)
    long[20 * RATE_HZ : 21 * RATE_HZ] = 0
    parts = pieces(long)
    assert sum(map(len, parts)) == len(long)
    assert max(map(len, parts)) <= LONGEST_S * RATE_HZ
    assert 20 < len(parts[0]) / RATE_HZ < 21
    assert understand(SherpaTranscriber(whisper(ears, "tiny")), long).count("seconds") == len(parts) == 4


def test_a_slow_computer_may_take_minutes(ears: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    patience: list[float] = []

    class Timer(threading.Timer):
        def __init__(self, seconds: float, end: Callable[[], None]) -> None:
            patience.append(seconds)
            super().__init__(seconds, end)

    monkeypatch.setattr("dialogue.speech.worker.threading.Timer", Timer)
    assert understand(SherpaTranscriber(whisper(ears, "tiny")))
    assert min(patience) >= 3 * MOST_S


def test_the_largest_whole_model_is_the_ear_and_pocketsphinx_the_last_resort(ears: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(local_ear(ears), SphinxTranscriber)
    whisper(ears, "tiny")
    whisper(ears, "base", b"onnx" * 10)
    half = whisper(ears, "small", b"onnx" * 100)
    (half / "small-decoder.int8.onnx").rename(half / "small-decoder.int8.onnx.part")
    assert models(ears) == ["whisper-base", "whisper-tiny"]
    assert local_ear(ears).name == "sherpa:whisper-base"
    monkeypatch.setattr(sherpa, "installed", lambda: False)
    assert isinstance(local_ear(ears), SphinxTranscriber)


def test_every_failure_is_one_sentence_with_a_way_out(ears: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(EarTrouble, match="visavis get whisper-tiny"):
        SherpaTranscriber(ears / "whisper-tiny")
    damaged = whisper(ears, "base", b"half")
    with pytest.raises(EarTrouble, match=r"base-encoder.*Fetch the model again"):
        understand(SherpaTranscriber(damaged))
    gone = SherpaTranscriber(whisper(ears, "tiny"))
    (ears / "whisper-tiny" / "tiny-tokens.txt").unlink()
    with pytest.raises(EarTrouble, match="FileNotFoundError"):
        understand(gone)
    broken = SherpaTranscriber(damaged)
    (ears.parent / "packages" / "sherpa_onnx" / "__init__.py").write_text("raise ImportError('no wheel')")
    with pytest.raises(EarTrouble, match=r"visavis\[local\]"):
        understand(broken)
    monkeypatch.setattr(sherpa, "installed", lambda: False)
    with pytest.raises(EarTrouble, match=r"visavis\[local\]"):
        SherpaTranscriber(damaged)
