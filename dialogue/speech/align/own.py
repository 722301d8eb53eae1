"""The aligner that always works: our network and Viterbi, numpy alone, any language that espeak-ng can spell."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dialogue.speech.align.features import HOP_S, Array, log_mel
from dialogue.speech.align.network import INDEX, Network, load
from dialogue.speech.align.spelling import Spelled
from dialogue.speech.align.throat import Found, quick_fit
from dialogue.speech.align.viterbi import best_path
from dialogue.speech.sound import Phone, Samples


def align(samples: Samples, rate_hz: int, spelled: Spelled, network: Network | None = None) -> list[Phone]:
    """Phones and silences over the whole sound; empty when the words do not fit into it."""
    end_s = len(samples) / rate_hz
    out = []
    for k, first, after in found_in(samples, rate_hz, spelled, network):
        start, stop = first * HOP_S, min(after * HOP_S, end_s)
        name, ipa, stressed = spelled.phones[k] if k >= 0 else ("SIL", "", False)
        if stop > start:
            out.append(Phone(name, ipa, start, stop, stressed))
    if out:
        last = out[-1]
        out[-1] = Phone(last.arpa, last.ipa, last.start_s, end_s, last.stressed)
    return out


def found_in(
    samples: Samples, rate_hz: int, spelled: Spelled, network: Network | None = None, *, ended: bool = True
) -> Sequence[tuple[int, int, int]]:
    """The path of `best_path` in the reading of the sound that fits it best."""
    names = [name for name, _, _ in spelled.phones]
    numbers = np.array([INDEX["SIL"], *(INDEX[name] for name in names)])

    def search(scores: Array) -> Found[Sequence[tuple[int, int, int]]]:
        path = best_path(scores, names, spelled.pauses, ended=ended)
        phones = np.repeat(numbers[[k + 1 for k, _, _ in path]], [b - a for _, a, b in path]) if path else np.zeros(0, np.intp)
        return Found(float(scores[np.arange(len(phones)), phones].sum()) if path else -np.inf, phones, path)

    return quick_fit(log_mel(samples, rate_hz), network or load(), search)
