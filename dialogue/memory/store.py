"""Where rows lie: SQLite behind one small seam, with two encrypted implementations and one that touches no disk.

`change()` is one atomic step: when the block ends, what was run survives a kill; when it raises, nothing of it happened. A step
inside a step belongs to the outer one. Any thread may call; one at a time gets in.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Protocol

from dialogue.trouble import MemoryTrouble

Value = int | float | str | bytes | None
Row = tuple[Any, ...]
PAGE_CACHE_KIB = 64 * 1024
FILE = "vault.db"


class Run(Protocol):
    """Runs one statement inside a step."""

    def __call__(self, sql: str, values: Sequence[Value] = ()) -> int:
        """The rowid of what was inserted last."""


class Store(Protocol):
    """Rows that are kept. Errors of the database come as `MemoryTrouble`."""

    kind: str
    dropped: int
    """Torn last records that were left out when the store was opened."""

    def read(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        """All rows of a question."""

    def change(self) -> AbstractContextManager[Run]:
        """`with store.change() as run: run(sql, values)`."""

    def scrub(self, *, whole: bool) -> None:
        """Make sure that what was deleted is gone from the files; `whole` rewrites them."""

    def bytes(self) -> int:
        """Size of the files."""

    def close(self) -> None:
        """Let go of the files; may be called twice."""


class SqlStore:
    """What both kinds share: a connection in autocommit, a lock, steps."""

    kind = "loose"
    dropped = 0

    def __init__(self, connection: Any, where: str) -> None:
        self._db, self._where = connection, where
        self._lock = threading.RLock()
        self._depth = 0
        self._steps: list[tuple[str, Sequence[Value]]] = []

    def read(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        """As the protocol says."""
        with self._lock:
            try:
                return [tuple(row) for row in self._db.execute(sql, tuple(values)).fetchall()]
            except Exception as error:
                raise self._trouble(error) from error

    @contextmanager
    def change(self) -> Iterator[Run]:
        """As the protocol says."""
        with self._lock:
            if self._depth == 0:
                self._execute("BEGIN IMMEDIATE")
                self._steps = []
            self._depth += 1
            try:
                yield self._run
                if self._depth == 1:
                    self._before_commit(self._steps)
                    self._execute("COMMIT")
            except BaseException:
                if self._depth == 1 and self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
            finally:
                self._depth -= 1
            if self._depth == 0 and self._steps:
                self._after_commit()

    def _run(self, sql: str, values: Sequence[Value] = ()) -> int:
        done = self._execute(sql, values)
        self._steps.append((sql, values))
        return int(done.lastrowid or 0)

    def _execute(self, sql: str, values: Sequence[Value] = ()) -> Any:
        try:
            return self._db.execute(sql, tuple(values))
        except Exception as error:
            raise self._trouble(error) from error

    def _trouble(self, error: Exception) -> Exception:
        """A fault of the disk as a sentence; a fault of the program stays what it is."""
        kind = type(error).__name__
        if isinstance(error, MemoryTrouble) or kind not in ("OperationalError", "DatabaseError"):
            return error
        said = str(error)
        if "full" in said:
            return MemoryTrouble(f"The disk of {self._where} is full; nothing more can be remembered until there is room.")
        if "malformed" in said or "not a database" in said or "disk I/O" in said or "readonly" in said or "unable to open" in said:
            return MemoryTrouble(f"{self._where} cannot be used ({said}); put back a copy of it, or import an export into a new profile.")
        return error

    def _before_commit(self, steps: list[tuple[str, Sequence[Value]]]) -> None:
        """Make a step durable."""

    def _after_commit(self) -> None:
        """Tidy up where that is due."""

    def scrub(self, *, whole: bool) -> None:
        """As the protocol says."""

    def bytes(self) -> int:
        """As the protocol says."""
        return 0

    def close(self) -> None:
        """As the protocol says."""
        with self._lock:
            self._db.close()

    def __del__(self) -> None:
        if hasattr(self, "_db"):
            self._db.close()


def loose_store() -> SqlStore:
    """Memory of the running program alone: throwaway profiles, visits of which nothing is to be kept, tests."""
    db = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    return SqlStore(db, "memory")


class CipherStore(SqlStore):
    """SQLCipher with a raw key. Raises `MemoryTrouble` when the file is not what the key fits."""

    kind = "sqlcipher"

    def __init__(self, folder: Path, key: bytes) -> None:
        from sqlcipher3 import dbapi2

        self._path = folder / FILE
        db = None
        try:
            db = dbapi2.connect(str(self._path), isolation_level=None, check_same_thread=False)
            db.execute("PRAGMA cipher_log_level = NONE")  # it would write to stderr what the error says in any case
            db.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
            db.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except Exception as error:
            if db is not None:
                db.close()
            raise MemoryTrouble(
                f"{self._path} cannot be opened ({error}); it is damaged or belongs to another profile. Put back a copy of it."
            ) from error
        super().__init__(db, str(self._path))
        for pragma in (
            "journal_mode = WAL", "synchronous = FULL", "secure_delete = ON", "foreign_keys = ON", f"cache_size = -{PAGE_CACHE_KIB}",
            "temp_store = MEMORY", "cipher_memory_security = OFF", "journal_size_limit = 4194304",
        ):  # fmt: skip
            self._execute(f"PRAGMA {pragma}")
        self._path.chmod(0o600)

    def scrub(self, *, whole: bool) -> None:
        """Empty the write-ahead log; `whole` rewrites the file without its free pages."""
        with self._lock:
            self._execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            if whole:
                self._execute("VACUUM")
                self._execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def bytes(self) -> int:
        """File, log and index of the log."""
        return sum(p.stat().st_size for p in self._path.parent.glob(f"{FILE}*"))


def cipher_installed() -> bool:
    """Whether SQLCipher can be loaded here."""
    try:
        from sqlcipher3 import dbapi2

        return bool(dbapi2.connect(":memory:").execute("PRAGMA cipher_version").fetchone())
    except ImportError:
        return False
