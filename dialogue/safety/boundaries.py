"""What the user does not want to talk about: closed in that very turn, not reopened by her for seven days (S-11)."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from dialogue.ledger import Ledger
from dialogue.safety.stop import topic_words

CLOSED_S = 7 * 24 * 3600.0
MOST = 200


@dataclass(frozen=True, slots=True)
class Boundary:
    """topic: in the user's words, '' for what was being talked about. at, until: seconds since 1970. After `until` it is remembered, not
    enforced."""

    topic: str
    at: float
    until: float


class Boundaries:
    """All boundaries of a user, the latest last, written through."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def all(self) -> list[Boundary]:
        """Every one that is remembered."""
        kept = self._ledger.read("boundaries")
        found = [Boundary(str(b["topic"]), float(b["at"]), float(b["until"])) for b in kept] if isinstance(kept, list) else []
        return sorted(found, key=lambda b: b.at)

    def close(self, topic: str, now: float) -> None:
        """Close a topic at `now`; one that is closed already is closed anew."""
        kept = [b for b in self.all() if topic_words(b.topic) != topic_words(topic) or not topic_words(topic)]
        self._write([*kept, Boundary(topic, now, now + CLOSED_S)][-MOST:])

    def forget(self, at: float) -> None:
        """Take back the one that was set at this time."""
        self._write([b for b in self.all() if b.at != at])

    def closed(self, now: float) -> frozenset[str]:
        """Words of the topics that are closed at `now`."""
        return frozenset(word for b in self.all() if b.at <= now < b.until for word in topic_words(b.topic))

    def _write(self, boundaries: list[Boundary]) -> None:
        self._ledger.write("boundaries", [asdict(b) for b in boundaries] or None)
