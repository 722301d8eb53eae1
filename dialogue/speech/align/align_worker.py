"""Aligns in a process of its own, so that no frame waits for it. Run as `python -m dialogue.speech.align.align_worker` (see `worker`).

Asked {"text": str, "language": "en-us", "rate_hz": int} and float32 mono sound, it answers
{"phones": [[arpa, ipa, start_s, end_s, stressed], ...], "words": [[begin, end, start_s, end_s], ...]}.
"""

from __future__ import annotations

import sys
from dataclasses import astuple
from typing import Any

import numpy as np

from dialogue.speech.align import align_spelled, spell
from dialogue.speech.align.words import words_of
from dialogue.speech.worker import Answer, serve


def answer(question: dict[str, Any], data: bytes) -> Answer:
    """One sentence. Raises `ValueError` for what cannot be asked."""
    try:
        spelled = spell(question["text"], question["language"])
    except OSError as error:
        raise ValueError(str(error)) from error
    samples = np.frombuffer(data, np.float32)
    phones = align_spelled(samples, int(question["rate_hz"]), spelled, question["language"])
    words = words_of(spelled, phones)
    return {"phones": [astuple(p) for p in phones], "words": [astuple(w) for w in words]}, b""


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer, answer)
