"""What was last sent to the user's own servers, word for word, for the page that shows it: in this run's memory, in no file and no log."""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass

KEPT = 12
MOST_LETTERS = 20_000


@dataclass(frozen=True, slots=True)
class Sent:
    """One request. to: its address, without a password. text: what stood in it, JSON laid out to be read; sound is told by its size."""

    to: str
    text: str


_last: deque[Sent] = deque(maxlen=KEPT)


def note(to: str, kind: str, content: bytes) -> None:
    """Keep one request; `kind` is its content type."""
    if "json" in kind:
        try:
            text = json.dumps(json.loads(content), indent=1, ensure_ascii=False).replace("\\n", "\n")
        except ValueError:
            text = content.decode("utf-8", "replace")
    elif content:
        text = f"{len(content):,} bytes ({kind.partition(';')[0] or 'of an unnamed kind'})"
    else:
        text = "nothing but the question"
    over = len(text) - MOST_LETTERS
    _last.appendleft(Sent(to, text if over <= 0 else f"{text[:MOST_LETTERS]}\n… and {over:,} letters more"))


def last() -> tuple[Sent, ...]:
    """The newest first."""
    return tuple(_last)


def forget() -> None:
    """None of it any more."""
    _last.clear()
