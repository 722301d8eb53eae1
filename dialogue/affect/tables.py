"""The tables of feelings: PAD anchors, personality weights, half-lives, and which face label an emotion shows.

Sources: OCC to PAD after Gebhard, ALMA (2005); personality to PAD after Mehrabian (1996) with the sign of neuroticism
turned, because his trait is emotional stability; half-lives are design values.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from dialogue.data import asset_json
from dialogue.trouble import Trouble

Vec = tuple[float, float, float]
"""Pleasure, arousal, dominance, each -1..1."""

TRAITS = "OCEAN"


@cache
def labels() -> tuple[str, ...]:
    """The 21 face labels, in the table's order."""
    return tuple(asset_json("affect.json")["emotions"])


@cache
def half_lives() -> Mapping[str, float]:
    """Half-life in seconds per face label."""
    return {k: float(v) for k, v in asset_json("mind/feelings.json")["half_life_s"].items()}


@cache
def pads() -> Mapping[str, Vec]:
    """PAD of every known emotion name. Where a name is both an OCC emotion and a label (joy, fear), the OCC column counts."""
    found: dict[str, Vec] = {}
    table = asset_json("affect.json")
    for name, row in [*table["emotions"].items(), *table["occ_pad"].items()]:
        pleasure, arousal, dominance = row["pad"]
        found[name] = (float(pleasure), float(arousal), float(dominance))
    return found


@cache
def trait_signs() -> Mapping[str, Mapping[str, int]]:
    """For each OCC emotion the traits that raise (+1) or lower (-1) its intensity."""
    return {
        name: {trait: 1 if sign == "+" else -1 for trait, sign in re.findall(r"([OCEAN])([+-])", row["traits"])}
        for name, row in asset_json("affect.json")["occ_pad"].items()
    }


@cache
def _aliases() -> Mapping[str, str]:
    return {str(k): str(v) for k, v in asset_json("mind/feelings.json")["aliases"].items()}


def label_or_none(word: str) -> str | None:
    """The face label that a word such as `happy` or `JOY` means, or None."""
    name = re.sub(r"[\s_-]+", "_", word.strip().lower())
    return name if name in labels() else _aliases().get(name)


def known_emotion(word: str) -> str:
    """The table's own name for an emotion, OCC or label; an unknown one raises `Trouble` with one sentence."""
    name = re.sub(r"[\s_-]+", "_", word.strip().lower())
    if name in pads():
        return name
    label = _aliases().get(name)
    if label is None:
        raise Trouble(f"The feeling '{word[:40]}' is not known; use one of: {', '.join(labels())}.")
    return label


def shown_as(name: str, strength: float) -> tuple[str, float] | None:
    """The face label and strength for an emotion of a strength; None for a feeling that is never shown."""
    row = asset_json("mind/feelings.json")["occ_label"].get(name)
    if row is None:
        return name, strength
    label, factor = row
    if label is None:
        return None
    if name == "fear" and strength >= 0.5:
        label = "fear"
    return str(label), strength * float(factor)


def half_life(name: str) -> float:
    """Seconds in which an emotion loses half its strength; OCC emotions decay like the label they show."""
    if name == "fear":
        return half_lives()["fear"]
    shown = shown_as(name, 0.1)
    return half_lives()[shown[0]] if shown else half_lives()["joy"]
