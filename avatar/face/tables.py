"""The emotion table as arrays: faces, anchors in pleasure-arousal-dominance, gaze, blink, posture (assets/affect.json)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from avatar.face.frame import ARKIT, weights


@dataclass(frozen=True, slots=True)
class Manner:
    """How a feeling is carried, at strength 1: shares of time, degrees, factors, breaths per minute."""

    look_listening: float
    look_talking: float
    avert: str
    blink: float
    lean_deg: float
    head_pitch_deg: float
    head_roll_deg: float
    breaths: float


@dataclass(frozen=True, slots=True)
class Table:
    """labels: n names. faces: float32[n, 52]. anchors: float32[n, 3]. manners: n of them, in the same order. rows: label to
    row. arousals: label to the arousal of its anchor. glad: float32[52], the face of a good mood when nothing more is felt."""

    labels: tuple[str, ...]
    faces: NDArray[np.float32]
    anchors: NDArray[np.float32]
    manners: tuple[Manner, ...]
    rows: Mapping[str, int]
    arousals: Mapping[str, float]
    glad: NDArray[np.float32]

    def index(self, label: str) -> int:
        """Row of a label; an unknown one raises `ValueError` that lists the known ones."""
        row = self.rows.get(label)
        if row is None:
            raise ValueError(f"unknown feeling {label!r}; known are {', '.join(self.labels)}")
        return row

    def vector(self, strengths: Mapping[str, float]) -> NDArray[np.float32]:
        """Strengths by label as float32[n]."""
        out = np.zeros(len(self.labels), np.float32)
        for label, strength in strengths.items():
            out[self.index(label)] = strength
        return out

    def manner(self, strengths: Mapping[str, float]) -> Manner:
        """Mean of the feelings' manners, weighed by strength; neutral fills up to 1. Eyes avert as the strongest does."""
        rest = self.manners[self.index("neutral")]
        strongest, avert, total = 0.25, rest.avert, 0.0
        a = b = c = d = e = f = g = 0.0
        for label, k in strengths.items():
            m = self.manners[self.index(label)]
            total += k
            if k > strongest:
                strongest, avert = k, m.avert
            a, b, c, d = a + k * m.look_listening, b + k * m.look_talking, c + k * m.blink, d + k * m.lean_deg
            e, f, g = e + k * m.head_pitch_deg, f + k * m.head_roll_deg, g + k * m.breaths
        n, scale = max(0.0, 1 - total), 1 / max(total, 1.0)
        return Manner(
            (a + n * rest.look_listening) * scale, (b + n * rest.look_talking) * scale, avert, (c + n * rest.blink) * scale,
            (d + n * rest.lean_deg) * scale, (e + n * rest.head_pitch_deg) * scale, (f + n * rest.head_roll_deg) * scale,
            (g + n * rest.breaths) * scale,
        )  # fmt: skip

    def nearest(self, mood: Sequence[float]) -> int:
        """Row whose anchor lies nearest to a mood."""
        return int(np.argmin(((self.anchors - np.asarray(mood, np.float32)) ** 2).sum(1)))


@cache
def table() -> Table:
    """Read once."""
    whole = json.loads(files("world.assets").joinpath("affect.json").read_text("utf-8"))
    data = whole["emotions"]
    manners = tuple(
        Manner(
            e["gaze_listen_pct"] / 100, e["gaze_talk_pct"] / 100, e["avert"], e["blink_mult"], e["lean_deg"],
            -e["head_pitch_deg"], e["head_roll_deg"], e["breaths_per_min"],
        )
        for e in data.values()
    )  # fmt: skip
    faces = np.stack([weights({k: v for k, v in e["arkit"].items() if k in ARKIT}) for e in data.values()])
    rows, arousals = {k: i for i, k in enumerate(data)}, {k: float(e["pad"][1]) for k, e in data.items()}
    anchors = np.array([e["pad"] for e in data.values()], np.float32)
    return Table(tuple(data), faces, anchors, manners, rows, arousals, weights(whole["glad"]))
