"""One message, read: act, topics, feeling, the clause to give back, the word to hold on to."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dialogue.affect.user import polarity
from dialogue.brain.acts import BAD, GOOD, Act, read_act, read_event, read_feeling
from dialogue.brain.topics import Hit, find_topics
from dialogue.brain.words import content, lemma, stop_words, straight, swap, tokens

MOST_CLAUSE_WORDS = 13
_HEAVY = frozenset(("sad", "tired", "stressed", "anxious", "lonely", "angry", "guilty", "sick"))
_HEAVY_EVENTS = frozenset(("loss", "betrayal", "illness", "missing", "grief", "breakup", "fear", "shame", "regret", "tears", "ache"))
_LEAD = re.compile(
    r"^(?:(?:and|but|so|well|yeah|yes|no|oh|ok|okay|honestly|actually|because|also|then|now|right|hm+|"
    r"haha|lol|it's just that|the thing is|you know|i mean|i think|i guess|i suppose|i feel like|maybe|"
    r"sometimes it's like|anyway|at least|fair enough)[, ]+)+",
    re.I,
)
_TAIL = re.compile(
    r"(?:,? (?:actually|by the way|btw|honestly|though|lol|haha|i think|i guess|you know|i have to admit|"
    r"or something|at the moment|right now|again))+$",
    re.I,
)
_SPLIT = re.compile(
    r"[,;:]\s+|\s+[-–—]\s+|\s+(?:but|because|so that|although|while|which|who|since|unless|and (?=(?:i|we|"
    r"my|he|she|they|it|now|then)\b))\s*",
    re.I,
)
_STARTS = re.compile(r"^(?:i|i'm|i've|i'd|i'll|we|we're|we've|my \w+|our \w+|he|she|they|he's|she's|they're|his|her|their)\b", re.I)

_UNSAID = re.compile(r"^(?:can't|cannot|couldn't|haven't|don't (?!you|worry)|didn't|won't|dropped|lost|went|got)\b", re.I)


@dataclass(frozen=True, slots=True)
class Reading:
    """clause: "you went sailing every summer", '' where none fits. key: a noun of the user as it stands in a sentence ("the
    guitar"), or ''; sure_key: it is a known noun. mood: `good`, `bad` or `plain`. words: base forms of the content words."""

    text: str
    act: Act
    hits: tuple[Hit, ...]
    feeling: str | None
    event: str | None
    clause: str
    key: str
    sure_key: bool
    mood: str
    valence: float
    words: frozenset[str]

    @property
    def topic(self) -> str | None:
        """The strongest topic, or None."""
        return self.hits[0].topic if self.hits else None


def read(text: str) -> Reading:
    """Read one message."""
    act, hits, value = read_act(text), tuple(find_topics(text)), polarity(text)
    feeling, event = read_feeling(text), read_event(text)
    mood = _mood(straight(text).lower(), act.name, value, feeling, event)
    key = next((h.thing for h in hits if h.thing), "") or _noun(text)
    return Reading(
        text, act, hits, feeling, event, find_clause(text), key, any(h.thing for h in hits), mood, value, frozenset(content(text))
    )


def _mood(said: str, act: str, value: float, feeling: str | None, event: str | None) -> str:
    """`good`, `bad` or `plain`: careful, because cheering at the wrong thing is worse than not cheering."""
    if feeling in _HEAVY or event in _HEAVY_EVENTS:
        return "bad"
    if event == "win" or feeling in ("happy", "excited", "proud"):
        return "good"
    own = bool(re.search(r"\b(?:i|i'm|i've|my|me|we|our|us)\b", said)) or act == "short"
    if own and value <= BAD - 0.1:
        return "bad"
    mixed = re.search(r"\b(?:but|should|need to|have to|used to|would|could|if|though|might|don't|not|never)\b", said)
    return "good" if value >= GOOD + 0.1 and not mixed else "plain"


def find_clause(text: str) -> str:
    """The last statement about the user or somebody else, turned around; '' when nothing can be given back safely."""
    for sentence in reversed(re.split(r"(?<=[.!?])\s+|\n", straight(text))):
        if sentence.endswith("?") or re.search(r"\b(?:you|your|yours|u|mira|jon)\b", sentence, re.I):
            continue
        for part in _SPLIT.split(sentence.rstrip(".! ")):
            clause = _TAIL.sub("", _LEAD.sub("", part.strip())).strip(" .!")
            if _UNSAID.match(clause):
                clause = f"I {clause[0].lower()}{clause[1:]}"
            words = tokens(clause)
            enough = 3 <= len(words) <= MOST_CLAUSE_WORDS and (content(clause) or len(words) >= 5)
            if (
                enough
                and _STARTS.match(clause)
                and not re.match(
                    r"i (?:don't know|know|mean|hope|see|would|wish|love you|like you)\b|i'm (?:off|here|fine|sorry|back)\b", clause, re.I
                )
            ):
                first, _, rest = clause.partition(" ")
                return swap(f"{first.lower()} {rest}" if first.lower() != "i" else clause)
    return ""


def _noun(text: str) -> str:
    """A noun phrase with its article, seen by its article alone; '' when there is none."""
    found = re.findall(
        r"\b(my|the|a|an|our)\s+([a-z][a-z'-]{2,})(?=\s*(?:$|[.,!?;]|\band\b|\bbut\b|\bis\b|\bwas\b|"
        r"\bin\b|\bon\b|\bat\b|\bwith\b|\bto\b|\bfor\b|\bbecause\b))",
        straight(text),
        re.I,
    )
    for article, noun in reversed(found):
        if noun.lower() not in stop_words() and lemma(noun.lower()) not in ("lot", "bit", "time", "thing", "way", "hour", "mile"):
            shown = {"my": "your", "our": "your", "a": "the", "an": "the"}.get(article.lower(), article.lower())
            return f"{shown} {noun.lower()}"
    return ""
