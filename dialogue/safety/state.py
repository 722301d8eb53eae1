"""All that safety remembers of one user, over one ledger: consent, boundaries, the clock, the counter."""

from __future__ import annotations

from dialogue.ledger import Ledger, LooseLedger
from dialogue.safety.boundaries import Boundaries
from dialogue.safety.consent import Consent
from dialogue.safety.referrals import Referrals
from dialogue.safety.wellbeing import Limits, Wellbeing


class SafetyState:
    """One for a mind; several over the same ledger, one after the other, continue each other. Arguments as in the parts; `now` in seconds
    since 1970 is when the limits were read from the settings."""

    def __init__(
        self, name: str, ledger: Ledger | None = None, *, persona_most: int = 2, own_endpoint: bool = False, most: int = 3,
        limits: Limits | None = None, now: float = 0.0,
    ) -> None:  # fmt: skip
        ledger = ledger if ledger is not None else LooseLedger()
        self.consent = Consent(ledger, persona_most, own_endpoint, most)
        self.boundaries = Boundaries(ledger)
        self.wellbeing = Wellbeing(name, ledger, limits, now)
        self.referrals = Referrals(ledger)
