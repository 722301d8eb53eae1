"""What a recorded conversation shows: facts from timeline.jsonl, as the contracts define them."""

from __future__ import annotations

import json
import subprocess
import sys
import wave
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from avatar.face.frame import ARKIT
from tests.world.conftest import Recording

Row = dict[str, Any]


def aperture(row: Row) -> float:
    w = row["weights"]
    return max(0.0, w["jawOpen"] - w["mouthClose"]) + (w["mouthLowerDownLeft"] + w["mouthUpperUpLeft"]) / 4


def smile(row: Row) -> float:
    return (row["weights"]["mouthSmileLeft"] + row["weights"]["mouthSmileRight"]) / 2


def test_it_lasts_half_a_minute_to_a_minute_and_says_what_it_made(recording: Recording) -> None:
    assert 30 <= recording.result["seconds"] <= 60
    assert recording.result["files"] == ["talk.wav", "timeline.jsonl"]
    assert recording.result["sentences"] >= 8
    steps = [b["t"] - a["t"] for a, b in pairwise(recording.rows)]
    assert max(steps) < 1 / 59


def test_every_line_has_all_that_the_contract_names(recording: Recording) -> None:
    for row in recording.rows[::97]:
        assert set(row) == {"t", "turn", "weights", "eyes_deg", "head_deg", "phone", "viseme", "feeling", "mood", "sound", "sound_s"}
        assert tuple(row["weights"]) == ARKIT
        assert all(0 <= w <= 1 for w in row["weights"].values())
        assert len(row["mood"]) == 3


def test_lips_are_closed_in_every_p_b_and_m(recording: Recording) -> None:
    limit = max(aperture(r) for r in recording.rows) / 10
    runs: list[list[Row]] = []
    for row in recording.rows:
        same = runs and runs[-1][-1]["phone"] == row["phone"] and row["t"] - runs[-1][-1]["t"] < 0.02
        if row["phone"] in ("P", "B", "M"):
            if same:
                runs[-1].append(row)
            else:
                runs.append([row])
    assert len(runs) >= 12
    assert [r[0]["t"] for r in runs if min(map(aperture, r)) > limit] == []


def test_nothing_leaps_but_blinks_and_closures(recording: Recording) -> None:
    free = ("eyeBlinkLeft", "eyeBlinkRight", "mouthClose")
    for a, b in pairwise(recording.rows):
        for name in ARKIT:
            if name not in free:
                assert abs(a["weights"][name] - b["weights"][name]) <= 0.25, (name, b["t"])


def test_a_happy_turn_raises_the_smile_and_a_sad_one_lowers_it(recording: Recording) -> None:
    def height(turn: int) -> float:
        quiet = [smile(r) for r in recording.rows if r["turn"] == turn and not r["sound"]]
        return float(np.percentile(quiet, 80))

    first, happy, sad = height(2), height(3), height(4)
    assert happy > first + 0.08
    assert sad < happy - 0.15
    strongest = {t: max((r for r in recording.rows if r["turn"] == t), key=lambda r: max(r["feeling"].values(), default=0)) for t in (3, 4)}
    assert max(strongest[3]["feeling"], key=lambda k: strongest[3]["feeling"][k]) in ("joy", "amused")
    assert max(strongest[4]["feeling"], key=lambda k: strongest[4]["feeling"][k]) in ("caring", "sad", "worried")
    brows = [r["weights"]["browInnerUp"] for r in recording.rows if r["turn"] == 4]
    assert max(brows) > 0.25


def test_she_looks_at_the_viewer_most_of_the_time_and_blinks(recording: Recording) -> None:
    near = [abs(r["eyes_deg"][0]) < 8 and abs(r["eyes_deg"][1]) < 8 for r in recording.rows]
    assert np.mean(near) > 0.7
    blinks = sum(
        a["weights"]["eyeBlinkLeft"] < 0.9 <= b["weights"]["eyeBlinkLeft"] for a, b in pairwise(recording.rows)
    )  # fmt: skip
    assert blinks >= 5


def test_the_sound_is_there_unclipped_and_where_the_timeline_says(recording: Recording) -> None:
    with wave.open(str(recording.folder / "talk.wav")) as file:
        rate = file.getframerate()
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768
    assert abs(len(samples) / rate - recording.result["seconds"]) < 0.05
    assert 0.2 < float(np.abs(samples).max()) < 0.99
    spoken = np.array([r["sound"] for r in recording.rows])
    levels = np.array([
        np.sqrt(np.mean(samples[int(r["t"] * rate) - 367 : int(r["t"] * rate)] ** 2) + 1e-12) for r in recording.rows[5:]
    ])  # fmt: skip
    assert float(levels[~spoken[5:]].max()) < 0.01
    assert float(np.median(levels[spoken[5:]])) > 0.01


def test_the_same_seed_gives_the_same_take(recording: Recording, profile: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "world", "record", "--no-video", "--out", str(tmp_path), "--profile", str(profile)]
    subprocess.run(command, capture_output=True, check=True)
    assert (tmp_path / "timeline.jsonl").read_bytes() == (recording.folder / "timeline.jsonl").read_bytes()
    assert (tmp_path / "talk.wav").read_bytes() == (recording.folder / "talk.wav").read_bytes()


def test_nothing_that_was_said_is_left_on_disk(recording: Recording, profile: Path) -> None:
    words = [b"got the job", b"dog is sick"]
    for path in [*profile.rglob("*"), *recording.folder.rglob("*")]:
        if path.is_file():
            content = path.read_bytes()
            assert not any(w in content for w in words), path
    assert json.loads((recording.folder / "timeline.jsonl").read_text().splitlines()[0])["turn"] >= 0
