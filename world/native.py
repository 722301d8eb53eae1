"""Manners towards native libraries: those that talk on stderr are asked quietly, and memory that building took goes back."""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
from collections.abc import Iterator

_M_MMAP_THRESHOLD = -3  # malloc.h


@contextlib.contextmanager
def quietly() -> Iterator[None]:
    """What C code writes to stderr meanwhile is dropped; Python's own errors still come out as exceptions."""
    sys.stderr.flush()
    try:
        kept = os.dup(2)
    except OSError:  # no stderr at all (a windowed start): nothing to silence
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _glibc(call: str, *arguments: int) -> None:
    """Calls into the C library where it is glibc; elsewhere nothing happens."""
    if sys.platform.startswith("linux"):
        with contextlib.suppress(OSError, AttributeError):
            getattr(ctypes.CDLL("libc.so.6"), call)(*arguments)


def keep_heap_small() -> None:
    """For the start of the program: large arrays get pages of their own. Left alone, glibc puts ever larger ones on its heap, where
    building a person would leave 250 MB of holes."""
    _glibc("mallopt", _M_MMAP_THRESHOLD, 1 << 20)


def give_back_memory() -> None:
    """Building a person needs for a moment what showing her does not: the heap is cut to what is used."""
    _glibc("malloc_trim", 0)
