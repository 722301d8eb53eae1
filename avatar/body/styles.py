"""What a hair style is: the entries of `assets/body/hair.json`."""

from __future__ import annotations

from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict

from avatar.fields import body_table

Strip = Literal["dense", "lock", "sparse", "wisp", "coil"]


class Layer(BaseModel):
    """Cards of one sort. cards by quality; width in metres; depth 0 scalp .. 1 outside, of the style's volume; clump: share by
    which cards join their lock at the tip; roots: where they grow (`parting`: in two rows beside it, as the coat over all
    others; `lock`: those of it that fall beside the face; `brow`: at the hairline on both sides of it; `rim`: a band along the
    whole hairline); reach: share of the style's length; fly: metres by which they leave the rest; across: rows of points over a
    card's width."""

    model_config = ConfigDict(extra="forbid")

    cards: dict[str, int]
    width: float
    strip: Strip
    depth: tuple[float, float] = (0.0, 1.0)
    clump: float = 0.0
    roots: Literal["all", "line", "parting", "brow", "top", "fringe", "frame", "nape", "edge", "rim", "lock"] = "all"
    reach: float = 1.0
    fly: float = 0.0
    segments: int = 0
    across: int = 3


class Style(BaseModel):
    """One style; lengths in metres on an average head, heights against the eyes. kind: `fall` hangs and is cut at heights
    (cut_front, cut_side, cut_back; `blunt` 0 in points .. 1 straight), `short` has lengths by region (top, side, back), `gather`
    is combed to a point and goes on as a `bundle`, `puff` stands off all round, `none` is a bare scalp. frame: angle by which hair from
    the front of the parting falls nearer to the face; tuck: on the side of the parting it goes behind the ear; root: how far it rises
    from the scalp before it falls. The scalp is painted `cover` of the way from skin to the hair's colour times `scalp`;
    `close` is the share of it that the shell hides on top: below 1 it is stubble through which the scalp shines, half at the sides."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["fall", "short", "gather", "puff", "none"]
    layers: list[Layer] = []
    segments: int = 14
    reach: float = 0.5
    locks: int = 40
    volume: float = 0.012
    rise: float = 0.06
    shell: float = 0.004
    lateral: float = 1.0
    sweep: float = 0.5
    lift: float = 0.15
    gravity: float = 0.30
    hang: float = 1.0
    inward: float = 0.0
    curtain: float = 0.064
    front: float = 1.2
    cut_front: float = -0.3
    cut_side: float = -0.3
    cut_back: float = -0.3
    ragged: float = 0.01
    blunt: float = 0.0
    layering: float = 0.0
    wave: float = 0.0
    wave_length: float = 0.12
    wave_from: float = 0.04
    helix: float = 0.0
    scatter: float = 2.2
    top: float = 0.0
    side: float = 0.0
    back: float = 0.0
    over: float = 0.4
    quiff: float = 0.0
    fringe: float = 0.0
    frame: float = 0.0
    tuck: bool = False
    root: float = 0.0
    bundle: Literal["", "tail", "bun", "braid"] = ""
    gather: tuple[float, float, float] = (0.0, 0.0, 0.0)
    bundle_length: float = 0.3
    bundle_width: float = 0.03
    swing: float = 1.0
    scalp: float = 0.62
    cover: float = 0.5
    close: float = 1.0
    gloss: float = 1.0


@cache
def styles() -> dict[str, Style]:
    """Every hair style by name."""
    return {name: Style.model_validate(entry) for name, entry in body_table("hair").items()}
