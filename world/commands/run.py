"""`visavis run`: the window; without a display, a recorded demo instead."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from world.commands import record
from world.commands.common import add_profile


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = commands.add_parser("run", help="open the window and meet her (the default)")
    add_profile(parser)
    parser.add_argument("--out", type=Path, default=Path("visavis-demo"), metavar="DIR", help="where the demo goes without a display")
    parser.set_defaults(run=run)


def has_display(platform: str = sys.platform, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether a window can be shown at all: on Linux an X server is needed (Wayland offers one)."""
    return platform in ("win32", "darwin") or bool(environ.get("DISPLAY"))


def run(args: argparse.Namespace) -> int:
    """Window or demo."""
    if not has_display():
        sys.stderr.write(f"No display was found, so a demo conversation is recorded to {args.out}/ instead (a few minutes).\n")
        command = argparse.ArgumentParser()
        record.add(command.add_subparsers())
        words = ["record", "--profile", str(args.profile), "--out", str(args.out)]
        return record.run(command.parse_args(words))
    from world.app import App
    from world.progress import Bar

    bar = Bar()
    app = App(args.profile, bar)
    bar.close()
    app.run()
    return 0
