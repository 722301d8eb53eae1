from __future__ import annotations

import io
import json
import os
import signal

import pytest

from dialogue.speech import worker
from dialogue.speech.worker import Worker, serve

ESPEAK = "dialogue.speech.espeak_worker"
SPELL = {"spell": "Hi", "pieces": [], "voice": "en-us"}


def test_it_answers_breaks_and_answers_again() -> None:
    asked = Worker(ESPEAK)
    first, _ = asked.ask(SPELL)
    assert asked.pid is not None
    os.kill(asked.pid, signal.SIGKILL)
    assert asked.ask(SPELL)[0] == first
    asked.close()
    asked.close()
    assert asked.pid is None
    assert asked.ask(SPELL)[0] == first
    asked.close()


def test_a_refusal_is_the_workers_own_sentence_and_not_its_end() -> None:
    asked = Worker(ESPEAK)
    with pytest.raises(ValueError, match="xx-nowhere"):
        asked.ask({**SPELL, "voice": "xx-nowhere"})
    assert asked.ask(SPELL)[0]["clauses"]
    asked.close()


def test_a_worker_that_cannot_start_is_an_os_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker.sys, "executable", "/nowhere/python")
    with pytest.raises(FileNotFoundError):
        Worker(ESPEAK).ask(SPELL)


def test_a_worker_that_ends_at_once_is_an_os_error() -> None:
    with pytest.raises(OSError, match="broke off"):
        Worker("dialogue.nothing_here").ask(SPELL)


def test_a_worker_that_hangs_is_ended_and_asked_anew() -> None:
    asked = Worker(ESPEAK)
    asked.ask(SPELL)
    hanging = asked.pid
    assert hanging is not None
    os.kill(hanging, signal.SIGSTOP)
    asked._patience_s = 1.0  # what it says is the same sooner
    assert asked.ask(SPELL)[0]["clauses"]
    assert asked.pid not in (None, hanging)
    asked.close()


def test_bytes_pass_in_both_directions() -> None:
    questions = io.BytesIO(b'{"times": 2, "bytes": 3}\nab\n{"times": "x", "bytes": 1}\nc{"times": 1, "bytes": 0}\n')
    answers = io.BytesIO()
    serve(questions, answers, lambda question, data: ({"n": int(question["times"])}, data * question["times"]))
    answers.seek(0)
    assert json.loads(answers.readline()) == {"n": 2, "bytes": 6}
    assert answers.read(6) == b"ab\nab\n"
    assert "error" in json.loads(answers.readline())
    assert json.loads(answers.readline()) == {"n": 1, "bytes": 0}
