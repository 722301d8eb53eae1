"""From feelings to the voice: pitch, range, rate, pauses, loudness.

Source: the emotion table (MARY/EmoSpeak, Schröder 2006, scaled); affection and caring slow down and soften on top of it.
"""

from __future__ import annotations

from collections.abc import Mapping

from dialogue.affect.mood import clip
from dialogue.data import asset_json
from dialogue.speech.sound import Prosody

SOFT = ("affection", "caring")
SOFT_RATE_PCT, SOFT_PITCH_PCT, SOFT_GAIN_DB = -7.0, -2.0, -1.0


def prosody(strengths: Mapping[str, float]) -> Prosody:
    """How to say a sentence under these strengths (label to 0..1). Strengths that add up to more than 1 are shared out."""
    table = asset_json("affect.json")["emotions"]
    total = sum(strengths.values())
    scale = 1 / total if total > 1 else 1.0
    sums = dict.fromkeys(("pitch_pct", "range_mult", "rate_pct", "pause_pct", "gain_db"), 0.0)
    for label, strength in strengths.items():
        row = table[label]["prosody"]
        for key in sums:
            neutral = 1.0 if key == "range_mult" else 0.0
            sums[key] += strength * scale * (float(row[key]) - neutral)
        if label in SOFT:
            sums["rate_pct"] += strength * scale * SOFT_RATE_PCT
            sums["pitch_pct"] += strength * scale * SOFT_PITCH_PCT
            sums["gain_db"] += strength * scale * SOFT_GAIN_DB
    return Prosody(
        pitch_pct=clip(sums["pitch_pct"], -15, 15),
        range_mult=clip(1 + sums["range_mult"], 0.6, 1.8),
        rate_pct=clip(sums["rate_pct"], -20, 20),
        pause_pct=clip(sums["pause_pct"], -30, 30),
        gain_db=clip(sums["gain_db"], -4, 4),
    )
