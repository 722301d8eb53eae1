"""How a later visit begins: with what was left open, or with a welcome; the first one begins as the persona says."""

from __future__ import annotations

import re

from dialogue.brain.base import Request
from dialogue.brain.words import capital
from dialogue.data import asset_json

PAUSE_S = 30 * 60.0
"""Who comes back sooner has hardly been away (design value)."""


def again(request: Request) -> str:
    """The greeting of a visit that is not the first, '' for the first."""
    recalled, lines = request.recalled, asset_json("memory/lines.json")
    if recalled.threads:
        thread = recalled.threads[0]
        day = thread.due_day
        key = "thread_worry" if day is None else "thread_past" if day < 0 else "thread_today" if day == 0 else "thread_ahead"
        line = str(request.rng.choice(lines[key]))
        return line.replace("{v^}", capital(thread.thing)).replace("{v}", thread.thing)
    if recalled.away_s is None or recalled.away_s < PAUSE_S:
        return ""
    line, name = str(request.rng.choice(lines["welcome_back"])), request.facts.user_name
    return line.replace("{user}", name) if name else re.sub(r",? ?\{user\}", "", line)
