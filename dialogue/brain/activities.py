"""Things to do together: would-you-rather, slow breathing, twenty questions, a small story."""

from __future__ import annotations

import random
import re
from typing import Any

from dialogue.brain.reading import Reading
from dialogue.brain.state import TalkState
from dialogue.brain.words import tokens
from dialogue.data import asset_json

MOST_QUESTIONS = 20
LIVELY = ("wyr", "twenty", "story")
"""Activities that rest after a crisis; breathing does not."""


def begin(name: str, state: TalkState, rng: random.Random) -> str:
    """Start `wyr`, `breathe`, `twenty` or `story`; the first thing she says in it."""
    data = asset_json("mind/activities.json")
    if name == "breathe":
        state.activity = (name, {"step": 1})
        return str(data["breathing"][0])
    if name == "wyr":
        return _next_pair(state, rng)
    if name == "twenty":
        state.activity = (name, {"thing": rng.randrange(len(data["twenty"])), "count": 0})
        return state.pick(data["twenty_start"], rng)
    starts = [s["start"] for s in data["story"]]
    start = state.pick(starts, rng)
    state.activity = ("story", {"story": starts.index(start), "step": 0})
    return start


def go_on(text: str, reading: Reading, state: TalkState, rng: random.Random) -> str | None:
    """The next line of the running activity, or None when the user has left it."""
    if state.activity is None:
        return None
    name, own = state.activity
    step = {"wyr": _wyr, "breathe": _breathe, "twenty": _twenty, "story": _story}[name]
    line = step(text, reading, state, own, rng)
    if line is None:
        state.activity = None
    return line


def _next_pair(state: TalkState, rng: random.Random) -> str:
    data = asset_json("mind/activities.json")
    keys = [w["a"] for w in data["wyr"]]
    chosen = keys.index(state.pick(keys, rng))
    pair = data["wyr"][chosen]
    state.activity = ("wyr", {"pair": chosen, "waiting": True})
    return state.pick(data["wyr_ask"], rng).replace("{a}", pair["a"]).replace("{b}", pair["b"])


def _wyr(text: str, reading: Reading, state: TalkState, own: dict[str, Any], rng: random.Random) -> str | None:
    data = asset_json("mind/activities.json")
    if not own["waiting"]:
        return _next_pair(state, rng) if reading.act.name in ("yes", "ok") else None
    pair, said = data["wyr"][own["pair"]], set(tokens(text))
    only_a, only_b = set(tokens(pair["a"])) - set(tokens(pair["b"])), set(tokens(pair["b"])) - set(tokens(pair["a"]))
    score = len(said & only_a) - len(said & only_b) + (1 if said & {"first", "former"} else 0) - (1 if said & {"second", "latter"} else 0)
    if score == 0:
        return None if reading.act.name not in ("unsure", "short") else f"{pair['mine']} No need to decide."
    own["waiting"] = False
    comment = pair["on_a"] if score > 0 else pair["on_b"]
    return f"{comment} {state.pick(data['wyr_more'], rng)}"


def _breathe(text: str, reading: Reading, state: TalkState, own: dict[str, Any], rng: random.Random) -> str | None:
    steps = asset_json("mind/activities.json")["breathing"]
    if reading.act.name not in ("ok", "yes", "short", "thanks") or own["step"] >= len(steps):
        return None
    line = str(steps[own["step"]])
    own["step"] += 1
    if own["step"] >= len(steps):
        state.activity = None
    return line


def _twenty(text: str, reading: Reading, state: TalkState, own: dict[str, Any], rng: random.Random) -> str | None:
    data = asset_json("mind/activities.json")
    thing, said = data["twenty"][own["thing"]], set(tokens(text))
    gives_up = re.search(r"\b(?:give up|no idea|tell me|what (?:is|was) it)\b", text.lower())
    if reading.act.name in ("tell", "thanks", "greet") and "?" not in text and not gives_up and not said & set(thing["words"]):
        return None
    own["count"] += 1
    if said & set(thing["words"]):
        state.activity = None
        return state.pick(data["twenty_win"], rng).replace("{thing}", thing["thing"]).replace("{count}", str(own["count"]))
    if own["count"] >= MOST_QUESTIONS or gives_up:
        state.activity = None
        return state.pick(data["twenty_lose"], rng).replace("{thing}", thing["thing"])
    guess = re.search(r"\bis it (an? \w+|the \w+)\?*$", text.strip().lower())
    asked = [p for p, words in data["properties"].items() if said & set(words)]
    if asked:
        fits = any(p in thing["is"] for p in asked)
        turned = bool(said & {"not", "isn't", "never"})
        return str(rng.choice(data["twenty_yes" if fits != turned else "twenty_no"]))
    if guess:
        return str(rng.choice(data["twenty_wrong"])).replace("{guess}", guess[1])
    return str(rng.choice(data["twenty_unsure"]))


def _story(text: str, reading: Reading, state: TalkState, own: dict[str, Any], rng: random.Random) -> str | None:
    story = asset_json("mind/activities.json")["story"][own["story"]]
    if reading.act.name not in ("short", "tell", "ok", "yes", "no", "unsure", "question"):
        return None
    said = set(tokens(text))
    own["step"] += 1
    if own["step"] == 1:
        way_b = bool(said & {w for phrase in story["b"]["words"] for w in phrase.split()})
        return str(story["b" if way_b else "a"]["text"])
    state.activity = None
    return str(rng.choice(story["ends"]))
