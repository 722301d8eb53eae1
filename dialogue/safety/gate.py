"""The adult gate: asked once before the first talk, kept as a yes with a date, locked for good on a no (L-15, L-16).

Neither the date nor the year of birth is stored. The lock lies in the profile and beside the root of the user data, so that
a new profile, an edited date, a restart or another clock does not open it; a lock wins over everything.
"""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Literal

from dialogue.files import write_whole
from dialogue.safety.lines import lines
from dialogue.trouble import NotAllowed, SettingsTrouble, Trouble

ADULT_YEARS = 18
OLDEST = 120
ANSWER, LOCK = "adult.json", "adults-only.lock"
QUESTION = "In which year were you born? (You can also give the full date as YYYY-MM-DD.)"
EXACTLY = "Please give your full date of birth as YYYY-MM-DD."

State = Literal["unknown", "adult", "locked"]


class AdultGate:
    """`profile`: the profile's folder. `root`: the user data root, shared by all profiles."""

    def __init__(self, profile: Path, root: Path) -> None:
        self._profile, self._root = profile, root

    @property
    def state(self) -> State:
        """What is known; a damaged answer counts as none."""
        if any((place / LOCK).exists() for place in (self._profile, self._root)):
            return "locked"
        try:
            kept = json.loads((self._profile / ANSWER).read_text("utf-8"))
        except (OSError, ValueError):
            return "unknown"
        return "adult" if isinstance(kept, dict) and kept.get("adult") is True else "unknown"

    def require(self) -> None:
        """Raise `NotAllowed` unless an adult has passed."""
        state = self.state
        if state == "locked":
            raise NotAllowed(lines("gate_locked")[0])
        if state == "unknown":
            raise NotAllowed("Before the first talk Visavis asks for your year of birth; run `visavis` or `visavis talk` on a terminal.")

    def answer(self, text: str, now: date) -> State:
        """Take what was typed. `unknown` means that the year alone cannot decide and the full date is asked for; what cannot
        be a year or a date of birth raises `Trouble`. Under eighteen locks."""
        if self.state == "locked":
            return "locked"
        year, day = _parse(text, now)
        if day is None:
            years = now.year - year
            if years == ADULT_YEARS:
                return "unknown"
            adult, method = years > ADULT_YEARS, "year of birth"
        else:
            birthday_over = (now.month, now.day) >= (day.month, day.day)
            adult, method = now.year - day.year - (0 if birthday_over else 1) >= ADULT_YEARS, "date of birth"
        if not adult:
            self.lock()
            return "locked"
        _write(self._profile / ANSWER, json.dumps({"adult": True, "checked_on": now.isoformat(), "method": method}) + "\n")
        return "adult"

    def lock(self) -> None:
        """Close for good, in both places; says so with `SettingsTrouble` only when neither could be written."""
        problems: list[SettingsTrouble] = []
        for place in (self._root, self._profile):
            try:
                _write(place / LOCK, "Visavis is for adults only.\n")
            except SettingsTrouble as error:
                problems.append(error)
        (self._profile / ANSWER).unlink(missing_ok=True)
        if len(problems) == 2:
            raise problems[0]


def _parse(text: str, now: date) -> tuple[int, date | None]:
    given = text.strip()
    whole = re.fullmatch(r"(\d{4})[-./ ](\d{1,2})[-./ ](\d{1,2})", given)
    if whole:
        try:
            day = date(int(whole[1]), int(whole[2]), int(whole[3]))
        except ValueError as error:
            raise Trouble(f"'{given}' is no date; write it as year-month-day, such as 2001-05-30.") from error
    else:
        if not re.fullmatch(r"\d{4}", given):
            raise Trouble("Please write the year with four digits, or the full date as YYYY-MM-DD.")
        day = None
    year = int(given[:4])
    if not now.year - OLDEST <= year <= now.year or (day is not None and day > now):
        raise Trouble("That cannot be a year of birth; please write it with four digits.")
    return year, day


def _write(path: Path, text: str) -> None:
    """Whole or not at all: to a temporary name, then renamed."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text.encode())
    except OSError as error:
        raise SettingsTrouble(f"The folder {path.parent} cannot be written ({error.strerror}); choose another with --profile.") from error
