"""Everything she remembers as one file: JSON that can be imported again, or Markdown to be read. Not encrypted: whoever asks is told."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from dialogue.memory.carry import fill, rows
from dialogue.memory.kept import Kept
from dialogue.memory.memory import Memory
from dialogue.trouble import MemoryTrouble

FORMAT, VERSION = "visavis export", 1
MOST_BYTES = 2**30


def to_json(memory: Memory, settings: dict[str, Any]) -> bytes:
    """All tables, the ledger (consent, limits, counters) and `settings`; the same memory gives the same bytes."""
    whole = {"format": FORMAT, "version": VERSION, "memory": rows(memory.store), "settings": settings}
    return (json.dumps(whole, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def read_export(raw: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    """Tables and settings of an export. Raises `MemoryTrouble`."""
    try:
        whole = json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise MemoryTrouble("The file is no JSON export of Visavis; choose the one that `visavis memory export` wrote.") from error
    if not isinstance(whole, dict) or whole.get("format") != FORMAT:
        raise MemoryTrouble("The file is no JSON export of Visavis; choose the one that `visavis memory export` wrote.")
    if whole.get("version") != VERSION:
        raise MemoryTrouble("The export was written by another version of Visavis; use that one, or update this one.")
    if not isinstance(whole.get("memory"), dict) or not isinstance(whole.get("settings"), dict):
        raise MemoryTrouble("The export is not as Visavis writes it, at memory or settings; nothing was imported.")
    return whole["memory"], whole["settings"]


def restore(memory: Memory, tables: dict[str, Any], now: float) -> None:
    """Put an export's tables into an empty memory. Raises `MemoryTrouble`; nothing has changed then."""
    fill(memory.store, tables, memory.embedder.stored)
    memory.facts.reset(memory.kept.now_held(now))


def to_markdown(memory: Memory, settings: dict[str, Any], now: float) -> bytes:
    """The same to be read: what she knows, what was said, how she felt, what was agreed."""
    data = rows(memory.store)
    kept = Kept(memory.store).all(now, past=True)
    out = ["# What Visavis remembers", "", f"Written {_time(now)}. This file is not encrypted.", "", "## What she knows", ""]
    out += [f"- {f.text}{' (pinned)' if f.pinned else ''} · since {_time(f.at)}" for f in kept if f.until is None]
    out += ["", "## What she knew before", ""]
    out += [f"- {f.text} · {_time(f.at)} to {_time(f.until)}" for f in kept if f.until is not None]
    out += ["", "## What visits came to", "", *(f"- {_time(r['at'])}: {r['text']}" for r in data["reflections"])]
    out += ["", "## Agreed and counted", "", *(f"- {r['key']}: `{json.dumps(r['value'], sort_keys=True)}`" for r in data["ledger"])]
    out += ["", "## Settings", "", "```json", json.dumps(settings, indent=1, sort_keys=True, ensure_ascii=False), "```"]
    out += ["", "## What was said", ""]
    for visit in data["visits"]:
        out += [f"### {_time(visit['begun'])}, with {visit['person']}", ""]
        for turn in (t for t in data["turns"] if t["visit"] == visit["id"]):
            if turn["user"]:
                out.append(f"**You:** {turn['user']}  ")
            if turn["hers"]:
                felt = f" *({turn['feeling']})*" if turn["feeling"] else ""
                out.append(f"**{visit['person']}:** {turn['hers']}{felt}")
            out.append("")
    out += ["## Her moods", "", "| when | pleasure | arousal | dominance |", "|---|---|---|---|"]
    out += [f"| {_time(m['at'])} | {m['pleasure']} | {m['arousal']} | {m['dominance']} |" for m in data["moods"]]
    return ("\n".join(out) + "\n").encode()


def _time(at: float | None) -> str:
    return datetime.fromtimestamp(at).strftime("%Y-%m-%d %H:%M") if at is not None else ""
