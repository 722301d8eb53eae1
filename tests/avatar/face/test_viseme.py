from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avatar.face.frame import ARKIT, INDEX, zeros
from avatar.face.viseme import VisemeTrack, style, viseme

FPS = 60
PHONES = ["P", "B", "M", "F", "V", "TH", "DH", "T", "D", "K", "G", "NG", "HH", "CH", "JH", "SH", "ZH", "S", "Z", "N", "L", "R", "ER",
          "Y", "AA", "AE", "AH", "AY", "AW", "AX", "EH", "EY", "IH", "IY", "AO", "OW", "OY", "UH", "UW", "W", "SIL"]  # fmt: skip


def spell(phones: list[str], length_s: float = 0.08) -> list[tuple[str, float, float]]:
    return [(p, i * length_s, (i + 1) * length_s) for i, p in enumerate(phones)]


def play(track: VisemeTrack, end_s: float) -> np.ndarray:
    out, frames = zeros(), []
    for i in range(int(end_s * FPS) + 1):
        track.at(i / FPS, out)
        frames.append(out.copy())
    return np.array(frames)


def aperture(w: np.ndarray) -> np.ndarray:
    seal = np.maximum(0, w[..., INDEX["jawOpen"]] - w[..., INDEX["mouthClose"]])
    return seal + (w[..., INDEX["mouthLowerDownLeft"]] + w[..., INDEX["mouthUpperUpRight"]]) / 4


@given(st.lists(st.sampled_from(PHONES), min_size=3, max_size=25), st.floats(0.045, 0.2), st.floats(0.5, 1.3))
@settings(max_examples=60, deadline=None)
def test_lips_close_in_every_bilabial_however_fast(names: list[str], length: float, gain: float) -> None:
    track = VisemeTrack(spell(names, length), jaw_gain=gain, lip_gain=gain)
    w = play(track, len(names) * length + 0.3)
    assert float(w.min()) >= 0
    assert float(w.max()) <= 1
    for name, start, end in spell(names, length):
        if name in "PBM":
            inside = aperture(w[int(np.ceil(start * FPS)) : int(end * FPS) + 1])
            assert float(inside.min()) < 0.02


def test_an_open_vowel_opens_and_silence_rests() -> None:
    track = VisemeTrack([("SIL", 0, 0.4), ("AA", 0.4, 0.6), ("SIL", 0.6, 1.2)])
    w = play(track, 1.2)
    jaw = w[:, INDEX["jawOpen"]]
    assert jaw[30] > 0.4
    assert jaw[2] < 0.02
    assert jaw[-5] < 0.02


def test_labiodentals_bite_and_sibilants_hold_the_jaw() -> None:
    bite = play(VisemeTrack(spell(["AA", "F", "AA"], 0.12)), 0.5)[10]
    assert bite[INDEX["mouthRollLower"]] > 0.25
    assert bite[INDEX["jawOpen"]] < 0.2
    hiss = play(VisemeTrack(spell(["AA", "S", "S", "AA"], 0.12)), 0.5)[14]
    assert hiss[INDEX["jawOpen"]] < 0.16


def test_tongue_consonants_leave_the_lips_to_the_vowel() -> None:
    with_l, without = (play(VisemeTrack(spell(["UW", c, "UW"], 0.1)), 0.4)[9] for c in ("L", "UW"))
    assert with_l[INDEX["mouthPucker"]] == pytest.approx(without[INDEX["mouthPucker"]], abs=0.15)


def test_left_and_right_move_alike() -> None:
    w = play(VisemeTrack(spell(PHONES, 0.1)), 4.2)
    for name in ARKIT:
        if name.endswith("Left"):
            np.testing.assert_array_equal(w[:, INDEX[name]], w[:, INDEX[name[:-4] + "Right"]])


def test_the_phone_of_a_moment_is_told() -> None:
    track = VisemeTrack([("SIL", 0, 0.1), ("P", 0.1, 0.2), ("AA", 0.2, 0.3)])
    assert [track.phone_at(t) for t in (-1, 0.05, 0.15, 0.25, 0.31)] == [None, None, "P", "AA", None]
    assert (viseme("P"), viseme("AA"), viseme(None), viseme("??")) == ("PP", "aa", "sil", "sil")


def test_no_phones_at_all_is_a_resting_mouth() -> None:
    out = zeros()
    assert VisemeTrack([]).at(0.1, out) == (0.0, 0.0)
    assert not out.any()


def test_a_feeling_has_a_style_of_speech() -> None:
    assert style("sad")[0] < style("neutral")[0] < style("surprised")[0]
    assert style("no such feeling") == (1.0, 1.0)


def test_the_tongue_goes_up_for_l_and_between_the_teeth_for_th() -> None:
    def tip(phone: str) -> tuple[float, float]:
        out = np.zeros(2, np.float32)
        VisemeTrack(spell(["AA", phone, "AA"], 0.12)).tongue_at(0.17, out)
        return float(out[0]), float(out[1])

    for phone in ("L", "N", "T", "D"):
        up, between = tip(phone)
        assert up > 0.8 > 0.1 > between
    assert tip("TH")[1] > 0.8
    assert tip("AA") == tip("M") == (0.0, 0.0)
    out = np.ones(2, np.float32)
    VisemeTrack([]).tongue_at(0.1, out)
    assert not out.any()
