"""Words of the built-in brain: tokens, base forms, content words, pronouns turned around."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from dialogue.data import asset_json

_TOKEN = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
TIME = re.compile(
    r"\b(?:(?:on|this|next|last|coming) )?(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|"
    r"weekend|week|month|year)\b|\b(?:today|tonight|tomorrow|soon|this (?:morning|afternoon|"
    r"evening))\b(?: (?:morning|afternoon|evening|night))?|\bin (?:a|an|two|three|four|five|\d+) (?:hour|"
    r"day|week|month)s?\b",
    re.I,
)


def straight(text: str) -> str:
    """Straight apostrophes and single spaces; case is kept."""
    return " ".join(text.replace("’", "'").replace("‘", "'").split())


def tokens(text: str) -> list[str]:
    """Words in lower case."""
    return _TOKEN.findall(straight(text).lower())


@cache
def stop_words() -> frozenset[str]:
    """Words without content."""
    return frozenset(asset_json("mind/words.json")["stop"].split())


@cache
def _lemmas() -> Mapping[str, str]:
    return {str(k): str(v) for k, v in asset_json("mind/words.json")["lemmas"].items()}


@cache
def lemma(word: str) -> str:
    """A rough base form: enough to see that `hiked`, `hikes` and `hiking` are one word."""
    word = word.removesuffix("'s")
    known = _lemmas().get(word)
    if known:
        return known
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 5 and word.endswith("ing"):
        return _undouble(word[:-3])
    if len(word) > 4 and word.endswith("ed"):
        return _undouble(word[:-2])
    if len(word) > 4 and word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return _undouble(word[:-1])
    return _undouble(word)


def _undouble(stem: str) -> str:
    if len(stem) > 3 and stem[-1] == stem[-2] and stem[-1] not in "lsz":
        return stem[:-1]
    return stem[:-1] if len(stem) > 4 and stem.endswith("e") else stem


def content(text: str) -> list[str]:
    """Base forms of the content words, in order, each once."""
    return list(dict.fromkeys(lemma(w) for w in tokens(text) if w not in stop_words() and len(w) > 2 and not w.isdigit()))


def swap(text: str) -> str:
    """The user's words turned to the user: I to you, my to your. Meant for clauses without `you`."""
    table: Mapping[str, str] = asset_json("mind/words.json")["swap"]
    text = re.sub(r"\bI was\b", "you were", straight(text), flags=re.I)
    text = re.sub(r"\bI wasn't\b", "you weren't", text, flags=re.I)
    return re.sub(r"[A-Za-z']+", lambda m: table.get(m[0].lower(), m[0]), text)


def gerund(verb_phrase: str) -> str:
    """`bake bread` as `baking bread`."""
    verb, _, rest = verb_phrase.partition(" ")
    if verb.endswith("ing"):
        made = verb
    elif verb.endswith("ie"):
        made = verb[:-2] + "ying"
    elif verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")) and verb != "be":
        made = verb[:-1] + "ing"
    elif re.fullmatch(r"[^aeiou]*[aeiou][bdgmnprt]", verb):
        made = verb + verb[-1] + "ing"
    else:
        made = verb + "ing"
    return f"{made} {rest}".strip()


def capital(text: str) -> str:
    """First letter large, the rest untouched."""
    return text[:1].upper() + text[1:]
