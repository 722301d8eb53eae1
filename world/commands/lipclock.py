"""How far her lips are from her sound: sentences are played through the sound device, unheard, and at each frame the moment that the lips
stand at is held against an even clock laid through the frames around it.

So it shows a clock that stutters, jumps or runs at another pace than the device. Where the device itself stopped for a moment, her lips
rightly stop with it: that is why the even clock is laid anew by the second. What lies behind the device, its buffer and the air, it cannot
know; that is for `voice.offset_ms`.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from avatar.body.body import Body
from avatar.character import Character
from dialogue import events
from dialogue.affect.state import Affect
from dialogue.speech.sound import Utterance
from world.director import Director
from world.openal import open_player
from world.sound import Player
from world.talk import Talk

FRAME_S = 1 / 60
_AROUND = 31  # frames, about a second, that the even clock is laid through


def deviations(body: Body, said: Sequence[Utterance]) -> list[float]:
    """Seconds between lips and sound, frame by frame. Takes as long as the sentences do."""
    player = open_player(time.monotonic)
    try:
        return [off for one in said for off in _of_one(body, one, player)]
    finally:
        player.close()


def _of_one(body: Body, said: Utterance, player: Player) -> list[float]:
    character = Character(body, 1)
    director = Director(character, player, Talk(), Affect.at_rest(dict.fromkeys("OCEAN", 0.0), 0.0), time.monotonic)
    director.receive(events.Speech(1, said.text, said))
    director.receive(events.Done(1))
    rows: list[tuple[float, float]] = []
    while not director.idle:
        director.step()
        player.step(0.0)
        spoken = character.spoken
        if spoken is not None and 0 < spoken.t < said.duration_s:
            rows.append((time.monotonic(), spoken.t))
        time.sleep(FRAME_S)
    at, lips = np.array(rows).T
    return uneven(lips - at)


def uneven(ahead: NDArray[np.float64]) -> list[float]:
    """How far each of the seconds that the lips are `ahead` of the clock on the wall is from those around it."""
    half = _AROUND // 2
    around = np.lib.stride_tricks.sliding_window_view(np.pad(ahead, half, mode="edge"), _AROUND)
    return [float(off) for off in np.abs(ahead - np.median(around, axis=1))]
