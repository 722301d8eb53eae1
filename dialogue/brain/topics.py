"""What is being talked about: topics by their words, and which topics lie near each other."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from dialogue.brain.words import capital, lemma, tokens
from dialogue.data import asset_json


@dataclass(frozen=True, slots=True)
class Topic:
    """Words and written lines of one topic; see assets/mind/topics.json."""

    id: str
    links: Sequence[str]
    nouns: Mapping[str, str]
    cues: frozenset[str]
    questions: Sequence[str]
    good: Sequence[str]
    bad: Sequence[str]
    plain: Sequence[str]
    mine: Sequence[str]


@dataclass(frozen=True, slots=True)
class Hit:
    """A topic found in a message. thing: how the matched noun stands in a sentence, or '' when only a cue matched."""

    topic: str
    thing: str
    at: int


def noun_key(word: str) -> str:
    """The form under which a noun is found: without a plural s, but `meaning` is not `mean`."""
    word = word.removesuffix("'s")
    return lemma(word) if not word.endswith(("ing", "ed")) else word


@cache
def topics() -> Mapping[str, Topic]:
    """All topics by id."""
    table = asset_json("mind/topics.json")["topics"]
    return {
        key: Topic(
            key, tuple(row["links"]), {noun_key(k): v for k, v in row["nouns"].items()}, frozenset(lemma(c) for c in row["cues"]),
            *(tuple(row[part]) for part in ("questions", "good", "bad", "plain", "mine")),
        )
        for key, row in table.items()
    }  # fmt: skip


@cache
def _index() -> Mapping[str, tuple[tuple[str, str], ...]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for topic in topics().values():
        for word, thing in topic.nouns.items():
            found.setdefault(word, []).append((topic.id, thing))
    return {word: tuple(hits) for word, hits in found.items()}


@cache
def _cues() -> Mapping[str, tuple[tuple[str, str], ...]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for topic in topics().values():
        for cue in topic.cues:
            found.setdefault(cue, []).append((topic.id, ""))
    return {word: tuple(hits) for word, hits in found.items()}


def find_topics(text: str) -> list[Hit]:
    """The topics of a message: those with a noun first, then by number of matched words."""
    hits: dict[str, list[Hit]] = {}
    for at, word in enumerate(tokens(text)):
        for topic, thing in (*_index().get(noun_key(word), ()), *_cues().get(lemma(word), ())):
            hits.setdefault(topic, []).append(Hit(topic, thing, at))

    def weight(found: list[Hit]) -> tuple[bool, int, int]:
        return any(h.thing for h in found), len({h.at for h in found}), max(h.at for h in found)

    ranked = sorted(hits.values(), key=weight, reverse=True)
    return [next((h for h in reversed(found) if h.thing), found[-1]) for found in ranked]


def near(topic: str) -> frozenset[str]:
    """A topic with those linked to it, in either direction."""
    out = {topic, *topics()[topic].links} if topic in topics() else {topic}
    return frozenset(out | {t.id for t in topics().values() if topic in t.links})


def is_plural(thing: str) -> bool:
    """Whether a displayed noun takes a plural verb."""
    last = thing.split()[-1]
    return thing in {"your children", "the children", "people"} or (
        last.endswith("s") and not last.endswith(("ss", "us", "is", "ics")) and last.lower() not in {"maths", "tennis", "sms", "chess"}
    )


_SINGULAR = re.compile(r"\{w\^?\} (?:is|has|does|was|[a-z]{3,}s)\b|\b(?:does|is|has) \{w\}")
_PLURAL = re.compile(r"(?<!does )(?<!did )(?<!would )\{w\^?\} (?:keep|give|come|have|do|are)\b|\b(?:do|are) \{w\}")


def fits(line: str, thing: str) -> bool:
    """Whether a line can be said with this noun: it needs one for its slot, and the verbs must agree."""
    if "{w" not in line:
        return True
    if not thing:
        return False
    return not (_SINGULAR.search(line) if is_plural(thing) else _PLURAL.search(line))


def fill(line: str, thing: str) -> str:
    """The line with the noun in its slots."""
    return line.replace("{w^}", capital(thing)).replace("{w}", thing)
