"""She is asked to remember, to forget, to take something back; where several things could be meant, she asks which."""

from __future__ import annotations

import random
import re

from dialogue.brain.facts import Fact, Learned
from dialogue.brain.knowing import and_list, say_fact
from dialogue.brain.words import tokens
from dialogue.data import asset_json
from dialogue.memory.meant import matching
from dialogue.memory.memory import Memory
from dialogue.memory.spoken import chosen, order

MANY_TURNS = 3
"""More turns than this are not forgotten by a word alone: she asks first."""
_RECENT = 2
"""Turns in which "undo that" means the newest fact."""


def _is_plain(what: str, fact: Fact) -> bool:
    """Whether it is beyond doubt that a fact is meant: by "my …", "that I …", or by its own words. "Forget work" may be a sigh."""
    own = set(tokens(f"{fact.name} {fact.value}"))
    return re.search(r"\b(?:my|our|i|i'm|i've|me)\b", what, re.I) is not None or bool(own & set(tokens(what)))


class Asking:
    """One conversation's orders to the memory."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._asked: tuple[list[int], str, list[str]] | None = None  # facts, or words, that may be meant, and how they were named

    def asked(self, text: str, number: int, now: float, rng: random.Random) -> tuple[str, Learned] | None:
        """The answer where the user asks something of her memory, and what it taught; None where he does not."""
        lines = asset_json("memory/lines.json")
        pending, self._asked = self._asked, None
        if pending is not None:
            picked = chosen(text, pending[2])
            if picked is not None:
                return self._forget_picked(pending, picked, now, rng), Learned()
        wish = order(text)
        if wish is None:
            return None
        match wish.do:
            case "remember":
                if self._memory.private:
                    return rng.choice(lines["private"]), Learned()
                learned = self._memory.told(wish.what, number, now)
                said = and_list([say_fact(f) for f in learned.new]) if learned.new else ""
                return (rng.choice(lines["remembered"]).format(list=said) if said else rng.choice(lines["known"])), learned
            case "undo" | "forget_last":
                newest = next((f for f in reversed(list(self._memory.facts)) if f.id and 0 <= number - f.turn <= _RECENT), None)
                if newest is None:
                    return rng.choice(lines["undo_none"]), Learned()
                if wish.do == "undo":
                    self._memory.undo(newest.id, now)
                    return rng.choice(lines["undone"]), Learned()
                self._memory.forget([newest.id], now)
                return rng.choice(lines["forgotten"]), Learned()
            case "forget_all":
                return rng.choice(lines["forget_all"]), Learned()
            case _:
                return self._forget_words(wish.what, number, now, rng), Learned()

    def _forget_words(self, what: str, number: int, now: float, rng: random.Random) -> str:
        lines = asset_json("memory/lines.json")
        found = matching(self._memory.facts, what)
        if len(found) > 1:
            said = [say_fact(f) for f in found[:5]]
            self._asked = ([f.id for f in found[:5]], "", said)
            return str(rng.choice(lines["forget_which"])).format(list=and_list(said))
        if found and not _is_plain(what, found[0]):
            meant = say_fact(found[0])
            self._asked = ([found[0].id], "", [meant])
            return str(rng.choice(lines["forget_sure"])).format(list=meant)
        if found:
            self._memory.forget([found[0].id], now)
            return str(rng.choice(lines["forgotten"]))
        turns = self._memory.touched(what, number)
        if not turns:
            return str(rng.choice(lines["forget_none"]))
        if len(turns) > MANY_TURNS:
            self._asked = ([], what, [what])
            return str(rng.choice(lines["forget_many"])).format(n=len(turns))
        self._memory.forget_words(what, now)
        return str(rng.choice(lines["forgotten"]))

    def _forget_picked(self, pending: tuple[list[int], str, list[str]], picked: list[int], now: float, rng: random.Random) -> str:
        lines = asset_json("memory/lines.json")
        if not picked:
            return str(rng.choice(lines["kept"]))
        if pending[1]:
            self._memory.forget_words(pending[1], now)
        else:
            self._memory.forget([pending[0][i] for i in picked], now)
        return str(rng.choice(lines["forgotten"]))
