"""Days that were meant: "on Friday", "in two weeks", "tomorrow", resolved against the day on which they were said, and said again
as they look from another day. Days are counted in the user's own time zone."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
)  # fmt: skip


def day_of(now: float) -> date:
    """The user's day at a time in seconds since 1970."""
    return datetime.fromtimestamp(now).date()


def resolve(text: str, today: date) -> date | None:
    """The day that the first time word of a text means, None where there is none. A week or a month means its last day but one, for
    what happens in it is over then."""
    said = text.lower()
    if re.search(r"\b(?:today|tonight|this (?:morning|afternoon|evening))\b", said):
        return today
    if "tomorrow" in said:
        return today + timedelta(days=2 if "day after tomorrow" in said else 1)
    named = re.search(rf"\b(next |this |coming )?({'|'.join(WEEKDAYS)})\b", said)
    if named:
        ahead = (WEEKDAYS.index(named[2]) - today.weekday()) % 7
        if (named[1] or "").strip() == "next" and ahead <= 6 - today.weekday():
            ahead += 7  # `next Friday` said on a Monday is not the Friday of this week
        return today + timedelta(days=ahead or 7)
    span = re.search(r"\bin (a|an|one|two|three|four|five|six|\d{1,3}) (day|week|month)s?\b", said)
    if span:
        count = _NUMBERS.get(span[1]) or int(span[1])
        return today + timedelta(days=count * {"day": 1, "week": 7, "month": 30}[span[2]])
    month = re.search(
        rf"\b(?:(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? ({'|'.join(MONTHS)})|({'|'.join(MONTHS)}) (?:the )?(\d{{1,2}})(?:st|nd|rd|th)?)\b", said
    )
    if month:
        return _coming(int(month[1] or month[4]), MONTHS.index(month[2] or month[3]) + 1, today)
    if "weekend" in said:
        return today + timedelta(days=(6 - today.weekday()) % 7 or 7) + timedelta(days=7 if "next weekend" in said else 0)
    if "next week" in said:
        return today + timedelta(days=11 - today.weekday())
    if "this week" in said:
        return today + timedelta(days=max(0, 5 - today.weekday()))
    if "next month" in said:
        return today + timedelta(days=35)
    return None


def _coming(day: int, month: int, today: date) -> date | None:
    for year in (today.year, today.year + 1):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found >= today:
            return found
    return None


def spoken(day: date, today: date) -> str:
    """How a day is said on another: "today", "tomorrow", "on Friday", "last Friday", "on 14 March"."""
    ahead = (day - today).days
    if -1 <= ahead <= 1:
        return ("yesterday", "today", "tomorrow")[ahead + 1]
    name = WEEKDAYS[day.weekday()].capitalize()
    if 2 <= ahead <= 6:
        return f"on {name}"
    if -6 <= ahead <= -2:
        return f"last {name}"
    return f"on {day.day} {MONTHS[day.month - 1].capitalize()}" + (f" {day.year}" if day.year != today.year else "")


def when(then: float, now: float) -> str:
    """When something was said: "just now", "earlier today", "yesterday", "last Friday, on 20 November", "on 3 May 2025"."""
    if now - then < 120:
        return "just now"
    said, today = day_of(then), day_of(now)
    if said == today:
        minutes = round((now - then) / 60)
        if minutes < 60:
            return f"about {minutes} minutes ago, at {_clock(then)}"
        return f"earlier today, at {_clock(then)}"
    plain = f"on {said.day} {MONTHS[said.month - 1].capitalize()}" + (f" {said.year}" if said.year != today.year else "")
    near = spoken(said, today)
    return f"{near}, at {_clock(then)}" if near == "yesterday" else plain if near == plain else f"{near}, {plain}"


def _clock(then: float) -> str:
    return datetime.fromtimestamp(then).strftime("%H:%M")
