from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.speech.resample import resample


def tone(hz: float, seconds: float, rate_hz: int) -> np.ndarray:
    return np.sin(2 * np.pi * hz * np.arange(int(seconds * rate_hz)) / rate_hz).astype(np.float32)


@pytest.mark.parametrize(("rate_hz", "to_hz"), [(22050, 16000), (48000, 16000), (8000, 16000), (16000, 24000), (44100, 22050)])
def test_a_tone_stays_the_same_tone(rate_hz: int, to_hz: int) -> None:
    made, wanted = resample(tone(440, 1.0, rate_hz), rate_hz, to_hz), tone(440, 1.0, to_hz)
    assert len(made) == len(wanted)
    assert float(np.abs(made[200:-200] - wanted[200:-200]).max()) < 0.01


def test_what_the_new_rate_cannot_hold_is_gone_and_not_folded() -> None:
    assert float(np.abs(resample(tone(11000, 1.0, 48000), 48000, 16000)[500:-500]).max()) < 0.01


def test_blocks_join_without_a_seam() -> None:
    long = resample(tone(300, 45.0, 8000), 8000, 16000)
    assert float(np.abs(long[1000:-1000] - tone(300, 45.0, 16000)[1000:-1000]).max()) < 0.01


@given(st.integers(0, 3000), st.sampled_from([8000, 11025, 16000, 22050, 24000, 44100, 48000]), st.sampled_from([16000, 22050]))
def test_every_length_gives_its_length(count: int, rate_hz: int, to_hz: int) -> None:
    made = resample(np.ones(count, np.float32), rate_hz, to_hz)
    assert len(made) == round(count * to_hz / rate_hz)
    assert made.dtype == np.float32
