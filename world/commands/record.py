"""`visavis record`: a conversation from a script as film, contact sheet and timeline. Offline, from a seed, nothing stored."""

from __future__ import annotations

import argparse
import random
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from world.commands.common import TakeClock, add_profile, add_take, known_person, say, size_of, time_of

FPS = 30
STEPS_PER_FRAME = 2  # the face is stepped at 60 Hz
_RATE_HZ = 22050
_LONGEST_S = 600.0
_SHEET = 12


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = commands.add_parser("record", help="record a scripted conversation as a film")
    add_profile(parser)
    add_take(parser)
    parser.set_defaults(quality="medium")
    parser.add_argument("--script", type=Path, metavar="FILE", help='{"lines": [{"say": "...", "after_s": 1.2}, ...]}')
    parser.add_argument("--out", type=Path, default=Path("visavis-demo"), metavar="DIR")
    parser.add_argument("--no-video", action="store_true", help="only the timeline and the sound, much faster")
    parser.add_argument("--brain", choices=("embedded", "endpoint"), default="embedded")
    parser.add_argument("--json", action="store_true", help="print what was made as JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Record; a film that was not finished leaves nothing behind."""
    from importlib.resources import files

    from dialogue.mind import build_mind
    from dialogue.speech.voices import offers
    from world import take as takes
    from world.choices import endpoint_of, voice_of
    from world.media import Film, contact_sheet, save_png, save_wav, writable
    from world.output.offscreen import Offscreen
    from world.people import chosen, everybody
    from world.progress import Bar
    from world.scene import Scene
    from world.settings import Settings, load
    from world.sound import MixPlayer
    from world.talk import Talk
    from world.timeline import line
    from world.ui.controls import View, feeling_word
    from world.ui.interface import Interface

    size = size_of(args.size)
    clock = TakeClock(time_of(args.now))
    if args.script:
        script = takes.load(args.script)
    else:
        script = takes.parse(files("world.assets").joinpath("demo.json").read_text("utf-8"), "assets/demo.json")
    settings = Settings(person=known_person(args.person))
    if args.brain == "endpoint":
        settings.brain = load(args.profile).brain
    person = chosen(settings)
    writable(args.out)
    player = MixPlayer(lambda: clock.t, _RATE_HZ)
    talk = Talk()
    mind = build_mind(
        person.persona, endpoint_of(settings), voice_of(settings, person, args.profile), clock, random.Random(args.seed), most_level=0,
    )  # fmt: skip
    # smoothed in one pass: multisampling in software would take three times as long
    output = Offscreen((64, 64) if args.no_video else size, dt=1 / (FPS * STEPS_PER_FRAME), fine=False)
    bar = Bar()
    part = args.out / ".timeline.part"
    frames: list[tuple[str, NDArray[np.uint8]]] = []
    try:
        scene = Scene(
            output, output.lens, person, player, talk, clock,
            quality="low" if args.no_video else args.quality, cache=args.profile / "cache", seed=args.seed, progress=bar,
        )  # fmt: skip
        bar.close()
        people = {k: (p.name, p.about) for k, p in everybody().items()}
        view = View(talk, settings, person.name, people, admitted=True, voices=tuple(offers()))
        interface = Interface(output.graphics, output.size, view, _Still())
        interface.card.reparent_to(output.overlay)
        scene.stage.look(aside=interface.aside)
        take = takes.Take(mind, scene.director, script, clock)
        film = None if args.no_video else Film(args.out / "talk.mp4", size, FPS)
        total = 6.0 * len(script) + 6.0  # a guess for the bar, corrected as the talk goes on
        with part.open("w", encoding="utf-8") as timeline, film or _Nothing():
            step = 0
            while not take.over() and clock.t < _LONGEST_S:
                clock.now = clock.start + (step + 1) * output.dt
                take.step()
                scene.step(output.dt)
                timeline.write(line(clock.t, scene.director, scene.character))
                if film is not None and step % STEPS_PER_FRAME == 0:
                    view.doing, view.feeling = scene.character.doing, feeling_word(scene.character.strengths)
                    interface.step(output.dt * STEPS_PER_FRAME)
                    output.draw()
                    pixels = output.pixels()
                    film.add(pixels)
                    if scene.director.speaking and step % (FPS * STEPS_PER_FRAME) == 0:
                        frames.append((f"{clock.t:.1f} s  {scene.character.phone or ''}", pixels.copy()))
                bar("recording", min(clock.t / max(total, clock.t + 1), 0.99))
                step += 1
            samples = player.track(clock.t)
            if film is not None:
                film.finish(samples, _RATE_HZ)
        bar("recording", 1.0)
        bar.close()
        if args.no_video:
            save_wav(samples, _RATE_HZ, args.out / "talk.wav")
        part.replace(args.out / "timeline.jsonl")
        if frames:
            chosen_frames = [frames[int(i)] for i in np.linspace(0, len(frames) - 1, min(_SHEET, len(frames)))]
            save_png(contact_sheet(chosen_frames, 4, 480), args.out / "sheet.png")
    finally:
        part.unlink(missing_ok=True)
        mind.close()
        output.close()
    made = sorted(p.name for p in args.out.iterdir() if p.name in ("talk.mp4", "sheet.png", "timeline.jsonl", "talk.wav"))
    result = {"folder": str(args.out), "files": made, "seconds": round(clock.t, 2), "sentences": len(take.spoken)}
    say(result, args.json, f"Recorded {clock.t:.0f} s of talk to {args.out}/ ({', '.join(made)}).")
    return 0


class _Nothing:
    """Stands where a film would."""

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


class _Still:
    """Pages in a film are looked at, not touched."""

    def say(self, text: str) -> None: ...

    def hush(self) -> None: ...

    def retry(self, text: str | None) -> None: ...

    def change(self, settings: object) -> str | None:
        return None

    def admit(self, born: str) -> str | None:
        return None

    def choose_level(self, level: int, confirmed: bool = False) -> str | None:
        return None

    def welcomed(self, settings: object, hopes: str) -> str | None:
        return None

    def preview(self) -> None: ...

    def talk_aloud(self, on: bool) -> None: ...

    def offered(self) -> None: ...
