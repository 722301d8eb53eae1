"""Direct answers: to greetings, thanks, questions about herself, about the user, and about the world."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dialogue.affect.mood import length
from dialogue.brain.base import Request
from dialogue.brain.knowing import and_list, recall, tell_all
from dialogue.brain.reading import Reading
from dialogue.brain.state import TalkState
from dialogue.brain.topics import is_plural, topics
from dialogue.brain.words import capital
from dialogue.data import asset_json

_ABOUT = {
    "ask_name": "name",
    "ask_age": "age",
    "ask_feelings": "feelings",
    "ask_day": "day",
    "ask_tired": "tired",
    "can_do": "can",
    "ask_likes": "likes",
    "ask_dislikes": "dislikes",
    "ask_flaw": "flaws",
    "ask_about_you": "who",
    "ask_home": "home",
    "ask_family": "family",
    "ask_love": "love",
    "ask_memory": "memory",
    "why_ask": "why_ask",
    "ask_mean": "mean",
    "ask_meet": "meet",
    "ask_here": "here",
}
_PLAIN = {
    "thanks": ("thanks", "grateful"),
    "apology": ("apology", "calm"),
    "laugh": ("laugh", "amused"),
    "compliment": ("compliment", "grateful"),
    "insult": ("insult", "calm"),
    "flirt": ("flirt", "calm"),
    "bad_idea": ("bad_idea", "worried"),
    "medicine": ("medicine", "caring"),
    "advice": ("advice", "caring"),
    "sorry_advice": ("sorry_advice", "caring"),
    "game": ("invite", "joy"),
    **{name: (name, "worried") for name in ("job_idea", "money_idea", "meal_idea")},
    **{name: (name, "caring") for name in ("isolation", "ask_care")},
    "no_fun": ("no_fun", "amused"),
    "idle": ("idle", "calm"),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """text: one or two sentences. label: the feeling. open: whether a question may follow."""

    text: str
    label: str = "calm"
    open: bool = True


def answer(request: Request, reading: Reading, state: TalkState) -> Answer | None:
    """The direct answer to an act, or None where talk goes on freely."""
    act, rng, talk = reading.act.name, request.rng, asset_json("mind/talk.json")
    if act == "greet":
        lines = talk["greet_again"] if state.greeted else talk["greet"]
        return Answer(state.pick(lines, rng), "joy")
    if request.level and not request.sober and act in talk["close"]:
        return Answer(state.pick(talk["close"][act][str(min(request.level, 2))], rng), "affection", open=False)
    if act in _PLAIN:
        key, label = _PLAIN[act]
        return Answer(state.pick(talk[key], rng), label, open=act in ("laugh", "compliment", "idle"))
    if act == "joke":
        key = "joke_sober" if request.sober else "joke"
        return Answer(state.pick(talk[key], rng), "amused", open=False)
    if act == "how_are_you":
        return Answer(f"{state.pick(talk['how_are_you'][_mood(request)], rng)} {state.pick(talk['how_ask'], rng)}", "joy", open=False)
    if act == "ask_likes" and reading.hits:
        return _opinion(act, request, reading, state)
    if act in _ABOUT:
        return Answer(_about(state.pick(talk["about_me"][_ABOUT[act]], rng), request), "curious", open=act not in ("why_ask", "ask_mean"))
    if act in ("ask_my_name", "ask_my_likes", "ask_know_me", "ask_fact_of_me", "you_forgot"):
        return _of_user(act, request, reading, state)
    if act in ("ask_favourite", "ask_taste", "ask_opinion", "wyr_to_her"):
        return _opinion(act, request, reading, state)
    if act == "pause":
        return Answer(state.pick(talk["listen"], rng), "calm", open=False)
    if act == "fact":
        sum_ = _arithmetic(reading.text)
        if sum_:
            return Answer(sum_, "confident", open=False)
        thing = reading.key or ""
        lines = [s for s in talk["limit"] if "{k}" in s] if thing else talk["limit_plain"]
        return Answer(f"{state.pick(lines, rng).replace('{k}', thing)} {state.pick(talk['limit_ask'], rng)}".strip(), "calm", open=False)
    return None


def _arithmetic(text: str) -> str:
    """A small sum can be worked out and need not be looked up; '' when it is none."""
    found = re.search(r"(\d{1,6})\s*(times|x|\*|plus|\+|minus|-)\s*(\d{1,6})\s*\??$", text.strip().lower())
    if not found:
        return ""
    a, b = int(found[1]), int(found[3])
    value = a * b if found[2] in ("times", "x", "*") else a + b if found[2] in ("plus", "+") else a - b
    return f"{a} {found[2]} {b} is {value}. Sums I can do."


def _mood(request: Request) -> str:
    mood = request.affect.mood(request.now)
    if mood[0] < 0.05:
        return "low"
    return "good" if mood[0] > 0.3 and mood[1] > 0.1 and length(mood) > 0.35 else "calm"


def _about(line: str, request: Request) -> str:
    persona, rng = request.persona, request.rng
    like, like2 = rng.sample(persona.likes, 2)
    dislike, flaw = rng.choice(persona.dislikes), rng.choice(persona.flaws)
    own = (
        flaw.replace("she is ", "I'm ")
        .replace("he is ", "I'm ")
        .replace("she drifts", "I drift")
        .replace("she ", "I ")
        .replace("he ", "I ")
    )
    about = f"I'm {persona.name}, an AI. I like {like}, and I can't stand {dislike}."
    slots = {"name": persona.name, "age": str(persona.age), "like": like, "like2": like2, "dislike": dislike, "flaw": own, "about": about}
    for key, value in slots.items():
        line = line.replace("{" + key + "^}", capital(value)).replace("{" + key + "}", value)
    return line


def _of_user(act: str, request: Request, reading: Reading, state: TalkState) -> Answer:
    facts, rng, lines = request.facts, request.rng, asset_json("mind/talk.json")["knows"]
    if act == "ask_my_name":
        name = facts.user_name
        return Answer(
            state.pick(lines["name_yes"], rng).replace("{user}", name) if name else state.pick(lines["name_no"], rng),
            "affection",
            bool(name),
        )
    if act == "ask_my_likes":
        likes = [f.value for f in facts.of("like", "hobby")][-4:]
        return Answer(
            state.pick(lines["likes"], rng).replace("{list}", and_list(likes)) if likes else state.pick(lines["likes_no"], rng),
            "affection",
            bool(likes),
        )
    if act == "ask_know_me":
        known = tell_all(facts, rng)
        return Answer(
            state.pick(lines["all"], rng).replace("{list}", known) if known else state.pick(lines["all_no"], rng), "affection", False
        )
    if act == "you_forgot":
        fit = [s for s in lines["forgot"] if ("{k}" in s) == bool(reading.key)]
        return Answer(state.pick(fit, rng).replace("{k}", reading.key), "embarrassed")
    said, state.answered = recall(reading.text, facts, rng, request.recalled)
    return Answer(said, "affection")


def _opinion(act: str, request: Request, reading: Reading, state: TalkState) -> Answer:
    rng, talk = request.rng, asset_json("mind/talk.json")
    if act == "wyr_to_her":
        sides = re.search(r"would you rather (.+?),? or (.+?)[?.!]*$", reading.text, re.I)
        side = rng.choice(sides.groups()) if sides else "leave that open"
        first = sides[1].split()[0] if sides else ""
        if sides and side == sides[2] and re.match(r"(?:in|on|at|with|by|to|for|a|an|the)\b", side):
            side = f"{first} {side}"
        return Answer(state.pick(talk["wyr_pick"], rng).replace("{x}", side), "amused", open=False)
    for hit in reading.hits:
        said = [*request.persona.says.get(hit.topic, []), *(m for m in topics()[hit.topic].mine if "{w" not in m)]
        fresh = state.fresh(said)
        if fresh:
            return Answer(state.pick(fresh, rng), "curious")
    kind = {"ask_favourite": "favourite", "ask_taste": "like"}.get(act, "opinion")
    named = re.search(
        r"\b(?:about|of|on|like|love|enjoy|know|hate|in)\s+(?:the |a |an )?((?!you|me|it|that|this)\w[\w -]{2,24})\?*$",
        reading.text.strip(),
    )
    thing = reading.key or (named[1].strip() if named and "favou" not in reading.text else "") or "that"
    if kind == "favourite":
        thing = thing.removeprefix("the ").removeprefix("your ")
        thing = thing.removesuffix("s") if is_plural(thing) else thing
    return Answer(state.pick(talk["taste"][kind], rng).replace("{k}", thing), "curious", open=False)
