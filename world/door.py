"""The adult gate as the window sees it: what it shows, and how it is answered."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from dialogue.safety.gate import EXACTLY, AdultGate
from dialogue.safety.lines import lines
from dialogue.trouble import Trouble
from world.ui.controls import View


class Door:
    """Keeps `view.admitted` and `view.locked` true. `shared`: the folder of the default profile, where a lock holds for all others."""

    def __init__(self, profile: Path, shared: Path, view: View) -> None:
        self._gate, self._view = AdultGate(profile, shared), view
        self._shut = False
        self._read()

    def answer(self, born: str, today: date) -> str | None:
        """The sentence why nobody is let in by this date of birth, None where somebody is."""
        try:
            state = self._gate.answer(born, today)
        except Trouble as trouble:
            return str(trouble)
        self._read()
        return None if state == "adult" or self._view.locked else EXACTLY

    def lock(self) -> None:
        """The user turned out not to be an adult; may be called from any thread."""
        self._gate.lock()
        self._shut = True

    def step(self) -> None:
        """Once a frame."""
        if self._shut:
            self._read()

    def _read(self) -> None:
        state = self._gate.state
        self._view.admitted = state == "adult"
        self._view.locked = lines("gate_locked")[0] if state == "locked" else ""
