"""Who she (or he) is: a small, validated, versioned file that survives fields it does not know."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dialogue.data import asset_bytes
from dialogue.persona.lint import lint
from dialogue.trouble import SettingsTrouble

Trait = Annotated[float, Field(ge=-1, le=1)]
Phrase = Annotated[str, Field(min_length=2, max_length=240)]
LEAST_AGE = 25
STOCK = ("mira", "jon")


class _Kept(BaseModel):
    """Unknown fields are kept, so that a newer file is not damaged by an older program."""

    model_config = ConfigDict(extra="allow", str_strip_whitespace=True)


class Traits(_Kept):
    """Big Five, each -1..1."""

    O: Trait = 0.0  # noqa: E741  # the trait's own name
    C: Trait = 0.0
    E: Trait = 0.0
    A: Trait = 0.0
    N: Trait = 0.0

    def as_map(self) -> dict[str, float]:
        """Keys O C E A N."""
        return {key: float(getattr(self, key)) for key in "OCEAN"}


class Persona(_Kept):
    """One person. `says`: things this persona may say about a topic of the built-in brain, in the first person; they are
    tastes and opinions, never a claim to a human life. `romance_max`: the highest content level of this person; it lowers what the user
    chose and never raises it."""

    version: Literal[1] = 1
    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,30}$")]
    name: Annotated[str, Field(min_length=1, max_length=40)]
    pronouns: Literal["she", "he", "they"]
    age: Annotated[int, Field(ge=LEAST_AGE, le=120)]
    about: Annotated[str, Field(min_length=20, max_length=1200)]
    traits: Traits
    likes: Annotated[list[Phrase], Field(min_length=5, max_length=20)]
    dislikes: Annotated[list[Phrase], Field(min_length=2, max_length=20)]
    flaws: Annotated[list[Phrase], Field(min_length=2, max_length=8)]
    limits: Annotated[list[Phrase], Field(min_length=2, max_length=12)]
    romance_max: Annotated[int, Field(ge=0, le=3)] = 2
    first_message: Annotated[str, Field(min_length=5, max_length=400)]
    says: dict[str, list[Phrase]] = Field(default_factory=dict)


def _sentence(where: str, error: ValidationError) -> str:
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"]) or "the file"
    if first["type"] == "missing":
        return f"{where}: the field '{name}' is missing; add it or pick another persona."
    return f"{where}: the field '{name}' is wrong ({first['msg'].lower()}); correct it or pick another persona."


def read_persona(text: str | bytes, where: str) -> Persona:
    """A persona from JSON; `where` names the file in the one sentence of `SettingsTrouble`."""
    try:
        data: Any = json.loads(text)
    except ValueError as error:
        raise SettingsTrouble(f"{where} is not valid JSON; correct it or pick another persona.") from error
    for finding in lint(data):
        raise SettingsTrouble(f"{where}: the field '{finding.field}' is refused ({finding.rule}: {finding.why}); pick another persona.")
    try:
        return Persona.model_validate(data)
    except ValidationError as error:
        raise SettingsTrouble(_sentence(where, error)) from error


def load_persona(name_or_path: str) -> Persona:
    """A stock persona by its id (`mira`, `jon`) or one from a JSON file."""
    if name_or_path in STOCK:
        return read_persona(asset_bytes(f"personas/{name_or_path}.json"), f"assets/personas/{name_or_path}.json")
    path = Path(name_or_path)
    try:
        return read_persona(path.read_bytes(), str(path))
    except OSError as error:
        known = ", ".join(STOCK)
        raise SettingsTrouble(f"There is no persona '{name_or_path}'; use {known}, or the path of a persona file.") from error


def write_persona(persona: Persona) -> str:
    """The file's text, with every field it came with."""
    return json.dumps(persona.model_dump(mode="json"), ensure_ascii=False, indent=2) + "\n"
