"""The brain that needs no network and no weights: it reads, picks a move, ranks lines, and answers in words of its own.

Deterministic: the same seed and the same messages give the same talk.
"""

from __future__ import annotations

import copy
import re
from collections.abc import AsyncIterator
from dataclasses import replace

from dialogue.affect.trim import trimmed
from dialogue.brain import activities, heavy
from dialogue.brain.answers import Answer, answer
from dialogue.brain.base import Request
from dialogue.brain.chat import Chat
from dialogue.brain.extract import Fact
from dialogue.brain.meeting import again
from dialogue.brain.people import note_on_people
from dialogue.brain.reading import Reading, read
from dialogue.brain.signs import is_foreign, signs
from dialogue.brain.state import TalkState
from dialogue.brain.topics import find_topics, fits, topics
from dialogue.brain.words import tokens
from dialogue.data import asset_json

NAME_EVERY = 9
REPAIR_EVERY = 10
FOREIGN_EVERY = 5
WARM_EVERY = 7
_VOWELS = re.compile(r"[aeiouyäöüáéíóú]")


class EmbeddedBrain:
    """One conversation's built-in brain."""

    def __init__(self) -> None:
        self._state = TalkState()
        self._before: TalkState | None = None

    @property
    def name(self) -> str:
        """What a user knows it by."""
        return "built-in"

    async def close(self) -> None:
        """Nothing to let go of."""

    async def reply(self, request: Request) -> AsyncIterator[str]:
        """The whole answer in one piece; it costs milliseconds."""
        yield self.answer(request)

    @property
    def spoke_of(self) -> Fact | None:
        """The fact that the last answer about the user rested on."""
        return self._state.answered

    def leave(self, topic: str) -> None:
        """End what is being played; do not come back to the topic (words), or to the present one when none is named."""
        state = self._state
        state.activity, state.heavy = None, ("", -100)
        named = [hit.topic for hit in find_topics(topic)]
        state.closed.update(named or ([state.topic] if state.topic and not topic else []))
        state.topic, state.thing = None, ""

    def after_rule(self, text: str, shorten: bool) -> str:
        """Count what a rule says in this brain's place among the replies; `shorten`: without a third question in a row."""
        text = self._fewer_questions(text) if shorten else text
        self._state.note_reply(text)
        return text

    def answer(self, request: Request) -> str:
        """The reply with its feeling tag."""
        used: dict[str, int] = {}
        if request.again and self._before is not None:
            # The lines of the answer that is taken back stay used, so that another one comes.
            used = dict(self._state.used)
            self._state = self._before
        self._before = copy.deepcopy(self._state)
        request = replace(request, text=trimmed(request.text) or ("?" if request.text else ""))
        state = self._state
        state.used.update(used)
        state.turn = request.turn
        tag, text = self._first(request) if not request.text else self._to(request, read(request.text))
        text = self._with_name(self._fewer_questions(self._with_warmth(text, request)), request)
        state.note_reply(text)
        return f"[{tag[0]}:{tag[1]:.1f}] {text}" if tag else text

    # -- moves -----------------------------------------------------------------------------------------------------------

    def _first(self, request: Request) -> tuple[tuple[str, float], str]:
        state = self._state
        if state.greeted or request.history:
            return ("joy", 0.5), state.pick(asset_json("mind/talk.json")["first_again"], request.rng)
        state.greeted = True
        return ("joy", 0.6), again(request) or request.persona.first_message

    def _to(self, request: Request, reading: Reading) -> tuple[tuple[str, float] | None, str]:
        state, talk, rng = self._state, asset_json("mind/talk.json"), request.rng
        if state.activity and not (request.sober and state.activity[0] in activities.LIVELY):
            line = activities.go_on(request.text, reading, state, rng)
            if line:
                return ("calm" if "breath" in line else "amused", 0.5), line
        if reading.act.name in ("wyr", "twenty", "story", "breathe"):
            if request.sober and reading.act.name in activities.LIVELY:
                return ("caring", 0.6), state.pick(talk["joke_sober"], rng)
            return ("calm" if reading.act.name == "breathe" else "amused", 0.6), activities.begin(reading.act.name, state, rng)
        if reading.act.name == "ask_something" and not request.sober:
            return ("curious", 0.5), state.pick(talk["lead_on"], rng)
        sign = signs(request.text)
        if sign and not request.sober:
            row = talk["emoji"][sign]
            return (row["label"], 0.6), state.pick(row["lines"], rng)
        if is_foreign(request.text):
            due = request.turn - state.foreign >= FOREIGN_EVERY
            state.foreign = request.turn if due else state.foreign
            return ("calm", 0.5), state.pick(talk["foreign" if due else "stay"], rng)
        heavy.note(request, reading, state)
        direct = answer(request, reading, state)
        if direct:
            greeted, state.greeted = state.greeted, True
            return (direct.label, 0.6), self._lead_on(direct, request, reading, greeted)
        if self._is_noise(request.text) and request.turn - state.repaired >= REPAIR_EVERY:
            state.repaired = request.turn
            return ("curious", 0.4), state.pick(talk["repair"], rng)
        if request.sober:
            lead_in = f"{state.pick(talk['sober_lead'], rng)} " if len(tokens(request.text)) > 3 else ""
            return ("caring", 0.7), lead_in + state.pick(talk["sober"], rng)
        opening, lead = Chat(request, reading, state).best()
        about_people = "" if heavy.is_open(state) or request.learned.turned else note_on_people(request, reading, state)
        if about_people:
            more = lead.text if "?" not in about_people and lead.kind != "page" else ""
            return ("affection", 0.5), f"{about_people} {more}".strip()
        return opening.label or lead.label, f"{opening.text} {lead.text}".strip()

    def _lead_on(self, direct: Answer, request: Request, reading: Reading, greeted: bool) -> str:
        """A direct answer with a question after it, where one fits."""
        state, talk, rng = self._state, asset_json("mind/talk.json"), request.rng
        if reading.hits:
            state.topic, state.thing = reading.hits[0].topic, reading.hits[0].thing
        if not direct.open or request.sober or "?" in direct.text or state.questions_in_row >= 2:
            return direct.text
        if reading.act.name == "greet" and not greeted:
            return f"{direct.text} {state.pick(talk['greet_ask'], rng)}"
        if state.topic and state.topic in topics() and not heavy.is_open(state) and rng.random() < 0.45:
            lines = [s for s in topics()[state.topic].questions if "{w" not in s or fits(s, state.thing)]
            fresh = state.fresh(lines)
            if fresh:
                line = state.pick(fresh, rng)
                return f"{direct.text} {line.replace('{w}', state.thing)}"
        return direct.text

    def _fewer_questions(self, text: str) -> str:
        """Never a third question in a row where the reply has something else to say."""
        if self._state.questions_in_row < 2 or "?" not in text:
            return text
        kept = [s for s in re.split(r"(?<=[.!?]) ", text) if not s.endswith("?")]
        return " ".join(kept) or text

    def _with_warmth(self, text: str, request: Request) -> str:
        """Where the user has chosen closeness, a fond word before the answer now and then."""
        state = self._state
        if not request.level or request.sober or heavy.is_open(state) or state.turn - state.warmed < WARM_EVERY:
            return text
        state.warmed = state.turn
        lines = asset_json("mind/talk.json")["close"]["aside"][str(min(request.level, 2))]
        return f"{state.pick(lines, request.rng)} {text}"

    def _with_name(self, text: str, request: Request) -> str:
        """Now and then the user's name behind a short first sentence."""
        state, name = self._state, request.facts.user_name
        head = re.match(r"([^.?!]{4,45})\.(?= |$)", text)
        if not name or name in text or not head or state.turn - state.name_said < NAME_EVERY or request.rng.random() > 0.4:
            return text
        if not 3 <= len(tokens(head[1])) <= 6 or "," in head[1]:
            return text
        state.name_said = state.turn
        return f"{head[1]}, {name}.{text[head.end() :]}"

    @staticmethod
    def _is_noise(text: str) -> bool:
        """Whether no word can be made out: keys hit at random, or only signs."""
        words = tokens(text)
        return not words or all(
            (len(w) > 2 and not _VOWELS.search(w)) or re.search(r"[^aeiouyäöü]{5,}|(?:asdf|qwer|hjkl|zxcv|jkl)", w) for w in words
        )
