"""What memory hands out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Item:
    """Something recalled. kind: `fact`, `reflection` or `turn`; id: in its table. text: as it is said to the user or shown. at: seconds
    since 1970 when it was told. turns: where it comes from. fit: cosine or share of the words that were asked for, 0..1."""

    kind: Literal["fact", "reflection", "turn"]
    id: int
    text: str
    at: float
    score: float = 0.0
    turns: tuple[int, ...] = ()
    fit: float = 0.0


@dataclass(frozen=True, slots=True)
class KeptFact:
    """A fact as the memory page and the command line show it. until: when another took its place, None while it holds."""

    id: int
    kind: str
    slot: str
    value: str
    name: str
    text: str
    at: float
    importance: float
    pinned: bool
    uses: int
    turns: tuple[int, ...]
    gone: bool = False
    until: float | None = None


@dataclass(frozen=True, slots=True)
class KeptTurn:
    """One exchange of any visit. hers: as far as it was heard."""

    id: int
    visit: int
    person: str
    user: str
    hers: str
    at: float


@dataclass(frozen=True, slots=True)
class Thread:
    """Something that is still open. thing: "your interview"; due_day: days from today, negative when past, None without a date."""

    id: int
    fact: int
    thing: str
    due_day: int | None


@dataclass(frozen=True, slots=True)
class Recalled:
    """What memory has for one turn: the best items for the words of the user, what lies open from earlier visits, and the time that
    has passed since the last one in seconds (None at the first)."""

    items: tuple[Item, ...] = ()
    threads: tuple[Thread, ...] = ()
    away_s: float | None = None
    visits: int = 0
    told: str = ""
    """When the thing asked about was told ("yesterday, at 18:20"), '' where nothing fits."""
