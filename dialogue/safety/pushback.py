"""Plans that a good friend does not cheer: named by rule or heard by a table, answered by a written line before any brain (S-09)."""

from __future__ import annotations

import re
from functools import cache

from dialogue.data import asset_json
from dialogue.safety.spelling import spelled
from dialogue.safety.table import sounds_like

UNNAMED = "plan"
"""The kind of a plan that no rule names."""


@cache
def _kinds() -> tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...]:
    table = asset_json("safety/pushback.json")

    def joined(parts: list[str]) -> re.Pattern[str]:
        return re.compile("|".join(f"(?:{part})" for part in parts))

    kinds = ((kind, row) for kind, row in table["kinds"].items() if row["signs"])
    return tuple((kind, joined(row["signs"]), joined([*row["quiet"], *table["quiet"]])) for kind, row in kinds)


def bad_idea(text: str) -> str | None:
    """The kind of a harmful plan in assets/safety/pushback.json, None for none. What is over, asked about or told of others is none; what
    only the trained table hears is `UNNAMED`."""
    said = spelled(text)
    for kind, signs, quiet in _kinds():
        if signs.search(said):
            return None if quiet.search(said) else kind
    return UNNAMED if sounds_like("plan", text, alone=True) else None


def pushback_lines(kind: str) -> list[str]:
    """Written answers to a kind."""
    return list(asset_json("safety/pushback.json")["kinds"][kind]["lines"])
