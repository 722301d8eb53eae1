"""Understands 99 languages by Whisper under sherpa-onnx, in a process of its own: its model takes seconds to load and hundreds of MB.
Run as `python -m dialogue.speech.ear.sherpa_worker` (see `worker`).

Asked {"encoder": path, "decoder": path, "tokens": path, "language": two letters or ""} with float32 mono sound at 16 kHz it answers
{"text": words}.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import numpy as np

from dialogue.speech.extra import install_line
from dialogue.speech.sound import Samples
from dialogue.speech.worker import Answer, serve

RATE_HZ = 16000
LONGEST_S = 28.0
"""Whisper hears 30 s at a time and drops the rest."""
_QUIET_S = 0.2
_SILENT = 0.004
_loaded: dict[tuple[str, ...], Any] = {}


def _recogniser(question: dict[str, Any]) -> Any:
    import sherpa_onnx

    key = tuple(str(question[k]) for k in ("encoder", "decoder", "tokens", "language"))
    for path in key[:3]:
        with open(path, "rb"):  # noqa: PTH123  # a missing file would end the process from inside the library
            pass
    if key not in _loaded:
        _loaded.clear()
        _loaded[key] = sherpa_onnx.OfflineRecognizer.from_whisper(
            encoder=key[0], decoder=key[1], tokens=key[2], language=key[3], num_threads=min(4, os.cpu_count() or 1)
        )
    return _loaded[key]


def pieces(samples: Samples) -> list[Samples]:
    """Sound cut into parts of at most `LONGEST_S`, where it is quietest."""
    out = []
    longest, quiet = int(LONGEST_S * RATE_HZ), int(_QUIET_S * RATE_HZ)
    while len(samples) > longest:
        tail = samples[longest // 2 : longest]
        loud = np.convolve(np.square(tail), np.ones(quiet, np.float32) / quiet, "valid")
        cut = longest // 2 + int(np.argmin(loud)) + quiet // 2
        out.append(samples[:cut])
        samples = samples[cut:]
    return [*out, samples]


def answer(question: dict[str, Any], data: bytes) -> Answer:
    """The words of one utterance. Raises `ValueError` with a sentence for what is missing or damaged."""
    samples = np.frombuffer(data, np.float32)
    if not len(samples) or float(np.abs(samples).max()) < _SILENT:
        return {"text": ""}, b""  # it makes up words in silence
    try:
        recogniser = _recogniser(question)
    except ImportError as error:
        raise ValueError(f"the package sherpa-onnx is not installed; run {install_line()}") from error
    except Exception as error:  # the library raises RuntimeError and kinds of its own
        raise ValueError(f"the model at {question['encoder']} cannot be used ({type(error).__name__})") from error
    words = []
    for piece in pieces(samples):
        stream = recogniser.create_stream()
        stream.accept_waveform(RATE_HZ, piece)
        recogniser.decode_stream(stream)
        words.append(str(stream.result.text).strip())
    return {"text": " ".join(words)}, b""


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer, answer)
