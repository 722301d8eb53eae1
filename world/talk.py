"""What was said, for the eyes: the chat's messages, grown sentence by sentence as she says them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from dialogue.brain.sentences import joined

Who = Literal["user", "her", "notice", "trouble"]


@dataclass(slots=True)
class Message:
    """One bubble. `turn` counts the exchanges of the mind. `facts`: new memories that this notice tells of, for an undo."""

    who: Who
    text: str
    turn: int
    facts: tuple[int, ...] = ()


@dataclass(slots=True)
class Talk:
    """All messages of this visit, oldest first; held in memory alone. `caption` is the sentence that sounds now."""

    messages: list[Message] = field(default_factory=list)
    caption: str = ""

    def user(self, turn: int, text: str) -> None:
        """The user's words; an edited last message replaces itself and what she answered to it."""
        self.messages.append(Message("user", text, turn))

    def take_back(self) -> None:
        """Remove the last message of the user and all that came after it (retry, edit)."""
        for i in range(len(self.messages) - 1, -1, -1):
            if self.messages[i].who == "user":
                del self.messages[i:]
                return

    def sentence(self, turn: int, text: str) -> None:
        """One more sentence of hers; the sentences of a turn share a bubble."""
        last = self.messages[-1] if self.messages else None
        if last is not None and last.who == "her" and last.turn == turn:
            last.text = joined(last.text, text)
        else:
            self.messages.append(Message("her", text, turn))

    def say(self, who: Who, turn: int, text: str, facts: tuple[int, ...] = ()) -> None:
        """A notice of the program, or a trouble."""
        self.messages.append(Message(who, text, turn, facts))

    @property
    def last_user(self) -> str | None:
        """The user's last words, None before the first."""
        return next((m.text for m in reversed(self.messages) if m.who == "user"), None)
