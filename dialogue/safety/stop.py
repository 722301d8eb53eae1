"""Stop words: heard in the same turn, no reason asked (S-11)."""

from __future__ import annotations

import re

from dialogue.safety.lines import plain
from dialogue.safety.patterns import pattern


def stops(text: str, offered: bool = False) -> tuple[bool, str]:
    """(whether the user stops the thread, the topic named with it or ''). `offered`: her last words proposed something, so a
    bare `no` is a stop as well."""
    said = plain(text)
    if pattern("stop_whole").match(said) or (offered and re.match(r"^(?:no|nope|nah|no thanks?|no thank you|not really)[.! ]*$", said)):
        return True, ""
    found = pattern("stop_topic").search(said) or pattern("stop_asked").search(said)
    if not found or "?" in said[:-1]:
        return False, ""
    topic = next((g for g in found.groups() if g), "") if found.groups() else ""
    return True, " ".join(re.sub(r"\b(?:it|this|that|anymore|any more|now|please|right|today|tonight)\b", "", topic).strip(" ?.!,").split())


_EMPTY = frozenset(
    [
        "the",
        "and",
        "about",
        "your",
        "with",
        "from",
        "that",
        "this",
        "what",
        "when",
        "have",
        "been",
        "ever",
        "them",
        "they",
        "their",
        "thing",
        "things",
        "really",
        "all",
    ]
)


def topic_words(topic: str) -> frozenset[str]:
    """The words by which a closed topic is known again in a sentence; none for a topic without a noun."""
    return frozenset(
        w.removesuffix("'s").removesuffix("s") for w in re.findall(r"[^\W\d_]+(?:'s)?", plain(topic)) if len(w) > 2 and w not in _EMPTY
    )


def touches(sentence: str, closed: frozenset[str]) -> bool:
    """Whether a sentence of hers asks about a closed topic."""
    return "?" in sentence and bool(topic_words(sentence) & closed)
