"""Phones to lips: a phone table, dominance blending, and hard rules that nothing overrides.

After Cohen and Massaro 1993 (dominance) and JALI (Edwards et al. 2016: jaw and lips apart, closures, sibilants). Per channel
the value is Σ D·target / (Σ D + rest); an envelope rises before its phone, holds 75 % of it and decays. Rules, in this order:
doubles merge; tongue consonants leave the lips alone; sibilants cap the jaw at .10 and labiodentals at .12; the jaw is low-passed
without phase; bilabials close fully; short pauses keep the mouth a little open.

How loud it is said is part of the style: who raises the voice opens the jaw and draws the lips wide, who whispers hardly opens it and
shapes all the more with the lips; and within a sentence the loud vowels are the open ones. Gains come before the rules, never after.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from avatar.face.frame import INDEX, Weights, zeros

Array = NDArray[np.floating[Any]]
Timed = tuple[str, float, float]
"""(ARPAbet without stress, start_s, end_s)"""

Loudness = tuple[float, Array]
"""(step in seconds, dB of each step against the voice's own level); what is not known yet is left out at the end."""

RATE_HZ = 120
_LEAD_S, _TAIL_S = 0.2, 0.35
_BILABIAL, _LABIODENTAL = frozenset("PBM"), frozenset("FV")
_SIBILANT = frozenset({"S", "Z", "SH", "ZH", "CH", "JH"})
_HEAVY = frozenset({"UW", "W", "SH", "ZH", "CH", "JH", "S", "Z"})
_VOWEL = frozenset({"AA", "AE", "AH", "AX", "EH", "IH", "IY", "AO", "UH", "UW", "ER"})
_LIPS = ("mouthPress", "mouthRollLower", "mouthRollUpper", "mouthFunnel", "mouthPucker", "mouthStretch", "mouthSmile",
         "mouthUpperUp", "mouthLowerDown", "mouthShrugLower")  # fmt: skip
_OPENERS = ("mouthLowerDown", "mouthUpperUp", "mouthFunnel")
_LIP_REST, _JAW_REST = 0.05, 0.02
_SIBILANT_JAW, _LABIODENTAL_JAW = 0.10, 0.12
_HOLD_S = 0.045  # shortest full closure: two frames at 60 Hz
_SHORT_PAUSE_S = 0.25


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = json.loads(files("world.assets").joinpath("phones.json").read_text("utf-8"))
    return table


def viseme(phone: str | None) -> str:
    """One of the 15 Oculus visemes for an ARPAbet phone; `sil` for None and for what is not in the table."""
    name: str = _table()["viseme"].get(phone or "SIL", "sil")
    return name


class Style(NamedTuple):
    """How a mouth speaks: gain of the jaw and of the lips, and how far the lips press together in the pauses, 0..1."""

    jaw: float = 1.0
    lips: float = 1.0
    press: float = 0.0


_PLAIN = Style()


def style(strengths: Mapping[str, float]) -> Style:
    """That of what she feels (label to 0..1), as far as she feels it; strengths that add up to more than 1 are shared out, as they are in
    the voice."""
    table = _table()["style"]
    share = 1 / max(sum(strengths.values()), 1.0)
    jaw, lips, press = Style()
    for label, strength in strengths.items():
        row = table.get(label, (1.0, 1.0))
        jaw += share * strength * (row[0] - 1)
        lips += share * strength * (row[1] - 1)
        press += share * strength * (row[2] if len(row) > 2 else 0.0)
    return Style(jaw, lips, press)


_LOUD_DB = (-14.0, -6.0, 0.0, 6.0)  # whispered, soft, the voice's own, raised
_LOUD_JAW, _LOUD_LIPS, _LOUD_STRETCH = (0.50, 0.80, 1.0, 1.20), (1.10, 1.0, 1.0, 1.15), (0.80, 0.90, 1.0, 1.30)
_MOST_JAW = 1.4  # of feeling and loudness together
_VOWEL_GAIN = (0.7, 1.0, 1.25)  # by as many deviations under and over the mean of the vowels
_LEAST_SD_DB, _HEARD_DB = 1.5, -25.0


def loud_style(loudness: Loudness | None) -> tuple[float, float, float]:
    """Gains of jaw, lips and stretched corners for how loud a sentence is said; 1 where nobody knows."""
    if loudness is None:
        return 1.0, 1.0, 1.0
    heard = loudness[1][loudness[1] > _HEARD_DB]
    if not len(heard):
        return 1.0, 1.0, 1.0
    level = 10 * np.log10(np.mean(10 ** (heard / 10)))
    jaw, lips, stretch = (float(np.interp(level, _LOUD_DB, gains)) for gains in (_LOUD_JAW, _LOUD_LIPS, _LOUD_STRETCH))
    return jaw, lips, stretch


def _vowel_gains(loudness: Loudness | None, start: Array, end: Array, vowel: NDArray[np.bool_]) -> Array:
    """Gain of each phone's jaw: that of a vowel by its loudness against the other vowels, 1 for what is not heard yet."""
    gains = np.ones(len(start), np.float32)
    if loudness is None or not len(loudness[1]):
        return gains
    step, db = loudness
    sums = np.concatenate([[0.0], np.cumsum(10 ** (np.asarray(db, np.float64) / 10))])
    first = np.clip((start / step).astype(int), 0, len(db))
    after = np.clip(np.ceil(end / step).astype(int), first, len(db))
    known = vowel & (after > first)
    if known.sum() < 2:
        return gains
    level = 10 * np.log10((sums[after[known]] - sums[first[known]]) / (after[known] - first[known]) + 1e-9)
    apart = (level - level.mean()) / max(float(level.std()), _LEAST_SD_DB)
    gains[known] = np.interp(apart, (-1.0, 0.0, 1.0), _VOWEL_GAIN)
    return gains


def _merge(phones: Sequence[Timed]) -> list[Timed]:
    """Diphthongs in two, 60 % and 40 %; neighbours with the same closure as one hold."""
    split: list[Timed] = []
    for name, start, end in phones:
        pair = _table()["diphthong"].get(name)
        if pair:
            middle = start + 0.6 * (end - start)
            split += [(pair[0], start, middle), (pair[1], middle, end)]
        else:
            split.append((name if name in _table()["shape"] else "SIL", start, end))
    out: list[Timed] = []
    for name, start, end in split:
        if out:
            last, begin, stop = out[-1]
            if start - stop < 0.02 and (last == name or (last in _BILABIAL and name in _BILABIAL)):
                out[-1] = (last, begin, end)
                continue
        out.append((name, start, end))
    return out


def _smooth(x: Array) -> Array:
    x = np.clip(x, 0, 1)
    return x * x * (3 - 2 * x)


def _envelopes(t: Array, start: Array, end: Array, on: Array, off: Array) -> Array:
    """(phones, samples): rises to 1 at `start` over `on`, holds to 75 % of the phone, falls over `off`."""
    apex = start + 0.75 * (end - start)
    rise = _smooth((t[None] - (start - on)[:, None]) / on[:, None])
    fall = _smooth(((apex + off)[:, None] - t[None]) / off[:, None])
    return np.minimum(rise, fall)


def _low_pass(x: Array, cut_hz: float) -> Array:
    half = int(0.2 * RATE_HZ)
    k = np.arange(-half, half + 1) / RATE_HZ
    kernel = np.exp(-0.5 * (k / (0.1325 / cut_hz)) ** 2)
    return np.convolve(np.pad(x, half, "edge"), kernel / kernel.sum(), "valid").astype(np.float32)


def _most(rows: Array, chosen: NDArray[np.bool_], size: int) -> Array:
    return rows[chosen].max(0) if chosen.any() else np.zeros(size, np.float32)


class VisemeTrack:
    """The lips of one utterance. `at(t)` writes mouth weights only; `t` is seconds into the sound. `loudness`: of as much of it as is
    known."""

    def __init__(
        self, phones: Sequence[Timed], *, style: Style = _PLAIN, loudness: Loudness | None = None
    ) -> None:
        self.phones = tuple(phones)
        self.end_s = phones[-1][2] if phones else 0.0
        self._starts = np.array([p[1] for p in phones])
        self._tongue: list[list[float]] = []
        self._curves, self.activity, self.closure = self._make(_merge(phones), style, loudness)

    def phone_at(self, t: float) -> str | None:
        """The phone that sounds at `t`, None in silence and outside."""
        i = int(np.searchsorted(self._starts, t, "right")) - 1
        if i < 0 or not self.phones[i][1] <= t < self.phones[i][2] or self.phones[i][0] == "SIL":
            return None
        return self.phones[i][0]

    def tongue_at(self, t: float, out: Weights) -> None:
        """Write the extras at `t` into `out` (float32[2], in the order of `frame.EXTRA`)."""
        x = (t + _LEAD_S) * RATE_HZ
        i = int(x)
        if not 0 <= x < len(self._tongue) - 1:
            out[:] = 0
            return
        k = x - i
        a, b = self._tongue[i], self._tongue[i + 1]
        out[0], out[1] = a[0] + (b[0] - a[0]) * k, a[1] + (b[1] - a[1]) * k

    def at(self, t: float, out: Weights) -> tuple[float, float]:
        """Write the weights at `t` into `out` (float32[52]); returns (speech activity, closure), both 0..1."""
        x = (t + _LEAD_S) * RATE_HZ
        last = self._curves.shape[0] - 1
        if not 0 <= x < last:
            out[:] = 0
            return 0.0, 0.0
        i = int(x)
        k = np.float32(x - i)
        np.multiply(self._curves[i], 1 - k, out=out)
        out += self._curves[i + 1] * k
        return (
            float(self.activity[i] * (1 - k) + self.activity[i + 1] * k),
            float(self.closure[i] * (1 - k) + self.closure[i + 1] * k),
        )

    def _make(self, phones: list[Timed], style: Style, loudness: Loudness | None) -> tuple[Array, Array, Array]:
        size = int((self.end_s + _LEAD_S + _TAIL_S) * RATE_HZ) + 2
        t = (np.arange(size, dtype=np.float32) / RATE_HZ) - np.float32(_LEAD_S)
        curves = np.zeros((size, len(zeros())), np.float32)
        if not phones:
            return curves, np.zeros(size, np.float32), np.zeros(size, np.float32)
        names = [p[0] for p in phones]
        start, end = (np.array([p[i] for p in phones], np.float32) for i in (1, 2))
        shapes = [_table()["shape"][name] for name in names]
        targets = np.array([[s["lips"].get(c, 0.0) for c in _LIPS] for s in shapes], np.float32)
        jaw = np.array([s["jaw"] for s in shapes], np.float32)
        lip_weight, jaw_weight = (np.array([s[k] for s in shapes], np.float32) for k in ("lip_dominance", "jaw_dominance"))
        tip = np.array([s.get("tongue", (0.0, 0.0)) for s in shapes], np.float32)
        tongue = np.array([s["lips"].get("tongueOut", 0.0) for s in shapes], np.float32)

        def kind(group: frozenset[str]) -> NDArray[np.bool_]:
            return np.array([n in group for n in names])

        vowel, bilabial, labiodental, sibilant, heavy = map(kind, (_VOWEL, _BILABIAL, _LABIODENTAL, _SIBILANT, _HEAVY))
        silent = kind(frozenset({"SIL"}))
        louder_jaw, louder_lips, louder_stretch = loud_style(loudness)
        jaw_gain, lip_gain = min(style.jaw * louder_jaw, _MOST_JAW), style.lips * louder_lips
        targets[silent, _LIPS.index("mouthPress")] += style.press
        targets[:, _LIPS.index("mouthStretch")] *= louder_stretch
        jaw *= _vowel_gains(loudness, start, end, vowel)
        length = end - start
        fast = np.clip(length / 0.08, 0.45, 1).astype(np.float32)
        on = np.where(heavy, 0.15, np.where(vowel, 0.12, 0.09)).astype(np.float32) * fast
        off = np.where(heavy, 0.15, 0.12).astype(np.float32) * fast
        before = np.concatenate([[0.3], length[:-1]]).astype(np.float32)
        tight = bilabial | labiodental
        on = np.where(tight, np.clip(0.6 * before, 0.04, 0.10), on).astype(np.float32)
        off = np.where(tight, 0.07, off).astype(np.float32)
        # full closure lasts at least _HOLD_S; the envelope holds 75 % of what it is given
        held = np.where(bilabial, np.maximum(end, start + _HOLD_S / 0.75), end).astype(np.float32)
        brief = silent & (length < _SHORT_PAUSE_S)
        jaw = np.where(brief, 0.08, jaw).astype(np.float32)
        on, off = (np.where(silent, v, x).astype(np.float32) for v, x in ((0.12, on), (0.12, off)))
        lip_weight = np.where(brief, lip_weight * 0.3, lip_weight).astype(np.float32)
        jaw_weight = np.where(brief, jaw_weight * 0.2, jaw_weight).astype(np.float32)

        envelope = _envelopes(t, start, held, on, off)
        dominance = envelope * lip_weight[:, None]
        lips = lip_gain * (dominance.T @ targets) / (dominance.sum(0) + _LIP_REST)[:, None]
        jaw_dominance = _envelopes(t, start, held, np.maximum(on * 0.8, 0.05), off * 0.8) * jaw_weight[:, None]
        open_ = jaw_gain * (jaw_dominance * jaw[:, None]).sum(0) / (jaw_dominance.sum(0) + _JAW_REST)
        hiss = _most(_envelopes(t, start, end, np.full_like(on, 0.06), np.full_like(on, 0.06)), sibilant, size)
        bite, closure = _most(envelope, labiodental, size), _most(envelope, bilabial, size)

        open_ = np.minimum(open_, 1 - (1 - _SIBILANT_JAW) * hiss)
        open_ = np.minimum(open_, 1 - (1 - _LABIODENTAL_JAW) * bite)
        open_ = _low_pass(open_.astype(np.float32), 7.0) * (1 - 0.35 * closure)
        self._tongue = (_envelopes(t, start, end, on, off)[:, :, None] * tip[:, None, :]).max(0).tolist()
        column = {name: lips[:, i] for i, name in enumerate(_LIPS)}
        for name, value in _table()["shape"]["F"]["lips"].items():
            column[name] = np.maximum(column[name], bite * value)
        for name in _OPENERS:
            column[name] = column[name] * (1 - closure)
        for name, value in _table()["shape"]["P"]["lips"].items():
            column[name] = np.maximum(column[name], closure * value)

        curves[:, INDEX["jawOpen"]] = np.clip(open_, 0, 1)
        curves[:, INDEX["mouthClose"]] = np.clip(closure * open_, 0, 1)
        curves[:, INDEX["tongueOut"]] = (_envelopes(t, start, end, on, off) * tongue[:, None]).max(0)
        for name, values in column.items():
            for side in ("Left", "Right") if name + "Left" in INDEX else ("",):
                curves[:, INDEX[name + side]] = np.clip(values, 0, 1)
        spoken = _most(_envelopes(t, start, end, np.full_like(on, 0.15), np.full_like(on, 0.3)), ~silent, size)
        return curves, spoken.astype(np.float32), closure.astype(np.float32)
