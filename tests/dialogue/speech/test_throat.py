"""The aligner reads a voice as if it came from a throat like those that its network has heard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from dialogue.speech.align.features import BANDS, REACH, Array
from dialogue.speech.align.network import PHONES, Network
from dialogue.speech.align.throat import Found, best_fit, quick_fit, warped

HOT = 12
Fit = Callable[..., Any]
both = pytest.mark.parametrize("fit", [best_fit, quick_fit])


def resonance(at: float, frames: int = 400) -> Array:
    """One resonance at band `at`."""
    return np.asarray(np.exp(-(((np.arange(BANDS) - at) / 2.0) ** 2)), np.float32)[None].repeat(frames, 0)


class Heard(Network):
    """Has heard one resonance, at band `HOT`: the nearer, the better the score of the first phone."""

    def __init__(self, mean: float = 0.0) -> None:
        super().__init__([], [], np.zeros(len(PHONES)), np.full((len(PHONES), BANDS), mean, np.float32) + resonance(HOT, 1))
        self.read: list[Array] = []

    def against_prior(self, x: Array) -> Array:
        middle = x.reshape(len(x), 2 * REACH + 1, BANDS)[:, REACH]
        self.read.append(middle)
        return np.asarray(-np.abs(middle - middle.mean(1, keepdims=True) - (resonance(HOT, 1) - resonance(HOT, 1).mean())).sum(1)[:, None])


def search(scores: Array) -> Found[int]:
    return Found(float(scores.sum()), np.zeros(len(scores), np.intp), len(scores))


@both
@pytest.mark.parametrize("by", [0.8, 0.87, 1.0, 1.13, 1.2])
def test_a_shorter_or_longer_throat_is_read_where_its_resonances_are_those_that_were_heard(by: float, fit: Fit) -> None:
    network = Heard()
    assert fit(resonance(HOT * by), network, search) == 400
    assert abs(int(network.read[-1].mean(0).argmax()) - HOT) <= 1


@both
def test_bands_that_lie_higher_on_the_whole_are_moved_to_where_the_phones_were_heard(fit: Fit) -> None:
    network = Heard(mean=2.0)
    fit(resonance(HOT), network, search)
    before, after = network.read[0].mean(), network.read[-1].mean()
    assert before < 1.0
    assert after - before == pytest.approx(2.0 * 400 / 500, rel=0.01)  # a hundred frames speak against a shift


@both
def test_what_finds_no_way_stays_without_one(fit: Fit) -> None:
    def nothing(scores: Array) -> Found[list[int]]:
        return Found(-np.inf, np.zeros(0, np.intp), [])

    assert fit(resonance(HOT), Heard(), nothing) == []


def test_a_reading_by_one_changes_nothing_and_one_beyond_the_highest_band_ends_there() -> None:
    frames = np.random.default_rng(1).normal(0, 1, (5, BANDS)).astype(np.float32)
    assert np.array_equal(warped(frames, 1.0), frames)
    assert np.allclose(warped(frames, 2.0)[:, BANDS // 2 :], frames[:, -1:])
