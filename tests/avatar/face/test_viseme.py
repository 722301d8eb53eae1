from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avatar.face.frame import ARKIT, INDEX, zeros
from avatar.face.viseme import Style, VisemeTrack, loud_style, style, viseme

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
    track = VisemeTrack(spell(names, length), style=Style(gain, gain))
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


def said(track_s: float, db: float) -> tuple[float, np.ndarray]:
    return 0.02, np.full(int(track_s / 0.02), db)


def test_who_raises_the_voice_opens_wider_and_who_whispers_hardly() -> None:
    phones = spell(["HH", "AA", "L", "AA", "D", "AE", "SIL"], 0.12)
    jaw = {db: play(VisemeTrack(phones, loudness=said(0.84, db)), 0.8)[:, INDEX["jawOpen"]].max() for db in (-14.0, -6.0, 0.0, 6.0)}
    plain = play(VisemeTrack(phones), 0.8)[:, INDEX["jawOpen"]].max()
    assert jaw[0.0] == pytest.approx(plain, rel=0.01)
    assert jaw[6.0] / plain == pytest.approx(1.20, abs=0.03)
    assert jaw[-14.0] / plain == pytest.approx(0.50, abs=0.03)
    assert jaw[-14.0] < jaw[-6.0] < jaw[0.0]
    stretch, funnel = (
        {db: play(VisemeTrack(spell(row, 0.15), loudness=said(0.45, db)), 0.4)[:, INDEX[name]].max() for db in (-14.0, 0.0, 6.0)}
        for row, name in ((["K", "IY", "K"], "mouthStretchLeft"), (["K", "AO", "K"], "mouthFunnel"))
    )
    assert stretch[6.0] > 1.2 * stretch[0.0]
    assert stretch[-14.0] < stretch[0.0]
    assert funnel[-14.0] > 1.05 * funnel[0.0], "who whispers shapes with the lips"


def test_the_loud_vowel_of_a_sentence_is_the_open_one() -> None:
    phones = spell(["D", "AA", "D", "AA", "D", "AA", "D"], 0.15)
    db = np.concatenate([np.full(15, -3.0), np.full(15, 4.0), np.full(30, -3.0)])
    plain = play(VisemeTrack(phones), 1.0)[:, INDEX["jawOpen"]]
    jaw = play(VisemeTrack(phones, loudness=(0.02, db)), 1.0)[:, INDEX["jawOpen"]]
    middle = [int(a * FPS) for a in (0.225, 0.525, 0.825)]
    ratios = [float(jaw[k] / plain[k]) for k in middle]
    assert ratios[1] > 1.25 * ratios[0]
    assert ratios[1] > 1.25 * ratios[2]
    half = play(VisemeTrack(phones, loudness=(0.02, db[:20])), 1.0)[:, INDEX["jawOpen"]]
    assert half[int(0.8 * FPS)] == pytest.approx(plain[int(0.8 * FPS)], rel=0.1), "what is not heard yet is said as ever"


@given(st.lists(st.sampled_from(PHONES), min_size=3, max_size=20), st.floats(0.05, 0.2), st.floats(-40, 12), st.integers(0, 2**31))
@settings(max_examples=60, deadline=None)
def test_no_loudness_breaks_a_rule(names: list[str], length: float, level: float, seed: int) -> None:
    phones = spell(names, length)
    db = level + np.random.default_rng(seed).normal(0, 6, int(len(names) * length / 0.02) + 1)
    track = VisemeTrack(phones, style=Style(1.2, 1.25), loudness=(0.02, db))
    w = play(track, len(names) * length + 0.3)
    assert float(w.min()) >= 0
    assert float(w.max()) <= 1
    for name, start, end in phones:
        inside = w[int(np.ceil(start * FPS)) : int(end * FPS) + 1]
        if name in "PBM":
            assert float(aperture(inside).min()) < 0.02
        if name in "FV" and length > 0.09:
            assert float(inside[:, INDEX["mouthRollLower"]].max()) > 0.25
        if name in {"S", "Z", "SH"} and length > 0.09:
            assert float(inside[:, INDEX["jawOpen"]].min()) < 0.2


def test_silence_has_no_style() -> None:
    assert loud_style(None) == loud_style((0.02, np.full(20, -90.0))) == loud_style((0.02, np.zeros(0))) == (1.0, 1.0, 1.0)


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


def test_a_feeling_has_a_style_of_speech_as_far_as_it_is_felt() -> None:
    assert style({"sad": 0.8}).jaw < style({}).jaw < style({"surprised": 0.8}).jaw
    assert style({"sad": 0.8}).jaw < style({"sad": 0.2}).jaw < 1
    assert style({"no such feeling": 1.0}) == style({"neutral": 1.0}) == Style()
    assert style({"joy": 2.0}) == style({"joy": 1.0}), "more than all of it is shared out"


def test_who_is_angry_presses_the_lips_together_between_words() -> None:
    phones = [("AA", 0.0, 0.3), ("SIL", 0.3, 0.6), ("AA", 0.6, 0.9)]
    between = {}
    for strength in (0.0, 0.5, 1.0):
        out = zeros()
        VisemeTrack(phones, style=style({"angry": strength})).at(0.47, out)
        between[strength] = float(out[INDEX["mouthPressLeft"]])
    assert between[0.0] < 0.02
    assert between[0.0] + 0.05 < between[0.5] < between[1.0] - 0.05


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
