"""Signs in the chat that the user is not an adult (L-17). A plain statement of age locks; school talk adds up."""

from __future__ import annotations

import re
from typing import Literal

from dialogue.safety.lines import plain
from dialogue.safety.patterns import pattern, patterns

ADULT = 18
_NUMBERS = {"ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17}

Finding = Literal["none", "ask", "lock"]


class MinorWatch:
    """Counts the signs of one conversation; what has locked stays locked."""

    def __init__(self) -> None:
        self._cues: set[int] = set()
        self._asked = False
        self.locked = False

    def hear(self, text: str) -> Finding:
        """`lock` on a plain statement or on two independent signs, `ask` on the first sign, else `none`."""
        if self.locked:
            return "lock"
        said = plain(text)
        if states_minor(said):
            self.locked = True
            return "lock"
        new = {i for i, cue in enumerate(patterns("minor_soft")) if cue.search(said)} - self._cues
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
    return bool(pattern("minor_plain").search(said))
