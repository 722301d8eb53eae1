"""One program at a time may write to a vault; the operating system holds the lock and lets go of it when the program dies."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from dialogue.trouble import MemoryTrouble, VaultBusy

FILE = "vault.lock"


class OneWriter:
    """Held from construction to `release`. Raises `VaultBusy` when another program holds it."""

    def __init__(self, folder: Path) -> None:
        path = folder / FILE
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise MemoryTrouble(f"{path} cannot be written ({error.strerror}); choose another folder with --profile.") from error
        try:
            _lock(self._handle)
        except OSError as error:
            os.close(self._handle)
            raise VaultBusy(f"The memory in {folder} is in use by another Visavis; close that one first.") from error

    def release(self) -> None:
        """Let go; may be called twice."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
