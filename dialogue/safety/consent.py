"""How close the two are: one number from 0 to 3, chosen by the user, lowered by any doubt (L-19, S-13).

Every place asks the same object: the brains, the check on the way out, window, terminal, and in the headset touch and distance.
What was chosen holds for this visit and this persona; what lowers it (a crisis, drink) outlives both, in the ledger.
"""

from __future__ import annotations

from typing import Any, Literal

from dialogue.data import asset_json
from dialogue.ledger import Ledger
from dialogue.trouble import NotAllowed

Why = Literal["crisis", "distress", "drink", "age", "stop", "own"]

NAMES = ("friend", "affectionate", "romantic", "intimate")
BUILT_IN_MOST = 2
"""The built-in brain's maximum; the level above needs the user's own endpoint and a confirmation of its own."""
RESTS_S: dict[Why, float] = {"crisis": 24 * 3600.0, "drink": 8 * 3600.0, "distress": 3600.0, "age": 0.0, "stop": 0.0, "own": 900.0}
"""How long nobody can raise the level after it was lowered for a reason (design values; 24 h after a crisis is the design's)."""
ACTS: dict[str, int] = {"hand": 0, "shoulder": 1, "hug": 1, "closer": 1, "hair": 2, "kiss": 2, "intimate": 3}
"""The least level at which she lets an act happen, or does it."""
NEAREST_M = {False: 0.75, True: 0.45}
"""How near she may come, in metres, without and with `closer` allowed: the edge of personal and of intimate space."""


class Consent:
    """`persona_most`: the persona's `romance_max`. `most`: what the profile allows at all (0 for a throwaway one). `own_endpoint`: whether
    the user's own endpoint answers."""

    def __init__(self, ledger: Ledger, persona_most: int = 2, own_endpoint: bool = False, most: int = 3) -> None:
        self._ledger, self._own_endpoint = ledger, own_endpoint
        self._most = min(most, persona_most)
        self._chosen = 0
        self._closed_acts: frozenset[str] = frozenset()
        self.pending: int | None = None
        """The level that her open question is about; the next words of the user close it."""

    # -- what holds --------------------------------------------------------------------------------------------------------

    def level(self, now: float) -> int:
        """The level that holds at `now`, in seconds since 1970."""
        return min(self._chosen, self.ceiling(now))

    def ceiling(self, now: float) -> int:
        """The highest level that could be chosen at `now`."""
        if self.rests(now) is not None:
            return 0
        return min(self._most, 3 if self._own_endpoint else BUILT_IN_MOST)

    def rests(self, now: float) -> tuple[Why, float] | None:
        """(why, until) while closeness rests, else None."""
        kept = self._ledger.read("romance_rests")
        if not isinstance(kept, dict) or not isinstance(kept.get("until"), (int, float)) or now >= kept["until"]:
            return None
        return kept.get("why", "distress"), float(kept["until"])

    def allowed(self, act: str, now: float) -> bool:
        """Whether an act of `ACTS` may happen at `now`; whatever is not in the table may not."""
        return act in ACTS and act not in self._closed_acts and ACTS[act] <= self.level(now)

    def nearest_m(self, now: float) -> float:
        """How near she may come by herself."""
        return NEAREST_M[self.allowed("closer", now)]

    # -- what changes it ---------------------------------------------------------------------------------------------------

    def why_not(self, level: int, now: float, confirmed: bool = False) -> str:
        """One sentence why a level cannot be chosen now, '' when it can."""
        texts = asset_json("safety/levels.json")["why_not"]
        resting = self.rests(now)
        if level == 0:
            return ""
        if resting is not None:
            return str(texts[resting[0]])
        if level > self._most:
            return str(texts["persona" if self._most else "off"]).format(name=NAMES[self._most])
        if level > BUILT_IN_MOST and not self._own_endpoint:
            return str(texts["endpoint"])
        return str(texts["confirm"]) if level > BUILT_IN_MOST and not confirmed else ""

    def choose(self, level: int, now: float, by: Literal["page", "speech"], confirmed: bool = False) -> None:
        """The user's own choice. Raises `NotAllowed` with the sentence of `why_not`."""
        refused = "there is no such level" if level not in range(len(NAMES)) else self.why_not(level, now, confirmed)
        if refused:
            raise NotAllowed(refused)
        self._chosen, self.pending = level, None
        self._closed_acts = frozenset()
        self._ledger.write("consent", {"level": level, "at": now, "by": by})

    def lower(self, now: float, why: Why) -> None:
        """Back to 0 in this very turn; for some reasons it stays there for a while. A longer rest is never cut short."""
        self._chosen, self.pending = 0, None
        until = now + RESTS_S[why]
        resting = self.rests(now)
        if RESTS_S[why] and (resting is None or resting[1] < until):
            self._ledger.write("romance_rests", {"why": why, "until": until})

    def close_act(self, act: str) -> None:
        """The user does not want this act, whatever the level; a new choice of the level opens it again."""
        self._closed_acts |= {act}

    def use_endpoint(self, own: bool) -> None:
        """The brain was changed; what only the former one allowed is gone until chosen again."""
        self._own_endpoint = own
        if not own:
            self._chosen = min(self._chosen, BUILT_IN_MOST)

    @property
    def last_choice(self) -> dict[str, Any] | None:
        """The record of the latest choice: level, at, by. It is shown, not applied: after a restart the level is 0."""
        kept = self._ledger.read("consent")
        return kept if isinstance(kept, dict) else None
