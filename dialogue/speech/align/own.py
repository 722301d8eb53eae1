"""The aligner that always works: our network and Viterbi, numpy alone, any language that espeak-ng can spell."""

from __future__ import annotations

from dialogue.speech.align.features import HOP_S
from dialogue.speech.align.network import Network, load
from dialogue.speech.align.spelling import Spelled
from dialogue.speech.align.viterbi import best_path
from dialogue.speech.sound import Phone, Samples


def align(samples: Samples, rate_hz: int, spelled: Spelled, network: Network | None = None) -> list[Phone]:
    """Phones and silences over the whole sound; empty when the words do not fit into it."""
    scores = (network or load()).scores(samples, rate_hz)
    names = [name for name, _, _ in spelled.phones]
    end_s = len(samples) / rate_hz
    out = []
    for k, first, after in best_path(scores, names, spelled.pauses):
        start, stop = first * HOP_S, min(after * HOP_S, end_s)
        name, ipa, stressed = spelled.phones[k] if k >= 0 else ("SIL", "", False)
        if stop > start:
            out.append(Phone(name, ipa, start, stop, stressed))
    if out:
        last = out[-1]
        out[-1] = Phone(last.arpa, last.ipa, last.start_s, end_s, last.stressed)
    return out
