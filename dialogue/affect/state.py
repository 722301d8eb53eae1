"""Her emotional state as one immutable value, readable at any time.

Emotions last seconds and decay by halves; the mood lasts minutes and follows them. Nothing is stepped from outside: the
state at a time is a pure function of that time, so every frame rate sees the same person.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from dialogue.affect import tables
from dialogue.affect.mood import Mood, advance, clip, default_mood, length
from dialogue.affect.tables import Vec

TRAIT_GAIN = 0.2
"""How much one trait changes an intensity (ALMA's k)."""
MOOD_GAIN = 0.15
"""How much a mood helps the emotions that agree with it (design value)."""
GONE = 0.01
"""An emotion below this strength is over."""
STEP_S = 1.0
"""Grid of the mood's course between two events; at 1 s it equals 60 Hz to three decimals."""


@dataclass(frozen=True, slots=True)
class Emotion:
    """name: an OCC emotion or a face label. strength: 0..1 at `born_s`. cause: what it is about."""

    name: str
    strength: float
    cause: str
    born_s: float

    def value(self, now: float) -> float:
        """Strength at `now`; before its birth it is 0."""
        age = now - self.born_s
        return self.strength * 2 ** (-age / tables.half_life(self.name)) if age >= 0 else 0.0


def together(a: float, b: float) -> float:
    """Two strengths of the same emotion felt at once: FAtiMA's logarithmic sum on its scale of ten, with 0 neutral."""
    return min(1.0, 0.1 * math.log(math.exp(10 * a) + math.exp(10 * b) - 1))


@dataclass(frozen=True, slots=True)
class Affect:
    """Emotions, mood and personality of one person at one time. `anchor` is the mood when the last event came."""

    anchor: Mood
    default: Vec
    traits: Mapping[str, float]
    emotions: tuple[Emotion, ...] = ()
    _course: dict[int, Vec] = field(default_factory=dict, repr=False, compare=False)

    @staticmethod
    def at_rest(traits: Mapping[str, float], now: float) -> Affect:
        """A person of these traits (keys O C E A N, -1..1), at her default mood and with no emotion."""
        home = default_mood(traits)
        return Affect(Mood(*home, at_s=now), home, dict(traits))

    # -- reading -------------------------------------------------------------------------------------------------------

    def strengths(self, now: float) -> dict[str, float]:
        """Strength 0..1 of all 21 face labels; what is not felt is 0."""
        out = dict.fromkeys(tables.labels(), 0.0)
        for emotion in self.emotions:
            value = emotion.value(now)
            shown = tables.shown_as(emotion.name, value) if value >= GONE else None
            if shown:
                out[shown[0]] = together(out[shown[0]], shown[1])
        return out

    def strongest(self, now: float) -> tuple[str, float] | None:
        """The strongest shown label and its strength, or None when nothing is felt."""
        label, value = max(self.strengths(now).items(), key=lambda item: item[1])
        return (label, value) if value >= GONE else None

    def mood(self, now: float) -> Vec:
        """(P, A, D) at `now`, each -1..1. Before the last event it is the mood at that event."""
        span = max(0.0, now - self.anchor.at_s)
        whole = int(span / STEP_S)
        knot = min(whole, self._calm_after())
        # Two threads may read one state; each knot has one value, so writing it twice does no harm.
        self._course.setdefault(0, self.anchor.vec)
        while knot not in self._course:
            done = len(self._course) - 1
            self._course[done + 1] = self._step(self._course[done], done * STEP_S, STEP_S)
        return self._step(self._course[knot], knot * STEP_S, span - knot * STEP_S)

    def _calm_after(self) -> int:
        """Steps after which no emotion acts any more and one formula covers the rest."""
        end = self.anchor.at_s
        for emotion in self.emotions:
            lasts = tables.half_life(emotion.name) * math.log2(max(emotion.strength, GONE) / GONE)
            end = max(end, emotion.born_s + lasts)
        return math.ceil((end - self.anchor.at_s) / STEP_S)

    def _step(self, mood: Vec, since_anchor_s: float, dt_s: float) -> Vec:
        start = self.anchor.at_s + since_anchor_s
        weight, vec = 0.0, [0.0, 0.0, 0.0]
        for emotion in self.emotions:
            value = emotion.value(start)
            if value < GONE:
                continue
            rate = math.log(2) / tables.half_life(emotion.name)
            amount = value / rate * (1 - math.exp(-rate * dt_s))
            weight += amount
            for i, x in enumerate(tables.pads()[emotion.name]):
                vec[i] += amount * x
        if weight <= 0:
            return advance(mood, self.default, mood, 0.0, dt_s)
        pull = (vec[0] / weight, vec[1] / weight, vec[2] / weight)
        return advance(mood, self.default, pull, min(weight, dt_s), dt_s)

    # -- feeling -------------------------------------------------------------------------------------------------------

    def intensity(self, name: str, strength: float, now: float) -> float:
        """The strength this person feels when something deserves `strength`: traits first, then the mood's colour."""
        traits = sum(self.traits.get(t, 0.0) * sign for t, sign in tables.trait_signs().get(name, {}).items())
        mood, pad = self.mood(now), tables.pads()[name]
        sizes = length(mood) * length(pad)
        cosine = sum(m * p for m, p in zip(mood, pad, strict=True)) / sizes if sizes else 0.0
        return clip(strength * (1 + TRAIT_GAIN * traits) + MOOD_GAIN * cosine * length(mood), 0.0, 1.0)

    def felt(self, emotion: str, strength: float, cause: str, now: float, born_s: float | None = None) -> Affect:
        """The state after an event: an emotion (OCC name, face label or common word) of `strength` 0..1 about `cause`.

        What was felt earlier about the same cause is replaced (a reappraisal); emotions of the same instant stand side by
        side. Strength 0 only takes the earlier ones back. `born_s`: when it begins, if later than `now` (a sentence that is
        still to be heard). An unknown name raises `Trouble`."""
        name = tables.known_emotion(emotion)
        power = self.intensity(name, clip(strength, 0.0, 1.0), now) if strength > 0 else 0.0
        born = now if born_s is None else max(now, born_s)
        kept = tuple(
            e
            for e in self.emotions
            if (e.born_s > now or e.value(now) >= GONE) and (e.cause != cause or (e.born_s == born and e.name != name))
        )
        new = (Emotion(name, power, cause, born),) if power >= GONE else ()
        return Affect(Mood(*self.mood(now), at_s=now), self.default, self.traits, kept + new)

    def without_future(self, now: float) -> Affect:
        """The state without emotions that have not begun, after she was interrupted."""
        kept = tuple(e for e in self.emotions if e.born_s <= now)
        return Affect(Mood(*self.mood(now), at_s=now), self.default, self.traits, kept)
