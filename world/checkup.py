"""A look at the set-up while the program runs: one stage after the other, in the background, each with its cure where it fails."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

from world.commands.doctor import Finding


class CheckUp:
    """`examine` yields the findings. `begin` starts anew; `findings` grows; `running` until the last has come."""

    def __init__(self, examine: Callable[[], Iterator[Finding]]) -> None:
        self._examine = examine
        self.findings: list[Finding] = []
        self.begun = False
        self._thread: threading.Thread | None = None

    @property
    def running(self) -> bool:
        """Whether stages are still being looked at."""
        return self._thread is not None and self._thread.is_alive()

    def begin(self) -> None:
        """Look at everything; nothing happens while a look is under way."""
        if not self.running:
            self.findings, self.begun = [], True
            self._thread = threading.Thread(target=self._look, args=(self.findings,), name="check-up", daemon=True)
            self._thread.start()

    def wait(self, limit_s: float) -> None:
        """Until the present look has ended, at most so long."""
        if self._thread is not None:
            self._thread.join(limit_s)

    def _look(self, into: list[Finding]) -> None:
        for finding in self._examine():
            into.append(finding)
