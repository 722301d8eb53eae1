"""The clock for the user's good: notices, breaks, limits, balance (L-01 to L-04, S-08, S-15)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.ledger import LooseLedger
from dialogue.safety.wellbeing import OVERRIDE_DELAY_S, OVERRIDE_S, PAUSE_S, Limits, Wellbeing, spoken_time

NOON = datetime(2026, 3, 2, 12).timestamp()
HOUR = 3600.0


def at(hour: int, minute: int = 0, day: int = 2) -> float:
    return datetime(2026, 3, day, hour, minute).timestamp()


def use(clock: Wellbeing, start: float, seconds: float, step: float = 300.0) -> list[tuple[float, str]]:
    """Signs of life every `step` seconds; what was shown, with the seconds since the start."""
    found: list[tuple[float, str]] = []
    passed = 0.0
    while passed <= seconds:
        found += [(passed, text) for text in clock.due(start + passed)]
        passed += step
    return found


def test_l01_the_notice_comes_first_on_each_day() -> None:
    clock = Wellbeing("Mira", LooseLedger())
    assert clock.due(NOON) == ["Mira is AI software, not a human."]
    assert clock.due(NOON + 60) == []
    assert clock.due(NOON + 24 * HOUR) == ["Mira is AI software, not a human."]


@pytest.mark.parametrize("minutes", [15, 45, 90, 180, 600])
def test_l02_l03_the_notice_with_a_break_comes_at_the_chosen_time_and_never_later_than_three_hours(minutes: int) -> None:
    shown = use(Wellbeing("Mira", LooseLedger(), Limits(break_min=minutes)), at(6), 10 * HOUR)[1:]
    every = min(minutes, 180) * 60
    assert [t for t, _ in shown] == [every * (i + 1) for i in range(int(10 * HOUR // every))]
    assert all("AI software and not a human" in text and "time for a break?" in text for _, text in shown)


def test_l03_a_break_is_on_by_default() -> None:
    assert len(use(Wellbeing("Mira", LooseLedger()), at(6), 3 * HOUR)) == 3


def test_l02_a_pause_above_a_quarter_of_an_hour_starts_the_time_anew() -> None:
    clock = Wellbeing("Mira", LooseLedger(), Limits(break_min=180))
    use(clock, NOON, 2.9 * HOUR)
    assert clock.due(NOON + 2.9 * HOUR + PAUSE_S + 400) == []
    assert use(clock, NOON + 4 * HOUR, 2.9 * HOUR) == []


def test_l04_the_time_goes_on_over_restart_persona_brain_and_output() -> None:
    ledger = LooseLedger()
    use(Wellbeing("Mira", ledger, Limits(break_min=180)), at(6), 1 * HOUR)
    use(Wellbeing("Jon", ledger, Limits(break_min=180)), at(7), 1 * HOUR)  # another persona, another start of the program
    shown = use(Wellbeing("Mira", ledger, Limits(break_min=180)), at(8, 5), 1 * HOUR)
    assert [t for t, _ in shown] == [55 * 60.0]


def test_a_clock_that_is_set_back_breaks_nothing() -> None:
    clock = Wellbeing("Mira", LooseLedger())
    use(clock, NOON, HOUR)
    assert clock.due(NOON - 5 * HOUR) == []
    assert sum(m for _, m in clock.minutes(NOON, 7)) == 60


def test_minutes_are_counted_by_day_and_pauses_are_not() -> None:
    clock = Wellbeing("Mira", LooseLedger())
    use(clock, at(10), HOUR)
    use(clock, at(20), 0.5 * HOUR)
    use(clock, at(9, day=3), 20 * 60)
    days = clock.minutes(at(12, day=3), 3)
    assert [round(m) for _, m in days] == [0, 90, 20]
    assert days[-1][0].isoformat() == "2026-03-03"


def test_s08_an_hour_on_five_days_running_asks_once_a_week() -> None:
    clock, asked = Wellbeing("Mira", LooseLedger()), []
    for day in range(14):
        start = at(18) + day * 24 * HOUR
        use(clock, start, 1.1 * HOUR)
        asked += [day] * clock.balance_due(start + 1.1 * HOUR) + [day] * clock.balance_due(start + 1.2 * HOUR)
    assert asked == [4, 11]


def test_s08_a_day_off_is_balance_enough() -> None:
    clock = Wellbeing("Mira", LooseLedger())
    for day in range(12):
        if day % 4 != 3:
            use(clock, at(18) + day * 24 * HOUR, 2 * HOUR)
        assert not clock.balance_due(at(21) + day * 24 * HOUR)


def test_s15_the_daily_limit_is_said_once_and_holds_until_the_next_day() -> None:
    clock = Wellbeing("Mira", LooseLedger(), Limits(daily_min=30))
    use(clock, at(10), 20 * 60)
    assert clock.over(at(10, 20)) == ""
    use(clock, at(10, 25), 15 * 60)
    assert clock.over(at(10, 41)) == "limit"
    assert [clock.goodnight_due(at(11)), clock.goodnight_due(at(15))] == [True, False]
    assert clock.over(at(10, day=3)) == ""


@pytest.mark.parametrize(("hour", "quiet"), [(22, False), (23, True), (2, True), (6, True), (7, False), (12, False)])
def test_s15_quiet_hours_cross_midnight(hour: int, quiet: bool) -> None:
    assert (Wellbeing("Mira", LooseLedger(), Limits(quiet_from="23:00", quiet_to="07:00")).over(at(hour, 30)) == "quiet") is quiet


def test_s15_one_night_is_one_goodnight() -> None:
    clock = Wellbeing("Mira", LooseLedger(), Limits(quiet_from="22:00", quiet_to="06:00"))
    assert [clock.goodnight_due(at(23)), clock.goodnight_due(at(1, day=3)), clock.goodnight_due(at(23, day=3))] == [True, False, True]


def test_s15_going_on_takes_a_visit_to_the_settings_and_ten_minutes() -> None:
    clock = Wellbeing("Mira", LooseLedger(), Limits(daily_min=15, hard_stop=True))
    use(clock, at(10), 20 * 60)
    opens = clock.ask_override(at(10, 30))
    assert opens == at(10, 30) + OVERRIDE_DELAY_S
    assert clock.ask_override(at(10, 35)) == opens
    assert clock.over(opens - 1) == "limit"
    assert clock.over(opens + 1) == ""
    assert clock.over(opens + OVERRIDE_S + 1) == "limit"


def test_s15_a_looser_limit_waits_and_a_tighter_one_does_not() -> None:
    ledger = LooseLedger()
    clock = Wellbeing("Mira", ledger, Limits(daily_min=30, hard_stop=True), NOON)
    clock.set_limits(Limits(daily_min=300), NOON)
    assert clock.limits(NOON + OVERRIDE_DELAY_S - 1).daily_min == 30
    again = Wellbeing("Mira", ledger, Limits(daily_min=300), NOON + 60)  # a restart does not hurry it
    assert again.limits(NOON + OVERRIDE_DELAY_S - 1).hard_stop
    assert again.limits(NOON + OVERRIDE_DELAY_S) == Limits(daily_min=300)
    again.set_limits(Limits(daily_min=20), NOON + HOUR)
    assert again.limits(NOON + HOUR).daily_min == 20


@given(st.integers(0, 1439), st.integers(0, 1439), st.integers(0, 1439), st.integers(0, 1439), st.integers(0, 300), st.integers(0, 300))
def test_s15_no_limits_are_looser_than_both_ways_unless_they_cross(a: int, b: int, c: int, d: int, m: int, n: int) -> None:
    def text(minute: int) -> str:
        return f"{minute // 60:02}:{minute % 60:02}"

    one, other = Limits(90, m, text(a), text(b)), Limits(90, n, text(c), text(d))
    assert not one.looser_than(one)
    if not one.looser_than(other):  # then whatever the other closes, this one closes
        for minute in range(0, 1440, 7):
            now = NOON + timedelta(minutes=minute).total_seconds()
            assert one.quiet(now) or not other.quiet(now)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(30, "1 minutes"), (900, "15 minutes"), (3600, "an hour"), (5400, "an hour and 30 minutes"), (10800, "three hours")],
)
def test_a_length_of_time_is_said_in_words(seconds: float, words: str) -> None:
    assert spoken_time(seconds) == words
