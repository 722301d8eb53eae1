"""`visavis doctor --privacy`, and help lines that grow old (P-01 to P-06, L-09)."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from dialogue.data import asset_json
from world.__main__ import main as visavis
from world.commands.doctor import old_lines
from world.settings import Settings, save


def rows(profile: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, dict[str, str]]:
    assert visavis(["doctor", "--privacy", "--json", "--profile", str(profile)]) == 0
    return {row["what"]: row for row in json.loads(capsys.readouterr().out)}


def test_p01_it_names_what_may_connect_from_the_settings_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = rows(tmp_path, capsys)
    connects = {what: row["where"] for what, row in found.items() if what.startswith("connects: ")}
    assert {connects[f"connects: {part}"] for part in ("mind", "voice", "ear", "anything else")} == {"nowhere"}
    assert list(tmp_path.iterdir()) == []
    settings = Settings()
    settings.brain.kind, settings.brain.base_url = "endpoint", "http://127.0.0.1:9/v1"
    save(settings, tmp_path)
    found = rows(tmp_path, capsys)
    assert found["connects: mind"]["where"] == "http://127.0.0.1:9/v1"
    assert "no other" in found["connects: mind"]["how"]
    assert found["connects: voice"]["where"] == "nowhere"


def test_p03_p05_it_says_where_things_lie_how_they_are_protected_and_that_nothing_trains(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = rows(tmp_path, capsys)
    assert {"settings", "that you are an adult", "talk, facts, moods", "consent, limits, counters", "logs"} <= set(found)
    assert all(row["how"] for row in found.values())
    assert str(tmp_path) in found["settings"]["where"]
    assert "never the date of birth" in found["that you are an adult"]["how"]
    assert "nothing for training" in found["connects: anything else"]["how"]


def test_l09_help_lines_that_nobody_looked_at_for_a_year_are_named() -> None:
    countries = asset_json("safety/crisis.json")["countries"]
    assert old_lines(date(2026, 12, 1)) == []
    assert set(old_lines(date(2028, 1, 1))) == set(countries)
