"""`visavis get`: natural voices and models that understand speech, fetched after a yes, checked, removed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from dialogue.speech import catalogue as tables
from dialogue.speech.catalogue import Model
from dialogue.speech.extra import install_line
from dialogue.speech.fetch import fetch, in_mb, plan
from dialogue.speech.store import State, Store
from dialogue.trouble import FetchTrouble
from world.commands.common import WrongUse, add_profile
from world.commands.common import say as tell
from world.progress import Bar

_SIGN: dict[State, str] = {"here": "✓", "unchecked": "?", "part": "…", "absent": " "}


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = commands.add_parser(
        "get", help="fetch natural voices and speech models",
        description="Without KEY: list what can be fetched. Nothing is fetched without a yes.",
    )  # fmt: skip
    add_profile(parser)
    parser.add_argument("key", nargs="?", metavar="KEY", help="what to fetch, as the list names it")
    parser.add_argument("--yes", action="store_true", help="fetch without asking")
    parser.add_argument("--remove", metavar="KEY", help="take a fetched one away again")
    parser.add_argument("--verify", nargs="?", const="", metavar="KEY", help="compare fetched files with their SHA-256; all without KEY")
    parser.add_argument("--json", action="store_true", help="print the list as JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """List, fetch, remove or verify. Raises `WrongUse` and `FetchTrouble`."""
    if sum(x is not None for x in (args.key, args.remove, args.verify)) > 1:
        raise WrongUse("get does one thing at a time: a KEY to fetch, --remove KEY, or --verify.")
    if args.yes and args.key is None:
        raise WrongUse("get --yes: name the KEY that is to be fetched; 'visavis get' lists them.")
    if args.json and (args.key, args.remove, args.verify) != (None, None, None):
        raise WrongUse("get --json prints the list; leave it out to fetch, remove or verify.")
    store = Store(args.profile)
    if args.remove is not None:
        return _remove(known(args.remove), store)
    if args.verify is not None:
        return _verify([known(args.verify)] if args.verify else [], store)
    if args.key is not None:
        return _get(known(args.key), store, ask=not args.yes)
    return _list(store, args.json)


def known(key: str) -> Model:
    """The model of a key; `piper:KEY`, as `visavis voices` writes it, is understood too. Raises `WrongUse`."""
    found = tables.catalogue().find(key.removeprefix("piper:").removeprefix("sherpa:"))
    if found is None:
        raise WrongUse(f"get {key}: unknown; choose one of {', '.join(m.key for m in tables.catalogue().models)}.")
    return found


def lacking(model: Model) -> str:
    """One sentence where the program that uses the model is not installed, else nothing."""
    from dialogue.speech import piper
    from dialogue.speech.ear import sherpa

    if model.kind == "voice":
        return "" if piper.installed() else f"To speak with it, Piper is needed too: {install_line()}"
    return "" if sherpa.installed() else f"To hear with it, sherpa-onnx is needed too: {install_line()}"


def _list(store: Store, as_json: bool) -> int:
    models = tables.catalogue().models
    states = [store.state(m) for m in models]
    rows = [
        {
            "key": m.key, "kind": m.kind, "name": m.name, "language": m.language, "about": m.about, "bytes": m.size, "licence": m.licence,
            "terms": m.terms, "hosts": list(m.hosts), "state": s,
        }
        for m, s in zip(models, states, strict=True)
    ]  # fmt: skip
    lines = []
    for kind, title in (("voice", "Voices"), ("ear", "Models that understand speech")):
        lines.append(f"{title}:")
        lines += [
            f"{_SIGN[s]} {m.key:22} {in_mb(m.size):>8}  {m.language:24} {m.licence}: {m.about}"
            for m, s in zip(models, states, strict=True)
            if m.kind == kind
        ]
    lines.append("✓ is here, ? is here but unchecked, … is half here. 'visavis get KEY' says what it will fetch, and asks.")
    tell(rows, as_json, "\n".join(lines))
    return 0


def _get(model: Model, store: Store, *, ask: bool) -> int:
    if store.state(model) == "here":
        tell({}, False, f"{model.key} is here already, in {store.folder(model)}.")
        return 0
    if store.state(model) == "unchecked":
        try:
            _with_bar(lambda report: store.verify(model, report), model.key)
        except FetchTrouble as trouble:
            sys.stdout.write(f"{trouble}\n")
        else:
            tell({}, False, f"{model.key} is here already, in {store.folder(model)}, and is as it should be.")
            return 0
    planned = plan(model, store)
    sys.stdout.write(f"{model.key} ({model.name}, {model.language}): {planned.sentence}.\n")
    if ask and not _yes("Fetch it? [y/N] "):
        sys.stdout.write("Nothing was fetched.\n")
        return 0
    _with_bar(lambda report: fetch(model, store, report), model.key)
    lines = [f"{model.key} is here, whole and checked."]
    lack = lacking(model)
    if lack:
        lines.append(lack)
    elif model.kind == "voice":
        lines.append(f"Hear it: visavis say Hello --voice piper:{model.key} --out hello.wav; choose it in Settings, Voice.")
    tell({}, False, "\n".join(lines))
    return 0


def _yes(question: str) -> bool:
    sys.stdout.write(question)
    sys.stdout.flush()
    line = sys.stdin.readline() if sys.stdin else ""
    if not line:
        sys.stdout.write("\n")
        raise WrongUse("get cannot ask here, because nobody can type; give --yes to fetch without asking.")
    return line.strip().lower() in ("y", "yes")


def _with_bar(work: Callable[[Callable[[int, int], None]], object], what: str) -> None:
    bar = Bar()
    try:
        work(lambda done, of: bar(what, done / of))
    except KeyboardInterrupt:
        bar.close()
        sys.stderr.write(f"Stopped; what came is kept, and 'visavis get {what}' goes on with it.\n")
        raise
    finally:
        bar.close()


def _remove(model: Model, store: Store) -> int:
    freed = store.remove(model)
    tell({}, False, f"{model.key} is removed; {in_mb(freed)} are free again." if freed else f"{model.key} was not here.")
    return 0


def _verify(models: list[Model], store: Store) -> int:
    chosen = models or [m for m in tables.catalogue().models if store.state(m) in ("here", "unchecked")]
    if not chosen:
        tell({}, False, "Nothing is fetched yet; 'visavis get' lists what can be.")
    troubles = []
    for model in chosen:
        try:
            _with_bar(lambda report, model=model: store.verify(model, report), model.key)  # type: ignore[misc]
        except FetchTrouble as trouble:
            troubles.append(str(trouble))
        else:
            tell({}, False, f"{model.key} is as it should be.")
    if troubles:
        more = f" {len(troubles) - 1} more are wrong." if len(troubles) > 1 else ""
        raise FetchTrouble(troubles[0] + more)
    return 0
