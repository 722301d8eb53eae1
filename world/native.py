"""Manners towards native libraries: those that talk on stderr are asked quietly, and memory that building took goes back."""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
from collections.abc import Iterator


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


def give_back_memory() -> None:
    """Building a person needs for a moment what showing her does not: where the C library is glibc, its heap is cut to what is used."""
    if sys.platform.startswith("linux"):
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL("libc.so.6").malloc_trim(0)
