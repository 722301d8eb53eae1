"""Written lines of the safety rules, picked so that none comes twice in a row."""

from __future__ import annotations

import random
from collections.abc import Sequence

from dialogue.data import asset_json


def lines(kind: str) -> Sequence[str]:
    """The written lines of a kind in assets/safety/lines.json."""
    found = asset_json("safety/lines.json")[kind]
    return [found] if isinstance(found, str) else list(found)


def plain(text: str) -> str:
    """Lower case, straight apostrophes, single spaces: the form that the rules read."""
    return " ".join(text.lower().replace("’", "'").replace("‘", "'").replace("`", "'").split())


class Picker:
    """Draws lines; each comes again only after the others of its kind."""

    def __init__(self) -> None:
        self._recent: dict[str, list[str]] = {}

    def pick(self, kind: str, choices: Sequence[str], rng: random.Random) -> str:
        """One of `choices`, the least recently used first."""
        recent = self._recent.setdefault(kind, [])
        fresh = [c for c in choices if c not in recent] or [c for c in choices if c != recent[-1]] or list(choices)
        line = rng.choice(fresh)
        recent.append(line)
        del recent[: max(0, len(recent) - len(choices) + 1)]
        return line
