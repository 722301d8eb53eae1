"""`visavis sheet WHAT`: contact sheets of a face, to be looked at: every expression, viseme, unit, the eyes and the mouth close up."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from io import BytesIO
from math import ceil, hypot
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from avatar.character import Character
from avatar.face.frame import ARKIT, EXTRA, zeros
from avatar.face.tables import table
from avatar.face.viseme import VisemeTrack
from avatar.units import quat_deg, yaw_pitch_deg
from world.commands.common import WrongUse, add_profile, known_person, say
from world.stage.framing import Shot

if TYPE_CHECKING:
    from avatar.body.body import Body
    from world.output.offscreen import Offscreen
    from world.stage.stage import Stage

STRENGTHS = (0.3, 0.6, 1.0)
HEAD = Shot(1.1, 0.25, 0.57)
EYES = Shot(0.9, 0.14, 0.5)
MOUTH = Shot(0.9, 0.095, 1.20)  # the eyes are above the picture: the mouth is in its middle
VISEMES = {
    "sil": "SIL", "PP": "M", "FF": "F", "TH": "TH", "DD": "D", "kk": "K", "CH": "CH", "SS": "S", "nn": "N", "RR": "R", "aa": "AA",
    "E": "EH", "ih": "IH", "oh": "AO", "ou": "UW",
}  # fmt: skip
_SETTLE_S, _WAIT_S, _HOLD_S, _DT = 2.5, 12.0, 0.4, 1 / 30
AVERTS, _ASIDE_DEG = 0.6, 5.0  # a feeling that looks at you for less of the time is shown looking away by that much
_MARGIN, _INK, _PAPER = 22, (235, 230, 224), (24, 22, 22)
_JPEG_QUALITY = 88


@dataclass(frozen=True)
class Cell:
    """One picture: a settled feeling, or weights by name (a name without its side means both sides) with a turn of the eyes
    (yaw, pitch) in degrees, or a phone as it is spoken."""

    label: str
    shot: Shot = HEAD
    feeling: dict[str, float] | None = None
    units: dict[str, float] = field(default_factory=dict)
    look_deg: tuple[float, float] = (0.0, 0.0)
    phone: str = ""


def both(units: dict[str, float]) -> NDArray[np.float32]:
    """Weights float32[52]; a name that has sides may be given without one. An unknown name raises `KeyError`."""
    out = zeros()
    for name, value in units.items():
        rows = [i for i, known in enumerate(ARKIT) if known in (name, name + "Left", name + "Right")]
        if not rows:
            raise KeyError(name)
        out[rows] = value
    return out


def _units() -> Iterator[Cell]:
    turn = {"In": 1, "Out": -1}
    for name in ARKIT:
        look = (0.0, 0.0)
        if name.startswith("eyeLook"):
            way, side = name[7:].removesuffix("Left").removesuffix("Right"), -1 if name.endswith("Left") else 1
            look = (25.0 * side * turn[way], 0.0) if way in turn else (0.0, 20.0 if way == "Up" else -20.0)
        units = {name: 1.0} if name != "mouthClose" else {"mouthClose": 0.5, "jawOpen": 0.5}
        yield Cell(name, units=units, look_deg=look)


def _eyes() -> Iterator[Cell]:
    for label, yaw, pitch in (
        ("at you", 0, 0), ("left", 25, 0), ("right", -25, 0), ("up", 0, 18), ("down", 0, -18), ("up left", 20, 14),
        ("down right", -20, -16),
    ):  # fmt: skip
        units = {"eyeLookUp": max(pitch, 0) / 30, "eyeLookDown": max(-pitch, 0) / 30}
        for side, sign in (("Left", 1), ("Right", -1)):
            units["eyeLookOut" + side], units["eyeLookIn" + side] = max(sign * yaw, 0) / 30, max(-sign * yaw, 0) / 30
        yield Cell(label, EYES, units=units, look_deg=(yaw, pitch))
    for value in (0.3, 0.6, 1.0):
        yield Cell(f"blink {value}", EYES, units={"eyeBlink": value})
    yield Cell("blink, look down", EYES, units={"eyeBlink": 1.0, "eyeLookDown": 0.6}, look_deg=(0, -18))
    yield Cell("squint", EYES, units={"eyeSquint": 1.0, "cheekSquint": 0.8})
    yield Cell("wide", EYES, units={"eyeWide": 1.0})
    yield Cell("wink", EYES, units={"eyeBlinkLeft": 1.0, "cheekSquintLeft": 0.5, "mouthSmileLeft": 0.4})
    yield Cell("smile", EYES, units={"mouthSmile": 0.9, "cheekSquint": 0.8, "eyeSquint": 0.4})
    yield Cell("brows down", EYES, units={"browDown": 1.0})


def _mouth() -> Iterator[Cell]:
    yield Cell("rest", MOUTH)
    for label in ("PP", "aa", "oh", "ih", "FF", "TH", "nn", "ou", "CH"):
        yield Cell({"PP": "m", "ih": "ee"}.get(label, label), MOUTH, phone="IY" if label == "ih" else VISEMES[label])
    yield Cell("smile", MOUTH, units={"mouthSmile": 0.8, "cheekSquint": 0.5})
    yield Cell("smile, lips apart", MOUTH, units={"mouthSmile": 0.8, "mouthUpperUp": 0.25, "mouthLowerDown": 0.15, "jawOpen": 0.14})
    yield Cell("laugh", MOUTH, units={"mouthSmile": 1.0, "cheekSquint": 0.8, "jawOpen": 0.4, "mouthUpperUp": 0.2})
    yield Cell("surprise", MOUTH, feeling={"surprised": 1.0})
    yield Cell("lips rolled", MOUTH, units={"mouthRollLower": 1.0, "mouthRollUpper": 1.0})
    yield Cell("pucker, jaw", MOUTH, units={"mouthPucker": 0.9, "jawOpen": 0.4})


def cells(what: str) -> list[Cell]:
    """The pictures of a sheet."""
    if what == "expressions":
        return [Cell(f"{label} {k}", feeling={label: k}) for label in table().labels for k in STRENGTHS]
    if what == "visemes":
        return [Cell(f"{name} ({phone})", phone=phone) for name, phone in VISEMES.items()]
    return list({"units": _units, "eyes": _eyes, "mouth": _mouth}[what]())


SHEETS = {"expressions": 6, "visemes": 5, "units": 8, "eyes": 4, "mouth": 4}
"""Names of the sheets and how many pictures stand in a row."""


def pose(body: Body, cell: Cell, viewer: NDArray[np.float32], seed: int) -> None:
    """Puts the body as the cell says, its gaze on `viewer` (metres, in the body's space) unless the cell turns the eyes."""
    if cell.feeling is not None:
        live(Character(body, seed), cell.feeling, viewer)
        return
    weights = both(cell.units)
    extras = np.zeros(len(EXTRA), np.float32)
    if cell.phone:
        track = VisemeTrack([("SIL", 0.0, 0.3), (cell.phone, 0.3, 0.5), ("SIL", 0.5, 0.8)])
        track.at(0.42, weights)
        track.tongue_at(0.42, extras)
    stance = body.stance
    for name, eye in zip(("eye_l", "eye_r"), body.eyes, strict=True):
        yaw, pitch = yaw_pitch_deg(viewer - eye)
        stance[body.joints.index(name)] = quat_deg(yaw + cell.look_deg[0], pitch + cell.look_deg[1])
    body.apply(weights, stance, extras=extras)


def live(character: Character, feeling: dict[str, float], viewer: NDArray[np.float32]) -> None:
    """Lets her feel it for a while, and then until her eyes are open and on you, or off you if that is how she feels."""
    character.strengths, character.viewer, character.mood = feeling, viewer, (0.0, 0.0, 0.0)
    averts = table().manner(feeling).look_listening < AVERTS
    gaze, held = character.gaze, 0
    for step in range(int((_SETTLE_S + _WAIT_S) / _DT)):
        character.update(_DT)
        there = hypot(*gaze.offset_deg) > _ASIDE_DEG if averts else not gaze.away
        held = held + 1 if there else 0
        if step * _DT > _SETTLE_S and held * _DT > _HOLD_S and character.blinks.closed < 0.02:
            break


def draw(output: Offscreen, stage: Stage, chosen: list[Cell], seed: int, tick: Callable[[str, float], None]) -> list[NDArray[np.uint8]]:
    """Every cell as uint8[cell, cell, 3]."""
    pictures = []
    for k, cell in enumerate(chosen):
        stage.look(cell.shot)
        stage.update()
        pose(stage.body, cell, stage.viewer, seed)
        output.draw()
        output.draw()  # the backdrop of a new shot is ready with the second
        pictures.append(output.pixels().copy())
        tick("pictures", (k + 1) / len(chosen))
    return pictures


def tile(pictures: list[NDArray[np.uint8]], labels: list[str], columns: int) -> Image.Image:
    """Pictures of one size in rows, each with its label below."""
    height, width = pictures[0].shape[:2]
    rows = ceil(len(pictures) / columns)
    out = Image.new("RGB", (width * columns, (height + _MARGIN) * rows), _PAPER)
    pen = ImageDraw.Draw(out)
    font = ImageFont.truetype(BytesIO(files("world.assets").joinpath("fonts/NotoSans-Regular.ttf").read_bytes()), 14)
    for k, (picture, label) in enumerate(zip(pictures, labels, strict=True)):
        x, y = k % columns * width, k // columns * (height + _MARGIN)
        out.paste(Image.fromarray(picture), (x, y))
        pen.text((x + 6, y + height + 1), label, _INK, font)
    return out


@contextmanager
def save(path: Path, cell: int) -> Iterator[Callable[[Image.Image], None]]:
    """Checks where a sheet of pictures `cell` pixels wide shall go before it is drawn; what is yielded writes it.
    Raises `WrongUse`."""
    from world.media import MADE_BY, save_png, writable

    if not 32 <= cell <= 1024:
        raise WrongUse(f"--cell {cell}: the side must lie between 32 and 1024 pixels.")
    if path.suffix.lower() not in (".png", ".jpg", ".jpeg") or path.is_dir():
        raise WrongUse(f"--out {path}: a sheet is a picture; give a name that ends in .png or .jpg.")
    writable(path.parent)

    def write(picture: Image.Image) -> None:
        if path.suffix.lower() == ".png":
            save_png(np.asarray(picture), path)
        else:
            beside = path.with_name(path.name + ".new")
            picture.save(beside, "JPEG", quality=_JPEG_QUALITY, comment=MADE_BY)
            beside.replace(path)

    yield write


def add_sheet(parser: argparse.ArgumentParser, known: tuple[str, ...]) -> None:
    """What every command that draws sheets asks for; `known`: the sheets it can draw."""
    add_profile(parser)
    parser.add_argument("what", choices=known, help="which sheet")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="a .png or .jpg file")
    parser.add_argument("--quality", choices=("low", "medium", "high"), default="high")
    parser.add_argument("--cell", type=int, default=256, help="side of one picture in pixels")
    parser.add_argument("--only", default="", metavar="WORD", help="only pictures whose label has this word in it")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same sheet")


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = commands.add_parser("sheet", help="draw a contact sheet of a face")
    add_sheet(parser, tuple(SHEETS))
    parser.add_argument("--person", default="mira", help="whom to show (mira, jon)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Build her once, pose and draw every cell, write the sheet."""
    from avatar.body.body import Body
    from world.output.offscreen import Offscreen
    from world.people import everybody
    from world.progress import Bar
    from world.stage.stage import Stage

    chosen = [cell for cell in cells(args.what) if args.only in cell.label]
    if not chosen:
        raise WrongUse(f"--only {args.only}: no picture of this sheet has that word in its label.")
    person = everybody()[known_person(args.person)]
    with save(args.out, args.cell) as done:
        output, bar = Offscreen((args.cell, args.cell)), Bar()
        try:
            body = Body.build(person.recipe, args.quality, bar, args.profile / "cache")
            stage = Stage(output, output.lens, body, args.profile / "cache")
            pictures = draw(output, stage, chosen, args.seed, bar)
        finally:
            bar.close()
            output.close()
        done(tile(pictures, [cell.label for cell in chosen], min(SHEETS[args.what], len(chosen))))
    say({"file": str(args.out)}, False, f"{args.out}")
    return 0
