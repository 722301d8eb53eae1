"""Answers about what the user has told: the name, tastes, people, plans."""

from __future__ import annotations

import random
import re

from dialogue.brain.facts import Fact, Facts
from dialogue.brain.words import capital, content, tokens
from dialogue.data import asset_json
from dialogue.memory.items import Recalled

MOST = 4
_SAY = {
    "like": "you like {v}", "dislike": "you're not fond of {v}", "hobby": "there's {v} in your life", "worry": "you were worried about {v}",
    "plan": "there's {v}", "allergy": "you're allergic to {v}", "diet": "you're {v}", "age": "you're {v} years old", "status": "you're {v}",
    "note": "{v}", "boundary": "you don't want {v}",
}  # fmt: skip
_ASKED = (
    (r"\b(?:work|job|do for a living)\b", "job", "As far as I know, {}."), (r"\b(?:live|from|home)\b", "home", "In my notes, {}."),
    (r"\ballerg|\bintoleran", "allergy", ""), (r"\bhow old\b|\bmy age\b", "age", ""), (r"\bmarried|single|divorced\b", "status", ""),
    (r"\b(?:vegan|vegetarian|diet)\b", "diet", ""), (r"\b(?:ill|illness|condition|health|medication)\b", "health", ""),
)  # fmt: skip


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
        an = "an" if fact.value[:1] in "aeiou" else "a"
        return f"you're {fact.value}" if fact.value.startswith("working ") else f"you work as {an} {fact.value}"
    if fact.kind == "date":
        return f"your {fact.name} is on {fact.value}"
    if fact.kind == "health":
        return f"you're {fact.value}" if fact.value.startswith("taking ") else f"you have {fact.value}"
    if fact.kind == "plan" and fact.gone:
        return f"there was {fact.value}"
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


def recall(text: str, facts: Facts, rng: random.Random, recalled: Recalled) -> tuple[str, Fact | None]:
    """The answer to "what's my dog called?", "what's on Thursday?", "when did I tell you?", and the fact it rests on; an honest no when
    it was not told."""
    lines, memory = asset_json("mind/talk.json")["knows"], asset_json("memory/lines.json")
    if asks_when(text):
        told = recalled.told
        line = str(rng.choice(memory["told_when" if told else "told_never"]))
        return line.replace("{when^}", capital(told)).replace("{when}", told), None
    fact = find(text, facts)
    if fact is None:
        if any(re.search(pattern, text, re.I) for pattern, _, _ in _ASKED):
            return str(rng.choice(lines["missing"])), None  # an old sentence may be out of date
        said = next((i for i in recalled.items if i.kind == "turn" and i.fit >= QUOTED), None)
        if said:
            return str(rng.choice(memory["recalled"])).replace("{v}", said.text.split(" / ")[0]), None
        return str(rng.choice(lines["missing"])), None
    if fact.kind in ("pet", "person") and fact.name:
        return str(rng.choice(lines[fact.kind])).format(v=fact.value, n=fact.name), fact
    if fact.kind == "plan" and not fact.gone:
        return str(rng.choice(lines["plan"])).format(v=fact.value), fact
    if fact.kind in ("allergy", "health"):
        return capital(and_list([say_fact(f) for f in facts.of(fact.kind)])) + ".", fact
    frame = next((f for _, kind, f in _ASKED if kind == fact.kind and f), "{}.")
    return capital(frame.format(say_fact(fact))), fact


_WHEN = re.compile(
    r"\bwhen (?:did i|have i|was it (?:that )?i) (?:say|said|tell|told|mention)|\bhow long ago did i (?:say|tell|mention)", re.I
)
QUOTED = 0.45
"""Cosine from which the user's own earlier words are an answer (design value)."""


def asks_when(text: str) -> bool:
    """Whether the user wants to know when something was told."""
    return _WHEN.search(text) is not None


def find(text: str, facts: Facts) -> Fact | None:
    """The fact that a question asks for, None where none fits."""
    asked = {word.removesuffix("'s") for word in tokens(text)}
    words = set(content(text))
    held = list(reversed(list(facts)))
    for fact in held:
        if fact.kind in ("pet", "person") and fact.name and (fact.value in asked or fact.name.lower() in asked):
            return fact
    for fact in held:
        if fact.kind == "date" and fact.name.split()[-1] in asked and ("'s" not in fact.name or fact.name.split("'")[0] in asked):
            return fact
    for pattern, kind, _ in _ASKED:
        if re.search(pattern, text, re.I):
            fits = [f for f in held if f.kind == kind]
            if fits:
                return fits[0]
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
    best = max(held, key=lambda f: len(f.words & words), default=None)
    if best is not None and best.words & words:
        return best
    return next((f for f in held if any(re.search(rf"\b{stem}", text, re.I) and f.kind == kind for stem, kind in kinds.items())), None)
