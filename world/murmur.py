"""How she answers the pauses of somebody who speaks to her: a nod, brows, now and then a quiet word. All of it with distance to the last:
a closed p, t or k is taken for a pause once or twice in ten seconds, and who nods at each of them nods like a toy.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from world.director import Director

NOD_GAP_S = 4.0
"""Between two nods; a pause that comes sooner gets a hint of the brows, for it may be the end, and that is answered at once."""
LAST_GAP_S = 1.2
"""The same before the nod that answers the end."""
SPOKEN_S = 3.0
"""So long somebody speaks before they are murmured to."""
GAPS_S = (6.0, 12.0)
"""Between two murmurs, drawn anew each time."""
_NOD_DEG = 3.5
_HINT = 0.3  # of the brows


class Listener:
    """`ask` wishes for a murmur, which comes to the director when a voice has made it. `clock` in seconds; `aloud`: she may be heard."""

    def __init__(self, ask: Callable[[], None], clock: Callable[[], float], rng: random.Random) -> None:
        self._ask, self._clock, self._rng = ask, clock, rng
        self.aloud = False
        self._began_at: float | None = None
        self._nodded_at = self._murmured_at = -1e9
        self._gap_s = rng.uniform(*GAPS_S)
        self._asked = False

    def began(self) -> None:
        """Somebody speaks."""
        self._began_at = self._clock()

    def sure(self, director: Director) -> None:
        """It is speech: a murmur is made ready, for a voice takes its time and a pause does not."""
        if self.aloud and not director.has_murmur and not self._asked:
            self._asked = True
            self._ask()

    def paused(self, director: Director) -> None:
        """They paused, perhaps for a breath."""
        now = self._clock()
        if now - self._nodded_at >= NOD_GAP_S:
            self._nodded_at = now
            director.character.acknowledge(_NOD_DEG)
        else:
            director.character.acknowledge(0.0, _HINT)
        spoken_s = now - self._began_at if self._began_at is not None else 0.0
        if self.aloud and spoken_s >= SPOKEN_S and now - self._murmured_at >= self._gap_s and director.murmur():
            self._murmured_at, self._gap_s = now, self._rng.uniform(*GAPS_S)
            self._nodded_at = now
            director.character.acknowledge(_NOD_DEG)
            self._ask()

    def done(self, director: Director) -> None:
        """Their words are over: who has only had a hint of the brows for that is nodded to now."""
        now = self._clock()
        if now - self._nodded_at >= LAST_GAP_S:
            self._nodded_at = now
            director.character.acknowledge(_NOD_DEG, 0.0)
        self.ended()

    def ended(self) -> None:
        """Nobody speaks any more, or it was nothing."""
        self._began_at = None
        self._asked = False
