"""Piper in a process of its own: it is GPL, and its model takes a second to load. Run as `python -m dialogue.speech.piper_worker`.

Asked {"text": str, "model": path of the .onnx file, "length_scale": float} it answers, once for each piece that Piper makes, {"rate_hz":
int, "symbols": [[IPA sign, samples], ...] or null} and float32 mono sound. Signs are single letters and marks, as Piper's voices know
them; null where the voice does not tell how long each sounds.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import numpy as np

from dialogue.speech.extra import install_line
from dialogue.speech.worker import Answer, serve

_loaded: dict[str, Any] = {}


def _voice(model: str) -> Any:
    from piper import PiperVoice

    if model not in _loaded:
        _loaded.clear()
        _loaded[model] = PiperVoice.load(model, include_alignments=True)
    return _loaded[model]


def answer(question: dict[str, Any], _: bytes) -> Iterator[Answer]:
    """One sentence, in the pieces that Piper makes. Raises `ValueError` with a sentence for what is missing or damaged."""
    try:
        from piper import SynthesisConfig

        voice = _voice(question["model"])
        config = SynthesisConfig(length_scale=float(question["length_scale"]))
        for chunk in voice.synthesize(question["text"], config, include_alignments=True):
            told = chunk.phoneme_alignments
            symbols = None if told is None else [(a.phoneme, int(a.num_samples)) for a in told]
            sound = np.asarray(chunk.audio_float_array, np.float32)
            yield {"rate_hz": int(chunk.sample_rate), "symbols": symbols}, sound.tobytes()
    except ImportError as error:
        raise ValueError(f"the package piper-tts is not installed; run {install_line()}") from error
    except Exception as error:  # onnxruntime's own errors share no class
        raise ValueError(f"the voice {question['model']} cannot be used ({type(error).__name__})") from error


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer, answer)
