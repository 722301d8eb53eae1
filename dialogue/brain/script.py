"""From a brain's stream to sentences that can be shown, spoken and felt."""

from __future__ import annotations

from dataclasses import dataclass

from dialogue.brain.sentences import ENDS, Splitter, spoken_form
from dialogue.brain.tags import Mark, Piece, TagStream, Text


@dataclass(frozen=True, slots=True)
class Sentence:
    """shown: for the chat. spoken: for the voice, empty where there is nothing to say. feeling: (label, strength).
    at: offset of its first character in the stream."""

    shown: str
    spoken: str
    feeling: tuple[str, float] | None = None
    gesture: str | None = None
    at: int = 0


class Script:
    """Feed it the chunks of one reply, take sentences; call `end` after the last chunk. The result does not depend on the
    chunks."""

    def __init__(self, early: bool = False) -> None:
        self._tags = TagStream()
        self._split = Splitter(early)
        self._feeling: tuple[str, float] | None = None
        self._gesture: str | None = None
        self._at: int | None = None

    def feed(self, chunk: str) -> list[Sentence]:
        """The sentences that are complete after this chunk."""
        return self._take(self._tags.feed(chunk))

    def pause(self) -> list[Sentence]:
        """What need not wait for the next chunk, if that is late; see `Splitter.pause`. Without it nothing depends on the chunks."""
        return [self._make(shown, None) for shown in self._split.pause()] if not self._tags.open else []

    def end(self) -> list[Sentence]:
        """What is left."""
        out = self._take(self._tags.end())
        return out + [self._make(shown, None) for shown in self._split.end()]

    def _take(self, pieces: list[Piece]) -> list[Sentence]:
        out: list[Sentence] = []
        for piece in pieces:
            if isinstance(piece, Text):
                # Character by character, so that a mark after the cut cannot colour what stood before it.
                for i, sign in enumerate(piece.text):
                    if self._at is None and not sign.isspace():
                        self._at = piece.at + i
                    out += [self._make(shown, piece.at + i) for shown in self._split.feed(sign)]
            else:
                out += self._mark(piece)
        return out

    def _mark(self, mark: Mark) -> list[Sentence]:
        out: list[Sentence] = []
        if not mark.inline and self._split.held.endswith(ENDS):
            out = [self._make(shown, None) for shown in self._split.end()]
        self._feeling = self._feeling or mark.feeling
        self._gesture = self._gesture or mark.gesture
        return out

    def _make(self, shown: str, next_at: int | None) -> Sentence:
        made = Sentence(shown, spoken_form(shown), self._feeling, self._gesture, self._at or 0)
        self._feeling = self._gesture = None
        self._at = next_at if self._split.held else None
        return made


def read_reply(reply: str) -> list[Sentence]:
    """A whole reply at once."""
    script = Script()
    return script.feed(reply) + script.end()


def without_marks(reply: str) -> str:
    """The words of a reply as history keeps them: no tags, no stage directions, no reasoning."""
    stream = TagStream()
    return "".join(p.text for p in stream.feed(reply) + stream.end() if isinstance(p, Text)).strip()
