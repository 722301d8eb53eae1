"""A place for small things that outlive a visit: consent, counters, clocks, boundaries. The encrypted store is one."""

from __future__ import annotations

import copy
from typing import Any, Protocol


class Ledger(Protocol):
    """Named JSON values, written through: after `write` returns, the value survives a kill. Called from the mind's thread and from that of
    the pages."""

    def read(self, key: str) -> Any:
        """The value kept under `key`, None when there is none. The caller owns what it gets."""

    def write(self, key: str, value: Any) -> None:
        """Keep a JSON value; None removes the key. Raises `Trouble` when it cannot be kept."""


class LooseLedger:
    """Held in memory alone: throwaway profiles, incognito visits, tests."""

    def __init__(self) -> None:
        self._kept: dict[str, Any] = {}

    def read(self, key: str) -> Any:
        """As the protocol says."""
        return copy.deepcopy(self._kept.get(key))

    def write(self, key: str, value: Any) -> None:
        """As the protocol says."""
        if value is None:
            self._kept.pop(key, None)
        else:
            self._kept[key] = copy.deepcopy(value)
