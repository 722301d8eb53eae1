"""A process of our own that is asked over a pipe: what would hold up a frame, or may exist only once a process, or has a licence
that is to stay outside the program, is done there.

A question is a line of JSON with the field `bytes` and that many bytes after it; the answer has the same shape.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable, Generator, Iterator
from typing import Any, BinaryIO

Answer = tuple[dict[str, Any], bytes]
PATIENCE_S = 30.0
"""A worker that gives no answer for so long hangs: it is ended, and asked anew like one that broke."""


class Worker:
    """Runs `python -m module` when it is first asked, and again when it broke. For use from any thread, one question at a time."""

    def __init__(self, module: str, patience_s: float = PATIENCE_S) -> None:
        self._module, self._patience_s = module, patience_s
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def ask(self, question: dict[str, Any], data: bytes = b"") -> Answer:
        """Raises `OSError` when the process cannot be started or breaks twice, `ValueError` with the worker's own sentence when it
        refuses the question."""
        with self._lock:
            try:
                head, answer = self._exchange(question, data)
            except (OSError, EOFError, json.JSONDecodeError):
                self._end()
                try:
                    head, answer = self._exchange(question, data)
                except (EOFError, json.JSONDecodeError) as error:
                    self._end()
                    raise OSError(f"its process broke off: {error}") from error
        if "error" in head:
            raise ValueError(str(head["error"]))
        return head, answer

    def ask_each(self, question: dict[str, Any], data: bytes = b"") -> Generator[Answer, None, None]:
        """One answer after the other, of a worker that gives several (see `serve`). Raises as `ask`, but a process that breaks after its
        first answer is not asked again. Whoever stops early waits for the rest when this is closed."""
        with self._lock:
            head: dict[str, Any] = {"more": False}
            try:
                try:
                    head, answer = self._exchange(question, data)
                except (OSError, EOFError, json.JSONDecodeError):
                    self._end()
                    head, answer = self._exchange(question, data)
                while head.get("more"):
                    yield head, answer
                    head, answer = self._answer()
            except (OSError, EOFError, json.JSONDecodeError) as error:
                head = {}
                self._end()
                raise OSError(f"its process broke off: {error}") from error
            finally:
                self._skip(head)
        if "error" in head:
            raise ValueError(str(head["error"]))

    def _skip(self, head: dict[str, Any]) -> None:
        """Let the answers pass that nobody waits for."""
        try:
            while head.get("more"):
                head, _ = self._answer()
        except (OSError, EOFError, json.JSONDecodeError):
            self._end()

    @property
    def pid(self) -> int | None:
        """The process that runs now, None before the first question and after the end."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def close(self) -> None:
        """End the process; may be called twice, and a later question starts it anew."""
        with self._lock:
            self._end()

    def _exchange(self, question: dict[str, Any], data: bytes) -> Answer:
        if self._process is not None and self._process.poll() is not None:
            self._end()
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", self._module], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                env={"OPENBLAS_NUM_THREADS": "1", **os.environ},  # its products are small: more threads only wait, and take from the frame
            )  # fmt: skip
            self._stop = weakref.finalize(self, _stop, self._process)  # also when nobody closes it, and at the end of the program
        to = self._process.stdin
        assert to is not None
        to.write(json.dumps({**question, "bytes": len(data)}).encode() + b"\n" + data)
        to.flush()
        return self._answer()

    def _answer(self) -> Answer:
        process = self._process
        back = process.stdout if process is not None else None
        if process is None or back is None:
            raise EOFError("no process")
        watch = threading.Timer(self._patience_s, process.kill)
        watch.daemon = True
        watch.start()
        try:
            line = back.readline()
            if not line:
                raise EOFError("no answer")
            head: dict[str, Any] = json.loads(line)
            answer = back.read(head["bytes"])
        finally:
            watch.cancel()
        if len(answer) < head["bytes"]:
            raise EOFError("half an answer")
        return head, answer

    def _end(self) -> None:
        if self._process is not None:
            self._process = None
            self._stop()


def _stop(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(OSError):  # the pipe may be broken already
        if process.stdin is not None:
            process.stdin.close()
    try:
        process.wait(timeout=2)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()


def serve(questions: BinaryIO, answers: BinaryIO, answer: Callable[[dict[str, Any], bytes], Answer | Iterator[Answer]]) -> None:
    """The worker's side: answers until the input ends. A `ValueError`, `KeyError` or `TypeError` of `answer` goes back as a refusal. Where
    it gives several answers, each says `more`, and an empty one without it ends them."""
    for line in questions:
        try:
            question = json.loads(line)
            data = questions.read(question.get("bytes", 0))
            made = answer(question, data)
            if isinstance(made, tuple):
                head, sound = made
            else:
                for part, piece in made:
                    _send(answers, {**part, "more": True}, piece)
                head, sound = {}, b""
        except (ValueError, KeyError, TypeError) as error:
            head, sound = {"error": str(error)}, b""
        _send(answers, head, sound)


def _send(answers: BinaryIO, head: dict[str, Any], sound: bytes) -> None:
    answers.write(json.dumps({**head, "bytes": len(sound)}).encode() + b"\n" + sound)
    answers.flush()
