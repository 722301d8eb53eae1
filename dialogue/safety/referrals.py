"""How often a crisis line was named, by calendar year: a number, no text, no person (L-13)."""

from __future__ import annotations

import json
from datetime import datetime

from dialogue.ledger import Ledger


class Referrals:
    """Counts in the ledger; `now` in seconds since 1970, years by the local calendar."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def by_year(self) -> dict[str, int]:
        """Year to number."""
        kept = self._ledger.read("referrals")
        return {str(year): int(n) for year, n in kept.items()} if isinstance(kept, dict) else {}

    def count(self, now: float) -> None:
        """One more."""
        years, year = self.by_year(), str(datetime.fromtimestamp(now).year)
        self._ledger.write("referrals", {**years, year: years.get(year, 0) + 1})

    def export(self) -> str:
        """What an office may ask for: years and numbers as JSON, nothing else."""
        return json.dumps({"crisis_referrals_by_year": self.by_year()}, indent=2, sort_keys=True) + "\n"
