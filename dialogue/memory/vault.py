"""One encrypted store for all that outlives a visit, and the files it is made of.

vault = Vault.make(folder, "passphrase", passphrase="…")   # .recovery_code is shown once
vault = Vault.open(folder, passphrase="…")
vault = Vault.loose()                                       # nothing on disk
"""

from __future__ import annotations

import json
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

from dialogue.memory import keys as locks
from dialogue.memory.journal import SNAP, SnapshotStore
from dialogue.memory.keys import Keys, Protection
from dialogue.memory.onewriter import OneWriter
from dialogue.memory.schema import migrate
from dialogue.memory.store import FILE, CipherStore, Store, cipher_installed, loose_store
from dialogue.trouble import MemoryTrouble

Kind = Literal["sqlcipher", "snapshot"]


def state_of(folder: Path) -> Literal["none", "passphrase", "keyring", "plain"]:
    """Whether a memory lies in a folder, and what guards it. Raises `MemoryTrouble` for a header that cannot be read."""
    if not locks.header_path(folder).exists():
        return "none"
    return locks.protection_of(locks.read(folder))


class Vault:
    """`protection`: what guards it; `none`: it is held in memory alone. `recovery_code`: of a vault that was just made."""

    def __init__(self, store: Store, keys: Keys | None = None, writer: OneWriter | None = None, recovery_code: str = "") -> None:
        self.store, self.keys, self._writer, self.recovery_code = store, keys, writer, recovery_code
        self._closing = threading.Lock()
        try:
            migrate(store)
        except BaseException:
            store.close()
            raise
        self.ledger = VaultLedger(store)

    # -- opening ---------------------------------------------------------------------------------------------------------

    @staticmethod
    def loose() -> Vault:
        """In the memory of this program, gone with it."""
        return Vault(loose_store())

    @staticmethod
    def make(folder: Path, protection: Protection, *, passphrase: str = "", kind: Kind | None = None, cheap: bool = False) -> Vault:
        """A new vault. `kind`: SQLCipher where it can be loaded, unless named. Raises `MemoryTrouble`."""
        writer = OneWriter(folder)
        try:
            if not locks.header_path(folder).exists() and (left := files_of(folder)):
                raise MemoryTrouble(
                    f"{left[0]} lies there without its vault.json; put that back, or remove what is left with "
                    "`visavis memory erase --everything`."
                )
            chosen: Kind = kind or ("sqlcipher" if cipher_installed() else "snapshot")
            keys, code = Keys.make(folder, chosen, protection=protection, passphrase=passphrase, cheap=cheap)
            return Vault(_store(folder, keys), keys, writer, code)
        except BaseException:
            writer.release()
            raise

    @staticmethod
    def open(folder: Path, *, passphrase: str | None = None, code: str | None = None) -> Vault:
        """The vault of a folder. Raises `WrongKey`, `VaultBusy`, `MemoryTrouble`; nothing is overwritten then."""
        locks.read(folder)  # a folder without a vault is not even locked
        writer = OneWriter(folder)
        try:
            keys = Keys.open(folder, passphrase=passphrase, code=code)
            return Vault(_store(folder, keys), keys, writer)
        except BaseException:
            writer.release()
            raise

    @property
    def protection(self) -> Literal["none", "passphrase", "keyring", "plain"]:
        """What guards it."""
        return self.keys.protection if self.keys else "none"

    @property
    def lasting(self) -> bool:
        """Whether what is kept here outlives the program."""
        return self.keys is not None

    def close(self) -> None:
        """Let go of files and lock; may be called twice."""
        with self._closing:
            self.store.close()
            if self._writer is not None:
                self._writer.release()

    # -- erasing ---------------------------------------------------------------------------------------------------------

    def destroy(self) -> None:
        """The key first, then every file; the vault is closed afterwards."""
        if self.keys is None:
            self.close()
            return
        folder = self.keys.folder
        self.keys.destroy()
        with suppress(MemoryTrouble):  # its files go in any case
            self.store.close()
        remove_files(folder)
        self.close()


def files_of(folder: Path) -> list[Path]:
    """The files of a store in a folder, without header and lock."""
    return sorted({*folder.glob(f"{FILE}*"), *folder.glob(f"{SNAP}*"), *folder.glob("vault.*.log")})


def remove_files(folder: Path) -> None:
    """Take away all of them. Raises `MemoryTrouble`."""
    for path in (*files_of(folder), *folder.glob(".vault.*")):  # also what was being written when the program died
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise MemoryTrouble(f"{path} cannot be removed ({error.strerror}); nobody can read it any more, remove it by hand.") from error


def _store(folder: Path, keys: Keys) -> Store:
    key = keys.sub_key("store")
    if keys.header.store == "snapshot":
        return SnapshotStore(folder, key)
    if not cipher_installed():
        raise MemoryTrouble("This memory needs SQLCipher, which is not installed here; run script/setup, or pip install sqlcipher3.")
    return CipherStore(folder, key)


class VaultLedger:
    """`dialogue.ledger.Ledger` over the store: each write is one atomic step."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def read(self, key: str) -> Any:
        """As the protocol says."""
        rows = self._store.read("SELECT value FROM ledger WHERE key = ?", (key,))
        return json.loads(rows[0][0]) if rows else None

    def write(self, key: str, value: Any) -> None:
        """As the protocol says."""
        with self._store.change() as run:
            if value is None:
                run("DELETE FROM ledger WHERE key = ?", (key,))
            else:
                run("INSERT OR REPLACE INTO ledger(key, value) VALUES (?, ?)", (key, json.dumps(value, sort_keys=True)))

    def names(self) -> list[str]:
        """What is kept, in order."""
        return [key for (key,) in self._store.read("SELECT key FROM ledger ORDER BY key")]
