"""Who can be met: persona, recipe and voice that belong together (assets/people.json)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from avatar import recipe
from avatar.recipe import Recipe
from dialogue.persona.persona import Persona, load_persona
from dialogue.speech.sound import Habit
from dialogue.speech.voices import Own
from dialogue.trouble import SettingsTrouble
from world.settings import Settings


@dataclass(frozen=True, slots=True)
class Person:
    """One entry. voices: their own by engine, the most natural first; habit: what is their own in any voice."""

    key: str
    persona: Persona
    recipe: Recipe
    voices: Own
    habit: Habit
    about: str

    @property
    def name(self) -> str:
        """What she is called."""
        return self.persona.name


@cache
def everybody() -> dict[str, Person]:
    """All stock people by key."""
    assets = files("world.assets")
    data = json.loads(assets.joinpath("people.json").read_text("utf-8"))["people"]
    return {
        key: Person(
            key, load_persona(entry["persona"]), recipe.stock(entry["recipe"]), entry["voices"],
            Habit(entry["pitch_pct"], entry["rate_pct"]), entry["about"],
        )
        for key, entry in data.items()
    }  # fmt: skip


def chosen(settings: Settings) -> Person:
    """The person of the settings; an unknown key raises `SettingsTrouble` that lists the known ones."""
    people = everybody()
    if settings.person not in people:
        raise SettingsTrouble(f"settings.json, field person: {settings.person!r} is unknown; known are {', '.join(people)}.")
    return people[settings.person]
