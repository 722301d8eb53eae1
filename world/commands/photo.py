"""`visavis photo`: one picture of her, with a chosen feeling, word shape or pose of the camera."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from avatar.face.tables import table
from avatar.recipe import Recipe, load, stock
from world.commands.common import TakeClock, WrongUse, add_profile, add_take, feeling_of, known_person, say, size_of, time_of
from world.commands.sheet import AVERTS
from world.media import save_png, writable

if TYPE_CHECKING:
    from world.scene import Scene

_SETTLE_S, _WAIT_S, _HOLD_S = 3.0, 6.0, 0.3


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = commands.add_parser("photo", help="take one picture of her")
    add_profile(parser)
    add_take(parser)
    parser.add_argument("--out", type=Path, default=Path("visavis-photo.png"), metavar="FILE")
    parser.add_argument("--feeling", default="", metavar="LABEL[:STRENGTH]", help="for example joy or sad:0.6")
    parser.add_argument("--shot", choices=("face", "portrait", "bust", "full"), default="portrait")
    parser.add_argument("--recipe", default="", metavar="NAME|FILE", help="other looks: a stock recipe or a recipe file")
    parser.add_argument("--json", action="store_true", help="print what was made as JSON")
    parser.set_defaults(run=run)


def recipe_of(text: str) -> Recipe:
    """A recipe by the name of a stock one, or from a file. Raises `WrongUse`."""
    try:
        return load(Path(text)) if text.endswith(".json") or "/" in text else stock(text)
    except ValueError as error:
        raise WrongUse(f"--recipe: {error}") from None


def settle(scene: Scene, clock: TakeClock, dt: float, averts: bool) -> None:
    """Three seconds, and then as a photographer waits: until her eyes are open and rest on you, `averts` aside."""
    held = 0.0
    character = scene.character
    for step in range(int((_SETTLE_S + _WAIT_S) / dt)):
        clock.now += dt
        scene.step(dt)
        ready = character.blinks.closed < 0.02 and (averts or not character.gaze.away)
        held = held + dt if ready else 0.0
        if step * dt > _SETTLE_S and held > _HOLD_S:
            return


def run(args: argparse.Namespace) -> int:
    """Let her settle, then take the picture."""
    from world.output.offscreen import Offscreen
    from world.people import chosen
    from world.progress import Bar
    from world.scene import Scene
    from world.settings import Settings
    from world.sound import SilentPlayer
    from world.stage import framing
    from world.talk import Talk

    strengths, size = feeling_of(args.feeling), size_of(args.size)
    clock = TakeClock(time_of(args.now))
    if args.out.suffix.lower() != ".png" or args.out.is_dir():
        raise WrongUse(f"--out {args.out}: photos are PNG files; give a name that ends in .png.")
    person = chosen(Settings(person=known_person(args.person)))
    if args.recipe:
        person = replace(person, recipe=recipe_of(args.recipe))
    writable(args.out.parent)
    output = Offscreen(size)
    bar = Bar()
    try:
        scene = Scene(
            output, output.lens, person, SilentPlayer(clock), Talk(), clock,
            quality=args.quality, cache=args.profile / "cache", seed=args.seed, progress=bar,
        )  # fmt: skip
        bar.close()
        shots = {"face": framing.FACE, "portrait": framing.PORTRAIT, "bust": framing.BUST, "full": framing.FULL}
        scene.stage.look(shots[args.shot])
        scene.director.show = strengths
        settle(scene, clock, output.dt, averts=table().manner(strengths).look_listening < AVERTS)
        output.draw()
        output.draw()  # the backdrop is ready with the second
        save_png(output.pixels(), args.out)
    finally:
        output.close()
    say({"file": str(args.out), "size": size}, args.json, f"{args.out}")
    return 0
