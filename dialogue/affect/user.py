"""What the user seems to feel, from the words alone: valence and arousal, each -1..1."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from dialogue.affect.trim import few

HALF_LIFE_TURNS = 3.0
TEXT_WEIGHT = 0.8
SIGNS_WEIGHT = 0.5
_KEEPS = re.compile(r"\b(?:can't|cant|cannot|can not|couldn't) stop (?=\w+ing\b)", re.I)  # "can't stop crying" is no denial of crying
_LIVELY = re.compile(r"[\U0001F300-\U0001FAFF❤!]")


@cache
def _analyser() -> Any:
    # Imported late: it reads a word list of some 7,500 lines.
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    return SentimentIntensityAnalyzer()


@lru_cache(maxsize=256)
def polarity(text: str) -> float:
    """VADER's compound score of the first and last words, -1..1."""
    return float(_analyser().polarity_scores(_KEEPS.sub("keep ", few(text)))["compound"])


def liveliness(text: str) -> float:
    """Arousal -1..1 from exclamation marks, capitals, emoji, and trailing dots."""
    letters = [c for c in text if c.isalpha()]
    capitals = sum(c.isupper() for c in letters) / len(letters) if len(letters) > 4 else 0.0
    value = 0.25 * min(4, len(_LIVELY.findall(text))) + (0.6 if capitals > 0.6 else 0.0) - (0.3 if text.rstrip().endswith("...") else 0)
    return max(-1.0, min(1.0, value))


@dataclass(frozen=True, slots=True)
class UserMood:
    """A running estimate; `after` folds in one more message, older ones fade by halves every three turns."""

    valence: float = 0.0
    arousal: float = 0.0

    def after(self, text: str) -> UserMood:
        """The estimate after the user said `text`."""
        keep = 2 ** (-1 / HALF_LIFE_TURNS)
        now_v, now_a = TEXT_WEIGHT * polarity(text), SIGNS_WEIGHT * liveliness(text)
        return UserMood(keep * self.valence + (1 - keep) * now_v, keep * self.arousal + (1 - keep) * now_a)
