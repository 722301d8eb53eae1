"""The words of the levels: who asks for closeness, who agrees, what lowers it, and which sentence needs which level."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from dialogue.data import asset_json
from dialogue.safety.lines import plain


def table() -> dict[str, Any]:
    """assets/safety/levels.json."""
    found: dict[str, Any] = asset_json("safety/levels.json")
    return found


@cache
def _pattern(*path: str) -> re.Pattern[str]:
    node: Any = table()
    for step in path:
        node = node[step]
    return re.compile("|".join(f"(?:{part})" for part in node))


def _finds(name: str, said: str) -> bool:
    return bool(_pattern(name).search(said))


def wished(text: str) -> int:
    """The level that the user asks for, 0 for none; the highest that is named."""
    said = plain(text)
    if _finds("ask_not", said):
        return 0
    return next((level for level in (3, 2, 1) if _pattern("ask", str(level)).search(said)), 0)


def agrees(text: str) -> bool:
    """Whether the answer to a question about closeness is an explicit yes. Silence, `maybe`, a joke and a condition are no."""
    said = plain(text)
    if _finds("yes_not", said) or drunk(text) or distressed(text):
        return False
    if _finds("yes_anywhere", said):
        return True
    # "Yes, the 4.15 from Paddington" answers another question: nothing but words of consent may stand around the yes.
    return _finds("yes", said) and set(re.findall(r"[\w']+", said)) <= set(table()["yes_words"])


def declines(text: str) -> bool:
    """Whether the answer is a no, a maybe, silence or a joke, and not talk about something else."""
    said = plain(text)
    return _finds("no", said) and not _finds("no_not", said)


def drunk(text: str) -> bool:
    """Whether the user says to be under the influence of drink or something else."""
    said = plain(text)
    return _finds("drink", said) and not _finds("drink_not", said)


def distressed(text: str) -> bool:
    """Whether the user is beside himself or herself: nothing for the crisis protocol, and no moment for romance."""
    said = plain(text)
    return _finds("distress", said) and not _finds("distress_not", said)


def degrades(text: str) -> bool:
    """Whether the user speaks to her in a way that she does not take (S-12)."""
    said = plain(text)
    return _finds("degrade", said) and not _finds("degrade_not", said)


def needs(sentence: str) -> int:
    """The least level at which a sentence of hers may leave."""
    said = plain(sentence)
    return next((level for level in (3, 2, 1) if _pattern("needs", str(level)).search(said)), 0)
