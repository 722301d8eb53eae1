"""A conversation played from a script on a clock of its own: what films, tests and benches are made of."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dialogue import events
from dialogue.mind import Mind
from dialogue.trouble import Trouble
from world.director import Director


class ScriptTrouble(Trouble):
    """A script file that cannot be used."""


@dataclass(frozen=True, slots=True)
class Cue:
    """The user says this, `after_s` after she has ended."""

    say: str
    after_s: float = 1.2


def parse(text: str, source: str) -> list[Cue]:
    """A script: {"lines": [{"say": words, "after_s": seconds}, ...]}. Raises `ScriptTrouble` that names the place."""
    try:
        data = json.loads(text)
    except ValueError as error:
        raise ScriptTrouble(f"{source} is not valid JSON ({error}); mend it or leave --script away for the demo.") from error
    lines = data.get("lines") if isinstance(data, dict) else None
    if not isinstance(lines, list) or not lines:
        raise ScriptTrouble(f'{source}: field lines must be a list such as [{{"say": "Hello"}}].')
    return [_cue(line, i, source) for i, line in enumerate(lines)]


def _cue(line: Any, i: int, source: str) -> Cue:
    words = line.get("say") if isinstance(line, dict) else None
    if not isinstance(words, str) or not words.strip():
        raise ScriptTrouble(f"{source}: field lines[{i}].say must be words.")
    after = line.get("after_s", 1.2)
    if isinstance(after, bool) or not isinstance(after, int | float) or not 0 <= after <= 60:
        raise ScriptTrouble(f"{source}: field lines[{i}].after_s must be a number from 0 to 60.")
    return Cue(words, float(after))


def load(path: Path) -> list[Cue]:
    """`parse` of a file."""
    try:
        return parse(path.read_text("utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise ScriptTrouble(f"{path} cannot be read ({error}); check the path given with --script.") from error


class Take:
    """Feeds a director from a mind, line by line. Speech arrives after a time that a person might think."""

    def __init__(self, mind: Mind, director: Director, script: list[Cue], clock: Callable[[], float]) -> None:
        self._mind, self._director, self._clock = mind, director, clock
        self._script = deque(script)
        self._due: deque[tuple[float, events.Outgoing]] = deque()
        self._quiet_since: float | None = None
        self.spoken: list[events.Speech] = []
        self._send(events.Arrive(), think_s=0.9)

    def step(self) -> None:
        """Once a frame, before the scene's own step."""
        now = self._clock()
        while self._due and self._due[0][0] <= now:
            self._director.receive(self._due.popleft()[1])
        if self._due or not self._director.idle:
            self._quiet_since = None
            return
        self._quiet_since = now if self._quiet_since is None else self._quiet_since
        if self._script and now - self._quiet_since >= self._script[0].after_s:
            cue = self._script.popleft()
            self._send(events.Say(cue.say), think_s=0.5 + 0.008 * len(cue.say))
            self._quiet_since = None

    def over(self, rest_s: float = 1.5) -> bool:
        """All was said, and it has been quiet for `rest_s`."""
        quiet = self._quiet_since is not None and self._clock() - self._quiet_since >= rest_s
        return quiet and not self._script

    def _send(self, event: events.Incoming, think_s: float) -> None:
        now = self._clock()
        for out in self._mind.run(event):
            late = isinstance(out, events.Speech | events.Done)
            if isinstance(out, events.Speech):
                self.spoken.append(out)
            at = now + think_s if late else now
            self._due.append((max(at, self._due[-1][0] if self._due else at), out))
