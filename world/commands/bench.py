"""`visavis bench`: figures of speed and size, measured on this machine."""

from __future__ import annotations

import argparse
import platform
import time
from pathlib import Path
from typing import Any

import numpy as np
from panda3d import core as p3d

from world.commands.common import TakeClock, add_profile, add_take, known_person, say, time_of

_WARM, _FRAMES, _RUNS = 200, 2000, 3
_PICTURES = 40


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = commands.add_parser("bench", help="measure speed and memory")
    add_profile(parser)
    add_take(parser)
    parser.add_argument("what", choices=tuple(_WHAT))
    parser.add_argument("--quick", action="store_true", help="end within 30 s")
    parser.add_argument("--locomo", type=Path, metavar="FILE", help="memory: also the evidence recall on a LoCoMo file that you have")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.set_defaults(run=run)


def spread(seconds: list[float]) -> dict[str, float]:
    """Median, p95 and p99 in milliseconds."""
    values = np.percentile(np.array(seconds) * 1000, [50, 95, 99])
    return {name: round(float(v), 3) for name, v in zip(("median", "p95", "p99"), values, strict=True)}


def rss_mb() -> float:
    """Resident memory of this process; the peak where the system tells no more."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        import resource

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak / (1 << 20 if platform.system() == "Darwin" else 1 << 10)
    return pages * 4096 / 2**20


def machine() -> str:
    """What the figures were measured on."""
    return f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}"


def run(args: argparse.Namespace) -> int:
    """One table of figures."""
    figures = _WHAT[args.what](args)
    result = {"name": args.what, "machine": machine(), "figures": figures}
    say(result, args.json, "\n".join([f"{args.what} on {result['machine']}", *(f"  {k}: {v}" for k, v in figures.items())]))
    return 0


def _frame(args: argparse.Namespace) -> dict[str, Any]:
    from world.output.offscreen import Offscreen
    from world.people import chosen
    from world.scene import Scene
    from world.settings import Settings
    from world.sound import SilentPlayer
    from world.talk import Talk

    clock = TakeClock(time_of(args.now))
    output = Offscreen((1280, 720), fine=args.quality != "low")
    p3d.load_prc_file_data("bench", "gl-finish 1\n")  # else a frame's time is that of putting it into a queue
    person = chosen(Settings(person=known_person(args.person)))
    scene = Scene(
        output, output.lens, person, SilentPlayer(clock), Talk(), clock,
        quality=args.quality, cache=args.profile / "cache", seed=args.seed,
    )  # fmt: skip
    phones = [(p, i * 0.09, i * 0.09 + 0.09) for i, p in enumerate(["HH", "EH", "L", "OW", "M", "AY", "F", "R", "EH", "N", "D"] * 4)]
    scene.character.spoken = scene.character.say(phones, [0.3], {"joy": 1.0})
    scene.director.show = {"joy": 0.6, "curious": 0.3}

    def step() -> float:
        begin = time.thread_time()
        clock.now += 1 / 60
        assert scene.character.spoken is not None
        scene.character.spoken.t = clock.t % 4
        scene.step(1 / 60)
        return time.thread_time() - begin

    for _ in range(_WARM):
        step()
    runs = [[step() for _ in range(_FRAMES // (5 if args.quick else 1))] for _ in range(1 if args.quick else _RUNS)]
    best = min(runs, key=lambda r: float(np.median(r)))

    def draws() -> list[float]:
        seconds = []
        for i in range(_PICTURES // (8 if args.quick else 2) + 3):
            step()
            begin = time.perf_counter()
            output.draw()
            if i >= 3:
                seconds.append(time.perf_counter() - begin)
        return seconds

    whole = draws()
    scene.body.root.find("**/hair").hide()
    bald = draws()
    figures = {
        "update_ms": spread(best),
        "frame_ms_720p": spread(whole),
        "frame_ms_720p_without_hair": spread(bald),
        "draw_calls": scene.body.draw_calls,
        "texture_mb": round(scene.body.texture_bytes / 2**20, 1),
        "rss_mb": round(rss_mb(), 1),
        "quality": args.quality,
        "renderer": output.graphics.get_gsg().get_driver_renderer(),
    }
    output.close()
    return figures


def _lips(args: argparse.Namespace) -> dict[str, Any]:
    from world.commands.lips import measure

    return measure(quick=args.quick)


def _latency(args: argparse.Namespace) -> dict[str, Any]:
    from world.commands.latency import measure

    return measure(quick=args.quick, cache=args.profile / "cache")


def _memory(args: argparse.Namespace) -> dict[str, Any]:
    from world.commands.recalling import measure

    return measure(quick=args.quick, of_locomo=args.locomo)


_WHAT = {"frame": _frame, "lips": _lips, "latency": _latency, "memory": _memory}
