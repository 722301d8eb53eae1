"""What the user has told about himself or herself, as slots that can be used and taken back.

Each fact knows the turn it came from, so that an edited message takes its facts along.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from dialogue.brain.extract import Fact, Kind, extract
from dialogue.brain.words import capital, content, straight

__all__ = ["Fact", "Facts", "Kind", "Learned"]

_GONE = re.compile(
    r"\b(?:died|passed away|is dead|buried|left(?: me)?$|dumped|broke up|divorced|walked out|lost my)\b|\bleft(?: me)?[.! ]*$"
)


@dataclass(frozen=True, slots=True)
class Learned:
    """new: facts that were not known. turned: (old, new) where a taste is the opposite of an earlier one."""

    new: tuple[Fact, ...] = ()
    turned: tuple[tuple[Fact, Fact], ...] = ()


class Facts:
    """All facts of one conversation, oldest first. `user_name`: known beforehand, or None."""

    def __init__(self, user_name: str | None = None) -> None:
        self._facts: list[Fact] = [Fact("name", user_name, -1)] if user_name else []

    def __iter__(self) -> Iterator[Fact]:
        return iter(tuple(self._facts))

    @property
    def user_name(self) -> str | None:
        """What the user wants to be called."""
        names = self.of("name")
        return names[-1].value if names else None

    def of(self, *kinds: Kind) -> list[Fact]:
        """The facts of these kinds, oldest first."""
        return [f for f in self._facts if f.kind in kinds]

    def learn(self, text: str, turn: int, name_asked: bool = False) -> Learned:
        """Take the facts out of a message. `name_asked`: she has just asked for the name, so one word may be it."""
        new: list[Fact] = []
        turned: list[tuple[Fact, Fact]] = []
        found = extract(text, turn, name_asked)
        left = bool(_GONE.search(straight(text).lower()))
        self._name_last(text)
        for fact in [replace(f, gone=left) if f.kind in ("person", "pet") else f for f in found]:
            same = [f for f in self._facts if f.kind == fact.kind and f.value.lower() == fact.value.lower() and f.name == fact.name]
            if same:
                continue
            against = {"like": "dislike", "dislike": "like"}.get(fact.kind)
            for old in [f for f in self._facts if f.kind == against and f.value.lower() == fact.value.lower()]:
                self._facts.remove(old)
                turned.append((old, fact))
            if fact.kind in ("person", "pet"):
                # A name told later completes the person.
                self._facts = [f for f in self._facts if not (f.kind == fact.kind and f.value == fact.value and not f.name)]
            self._facts.append(fact)
            new.append(fact)
        return Learned(tuple(new), tuple(turned))

    def _name_last(self, text: str) -> None:
        """`Her name is Lena` names the person or pet that was mentioned last."""
        found = re.search(
            r"\b(?:her|his|their|its)(?: name(?:'s| is)|'s called) ([A-ZÀ-Þ][\wÀ-ÿ'-]+)|\b(?:she|he)(?:'s| is) called ([A-ZÀ-Þ][\wÀ-ÿ'-]+)",
            straight(text),
            re.I,
        )
        last = next((f for f in reversed(self._facts) if f.kind in ("person", "pet")), None)
        if found and last and not last.name:
            name = capital(found[1] or found[2])
            self._facts[self._facts.index(last)] = Fact(last.kind, last.value, last.turn, name)
        if _GONE.search(straight(text).lower()):
            named = [f for f in self._facts if f.kind in ("person", "pet") and f.value in text.lower()]
            for fact in named or ([last] if last and re.search(r"\b(?:he|she|it|they)\b", text, re.I) else []):
                self._facts[self._facts.index(fact)] = replace(fact, gone=True)

    def forget_turn(self, turn: int) -> None:
        """Take back what one message told."""
        self._facts = [f for f in self._facts if f.turn != turn]

    def touching(self, text: str) -> list[Fact]:
        """Facts that share a content word with the text."""
        words = set(content(text))
        return [f for f in self._facts if f.words & words]
