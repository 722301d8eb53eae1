"""The slips of a hurried hand set right, so that the rules read what was meant ("wana dye" is "wanna die")."""

from __future__ import annotations

import re
from functools import cache

from dialogue.data import asset_json
from dialogue.safety.lines import plain


def spelled(text: str) -> str:
    """The plain text with known slips mended."""
    said = plain(text)
    for slip, meant in _slips():
        said = slip.sub(meant, said)
    return said


@cache
def _slips() -> tuple[tuple[re.Pattern[str], str], ...]:
    table: dict[str, str] = asset_json("safety/signs.json")["spelling"]
    return tuple((re.compile(slip), meant) for slip, meant in table.items())
