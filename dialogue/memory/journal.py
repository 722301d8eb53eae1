"""The store for computers without SQLCipher: SQLite in memory, an encrypted snapshot of it, and an encrypted journal since.

vault.snap        VVS1, generation (8 bytes), nonce (12), AES-256-GCM of the database image; associated data: VVS1 and generation
vault.N.log       of generation N: records one after the other
record            length (4 bytes), its complement (4), nonce (12), AES-256-GCM of the statements of one step as JSON;
                  associated data: VVJ1, generation, number of the record, tag of the record before it

So a record that was changed, moved, taken out or added from elsewhere is noticed. A record that breaks off at the end of the file
was being written when the program died: it is left out, and `dropped` says so. The snapshot is written beside and renamed; a
journal of another generation is what that left behind, and counts for nothing.
"""

from __future__ import annotations

import base64
import json
import os
import sqlite3
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from dialogue.files import write_whole
from dialogue.memory.header import NONCE_BYTES
from dialogue.memory.store import SqlStore, Value
from dialogue.trouble import MemoryTrouble

SNAP = "vault.snap"
_SNAP_MARK, _LOG_MARK = b"VVS1", b"VVJ1"
_TAG = 16
_HEAD = struct.Struct(">II")
COMPACT_BYTES = 4 * 2**20
"""A journal longer than this, and than a quarter of its snapshot, becomes a new snapshot."""
_SWEEP_BYTES = 64 * 1024


def log_name(generation: int) -> str:
    """The journal's file of a generation."""
    return f"vault.{generation}.log"


class SnapshotStore(SqlStore):
    """Raises `MemoryTrouble` when a file is not what the key fits, or was changed."""

    kind = "snapshot"

    def __init__(self, folder: Path, key: bytes) -> None:
        super().__init__(sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False), str(folder))
        self._folder, self._cipher = folder, AESGCM(key)
        self._generation, self._snap_bytes = 0, 0
        self._log: BinaryIO | None = None
        try:
            self._open()
        except MemoryTrouble:
            self._db.close()
            raise
        except OSError as error:
            self._db.close()
            raise MemoryTrouble(f"{folder} cannot be read ({error.strerror}); see that the disk is there and yours.") from error

    def _open(self) -> None:
        snap = self._folder / SNAP
        if snap.exists():
            raw = snap.read_bytes()
            self._generation, image = self._read_snap(raw, snap)
            self._snap_bytes = len(raw)
            self._db.deserialize(image)
        self._db.execute("PRAGMA secure_delete = ON")
        self._db.execute("PRAGMA foreign_keys = ON")
        good = self._replay(self._log_path())
        self._start_log(good)
        for other in (*self._folder.glob("vault.*.log"), *self._folder.glob(f".{SNAP}.*")):
            if other != self._log_path():
                other.unlink()

    def _log_path(self) -> Path:
        return self._folder / log_name(self._generation)

    def _read_snap(self, raw: bytes, path: Path) -> tuple[int, bytes]:
        head = len(_SNAP_MARK) + 8
        try:
            if raw[:4] != _SNAP_MARK:
                raise ValueError("no snapshot")
            image = self._cipher.decrypt(raw[head : head + NONCE_BYTES], raw[head + NONCE_BYTES :], raw[:head])
        except (InvalidTag, ValueError) as error:
            raise MemoryTrouble(f"{path} is damaged or belongs to another profile; put back a copy of it.") from error
        return int.from_bytes(raw[4:head], "big"), image

    # -- the journal -----------------------------------------------------------------------------------------------------

    def _bound(self) -> bytes:
        return _LOG_MARK + self._generation.to_bytes(8, "big") + self._number.to_bytes(8, "big") + self._tag

    def _replay(self, path: Path) -> int:
        """Run the journal; the length of its good part in bytes."""
        self._number, self._tag = 0, bytes(_TAG)
        raw = path.read_bytes() if path.exists() else b""
        at = 0
        while at < len(raw):
            head = raw[at : at + _HEAD.size]
            if len(head) < _HEAD.size:
                break
            length, check = _HEAD.unpack(head)
            if length ^ check != 0xFFFFFFFF:
                raise self._damaged(path)
            body = raw[at + _HEAD.size : at + _HEAD.size + length]
            if len(body) < length:
                break
            try:
                steps = json.loads(self._cipher.decrypt(body[:NONCE_BYTES], body[NONCE_BYTES:], self._bound()))
            except (InvalidTag, ValueError) as error:
                raise self._damaged(path) from error
            self._db.execute("BEGIN")
            for sql, values in steps:
                self._db.execute(sql, [_back(v) for v in values])
            self._db.execute("COMMIT")
            self._number, self._tag = self._number + 1, body[-_TAG:]
            at += _HEAD.size + length
        self.dropped = int(at < len(raw))
        return at

    @staticmethod
    def _damaged(path: Path) -> MemoryTrouble:
        return MemoryTrouble(
            f"{path} was changed or is damaged; put back a copy of the whole folder, or import an export into a new profile."
        )

    def _start_log(self, good: int) -> None:
        handle = os.open(self._log_path(), os.O_RDWR | os.O_CREAT, 0o600)
        os.ftruncate(handle, good)
        os.lseek(handle, good, os.SEEK_SET)
        self._log = os.fdopen(handle, "wb", buffering=0)

    def _before_commit(self, steps: list[tuple[str, Sequence[Value]]]) -> None:
        if not steps:
            return
        assert self._log is not None, "the store is closed"
        nonce = os.urandom(NONCE_BYTES)
        text = json.dumps([(sql, [_forth(v) for v in values]) for sql, values in steps]).encode()
        body = nonce + self._cipher.encrypt(nonce, text, self._bound())
        before = self._log.tell()
        try:
            self._log.write(_HEAD.pack(len(body), len(body) ^ 0xFFFFFFFF) + body)
            os.fsync(self._log.fileno())
        except OSError as error:
            os.ftruncate(self._log.fileno(), before)
            self._log.seek(before)
            raise MemoryTrouble(
                f"{self._where} cannot be written ({error.strerror}); nothing more can be remembered until it can."
            ) from error
        self._number, self._tag = self._number + 1, body[-_TAG:]

    # -- the snapshot ----------------------------------------------------------------------------------------------------

    def _after_commit(self) -> None:
        if self._log is not None and self._log.tell() > max(COMPACT_BYTES, self._snap_bytes // 4):
            self.compact()

    def compact(self) -> None:
        """A new snapshot in place of the old one and its journal."""
        with self._lock:
            assert self._log is not None, "the store is closed"
            old, generation = self._log_path(), self._generation + 1
            head = _SNAP_MARK + generation.to_bytes(8, "big")
            nonce = os.urandom(NONCE_BYTES)
            raw = head + nonce + self._cipher.encrypt(nonce, self._db.serialize(), head)
            try:
                write_whole(self._folder / SNAP, raw)
            except OSError as error:
                raise MemoryTrouble(f"{self._where} cannot be written ({error.strerror}); what was kept so far is still there.") from error
            self._log.close()
            self._generation, self._snap_bytes = generation, len(raw)
            self._number, self._tag = 0, bytes(_TAG)
            self._start_log(0)
            old.unlink(missing_ok=True)

    def scrub(self, *, whole: bool) -> None:
        """Merge the full-text indexes, so that nothing deleted is left in them, and write all files anew."""
        with self._lock:
            for (table,) in self.read("SELECT name FROM sqlite_master WHERE sql LIKE '%USING fts5(%'"):
                self._execute(f"INSERT INTO {table}({table}) VALUES ('optimize')")
            if whole:
                self._execute("VACUUM")
            self.compact()

    def bytes(self) -> int:
        """Snapshot and journal."""
        return sum(p.stat().st_size for p in (self._folder / SNAP, self._log_path()) if p.exists())

    def close(self) -> None:
        """Write a snapshot where the journal has grown, and let go."""
        with self._lock:
            if self._log is not None:
                if self._log.tell() > _SWEEP_BYTES:
                    self.compact()
                self._log.close()
                self._log = None
            super().close()


def _forth(value: Value) -> Any:
    return {"b": base64.b64encode(value).decode()} if isinstance(value, bytes) else value


def _back(value: Any) -> Value:
    return base64.b64decode(value["b"]) if isinstance(value, dict) else value
