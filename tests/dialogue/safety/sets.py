"""The written sets that judge the detectors. Even lines are for tuning, odd lines are the frozen half."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

SETS = Path(__file__).parent.parent / "sets"


def load(name: str) -> list[Any]:
    """A whole set."""
    found: list[Any] = json.loads((SETS / f"{name}.json").read_text("utf-8"))
    return found


def tuning(name: str) -> list[Any]:
    """The half to tune on."""
    return load(name)[0::2]


def frozen(name: str) -> list[Any]:
    """The half that is only looked at to report."""
    return load(name)[1::2]


def checksum(name: str) -> str:
    """Of the frozen half."""
    return hashlib.sha256(json.dumps(frozen(name), ensure_ascii=False).encode()).hexdigest()[:16]
