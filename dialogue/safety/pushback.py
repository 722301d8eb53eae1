"""Plans that a good friend does not cheer: named by rule, answered by a written line before any brain (S-09)."""

from __future__ import annotations

import re
from functools import cache

from dialogue.data import asset_json
from dialogue.safety.spelling import spelled


@cache
def _kinds() -> tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...]:
    table = asset_json("safety/pushback.json")

    def joined(parts: list[str]) -> re.Pattern[str]:
        return re.compile("|".join(f"(?:{part})" for part in parts))

    return tuple((kind, joined(row["signs"]), joined([*row["quiet"], *table["quiet"]])) for kind, row in table["kinds"].items())


def bad_idea(text: str) -> str | None:
    """The kind of a harmful plan in assets/safety/pushback.json, None for none. What is over, asked about or told of others is none."""
    said = spelled(text)
    return next((kind for kind, signs, quiet in _kinds() if signs.search(said) and not quiet.search(said)), None)


def pushback_lines(kind: str) -> list[str]:
    """Written answers to a kind."""
    return list(asset_json("safety/pushback.json")["kinds"][kind]["lines"])
