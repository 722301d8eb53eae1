"""What the commands share: options, times, the throwaway profile's clock."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dialogue.trouble import Trouble
from world.settings import default_profile

DEFAULT_NOW = "2026-01-01T18:00"


class WrongUse(Trouble):
    """An option or a script file that cannot be used; commands exit 2."""


def add_profile(parser: argparse.ArgumentParser) -> None:
    """`--profile DIR`."""
    parser.add_argument("--profile", type=Path, default=default_profile(), metavar="DIR", help="folder of settings and data")


def add_take(parser: argparse.ArgumentParser) -> None:
    """Options of everything that makes pictures from a seed."""
    parser.add_argument("--person", default="mira", help="whom to show (mira, jon)")
    parser.add_argument("--size", default="1280x720", metavar="WxH", help="picture size in pixels")
    parser.add_argument("--quality", choices=("low", "medium", "high"), default="high")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same take")
    parser.add_argument("--now", default=DEFAULT_NOW, metavar="TIME", help="the clock of the take, as YYYY-MM-DDTHH:MM")


def known_person(key: str) -> str:
    """The key of somebody who can be met. Raises `WrongUse`."""
    from world.people import everybody

    if key not in everybody():
        raise WrongUse(f"--person {key}: unknown; choose one of {', '.join(everybody())}.")
    return key


def size_of(text: str) -> tuple[int, int]:
    """'1280x720' as numbers. Raises `WrongUse`."""
    try:
        width, height = (int(x) for x in text.lower().split("x"))
    except ValueError:
        raise WrongUse(f"--size {text}: give width and height in pixels, such as 1280x720.") from None
    if not (64 <= width <= 7680 and 64 <= height <= 4320):
        raise WrongUse(f"--size {text}: both sides must lie between 64 and 7680 (4320 high).")
    return width - width % 2, height - height % 2


def time_of(text: str) -> float:
    """Seconds since 1970 of a time given in UTC. Raises `WrongUse`."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()
    except ValueError:
        raise WrongUse(f"--now {text}: give a time such as 2026-01-01T18:00.") from None


def feeling_of(text: str) -> dict[str, float]:
    """'joy:0.7' as strengths. Raises `WrongUse` for an unknown label or a strength outside 0..1."""
    if not text:
        return {}
    label, _, strength = text.partition(":")
    from avatar.face.tables import table

    known = table().labels
    if label not in known:
        raise WrongUse(f"--feeling {label}: unknown; choose one of {', '.join(known)}.")
    try:
        value = float(strength or 0.8)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise WrongUse(f"--feeling {text}: the strength must be a number from 0 to 1.")
    return {label: value}


class TakeClock:
    """A clock that only moves when it is told to."""

    def __init__(self, now: float) -> None:
        self.start = self.now = now

    def __call__(self) -> float:
        """Seconds since 1970."""
        return self.now

    @property
    def t(self) -> float:
        """Seconds since the take began."""
        return self.now - self.start


def say(result: dict[str, Any] | list[dict[str, Any]], as_json: bool, text: str) -> None:
    """Print a result: an object with --json, else words."""
    sys.stdout.write((json.dumps(result) if as_json else text) + "\n")
