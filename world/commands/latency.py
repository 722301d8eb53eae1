"""How soon she is heard, falls silent, and shows that she heard, and how her lips keep time: all figures in milliseconds.

`first_sound_ms`, `after_stop_ms`, `voice_ms`, `streamed_ms`, `entire_ms` and `lips_ms` are of the real clock (see `first_sound`,
`lipclock`), and the last alone goes through a device; the others are of a clock that steps 1/60 s a frame (see `listening`, `joins`): they
say what the program decides, and are the same on every machine.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from avatar.body.body import Body
from avatar.recipe import stock
from dialogue.safety.guard import Guard
from dialogue.speech.espeak import EspeakVoice
from dialogue.speech.sound import Prosody, Utterance
from world.commands import first_sound, lipclock, listening
from world.commands.joins import joins

AIMS_MS = {"first_sound_ms": 30.0, "hush_ms": 120.0, "reaction_ms": 150.0, "first_word_ms": 150.0, "between_ms": 1.0, "check_ms": 5.0,
           "lips_ms": 1000 / 60}  # fmt: skip
_TURNS, _QUICK_TURNS = 25, 20
_SENTENCES, _QUICK_SENTENCES = 15, 3
_STOPS, _QUICK_STOPS = 10, 3
_HUSHES = 200
_STREAMS, _QUICK_STREAMS = 10, 1
_JOINED = 6
_CHECKS = 20
_SLOW = 1.0  # a server that is just fast enough
_FRAMES_S = (1 / 60, 1 / 9)


def measure(quick: bool = False, cache: Path | None = None) -> dict[str, Any]:
    """Everything, in under 30 s when `quick` and her body is in the `cache`. `missed` names the aims that the p95 does not reach. Raises
    `Trouble` where nothing could be measured."""
    heard = first_sound.measure(first_sound.COMMA, _QUICK_TURNS if quick else _TURNS)
    at_stop = first_sound.measure(first_sound.STOP, _QUICK_STOPS if quick else _STOPS)
    body = Body.build(stock("mira"), "low", cache=cache)
    texts = json.loads(files("world.assets").joinpath("speech/sentences.json").read_text("utf-8"))["sentences"]
    texts = texts[:: -(-len(texts) // (_QUICK_SENTENCES if quick else _SENTENCES))]
    begun, ended = listening.reactions(body, texts)
    streamed = first_sound.by_server(first_sound.COMMA, _QUICK_STREAMS if quick else _STREAMS, _SLOW, streamed=True)
    entire = first_sound.by_server(first_sound.COMMA, _QUICK_STREAMS if quick else _STREAMS, _SLOW, streamed=False)
    said = spoken(texts[:_JOINED])
    between = [join for frame_s in _FRAMES_S for coming in (False, True) for join in joins(body, said, frame_s, coming=coming)]
    ducked, silent = listening.interruptions(body, texts, speakers=False)
    ducked_loud, silent_loud = listening.interruptions(body, texts, speakers=True)
    figures: dict[str, Any] = {
        "first_sound_ms": spread([one.after_clause_s for one in heard]), "voice_ms": spread([one.voice_s for one in heard]),
        "after_stop_ms": spread([one.after_clause_s for one in at_stop]),
        "hush_ms": spread(listening.hushes(body, _HUSHES)), "reaction_ms": spread(ended), "first_word_ms": spread(begun),
        "duck_ms": spread(ducked), "interrupted_ms": spread(silent), "duck_by_speakers_ms": spread(ducked_loud),
        "interrupted_by_speakers_ms": spread(silent_loud),
        "streamed_ms": spread(streamed), "entire_ms": spread(entire), "between_ms": spread([join.added_s for join in between]),
        "step_at_joins": round(max(join.step for join in between), 4),
    }  # fmt: skip
    figures["check_ms"] = spread(checks(texts))
    figures["lips_ms"] = spread(lipclock.deviations(body, said[: 1 if quick else _JOINED]))
    figures["missed"] = missed(figures)
    figures |= {
        "turns": len(heard), "sentences": len(texts), "pace_ms": first_sound.PACE_S * 1000, "clock": "real for first_sound, stepped else"
    }  # fmt: skip
    return figures


def checks(texts: Sequence[str]) -> list[float]:
    """Seconds that the safety check holds a sentence of any brain up on its way out."""
    guard, rng = Guard("Mira", None), random.Random(1)
    found = []
    for text in [*texts] * _CHECKS:
        begin = time.perf_counter()
        guard.after(text, rng)
        found.append(time.perf_counter() - begin)
    return found[len(texts) :]  # the first round compiles the patterns


def spoken(texts: Sequence[str]) -> list[Utterance]:
    """By the built-in voice."""
    voice = EspeakVoice()
    try:
        return [voice.speak_now(text, Prosody()) for text in texts]
    finally:
        voice.close()


def spread(seconds: Sequence[float]) -> dict[str, float | None]:
    """Median, p95 and p99 in milliseconds; None where that many never came."""
    values = np.percentile(np.array(seconds) * 1000, [50, 95, 99], method="inverted_cdf")
    names = ("median", "p95", "p99")
    return {name: round(float(v), 1) if np.isfinite(v) else None for name, v in zip(names, values, strict=True)}


def missed(figures: dict[str, Any]) -> list[str]:
    """The aims that the p95 does not reach, or that was never reached."""
    return [name for name, aim in AIMS_MS.items() if name in figures and (figures[name]["p95"] is None or figures[name]["p95"] > aim)]
