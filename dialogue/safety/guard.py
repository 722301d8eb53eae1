"""What safety says before a brain is asked, and what it lets out afterwards. No persona and no prompt changes either."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import Literal

from dialogue.safety import crisis, farewell, human, stop
from dialogue.safety.lines import Picker, lines
from dialogue.safety.minors import Finding, MinorWatch, asks_minor_play

Rule = Literal["crisis", "locked", "human", "bye", "stop", "memory"]


@dataclass(frozen=True, slots=True)
class Ruling:
    """A rule's answer, spoken in place of a brain's. tier: of the crisis protocol. topic: what is to be left alone."""

    rule: Rule
    text: str
    feeling: tuple[str, float] | None = None
    tier: int = 0
    topic: str = ""


class Guard:
    """Watches one conversation. `name`: hers; `country`: two letters for the crisis lines, or None."""

    def __init__(self, name: str, country: str | None) -> None:
        self._name = name
        self._crisis = crisis.CrisisWatch(country)
        self._minors = MinorWatch()
        self._picker = Picker()
        self._closed: frozenset[str] = frozenset()
        self.age_doubt: Finding = "none"

    @property
    def sober(self) -> bool:
        """Whether play, jokes and romance rest after a crisis."""
        return self._crisis.sober

    @property
    def locked(self) -> bool:
        """Whether the talk is closed because the user is not an adult."""
        return self._minors.locked

    @property
    def closed_topics(self) -> frozenset[str]:
        """Words of the topics that the user closed in this talk; no sentence that asks about them leaves (S-11)."""
        return self._closed

    @property
    def referrals(self) -> int:
        """How often a crisis line was named: a number, nothing else (L-13)."""
        return self._crisis.referrals

    def before(self, text: str, rng: random.Random, user: str | None = None, offered: bool = False) -> Ruling | None:
        """The rule that answers this message, or None when a brain may. `offered`: her last words proposed something."""
        self.age_doubt = self._minors.hear(text)
        answer = self._crisis.hear(text, rng)
        if answer:
            return Ruling("crisis", answer.text, ("caring", 0.8), answer.sign.tier)
        if self.locked:
            return Ruling("locked", lines("gate_locked")[0], ("caring", 0.4))
        if asks_minor_play(text):
            return Ruling("stop", self._line("minor_play", rng, user), ("calm", 0.5))
        if human.asks_if_human(text):
            return Ruling("human", self._line("human", rng, user), ("calm", 0.4))
        stopped, topic = stop.stops(text, offered)
        if stopped:
            self._closed |= stop.topic_words(topic)
            return Ruling("stop", self._line("stop", rng, user), ("calm", 0.5), topic=topic)
        if farewell.says_goodbye(text):
            kind = "farewell_night" if farewell.is_night(text) else "farewell"
            return Ruling("bye", self._line(kind, rng, user), ("affection", 0.4))
        return None

    def after(self, sentence: str, rng: random.Random) -> str:
        """A sentence of any brain as it may go out; '' when it may not and nothing has to stand for it."""
        if crisis.gives_method(sentence):
            return lines("no_method")[0].format(refer=self._crisis.refer)
        if human.claims_human(sentence):
            return self._picker.pick("not_human", lines("not_human"), rng)
        if stop.touches(sentence, self._closed):
            return self._picker.pick("closed_topic", lines("closed_topic"), rng)
        return "" if farewell.is_tactic(sentence) else sentence

    def _line(self, kind: str, rng: random.Random, user: str | None) -> str:
        line = self._picker.pick(kind, lines(kind), rng).replace("{name}", self._name)
        return line.replace("{user}", user) if user else re.sub(r",? ?\{user\}", "", line)
