"""Other emergencies: violence, a body in danger, a car after drinking and the like. Written lines come before any brain."""

from __future__ import annotations

import re
from functools import cache

from dialogue.data import asset_json
from dialogue.safety.spelling import spelled
from dialogue.safety.table import sounds_like


@cache
def _pattern(kind: str, part: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{p})" for p in asset_json("safety/other.json")["kinds"][kind][part]))


def emergency(text: str) -> str | None:
    """The kind of emergency in assets/safety/other.json that a message tells of, the most pressing first; None for none."""
    said = spelled(text)
    for kind in asset_json("safety/other.json")["order"]:
        if _pattern(kind, "signs").search(said) and not _pattern(kind, "quiet").search(said):
            return str(kind)
    return "delusion" if sounds_like("delusion", text, alone=True) and not _pattern("delusion", "quiet").search(said) else None


def written_lines(kind: str) -> list[str]:
    """The reviewed answers to a kind, with slots."""
    return list(asset_json("safety/other.json")["kinds"][kind]["lines"])
