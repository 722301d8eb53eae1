"""The phones of a sound whose text nobody knows: every phone may follow every other.

pocketsphinx with its table of which phones follow each other where it is installed, which hears English; else our own network, which
has no such table and is told by a price how often phones change. Much less is right than with the text (`visavis bench lips`).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from dialogue.speech.align.features import HOP_S, Array, log_mel
from dialogue.speech.align.network import INDEX, PHONES, Network, load
from dialogue.speech.align.throat import Found, best_fit
from dialogue.speech.resample import resample
from dialogue.speech.sound import Phone, Samples

CHANGE = 3.0
"""What another phone costs, in units of the scores (tuned on sentences that the bench does not speak)."""
_LEAST = 2  # frames that a phone lasts
_RATE_HZ = 16000
_BEAM, _WEIGHT = 1e-20, 2.0
_LAG_S = 0.010


def by_network(samples: Samples, rate_hz: int, network: Network | None = None, change: float = CHANGE) -> list[Phone]:
    """Phones and silences over the whole sound."""
    if not len(samples):
        return []

    def search(scores: Array) -> Found[list[tuple[int, int]]]:
        path = free_path(scores, change)
        phones = np.repeat([k for k, _ in path], np.diff([0, *(after for _, after in path)]))
        return Found(float(scores[np.arange(len(scores)), phones].sum()) - change * len(path), phones, path)

    path = best_fit(log_mel(samples, rate_hz), network or load(), search)
    ends = [after * HOP_S for _, after in path]
    ends[-1] = len(samples) / rate_hz
    starts = [0.0, *ends[:-1]]
    return [Phone(PHONES[k], "", a, b) for (k, _), a, b in zip(path, starts, ends, strict=True) if b > a]


def free_path(scores: Array, change: float) -> list[tuple[int, int]]:
    """The best row of phones for `scores` (frames, 40), each at least two frames long: (number of the phone, frame after its last)."""
    frames, count = scores.shape
    # a phone's first frame, and all the later ones: both read the same score
    young = scores[0].astype(np.float32)
    old = np.full(count, -1e9, np.float32)
    came = np.zeros(frames, np.intp)  # from which phone young ones came
    stayed = np.zeros((frames, count), bool)  # an old one that was old before
    for t in range(1, frames):
        best = int(old.argmax())
        stay = old >= young
        came[t], stayed[t] = best, stay
        young, old = scores[t] + old[best] - np.float32(change), scores[t] + np.where(stay, old, young)
    phone = int(old.argmax()) if frames >= _LEAST else int(young.argmax())
    is_old = frames >= _LEAST
    out = [(phone, frames)]
    for t in range(frames - 1, 0, -1):
        if is_old:
            is_old = bool(stayed[t, phone])
        else:
            phone, is_old = int(came[t]), True
            out.append((phone, t))
    return out[::-1]


@cache
def _decoder() -> Any:
    from pocketsphinx import Decoder, get_model_path

    model = Path(get_model_path("en-us"))
    return Decoder(
        hmm=str(model / "en-us"), lm=None, dict=None, allphone=str(model / "en-us-phone.lm.bin"), loglevel="FATAL", samprate=_RATE_HZ,
        bestpath=False, dither=False, beam=_BEAM, pbeam=_BEAM, lw=_WEIGHT,
    )  # fmt: skip


def by_sphinx(samples: Samples, rate_hz: int) -> list[Phone]:
    """The same by pocketsphinx; empty when it finds nothing. Raises `ImportError` where it is not installed."""
    pcm = (np.clip(resample(samples, rate_hz, _RATE_HZ), -1, 1) * 32767).astype("<i2").tobytes()
    decoder = _decoder()
    decoder.start_utt()
    decoder.process_raw(pcm, full_utt=True)
    decoder.end_utt()
    end_s = len(samples) / rate_hz
    out: list[Phone] = []
    for part in decoder.seg() or ():
        name = part.word if part.word in INDEX else "SIL"
        start, stop = out[-1].end_s if out else 0.0, min((part.end_frame + 1) * HOP_S + _LAG_S, end_s)
        if stop <= start:
            continue
        if out and out[-1].arpa == name == "SIL":
            start = out.pop().start_s
        out.append(Phone(name, "", start, stop))
    if out and out[-1].end_s < end_s:
        last = out.pop()
        out += [Phone(last.arpa, "", last.start_s, end_s)] if last.arpa == "SIL" else [last, Phone("SIL", "", last.end_s, end_s)]
    return out
