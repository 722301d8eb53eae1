"""What a person wears: the clothes of a recipe."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Literal

from pydantic import Field, field_validator

from avatar.fields import Colour, Section, body_table, one_of


@cache
def garment_kinds() -> frozenset[str]:
    """Names of the kinds of tops there are."""
    return frozenset(body_table("garments"))


class Top(Section):
    """kind names an entry of `assets/body/garments.json`; sleeve ends at 1 at the elbow, at 2 at the wrist; inner is the colour of what
    is worn under an open garment, detail that of buttons and cords."""

    kind: str = "tee"
    colour: Colour = "#a8b7a2"
    inner: Colour = "#e8e2d6"
    detail: Colour = "#e8e0d0"
    sleeve: Annotated[float, Field(ge=0.3, le=1.95)] = 0.6
    neckline: Annotated[float, Field(ge=0, le=1)] = 0.4
    cut: Literal["round", "v"] = "round"
    ease: Annotated[float, Field(ge=0, le=1)] = 0.5
    fabric: Literal["jersey", "knit", "linen", "denim"] = "jersey"

    @field_validator("kind")
    @classmethod
    def _known(cls, value: str) -> str:
        return one_of(garment_kinds(), value, "garment")


class Trousers(Section):
    colour: Colour = "#34425a"
    length: Annotated[float, Field(ge=0.6, le=1)] = 0.97
    ease: Annotated[float, Field(ge=0, le=1)] = 0.4
    fabric: Literal["denim", "linen"] = "denim"


class Shoes(Section):
    colour: Colour = "#e9e4da"
    sole: Colour = "#f4f1ea"


class Clothes(Section):
    top: Top = Top()
    trousers: Trousers = Trousers()
    shoes: Shoes = Shoes()
