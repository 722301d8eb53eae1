"""One recording that many tests read."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest


@dataclass(frozen=True)
class Recording:
    """A finished `visavis record`."""

    folder: Path
    rows: list[dict[str, Any]]
    result: dict[str, Any]


@pytest.fixture(scope="session")
def recording(profile: Path, tmp_path_factory: pytest.TempPathFactory) -> Recording:
    """The demo conversation, without pictures."""
    folder = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-m", "world", "record", "--no-video", "--json", "--out", str(folder), "--profile", str(profile)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    rows = [json.loads(line) for line in (folder / "timeline.jsonl").read_text().splitlines()]
    return Recording(folder, rows, json.loads(done.stdout))
