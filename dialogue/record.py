"""What was said in this conversation. Each change is handed on as it happens, to whoever keeps it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import reduce

from dialogue.brain.base import Line
from dialogue.brain.sentences import joined
from dialogue.speech.growing import Said


@dataclass(slots=True)
class Sentence:
    """One sentence of hers. `heard`: what of it reached the user."""

    shown: str
    utterance: Said | None
    heard: str


@dataclass(slots=True)
class Turn:
    """One exchange. user: '' when she spoke first. private: nothing of it may be kept."""

    number: int
    user: str
    hers: list[Sentence] = field(default_factory=list)
    private: bool = False

    @property
    def reply(self) -> str:
        """What she said, as far as it was heard."""
        return reduce(joined, (s.heard for s in self.hers if s.heard), "")


class Record:
    """The turns, oldest first. `keep`: called with a turn when it begins, with each sentence, and when it is cut short."""

    def __init__(self, keep: Callable[[Turn], None] = lambda turn: None) -> None:
        self.turns: list[Turn] = []
        self.private = False
        self._keep = keep

    def begin(self, number: int, user: str) -> Turn:
        """Open a turn."""
        self.turns.append(Turn(number, user, private=self.private))
        self._keep(self.turns[-1])
        return self.turns[-1]

    def said(self, turn: Turn, sentence: Sentence) -> None:
        """She says one sentence more."""
        turn.hers.append(sentence)
        self._keep(turn)

    def change(self, to: Callable[[str], str]) -> None:
        """Rewrite every text, as when something was forgotten."""
        for turn in self.turns:
            turn.user = to(turn.user)
            for sentence in turn.hers:
                sentence.shown, sentence.heard = to(sentence.shown), to(sentence.heard)

    def set_private(self, on: bool) -> None:
        """From here on, or no longer; what was said in private is dropped when it ends."""
        self.private = on
        if not on:
            self.turns = [t for t in self.turns if not t.private]

    def lines(self) -> tuple[Line, ...]:
        """The talk as the brains see it; open turns without a word of hers hold only the user's line."""
        out: list[Line] = []
        for turn in self.turns:
            if turn.user:
                out.append(Line("user", turn.user))
            if turn.reply:
                out.append(Line("her", turn.reply))
        return tuple(out)

    def last_reply(self) -> str:
        """Her latest words, or ''."""
        return next((t.reply for t in reversed(self.turns) if t.reply), "")

    def cut(self, heard_s: float | None, sentence: int | None = None) -> None:
        """Keep only what was heard of the last turn. `sentence`: index of the utterance that was playing, `heard_s` then counts
        from its start; without it `heard_s` counts through the turn's utterances one after the other."""
        if not self.turns:
            return
        hers = self.turns[-1].hers
        left = heard_s or 0.0
        for i, part in enumerate(hers):
            length = part.utterance.expected_s if part.utterance else 0.0
            if sentence is not None and i != sentence:
                part.heard = part.shown if i < sentence else ""
            elif left > 0 and left >= length:
                part.heard = part.shown
            else:
                part.heard = heard_words(part.utterance, left)
            if sentence is None:
                left = max(0.0, left - length)
            # A sentence without sound was only shown; it counts when the next one was reached.
        self._keep(self.turns[-1])


def heard_words(utterance: Said | None, seconds: float) -> str:
    """The words of an utterance that were complete after `seconds`; with a dash when some are missing."""
    if utterance is None or seconds <= 0 or not utterance.text:
        return ""
    if utterance.words:
        done = [w for w in utterance.words if w.end_s <= seconds]
        end = done[-1].end if done else 0
    else:
        # No word times: letters in proportion, cut back to a whole word.
        end = int(len(utterance.text) * min(1.0, seconds / max(utterance.expected_s, 1e-6)))
        end = len(utterance.text) if end >= len(utterance.text) else max(0, utterance.text.rfind(" ", 0, end + 1))
    kept = utterance.text[:end].rstrip()
    return kept if end >= len(utterance.text) or not kept else f"{kept} –"
