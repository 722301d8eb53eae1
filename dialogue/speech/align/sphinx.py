"""English alignment by pocketsphinx where it is installed: each phone is a word of its own, so that one pass does.

Measured on 60 sentences: two beams, the narrow one first; `bestpath=False`, for its second pass fails on a fifth of the sentences;
its times lag by its analysis window of 10 ms.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from dialogue.speech.align.network import PHONES
from dialogue.speech.align.spelling import Spelled
from dialogue.speech.resample import resample
from dialogue.speech.sound import Phone, Samples

_RATE_HZ = 16000
_HOP_S, _LAG_S = 0.010, 0.010
_STOPS = frozenset({"P", "B", "T", "D", "K", "G", "CH", "JH"})
_BEAMS = ((1e-80, 1e-60), (1e-200, 1e-200))


def installed() -> bool:
    """Whether the package is there."""
    return find_spec("pocketsphinx") is not None


@cache
def _decoders() -> tuple[Any, ...]:
    from pocketsphinx import Decoder, get_model_path

    with tempfile.TemporaryDirectory(prefix="visavis-") as folder:
        words = Path(folder) / "phones.dict"
        words.write_text("".join(f"p_{name} {name}\n" for name in PHONES if name != "SIL"), "utf-8")
        return tuple(
            Decoder(
                hmm=str(Path(get_model_path("en-us")) / "en-us"), lm=None, dict=str(words), loglevel="FATAL", samprate=_RATE_HZ,
                bestpath=False, dither=False, beam=beam, wbeam=wide, pbeam=beam,
            )
            for beam, wide in _BEAMS
        )  # fmt: skip


def align(samples: Samples, rate_hz: int, spelled: Spelled) -> list[Phone]:
    """Phones and silences over the whole sound; empty when it finds no way through. Raises `ImportError` where it is not installed, and
    whatever it raises."""
    names = ["AH" if name == "AX" else name for name, _, _ in spelled.phones]
    if not names or not len(samples):
        return []
    pcm = (np.clip(resample(samples, rate_hz, _RATE_HZ), -1, 1) * 32767).astype("<i2").tobytes()
    for decoder in _decoders():
        try:
            decoder.set_align_text(" ".join(f"p_{name}" for name in names))
            decoder.start_utt()
            decoder.process_raw(pcm, full_utt=True)
            decoder.end_utt()
        except Exception:
            _decoders.cache_clear()  # one that broke off takes no other utterance
            raise
        if decoder.hyp() is not None:
            break
    else:
        return []
    parts = [(p.word.startswith("p_"), (p.end_frame + 1) * _HOP_S + _LAG_S) for p in decoder.seg()]
    return _phones(parts, spelled, len(samples) / rate_hz)


def _phones(parts: list[tuple[bool, float]], spelled: Spelled, end_s: float) -> list[Phone]:
    """`parts`: (is a phone or a silence, its end). A silence where no word ends is the closure of the stop after it, or belongs to the
    phone before."""
    out: list[Phone] = []
    k, begin = 0, 0.0
    for spoken, end in parts:
        stop = min(end, end_s)
        if not spoken:
            if spelled.pauses[k]:
                begin = out.pop().start_s if out and out[-1].arpa == "SIL" else begin
                out.append(Phone("SIL", "", begin, max(stop, begin)))
            elif spelled.phones[k][0] in _STOPS:
                continue  # the stop begins where this did
            else:
                out[-1] = replace(out[-1], end_s=max(stop, begin))
        else:
            name, ipa, stressed = spelled.phones[k]
            out.append(Phone(name, ipa, begin, max(stop, begin), stressed))
            k += 1
        begin = out[-1].end_s
    out = [p for p in out if p.end_s > p.start_s]
    if k < len(spelled.phones) or not out:
        return []
    last = out[-1]
    if last.arpa == "SIL":
        out[-1] = replace(last, end_s=end_s)
    elif last.end_s < end_s:
        out.append(Phone("SIL", "", last.end_s, end_s))
    return out
