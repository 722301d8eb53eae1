"""`visavis talk`: the conversation on a terminal, by the same mind, gate and safety rules as in the window."""

from __future__ import annotations

import argparse
import random
import sys
import time
from datetime import datetime
from pathlib import Path

from dialogue import events
from dialogue.brain.sentences import joined
from dialogue.memory.memory import Memory
from dialogue.memory.vault import state_of
from dialogue.mind import Mind, build_mind
from dialogue.safety.gate import EXACTLY, QUESTION, AdultGate
from dialogue.trouble import NotAllowed, Trouble
from world.commands.common import DEFAULT_NOW, TakeClock, WrongUse, add_profile, known_person, time_of
from world.commands.secret import open_vault
from world.settings import Settings, default_profile, load


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = commands.add_parser("talk", help="talk in the terminal, in writing (/private: off the record, /quit: end)")
    add_profile(parser)
    parser.add_argument("--throwaway", action="store_true", help="a profile in memory, no adult gate, level 0, fixed clock")
    parser.add_argument("--private", action="store_true", help="remember nothing of this talk, and nothing from before in it")
    parser.add_argument("--person", help="whom to talk to (mira, jon)")
    parser.add_argument("--seed", type=int, default=None, help="the same seed and words give the same answers")
    parser.add_argument("--now", default=DEFAULT_NOW, metavar="TIME", help="the clock of --throwaway")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Read lines until the end of input or a goodbye by `/quit`; `/private` begins a private talk and ends it."""
    from world.choices import endpoint_of, limits_of
    from world.people import chosen
    from world.quiet import QuietVoice

    if sys.stdin is None:
        raise WrongUse("talk reads from the terminal or a pipe, but its input is closed; start it in a terminal.")
    settings = Settings() if args.throwaway else load(args.profile)
    if args.person:
        settings.person = known_person(args.person)
    person = chosen(settings)
    clock = TakeClock(time_of(args.now)) if args.throwaway else time.time
    if not args.throwaway:
        _pass_gate(AdultGate(args.profile, default_profile().parent))
    seed = args.seed if args.seed is not None else (1 if args.throwaway else None)
    gate = AdultGate(args.profile, default_profile().parent)
    memory = None if args.throwaway or args.private else _remember(args.profile, settings)
    mind = build_mind(
        person.persona, endpoint_of(settings), QuietVoice(), clock, random.Random(seed), settings.user_name or None,
        settings.country or None, (lambda: None) if args.throwaway else gate.lock,
        memory=memory, reads=settings.memory.reads, limits=limits_of(settings), most_level=0 if args.throwaway else 3,
        second_opinion=settings.safety.second_opinion,
    )  # fmt: skip
    try:
        _say(mind, events.Arrive(), person.name)
        while True:
            if sys.stdin.isatty():
                sys.stdout.write("\nyou: ")
                sys.stdout.flush()
            line = sys.stdin.readline()
            if not line or line.strip() == "/quit":
                return 0
            if line.strip() == "/private":
                _set_private(mind, not mind.memory.private)
                continue
            if isinstance(clock, TakeClock):
                clock.now += 20.0  # a turn takes time; by a fixed step, so that a take repeats
            if line.strip():
                _say(mind, events.Say(line.strip()), person.name)
    finally:
        mind.close()
        if memory is not None:
            memory.close(time.time())


def _remember(profile: Path, settings: Settings) -> Memory | None:
    """The profile's memory; None, and a line that says so, where none was made yet."""
    from world.choices import embedder_of

    if state_of(profile) == "none":
        sys.stdout.write("[Nothing of this talk is kept; `visavis memory passphrase` makes an encrypted memory.]\n")
        return None
    return Memory(open_vault(profile), time.time(), settings.user_name or None, embedder_of(settings))


def _set_private(mind: Mind, on: bool) -> None:
    for out in mind.run(events.Private(on)):
        if isinstance(out, events.Trouble):
            sys.stdout.write(f"[{out.sentence}]\n")
    begun, ended = "Private from here on: nothing of it is kept. /private ends it.", "Private no longer; what was said in private is gone."
    sys.stdout.write(f"[{begun if mind.memory.private else ended}]\n")
    sys.stdout.flush()


def _say(mind: Mind, event: events.Incoming, name: str) -> None:
    begun = ""
    outs = mind.run(event)
    spoken = " ".join(o.shown for o in outs if isinstance(o, events.Speech))
    for out in outs:
        match out:
            case events.Notice() if out.text not in spoken:
                sys.stdout.write(f"[{out.text}]\n")
            case events.Trouble():
                sys.stdout.write(f"[{out.sentence}]\n")
            case events.Speech():
                sys.stdout.write(joined(begun, out.shown)[len(begun) :] if begun else f"{name}: {out.shown}")
                begun = out.shown
    sys.stdout.write("\n" if begun else "")
    sys.stdout.flush()


def _pass_gate(gate: AdultGate) -> None:
    """Ask on a terminal; raises `NotAllowed` where it cannot ask or the answer is no."""
    if gate.state == "unknown" and sys.stdin.isatty():
        question = QUESTION
        while gate.state == "unknown":
            sys.stdout.write(question + " ")
            sys.stdout.flush()
            answer = sys.stdin.readline()
            if not answer:
                break
            try:
                if gate.answer(answer, datetime.now().date()) == "unknown":
                    question = EXACTLY
            except NotAllowed:
                raise
            except Trouble as trouble:
                question = str(trouble)
    gate.require()
