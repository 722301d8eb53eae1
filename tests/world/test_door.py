"""The adult gate as the window sees it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from world.door import Door
from world.settings import Settings
from world.talk import Talk
from world.ui.controls import View

TODAY = date(2026, 11, 23)


def door(folder: Path) -> tuple[Door, View]:
    view = View(Talk(), Settings(), "Mira", {}, admitted=True)
    return Door(folder / "profile", folder, view), view


def test_nobody_is_let_in_before_the_question_is_answered_and_an_adult_is_asked_once(tmp_path: Path) -> None:
    asked, view = door(tmp_path)
    assert not view.admitted
    assert asked.answer("what?", TODAY)
    assert asked.answer("2008", TODAY), "the year alone does not tell"
    assert not view.admitted
    assert asked.answer("1990", TODAY) is None
    assert view.admitted
    assert door(tmp_path)[1].admitted


def test_who_turns_out_to_be_a_minor_is_locked_out_from_the_next_frame_on(tmp_path: Path) -> None:
    asked, view = door(tmp_path)
    asked.answer("1990", TODAY)
    asked.lock()
    asked.step()
    assert not view.admitted
    assert view.locked
    assert asked.answer("1980", TODAY) is None, "the page says that it is locked"
    assert not door(tmp_path)[1].admitted
