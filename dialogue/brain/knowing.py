"""Answers about what the user has told: the name, tastes, people, plans."""

from __future__ import annotations

import random
import re

from dialogue.brain.facts import Fact, Facts
from dialogue.brain.words import content, tokens
from dialogue.data import asset_json

MOST = 4
_SAY = {
    "like": "you like {v}", "dislike": "you're not fond of {v}", "hobby": "there's {v} in your life", "worry": "you were worried about {v}",
    "plan": "there's {v}",
}  # fmt: skip


def say_fact(fact: Fact) -> str:
    """A fact as a clause spoken to the user."""
    if fact.kind == "name":
        return f"you're {fact.value}"
    if fact.kind == "home":
        return f"you {fact.name} {fact.value}"
    if fact.kind in ("person", "pet"):
        if fact.name:
            return f"your {fact.value} {'was' if fact.gone else 'is'} called {fact.name}"
        return (
            f"you have {'' if fact.value.endswith('s') else 'a '}{fact.value}" if fact.kind == "pet" else f"you mentioned your {fact.value}"
        )
    if fact.kind == "job":
        return f"you're {fact.value}" if fact.value.startswith("working ") else f"you work as a {fact.value}"
    return _SAY[fact.kind].replace("{v}", fact.value)


def and_list(parts: list[str]) -> str:
    """`a, b and c`."""
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]


def tell_all(facts: Facts, rng: random.Random) -> str:
    """A few things she knows, as one clause after another; '' when she knows nothing."""
    known = [f for f in facts if not (f.kind == "person" and not f.name)] or list(facts)
    names = [f for f in known if f.kind == "name"][-1:]
    rest = [f for f in known if f.kind != "name"]
    chosen = rng.sample(rest, min(MOST - len(names), len(rest)))
    return and_list([say_fact(f) for f in [*names, *sorted(chosen, key=lambda f: f.turn)]]) if names or chosen else ""


def recall(text: str, facts: Facts, rng: random.Random) -> str:
    """The answer to "what's my dog called?", "what's on Thursday?"; an honest no when it was not told."""
    lines = asset_json("mind/talk.json")["knows"]
    asked = {word.removesuffix("'s") for word in tokens(text)}
    words = set(content(text))
    for fact in reversed(list(facts)):
        if fact.kind in ("pet", "person") and fact.name and (fact.value in asked or fact.name.lower() in asked):
            return str(rng.choice(lines[fact.kind])).format(v=fact.value, n=fact.name)
    if re.search(r"\b(?:work|job|do for a living)\b", text, re.I) and facts.of("job"):
        return f"As far as I know, {say_fact(facts.of('job')[-1])}."
    if re.search(r"\blive|from|home\b", text, re.I) and facts.of("home"):
        return f"In my notes, {say_fact(facts.of('home')[-1])}."
    kinds = {
        "worr": "worry",
        "scared": "worry",
        "afraid": "worry",
        "nervous": "worry",
        "anxious": "worry",
        "plan": "plan",
        "hobb": "hobby",
        "lik": "like",
    }
    for fact in reversed(list(facts)):
        if fact.words & words or any(re.search(rf"\b{stem}", text, re.I) and fact.kind == kind for stem, kind in kinds.items()):
            if fact.kind == "plan":
                return str(rng.choice(lines["plan"])).format(v=fact.value)
            clause = say_fact(fact)
            return clause[0].upper() + clause[1:] + "."
    return str(rng.choice(lines["missing"]))
