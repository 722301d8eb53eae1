"""Piper, on a package that stands in for it: the same classes and calls as piper-tts 1.8, speaking with espeak-ng's sound."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import numpy as np
import pytest

from dialogue.speech import piper
from dialogue.speech.growing import Said
from dialogue.speech.piper import PiperVoice, phones_of
from dialogue.speech.sound import Prosody
from dialogue.trouble import VoiceTrouble

TEXT = "My brother bought plums."
_STAND_IN = '''
import json
import re
from dataclasses import dataclass
from pathlib import Path
import numpy as np
from dialogue.speech.espeak import EspeakVoice
from dialogue.speech.sound import Prosody

@dataclass
class SynthesisConfig:
    length_scale: float | None = None

@dataclass
class Alignment:
    phoneme: str
    phoneme_ids: list
    num_samples: int

@dataclass
class Chunk:
    sample_rate: int
    audio_float_array: np.ndarray
    phoneme_alignments: list | None

class PiperVoice:
    @staticmethod
    def load(model_path, include_alignments=False):
        if Path(model_path).read_bytes() != b"onnx":
            raise RuntimeError("[ONNXRuntimeError] : 7 : INVALID_PROTOBUF")
        made = PiperVoice()
        made.times = json.loads(Path(str(model_path) + ".json").read_text())["times"] and include_alignments
        return made

    def synthesize(self, text, config, include_alignments=False):
        voice = EspeakVoice("en-us+m3")
        for sentence in re.findall(r"[^.]+[.]?", text):
            said = voice.speak_now(sentence.strip(), Prosody(rate_pct=100 * (1 / config.length_scale - 1)))
            signs = [Alignment("^", [], 0)]
            for phone in said.phones:
                letters = list(phone.ipa) if phone.arpa != "SIL" else [" "]
                length = int((phone.end_s - phone.start_s) * said.rate_hz)
                for k, letter in enumerate(letters):
                    signs.append(Alignment(letter, [], length if k + 1 == len(letters) else 0))
            yield Chunk(said.rate_hz, said.samples, signs if self.times and include_alignments else None)
        voice.close()
'''


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    package = tmp_path / "packages" / "piper"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(_STAND_IN)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "packages"))
    monkeypatch.syspath_prepend(str(tmp_path / "packages"))
    voices = tmp_path / "voices"
    voices.mkdir()
    for name, times in (("en_US-timed-medium", True), ("en_US-plain-medium", False)):
        (voices / f"{name}.onnx").write_bytes(b"onnx")
        (voices / f"{name}.onnx.json").write_text(json.dumps({"times": times}))
    (voices / "en_US-damaged-low.onnx").write_bytes(b"half")
    (voices / "en_US-damaged-low.onnx.json").write_text("{}")
    (voices / "en_US-alone-low.onnx").write_bytes(b"onnx")
    return voices


def test_voices_of_a_folder_are_those_with_their_configuration(folder: Path) -> None:
    assert piper.models(folder) == ["en_US-damaged-low", "en_US-plain-medium", "en_US-timed-medium"]
    assert piper.models(folder / "nowhere") == []


@pytest.mark.parametrize("name", ["en_US-timed-medium", "en_US-plain-medium"])
def test_it_speaks_with_phones_and_words_whether_the_model_times_them_or_not(folder: Path, name: str) -> None:
    voice = PiperVoice(folder / f"{name}.onnx")
    said = voice.speak_now(TEXT, Prosody())
    quick = voice.speak_now(TEXT, Prosody(rate_pct=15))
    voice.close()
    assert voice.name == f"piper:{name}"
    assert quick.duration_s < said.duration_s
    assert [TEXT[w.start : w.end] for w in said.words] == TEXT.split()
    assert [p.arpa for p in said.phones if p.arpa in ("P", "B", "M")] == ["M", "B", "B", "P", "M"]
    assert said.phones[-1].end_s == pytest.approx(said.duration_s)
    assert float(np.abs(said.samples).max()) <= 0.93


def streamed(voice: PiperVoice, text: str) -> Said:
    async def all_of_it() -> Said:
        return [said async for said in voice.stream(text, Prosody())][-1]

    return asyncio.run(all_of_it())


def test_what_it_says_piece_by_piece_ends_with_the_models_own_times(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    voice = PiperVoice(folder / "en_US-timed-medium.onnx")
    asked: list[object] = []
    monkeypatch.setattr(voice._aligner, "align", lambda *given: asked.append(given))
    text = f"{TEXT} They were very good."
    said = streamed(voice, text)
    whole = voice.speak_now(text, Prosody())
    voice.close()
    assert not asked
    assert [text[w.start : w.end] for w in said.words] == text.split()
    assert [p.arpa for p in said.phones] == [p.arpa for p in whole.phones]
    starts = np.array([[p.start_s for p in one.phones] for one in (said, whole)])
    assert float(np.abs(starts[0] - starts[1]).max()) < 0.02
    assert said.phones[-1].end_s == pytest.approx(said.duration_s)


def test_a_model_that_tells_no_times_is_aligned_piece_by_piece(folder: Path) -> None:
    voice = PiperVoice(folder / "en_US-plain-medium.onnx")
    said = streamed(voice, TEXT)
    voice.close()
    assert [TEXT[w.start : w.end] for w in said.words] == TEXT.split()


def test_a_language_that_espeak_does_not_have_is_spoken_all_the_same(folder: Path) -> None:
    for kind in ("timed", "plain"):
        for end in (".onnx", ".onnx.json"):
            (folder / f"fil_PH-{kind}{end}").write_bytes((folder / f"en_US-{kind}-medium{end}").read_bytes())
        voice = PiperVoice(folder / f"fil_PH-{kind}.onnx")
        for said in (voice.speak_now(TEXT, Prosody()), streamed(voice, TEXT)):
            assert said.duration_s > 1
            assert {p.arpa for p in said.phones} > {"SIL"}
        voice.close()


def test_a_damaged_model_is_one_sentence(folder: Path) -> None:
    voice = PiperVoice(folder / "en_US-damaged-low.onnx")
    with pytest.raises(VoiceTrouble, match="en_US-damaged-low"):
        voice.speak_now(TEXT, Prosody())
    voice.close()


def test_a_model_without_its_configuration_is_refused(folder: Path) -> None:
    with pytest.raises(VoiceTrouble, match=r"\.json"):
        PiperVoice(folder / "en_US-alone-low.onnx")


def test_a_missing_package_is_one_sentence(folder: Path) -> None:
    (folder.parent / "packages" / "piper" / "__init__.py").write_text("raise ImportError('not here')")
    voice = PiperVoice(folder / "en_US-timed-medium.onnx")
    with pytest.raises(VoiceTrouble, match=r"visavis\[local\]"):
        voice.speak_now(TEXT, Prosody())
    voice.close()


def test_signs_become_phones() -> None:
    signs = [
        ("^", 0), ("h", 100), ("ə", 100), ("l", 100), ("ˈ", 20), ("o", 60), ("ʊ", 40), (" ", 0), ("t", 50), ("ʃ", 50), (".", 100), ("$", 0),
    ]  # fmt: skip
    phones = phones_of(signs, 1000.0, 0.62)
    assert [(p.arpa, round(p.start_s, 2), round(p.end_s, 2), p.stressed) for p in phones] == [
        ("HH", 0.0, 0.1, False), ("AX", 0.1, 0.2, False), ("L", 0.2, 0.3, False), ("OW", 0.3, 0.42, True),
        ("CH", 0.42, 0.52, False), ("SIL", 0.52, 0.62, False),
    ]  # fmt: skip
