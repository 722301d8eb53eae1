"""Mood in PAD: how emotions push and pull it, and how it returns to the person's default."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from dialogue.affect.tables import Vec
from dialogue.data import asset_json

PULL_S = 90.0
"""Time constant in seconds of an emotion's grip on the mood (design value)."""
RETURN_HALF_LIFE_S = 600.0
"""Half-life in seconds of the way back to the default mood (design value)."""
PUSH = 1.35
"""A mood that agrees with the emotions and is already stronger is driven to this multiple of itself ..."""
PUSH_LIMIT = 0.9
"""... but never beyond this on any axis."""


def clip(x: float, low: float = -1.0, high: float = 1.0) -> float:
    """x held between low and high."""
    return max(low, min(high, x))


def length(v: Vec) -> float:
    """Euclidean length."""
    return math.sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2])


@dataclass(frozen=True, slots=True)
class Mood:
    """A mood at a time; axes -1..1."""

    pleasure: float
    arousal: float
    dominance: float
    at_s: float

    @property
    def vec(self) -> Vec:
        """(P, A, D)."""
        return self.pleasure, self.arousal, self.dominance


def default_mood(traits: Mapping[str, float]) -> Vec:
    """The mood a person of these Big Five traits (keys of OCEAN, -1..1) returns to."""
    table = asset_json("affect.json")["personality_to_pad"]

    def axis(name: str) -> float:
        return clip(sum(float(w) * traits.get(t, 0.0) for t, w in table[name].items()))

    return axis("P"), axis("A"), axis("D")


def _target(mood: Vec, pull: Vec) -> Vec:
    same_side = all(m * p > 0 for m, p in zip(mood, pull, strict=True))
    if same_side and length(pull) <= length(mood):
        p, a, d = (clip(PUSH * m, -PUSH_LIMIT, PUSH_LIMIT) for m in mood)
        return p, a, d
    return pull


def advance(mood: Vec, default: Vec, pull: Vec, weight_s: float, dt_s: float) -> Vec:
    """One step of `dt_s` seconds. `pull`: mean PAD of the active emotions, `weight_s`: the integral of their total strength
    (at most 1) over the step. Short steps; see `Affect.mood` for long spans."""
    target = _target(mood, pull)
    toward = 1 - math.exp(-weight_s / PULL_S) if weight_s > 0 else 0.0
    back = 1 - 2 ** (-dt_s / RETURN_HALF_LIFE_S)
    moved = [m + (t - m) * toward for m, t in zip(mood, target, strict=True)]
    p, a, d = (m + (home - m) * back for m, home in zip(moved, default, strict=True))
    return p, a, d


OCTANTS = {
    (True, True, True): "exuberant", (True, True, False): "dependent", (True, False, True): "relaxed",
    (True, False, False): "docile", (False, False, False): "bored", (False, False, True): "disdainful",
    (False, True, False): "anxious", (False, True, True): "hostile",
}  # fmt: skip


def mood_word(vec: Vec) -> str:
    """Degree and octant in ALMA's words, such as `slightly relaxed`."""
    size = length(vec)
    degree = "slightly" if size <= 0.5 else "moderately" if size <= 1.0 else "fully"
    return f"{degree} {OCTANTS[vec[0] >= 0, vec[1] >= 0, vec[2] >= 0]}"
