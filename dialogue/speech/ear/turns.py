"""From a stream of sound to what somebody said: where it begins, when it is sure to be speech, where it ends."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from dialogue.speech.ear.activity import FRAME, FRAME_S, Activity
from dialogue.speech.ear.quiet import Quiet
from dialogue.speech.sound import Samples

START, STAY = 0.5, 0.35
"""Likelihoods at which speech begins, and below which it stops."""
SURE_S = 0.24
"""Speech for so long is no cough: it may interrupt."""
END_S = 0.45
"""Silence after which the words are over (design value; between 290 and 440 ms were measured for other detectors)."""
BEFORE_S = 0.30
"""Sound kept from before the beginning: the first consonant is quieter than the detector hears."""
PAUSE_S = 0.096
"""Silence by the detector in which a listener shows that she heard, long before the words are known to be over (people: about 200
ms); `quiet` mostly hears it sooner."""
MOST_S = 60.0
"""Words are cut here; nobody waits longer for an answer."""


@dataclass(frozen=True, slots=True)
class Began:
    """Perhaps speech: the first sign."""


@dataclass(frozen=True, slots=True)
class Sure:
    """It is speech."""


@dataclass(frozen=True, slots=True)
class Paused:
    """The speaker fell silent, perhaps for a breath only."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """What began was none."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The words are over. samples: float32 at 16 kHz, from shortly before they began."""

    samples: Samples


Heard = Began | Sure | Paused | Dropped | Ended


class Turns:
    """Feed it sound of any length at 16 kHz; it says what follows. `level` is the loudness of the last frame, 0..1 for -60..0 dBFS."""

    def __init__(self, activity: Activity) -> None:
        self._activity = activity
        self._rest = np.zeros(0, np.float32)
        self._before: deque[Samples] = deque(maxlen=round(BEFORE_S / FRAME_S))
        self._said: list[Samples] = []
        self._spoken = self._silent = 0
        self._sure = self._paused = False
        self._quiet = Quiet()
        self.level = 0.0

    @property
    def speaking(self) -> bool:
        """Somebody speaks now, as far as is known."""
        return bool(self._said)

    def feed(self, samples: Samples) -> list[Heard]:
        """What became known with these samples."""
        self._rest = np.concatenate([self._rest, samples.astype(np.float32, copy=False)])
        out: list[Heard] = []
        while len(self._rest) >= FRAME:
            frame, self._rest = self._rest[:FRAME], self._rest[FRAME:]
            out += self._frame(frame)
        return out

    @property
    def unread(self) -> int:
        """Samples that wait for their frame to be full."""
        return len(self._rest)

    def finish(self) -> list[Heard]:
        """The end of the stream, or of a push-to-talk key: what was said until now is complete."""
        if not self._said:
            return []
        return [Ended(self._take())] if self._sure else self._drop()

    def _frame(self, frame: Samples) -> list[Heard]:
        self.level = float(np.clip(1 + np.log10(np.mean(np.square(frame, dtype=np.float64)) + 1e-12) / 6, 0, 1))
        likely = self._activity.speech(frame)
        if not self._said:
            if likely < START:
                self._before.append(frame)
                self._quiet.before(frame)
                return []
            self._said = [*self._before, frame]
            self._before.clear()
            self._spoken, self._silent, self._sure, self._paused = 1, 0, False, False
            self._quiet.within(frame, likely)
            return [Began()]
        self._said.append(frame)
        quiet = self._quiet.within(frame, likely)
        if likely >= STAY:
            self._spoken += 1
            self._silent = 0
            self._paused = self._paused and quiet
        else:
            self._silent += 1
        if not self._sure and self._spoken * FRAME_S >= SURE_S:
            self._sure = True
            return [Sure()]
        if self._sure and not self._paused and (quiet or self._silent >= round(PAUSE_S / FRAME_S)):
            self._paused = True
            return [Paused()]
        if self._silent * FRAME_S >= END_S:
            return [Ended(self._take())] if self._sure else self._drop()
        if len(self._said) * FRAME_S >= MOST_S:
            return [Ended(self._take())]
        return []

    def _take(self) -> Samples:
        samples = np.concatenate(self._said)
        self._said = []
        return samples

    def _drop(self) -> list[Heard]:
        self._before.extend(self._said)
        self._said = []
        return [Dropped()]
