"""Opening and changing the locks of a vault; the data key itself never changes, so that a new passphrase rewrites no file but the header.

keys, code = Keys.make(folder, "sqlcipher", passphrase="…")     # `code` is shown once
keys = Keys.open(folder, passphrase="…")                        # WrongKey, or MemoryTrouble for an altered header
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from dialogue.files import write_whole
from dialogue.memory import ring
from dialogue.memory.header import FILE, KEY_BYTES, Header, decode, destroy, encode, unwrap, wrap
from dialogue.memory.strength import is_enough
from dialogue.trouble import MemoryTrouble, WrongKey

Protection = Literal["passphrase", "keyring", "plain"]
ROUNDS, LANES, MEMORY_KIB = 3, 4, 64 * 1024
_MOST = {"rounds": 16, "lanes": 16, "memory_kib": 1024 * 1024}
"""A header that asks for more is an attack on the computer's memory, not a lock."""
_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O or U
CODE_SIGNS = 26


def header_path(folder: Path) -> Path:
    """Where the header of a vault lies."""
    return folder / FILE


def stretch(passphrase: str, lock: dict[str, Any]) -> bytes:
    """The wrapping key of a passphrase. Raises `ValueError` for parameters that are none or too large."""
    numbers = {name: lock[name] for name in _MOST}
    if not all(isinstance(n, int) and 1 <= n <= _MOST[name] for name, n in numbers.items()):
        raise ValueError("parameters out of range")
    kdf = Argon2id(
        salt=decode(lock["salt"]), length=KEY_BYTES,
        iterations=numbers["rounds"], lanes=numbers["lanes"], memory_cost=numbers["memory_kib"],
    )  # fmt: skip
    return kdf.derive(passphrase.encode())


def _code_key(code: str, lock: dict[str, Any]) -> bytes:
    plain = code.upper().replace("-", "").replace(" ", "").translate(str.maketrans("OIL", "011"))
    return HKDF(hashes.SHA256(), KEY_BYTES, decode(lock["salt"]), b"visavis recovery").derive(plain.encode())


def new_code() -> str:
    """130 random bits in groups that can be copied by hand."""
    signs = "".join(_SIGNS[b % 32] for b in os.urandom(CODE_SIGNS))
    return "-".join(signs[i : i + 5] for i in range(0, CODE_SIGNS, 5))


@dataclass(slots=True)
class Keys:
    """An opened header and its data key (kept in memory while the program runs)."""

    folder: Path
    header: Header
    data_key: bytes

    # -- opening ---------------------------------------------------------------------------------------------------------

    @staticmethod
    def make(folder: Path, store: str, *, protection: Protection, passphrase: str = "", cheap: bool = False) -> tuple[Keys, str]:
        """A new vault's keys and its recovery code (empty without protection). `cheap`: a quick key derivation, for tests. Raises
        `MemoryTrouble` where a vault exists, the passphrase is too weak or there is no keyring."""
        if header_path(folder).exists():
            raise MemoryTrouble(f"{folder} has a memory already; open it, or erase it first.")
        keys = Keys(folder, Header(store), os.urandom(KEY_BYTES))
        keys._lock(protection, passphrase, cheap)
        code = ""
        if protection != "plain":
            code = keys._recoverable()
        keys._write()
        return keys, code

    @staticmethod
    def open(folder: Path, *, passphrase: str | None = None, code: str | None = None) -> Keys:
        """With a passphrase, a recovery code, or neither (keyring, plain). Raises `WrongKey`, and `MemoryTrouble` for a header that is
        missing, damaged or altered."""
        header = read(folder)
        path = header_path(folder)
        data_key = _unlocked(header, passphrase, code)
        if not header.is_sealed_by(data_key):
            raise MemoryTrouble(f"{path} was altered; put back a copy of it, or import an export into a new profile.")
        return Keys(folder, header, data_key)

    @property
    def protection(self) -> Protection:
        """The weakest lock on the key: what the user must be told."""
        return protection_of(self.header)

    # -- changing --------------------------------------------------------------------------------------------------------

    def change(self, protection: Protection, passphrase: str = "", *, cheap: bool = False) -> str:
        """Another lock in place of the present one; the new recovery code ('' without protection). The store is not touched, and the
        old passphrase and code no longer open it."""
        before = dict(self.header.locks)
        self.header.locks = {}
        try:
            self._lock(protection, passphrase, cheap)
            code = self._recoverable() if protection != "plain" else ""
        except BaseException:
            self.header.locks = before
            raise
        self._write()
        if "keyring" in before and protection != "keyring":
            ring.drop(self.header.name)
        return code

    def sub_key(self, purpose: str) -> bytes:
        """A key of its own for each use."""
        return HKDF(hashes.SHA256(), KEY_BYTES, None, f"visavis {purpose}".encode()).derive(self.data_key)

    def _lock(self, protection: Protection, passphrase: str, cheap: bool) -> None:
        if protection == "passphrase":
            if not is_enough(passphrase):
                raise MemoryTrouble("The passphrase is too easy to guess; take at least ten letters.")
            memory, rounds = (64, 1) if cheap else (MEMORY_KIB, ROUNDS)
            lock = {
                "kind": "passphrase", "kdf": "argon2id", "rounds": rounds, "lanes": LANES, "memory_kib": memory,
                "salt": encode(os.urandom(16)),
            }  # fmt: skip
            self.header.locks["passphrase"] = wrap(stretch(passphrase, lock), self.data_key, lock)
        elif protection == "keyring":
            secret = os.urandom(KEY_BYTES)
            ring.keep(self.header.name, secret)
            self.header.locks["keyring"] = wrap(secret, self.data_key, {"kind": "keyring", "keyring": ring.name()})
        else:
            self.header.locks["plain"] = {"kind": "plain", "key": encode(self.data_key)}

    def _recoverable(self) -> str:
        code = new_code()
        lock = {"kind": "recovery", "kdf": "hkdf-sha256", "salt": encode(os.urandom(16))}
        self.header.locks["recovery"] = wrap(_code_key(code, lock), self.data_key, lock)
        return code

    def _write(self) -> None:
        self.header.close(self.data_key)
        path = header_path(self.folder)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            write_whole(path, self.header.text().encode())
        except OSError as error:
            raise MemoryTrouble(f"{path} cannot be written ({error.strerror}); choose another folder with --profile.") from error

    def destroy(self) -> None:
        """Throw the key away: from now on nobody can read the store, whatever becomes of its files."""
        if "keyring" in self.header.locks:
            ring.drop(self.header.name)
        try:
            destroy(header_path(self.folder))
        except OSError as error:
            raise MemoryTrouble(
                f"{header_path(self.folder)} cannot be removed ({error.strerror}); close what holds it and erase again."
            ) from error
        self.data_key = b""


def read(folder: Path) -> Header:
    """The header as it lies there, unproven. Raises `MemoryTrouble`."""
    path = header_path(folder)
    try:
        return Header.parse(path.read_text("utf-8"), str(path))
    except FileNotFoundError as error:
        raise MemoryTrouble(f"{folder} holds no memory yet; start Visavis, or see `visavis memory passphrase --help`.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise MemoryTrouble(f"{path} cannot be read ({error}); put back a copy of it.") from error


def protection_of(header: Header) -> Protection:
    """The weakest lock of a header."""
    return "plain" if "plain" in header.locks else "keyring" if "keyring" in header.locks else "passphrase"


def _unlocked(header: Header, passphrase: str | None, code: str | None) -> bytes:
    locks = header.locks
    try:
        if code is not None and "recovery" in locks:
            found = unwrap(_code_key(code, locks["recovery"]), locks["recovery"])
            if found is None:
                raise WrongKey("This recovery code does not open the memory; compare it sign by sign with your note.")
            return found
        if "plain" in locks:
            return decode(locks["plain"]["key"])
        if "keyring" in locks:
            secret = ring.fetch(header.name)
            found = unwrap(secret, locks["keyring"]) if secret else None
            if found is None:
                raise WrongKey(
                    "The system's keyring does not hold the key of the memory; unlock it, or open the memory with its recovery code."
                )
            return found
        if passphrase is None:
            raise WrongKey("The memory is locked; give its passphrase, or set VISAVIS_PASSPHRASE for programs.")
        found = unwrap(stretch(passphrase, locks["passphrase"]), locks["passphrase"])
    except (ValueError, KeyError, TypeError) as error:
        raise MemoryTrouble("The header of the memory (vault.json) is damaged; put back a copy of it.") from error
    if found is None:
        raise WrongKey("This passphrase does not open the memory; try again, or use the recovery code.")
    return found
