"""The command line: `visavis COMMAND`. Exits 0 (done), 1 (could not), 2 (wrong use or not allowed)."""

from __future__ import annotations

import argparse
import logging
import os
import sys

from dialogue.trouble import NotAllowed, Trouble
from world.commands import align, bench, doctor, film, gallery, get, memory, photo, record, run, say, sheet, talk
from world.commands.common import WrongUse
from world.native import keep_heap_small


def parser() -> argparse.ArgumentParser:
    """All commands."""
    main_parser = argparse.ArgumentParser(prog="visavis", description="A companion you meet face to face.")
    commands = main_parser.add_subparsers(metavar="COMMAND")
    for command in (run, talk, photo, sheet, gallery, film, record, say, get, memory, align, doctor, bench):
        command.add(commands)
    return main_parser


def main(argv: list[str] | None = None) -> int:
    """Run one command; errors that a user can act on become one sentence on stderr."""
    keep_heap_small()
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    words = sys.argv[1:] if argv is None else argv
    args = parser().parse_args(words or ["run"])
    if not hasattr(args, "run"):
        parser().print_help()
        return 2
    try:
        code: int = args.run(args)
    except (WrongUse, NotAllowed) as error:
        sys.stderr.write(f"visavis: {error}\n")
        return 2
    except Trouble as error:
        sys.stderr.write(f"visavis: {error}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # whoever read our output has left
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0
    return code


if __name__ == "__main__":
    sys.exit(main())
