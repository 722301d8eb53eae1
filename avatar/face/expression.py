"""Feelings to a face: the sum of what is felt, beneath it a trace of a low mood or, in a good one, that she is glad to see you; onset
and offset in human time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sin, tau
from random import Random

import numpy as np

from avatar.face.frame import ARKIT, INDEX, Weights
from avatar.face.tables import table
from avatar.units import Spring, smooth

MOOD_SHARE = 0.35
ONSET_S, OFFSET_S = 0.4, 1.1
_ONSET_OF_S = {"surprised": 0.2, "fear": 0.25, "affection": 0.6, "calm": 0.8, "sad": 0.7, "tired": 0.9}  # others: ONSET_S
_ASYMMETRY = 0.05
_CONTENT = 0.3  # pleasure of a mood from which on she is plainly glad to see you
_GRIEF = 2.0  # how fast what is unpleasant takes that away
_LIFT, _LIFT_EYES = 0.78, 0.62  # what is felt by half shows by more than half, and around the eyes first
_SIDES = np.array([name.endswith("Left") - name.endswith("Right") for name in ARKIT], np.float32)
_GRAVE, _BRIGHT = ("sad", "caring", "worried", "fear"), ("joy", "amused")
_JAW, _SMILE = INDEX["jawOpen"], [INDEX["mouthSmileLeft"], INDEX["mouthSmileRight"]]
_BARES = np.array([INDEX[name] for name in ARKIT if name.startswith(("mouthUpperUp", "mouthLowerDown"))])
_FAINT_SMILE, _OPEN_SMILE = 0.48, 0.54  # up to the one it keeps the lips closed, from the other on they are open
_CHEEKS = np.array([INDEX["cheekSquintLeft"], INDEX["cheekSquintRight"]])
_CALM_CHEEKS, _FULL_CHEEKS = 0.27, 0.52  # of the smile: up to the one the eyes stay open, from the other on cheeks rise as wished
_SHUT_JAW, _OPEN_JAW = 0.17, 0.26  # of the jaw: no further than the one it stays closed, from the other on it is as wished
_AROUND_EYES = np.array([name.startswith(("brow", "eye")) for name in ARKIT])
_IDLE = (("eyeSquintLeft", "eyeSquintRight"), ("browInnerUp",))


class Expression:
    """`step` gives the weights of the felt face; the same array each time."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._grave, self._bright = (np.array([table().index(label) for label in group]) for group in (_GRAVE, _BRIGHT))
        self._spring = Spring(len(ARKIT))
        self._pain = np.maximum(-table().anchors[:, 0], 0)
        self._time_s = np.zeros(len(ARKIT), np.float32)
        self._target = np.zeros(len(ARKIT), np.float32)
        self._side = np.empty(len(ARKIT), np.float32)
        self._shown = np.zeros(len(ARKIT), np.float32)
        self._eyes = np.ascontiguousarray(table().faces * _AROUND_EYES)
        self._rest = np.ascontiguousarray(table().faces * ~_AROUND_EYES)
        self._t = 0.0
        self._phase = rng.random() * tau
        self._idle_next_s = 0.0
        self._idle = np.zeros(len(ARKIT), np.float32)

    def step(self, strengths: Mapping[str, float], mood: Sequence[float], dt: float) -> Weights:
        """`strengths`: label to 0..1; `mood`: pleasure, arousal, dominance. Unknown labels raise `ValueError`."""
        tables = table()
        self._t += dt
        felt = tables.vector(strengths)
        eyes, felt = felt**_LIFT_EYES, felt**_LIFT
        onset = _ONSET_OF_S.get(max(strengths, key=lambda k: strengths[k]), ONSET_S) if strengths else ONSET_S
        # who grieves with somebody does not go on beaming from a moment ago
        grave = float(felt[self._grave].max())
        if grave > 0:
            for part in (eyes, felt):
                part[self._bright] *= 1 - 0.85 * min(grave, 1.0)
        # what is felt covers what shows beneath it: at full strength nothing of it is left
        beneath = max(0.0, 1 - float(felt.sum()))
        glad = smooth(mood[0] / _CONTENT) * max(0.0, beneath - _GRIEF * float(felt @ self._pain))
        if mood[0] <= 0:
            nearest, trace = tables.nearest(mood), MOOD_SHARE * beneath
            eyes[nearest] += trace
            felt[nearest] += trace
        np.dot(felt, self._rest, out=self._target)
        self._target += eyes @ self._eyes
        np.multiply(tables.glad, np.float32(glad), out=self._side)
        np.maximum(self._target, self._side, out=self._target)
        sway = _ASYMMETRY * sin(tau * self._t / 7.3 + self._phase)
        np.multiply(_SIDES, np.float32(sway), out=self._side)
        self._side += 1
        self._target *= self._side
        self._ease_cheeks()
        self._part_lips()
        self._flicker()
        self._target += self._idle
        np.minimum(np.maximum(self._target, 0, out=self._target), 1, out=self._target)
        self._time_s.fill(OFFSET_S)
        np.copyto(self._time_s, onset, where=self._target > self._spring.value)
        np.maximum(self._spring.step(self._target, self._time_s, dt), 0, out=self._shown)
        return np.minimum(self._shown, 1, out=self._shown)

    def _smile(self) -> float:
        left, right = _SMILE
        return float(self._target[left] + self._target[right]) / 2

    def _ease_cheeks(self) -> None:
        """A faint smile leaves the eyes open: cheeks rise late and then fully."""
        smile = self._smile()
        late = 1 - smooth((smile - _CALM_CHEEKS) / (_FULL_CHEEKS - _CALM_CHEEKS))
        self._target[_CHEEKS] *= 1 - late * smooth(smile / _CALM_CHEEKS)

    def _part_lips(self) -> None:
        """Lips are closed or properly open: teeth in a slit look like a denture."""
        jaw, smile = float(self._target[_JAW]), self._smile()
        smiles = min(smile / 0.3, 1.0)
        # a faint smile keeps them closed, unless something else drops the jaw
        parted = max(smooth((smile - _FAINT_SMILE) / (_OPEN_SMILE - _FAINT_SMILE)), smooth((jaw - 0.2) / 0.08))
        parted *= smooth((jaw - 0.125) / 0.035)
        parted = smiles * parted + (1 - smiles) * smooth((jaw - _SHUT_JAW) / (_OPEN_JAW - _SHUT_JAW))
        self._target[_JAW] = jaw * parted
        self._target[_BARES] *= 1 - (1 - parted) * smiles

    def _flicker(self) -> None:
        """Idle noise: now and then a brow or a lid tenses by a little."""
        if self._t < self._idle_next_s:
            return
        self._idle_next_s = self._t + self._rng.uniform(0.4, 4.0)
        for group in _IDLE:
            value = self._rng.uniform(0, 0.06) if self._rng.random() < 0.5 else 0.0
            for name in group:
                self._idle[INDEX[name]] = value
