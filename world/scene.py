"""She, the stage and the director together: what every output shows, and the named order of its frame.

    0 output.begin   1 director   2 sound   3 character   4 stage   5 panel   6 output.draw
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import numpy as np
from panda3d import core as p3d

from avatar.body.body import Body
from avatar.character import Character
from dialogue.affect.state import Affect
from world.director import Director
from world.native import give_back_memory
from world.output.base import Output, in_software
from world.people import Person
from world.settings import Settings
from world.sound import Player
from world.stage.framing import nearness
from world.stage.stage import Stage
from world.talk import Talk

Quality = Literal["low", "medium", "high"]
Progress = Callable[[str, float], None]
STEPS = ("director", "sound", "character", "stage")


def quality_for(settings: Settings, output: Output) -> Quality:
    """The user's choice; `auto` is low where the picture is drawn in software, else high."""
    if settings.quality != "auto":
        return settings.quality
    return "low" if in_software(output.graphics) else "high"


class Scene:
    """One person on the stage. `clock` is the mind's; `seed` gives the same take again."""

    def __init__(
        self, output: Output, lens: p3d.Lens, person: Person, player: Player, talk: Talk, clock: Callable[[], float], *,
        quality: Quality, cache: Path | None = None, seed: int = 0, progress: Progress | None = None,
    ) -> None:  # fmt: skip
        body = Body.build(person.recipe, quality, progress, cache)
        give_back_memory()
        self.output, self.person, self.player, self.talk = output, person, player, talk
        self.stage = Stage(output, lens, body, cache)
        self.character = Character(body, seed)
        affect = Affect.at_rest(person.persona.traits.as_map(), clock())
        self.director = Director(self.character, player, talk, affect, clock)
        self.volume = 1.0
        self.timings_s = dict.fromkeys(STEPS, 0.0)
        self.stage.update()
        self.character.viewer = self.stage.viewer
        self._head = np.asarray(body.rest[body.joints.index("head")])

    @property
    def body(self) -> Body:
        """Her body."""
        return self.character.body

    def step(self, dt: float) -> None:
        """Steps 1 to 4 of a frame."""
        marks = [time.perf_counter()]
        self.director.step()
        marks.append(time.perf_counter())
        head = np.asarray(self.body.world_joint("head"))
        mouth = head[:3, :3] @ (self.body.mouth - self._head) + head[:3, 3]
        self.player.place(mouth.tolist(), self.output.camera.get_mat(self.stage.root))
        self.player.step(self.volume * self.director.volume)
        marks.append(time.perf_counter())
        self.character.viewer = self.stage.viewer
        self.character.update(dt)
        marks.append(time.perf_counter())
        self.stage.near = nearness(self.character.doing, self.character.strengths)
        self.stage.update(dt)
        marks.append(time.perf_counter())
        for name, begin, end in zip(STEPS, marks, marks[1:], strict=False):
            self.timings_s[name] = end - begin

    def close(self) -> None:
        """Take her off the stage."""
        self.stage.close()
