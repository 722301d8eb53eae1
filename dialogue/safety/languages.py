"""The crisis protocol and the stop words in the most spoken languages beside English, also as typed in Latin letters."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from dialogue.data import asset_json
from dialogue.safety.lines import plain

Part = Literal["thoughts", "acute", "stop"]


@cache
def _patterns(part: Part) -> tuple[tuple[str, re.Pattern[str]], ...]:
    table = asset_json("safety/languages.json")["languages"]
    return tuple((code, re.compile("|".join(f"(?:{p})" for p in row[part]))) for code, row in table.items())


def _found(part: Part, text: str) -> str | None:
    said = plain(text)
    return next((code for code, pattern in _patterns(part) if pattern.search(said)), None)


def danger_in(text: str) -> tuple[str, int] | None:
    """(language, tier 2 or 3) of a message that tells of danger in one of the languages, else None."""
    urgent = _found("acute", text)
    if urgent:
        return urgent, 3
    code = _found("thoughts", text)
    return (code, 2) if code else None


def stops_in(text: str) -> str | None:
    """The language in which a message is nothing but a stop word."""
    return _found("stop", text)


def written(code: str, kind: Literal["answer", "urgent", "stopped"]) -> list[str]:
    """The reviewed lines of a language."""
    return list(asset_json("safety/languages.json")["languages"][code][kind])
