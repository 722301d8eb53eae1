"""Piper in a process of its own: it is GPL, and its model takes a second to load. Run as `python -m dialogue.speech.piper_worker`.

Asked {"text": str, "model": path of the .onnx file, "length_scale": float} it answers {"rate_hz": int, "symbols": [[IPA sign, samples],
...] or null} and float32 mono sound. Signs are single letters and marks, as Piper's voices know them; null where the voice does not
tell how long each sounds.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from dialogue.speech.worker import Answer, serve

_loaded: dict[str, Any] = {}


def _voice(model: str) -> Any:
    from piper import PiperVoice

    if model not in _loaded:
        _loaded.clear()
        _loaded[model] = PiperVoice.load(model, include_alignments=True)
    return _loaded[model]


def answer(question: dict[str, Any], _: bytes) -> Answer:
    """One sentence. Raises `ValueError` with a sentence for what is missing or damaged."""
    try:
        from piper import SynthesisConfig

        voice = _voice(question["model"])
        chunks = list(
            voice.synthesize(
                question["text"], SynthesisConfig(length_scale=float(question["length_scale"])), include_alignments=True
            )
        )  # fmt: skip
    except ImportError as error:
        raise ValueError("the package piper-tts is not installed; run .venv/bin/pip install 'visavis[local]'") from error
    except Exception as error:  # onnxruntime's own errors share no class
        raise ValueError(f"the voice {question['model']} cannot be used ({type(error).__name__})") from error
    symbols: list[tuple[str, int]] | None = []
    for chunk in chunks:
        if symbols is None or chunk.phoneme_alignments is None:
            symbols = None
        else:
            symbols += [(a.phoneme, int(a.num_samples)) for a in chunk.phoneme_alignments]
    rate = int(chunks[0].sample_rate) if chunks else 22050
    sound = np.concatenate([np.asarray(c.audio_float_array, np.float32) for c in chunks]) if chunks else np.zeros(0, np.float32)
    return {"rate_hz": rate, "symbols": symbols}, sound.tobytes()


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer, answer)
