"""Ten years of talk, made from a seed: words as often as in speech, so that search meets common and rare ones alike."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files

import numpy as np

from dialogue.brain.words import tokens
from dialogue.memory.memory import Memory
from dialogue.memory.store import Run
from dialogue.memory.vectors import vector
from dialogue.memory.words import indexed

SECONDS_APART = 1600.0
"""Two hundred thousand turns fill ten years."""
VISIT_TURNS, STEP_TURNS, MADE_WORDS = 40, 2000, 20_000
_SYLLABLES = ("ba", "cor", "del", "fin", "gra", "hel", "jo", "kan", "lu", "mer", "nor", "pel", "qui", "ros", "sta", "tur", "vel", "win")


def vocabulary(rng: np.random.Generator) -> list[str]:
    """Words of our own lines, most frequent first, then made ones: names, places, things of one life."""
    counts: dict[str, int] = {}
    for name in ("talk.json", "topics.json"):
        for word in tokens(json.dumps(json.loads(files("world.assets").joinpath("mind", name).read_bytes()))):
            counts[word] = counts.get(word, 0) + 1
    real = sorted(counts, key=lambda w: (-counts[w], w))
    picks = rng.integers(0, len(_SYLLABLES), (MADE_WORDS, 3))
    return real + ["".join(_SYLLABLES[i] for i in row) for row in picks]


def sentences(rng: np.random.Generator, words: list[str]) -> Iterator[str]:
    """Sentences of 6 to 20 words after Zipf's law, without end."""
    weights = 1.0 / np.arange(1, len(words) + 1)
    weights /= weights.sum()
    while True:
        draws = rng.choice(len(words), 40_000, p=weights)
        at = 0
        while at < len(draws) - 20:
            length = int(rng.integers(6, 21))
            yield " ".join(words[i] for i in draws[at : at + length]) + "."
            at += length


def fill(memory: Memory, turns: int, seed: int, now: float) -> list[str]:
    """Put made turns into a memory, the last one at `now`; some of the user's sentences come back, to ask for."""
    rng = np.random.default_rng(seed)
    made = sentences(rng, vocabulary(rng))
    asked: list[str] = []
    for start in range(0, turns, STEP_TURNS):
        with memory.store.change() as run:
            for number in range(start, min(turns, start + STEP_TURNS)):
                user, hers = next(made), next(made)
                _put(run, number, user, hers, now - (turns - number) * SECONDS_APART)
                if number % (turns // 400 or 1) == 0:
                    asked.append(user)
    return asked


def _put(run: Run, number: int, user: str, hers: str, at: float) -> None:
    visit = number // VISIT_TURNS + 1
    if number % VISIT_TURNS == 0:
        run("INSERT INTO visits(id, person, begun, ended) VALUES (?, 'Mira', ?, ?)", (visit, at, at))
    text = f"{user} {hers}"
    made = run(
        "INSERT INTO turns(visit, number, user, hers, feeling, at) VALUES (?, ?, ?, ?, 'calm', ?)",
        (visit, number % VISIT_TURNS + 1, user, hers, at),
    )
    run("INSERT INTO turn_vectors(id, at, vec) VALUES (?, ?, ?)", (made, at, vector(text)))
    run("INSERT INTO turn_words(rowid, words) VALUES (?, ?)", (made, indexed(text)))
