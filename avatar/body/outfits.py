"""The kinds of tops there are: `assets/body/garments.json`."""

from __future__ import annotations

from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict

from avatar.fields import body_table


class Kind(BaseModel):
    """collar: a ribbed band, a leaf that stands and falls, or a hood that lies on the shoulders; gap_deg: how far aside of the middle a
    leaf begins; band: width of a ribbed band against a T-shirt's; thick_m: over a T-shirt's thickness; rib_m: width of ribbing at
    cuffs and hem; stitch: 1 for ribs that run all the way up; placket_m: its half width, 0 without; buttons on it; open_m: half of
    what is left open in front, over a T-shirt, 0 for what is closed; cords: two hang from the hood."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    about: str
    collar: Literal["band", "leaf", "hood"] = "band"
    gap_deg: float = 0.0
    band: float = 1.0
    thick_m: float = 0.0
    rib_m: float = 0.0
    stitch: float = 0.0
    placket_m: float = 0.0
    buttons: int = 0
    open_m: float = 0.0
    cords: bool = False


@cache
def kinds() -> dict[str, Kind]:
    """Every kind of top by name."""
    return {name: Kind.model_validate(entry) for name, entry in body_table("garments").items()}
