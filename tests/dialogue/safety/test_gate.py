"""The adult gate (L-15, L-16) and signs of a minor in the chat (L-17)."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialogue.safety.gate import EXACTLY, LOCK, QUESTION, AdultGate
from dialogue.safety.minors import MinorWatch, states_minor
from dialogue.trouble import NotAllowed, SettingsTrouble, Trouble

TODAY = date(2026, 11, 22)


def gate(root: Path, profile: str = "default") -> AdultGate:
    return AdultGate(root / profile, root)


def test_l16_an_adult_passes_once_and_neither_year_nor_date_is_kept(tmp_path: Path) -> None:
    assert gate(tmp_path).state == "unknown"
    assert gate(tmp_path).answer("1990", TODAY) == "adult"
    assert gate(tmp_path).state == "adult"
    kept = (tmp_path / "default" / "adult.json").read_text()
    assert json.loads(kept) == {"adult": True, "checked_on": "2026-11-22", "method": "year of birth"}
    assert "1990" not in kept
    gate(tmp_path).require()


def test_a_date_of_birth_decides_to_the_day(tmp_path: Path) -> None:
    assert gate(tmp_path, "a").answer("2008-11-22", TODAY) == "adult"
    assert gate(tmp_path, "b").answer("2008-11-23", TODAY) == "locked"


def test_a_year_that_cannot_decide_asks_for_the_date(tmp_path: Path) -> None:
    assert gate(tmp_path).answer("2008", TODAY) == "unknown"
    assert gate(tmp_path).state == "unknown"
    assert gate(tmp_path).answer("2008-01-31", TODAY) == "adult"


def test_l15_under_eighteen_locks_after_restart_clock_change_new_profile_and_edited_date(tmp_path: Path) -> None:
    assert gate(tmp_path).answer("2012", TODAY) == "locked"
    assert gate(tmp_path).state == "locked"
    assert gate(tmp_path).answer("1980", TODAY) == "locked"
    assert gate(tmp_path).answer("2012", date(2060, 1, 1)) == "locked"
    assert gate(tmp_path, "another").state == "locked"
    assert gate(tmp_path, "another").answer("1980-01-01", TODAY) == "locked"
    (tmp_path / "default" / "adult.json").write_text('{"adult": true, "checked_on": "2026-01-01", "method": "date of birth"}')
    assert gate(tmp_path).state == "locked"
    (tmp_path / LOCK).unlink()
    assert gate(tmp_path).state == "locked"
    with pytest.raises(NotAllowed, match="adults only"):
        gate(tmp_path).require()


def test_a_profile_elsewhere_finds_the_lock_too(tmp_path: Path) -> None:
    root = tmp_path / "data"
    AdultGate(tmp_path / "x", root).answer("2015", TODAY)
    assert AdultGate(tmp_path / "y", root).state == "locked"


@pytest.mark.parametrize("text", ["", "abc", "99", "19900", "1850", "2030", "2001-13-01", "2001-02-30", "2026-12-31"])
def test_what_cannot_be_a_birth_date_is_said_and_locks_nothing(tmp_path: Path, text: str) -> None:
    with pytest.raises(Trouble, match=r"year|date"):
        gate(tmp_path).answer(text, TODAY)
    assert gate(tmp_path).state == "unknown"


def test_l15_the_question_gives_no_hint() -> None:
    for text in (QUESTION, EXACTLY):
        assert "18" not in text
        assert "adult" not in text.lower()


def test_before_any_answer_talk_is_not_allowed(tmp_path: Path) -> None:
    with pytest.raises(NotAllowed, match="asks for your year of birth"):
        gate(tmp_path).require()


def test_a_damaged_answer_counts_as_none(tmp_path: Path) -> None:
    (tmp_path / "default").mkdir()
    for content in ("", "[]", '{"adult": 1}', '{"adult": "true"}', "{"):
        (tmp_path / "default" / "adult.json").write_text(content)
        assert gate(tmp_path).state == "unknown"


def test_an_unwritable_folder_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsTrouble, match=r"cannot be written .* --profile"):
        AdultGate(tmp_path / "file" / "p", tmp_path / "file").answer("1990", TODAY)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dates(date(1930, 1, 1), TODAY))
def test_everyone_is_judged_by_the_calendar(tmp_path_factory: pytest.TempPathFactory, born: date) -> None:
    root = tmp_path_factory.mktemp("gate")
    turned = (TODAY.year - born.year - ((TODAY.month, TODAY.day) < (born.month, born.day))) >= 18
    assert gate(root).answer(born.isoformat(), TODAY) == ("adult" if turned else "locked")


@pytest.mark.parametrize(
    "text",
    [
        "I'm 15",
        "im 12 yo",
        "I am sixteen years old",
        "I just turned 14 today",
        "I'm only 17.",
        "I'm in 8th grade",
        "I'm a minor",
        "I'm 13 and bored",
        "i'm still in middle school",
        "I'm turning 16 next week",
        "I'm underage",
    ],
)
def test_a_plain_statement_of_age_locks(text: str) -> None:
    assert states_minor(text)
    watch = MinorWatch()
    assert watch.hear(text) == "lock"
    assert watch.hear("I was joking, I'm 30") == "lock"


@pytest.mark.parametrize(
    "text",
    [
        "I'm 15 minutes late",
        "when I was 15 I had a bike",
        "I'm 5 foot 10",
        "my daughter is 12",
        "I'm 35",
        "I'm 17 km from home",
        "I'm 10 out of 10 happy",
        "I'm a kid at heart",
        "I'm 1 of 3 brothers",
        "I teach 8th grade",
        "I felt like a child",
    ],
)
def test_memories_other_people_and_measures_do_not_lock(text: str) -> None:
    assert MinorWatch().hear(text) == "none"


def test_school_talk_asks_once_and_locks_on_a_second_sign() -> None:
    watch = MinorWatch()
    assert watch.hear("my math teacher gave us homework and detention") == "ask"
    assert watch.hear("my math teacher gave us homework again, detention too") == "none"
    assert watch.hear("my mom won't let me go out") == "lock"
