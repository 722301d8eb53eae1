"""Signs in the chat that the user is not an adult (L-17). A plain statement of age locks; school talk adds up."""

from __future__ import annotations

import re
from typing import Literal

from dialogue.safety.lines import plain

ADULT = 18
_NUMBERS = {"ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17}
_AGE = re.compile(
    rf"\b(?:i'm|i am|im|i just turned|i turned|i've just turned|i'm only|i am only|i'm just|my age is|i'm turning|i'll be)\s+(?:only |just |almost |nearly |about to turn )?(?P<age>\d{{1,2}}|{'|'.join(_NUMBERS)})\b"
    r"(?P<rest>\s*(?:years? old|year[- ]old|yo\b|y/o|yrs?\b|and\b|but\b|so\b|[.,!?;)]|$|now\b|today\b|this (?:year|week|month)\b|next (?:year|week|month)\b|btw|lol|actually|female|male|f\b|m\b|girl|boy))"
)
_GRADE = re.compile(
    r"\b(?:i'm|i am|im|i just started|i started) (?:(?:still|now|only|currently) )?(?:in )?(?:the )?(?:(?:[5-9]th|1[0-2]th|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth) (?:grade|grader|year of school)|year (?:[5-9]|1[01])\b|middle school|junior high|elementary school|primary school)"
    r"|\b(?:i'm|i am|im) (?:still )?(?:a minor|underage|under age|under 18|under eighteen|not 18|not eighteen|not an adult|a kid|a child|a teenager|a middle schooler)\b(?! at heart)"
)
_SOFT = (
    re.compile(r"\bmy (?:math |maths |english |science |history |gym |class )?teacher\b.{0,60}\b(?:homework|detention|grounded|class|test|hall pass|my parents)"),
    re.compile(r"\b(?:my (?:mom|mum|dad|parents) (?:won't|doesn't|don't|didn't) (?:let|allow) me|i'm grounded|i got grounded|i got detention|my bedtime)\b"),
    re.compile(r"\b(?:homework (?:for|is due|tomorrow)|after school|at recess|my (?:high|middle) school|in high school (?:now|right now)|school (?:dance|bus) (?:tomorrow|today)|prom (?:is|next|this))\b"),
    re.compile(r"\bwhen i (?:grow up|turn 18|turn eighteen|'m 18|'m older i)\b"),
)  # fmt: skip

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
        new = {i for i, cue in enumerate(_SOFT) if cue.search(said)} - self._cues
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
    for found in _AGE.finditer(said):
        age = _NUMBERS.get(found["age"]) or int(found["age"]) if found["age"] in _NUMBERS else int(found["age"])
        turning = re.search(r"turning|i'll be|about to turn|almost|nearly", found[0])
        least = 5 if re.search(r"year|yo|y/o|yr", found["rest"]) else 9
        if least <= age < ADULT + (1 if turning else 0) and not re.search(
            r"\b(?:pretend|imagine|as if|joking|if)\b", said[: found.start()]
        ):
            return True
    return bool(_GRADE.search(said))
