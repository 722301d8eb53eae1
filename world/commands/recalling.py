"""`visavis bench memory`: speed and size of a memory of ten years, and how well it finds what was told."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from dialogue.memory.crowd import fill
from dialogue.memory.memory import Memory
from dialogue.memory.trials import held_is_frozen, locomo, own_set
from dialogue.memory.vault import Vault
from dialogue.trouble import MemoryTrouble
from world.commands.bench import spread

TURNS, QUICK_TURNS = 200_000, 12_000
_FACTS = 300
_NOW = 1_767_290_400.0


def measure(*, quick: bool, of_locomo: Path | None = None) -> dict[str, Any]:
    """The figures; the memory that they are taken from lies in a temporary folder, encrypted as a user's. Recall is time of this thread,
    as all figures of the processor; writes are by the clock on the wall, for they wait for the disk."""
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="visavis-bench-") as folder:
        figures |= _speed(Path(folder), QUICK_TURNS if quick else TURNS)
    halves = {half: own_set(half) for half in ("tune", "held")}
    figures["recall_at_10"] = {half: round(t.recall, 4) for half, t in halves.items()}
    figures["current_facts"] = {half: round(t.up_to_date, 4) for half, t in halves.items()}
    figures["questions"] = {half: int(t.asked) for half, t in halves.items()}
    figures["slots"] = {half: t.slots for half, t in halves.items()}
    figures["held_half_is_frozen"] = held_is_frozen()
    if of_locomo is not None:
        try:
            raw = of_locomo.read_bytes()
        except OSError as error:
            raise MemoryTrouble(f"{of_locomo} cannot be read ({error.strerror}); give the path of a LoCoMo file.") from error
        figures["locomo"] = locomo(raw)
    return figures


def _speed(folder: Path, turns: int) -> dict[str, Any]:
    empty, full = folder / "empty", folder / "full"
    Vault.make(empty, "plain").close()
    started = _start(empty)
    vault = Vault.make(full, "plain")
    memory = Memory(vault, _NOW)
    asked = fill(memory, turns, 1, _NOW)
    memory.begin_visit("Mira", _NOW)
    for i in range(_FACTS):
        memory.hear(i + 1, f"My friend is called Zed{i} and I like thing{i}", _NOW)
        memory.learn(f"My friend is called Zed{i}. I like thing{i}.", i + 1, False, _NOW)
    memory.end_visit(_NOW)
    size, store = vault.store.bytes(), vault.store.kind
    vault.close()
    warm = _start(full)
    vault = Vault.open(full)
    memory = Memory(vault, _NOW)
    memory.begin_visit("Mira", _NOW)
    for text in asked[:40]:
        memory.find(text, _NOW)
    recalls = [_timed(partial(memory.find, text, _NOW), time.thread_time) for text in asked]
    turned = [_timed(partial(memory.recall, text, _NOW), time.thread_time) for text in asked[::4]]
    writes: list[float] = []
    for i, text in enumerate(asked[:200]):
        writes.append(_timed(partial(memory.hear, i + 1, text, _NOW)))
        writes.append(_timed(partial(memory.said, i + 1, text, "I see. And then?")))
    vault.close()
    flush = spread([_flushed(full) for _ in range(100)])
    return {
        "turns": turns, "store": store, "recall_ms": spread(recalls), "turn_recall_ms": spread(turned), "write_ms": spread(writes),
        "disk_flush_ms": flush,
        "start_s": round(warm, 3), "start_more_than_empty_s": round(warm - started, 3), "file_mb": round(size / 1e6, 1),
    }  # fmt: skip


def _flushed(folder: Path) -> float:
    """Seconds that this disk takes to make 8 kB safe: no write that survives a power cut can be quicker."""
    handle = os.open(folder / "probe", os.O_RDWR | os.O_CREAT | os.O_TRUNC)
    try:
        os.write(handle, bytes(8192))
        return _timed(partial(os.fsync, handle))
    finally:
        os.close(handle)


def _start(folder: Path) -> float:
    """Seconds until a memory is open and its facts are known; the best of three."""
    best = float("inf")
    for _ in range(3):
        begin = time.perf_counter()
        vault = Vault.open(folder)
        Memory(vault, _NOW)
        best = min(best, time.perf_counter() - begin)
        vault.close()
    return best


def _timed(work: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    begin = clock()
    work()
    return clock() - begin
