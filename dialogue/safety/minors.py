"""Signs in the chat that the user is not an adult (L-17). A plain statement of age locks; school talk adds up."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Literal

from dialogue.safety.lines import plain
from dialogue.safety.patterns import pattern, patterns
from dialogue.safety.table import sounds_like

ADULT = 18
_NUMBERS = {"ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17}

_BY_TABLE = -1
"""A sign that only the trained table hears. However often it does, that is one sign: it asks, and never locks alone."""

Finding = Literal["none", "ask", "lock"]


class MinorWatch:
    """Counts the signs of one conversation; what has locked stays locked. `today`: tells the date, for years of birth."""

    def __init__(self, today: Callable[[], date] = date.today) -> None:
        self._today = today
        self._cues: set[int] = set()
        self._asked = False
        self.locked = False

    def hear(self, text: str) -> Finding:
        """`lock` on a plain statement or on two independent signs, `ask` on the first sign, else `none`."""
        if self.locked:
            return "lock"
        said = plain(text)
        if states_minor(said) or born_minor(said, self._today().year):
            self.locked = True
            return "lock"
        grown = pattern("grown_study").search(said)
        cues = [i for i, cue in enumerate(patterns("minor_soft")) if cue.search(said) and not grown]
        if not cues and not grown and not pattern("minor_past").search(said) and sounds_like("minor", text, alone=True):
            cues = [_BY_TABLE]
        new = next(({i} for i in cues if i not in self._cues), set[int]())  # one message is one sign
        self._cues |= new
        if len(self._cues) >= 2:
            self.locked = True
            return "lock"
        if new and not self._asked:
            self._asked = True
            return "ask"
        return "none"


def states_minor(text: str) -> bool:
    """Whether the user says plainly to be under eighteen. Memories ("when I was 15") and other people do not count."""
    said = plain(text)
    for found in pattern("minor_age").finditer(said):
        age = _NUMBERS.get(found["age"]) or int(found["age"]) if found["age"] in _NUMBERS else int(found["age"])
        turning = re.search(r"turning|i'll be|about to turn|almost|nearly", found[0])
        least = 5 if re.search(r"year|yo|y/o|yr", found["rest"]) else 9
        if least <= age < ADULT + (1 if turning else 0) and not re.search(
            r"\b(?:pretend|imagine|as if|joking|if)\b", said[: found.start()]
        ):
            return True
    return any(not pattern("minor_past").search(said[: found.start()]) for found in pattern("minor_plain").finditer(said))


def born_minor(text: str, year: int) -> bool:
    """Whether the user names a year of birth that cannot be an adult's in `year`."""
    said = plain(text)
    for found in pattern("minor_born").finditer(said):
        born = int(next(g for g in found.groups() if g))
        if 0 <= year - born < ADULT and not pattern("minor_past").search(said[: found.start()]):
            return True
    return False


def asks_minor_play(text: str) -> bool:
    """Whether the user wants somebody under eighteen played or put into romance; refused in any frame."""
    said = plain(text)
    return bool(pattern("minor_play").search(said)) and not pattern("minor_play_not").search(said)
