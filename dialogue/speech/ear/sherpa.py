"""Whisper on this computer, by sherpa-onnx and a model that `visavis get` fetched: nothing that was said leaves the machine."""

from __future__ import annotations

import asyncio
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from dialogue.speech.ear.transcribe import SphinxTranscriber, Transcriber, words_of
from dialogue.speech.extra import install_line
from dialogue.speech.sound import Samples
from dialogue.speech.worker import Worker
from dialogue.trouble import EarTrouble

PATIENCE_S = 180.0
"""A minute of speech takes a large model longer than that on a slow computer."""
_PARTS = {"encoder": "*-encoder.int8.onnx", "decoder": "*-decoder.int8.onnx", "tokens": "*-tokens.txt"}


def installed() -> bool:
    """Whether the package is there."""
    return find_spec("sherpa_onnx") is not None


def models(folder: Path) -> list[str]:
    """Names of the models in a folder of folders, the largest (most accurate) first; half-fetched ones are none."""
    whole = [f for f in folder.glob("*") if f.is_dir() and len(_parts(f)) == len(_PARTS)]
    return [f.name for f in sorted(whole, key=lambda f: (-sum(p.stat().st_size for p in _parts(f).values()), f.name))]


class SherpaTranscriber:
    """`model` is the folder of one model. `language`: two letters, or empty to let it find out."""

    def __init__(self, model: Path, language: str = "") -> None:
        if not installed():
            raise EarTrouble(f"sherpa-onnx is not installed; run {install_line()}, or type.")
        self._parts = _parts(model)
        if len(self._parts) < len(_PARTS):
            raise EarTrouble(f"The model {model.name} is not whole in {model}; run 'visavis get {model.name}', or type.")
        self._model, self._language = model, language
        self._worker = Worker("dialogue.speech.ear.sherpa_worker", PATIENCE_S)

    @property
    def name(self) -> str:
        """`sherpa:` and the model's name."""
        return f"sherpa:{self._model.name}"

    async def transcribe(self, samples: Samples) -> str:
        """The words; every failure is an `EarTrouble` of one sentence."""
        question = {part: str(path) for part, path in self._parts.items()} | {"language": self._language}
        try:
            head, _ = await asyncio.to_thread(self._worker.ask, question, np.ascontiguousarray(samples, np.float32).tobytes())
        except (OSError, ValueError) as error:
            raise EarTrouble(f"What you said could not be understood here: {error}. Fetch the model again, or type.") from error
        return words_of(str(head["text"]))

    async def aclose(self) -> None:
        """End the worker; may be called twice."""
        self._worker.close()


def local_ear(folder: Path, language: str = "") -> Transcriber:
    """The best ear that needs nobody: the largest fetched model in `folder`, else pocketsphinx. Raises `EarTrouble` without either."""
    found = models(folder) if installed() else []
    return SherpaTranscriber(folder / found[0], language) if found else SphinxTranscriber(language)


def _parts(folder: Path) -> dict[str, Path]:
    found = {part: sorted(folder.glob(pattern)) for part, pattern in _PARTS.items()}
    return {part: paths[0] for part, paths in found.items() if len(paths) == 1}
