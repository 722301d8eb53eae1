"""timeline.jsonl: what the face did, a line a frame (contracts: weights, eyes, head, phone, viseme, feeling, mood, sound)."""

from __future__ import annotations

import json
from typing import Any

from avatar.character import Character
from avatar.face.frame import ARKIT
from avatar.face.viseme import viseme
from world.director import Director


def row(t: float, director: Director, character: Character) -> dict[str, Any]:
    """One frame; numbers rounded to what can be seen."""
    frame = character.frame
    return {
        "t": round(t, 4),
        "turn": director.turn,
        "weights": {name: round(float(w), 4) for name, w in zip(ARKIT, frame.weights, strict=True)},
        "eyes_deg": [round(v, 2) for v in frame.eyes_deg],
        "head_deg": [round(float(v), 2) for v in frame.head_deg],
        "phone": character.phone,
        "viseme": viseme(character.phone),
        "feeling": {k: round(v, 3) for k, v in character.strengths.items() if v > 0.005},
        "mood": [round(float(v), 3) for v in character.mood],
        "sound": director.speaking,
        "sound_s": None if director.sound_s is None else round(director.sound_s, 4),
    }


def line(t: float, director: Director, character: Character) -> str:
    """`row` as one line of JSON."""
    return json.dumps(row(t, director, character), separators=(",", ":")) + "\n"
