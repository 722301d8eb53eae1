"""Understands English by pocketsphinx in a process of its own. Run as `python -m dialogue.speech.ear.sphinx_worker` (see `worker`).

Asked with float32 mono sound at 16 kHz it answers {"text": words in lower case}.
"""

from __future__ import annotations

import sys
from functools import cache
from typing import Any

import numpy as np

from dialogue.speech.worker import Answer, serve

_SILENT = 0.004


@cache
def _decoder() -> Any:
    from pocketsphinx import Decoder

    return Decoder(samprate=16000, loglevel="FATAL", dither=False)


def answer(question: dict[str, Any], data: bytes) -> Answer:
    """The words of one utterance."""
    samples = np.frombuffer(data, np.float32)
    if not len(samples) or float(np.abs(samples).max()) < _SILENT:
        return {"text": ""}, b""  # it would find a word in it all the same
    decoder = _decoder()
    decoder.start_utt()
    decoder.process_raw((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes(), full_utt=True)
    decoder.end_utt()
    found = decoder.hyp()
    return {"text": found.hypstr if found is not None else ""}, b""


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer, answer)
