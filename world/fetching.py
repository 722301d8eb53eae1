"""Fetching behind the window: one thing at a time, in a thread of its own, so that a frame never waits for a disk or a line."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from dialogue.speech.catalogue import Catalogue, Model, catalogue
from dialogue.speech.fetch import Plan, fetch, plan
from dialogue.speech.store import State, Store
from dialogue.trouble import Trouble


class Fetching:
    """What the page shows and asks for. All attributes may be read at any time; methods are for the window's thread and return at once.

    `busy` is the key at work, empty for none; `done` and `total` its bytes; `stopping` that a cancel waits for the next block; `trouble`
    the sentence of the last failure; `changes` grows when something came or went.
    """

    def __init__(self, profile: Path, table: Catalogue | None = None) -> None:
        self._store = Store(profile)
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self.busy, self.done, self.total, self.trouble, self.changes = "", 0, 0, "", 0
        self.models: tuple[Model, ...] = ()
        self.states: dict[str, State] = {}
        try:
            self.models = (table or catalogue()).models
        except Trouble as trouble:
            self.trouble = str(trouble)
        self._look()

    @property
    def stopping(self) -> bool:
        """A cancel was asked for and is not through yet."""
        return bool(self.busy) and self._stop.is_set()

    def plan(self, model: Model) -> Plan:
        """What a yes would mean; connects to nobody."""
        return plan(model, self._store)

    def start(self, model: Model) -> None:
        """The user said yes; without effect while another is at work."""

        def work() -> None:
            fetch(model, self._store, self._report, self._stop.is_set)

        self._begin(model, work)

    def check(self, model: Model) -> None:
        """Compare what lies there, which connects to nobody; without effect while another is at work."""

        def work() -> None:
            self._store.verify(model, self._report)

        self._begin(model, work)

    def remove(self, model: Model) -> None:
        """Take it away; without effect while another is at work."""

        def work() -> None:
            self._store.remove(model)

        self._begin(model, work)

    def cancel(self) -> None:
        """End the present fetch with the next block; what came is kept."""
        self._stop.set()

    def wait(self, seconds: float) -> bool:
        """For who closes, and for tests: whether nothing is at work any more."""
        thread = self._thread
        if thread is not None:
            thread.join(seconds)
        return not self.busy

    def _begin(self, model: Model, work: Callable[[], None]) -> None:
        if self.busy:
            return
        self._stop.clear()
        self.trouble, self.done, self.total, self.busy = "", 0, model.size, model.key
        self._thread = threading.Thread(target=self._run, args=(work,), daemon=True)
        self._thread.start()

    def _run(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Trouble as trouble:
            self.trouble = str(trouble)
        finally:
            self._look()
            self.changes += 1
            self.busy = ""

    def _report(self, done: int, total: int) -> None:
        self.done, self.total = done, total

    def _look(self) -> None:
        self.states = {m.key: self._store.state(m) for m in self.models}
