"""The header beside the store: how its key is locked up, versioned and sealed. It holds nothing that the user has said.

A random data key of 32 bytes encrypts the store. The header keeps that key once per lock, each time wrapped by AES-256-GCM with
the lock's own parameters as associated data:

passphrase   key by Argon2id (t=3, p=4, 64 MiB: the second recommended choice of RFC 9106)
recovery     key by HKDF-SHA256 from a code of 130 random bits, shown once
keyring      a random key that the keyring of the operating system holds
plain        not wrapped at all: chosen after a warning, and called unprotected wherever it is shown

The seal is an AES-GCM tag of the data key over the whole header, so that whoever changes a byte of it is noticed.
"""

from __future__ import annotations

import base64
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from dialogue.trouble import MemoryTrouble

FILE = "vault.json"
VERSION = 1
KEY_BYTES, NONCE_BYTES = 32, 12


def encode(raw: bytes) -> str:
    """Bytes as text for the header."""
    return base64.b64encode(raw).decode("ascii")


def decode(text: str) -> bytes:
    """The reverse; `ValueError` for what is no base64."""
    return base64.b64decode(text, validate=True)


def _canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode("ascii")


@dataclass(slots=True)
class Header:
    """`store`: `sqlcipher` or `snapshot`. `name`: of this vault, random. `locks`: kind to its parameters, salt, nonce and wrapped key."""

    store: str
    name: str = field(default_factory=lambda: os.urandom(8).hex())
    locks: dict[str, dict[str, Any]] = field(default_factory=dict)
    seal: str = ""

    def _body(self) -> dict[str, Any]:
        return {"format": "visavis vault", "version": VERSION, "store": self.store, "name": self.name, "locks": self.locks}

    def close(self, data_key: bytes) -> None:
        """Seal what the header says now."""
        nonce = os.urandom(NONCE_BYTES)
        self.seal = encode(nonce + AESGCM(data_key).encrypt(nonce, b"", _canonical(self._body())))

    def is_sealed_by(self, data_key: bytes) -> bool:
        """Whether the seal fits the header and the key."""
        try:
            raw = decode(self.seal)
            AESGCM(data_key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], _canonical(self._body()))
        except (InvalidTag, ValueError):
            return False
        return True

    def text(self) -> str:
        """As it lies on disk."""
        return json.dumps({**self._body(), "seal": self.seal}, indent=1) + "\n"

    @staticmethod
    def parse(text: str, where: str) -> Header:
        """Raises `MemoryTrouble` for what is no header of a version that is known."""
        try:
            found = json.loads(text)
            if found["format"] != "visavis vault" or not isinstance(found["version"], int):
                raise ValueError("no header")
            if found["version"] > VERSION:
                raise MemoryTrouble(f"{where} was made by a newer Visavis; update this one to open it.")
            header = Header(found["store"], found["name"], found["locks"], found["seal"])
            if header.store not in ("sqlcipher", "snapshot") or not all(isinstance(lock, dict) for lock in header.locks.values()):
                raise ValueError("unknown parts")
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise MemoryTrouble(f"{where} is damaged; put back a copy of it, or import an export into a new profile.") from error
        return header


def wrap(key: bytes, data_key: bytes, lock: dict[str, Any]) -> dict[str, Any]:
    """The lock with the wrapped data key in it. `lock`: its kind and parameters, which are bound to the wrapping."""
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(key).encrypt(nonce, data_key, _canonical(lock))
    return {**lock, "nonce": encode(nonce), "wrapped": encode(sealed)}


def unwrap(key: bytes, lock: dict[str, Any]) -> bytes | None:
    """The data key, None where `key` does not open the lock or the lock was altered."""
    bound = {k: v for k, v in lock.items() if k not in ("nonce", "wrapped")}
    try:
        return AESGCM(key).decrypt(decode(lock["nonce"]), decode(lock["wrapped"]), _canonical(bound))
    except (InvalidTag, ValueError, KeyError, TypeError):
        return None


def destroy(path: Path) -> None:
    """Overwrite a small file of secrets, flush, and remove it. On disks that never write in place the old block may linger; that is
    why what it held is a key and not a text."""
    try:
        with path.open("r+b") as file:
            size = path.stat().st_size
            file.write(os.urandom(max(size, 1)))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
    except FileNotFoundError:
        pass
