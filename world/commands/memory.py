"""`visavis memory`: what she remembers, on a terminal: listed, found, added, forgotten, exported, imported, erased, guarded."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from dialogue.memory import ring
from dialogue.memory.items import KeptFact
from dialogue.memory.keys import Protection, header_path
from dialogue.memory.memory import Memory
from dialogue.memory.onewriter import OneWriter
from dialogue.memory.vault import Vault, files_of, remove_files, state_of
from dialogue.trouble import MemoryTrouble
from world.commands.common import WrongUse, add_profile
from world.commands.common import say as tell
from world.commands.secret import HELP, ask_new, can_ask, open_vault
from world.keeping import PASSPHRASE, PLAIN_WARNING, load_export, save_export

GUARDS = {
    "passphrase": "encrypted; a passphrase opens it", "keyring": "encrypted; this account's keyring opens it",
    "plain": "NOT PROTECTED: whoever reads this computer's disk can read it", "none": "there is no memory yet: nothing is kept",
}  # fmt: skip


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = commands.add_parser("memory", help="what she remembers: list, search, add, forget, export, erase", description=HELP)
    parser.set_defaults(run=lambda args: _help(parser))
    does = parser.add_subparsers(metavar="WHAT")

    def sub(name: str, work: Callable[[argparse.Namespace], int], text: str, *, json: bool = False) -> argparse.ArgumentParser:
        made = does.add_parser(name, help=text, description=f"{text[:1].upper()}{text[1:]}. {HELP}")
        add_profile(made)
        if json:
            made.add_argument("--json", action="store_true", help="print as JSON")
        made.set_defaults(run=work, recovery=False)
        return made

    listed = sub("list", _list, "list the facts she knows", json=True)
    listed.add_argument("--past", action="store_true", help="also what was replaced")
    sub("search", _search, "find facts, thoughts and sentences", json=True).add_argument("words", nargs="+", metavar="WORD")
    sub("add", _add, "let her remember something", json=True).add_argument(
        "text", nargs="+", metavar="WORD", help="my sister is called Anna"
    )
    forget = sub("forget", _forget, "forget facts, every sentence with some words, or a visit, for good")
    forget.add_argument("facts", nargs="*", type=int, metavar="NUMBER", help="facts, as the list numbers them")
    forget.add_argument("--words", metavar="TEXT", help="every fact and every sentence that holds these words")
    forget.add_argument("--visit", type=int, metavar="NUMBER", help="all that came from one visit (the search shows its number)")
    sub("export", _export, "write everything to FILE (.json can be imported again, .md is to be read); it is not encrypted").add_argument(
        "file", type=Path, metavar="FILE"
    )
    sub("import", _import, "put an export into a memory that is empty").add_argument("file", type=Path, metavar="FILE")
    erase = sub("erase", _erase, "destroy the whole memory: its key first, then its files")
    erase.add_argument("--everything", action="store_true", help="say that you mean it")
    erase.add_argument("--yes", action="store_true", help="do not ask again")
    sub("undo", _undo, "take back the fact that was learned last")
    sub("status", _status, "say how the memory is guarded and how large it is", json=True)
    guard = sub("passphrase", _passphrase, "make the memory, or change how it is guarded")
    guard.add_argument("--to", choices=("passphrase", "keyring", "none"), default="passphrase", help="what is to guard it from now on")
    guard.add_argument("--recovery", action="store_true", help="open it with the recovery code, because the passphrase is lost")
    guard.add_argument("--yes", action="store_true", help="with --to none: do not ask again")


def _help(parser: argparse.ArgumentParser) -> int:
    parser.print_help()
    return 2


def _with(args: argparse.Namespace, work: Callable[[Memory, float], int]) -> int:
    with closing(open_vault(args.profile, code=args.recovery)) as vault:
        now = time.time()
        return work(Memory(vault, now), now)


def _day(at: float) -> str:
    return datetime.fromtimestamp(at).strftime("%Y-%m-%d")


def _line(fact: KeptFact) -> str:
    marks = f"{' · pinned' if fact.pinned else ''}{f' · until {_day(fact.until)}' if fact.until else ''}"
    return f"{fact.id:5}  {_day(fact.at)}  {fact.text}{marks}"


def _list(args: argparse.Namespace) -> int:
    def work(memory: Memory, now: float) -> int:
        facts = memory.kept.all(now, past=args.past)
        text = "\n".join(map(_line, facts)) or "She knows nothing yet."
        tell([asdict(f) for f in facts], args.json, text)
        return 0

    return _with(args, work)


def _search(args: argparse.Namespace) -> int:
    def work(memory: Memory, now: float) -> int:
        items = memory.find(" ".join(args.words), now)
        visits = {i.id: memory.visits.turn(i.id) for i in items if i.kind == "turn"}
        lines = []
        for item in items:
            turn = visits.get(item.id)
            where = f"visit {turn.visit}" if turn is not None and item.kind == "turn" else f"{item.kind} {item.id}"
            lines.append(f"{where:>12}  {_day(item.at)}  {item.text}")
        tell([asdict(i) for i in items], args.json, "\n".join(lines) or "Nothing was found.")
        return 0

    return _with(args, work)


def _add(args: argparse.Namespace) -> int:
    def work(memory: Memory, now: float) -> int:
        facts = memory.add(" ".join(args.text), now)
        tell([asdict(f) for f in facts], args.json, "\n".join(map(_line, facts)) or "She knows that already.")
        return 0

    return _with(args, work)


def _forget(args: argparse.Namespace) -> int:
    chosen = [bool(args.facts), args.words is not None, args.visit is not None]
    if sum(chosen) != 1:
        raise WrongUse("forget: give the NUMBERs of facts, or --words TEXT, or --visit NUMBER.")

    def work(memory: Memory, now: float) -> int:
        if args.facts:
            said = [memory.kept.get(n, now).text for n in args.facts]
            memory.forget(args.facts, now)
            tell({}, False, f"Forgotten, with the sentences that told it: {'; '.join(said)}.")
        elif args.words is not None:
            if not args.words.strip():
                raise WrongUse("forget --words: name the words.")
            before = len(memory.kept.all(now, past=True))
            turns = memory.forget_words(args.words, now)
            facts = before - len(memory.kept.all(now, past=True))
            tell({}, False, f"{facts} facts and the sentences of {turns} exchanges are forgotten.")
        else:
            if not memory.store.read("SELECT 1 FROM visits WHERE id = ?", (args.visit,)):
                raise MemoryTrouble(f"There is no visit {args.visit}; `visavis memory search` shows their numbers.")
            memory.eraser.visit(args.visit, now)
            tell({}, False, f"Visit {args.visit} is forgotten.")
        return 0

    return _with(args, work)


def _export(args: argparse.Namespace) -> int:
    if args.file.suffix.lower() not in (".json", ".md"):
        raise WrongUse(f"export {args.file}: the name must end in .json or .md.")

    def work(memory: Memory, now: float) -> int:
        save_export(memory, args.profile, args.file, now)
        tell({}, False, f"Everything is in {args.file}. That file is not encrypted: keep it where nobody else looks.")
        return 0

    return _with(args, work)


def _import(args: argparse.Namespace) -> int:
    def work(memory: Memory, now: float) -> int:
        load_export(memory, args.profile, args.file, now)
        tell({}, False, f"{len(memory.kept.all(now))} facts and {memory.visits.count()} visits are here again, and the settings with them.")
        return 0

    return _with(args, work)


def _erase(args: argparse.Namespace) -> int:
    if not args.everything:
        raise WrongUse(
            "erase destroys all she remembers, and nothing brings it back; say --everything if you mean it, or see `visavis memory forget`."
        )
    if state_of(args.profile) == "none" and not files_of(args.profile):
        tell({}, False, "There is no memory here; nothing was erased.")
        return 0
    if not args.yes:
        if not can_ask():
            raise WrongUse("erase cannot ask here, because nobody can type; give --yes to erase without asking.")
        sys.stdout.write("All she remembers of you will be destroyed, for good. Type ERASE to go on: ")
        sys.stdout.flush()
        if sys.stdin.readline().strip() != "ERASE":
            tell({}, False, "Nothing was erased.")
            return 0
    writer = OneWriter(args.profile)  # no key is needed to destroy one, but nobody else may be writing
    try:
        _destroy(args.profile)
    finally:
        writer.release()
    tell({}, False, "Everything is erased: the key first, then the files.")
    return 0


def _destroy(profile: Path) -> None:
    from dialogue.memory.header import destroy
    from dialogue.memory.keys import read

    try:
        name = read(profile).name
    except MemoryTrouble:
        name = ""
    destroy(header_path(profile))
    if name:
        ring.drop(name)
    remove_files(profile)


def _undo(args: argparse.Namespace) -> int:
    def work(memory: Memory, now: float) -> int:
        newest = memory.kept.newest()
        if newest is None:
            tell({}, False, "There is nothing to take back.")
            return 0
        fact = memory.kept.get(newest, now)
        memory.undo(newest, now)
        tell({}, False, f"Taken back: {fact.text}.")
        return 0

    return _with(args, work)


def _status(args: argparse.Namespace) -> int:
    state = state_of(args.profile)
    facts: dict[str, Any] = {"state": state, "guarded": GUARDS[state]}
    lines = [f"{args.profile}: {GUARDS[state]}"]
    if state != "none" and (state != "passphrase" or can_ask() or PASSPHRASE in os.environ):
        with closing(open_vault(args.profile)) as vault:
            memory = Memory(vault, time.time())
            facts |= {
                "store": vault.store.kind, "bytes": vault.store.bytes(), "facts": len(memory.kept.all(time.time())),
                "visits": memory.visits.count(), "turns": vault.store.read("SELECT count(*) FROM turns")[0][0],
            }  # fmt: skip
            lines.append("{facts} facts, {turns} exchanges in {visits} visits, {0:.1f} MB ({store})".format(facts["bytes"] / 1e6, **facts))
    tell(facts, args.json, "\n".join(lines))
    return 0


def _passphrase(args: argparse.Namespace) -> int:
    to: Protection = "plain" if args.to == "none" else args.to
    made = state_of(args.profile) == "none"
    if to == "plain" and not args.yes:
        sys.stdout.write(f"{PLAIN_WARNING}\n")
        if not can_ask():
            raise WrongUse("passphrase --to none cannot ask here, because nobody can type; give --yes if you mean it.")
        sys.stdout.write("Keep everything unprotected? [y/N] ")
        sys.stdout.flush()
        if sys.stdin.readline().strip().lower() not in ("y", "yes"):
            tell({}, False, "Nothing has changed.")
            return 0
    if made:
        vault = Vault.make(args.profile, to, passphrase=ask_new() if to == "passphrase" else "")
        code = vault.recovery_code
    else:
        vault = open_vault(args.profile, code=args.recovery)
        with closing(vault):
            assert vault.keys is not None
            code = vault.keys.change(to, ask_new() if to == "passphrase" else "")
    vault.close()
    lines = [f"The memory is {GUARDS[to]}."]
    if code:
        lines.append(f"Recovery code, shown this once; write it down and keep it apart from this computer: {code}")
    tell({}, False, "\n".join(lines))
    return 0
