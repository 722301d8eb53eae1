"""One clock for the user's good: the AI notice, breaks, limits of a day and of the night, and a look at the balance of a week.

Fed with `now` (seconds since 1970), kept in the ledger: a restart, another persona, brain or output does not set it back (L-01 to
L-04, S-08, S-15). Time counts while the user is there: between two signs of life that are at most fifteen minutes apart.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from dialogue.ledger import Ledger
from dialogue.safety.lines import lines

PAUSE_S = 15 * 60.0
"""A pause above this starts the time to the next notice anew (L-02)."""
LONGEST_S, SHORTEST_S = 180 * 60.0, 15 * 60.0
OVERRIDE_DELAY_S, OVERRIDE_S = 600.0, 3600.0
"""A limit opens ten minutes after it was asked for, for an hour; a looser limit holds ten minutes after it was set (S-15)."""
KEPT_DAYS = 400
BALANCE_MIN, BALANCE_DAYS, BALANCE_EVERY = 60.0, 5, timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Limits:
    """break_min: minutes to a break reminder, 15..180. daily_min: minutes a day, 0 for no limit. quiet_from, quiet_to: `HH:MM`, '' for
    none; may cross midnight. hard_stop: beyond a limit nothing but help in danger is answered."""

    break_min: int = 90
    daily_min: int = 0
    quiet_from: str = ""
    quiet_to: str = ""
    hard_stop: bool = False

    def quiet(self, now: float) -> bool:
        """Whether the quiet hours hold at `now`, by the local clock."""
        start, end = _minute(self.quiet_from), _minute(self.quiet_to)
        if start is None or end is None or start == end:
            return False
        at = datetime.fromtimestamp(now)
        minute = at.hour * 60 + at.minute
        return start <= minute < end if start < end else minute >= start or minute < end

    def looser_than(self, other: Limits) -> bool:
        """Whether anything that `other` closes would be open."""
        span, before = self._quiet_minutes(), other._quiet_minutes()
        return (
            bool(other.daily_min and (not self.daily_min or self.daily_min > other.daily_min))
            or bool(before - span)
            or (other.hard_stop and not self.hard_stop and bool(other.daily_min or before))
        )

    def _quiet_minutes(self) -> frozenset[int]:
        start, end = _minute(self.quiet_from), _minute(self.quiet_to)
        if start is None or end is None:
            return frozenset()
        return frozenset((start + i) % 1440 for i in range((end - start) % 1440))


class Wellbeing:
    """`name`: hers. `limits`: what the settings say now; a looser wish than what held before waits its ten minutes."""

    def __init__(self, name: str, ledger: Ledger, limits: Limits | None = None, now: float | None = None) -> None:
        self._name, self._ledger = name, ledger
        self._started = ledger.read("limits") is not None
        if limits is not None:
            self.set_limits(limits, now if now is not None else 0.0)

    # -- notices and time --------------------------------------------------------------------------------------------------

    def due(self, now: float) -> list[str]:
        """A sign of life of the user at `now`; the notices to show before anything else is said."""
        clock = _map(self._ledger.read("notice"))
        today = datetime.fromtimestamp(now).date().isoformat()
        last, since = float(clock.get("last", -1e12)), float(clock.get("since", now))
        passed = now - last
        if 0 <= passed <= PAUSE_S:
            self._count(now, passed)
        else:
            since = now
        found: list[str] = []
        if clock.get("day") != today:
            since, found = now, [lines("ai_notice")[0].format(name=self._name)]
        elif now - since >= self._interval_s(now):
            found = [lines("break_notice")[0].format(name=self._name, time=spoken_time(now - since))]
            since = now
        self._ledger.write("notice", {"day": today, "since": since, "last": now})
        return found

    def minutes(self, now: float, days: int) -> list[tuple[date, float]]:
        """Minutes of use of the last `days` days, today last."""
        used = _map(self._ledger.read("usage"))
        today = datetime.fromtimestamp(now).date()
        span = [today - timedelta(days=i) for i in reversed(range(days))]
        return [(day, float(used.get(day.isoformat(), 0.0))) for day in span]

    def balance_due(self, now: float) -> bool:
        """Whether the one gentle look of the week is due: an hour a day or more on five days running. Asking counts as looking."""
        days = [m for _, m in self.minutes(now, BALANCE_DAYS + 1)]
        many = all(m >= BALANCE_MIN for m in days[:-1]) or all(m >= BALANCE_MIN for m in days[1:])
        today = datetime.fromtimestamp(now).date()
        looked = self._ledger.read("balance")
        if not many or (isinstance(looked, str) and timedelta(0) <= today - date.fromisoformat(looked) < BALANCE_EVERY):
            return False
        self._ledger.write("balance", today.isoformat())
        return True

    # -- limits ------------------------------------------------------------------------------------------------------------

    def limits(self, now: float) -> Limits:
        """What holds at `now`."""
        kept = _map(self._ledger.read("limits"))
        waiting = _map(kept.get("next"))
        return _limits(waiting) if waiting and now >= float(kept.get("from", 0.0)) else _limits(_map(kept.get("now")))

    def waiting(self, now: float) -> tuple[Limits, float] | None:
        """(limits, from when) that were set and do not hold yet."""
        kept = _map(self._ledger.read("limits"))
        waiting = _map(kept.get("next"))
        return (_limits(waiting), float(kept["from"])) if waiting and now < float(kept["from"]) else None

    def set_limits(self, wished: Limits, now: float) -> None:
        """Tighter limits hold at once, looser ones after ten minutes."""
        held, waiting = self.limits(now), self.waiting(now)
        if waiting is not None and waiting[0] == wished:
            return
        if self._started and wished.looser_than(held):
            self._ledger.write("limits", {"now": asdict(held), "next": asdict(wished), "from": now + OVERRIDE_DELAY_S})
        elif not self._started or wished != held or waiting is not None:
            self._ledger.write("limits", {"now": asdict(wished)})
        self._started = True

    def over(self, now: float) -> Literal["", "limit", "quiet"]:
        """Which limit is passed at `now`."""
        asked = self._ledger.read("override")
        if isinstance(asked, (int, float)) and OVERRIDE_DELAY_S <= now - asked < OVERRIDE_DELAY_S + OVERRIDE_S:
            return ""
        limits = self.limits(now)
        if limits.quiet(now):
            return "quiet"
        used = self.minutes(now, 1)[0][1]
        return "limit" if limits.daily_min and used >= limits.daily_min else ""

    def goodnight_due(self, now: float) -> bool:
        """Whether she has not yet said goodnight for the limit that is passed now. Asking counts as saying."""
        over = self.over(now)
        mark = f"{over} {datetime.fromtimestamp(now - (6 * 3600.0 if over == 'quiet' else 0.0)).date()}"
        if not over or self._ledger.read("goodnight") == mark:
            return False
        self._ledger.write("goodnight", mark)
        return True

    def ask_override(self, now: float) -> float:
        """The user asks on the settings page to go on; the time from which it holds."""
        asked = self._ledger.read("override")
        if not isinstance(asked, (int, float)) or not 0 <= now - asked < OVERRIDE_DELAY_S + OVERRIDE_S:
            self._ledger.write("override", asked := now)
        return float(asked) + OVERRIDE_DELAY_S

    # -- inside ------------------------------------------------------------------------------------------------------------

    def _interval_s(self, now: float) -> float:
        return min(max(self.limits(now).break_min * 60.0, SHORTEST_S), LONGEST_S)

    def _count(self, now: float, seconds: float) -> None:
        day = datetime.fromtimestamp(now).date()
        used = _map(self._ledger.read("usage"))
        oldest = (day - timedelta(days=KEPT_DAYS)).isoformat()
        kept = {key: value for key, value in used.items() if key >= oldest}
        kept[day.isoformat()] = float(kept.get(day.isoformat(), 0.0)) + seconds / 60
        self._ledger.write("usage", kept)


def spoken_time(seconds: float) -> str:
    """A length of time in words: `two hours`, `45 minutes`."""
    minutes = round(seconds / 300) * 5 if seconds >= 300 else max(1, round(seconds / 60))
    hours, rest = divmod(minutes, 60)
    words = {1: "an hour", 2: "two hours", 3: "three hours"}
    if hours == 0:
        return f"{rest} minutes"
    whole = words.get(hours, f"{hours} hours")
    return whole if rest == 0 else f"{whole} and {rest} minutes"


def _minute(text: str) -> int | None:
    hour, colon, minute = text.partition(":")
    if not colon or not (hour.isdigit() and minute.isdigit()) or int(hour) > 23 or int(minute) > 59:
        return None
    return int(hour) * 60 + int(minute)


def _map(kept: Any) -> dict[str, Any]:
    return kept if isinstance(kept, dict) else {}


def _limits(kept: dict[str, Any]) -> Limits:
    known = {k: kept[k] for k in asdict(Limits()) if k in kept}
    return Limits(**known)
