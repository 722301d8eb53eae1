"""What she says while somebody else speaks: "mm-hm". Chosen by what she feels; nobody has understood the words yet."""

from __future__ import annotations

import random
from collections.abc import Mapping

from dialogue.data import asset_json

GAIN_DB = -8.0
"""Against her own level: it takes no turn."""
_FELT = 0.15  # weaker than that, a feeling colours nothing


def choose(language: str, strengths: Mapping[str, float], rng: random.Random, last: str = "") -> str:
    """Words in a language of two letters (`en-us` is `en`, empty too), not `last` again where there are others; '' for a language that
    the table does not have."""
    table = asset_json("speech/backchannels.json")
    kinds = table["languages"].get(language[:2].lower() or "en")
    if kinds is None:
        return ""
    felt = max(strengths, key=lambda label: strengths[label], default="")
    kind = table["kinds"].get(felt, "plain") if felt and strengths[felt] >= _FELT else "plain"
    words = kinds[kind]
    return str(rng.choice([word for word in words if word != last] or words))
