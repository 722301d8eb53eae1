"""The ledger of a memory: wherever that is kept at the moment, and aside while a visit is private."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from dialogue.ledger import Ledger

WORDED = ("boundaries",)
"""Keys whose values hold words of the user: in private they are kept for the visit alone. Consent, counters and clocks go on, so that no
limit is got round."""


class PrivateLedger:
    """`dialogue.ledger.Ledger` over the ledger that `where` gives."""

    def __init__(self, where: Callable[[], Ledger], private: Callable[[], bool]) -> None:
        self._where, self._private = where, private
        self._aside: dict[str, Any] = {}

    def read(self, key: str) -> Any:
        """As the protocol says."""
        if self._private() and key in self._aside:
            return copy.deepcopy(self._aside[key])
        return self._where().read(key)

    def write(self, key: str, value: Any) -> None:
        """As the protocol says."""
        if self._private() and key in WORDED:
            self._aside[key] = copy.deepcopy(value)
        else:
            self._where().write(key, value)
