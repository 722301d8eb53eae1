"""Aligns in a process of its own, so that no frame waits for it. Run as `python -m dialogue.speech.align.align_worker` (see `worker`).

Asked {"text": str, "language": "en-us", "rate_hz": int, "captions": [[word, start_s, end_s], ...]} and float32 mono sound, it answers
{"phones": [[arpa, ipa, start_s, end_s, stressed], ...], "words": [[begin, end, start_s, end_s], ...]}.
"""

from __future__ import annotations

import sys
from dataclasses import astuple
from typing import Any

import numpy as np

from dialogue.speech.align import align_captioned
from dialogue.speech.worker import Answer, serve


def answer(question: dict[str, Any], data: bytes) -> Answer:
    """One sentence. Raises `ValueError` for what cannot be asked."""
    samples = np.frombuffer(data, np.float32)
    captions = [(str(word), float(start), float(end)) for word, start, end in question["captions"]]
    try:
        phones, words = align_captioned(samples, int(question["rate_hz"]), question["text"], captions, question["language"])
    except OSError as error:
        raise ValueError(str(error)) from error
    return {"phones": [astuple(p) for p in phones], "words": [astuple(w) for w in words]}, b""


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer, answer)
