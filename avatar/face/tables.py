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
    """labels: n names. faces: float32[n, 52]. anchors: float32[n, 3]. manners: n of them, in the same order."""

    labels: tuple[str, ...]
    faces: NDArray[np.float32]
    anchors: NDArray[np.float32]
    manners: tuple[Manner, ...]

    def index(self, label: str) -> int:
        """Row of a label; an unknown one raises `ValueError` that lists the known ones."""
        if label not in self.labels:
            raise ValueError(f"unknown feeling {label!r}; known are {', '.join(self.labels)}")
        return self.labels.index(label)

    def vector(self, strengths: Mapping[str, float]) -> NDArray[np.float32]:
        """Strengths by label as float32[n]."""
        out = np.zeros(len(self.labels), np.float32)
        for label, strength in strengths.items():
            out[self.index(label)] = strength
        return out

    def nearest(self, mood: Sequence[float]) -> int:
        """Row whose anchor lies nearest to a mood."""
        return int(np.argmin(((self.anchors - np.asarray(mood, np.float32)) ** 2).sum(1)))


@cache
def table() -> Table:
    """Read once."""
    data = json.loads(files("world.assets").joinpath("affect.json").read_text("utf-8"))["emotions"]
    manners = tuple(
        Manner(
            e["gaze_listen_pct"] / 100, e["gaze_talk_pct"] / 100, e["avert"], e["blink_mult"], e["lean_deg"],
            -e["head_pitch_deg"], e["head_roll_deg"], e["breaths_per_min"],
        )
        for e in data.values()
    )  # fmt: skip
    faces = np.stack([weights({k: v for k, v in e["arkit"].items() if k in ARKIT}) for e in data.values()])
    return Table(tuple(data), faces, np.array([e["pad"] for e in data.values()], np.float32), manners)
