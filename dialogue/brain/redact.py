"""What is sent to an endpoint, with names, mail, telephone numbers and addresses hidden, and put back in the answer.

redactor = Redactor(["Ben", "Anna"])
redactor.hide("I'm Ben, call 030 1234567")     # "I'm Name1, call Phone1"
redactor.show("Hello Name1!")                  # "Hello Ben!"

Stand-ins are plain words, which small models repeat as they are; the same thing has the same stand-in for a whole talk. Hidden are
the names that the user has told (of the user, of people, of pets), names after a title, and what has the shape of an address or a
number: a wish for less, no promise that nothing can be guessed from what is left.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable
from functools import cache

from dialogue.brain.extract import Fact
from dialogue.brain.words import stop_words
from dialogue.data import asset_json

_KINDS = ("Name", "Mail", "Phone", "Number", "Address")
_STAND_IN = re.compile(rf"\b({'|'.join(_KINDS)})(\d{{1,3}})(?!\w)", re.I)
# The end of a piece that may be the beginning of a stand-in: nothing of it is given out before the next piece is there.
_BEGUN = re.compile(
    rf"\b(?:{'|'.join('(?:'.join(kind) + ')?' * (len(kind) - 1) for kind in _KINDS)})$|\b(?:{'|'.join(_KINDS)})\d{{0,3}}$", re.I
)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_BANK = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b|(?<![\w.,])\d(?:[ -]?\d){11,18}(?![\w])")
_PHONE = re.compile(r"(?<![\w.,+])(?:\+|00)?\(?\d(?:[ ()./-]{0,2}\d){6,14}(?!\w)")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}")


@cache
def _address() -> re.Pattern[str]:
    table = asset_json("mind/redact.json")
    after, joined, before = ("|".join(map(re.escape, table[k])) for k in ("streets_after", "streets_joined", "streets_before"))
    town = r"(?:,? (?:[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|\d{4,5}(?: [A-ZÀ-Þ][\wÀ-ÿ-]+)?))?"
    return re.compile(
        rf"\b\d{{1,5}}[a-z]? (?:[A-ZÀ-Þ][\wÀ-ÿ'-]+ ){{1,3}}(?:{after})\b\.?{town}"
        rf"|\b[A-ZÀ-Þ][\wÀ-ÿ-]*(?:[- ][A-ZÀ-Þ][\wÀ-ÿ-]*)*?(?:{joined}) ?\d{{1,4}}[a-z]?\b{town}"
        rf"|\b\d{{1,4}},? (?:{before}) (?:\w+ ){{0,3}}[A-ZÀ-Þ][\wÀ-ÿ'-]+{town}"
        rf"|\b(?i:{before}) (?:\w+ ){{0,3}}[A-ZÀ-Þ][\wÀ-ÿ'-]+,? \d{{1,4}}\b{town}"
    )


@cache
def _titled() -> re.Pattern[str]:
    titles = "|".join(map(re.escape, asset_json("mind/redact.json")["titles"]))
    return re.compile(rf"(?<=\b)((?:{titles})\.? )([A-ZÀ-Þ][\wÀ-ÿ'-]+(?: [A-ZÀ-Þ][\wÀ-ÿ'-]+)?)")


def names_in(fact: Fact) -> tuple[str, ...]:
    """The names that a fact holds: the user's own, or that of a person or pet."""
    return (fact.value,) if fact.kind == "name" else (fact.name,) if fact.kind in ("person", "pet") else ()


class Redactor:
    """One talk's stand-ins. `names`: what is known to be a name; `know` adds more."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._stands: dict[str, str] = {}  # stand-in, in small letters, to what it stands for
        self._hidden: dict[tuple[str, str], str] = {}  # kind and what is hidden, in small letters, to its stand-in
        self._names: re.Pattern[str] | None = None
        self._known: set[str] = set()
        self.know(names)

    def know(self, names: Iterable[str]) -> None:
        """More names; words of one letter and nothing are none."""
        fresh = {n.strip() for n in names if len(n.strip()) > 1} - self._known
        if fresh:
            self._known |= fresh
            words = {*asset_json("mind/redact.json")["words_too"], *stop_words()}
            longest = sorted(self._known, key=lambda n: (-len(n), n))
            # `Will` is a name where it is written as one.
            parts = [re.escape(n) if n.lower() in words else f"(?i:{re.escape(n)})" for n in longest]
            self._names = re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)")

    def hide(self, text: str) -> str:
        """The text as it may be sent."""
        text = _MAIL.sub(lambda m: self._stand_in("Mail", m[0]), text)
        text = _address().sub(lambda m: self._stand_in("Address", m[0]), text)
        text = _BANK.sub(lambda m: self._stand_in("Number", m[0]), text)
        text = _PHONE.sub(lambda m: m[0] if _DATE.fullmatch(m[0]) else self._stand_in("Phone", m[0]), text)
        text = _titled().sub(lambda m: m[1] + self._stand_in("Name", m[2]), text)
        if self._names is not None:
            text = self._names.sub(lambda m: self._stand_in("Name", m[0]), text)
        return text

    def blot(self, text: str) -> str:
        """The same without numbers, for what lasts longer than a talk: `I'm Name, call Phone`."""
        return _STAND_IN.sub(lambda m: m[1], self.hide(text))

    def show(self, text: str) -> str:
        """The text with everything put back; a stand-in that nobody gave stays."""
        return _STAND_IN.sub(lambda m: self._stands.get(f"{m[1]}{m[2]}".lower(), m[0]), text)

    async def shown(self, pieces: AsyncIterator[str]) -> AsyncIterator[str]:
        """A streamed answer with everything put back, also where a stand-in comes in two pieces."""
        held = ""
        async for piece in pieces:
            held += piece
            begun = _BEGUN.search(held)
            ready, held = (held[: begun.start()], held[begun.start() :]) if begun else (held, "")
            if ready:
                yield self.show(ready)
        if held:
            yield self.show(held)

    def _stand_in(self, kind: str, what: str) -> str:
        if _STAND_IN.fullmatch(what):
            return what
        key = (kind, what.lower())
        if key not in self._hidden:
            number = sum(k == kind for k, _ in self._hidden) + 1
            self._hidden[key] = f"{kind}{number}"
            self._stands[f"{kind}{number}".lower()] = what
        return self._hidden[key]
