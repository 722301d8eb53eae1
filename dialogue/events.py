"""All that goes into the mind and comes out of it.

Every outgoing event carries its `turn`. A new `Say` or a `Hush` raises the turn number; whatever carries an older one is
stale and is dropped by whoever reads it.
"""

from __future__ import annotations

from dataclasses import dataclass

from dialogue.affect.state import Affect
from dialogue.speech.growing import Said
from dialogue.speech.sound import Utterance

# -- in ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Say:
    """The user said this."""

    text: str


@dataclass(frozen=True, slots=True)
class Arrive:
    """The user is here: a greeting is due (with the AI notice where one is due)."""


@dataclass(frozen=True, slots=True)
class Retry:
    """Answer the last thing the user said once more; `text` replaces it where the user edited it."""

    text: str | None = None


@dataclass(frozen=True, slots=True)
class Hush:
    """Be silent now. `heard_s`: seconds of the present utterance that were really played, None when nothing was. `sentence`:
    which `Speech` of the turn that was, counted from 0; without it the seconds count through the turn's speech from its start."""

    heard_s: float | None = None
    sentence: int | None = None


@dataclass(frozen=True, slots=True)
class Bye:
    """The user leaves; the mind closes without a word."""


@dataclass(frozen=True, slots=True)
class Forget:
    """Erase these facts of her memory, with the sentences that told them."""

    facts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Undo:
    """Take back a fact that was just kept."""

    fact: int


@dataclass(frozen=True, slots=True)
class Amend:
    """Put a fact right, where `value` is given, and pin it or not, where `pinned` is."""

    fact: int
    value: str | None = None
    name: str | None = None
    pinned: bool | None = None


@dataclass(frozen=True, slots=True)
class Private:
    """From here on nothing is kept, or is again."""

    on: bool


Aside = Forget | Undo | Amend | Private
"""What concerns her memory alone: it does not interrupt her."""
Incoming = Say | Arrive | Retry | Hush | Bye | Aside

# -- out ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Heard:
    """The turn began with these words of the user; empty for a turn that she begins."""

    turn: int
    text: str


@dataclass(frozen=True, slots=True)
class Thinking:
    """The brain was asked; nothing has come back yet."""

    turn: int


@dataclass(frozen=True, slots=True)
class Speech:
    """One sentence, made to be heard. `shown` is what the chat shows for it. `feeling`: (label, strength) that the face takes
    on when the sound of this sentence begins, or None. `gesture`: a name from assets, or None. `utterance` is None when the
    voice failed: the sentence is shown and timed, not heard."""

    turn: int
    shown: str
    utterance: Said | None
    feeling: tuple[str, float] | None = None
    gesture: str | None = None


@dataclass(frozen=True, slots=True)
class Murmur:
    """A word of a listener, made in advance: to be heard in a pause of the user, or never. No part of the talk."""

    turn: int
    utterance: Utterance


@dataclass(frozen=True, slots=True)
class Feeling:
    """Her state changed; `state.strengths(now)` and `state.mood(now)` are read each frame in closed form."""

    turn: int
    state: Affect


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the program says, not she. kind: `ai`, `crisis`, `gate`, `level`, `rest`, `memory`, `info`. facts: what was just kept,
    for an undo."""

    turn: int
    kind: str
    text: str
    facts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Changed:
    """Her memory was changed by hand."""

    turn: int


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something failed; one sentence with the way out. The talk goes on."""

    turn: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Done:
    """The turn is complete: no more sentences will come."""

    turn: int


Outgoing = Heard | Thinking | Speech | Murmur | Feeling | Notice | Changed | Trouble | Done
