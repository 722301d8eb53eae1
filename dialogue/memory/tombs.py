"""What was forgotten stays forgotten: a keyed hash of each erased fact, which tells nothing of it."""

from __future__ import annotations

import hashlib
import hmac
import json
import os

from dialogue.brain.facts import Fact, bare
from dialogue.brain.words import content, tokens
from dialogue.memory.items import KeptFact
from dialogue.memory.store import Run, Store

_KEY = "tombstone key"


class Tombs:
    """The key is random, lies in the ledger of the same store and travels with an export."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def mark(self, fact: Fact | KeptFact) -> str:
        """The same for the same fact in other words of the same meaning: letters, small words and times make no difference."""
        value = bare(fact.value) if fact.kind == "plan" else fact.value
        words = sorted(set(content(value))) or tokens(value)
        name = "" if fact.kind in ("plan", "home") else fact.name.lower()
        kind = "taste" if fact.kind in ("like", "dislike") else fact.kind
        return hmac.new(self._key(), json.dumps([kind, words, name]).encode(), hashlib.sha256).hexdigest()

    def holds(self, fact: Fact) -> bool:
        """Whether the fact was forgotten."""
        if not self._store.read("SELECT 1 FROM tombstones LIMIT 1"):
            return False
        return bool(self._store.read("SELECT 1 FROM tombstones WHERE mark = ?", (self.mark(fact),)))

    def bury(self, run: Run, fact: Fact | KeptFact, now: float) -> None:
        """Let it not come back by itself."""
        run("INSERT OR REPLACE INTO tombstones(mark, at) VALUES (?, ?)", (self.mark(fact), now))

    def raise_(self, run: Run, fact: Fact | KeptFact) -> None:
        """The user told it on purpose: it may be known again."""
        run("DELETE FROM tombstones WHERE mark = ?", (self.mark(fact),))

    def _key(self) -> bytes:
        rows = self._store.read("SELECT value FROM ledger WHERE key = ?", (_KEY,))
        if not rows:
            with self._store.change() as run:
                run("INSERT INTO ledger(key, value) VALUES (?, ?)", (_KEY, json.dumps(os.urandom(32).hex())))
            rows = self._store.read("SELECT value FROM ledger WHERE key = ?", (_KEY,))
        return bytes.fromhex(json.loads(rows[0][0]))
