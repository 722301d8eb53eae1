"""What a user may ask of her memory in speech: "remember that …", "forget that …", "undo that". Questions about it are the brain's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from dialogue.brain.words import content, straight, swap, tokens

_PLEASE = (
    r"^(?:(?:please|ok|okay|oh|and|well|hey|actually|no|mira|jon)[,!. ]+)*(?:(?:can|could|would|will) you (?:please )?|"
    r"i (?:want|need|would like|'d like) you to )?(?:please )?"
)
_REMEMBER = re.compile(
    _PLEASE + r"(?:(?:always )?remember(?: this| for me)?|keep in mind|make a note|note down|note|don't forget|memori[sz]e"
    r"|save to (?:your )?memory)"
    r"(?:(?:,? that|:|,)\s+|\s+)(?P<what>.+)$",
    re.I | re.S,
)  # fmt: skip
_NO_NOTE = re.compile(
    r"^(?:me|us|it|this|that|him|her|them|when|how|what|who|where|why|to|"
    r"(?:the )?(?:time|day|song|feeling|moment)|you|nothing|anything|our)"
    r"\b",
    re.I,
)
_FORGET = re.compile(
    _PLEASE + r"(?:forget|delete|erase|remove|wipe)(?: (?:everything|all)(?= (?:about|i|you know about)))?"
    r"\s+(?:(?:the fact )?that (?=\w)|(?:what|that thing|the thing|everything|all) (?:i|we|you) (?:just )?"
    r"(?:said|told you|know|talked|mentioned)(?: to you)?(?: about| on)? ?|about )?(?P<what>.*?)"
    r"(?: from (?:your|the) memory| again)?[.! ]*$",
    re.I | re.S,
)  # fmt: skip
_FORGET_LAST = re.compile(r"^(?:that|this|it|that one|the last (?:thing|one|part)|what i just said|)$", re.I)
_IDIOM = re.compile(
    r"\bforget (?:about )?it\b(?! from)|^(?:never ?mind|nah|no|nope|whatever|just)[, ]+forget\b(?! (?:that|what|my|the))", re.I
)
_EVERYTHING = re.compile(
    r"^(?:me|everything|all|it all|all of it|everything about me|everything you know(?: about me)?|about me|all about me)$", re.I
)
_UNDO = re.compile(r"^(?:please )?(?:undo(?: (?:that|it|this))?|take that back|un-?remember that|that was wrong,? forget it)[.! ]*$", re.I)
_ALL = re.compile(r"\b(?:all|both|everything|each|every one)\b", re.I)
_YES = re.compile(r"^(?:yes|yeah|yep|sure|please do|do it|go ahead|ok|okay|right)\b", re.I)
_NO = re.compile(r"^(?:no|nope|none|neither|never ?mind|leave|keep|don't|stop|cancel)\b", re.I)
_ORDER = ("first", "second", "third", "fourth", "fifth")


@dataclass(frozen=True, slots=True)
class Order:
    """do: what is asked. what: the words about which, turned to nothing yet."""

    do: Literal["remember", "forget", "forget_last", "forget_all", "undo"]
    what: str = ""


def order(text: str) -> Order | None:
    """What a message asks of the memory, None where it asks nothing."""
    said = straight(text).strip()
    if said.endswith("?") and not re.match(r"(?:can|could|would|will) you\b", said, re.I):
        return None
    said = said.rstrip("?").strip()
    if _UNDO.match(said):
        return Order("undo")
    found = _REMEMBER.match(said)
    if found:
        what = found["what"].strip()
        if len(tokens(what)) < 2 or _NO_NOTE.match(what):
            return None
        return Order("remember", what)
    if _IDIOM.search(said):
        return None
    found = _FORGET.match(said)
    if found:
        what = found["what"].strip(" .!,")
        if _FORGET_LAST.match(what):
            return Order("forget_last")
        if _EVERYTHING.match(what):
            return Order("forget_all")
        if re.match(r"(?:to|how|about it|your|you)\b", what, re.I):
            return None
        return Order("forget", what)
    return None


def chosen(text: str, offered: list[str]) -> list[int] | None:
    """Which of the offered things an answer means: their places, empty for none of them, None where it is no answer."""
    said = straight(text).strip().lower()
    if _ALL.search(said):
        return list(range(len(offered)))
    places = [i for i, word in enumerate(_ORDER[: len(offered)]) if re.search(rf"\b{word}\b|\bnumber {i + 1}\b", said)]
    if re.search(r"\blast\b", said):
        places = [*places, len(offered) - 1]
    if places:
        return places
    words = set(content(said)) | set(tokens(said))
    scores = [len(words & (set(content(o)) | set(tokens(o))) - _small(offered)) for o in offered]
    best = max(scores, default=0)
    if best and scores.count(best) == 1 and len(words) <= 12:
        return [scores.index(best)]
    if _NO.match(said):
        return []
    if _YES.match(said) and len(offered) == 1:
        return [0]
    return None


def _small(offered: list[str]) -> set[str]:
    """Words that all of the offered things share: they decide nothing."""
    sets = [set(content(o)) | set(tokens(o)) for o in offered]
    return set.intersection(*sets) if len(sets) > 1 else set()


def as_note(what: str) -> str:
    """`I park on level 3` as it is said to the user: "you park on level 3"."""
    return swap(re.sub(r"^(?:that|:)\s+", "", what.strip().rstrip(".!"), flags=re.I))
