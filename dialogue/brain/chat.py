"""Free talk: candidates made of an opening and something that leads on, and the choice among them.

The weights follow the design: use the user's words, follow open threads, fit the mood, do not repeat, do not question on and on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from dialogue.brain import heavy
from dialogue.brain.base import Request
from dialogue.brain.facts import Fact
from dialogue.brain.reading import Reading
from dialogue.brain.state import TalkState
from dialogue.brain.topics import fill, find_topics, fits, is_plural, near, topics
from dialogue.brain.words import capital, content, swap, tokens
from dialogue.data import asset_json

CANDIDATES = 28
QUESTION_SHARE = 0.36
REPEAT_TURNS, TEMPLATE_TURNS, THREAD_AFTER = 40, 12, 5
LONG_WORDS = 24
ECHO_EVERY = 3
"""Her own words in most turns: the user's are given back in one of so many at most, in fewer on the whole."""
ECHOES = ("reflect", "echo")
VISIT = 10**6
_PRONOUN = re.compile(
    r"(?:i|it|it's|its|he|she|we|they|you|that|that's|this|there|what|how|why|who|and|but|because|so|i'm|not|call|tell|give|let|show|ask)\b",
    re.I,
)
LABELS = {"good": ("joy", 0.6), "bad": ("caring", 0.7), "plain": ("curious", 0.4)}


@dataclass(frozen=True, slots=True)
class Part:
    """One sentence or two of a reply. template: the written line it came from. kind: for the balance of moves."""

    text: str
    template: str
    kind: str
    fact: Fact | None = None
    label: tuple[str, float] | None = None


NOTHING = Part("", "", "none")


def fill_fact(line: str, fact: Fact, her: str = "") -> str:
    """A line with a fact in its slots."""
    for slot, value in (("v", fact.value), ("n", fact.name), ("name", her)):
        line = line.replace("{" + slot + "^}", capital(value)).replace("{" + slot + "}", value)
    if is_plural(f"your {fact.value}"):
        line = re.sub(rf"\bWhat's your {re.escape(fact.value)}\b", f"What are your {fact.value}", line)
    return re.sub(r"\b([Aa]) (?=[aeiou])", r"\1n ", line)


def fact_key(fact: Fact) -> str:
    """The group of lines for a fact: people, pets and jobs differ when there is no name, or a whole phrase."""
    if fact.kind in ("person", "pet") and not fact.name:
        return f"{fact.kind}_plain"
    return "job_plain" if fact.kind == "job" and fact.value.startswith("working ") else fact.kind


class Chat:
    """One free turn."""

    def __init__(self, request: Request, reading: Reading, state: TalkState) -> None:
        self._request, self._reading, self._state = request, reading, state
        self._rng, self._talk = request.rng, asset_json("mind/talk.json")
        # Who brings a closed topic up again has opened it.
        state.closed -= {h.topic for h in reading.hits}
        open_hits = list(reading.hits)
        self._topic = open_hits[0].topic if open_hits else state.topic
        self._thing = next((h.thing for h in open_hits if h.topic == self._topic and h.thing), "")
        if not self._thing and not open_hits and reading.act.name in ("yes", "no", "unsure", "ok", "short"):
            self._thing = state.thing

    # -- openings --------------------------------------------------------------------------------------------------------

    def openings(self) -> list[Part]:
        """Everything the reply could begin with."""
        reading, talk = self._reading, self._talk
        learned = self._request.learned
        found: list[Part] = []
        for old, new in learned.turned:
            found += [Part(fill_fact(s, new), s, "turned", new, ("surprised", 0.5)) for s in talk["turned"] if old]
        if found:
            return found
        if heavy.is_open(self._state) and not self._tells_more():
            return self._staying()
        if reading.act.name in ("yes", "no", "unsure", "ok") and not reading.hits and not learned.new:
            return [Part(s, s, "short", label=("calm", 0.3)) for s in talk["short"][reading.act.name]]
        label = LABELS[reading.mood]
        if reading.feeling:
            row = talk["feelings"][reading.feeling]
            found += [Part(s, s, "feeling", label=(row["label"], 0.7)) for s in row["lines"]] * 2
        for fact in learned.new:
            lines = talk["told"][fact_key(fact)]
            found += [Part(fill_fact(s, fact, self._request.persona.name), s, "told", fact, label) for s in lines]
        if learned.new and learned.new[0].kind == "name":
            return found
        if reading.event:
            row = talk["happened"][reading.event]
            return [Part(s, s, "feeling", label=(row["label"], 0.7)) for s in row["lines"]]
        bare_feeling = reading.feeling and len(tokens(reading.clause)) <= 4
        may_echo = self._state.turn - self._state.echoed >= ECHO_EVERY
        if reading.clause and not bare_feeling and may_echo:
            lines = talk["reflect"][reading.mood]
            found += [Part(_with(s, "c", reading.clause), s, "reflect", label=label) for s in lines]
        if reading.sure_key and not is_plural(reading.key):
            found += [Part(_with(s, "k", reading.key), s, "complex", label=label) for s in talk["complex"][reading.mood]]
        for hit in reading.hits[:2]:
            lines = getattr(topics()[hit.topic], reading.mood)
            found += [Part(fill(s, hit.thing), s, "topic", label=label) for s in lines if fits(s, hit.thing)] * 2
        if reading.mood == "bad" and (reading.feeling or reading.valence < -0.55):
            found += [Part(s, s, "comfort", label=label) for s in talk["comfort"]]
        if may_echo and reading.act.name == "short" and reading.mood == "plain" and not _PRONOUN.match(reading.text.strip()):
            said = swap(reading.text.strip(" .!?…")).rstrip(",")
            found += [Part(_with(s, "c", said), s, "echo") for s in talk["short"]["echo"]]
        if not found:
            lines = {"bad": talk["short_bad"], "good": talk["short_good"], "plain": talk["short"]["short"]}[reading.mood]
            found = [Part(s, s, "short", label=label if reading.mood != "plain" else ("calm", 0.3)) for s in lines]
        return found

    # -- what leads on ---------------------------------------------------------------------------------------------------

    def leads(self, opening: Part) -> list[Part]:
        """Everything the reply could end with; `NOTHING` is among them. What fits anything is said once in a visit."""
        return [
            p
            for p in self._leads(opening)
            if p.kind not in ("page", "ask_more") or "{" in p.template or self._state.age(p.template) > VISIT
        ]

    def _leads(self, opening: Part) -> list[Part]:
        reading, talk, state = self._reading, self._talk, self._state
        found: list[Part] = [NOTHING]
        if heavy.is_open(state) and opening.kind == "comfort":
            stay = [] if "?" in opening.text else [Part(s.replace("{n}", state.heavy_about), s, "stay") for s in heavy.questions_for(state)]
            return [*found, *stay, *(Part(s, s, "comfort") for s in talk["stay"])]
        if opening.kind == "told" and opening.fact:
            lines = talk["told_ask"][fact_key(opening.fact)]
            return [*found, *(Part(fill_fact(s, opening.fact), s, "ask", opening.fact) for s in lines)]
        if opening.kind == "turned":
            return [NOTHING]
        if reading.event:
            return [*found, *(Part(s, s, "ask") for s in talk["happened"][reading.event]["questions"])]
        if reading.feeling and opening.kind in ("feeling", "comfort", "reflect"):
            found += [Part(s, s, "ask") for s in talk["feelings"][reading.feeling]["questions"]] * 2
        if self._topic:
            topic = topics()[self._topic]
            if reading.mood != "bad":
                found += [Part(fill(s, self._thing), s, "ask") for s in topic.questions if fits(s, self._thing)]
                own = [*self._request.persona.says.get(self._topic, []), *topic.mine]
                found += [Part(fill(s, self._thing), s, "mine", label=("curious", 0.4)) for s in own if fits(s, self._thing)]
        if reading.act.name not in ("yes", "no", "unsure", "ok") and (reading.act.name != "short" or reading.hits or reading.clause):
            past = reading.mood == "plain" and re.search(r"\b(?:was|were|had|went|did|got|said|\w+ed)\b", reading.clause)
            lines = talk["ask_more"]["past" if past else reading.mood]
            if reading.clause or reading.mood != "plain" or not self._topic:
                found += [Part(s, s, "ask_more" if reading.mood == "plain" else "ask") for s in lines]
            if reading.sure_key and reading.mood != "bad":
                found += [Part(_with(s, "k", reading.key), s, "ask_more") for s in talk["ask_more"]["word"]]
        else:
            found += self._threads()
        if reading.mood == "bad" and opening.kind != "comfort":
            found += [Part(s, s, "comfort") for s in talk["comfort"][:4]]
        if len(state.fresh([p.template for p in found if p.kind == "ask"])) < 2 or self._stale():
            found += self._threads() + self._new_page()
        return found

    def _tells_more(self) -> bool:
        """Whether the user himself goes on to something else about himself, which may then be answered."""
        kinds = {f.kind for f in self._request.learned.new}
        if heavy.weighs(self._request, self._reading) or self._reading.mood == "bad":
            return False
        named = any(f.kind == "person" and f.name for f in self._request.learned.new)
        return (
            "name" in kinds or named or ("I" in self._reading.text.split()[0] and bool(kinds & {"job", "home", "like", "dislike", "hobby"}))
        )

    def _staying(self) -> list[Part]:
        """Openings while something heavy is open."""
        lines, label = heavy.words_for(self._state, self._reading)
        found = [Part(s, s, "comfort", label=(label, 0.7)) for s in self._state.fresh(lines)]
        for fact in self._request.learned.new:
            if fact.kind == "worry":
                found += [Part(fill_fact(s, fact), s, "comfort", fact, ("caring", 0.6)) for s in self._talk["told"]["worry"]]
        return found or [Part(s, s, "comfort", label=("caring", 0.6)) for s in (*self._talk["comfort"], *self._talk["stay"])]

    def _stale(self) -> bool:
        """Whether the user has given little for a while and a new subject is due."""
        return self._reading.act.name in ("yes", "no", "unsure", "ok") and self._state.questions_in_row == 0

    def _threads(self) -> list[Part]:
        found: list[Part] = []
        for fact in self._request.facts:
            age = self._state.turn - fact.turn
            raised = self._state.raised.get(f"{fact.kind}:{fact.value}")
            if fact.kind == "name" or fact.gone or age < THREAD_AFTER or raised is not None or self._is_closed(fact):
                continue
            if self._request.sober and fact.kind not in ("worry", "person", "pet"):
                continue
            lines = self._talk["threads"].get(fact_key(fact), [])
            found += [Part(fill_fact(s, fact), s, "thread", fact, ("affection", 0.4)) for s in lines]
        return found

    def _is_closed(self, fact: Fact) -> bool:
        closed = {t for topic in self._state.closed for t in near(topic)}
        return any(fact.words & ({*topics()[t].nouns} | topics()[t].cues) for t in closed)

    def _new_page(self) -> list[Part]:
        state, lines = self._state, self._state.fresh(self._talk["lead_on"], VISIT)
        bridges = state.fresh(self._talk["bridge"], VISIT) or [""]
        return [Part(f"{self._rng.choice(bridges)} {s}".strip(), s, "page") for s in lines[:12]]

    # -- choice ----------------------------------------------------------------------------------------------------------

    def best(self) -> tuple[Part, Part]:
        """The opening and the lead that together score highest; both may come from the same few lines again only after long."""
        openings, state = self.openings(), self._state
        pool: list[tuple[float, Part, Part]] = []
        for _ in range(CANDIDATES):
            opening = self._rng.choice(openings)
            lead = self._rng.choice([p for p in self.leads(opening) if p.text != opening.text])
            pool.append((self.score(opening, lead) + self._rng.random() * 0.9, opening, lead))
        _, opening, lead = max(pool, key=lambda item: item[0])
        for part in (opening, lead):
            if part.template:
                state.used[part.template] = state.turn
            if part.kind == "thread" and part.fact:
                state.raised[f"{part.fact.kind}:{part.fact.value}"] = state.turn
        if opening.kind in ECHOES:
            state.echoed = state.turn
        state.topic, state.thing = self._topic, self._thing
        if lead.kind == "page":
            state.used.update({b: state.turn for b in self._talk["bridge"] if lead.text.startswith(b)})
            state.topic, state.thing = next(((h.topic, h.thing) for h in find_topics(lead.text)), (None, ""))
        return opening, _not_twice(opening, lead)

    def score(self, opening: Part, lead: Part) -> float:
        """How well a reply fits; the numbers are the design's."""
        state, reading = self._state, self._reading
        text = f"{opening.text} {lead.text}"
        words = set(content(text))
        value = 0.0
        if reading.words & words:
            value += 2.6
        elif reading.topic and any(words & {*topics()[t].nouns} for t in near(reading.topic)):
            value += 1.0
        if lead.kind == "thread" or (lead.kind == "stay" and "{n}" in lead.template):
            value += 2.0
        if lead.kind == "page" and self._topic:
            value -= 1.2  # a new page only when the old one is read
        if lead.kind == "mine":
            # Her own views are welcome where they touch what was said, and a detour elsewhere.
            value += 0.5 if reading.words & set(content(lead.text)) else -0.7
        value += {"reflect": 0.6, "feeling": 1.6, "told": 0.8, "turned": 1.0, "complex": -0.3}.get(opening.kind, 0.0)
        for part in (opening, lead):
            if part.template:
                age = state.age(part.template)
                value -= 4.0 if age <= REPEAT_TURNS and "{" not in part.template else 0.0
                value -= 3.0 if age <= TEMPLATE_TURNS else 1.5 if age <= REPEAT_TURNS else 0.0
        first = tokens(text)[:1]
        if first and first[0] in state.openings:
            value -= 2.0
        if lead.kind == "ask_more":
            value -= 0.5  # a question about the matter itself is better than one that fits anything
        asks = "?" in text
        if asks:
            value += 3.0 * (QUESTION_SHARE - state.question_share)
            value -= 3.0 if text.count("?") > 1 else 0.0
            value -= 100.0 if state.questions_in_row >= 2 else 0.0
        elif lead is NOTHING and opening.kind in ("short", "echo"):
            value -= 2.5
        count = len(tokens(text))
        value -= 0.08 * max(0, count - LONG_WORDS) + (0.8 if count < 5 else 0.0)
        return value


def _with(line: str, slot: str, value: str) -> str:
    return line.replace("{" + slot + "^}", capital(value)).replace("{" + slot + "}", value)


def _not_twice(opening: Part, lead: Part) -> Part:
    """The lead with `it` or `them` where the opening has just named the same thing."""
    fact = opening.fact
    if fact is None or lead.fact is not fact or fact.kind in ("person", "pet", "job", "home", "name"):
        return lead
    if fact.value not in opening.text.lower() and fact.value not in opening.text:
        return lead
    return replace(lead, text=lead.text.replace(fact.value, "them" if is_plural(fact.value) else "it"))
