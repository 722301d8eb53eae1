"""`visavis film listening|talking|speech`: some seconds of her alone, as a film: what she does while you speak, or while she does."""

from __future__ import annotations

import argparse
import asyncio
import json
from importlib.resources import files
from pathlib import Path
from typing import Any

from world.commands.common import TakeClock, WrongUse, add_profile, add_take, known_person, say, size_of, time_of
from world.commands.record import FPS, STEPS_PER_FRAME

KINDS = {"listening": 20.0, "talking": 20.0, "speech": 60.0}
"""Films and how many seconds they last."""
_PHONES = frozenset({"speech"})  # films that show the phone which sounds, to be compared with the lips
_RATE_HZ = 22050


def score(kind: str) -> list[dict[str, Any]]:
    """What happens when in a film, in order (assets/films.json)."""
    data = json.loads(files("world.assets").joinpath("films.json").read_text("utf-8"))
    events: list[dict[str, Any]] = data[kind]
    return sorted(events, key=lambda event: float(event["at_s"]))


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = commands.add_parser("film", help="film her listening or talking, or a minute of speech with its phones")
    add_profile(parser)
    add_take(parser)
    parser.set_defaults(size="640x640", quality="medium")
    parser.add_argument("kind", choices=tuple(KINDS))
    parser.add_argument("--seconds", type=float, help="length of the film, where not all of it is wanted")
    parser.add_argument("--out", type=Path, default=Path("visavis-film.mp4"), metavar="FILE", help="an .mp4 file")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Play the score and film it."""
    from dialogue import events
    from dialogue.affect.prosody import prosody
    from world.choices import voice_of
    from world.commands.label import Label
    from world.media import Film, writable
    from world.output.offscreen import Offscreen
    from world.people import chosen
    from world.progress import Bar
    from world.scene import Scene
    from world.settings import Settings
    from world.sound import MixPlayer
    from world.stage.framing import Shot
    from world.talk import Talk

    seconds = args.seconds if args.seconds is not None else KINDS[args.kind]
    if not 1 <= seconds <= 600:
        raise WrongUse(f"--seconds {seconds:g}: a film lasts from 1 to 600 seconds.")
    if args.out.suffix.lower() != ".mp4" or args.out.is_dir():
        raise WrongUse(f"--out {args.out}: films are MP4 files; give a name that ends in .mp4.")
    writable(args.out.parent)
    size, clock = size_of(args.size), TakeClock(time_of(args.now))
    settings = Settings(person=known_person(args.person))
    person = chosen(settings)
    player = MixPlayer(lambda: clock.t, _RATE_HZ)
    voice, loop = voice_of(settings, person, args.profile), asyncio.new_event_loop()
    output, bar = Offscreen(size, dt=1 / (FPS * STEPS_PER_FRAME)), Bar()
    try:
        scene = Scene(
            output, output.lens, person, player, Talk(), clock,
            quality=args.quality, cache=args.profile / "cache", seed=args.seed, progress=bar,
        )  # fmt: skip
        scene.director.hearing = float(args.kind == "listening")
        scene.stage.look(Shot(1.15, 0.42, 0.60, follows=True))
        due = score(args.kind)
        label = Label(size) if args.kind in _PHONES else None
        steps = round(seconds * FPS * STEPS_PER_FRAME)
        with Film(args.out, size, FPS) as film:
            for step in range(steps):
                clock.now = clock.start + (step + 1) * output.dt
                while due and due[0]["at_s"] <= clock.t:
                    event = due.pop(0)
                    scene.director.show = dict(event["feeling"])
                    if "say" in event:
                        utterance = loop.run_until_complete(voice.speak(event["say"], prosody(event["feeling"])))
                        scene.director.receive(events.Speech(0, event["say"], utterance, next(iter(event["feeling"].items()))))
                scene.step(output.dt)
                if step % STEPS_PER_FRAME == 0:
                    output.draw()
                    picture = output.pixels()
                    if label is not None:
                        picture = label.on(picture, scene.character.phone, next(iter(scene.director.show), ""))
                    film.add(picture)
                    bar("filming", step / steps)
            film.finish(player.track(seconds), _RATE_HZ)
        bar("filming", 1.0)
    finally:
        bar.close()
        loop.run_until_complete(voice.aclose())
        loop.close()
        output.close()
    say({"file": str(args.out), "size": size}, False, f"{args.out}")
    return 0
