"""What is still open: plans with their day, worries. Each is raised once, at a later visit."""

from __future__ import annotations

from datetime import datetime

from dialogue.memory.dates import day_of
from dialogue.memory.items import Thread
from dialogue.memory.store import Store

STALE_DAYS = 45
"""What is longer past than this is left alone (design value)."""


class Threads:
    """The open threads of a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def open(self, now: float, before: float) -> tuple[Thread, ...]:
        """Those made before this visit began, not raised yet: dated ones whose day has come first, then dated ones to come, then
        worries; the newest first within each."""
        rows = self._store.read(
            "SELECT t.id, t.fact, f.value, t.due FROM threads t JOIN facts f ON f.id = t.fact"
            " WHERE t.raised IS NULL AND t.made < ? AND f.gone = 0 AND f.successor IS NULL AND f.replaced IS NULL ORDER BY t.made DESC",
            (before,),
        )
        today = day_of(now)
        found = []
        for number, fact, thing, due in rows:
            days = (datetime.fromtimestamp(due).date() - today).days if due is not None else None
            if days is None or days >= -STALE_DAYS:
                found.append(Thread(number, fact, thing, days))
        return tuple(sorted(found, key=lambda t: (2, 0) if t.due_day is None else (0, -t.due_day) if t.due_day <= 0 else (1, t.due_day)))

    def raised(self, number: int, now: float) -> None:
        """It was spoken of."""
        with self._store.change() as run:
            run("UPDATE threads SET raised = ? WHERE id = ?", (now, number))
