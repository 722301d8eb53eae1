"""From what espeak-ng reports to timed ARPAbet phones.

Two corrections are measured: an event may hold two phones (split 60/40), and the event of a stop marks its burst while the
lips close earlier, by 41·(175/rate)^0.75 ms for p t k tʃ and 0.78 of it for b ɡ.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from dialogue.speech.sound import Phone

_UNVOICED, _VOICED = frozenset({"P", "T", "K", "CH"}), frozenset({"B", "G"})
_MARKS = frozenset("ˈˌ‿|‍͡ ")
_LEAST_S = 0.010  # what a stop leaves of the phone before it


@cache
def _table() -> dict[str, str]:
    table: dict[str, str] = json.loads(files("world.assets").joinpath("phones.json").read_text("utf-8"))["ipa"]
    return table


def arpa(ipa: str) -> list[str]:
    """ARPAbet phones of one IPA group: 'ˈɛɹ' gives ['EH', 'R'], '' gives ['SIL']; length and tone marks are skipped."""
    table = _table()
    letters = "".join(letter for letter in ipa if letter not in _MARKS)
    out: list[str] = []
    i = 0
    while i < len(letters):
        size = 2 if letters[i : i + 2] in table else 1
        out += table.get(letters[i : i + size], "").split()
        i += size
    return out or ["SIL"]


def timed(events: Sequence[tuple[str, float]], end_s: float, rate_wpm: float) -> tuple[Phone, ...]:
    """`events`: (ipa, start in seconds) in order. The result covers 0..end_s without gap or overlap."""
    names: list[tuple[str, str]] = []
    starts: list[float] = []
    ends: list[float] = []
    for i, (ipa, start) in enumerate(events):
        stop = min(events[i + 1][1] if i + 1 < len(events) else end_s, end_s)
        start = min(start, stop)
        group = arpa(ipa)
        cuts = (0.0, 0.6, 1.0) if len(group) == 2 else tuple(k / len(group) for k in range(len(group) + 1))
        for name, low, high in zip(group, cuts, cuts[1:], strict=False):
            names.append((name, ipa))
            starts.append(start + low * (stop - start))
            ends.append(start + high * (stop - start))
    lag_s = 0.041 * (175 / rate_wpm) ** 0.75
    for i in range(1, len(names)):
        lag = lag_s if names[i][0] in _UNVOICED else 0.78 * lag_s if names[i][0] in _VOICED else 0.0
        if lag:
            ends[i - 1] = starts[i] = min(ends[i - 1], max(ends[i - 1] - lag, starts[i - 1] + _LEAST_S))
    phones = [
        Phone(name, ipa, start, end, "ˈ" in ipa)
        for (name, ipa), start, end in zip(names, starts, ends, strict=True)
        if end > start
    ]
    if not phones:
        return (Phone("SIL", "", 0.0, end_s),)
    if phones[0].start_s > 0:
        phones.insert(0, Phone("SIL", "", 0.0, phones[0].start_s))
    return tuple(phones)
