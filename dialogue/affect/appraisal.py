"""From what was said to what she feels: OCC variables, then emotions.

Rules after FAtiMA-Toolkit's OCC derivation; the values for kinds of talk are design values. A goodbye never weighs more
than -.1, and nothing about a crisis ever makes her angry or hurt.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dialogue.affect.state import Affect


@dataclass(frozen=True, slots=True)
class Event:
    """OCC variables, each -1..1 or None where they do not apply. `desirability` for her, `for_other` for the user, `praise`
    of what was done (`own` when she did it), `liking` of a thing. `cause` names what it is about."""

    cause: str
    desirability: float | None = None
    for_other: float | None = None
    praise: float | None = None
    own: bool = False
    liking: float | None = None


def occ(event: Event) -> list[tuple[str, float]]:
    """Emotions (OCC names) and strengths that an event deserves."""
    d, o, p = event.desirability, event.for_other, event.praise
    out: list[tuple[str, float]] = []
    if d is not None and o is not None:
        pairs = {(True, True): "happy_for", (True, False): "gloating", (False, True): "resentment", (False, False): "pity"}
        out.append((pairs[d >= 0, o >= 0], (abs(d) + abs(o)) / 2))
    elif d is not None and p is not None and (d >= 0) == (p >= 0):
        pairs = {(True, True): "gratification", (True, False): "remorse", (False, True): "gratitude", (False, False): "anger"}
        out.append((pairs[event.own, p >= 0], abs(d + p) / 2))
    elif d is not None and d != 0:
        out.append(("joy" if d > 0 else "distress", abs(d)))
    if p is not None and p != 0 and not (d is not None and o is None):
        names = ("pride", "shame") if event.own else ("admiration", "reproach")
        out.append((names[p < 0], abs(p)))
    if event.liking:
        out.append(("love" if event.liking > 0 else "hate", 0.7 * abs(event.liking)))
    return out


def talk_event(act: str, valence: float, traits: Mapping[str, float]) -> Event | None:
    """What a dialogue act of the user means to her. `valence`: the user's, -1..1. None when it leaves her as she is."""
    size = max(0.25, abs(valence))
    agreeable = traits.get("A", 0.0)
    table: dict[str, Event] = {
        "compliment": Event("compliment", desirability=0.5, praise=0.5),
        "thanks": Event("thanks", desirability=0.35, praise=0.3),
        "insult": Event("insult", desirability=-0.5 * (1 - 0.4 * agreeable), praise=-0.6 * (1 - 0.4 * agreeable)),
        "good_news": Event("user's news", desirability=size, for_other=size),
        "bad_news": Event("user's news", desirability=-size, for_other=-size),
        "greet": Event("user came", desirability=0.4),
        "bye": Event("goodbye", desirability=-0.05),
        "apology": Event("apology", desirability=0.2, praise=0.3),
        "joke": Event("joke", liking=0.4),
        "crisis": Event("crisis", desirability=-0.7, for_other=-0.7),
    }
    return table.get(act)


def appraise(state: Affect, act: str, valence: float, now: float) -> Affect:
    """Her state after the user did `act` with `valence`."""
    if act == "joke":
        return state.felt("amused", 0.5, "joke", now)
    if act in ("asks", "tells") and abs(valence) < 0.3:
        return state.felt("curious", 0.35, "what the user says", now)
    event = talk_event(act, valence, state.traits)
    if event is None:
        return state
    for name, strength in occ(event):
        state = state.felt(name, strength, event.cause, now)
    return state
