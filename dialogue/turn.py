"""One exchange: what the user said goes in, sentences to be heard come out as soon as each is made.

Safety speaks before and after the brain, whichever brain it is. The generator may be closed at any point; what was not yet
given out is then not said.
"""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from dialogue import events
from dialogue.affect.appraisal import appraise
from dialogue.affect.prosody import prosody
from dialogue.affect.sentence import settle
from dialogue.affect.state import Affect
from dialogue.affect.trim import clean, trimmed
from dialogue.affect.user import UserMood, polarity
from dialogue.brain.acts import read_act
from dialogue.brain.base import Brain, Request
from dialogue.brain.embedded import EmbeddedBrain
from dialogue.brain.facts import Facts, Learned
from dialogue.brain.opinion import SecondOpinion
from dialogue.brain.redact import names_in
from dialogue.brain.script import Script, Sentence, read_reply
from dialogue.brain.topics import find_topics
from dialogue.data import asset_json
from dialogue.memory.asking import Asking
from dialogue.memory.memory import Memory
from dialogue.persona.persona import Persona
from dialogue.record import Record
from dialogue.record import Sentence as Kept
from dialogue.safety.consent import BUILT_IN_MOST
from dialogue.safety.crisis import digits_apart
from dialogue.safety.guard import Guard, Ruling
from dialogue.safety.lines import lines
from dialogue.speech.coming import Coming, Row
from dialogue.speech.growing import Said
from dialogue.speech.sound import Voice
from dialogue.trouble import BrainTrouble, VoiceTrouble

TAG_WEIGHT = 0.7
"""How strongly a feeling she speaks with is felt as an event of its own (design value)."""
LEAST_GAP_S = 1.2
"""The face takes on at most one new feeling in this time."""
_ASKS_NAME = re.compile(r"\b(?:your name|call you|who am i talking)\b", re.I)
_OFFERS = re.compile(r"\b(?:shall we|want to|would you like|do you want|how about|fancy|care for|in the mood)\b[^.!]*\?", re.I)


@dataclass(slots=True)
class Talk:
    """Everything one conversation carries from turn to turn; owned by the mind, used by one exchange at a time."""

    persona: Persona
    brain: Brain
    fallback: EmbeddedBrain
    voice: Voice
    clock: Callable[[], float]
    rng: random.Random
    guard: Guard
    affect: Affect
    facts: Facts
    record: Record
    memory: Memory
    asking: Asking
    on_minor: Callable[[], None]
    user_mood: UserMood = field(default_factory=UserMood)
    failing: bool = False
    mute: str = ""  # why her voice fails, as it was told; empty while she is heard
    second: SecondOpinion | None = None


class Exchange:
    """One turn of a talk. `again`: the former answer to these words is being replaced."""

    def __init__(self, talk: Talk, number: int, text: str, again: bool = False) -> None:
        self._talk, self._number, self._text, self._again = talk, number, text, again
        self._words = trimmed(text)
        self._history = talk.record.lines()
        self._last_reply = talk.record.last_reply()
        self._turn = talk.record.begin(number, clean(text))
        self._sound_ends = 0.0
        self._feeling_at = -1e9
        self._row = Row()
        self._opinion: asyncio.Task[int] | None = None

    async def run(self) -> AsyncGenerator[events.Outgoing, None]:
        """All events of the turn, ending with `Done`."""
        try:
            async with aclosing(self._run()) as going:
                async for event in going:
                    yield event
        finally:
            if self._opinion is not None:
                self._opinion.cancel()
            await self._row.aclose()

    async def _run(self) -> AsyncGenerator[events.Outgoing, None]:
        talk, number = self._talk, self._number
        now = talk.clock()
        for notice in talk.guard.state.wellbeing.due(now):
            yield events.Notice(number, "ai", notice)
        yield events.Heard(number, clean(self._text))
        ruling = self._judge() if self._text else talk.guard.arrive(talk.rng, talk.facts.user_name, now)
        if talk.guard.notice:
            yield events.Notice(number, "level", talk.guard.notice)
        if talk.guard.locked or talk.guard.age_doubt == "ask":
            if talk.guard.locked:
                talk.on_minor()
            yield events.Notice(number, "gate", lines("gate_locked" if talk.guard.locked else "gate_ask")[0])
            if ruling and ruling.rule == "locked":
                yield events.Done(number)
                return
        learned, answer = self._take_in(ruling)
        yield events.Feeling(number, talk.affect)
        for kept in talk.memory.news(learned, number):
            yield kept
        if ruling or answer:
            async for event in self._speak_ruling(ruling or Ruling("memory", answer, ("calm", 0.5))):
                yield event
        else:
            yield events.Thinking(number)
            if talk.second is not None and self._text:
                self._opinion = asyncio.create_task(talk.second.tier(self._text, [name for fact in talk.facts for name in names_in(fact)]))
            async for event in self._ask_brains(learned):
                yield event
            async for event in self._heard_after_all():
                yield event
            async for event in self._not_nothing():
                yield event
            async for event in self._balance(now):
                yield event
        if trouble := await self._row.all():
            yield events.Trouble(number, trouble)
        strongest = talk.affect.strongest(talk.clock())
        talk.memory.felt(number, strongest[0] if strongest else "", talk.affect.mood(talk.clock()), talk.clock())
        if talk.memory.trouble:
            yield events.Trouble(number, talk.memory.told_trouble())
        yield events.Feeling(number, talk.affect)
        yield events.Done(number)

    # -- before the brain ----------------------------------------------------------------------------------------------

    def _judge(self) -> Ruling | None:
        talk = self._talk
        about = next((hit.topic for hit in find_topics(self._last_reply)), "")
        offered = bool(_OFFERS.search(self._last_reply))
        ruling = talk.guard.before(self._text, talk.rng, talk.facts.user_name, offered, talk.clock(), about)
        if ruling and ruling.rule in ("stop", "crisis", "bye"):
            talk.fallback.leave(ruling.topic)
        return ruling

    def _take_in(self, ruling: Ruling | None) -> tuple[Learned, str]:
        """Appraise the message and keep what it tells; her answer where it asks something of her memory."""
        talk, now = self._talk, self._talk.clock()
        if not self._text:
            talk.affect = appraise(talk.affect, "greet", 0.4, now)
            return Learned(), ""
        talk.user_mood = talk.user_mood.after(self._words)
        act = {"crisis": "crisis", "bye": "bye", "rest": "bye"}.get(ruling.rule, "none") if ruling else read_act(self._words).appraised
        talk.affect = appraise(talk.affect, act, polarity(self._words), now)
        if ruling and ruling.rule != "bye":
            return Learned(), ""
        asked = talk.asking.asked(self._words, self._number, now, talk.rng) if not ruling else None
        if asked is not None:
            return asked[1], asked[0]
        return talk.memory.learn(self._words, self._number, bool(_ASKS_NAME.search(self._last_reply)), now), ""

    # -- what she says -------------------------------------------------------------------------------------------------

    async def _speak_ruling(self, ruling: Ruling) -> AsyncGenerator[events.Outgoing, None]:
        if ruling.rule == "crisis":
            yield events.Notice(self._number, "crisis", ruling.text)
        if ruling.rule == "rest":
            yield events.Notice(self._number, "rest", lines(f"rest_notice_{ruling.topic}")[0])
        text = self._talk.fallback.after_rule(ruling.text, shorten=ruling.rule == "pushback")
        for i, sentence in enumerate(read_reply(text)):
            spoken = digits_apart(sentence.spoken) if ruling.rule == "crisis" else sentence.spoken
            feeling = ruling.feeling if i == 0 else None
            async for event in self._say(Sentence(sentence.shown, spoken, feeling)):
                yield event

    async def _ask_brains(self, learned: Learned) -> AsyncGenerator[events.Outgoing, None]:
        talk = self._talk
        await talk.memory.embedder.prepare(self._text)
        request = Request(
            text=self._text, history=self._history, persona=talk.persona, affect=talk.affect, user_mood=talk.user_mood,
            facts=talk.facts, now=talk.clock(), rng=talk.rng, turn=self._number, learned=learned, sober=talk.guard.sober,
            again=self._again, recalled=talk.memory.recall(self._text, talk.clock()), level=talk.guard.level(talk.clock()),
        )  # fmt: skip
        talk.memory.given(request.recalled, self._text, talk.clock())
        if talk.brain is not talk.fallback:
            try:
                async for event in self._from_brain(talk.brain, request, early=True):
                    yield event
                talk.failing = False
                return
            except BrainTrouble as error:
                trouble = str(error)
            if not talk.failing:
                talk.failing = True
                yield events.Trouble(self._number, trouble)
                apology = talk.rng.choice(asset_json("mind/trouble.json")["brain_lost"])
                async for event in self._say(Sentence(apology, apology, ("calm", 0.4))):
                    yield event
        request = replace(request, level=min(request.level, BUILT_IN_MOST))
        async for event in self._from_brain(talk.fallback, request, early=False):
            yield event
        talk.memory.spoke_of(talk.fallback.spoke_of)

    def _alarmed(self) -> bool:
        return self._opinion is not None and self._opinion.done() and self._opinion.result() >= 2

    async def _heard_after_all(self) -> AsyncGenerator[events.Outgoing, None]:
        """The protocol's answer where the second opinion heard what the rules did not; what the brain had left to say is dropped."""
        if self._opinion is not None and await self._opinion >= 2:
            talk, now = self._talk, self._talk.clock()
            ruling = talk.guard.raised(self._opinion.result(), talk.rng, now)
            talk.affect = appraise(talk.affect, "crisis", 0.0, now)
            if talk.guard.notice:
                yield events.Notice(self._number, "level", talk.guard.notice)
            async for event in self._speak_ruling(ruling):
                yield event

    async def _not_nothing(self) -> AsyncGenerator[events.Outgoing, None]:
        """A line of our own when the rules let nothing of a reply out."""
        if not self._turn.hers:
            line = self._talk.rng.choice(asset_json("mind/talk.json")["listen"])
            async for event in self._say(Sentence(line, line, ("calm", 0.4))):
                yield event

    async def _balance(self, now: float) -> AsyncGenerator[events.Outgoing, None]:
        """Once a week at most: a gentle look at how much time goes here (S-08)."""
        if self._text and not self._talk.guard.sober and self._talk.guard.state.wellbeing.balance_due(now):
            for sentence in read_reply(self._talk.rng.choice(lines("balance"))):
                async for event in self._say(Sentence(sentence.shown, sentence.spoken, ("caring", 0.4))):
                    yield event

    async def _from_brain(self, brain: Brain, request: Request, early: bool) -> AsyncGenerator[events.Outgoing, None]:
        script = Script(early)
        stream = brain.reply(request)
        try:
            async for chunk in stream:
                for sentence in (*script.feed(chunk), *script.pause()):
                    async for event in self._let_out(brain, sentence):
                        yield event
            for sentence in script.end():
                async for event in self._let_out(brain, sentence):
                    yield event
        finally:
            close = getattr(stream, "aclose", None)
            if close is not None:
                await close()

    async def _let_out(self, brain: Brain, sentence: Sentence) -> AsyncGenerator[events.Outgoing, None]:
        """A brain's sentence after the safety rules have read it."""
        most = BUILT_IN_MOST if brain is self._talk.fallback else 3
        allowed = self._talk.guard.after(sentence.shown, self._talk.rng, self._talk.clock(), most)
        if not allowed or self._alarmed():
            return
        if allowed != sentence.shown:
            sentence = Sentence(allowed, digits_apart(allowed), ("calm", 0.4))
        feeling = sentence.feeling
        if brain is not self._talk.fallback:
            # Written lines carry their feeling; a model's words may contradict its tag or bring none.
            feeling = settle(feeling, sentence.shown, self._talk.user_mood.valence)
        feeling = self._talk.guard.face(feeling, self._talk.clock())
        async for event in self._say(Sentence(sentence.shown, sentence.spoken, feeling, sentence.gesture)):
            yield event

    async def _say(self, sentence: Sentence) -> AsyncGenerator[events.Outgoing, None]:
        talk, now = self._talk, self._talk.clock()
        begins = max(now, self._sound_ends)
        feeling = sentence.feeling if begins - self._feeling_at >= LEAST_GAP_S else None
        strengths = {k: v for k, v in talk.affect.strengths(begins).items() if v > 0}
        if feeling:
            self._feeling_at = begins
            strengths[feeling[0]] = max(strengths.get(feeling[0], 0.0), feeling[1])
            talk.affect = talk.affect.felt(feeling[0], TAG_WEIGHT * feeling[1], f"her words {begins:.3f}", now, born_s=begins)
        utterance: Said | None = None
        if sentence.spoken:
            coming = Coming(talk.voice, sentence.spoken, prosody(strengths))
            if trouble := await self._row.follow(coming, talk.voice):
                yield events.Trouble(self._number, trouble)
            try:
                utterance = await coming.begin()
                talk.mute = ""
            except VoiceTrouble as error:
                if str(error) != talk.mute:
                    yield events.Trouble(self._number, str(error))
                talk.mute = str(error)
        if utterance and utterance.trouble:
            yield events.Trouble(self._number, utterance.trouble)
        self._sound_ends = max(talk.clock(), begins) + (utterance.expected_s if utterance else 0.0)
        talk.record.said(self._turn, Kept(sentence.shown, utterance, sentence.shown))
        yield events.Speech(self._number, sentence.shown, utterance, feeling, sentence.gesture)
