"""`visavis gallery WHAT`: contact sheets of several heads: the stock faces, or every style of hair."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import cos, radians, sin
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from avatar.character import Character
from avatar.recipe import Recipe, hair_styles, stock, stock_names
from world.commands.common import WrongUse, say
from world.commands.sheet import add_sheet, live, save, tile
from world.stage.framing import Shot

if TYPE_CHECKING:
    from world.output.offscreen import Offscreen

HEAD = Shot(1.1, 0.36, 0.56)
HAIR = Shot(1.1, 0.58, 0.66)
FRONT, TURNED, SIDE, BACK = 0.0, 38.0, 90.0, 180.0
_MEN = frozenset({"short", "swept", "fade", "crop", "buzz", "shaved"})  # styles shown on Jon; all others on Mira
_FELT = ({"joy": 0.3}, {"calm": 0.6}, {"affection": 0.4}, {"amused": 0.4}, {"confident": 0.5}, {"joy": 0.5})
WHAT = {"faces": 4, "hair": 8}
"""Names of the sheets and how many pictures stand in a row."""


@dataclass(frozen=True)
class Head:
    """A head and the ways it is seen from: degrees to her left."""

    label: str
    recipe: Recipe
    shot: Shot
    turns_deg: tuple[float, ...] = (FRONT,)
    felt: Mapping[str, float] = field(default_factory=lambda: _FELT[0])


def heads(what: str) -> list[Head]:
    """The heads of a sheet."""
    if what == "faces":
        people = [stock(name) for name in stock_names()]
        people.sort(key=lambda person: person.figure.age)
        # Twelve people, not one smile twelve times.
        return [Head(f"{p.name}, {p.figure.age:.0f}", p, HEAD, felt=_FELT[k % len(_FELT)]) for k, p in enumerate(people)]
    out = []
    for style in sorted(hair_styles()):
        recipe = stock("jon" if style in _MEN else "mira")
        recipe.hair.style = style
        out.append(Head(style, recipe, HAIR, (FRONT, TURNED, SIDE, BACK)))
    return out


def draw(
    output: Offscreen, head: Head, quality: str, cache: Path, seed: int,
) -> list[NDArray[np.uint8]]:  # fmt: skip
    """Every view of a head as uint8[cell, cell, 3]: she looks where the front camera stands, while we walk round her."""
    from avatar.body.body import Body
    from world.stage.stage import Stage

    body = Body.build(head.recipe, quality, None, cache)  # type: ignore[arg-type]  # argparse has checked the choice
    stage = Stage(output, output.lens, body, cache)
    stage.look(head.shot)
    stage.update()
    live(Character(body, seed), dict(head.felt), stage.viewer)
    pictures = []
    eyes, home = body.eyes.mean(0), output.camera.get_pos()
    middle = eyes + np.array([0.0, 0.08, 0.0])
    for turn_deg in head.turns_deg:
        way = radians(turn_deg)
        if turn_deg == FRONT:
            output.camera.set_pos(home)
        else:
            output.camera.set_pos(middle[0] + sin(way) * head.shot.distance_m, middle[1] - cos(way) * head.shot.distance_m, home[2])
        output.camera.set_h(turn_deg)
        output.draw()
        output.draw()
        pictures.append(output.pixels().copy())
    output.camera.set_pos_hpr(home, (0, 0, 0))
    stage.close()
    return pictures


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = commands.add_parser("gallery", help="draw a contact sheet of several heads")
    add_sheet(parser, tuple(WHAT))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Build and draw head after head, write the sheet."""
    from world.output.offscreen import Offscreen
    from world.progress import Bar

    chosen = [head for head in heads(args.what) if args.only.lower() in head.label.lower()]
    if not chosen:
        raise WrongUse(f"--only {args.only}: no head of this sheet has that word in its label.")
    with save(args.out, args.cell) as done:
        output, bar = Offscreen((args.cell, args.cell)), Bar()
        tick: Callable[[str, float], None] = bar
        pictures, labels = [], []
        try:
            for k, head in enumerate(chosen):
                views = draw(output, head, args.quality, args.profile / "cache", args.seed)
                pictures += views
                labels += [head.label] + [""] * (len(views) - 1)
                tick("pictures", (k + 1) / len(chosen))
        finally:
            bar.close()
            output.close()
        done(tile(pictures, labels, min(WHAT[args.what], len(pictures))))
    say({"file": str(args.out)}, False, f"{args.out}")
    return 0
