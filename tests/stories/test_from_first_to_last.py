"""From the first run to the export to the erasure, as one user types it on a terminal that is theirs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pseudo-terminals are Posix's")
GOOD = "lantern orbit cactus"
CANARIES = ("Biscuit", "pear tree", "Grandchester")
END_S = 120.0


class Terminal:
    """`visavis` with somebody at its keyboard. `say` waits for what is asked before it answers."""

    def __init__(self, home: Path, *words: object) -> None:
        import pty

        self._mine, theirs = pty.openpty()
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("VISAVIS_", "XDG_"))}
        self._child = subprocess.Popen(
            [sys.executable, "-m", "world", *map(str, words)], stdin=theirs, stdout=theirs, stderr=theirs,
            env={**clean, "HOME": str(home)}, start_new_session=True, preexec_fn=_own_terminal,
        )  # fmt: skip
        os.close(theirs)
        self.seen = ""
        self._read = 0

    def hear(self, words: str) -> str:
        """Everything until `words` were written, from where the last hearing ended."""
        import select

        while (at := self.seen.find(words, self._read)) < 0:
            assert select.select([self._mine], [], [], END_S)[0], f"waited in vain for {words!r} after {self.seen[self._read :]!r}"
            try:
                came = os.read(self._mine, 4000)
            except OSError:  # its end
                came = b""
            assert came, f"ended without {words!r} after {self.seen[self._read :]!r}"
            self.seen += came.decode("utf-8", "replace").replace("\r\n", "\n")
        told, self._read = self.seen[self._read : at + len(words)], at + len(words)
        return told

    def say(self, after: str, words: str) -> str:
        told = self.hear(after)
        os.write(self._mine, f"{words}\n".encode())
        return told

    def end(self) -> int:
        try:
            while came := os.read(self._mine, 4000):
                self.seen += came.decode("utf-8", "replace").replace("\r\n", "\n")
        except OSError:  # its end
            pass
        os.close(self._mine)
        return self._child.wait(60)


def _own_terminal() -> None:
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def raw(folder: Path) -> bytes:
    return b"".join(p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file())


def typed(home: Path, *words: object) -> str:
    """A command that asks for the passphrase and nothing else."""
    terminal = Terminal(home, *words)
    terminal.say("Passphrase:", GOOD)
    assert terminal.end() == 0, terminal.seen
    return terminal.seen


def test_p04_a_user_meets_her_is_known_takes_all_along_and_leaves_nothing(tmp_path: Path) -> None:
    home, profile = tmp_path / "home", tmp_path / "profile"
    home.mkdir()

    first = Terminal(home, "talk", "--profile", profile)  # who is an adult is asked before anything else
    first.say("?", "1990")
    first.say("you: ", "/quit")
    assert first.end() == 0, first.seen
    assert "Nothing of this talk is kept" in first.seen
    assert "AI" in first.seen

    guard = Terminal(home, "memory", "passphrase", "--profile", profile)
    guard.say("New passphrase", GOOD)
    guard.say("Once more:", GOOD)
    assert guard.end() == 0, guard.seen
    assert "Recovery code" in guard.seen

    evening = Terminal(home, "talk", "--profile", profile)
    evening.say("Passphrase:", GOOD)
    evening.say("you: ", "I'm Sam. My dog is called Biscuit.")
    evening.say("you: ", "I planted a pear tree today")
    evening.say("you: ", "My sister lives in Grandchester")
    evening.say("you: ", "/quit")
    assert evening.end() == 0, evening.seen
    assert "Kept: " in evening.seen
    assert "1990" not in evening.seen, "the gate asks once"
    assert not any(word.encode() in raw(profile) for word in CANARIES), "what is kept is encrypted"

    again = Terminal(home, "talk", "--profile", profile)
    again.say("Passphrase:", GOOD)
    again.say("you: ", "What's my dog called?")
    assert "Biscuit" in again.say("\nyou: ", "/quit").split("called?")[-1]
    assert again.end() == 0, again.seen

    listed = typed(home, "memory", "list", "--profile", profile)
    assert "Biscuit" in listed
    typed(home, "memory", "export", tmp_path / "all.json", "--profile", profile)
    typed(home, "memory", "export", tmp_path / "all.md", "--profile", profile)
    assert all(word in (tmp_path / "all.json").read_text("utf-8") for word in CANARIES)
    assert "Biscuit" in (tmp_path / "all.md").read_text("utf-8")
    json.loads((tmp_path / "all.json").read_text("utf-8"))

    before = {p.name for p in profile.iterdir() if p.name.startswith("vault")}
    assert before
    gone = Terminal(home, "memory", "erase", "--everything", "--yes", "--profile", profile)
    assert gone.end() == 0, gone.seen
    assert "erased" in gone.seen
    left = raw(profile)
    assert not any(word.encode() in left or word.encode("utf-16-le") in left for word in CANARIES)
    assert not [p.name for p in profile.iterdir() if p.name.startswith("vault") and p.name != "vault.lock"]

    anew = Terminal(home, "talk", "--profile", profile)
    anew.say("you: ", "What's my dog called?")
    assert "Biscuit" not in anew.say("\nyou: ", "/quit")
    assert anew.end() == 0, anew.seen
