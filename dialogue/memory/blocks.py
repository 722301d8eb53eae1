"""What a model is always told of the user, within a budget of letters each: who he or she is, how long they know each other, what time
it is, what lies open, and what was recalled for the words just said."""

from __future__ import annotations

from datetime import datetime

from dialogue.brain.base import Request
from dialogue.brain.facts import Fact
from dialogue.brain.knowing import say_fact
from dialogue.data import asset_json
from dialogue.memory.dates import MONTHS, WEEKDAYS
from dialogue.memory.kept import IMPORTANCE

USER_LETTERS, RELATIONSHIP_LETTERS, NOW_LETTERS, RECALLED_LETTERS = 1200, 400, 300, 1200
LEAST_FIT = 0.25
MOST_ITEMS = 8


def blocks(request: Request) -> list[str]:
    """The lines for the prompt, those without content left out."""
    lines, recalled = asset_json("memory/lines.json")["blocks"], request.recalled
    out = [lines["user"].format(known=within(known(request), USER_LETTERS) or "nothing yet")]
    together = within(relationship(request), RELATIONSHIP_LETTERS)
    if together:
        out.append(lines["relationship"].format(relationship=together))
    out.append(lines["now"].format(now=time_words(request.now)[:NOW_LETTERS]))
    if not request.text and recalled.threads:
        out.append(lines["open"].format(list=_thread(request)))
    items = [i.text for i in recalled.items if i.fit >= LEAST_FIT or i.kind != "turn"][:MOST_ITEMS]
    if items and request.text:
        out.append(lines["recalled"].format(list=within(items, RECALLED_LETTERS)))
    return out


def known(request: Request) -> list[str]:
    """What is known of the user as clauses: the name, then what weighs most, then what is newest."""

    def weight(pair: tuple[int, Fact]) -> tuple[bool, float, int]:
        place, fact = pair
        return (fact.kind != "name", -IMPORTANCE.get(fact.kind, 5.0), -place)

    ordered = sorted(enumerate(request.facts), key=weight)
    return [say_fact(fact) for _, fact in ordered]


def within(parts: list[str], letters: int) -> str:
    """As many parts as the budget holds, whole ones only (a single one that is too long is cut)."""
    out = ""
    for part in parts:
        longer = f"{out}; {part}" if out else part
        if len(longer) > letters:
            return out or part[:letters]
        out = longer
    return out


def relationship(request: Request) -> list[str]:
    """How often they met, and when last."""
    recalled = request.recalled
    if recalled.away_s is None:
        return ["you meet for the first time"]
    days = int(recalled.away_s // 86400)
    ago = "earlier today" if days < 1 else "a day ago" if days == 1 else f"{days} days ago"
    return [f"this is visit {max(recalled.visits, 2)}", f"the last one was {ago}"]


def time_words(now: float) -> str:
    """`Friday, 27 November 2026, 18:20`, in the user's own time zone."""
    at = datetime.fromtimestamp(now)
    return f"{WEEKDAYS[at.weekday()].capitalize()}, {at.day} {MONTHS[at.month - 1].capitalize()} {at.year}, {at:%H:%M}"


def _thread(request: Request) -> str:
    thread = request.recalled.threads[0]
    day = thread.due_day
    if day is None:
        return f"{thread.thing} (it was a worry)"
    when = "it was to be" if day < 0 else "it is today" if day == 0 else "it is still to come, in"
    return f"{thread.thing} ({when}{f' {abs(day)} days ago' if day < 0 else f' {day} days' if day > 0 else ''})"
