"""Every number of a person's looks: validated, versioned, JSON on disk.

Fields that a newer version may add survive a round trip. Numbers out of range and unknown sliders are refused with one
sentence that names the file and the field. Only adults can be described: ages start at 25 and sliders that would make a
face read younger end early (`assets/body/sliders.json`).
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, Field, ValidationError, field_validator

from avatar.fields import Colour, Section, Share, body_table, one_of
from avatar.wear import Clothes

VERSION = 1
class Heritage(Section):
    """Shares of three bone structures; only their ratio counts."""

    european: Share = 0.6
    asian: Share = 0.25
    african: Share = 0.15

    @field_validator("african")
    @classmethod
    def _some(cls, value: float, info: object) -> float:
        data = getattr(info, "data", {})
        if value + data.get("european", 0) + data.get("asian", 0) <= 0:
            raise ValueError("at least one share must be above 0")
        return value


class Figure(Section):
    """The whole body. gender 0 woman .. 1 man; the rest 0..1 with .5 average; age in years; shoulders: their breadth against what the
    rest makes of it."""

    gender: Share = 0.0
    age: Annotated[float, Field(ge=25, le=80)] = 28
    muscle: Share = 0.5
    weight: Share = 0.5
    height: Annotated[float, Field(ge=0.2, le=1)] = 0.5
    proportions: Annotated[float, Field(ge=0.3, le=1)] = 0.7
    cup: Annotated[float, Field(ge=0.1, le=0.9)] = 0.45
    firmness: Share = 0.6
    shoulders: Annotated[float, Field(ge=0.75, le=1.1)] = 1.0
    heritage: Heritage = Heritage()


class Skin(Section):
    """colour is sRGB under white light; undertone -1 rosy .. 1 golden; the shares are strengths: of `cheeks` blush, of `shadow` makeup,
    lines what age and expressions leave."""

    colour: Colour = "#dfae93"
    undertone: Annotated[float, Field(ge=-1, le=1)] = 0.0
    blush: Share = 0.5
    cheeks: Colour = "#c9605c"
    freckles: Share = 0.1
    lines: Share = 0.5
    makeup: Share = 0.3
    shadow: Colour = "#7a4a40"
    liner: Share = 0.3
    stubble: Share = 0.0
    gloss: Share = 0.45
    lips: Colour = "#b9625c"
    lip_gloss: Share = 0.45


class Eyes(Section):
    """iris is the outer ring, inner the colour around the pupil; pupil is its share of the iris radius."""

    iris: Colour = "#5b7a6b"
    inner: Colour = "#a37b42"
    pupil: Annotated[float, Field(ge=0.25, le=0.6)] = 0.38
    iris_size: Annotated[float, Field(ge=0.9, le=1.15)] = 1.04


class Face(Section):
    """What the face does at rest: how far the upper lid covers the iris (share of its radius), a hint of a smile, brows' lift."""

    lid: Annotated[float, Field(ge=0, le=0.6)] = 0.28
    smile: Annotated[float, Field(ge=0, le=0.3)] = 0.08
    brow_lift: Annotated[float, Field(ge=-0.3, le=0.3)] = 0.0


class Features(Section):
    """Proportions that no slider of the body reaches, against the body's own: size of the eyes, how much further apart each eye lies
    (share of the way from eyes to mouth), width of the jaw, cheekbones and nose, length of the lower face. Ends are where adults end."""

    eye_size: Annotated[float, Field(ge=0.9, le=1.16)] = 1.0
    eye_gap: Annotated[float, Field(ge=-0.05, le=0.05)] = 0.0
    jaw: Annotated[float, Field(ge=0.88, le=1.1)] = 1.0
    cheeks: Annotated[float, Field(ge=0.9, le=1.1)] = 1.0
    nose: Annotated[float, Field(ge=0.8, le=1.2)] = 1.0
    lower: Annotated[float, Field(ge=0.9, le=1.12)] = 1.0


class Brows(Section):
    """shape names an entry of `assets/body/brows.json`; the other numbers bend it: height -1 nearer the eye .. 1 further up."""

    shape: str = "soft"
    colour: Colour = "#3f2a1e"
    thickness: Annotated[float, Field(ge=0.5, le=1.6)] = 1.0
    arch: Annotated[float, Field(ge=0, le=1)] = 0.5
    density: Share = 0.7
    height: Annotated[float, Field(ge=-1, le=1)] = 0.0

    @field_validator("shape")
    @classmethod
    def _known(cls, value: str) -> str:
        return one_of(brow_shapes(), value, "brow shape")


class Lashes(Section):
    length: Annotated[float, Field(ge=0.4, le=1.4)] = 1.0
    colour: Colour = "#1a120e"


class Hair(Section):
    """style names an entry of `assets/body/hair.json`; the other numbers bend that style."""

    style: str = "long"
    colour: Colour = "#4a2f20"
    highlight: Colour = "#8a5a37"
    length: Annotated[float, Field(ge=0.7, le=1.3)] = 1.0
    wave: Annotated[float, Field(ge=0, le=2)] = 1.0
    part: Annotated[float, Field(ge=-0.05, le=0.05)] = 0.02

    @field_validator("style")
    @classmethod
    def _known(cls, value: str) -> str:
        return one_of(hair_styles(), value, "hair style")


class Beard(Section):
    """stubble is painted on the skin (`Skin.stubble` is its strength); the other styles are hairs."""

    style: Literal["none", "stubble", "short", "full", "moustache", "goatee"] = "none"
    colour: Colour = "#241811"


class Recipe(Section):
    """A person's looks. `shape` maps slider names of `assets/body/sliders.json` to values in their range."""

    version: Annotated[int, Field(ge=1)] = VERSION
    name: Annotated[str, Field(min_length=1, max_length=60)] = "Somebody"
    figure: Figure = Figure()
    shape: dict[str, float] = Field(default_factory=dict)
    features: Features = Features()
    face: Face = Face()
    skin: Skin = Skin()
    eyes: Eyes = Eyes()
    brows: Brows = Brows()
    lashes: Lashes = Lashes()
    hair: Hair = Hair()
    beard: Beard = Beard()
    clothes: Clothes = Clothes()

    @field_validator("shape")
    @classmethod
    def _in_range(cls, value: dict[str, float]) -> dict[str, float]:
        known = sliders()
        for name, amount in value.items():
            if name not in known:
                raise ValueError(f"'{name}' is no slider; the names stand in assets/body/sliders.json")
            low, high = known[name].low, known[name].high
            if not low <= amount <= high:
                raise ValueError(f"'{name}' is {amount:g} but must lie between {low:g} and {high:g}")
        return value


class Slider(BaseModel):
    """One slider: its range and the shape targets at its ends."""

    low: float
    high: float
    minus: tuple[str, ...] = ()
    plus: tuple[str, ...] = ()


@cache
def sliders() -> dict[str, Slider]:
    """Every slider by name."""
    return {name: Slider.model_validate(entry) for name, entry in body_table("sliders").items()}


@cache
def hair_styles() -> frozenset[str]:
    """Names of the hair styles there are."""
    return frozenset(body_table("hair"))


@cache
def brow_shapes() -> frozenset[str]:
    """Names of the brow shapes there are."""
    return frozenset(body_table("brows"))


def parse(text: str, source: str) -> Recipe:
    """A recipe from JSON text; `source` is the file named in the `ValueError` sentence."""
    try:
        data = json.loads(text)
    except ValueError as err:
        raise ValueError(f"{source} is not JSON ({err}); mend it or choose another recipe.") from err
    if not isinstance(data, dict):
        raise ValueError(f"{source} holds no recipe: the outermost value must be an object.")
    if isinstance(data.get("version"), int) and data["version"] > VERSION:
        raise ValueError(f"{source}: version {data['version']} is newer than this program ({VERSION}); update the program.")
    try:
        return Recipe.model_validate(data)
    except ValidationError as err:
        first = err.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "recipe"
        reason = first["msg"].removeprefix("Value error, ")
        raise ValueError(f"{source}: field {field}: {reason}; mend that field or remove it for its default.") from err


def load(path: Path) -> Recipe:
    """Reads a recipe; `ValueError` with one sentence if the file cannot be read or is wrong."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as err:
        reason = err.strerror if isinstance(err, OSError) else "not UTF-8 text"
        raise ValueError(f"{path} cannot be read ({reason}); check the path or choose another recipe.") from err
    return parse(text, str(path))


def stock_names() -> tuple[str, ...]:
    """Names of the recipes that come with the program."""
    folder = files("world.assets").joinpath("recipes")
    return tuple(sorted(entry.name.removesuffix(".json") for entry in folder.iterdir() if entry.name.endswith(".json")))


def stock(name: str) -> Recipe:
    """A recipe that comes with the program, by name (`mira`, `jon`)."""
    folder, known = files("world.assets").joinpath("recipes"), stock_names()
    if name not in known:
        raise ValueError(f"There is no stock recipe '{name}'; choose one of {', '.join(known)}.")
    return parse(folder.joinpath(f"{name}.json").read_text("utf-8"), f"recipes/{name}.json")


def dump(recipe: Recipe) -> str:
    """The recipe as JSON text, unknown fields included."""
    return recipe.model_dump_json(indent=2) + "\n"


def save(recipe: Recipe, path: Path) -> None:
    """Writes beside the file first, so a failure leaves the old recipe whole. `ValueError` with one sentence if it cannot."""
    beside = path.with_name(path.name + ".new")
    try:
        beside.write_text(dump(recipe), "utf-8")
        beside.replace(path)
    except OSError as err:
        raise ValueError(f"{path} cannot be written ({err.strerror}); choose a folder you may write to.") from err
