"""Whether anything is heard between two sentences of a reply: they are played by the director on a clock that steps, and looked for in the
mixed sound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from avatar.body.body import Body
from avatar.character import Character
from dialogue import events
from dialogue.affect.state import Affect
from dialogue.speech.growing import Growing
from dialogue.speech.sound import Samples, Utterance
from world.commands.common import TakeClock
from world.director import Director
from world.sound import MixPlayer
from world.talk import Talk

_MATCH_S = 0.12  # of the begin of a sentence, by which it is found
_NEAR_S = 0.002  # in the fades, where speech itself has no steps
_SEARCH_S = 1.5


@dataclass(frozen=True, slots=True)
class Join:
    """added_s: silence between two sentences beyond what the first ends with by intention. step: the largest between two samples about
    the join, of full scale."""

    added_s: float
    step: float


def joins(body: Body, said: Sequence[Utterance], frame_s: float, *, coming: bool = False) -> list[Join]:
    """Plays `said` (all of one rate) as one reply at so many seconds a frame. `coming`: each comes in pieces, faster than it sounds."""
    rate_hz = said[0].rate_hz
    clock = TakeClock(0.0)
    player = MixPlayer(clock, rate_hz)
    director = Director(Character(body, 1), player, Talk(), Affect.at_rest(dict.fromkeys("OCEAN", 0.0), 0.0), clock)
    waiting = [(one, Growing(rate_hz, one.text, one.phones, one.words)) for one in said]
    for whole, grows in waiting:
        grows.append(whole.samples[: rate_hz // 4])
        director.receive(events.Speech(1, whole.text, grows if coming else whole))
    director.receive(events.Done(1))
    size = int(2 * frame_s * rate_hz)
    director.step()
    while not director.idle:
        clock.now += frame_s
        for whole, grows in waiting:
            have = round(grows.duration_s * rate_hz)
            if have < len(whole.samples):
                grows.append(whole.samples[have : have + size])
                break
            grows.end()
        director.step()
        player.step(1.0)
    return found(player.track(clock.now), [one.samples for one in said], rate_hz)


def found(track: Samples, sounds: Sequence[Samples], rate_hz: int) -> list[Join]:
    """The joins of `sounds` as they lie in `track`."""
    out, match, near = [], int(_MATCH_S * rate_hz), int(_NEAR_S * rate_hz)
    end = len(sounds[0])
    for sound in sounds[1:]:
        window = track[end - near : end + int(_SEARCH_S * rate_hz) + match]
        pattern = sound[:match].astype(np.float64)
        alike = np.correlate(window, pattern, "valid") / np.sqrt(
            np.convolve(np.square(window, dtype=np.float64), np.ones(match), "valid") * np.sum(pattern**2) + 1e-12
        )
        begin = end - near + int(alike.argmax())
        about = track[min(end, begin) - near : max(end, begin) + near]
        out.append(Join((begin - end) / rate_hz, float(np.abs(np.diff(about)).max())))
        end = begin + len(sound)
    return out
