"""Passphrases: asked without echo on a terminal, or taken from a variable; never from the words of a command."""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path

from dialogue.memory.strength import is_enough, strength
from dialogue.memory.vault import Vault, state_of
from dialogue.trouble import MemoryTrouble, WrongKey
from world.commands.common import WrongUse
from world.keeping import PASSPHRASE

NEW = "VISAVIS_NEW_PASSPHRASE"
TRIES = 3
HELP = f"The passphrase is asked for on a terminal, without echo; programs give it in {PASSPHRASE} (a new one in {NEW})."
_WORDS = ("guessed at once", "weak", "fair", "good", "strong")


def can_ask() -> bool:
    """Whether somebody sits at a terminal."""
    return sys.stdin is not None and sys.stdin.isatty()


def ask_new() -> str:
    """A new passphrase, typed twice. Raises `WrongUse` where nobody can type and `MemoryTrouble` when it is too weak."""
    if NEW in os.environ:
        return os.environ[NEW]
    if not can_ask():
        raise WrongUse(f"A new passphrase cannot be asked for here; start this on a terminal, or set {NEW}.")
    for _ in range(TRIES):
        first = getpass.getpass("New passphrase (at least ten letters): ")
        if not is_enough(first):
            sys.stderr.write(f"That is {_WORDS[strength(first)]}; take more words that do not belong together.\n")
        elif getpass.getpass("Once more: ") == first:
            return first
        else:
            sys.stderr.write("The two differ.\n")
    raise MemoryTrouble("No passphrase was set; nothing has changed.")


def open_vault(profile: Path, *, code: bool = False) -> Vault:
    """The memory of a profile, asked for its passphrase (or recovery code) where one guards it. Raises `MemoryTrouble` where there is
    none, `WrongKey`, `VaultBusy`, `WrongUse`."""
    state = state_of(profile)
    if state == "none":
        raise MemoryTrouble(f"{profile} holds no memory yet; start Visavis, or make one with `visavis memory passphrase`.")
    if code:
        if not can_ask():
            raise WrongUse("The recovery code is asked for on a terminal; start this there.")
        return Vault.open(profile, code=getpass.getpass("Recovery code: "))
    if state != "passphrase":
        return Vault.open(profile)
    if PASSPHRASE in os.environ:
        return Vault.open(profile, passphrase=os.environ[PASSPHRASE])
    if not can_ask():
        raise WrongUse(f"The memory is locked and nobody can be asked for its passphrase here; set {PASSPHRASE}.")
    for left in range(TRIES - 1, -1, -1):
        try:
            return Vault.open(profile, passphrase=getpass.getpass("Passphrase: "))
        except WrongKey as error:
            if not left:
                raise
            sys.stderr.write(f"{error}\n")
    raise AssertionError("unreachable")
