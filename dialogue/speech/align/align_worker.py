"""Aligns in a process of its own, so that no frame waits for it. Run as `python -m dialogue.speech.align.align_worker` (see `worker`).

Asked {"text": str, "language": "en-us", "rate_hz": int, "captions": [[word, start_s, end_s], ...]} and float32 mono sound, it answers
{"phones": [[arpa, ipa, start_s, end_s, stressed], ...], "words": [[begin, end, start_s, end_s], ...]}. With "pace" the
sound is the beginning of that of the text, and the answer holds the pace as well.
"""

from __future__ import annotations

import sys
from dataclasses import astuple
from typing import Any

import numpy as np

from dialogue.speech.align import align_captioned, align_coming
from dialogue.speech.worker import Answer, serve


def answer(question: dict[str, Any], data: bytes) -> Answer:
    """One sentence. Raises `ValueError` for what cannot be asked."""
    samples, rate_hz, text, language = np.frombuffer(data, np.float32), int(question["rate_hz"]), question["text"], question["language"]
    captions = [(str(word), float(start), float(end)) for word, start, end in question["captions"]]
    more: dict[str, Any] = {}
    try:
        if "pace" in question:
            phones, words, more["pace"] = align_coming(samples, rate_hz, text, question["pace"], language, captions)
        else:
            phones, words = align_captioned(samples, rate_hz, text, captions, language)
    except OSError as error:
        raise ValueError(str(error)) from error
    return {"phones": [astuple(p) for p in phones], "words": [astuple(w) for w in words], **more}, b""


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer, answer)
