"""One unbroken sound out of many: sentences laid end to end on the clock of a device, also while they are still coming.

A device that is given nothing in time stutters, and OpenAL's clock snaps back. So where the next samples of a sentence are late, what is
held back fades out, silence is laid, and the sentence goes on with a fade in; its own time stands still meanwhile, and so do the lips.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Protocol

import numpy as np

from dialogue.speech.resample import Resampler, resample
from dialogue.speech.sound import Samples

EDGE_S = 0.005
"""Held back of a sound that is still coming, to fade it out if nothing follows; and the fade itself."""
FADE_S = 0.080
AGAIN_S = 0.30
"""After a stutter so much is waited for: one pause is better than many."""


class Source(Protocol):
    """Sound to be played, perhaps still coming: `Utterance`, `Growing`, or `Whole`."""

    @property
    def rate_hz(self) -> int:
        """Samples a second."""

    @property
    def complete(self) -> bool:
        """Nothing follows."""

    def since(self, at: int) -> Samples:
        """float32 mono from sample number `at` on."""


class Whole:
    """Samples that are all here."""

    complete = True

    def __init__(self, samples: Samples, rate_hz: int) -> None:
        self._samples, self.rate_hz = samples, rate_hz

    def since(self, at: int) -> Samples:
        """float32 mono from sample number `at` on."""
        return self._samples[at:]


class Part:
    """One source on a line. `done`, `t` and `duration_s` are in seconds of its own sound."""

    def __init__(self, line: Line, source: Source) -> None:
        self._line, self._source = line, source
        self._resampler = None if source.rate_hz == line.rate_hz else Resampler(source.rate_hz, line.rate_hz)
        self._read = 0
        self._held = np.zeros(0, np.float32)
        self._spans: list[tuple[int, int]] = []  # (sample of the line, sample of the sound at its rate) where it goes on
        self._given = 0
        self._fresh = False
        self.whole = False  # all of it is on the line
        self.end = 0  # sample of the line after its last

    @property
    def duration_s(self) -> float:
        """Seconds on the line until now; all of them once it is `whole`."""
        return self._given / self._line.rate_hz

    @property
    def begun(self) -> bool:
        """Its first sample was heard."""
        return bool(self._spans) and self._line.now * self._line.rate_hz >= self._spans[0][0]

    @property
    def t(self) -> float:
        """Seconds of it that were heard."""
        x = self._line.now * self._line.rate_hz
        for (at, sound), (until, next_sound) in pairwise([*self._spans, (self.end, self._given)]):
            if x < until - 0.5:
                return float(min(max(sound + x - at, sound), next_sound)) / self._line.rate_hz
        return self.duration_s

    @property
    def done(self) -> bool:
        """It has ended or was hushed to silence."""
        return self._line.silent or (self.whole and self._line.now * self._line.rate_hz >= self.end - 0.5)

    def hush(self) -> float:
        """Fade out in 80 ms, with all that was to follow; returns the seconds heard."""
        heard = self.t
        self._line.hush()
        return heard

    def take(self, at: int, *, starved: bool) -> Samples:
        """What of it can be laid at sample `at` of the line. `starved`: the device needs something now."""
        complete = self._source.complete  # asked first: what comes between belongs to the next time
        new = self._source.since(self._read)
        self._read += len(new)
        if self._resampler is None:
            made = new
        elif complete and self._read == len(new):
            made = resample(new, self._source.rate_hz, self._line.rate_hz)
        else:
            made = self._resampler.feed(new, last=complete)
        self._held = np.concatenate([self._held, made])
        edge = int(EDGE_S * self._line.rate_hz)
        if self._fresh and not complete and len(self._held) < AGAIN_S * self._line.rate_hz:
            return np.zeros(0, np.float32)
        spare = len(self._held) if complete or starved else max(len(self._held) - edge, 0)
        out, self._held = self._held[:spare], self._held[spare:]
        if len(out) and (not self._spans or self._fresh):
            self._spans.append((at, self._given))
            out = faded(out, edge, begin=True) if self._fresh else out
            self._fresh = False
        if starved and not complete:
            out = faded(out, edge, begin=False)
            self._fresh = True
        self._given += len(out)
        if len(out):
            self.end = at + len(out)
        if complete:
            self.whole, self.end = True, at + len(out)
        return out


class Line:
    """Parts at one rate. `clock` gives the seconds of the line that its device has played; `on_hush` is called when a fade begins."""

    def __init__(self, rate_hz: int, clock: Callable[[], float], on_hush: Callable[[], None] = lambda: None) -> None:
        self.rate_hz, self._clock, self._on_hush = rate_hz, clock, on_hush
        self._parts: list[Part] = []
        self.laid = 0  # samples
        self.hushed_at: float | None = None
        self._pulled_at = 0.0

    @property
    def now(self) -> float:
        """Seconds of it that were heard, no more than there are."""
        now = min(self._clock(), self.laid / self.rate_hz)
        return now if self.hushed_at is None else min(now, self.hushed_at + FADE_S)

    @property
    def silent(self) -> bool:
        """It was hushed, and the fade is over."""
        return self.hushed_at is not None and self._clock() >= self.hushed_at + FADE_S

    @property
    def over(self) -> bool:
        """Nothing of it sounds any more."""
        return self.silent or (all(part.whole for part in self._parts) and self._clock() * self.rate_hz >= self.laid)

    def takes(self, part: object) -> bool:
        """Whether something can follow `part` without a gap: it is of this line, which still has something to play."""
        ahead = self.laid / self.rate_hz - self._clock()
        waits = bool(self._parts) and not self._parts[-1].whole
        return part in self._parts and self.hushed_at is None and (waits or ahead > EDGE_S)

    def add(self, source: Source) -> Part:
        """`source` after all that is on the line."""
        self._parts.append(Part(self, source))
        return self._parts[-1]

    def hush(self) -> None:
        """Silence in 80 ms."""
        if self.hushed_at is None:
            self.hushed_at = min(self._clock(), self.laid / self.rate_hz)
            self._on_hush()

    def fade(self) -> float:
        """How loud it may be now, 0..1."""
        return 1.0 if self.hushed_at is None else max(1 - (self._clock() - self.hushed_at) / FADE_S, 0.0)

    def pull(self, least_s: float) -> Samples:
        """What the device is to be given now, in addition. Of a sentence whose samples are late so much silence is laid that the device
        has `least_s` to play, twice as much as passed since it was last asked at least."""
        now = self._clock()
        margin = max(least_s, 2 * (now - self._pulled_at))
        self._pulled_at = now
        out: list[Samples] = []
        if self.hushed_at is not None:
            return np.zeros(0, np.float32)
        for part in self._parts:
            if part.whole:
                continue
            piece = part.take(self.laid, starved=False)
            self._lay(out, piece)
            if part.whole:
                continue
            short = round((now + margin) * self.rate_hz) - self.laid
            if short > 0 and self.laid:
                self._lay(out, part.take(self.laid, starved=True))
                self._lay(out, np.zeros(max(round((now + margin) * self.rate_hz) - self.laid, 0), np.float32))
            break
        return np.concatenate(out) if out else np.zeros(0, np.float32)

    def _lay(self, out: list[Samples], samples: Samples) -> None:
        out.append(samples)
        self.laid += len(samples)


def faded(samples: Samples, edge: int, *, begin: bool) -> Samples:
    """Faded over `edge` samples at its begin or its end."""
    edge = min(edge, len(samples))
    ramp = np.linspace(0, 1, edge, dtype=np.float32)
    out = samples.copy()
    if begin:
        out[:edge] *= ramp
    else:
        out[len(out) - edge :] *= ramp[::-1]
    return out
