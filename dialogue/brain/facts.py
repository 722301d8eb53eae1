"""What the user has told about himself or herself, as slots that can be used, corrected and taken back.

A slot holds one current value. What a message tells is ADDed, takes the place of what was known (UPDATE), ends it (DELETE) or is
known already (NOOP); each fact knows the turn it came from, so that an edited message takes its facts along. The history of a slot
lies in the store (`dialogue.memory`); here is what holds now.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from dialogue.brain.about import CORRECTION, MOVED, about, ended
from dialogue.brain.extract import Fact, Kind, extract
from dialogue.brain.words import TIME, capital, content, stop_words, straight

__all__ = ["Change", "Fact", "Facts", "Kind", "Learned", "bare", "slot"]

_GONE = re.compile(
    r"\b(?:died|passed away|is dead|buried|left(?: me)?$|dumped|broke up|divorced|walked out|lost my)\b|\bleft(?: me)?[.! ]*$"
)
EARLIER = -100
"""Turn of facts that were told at an earlier visit."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a message did to one slot. `old` is None for `add`, `new` is None for `delete`."""

    op: Literal["add", "update", "delete"]
    new: Fact | None
    old: Fact | None = None


@dataclass(frozen=True, slots=True)
class Learned:
    """new: facts that were not known. turned: (old, new) where a taste is the opposite of an earlier one. changes: all of it, for the
    store."""

    new: tuple[Fact, ...] = ()
    turned: tuple[tuple[Fact, Fact], ...] = ()
    changes: tuple[Change, ...] = ()


def bare(plan: str) -> str:
    """A plan without its time: "your interview on Friday" as "your interview"."""
    return re.sub(r"\s+(?:on|at|by|for|in)$", "", re.sub(r"\s+", " ", TIME.sub(" ", plan)).strip())


def slot(fact: Fact) -> str:
    """The slot of a fact: facts of one slot exclude each other."""
    value = fact.value.lower()
    match fact.kind:
        case "name" | "job" | "age" | "status":
            return fact.kind
        case "home":
            return "home" if re.match(r"(?:live|moved)\b", fact.name) else "origin"
        case "person" | "pet":
            return f"{fact.kind}:{value}:{fact.name.lower()}"
        case "like" | "dislike":
            return f"taste:{value}"
        case "date":
            return f"date:{fact.name}"
        case "plan":
            return f"plan:{bare(value)}"
        case "diet" if value in ("vegan", "vegetarian", "pescatarian"):
            return "diet"
        case _:
            return f"{fact.kind}:{value}"


class Facts:
    """All facts that hold now, oldest first. `user_name`: known beforehand, or None. `known`: from earlier visits. `forgotten`: tells
    whether a fact was erased by the user and must not come back by itself."""

    def __init__(
        self, user_name: str | None = None, known: Iterable[Fact] = (), forgotten: Callable[[Fact], bool] = lambda fact: False
    ) -> None:
        self._facts: list[Fact] = list(known)
        self._forgotten = forgotten
        self._before: tuple[int, list[Fact]] = (0, [])  # the last message's number, and what was held before it
        self.called(user_name)

    def __iter__(self) -> Iterator[Fact]:
        return iter(tuple(self._facts))

    def called(self, user_name: str | None) -> None:
        """The name from the settings wins over what was told before; None changes nothing."""
        if user_name and user_name != self.user_name:
            self._facts = [f for f in self._facts if f.kind != "name"] + [Fact("name", user_name, -1)]

    @property
    def user_name(self) -> str | None:
        """What the user wants to be called."""
        names = self.of("name")
        return names[-1].value if names else None

    def of(self, *kinds: Kind) -> list[Fact]:
        """The facts of these kinds, oldest first."""
        return [f for f in self._facts if f.kind in kinds]

    # -- learning --------------------------------------------------------------------------------------------------------

    def learn(self, text: str, turn: int, name_asked: bool = False) -> Learned:
        """Take the facts out of a message. `name_asked`: she has just asked for the name, so one word may be it."""
        self._before = (turn, list(self._facts))
        corrected = self._correct(text, turn)
        aside = [*self._end(text), *self._moved(text, turn), *self._name_last(text)]
        found = [*extract(text, turn, name_asked and not corrected), *about(text, turn)]
        taken: list[Change] = []
        for fact in _without_doubles([replace(f, gone=_is_gone(f, text)) if f.kind in ("person", "pet") else f for f in found]):
            taken += self.take(fact)
        new = tuple(c.new for c in (*corrected, *taken) if c.new is not None)
        turned = tuple((c.old, c.new) for c in taken if c.new and c.old and {c.old.kind, c.new.kind} == {"like", "dislike"})
        return Learned(new, turned, (*corrected, *aside, *taken))

    def take(self, fact: Fact, *, told: bool = False) -> list[Change]:
        """Put one fact into its slot. `told`: the user asked for it, so that what was forgotten may come back."""
        if not told and self._forgotten(fact):
            return []
        same = [f for f in self._facts if slot(f) == slot(fact)]
        if any(f.kind == fact.kind and f.value.lower() == fact.value.lower() and f.name == fact.name for f in same):
            return []
        if fact.kind in ("person", "pet"):
            if not fact.name and not same and any(f.kind == fact.kind and f.value == fact.value for f in self._facts):
                return []  # "my sister" again, whose name is known
            # A name told later completes the person.
            same = same or [f for f in self._facts if f.kind == fact.kind and f.value == fact.value and not f.name]
        if not same:
            self._facts.append(fact)
            return [Change("add", fact)]
        old = same[-1]
        self._facts = [f for f in self._facts if f not in same]
        self._facts.append(fact)
        return [Change("update", fact, old)]

    def _end(self, text: str) -> list[Change]:
        """What a message says is over."""
        changes: list[Change] = []
        for kind, words in ended(text):
            meant = set(content(words))
            for fact in [f for f in self._facts if f.kind == kind and (not words or (meant and meant <= f.words))]:
                self._facts.remove(fact)
                changes.append(Change("delete", None, fact))
        return changes

    def _moved(self, text: str, turn: int) -> list[Change]:
        """A plan that has another day."""
        found = MOVED.search(straight(text))
        when = TIME.search(found[2]) if found else None
        if not found or not when:
            return []
        words = set(content(found[1]))
        for plan in [f for f in reversed(self._facts) if f.kind == "plan" and words and words <= f.words]:
            day = re.sub(r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b", lambda m: m[0].capitalize(), when[0].lower())
            at = f"on {day}" if day[:1].isupper() else day
            return [self._become(plan, replace(plan, value=f"{bare(plan.value)} {at}", turn=turn, id=0))]
        return []

    def _correct(self, text: str, turn: int) -> list[Change]:
        """`Actually it's Basil` replaces the value that was told last, or the one that is named as wrong."""
        found = CORRECTION.match(straight(text))
        if not found or found["value"].lower() in stop_words():
            return []
        value, wrong = found["value"].strip(), (found["wrong"] or "").strip().lower()
        last = next((f for f in reversed(self._facts) if wrong and wrong in (f.value.lower(), f.name.lower())), None)
        if last is None and not wrong:
            named = re.search(r"\b(?:his|her|its) (?:\w+ )?name\b", text, re.I)
            kinds = ("person", "pet") if named else ()
            newest = next((f for f in reversed(self._facts) if f.turn > 0 and (f.kind in kinds or not named)), None)
            last = newest if newest and (named or turn - newest.turn <= 2) else None
        if last is None or last.kind not in ("name", "person", "pet", "home", "age", "job"):
            return []
        if last.kind in ("person", "pet"):
            if not value[0].isupper() or not last.name:
                return []
            new = replace(last, name=value, turn=turn, id=0)
        elif (last.kind == "age") != value.isdigit() or (last.kind in ("name", "home") and not value[0].isupper()):
            return []
        else:
            new = replace(
                last, value=value if last.kind != "job" else value.lower().removeprefix("a ").removeprefix("an "), turn=turn, id=0
            )
        if last.kind == "job" and not re.search(r"\ban? ", text):
            return []
        self._facts[self._facts.index(last)] = new
        return [Change("update", new, last)]

    def _name_last(self, text: str) -> list[Change]:
        """`Her name is Lena` names the person or pet that was mentioned last."""
        changes: list[Change] = []
        found = re.search(
            r"\b(?:her|his|their|its)(?: name(?:'s| is)|'s called) ([A-ZÀ-Þ][\wÀ-ÿ'-]+)|\b(?:she|he)(?:'s| is) called ([A-ZÀ-Þ][\wÀ-ÿ'-]+)",
            straight(text),
            re.I,
        )
        last = next((f for f in reversed(self._facts) if f.kind in ("person", "pet")), None)
        if found and last and not last.name:
            changes.append(self._become(last, replace(last, name=capital(found[1] or found[2]), id=0)))
        if _GONE.search(straight(text).lower()):
            named = [f for f in self._facts if f.kind in ("person", "pet") and f.value in text.lower()]
            for fact in named or ([last] if last and last in self._facts and re.search(r"\b(?:he|she|it|they)\b", text, re.I) else []):
                if not fact.gone:
                    changes.append(self._become(fact, replace(fact, gone=True, id=0)))
        return changes

    def _become(self, old: Fact, new: Fact) -> Change:
        self._facts[self._facts.index(old)] = new
        return Change("update", new, old)

    # -- keeping in step with the store ----------------------------------------------------------------------------------

    def forgotten_by(self, forgotten: Callable[[Fact], bool]) -> None:
        """Ask another store what was forgotten."""
        self._forgotten = forgotten

    def reset(self, known: Iterable[Fact]) -> None:
        """Hold these instead, as the store has them after a correction, an undo or an erasure."""
        own = [f for f in self._facts if f.kind == "name" and f.turn == -1]
        self._facts = list(known)
        if own and not self.of("name"):
            self._facts.insert(0, own[0])

    def forget_turn(self, turn: int) -> None:
        """Take back what one message told; what the last one replaced is there again."""
        self._facts = list(self._before[1]) if self._before[0] == turn else [f for f in self._facts if f.turn != turn]

    def touching(self, text: str) -> list[Fact]:
        """Facts that share a content word with the text."""
        words = set(content(text))
        return [f for f in self._facts if f.words & words]


def _is_gone(fact: Fact, text: str) -> bool:
    """Whether a sentence that names a person or pet says that it is no more."""
    sentences = re.split(r"(?<=[.!?])\s+|\n", straight(text).lower())
    about = [s for s in sentences if (fact.name.lower() or fact.value) in s] or sentences
    return any(_GONE.search(s) for s in about)


def _without_doubles(found: list[Fact]) -> list[Fact]:
    """One job a message: a known trade wins over the words that stand for one."""
    jobs = [f for f in found if f.kind == "job"]
    if len(jobs) < 2:
        return found
    return (
        [f for f in found if f.kind != "job" or f is jobs[-1]]
        if jobs[-1].value not in jobs[0].value
        else [f for f in found if f.kind != "job" or f is jobs[0]]
    )
