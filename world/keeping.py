"""What a profile remembers, as window and terminal use it: opened where it may be, made when the user chooses how to guard it.

unset    the user has not chosen yet: she remembers this visit alone
locked   a passphrase guards it and was not given yet
open     it is written to
aside    the user goes on without it for now: this visit alone
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, Protocol

from dialogue import events
from dialogue.data import asset_json
from dialogue.files import write_whole
from dialogue.memory import ring
from dialogue.memory.embed import Embedder
from dialogue.memory.export import read_export, restore, to_json, to_markdown
from dialogue.memory.keys import Protection
from dialogue.memory.memory import Memory
from dialogue.memory.vault import Vault, state_of
from dialogue.trouble import MemoryTrouble, Trouble
from world import settings as settings_module
from world.settings import FILE, Settings, load

State = Literal["unset", "locked", "open", "aside"]
PASSPHRASE = "VISAVIS_PASSPHRASE"
PLAIN_WARNING = (
    "Without protection, everything you say lies readable on this computer: for whoever uses it, steals it or repairs it, and for any "
    "program on it. Choose this only where the whole disk is encrypted and nobody else has your account."
)


def opened(profile: Path, environ: Mapping[str, str]) -> Vault | None:
    """The vault of a profile where it opens without asking, None where there is none yet. Raises `WrongKey` where it is locked,
    `VaultBusy`, `MemoryTrouble`."""
    state = state_of(profile)
    if state == "none":
        return None
    return Vault.open(profile, passphrase=environ.get(PASSPHRASE) if state == "passphrase" else None)


class Running(Protocol):
    """The mind that uses a memory, as `Keeping` needs it."""

    def send(self, event: events.Incoming) -> None:
        """Hand something in."""

    def call(self, work: Callable[[], str]) -> str:
        """Do something between two of its steps."""


class Keeping:
    """One profile's memory in a running program. `trouble`: why it is not open, for people. `recovery_code`: to be shown once. `changes`
    grows with each change that a page must show. `attach` tells it of the mind; without one it works on its own."""

    def __init__(self, profile: Path, clock: Callable[[], float], environ: Mapping[str, str], embedder: Embedder | None = None) -> None:
        self._profile, self.clock, self._embedder = profile, clock, embedder
        self.state: State = "unset"
        self.trouble = self.recovery_code = ""
        self.keyring = ring.name()
        self.memory = Memory(Vault.loose(), clock(), embedder=embedder)
        self._changed = 0
        self._mind: Callable[[], Running | None] = lambda: None
        self._rest: Callable[[], None] = lambda: None
        self._wake: Callable[[], None] = lambda: None
        self._begin(environ)

    def attach(self, mind: Callable[[], Running | None], rest: Callable[[], None], wake: Callable[[], None]) -> None:
        """`mind`: the present one; `rest`: close it; `wake`: start one that uses `memory`."""
        self._mind, self._rest, self._wake = mind, rest, wake

    def _begin(self, environ: Mapping[str, str]) -> None:
        try:
            lies = state_of(self._profile)
            if lies == "passphrase" and PASSPHRASE not in environ:
                self.state = "locked"
                return
            vault = opened(self._profile, environ)
            if vault is not None:
                self._take(vault)
        except Trouble as trouble:
            self.trouble = str(trouble)
            self.state = "aside"

    def _take(self, vault: Vault) -> None:
        self.memory.vault.close()
        self.memory = Memory(vault, self.clock(), embedder=self._embedder)
        self.state, self.trouble = "open", ""
        if vault.store.dropped:
            self.trouble = "The last thing that was being written when Visavis ended was cut short and is left out; all before it is here."
        self._changed += 1

    # -- what is shown ---------------------------------------------------------------------------------------------------

    @property
    def changes(self) -> int:
        """Grows with each change of what is known, or of how it is kept."""
        return self._changed + self.memory.changes

    @property
    def protection(self) -> str:
        """How it is guarded: passphrase, keyring, plain or none."""
        return self.memory.vault.protection

    @property
    def label(self) -> str:
        """What the header of the talk shows; nothing where all is as it should be."""
        if self.memory.private:
            return "private: nothing is kept"
        if self.state != "open":
            return "nothing is kept"
        return "kept, unprotected" if self.protection == "plain" else ""

    # -- opening and guarding --------------------------------------------------------------------------------------------

    def unlock(self, secret: str, *, code: bool = False) -> str:
        """Open with a passphrase or a recovery code, and wake her; a sentence where that failed."""
        try:
            vault = Vault.open(self._profile, code=secret) if code else Vault.open(self._profile, passphrase=secret)
        except Trouble as trouble:
            return str(trouble)
        self._rest()
        self._take(vault)
        self._wake()
        return ""

    def set_aside(self) -> None:
        """Go on without it, for this visit."""
        waits, self.state = self.state == "locked", "aside"
        if waits:
            self._wake()

    def guard(self, protection: Protection, passphrase: str = "") -> str:
        """Make the memory, with what this visit has told so far in it, or change how it is guarded; a sentence where that failed."""

        def work() -> str:
            try:
                keys = self.memory.vault.keys
                if keys is not None:
                    self.recovery_code = keys.change(protection, passphrase)
                else:
                    vault = Vault.make(self._profile, protection, passphrase=passphrase)
                    self.memory.settle(vault)
                    self.recovery_code = vault.recovery_code
            except Trouble as trouble:
                return str(trouble)
            self.state, self.trouble = "open", ""
            self._changed += 1
            return ""

        mind = self._mind()
        return mind.call(work) if mind is not None else work()

    def hope(self, what: str) -> None:
        """What the user hopes for of these evenings: kept like anything else that is known, or for this visit alone."""
        said = asset_json("memory/lines.json")["hopes"].format(what=what.rstrip(".!? "))
        self.memory.told(said, 0, self.clock())
        self._changed += 1

    # -- changing what is known ------------------------------------------------------------------------------------------

    def amend(self, event: events.Aside) -> None:
        """Forget, undo, put right, or be private."""
        mind = self._mind()
        if mind is not None:
            mind.send(event)

    def export(self, path: Path) -> str:
        """Write everything to a file: Markdown where its name ends in .md, else JSON. A sentence where that failed."""
        try:
            save_export(self.memory, self._profile, path, self.clock())
        except Trouble as trouble:
            return str(trouble)
        return ""

    def erase_everything(self) -> str:
        """Destroy the memory; she goes on as somebody who meets the user for the first time. A sentence where something is left."""
        self._rest()
        said = ""
        try:
            self.memory.vault.destroy()
        except Trouble as trouble:
            said = str(trouble)
        self.memory = Memory(Vault.loose(), self.clock(), embedder=self._embedder)
        self.state, self.recovery_code = "unset", ""
        self._changed += 1
        self._wake()
        return said

    def close(self) -> None:
        """Let go of the files; may be called twice."""
        self.memory.close(self.clock())


def public_settings(profile: Path) -> dict[str, Any]:
    """Settings as an export holds them: without keys of servers."""
    settings: dict[str, Any] = load(profile, {}).model_dump(mode="json")
    for part in settings.values():
        if isinstance(part, dict) and "api_key" in part:
            part["api_key"] = ""
    return settings


def save_export(memory: Memory, profile: Path, path: Path, now: float) -> None:
    """Whole or not at all, readable by the user alone. Raises `MemoryTrouble`."""
    settings = public_settings(profile)
    raw = to_markdown(memory, settings, now) if path.suffix.lower() == ".md" else to_json(memory, settings)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, raw)
    except OSError as error:
        raise MemoryTrouble(f"{path} cannot be written ({error.strerror}); choose another place.") from error


def load_export(memory: Memory, profile: Path, path: Path, now: float) -> None:
    """Memories and settings of an export into an empty memory; keys of servers that are set here stay. Raises `Trouble`."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise MemoryTrouble(f"{path} cannot be read ({error.strerror}); choose the file that `visavis memory export` wrote.") from error
    tables, kept = read_export(raw)
    try:
        settings = Settings.model_validate(kept)
    except ValueError as error:
        raise MemoryTrouble(f"The settings in {path} are not valid; nothing was imported.") from error
    restore(memory, tables, now)
    if kept:
        here = load(profile, {}) if (profile / FILE).exists() else Settings()
        for part in ("brain", "voice", "ear", "memory"):
            getattr(settings, part).api_key = getattr(here, part).api_key
        settings_module.save(settings, profile)
