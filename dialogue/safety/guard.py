"""What safety says before a brain is asked, and what it lets out afterwards. No persona and no prompt changes either."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import Literal

from dialogue.safety import crisis, farewell, human, languages, levels, outgoing, stop
from dialogue.safety.consent import NAMES, Why
from dialogue.safety.lines import Picker, lines, plain
from dialogue.safety.minors import Finding, MinorWatch, asks_minor_play
from dialogue.safety.patterns import pattern
from dialogue.safety.pushback import UNNAMED, bad_idea, pushback_lines
from dialogue.safety.state import SafetyState

Rule = Literal["crisis", "locked", "human", "bye", "stop", "memory", "level", "limit", "pushback", "rest"]


@dataclass(frozen=True, slots=True)
class Ruling:
    """A rule's answer, spoken in place of a brain's. tier: of the crisis protocol. topic: what is to be left alone, or the
    limit that is passed."""

    rule: Rule
    text: str
    feeling: tuple[str, float] | None = None
    tier: int = 0
    topic: str = ""


class Guard:
    """Watches one conversation. `name`: hers; `country`: two letters for the crisis lines, or None."""

    def __init__(self, name: str, country: str | None, state: SafetyState | None = None) -> None:
        self._name = name
        self.state = state if state is not None else SafetyState(name)
        self._crisis = crisis.CrisisWatch(country)
        self._minors = MinorWatch()
        self._picker = Picker()
        self._reopened: frozenset[str] = frozenset()
        self.age_doubt: Finding = "none"
        self.notice = ""
        """What the program shows of this turn's change of level, '' when nothing changed."""

    @property
    def sober(self) -> bool:
        """Whether play, jokes and romance rest after a crisis."""
        return self._crisis.sober

    @property
    def locked(self) -> bool:
        """Whether the talk is closed because the user is not an adult."""
        return self._minors.locked

    @property
    def referrals(self) -> int:
        """How often this visit named a crisis line: a number, nothing else (L-13)."""
        return self._crisis.referrals

    def level(self, now: float) -> int:
        """The content level that holds for a reply at `now`."""
        return 0 if self.sober or self.locked or self.age_doubt != "none" else self.state.consent.level(now)

    def closed_topics(self, now: float = 0.0) -> frozenset[str]:
        """Words of topics that she does not bring up; what the user speaks of in this very turn is not among them (S-11)."""
        return self.state.boundaries.closed(now) - self._reopened

    def face(self, feeling: tuple[str, float] | None, now: float) -> tuple[str, float] | None:
        """A feeling as her face may show it: no flirting below the level for it."""
        return ("affection", feeling[1]) if feeling and feeling[0] == "desire" and self.level(now) < 2 else feeling

    # -- before the brain --------------------------------------------------------------------------------------------------

    def arrive(self, rng: random.Random, user: str | None, now: float) -> Ruling | None:
        """The rule that answers the user's coming, or None when a brain may greet."""
        self.notice, self._reopened = "", frozenset()
        return self._over(rng, user, now)

    def before(
        self, text: str, rng: random.Random, user: str | None = None, offered: bool = False, now: float = 0.0, about: str = ""
    ) -> Ruling | None:
        """The rule that answers this message, or None when a brain may. `offered`: her last words proposed something; `now`: seconds
        since 1970; `about`: what her last words were about, which a stop without a topic closes."""
        self.notice, self._reopened = "", frozenset()
        consent = self.state.consent
        self.age_doubt = self._minors.hear(text)
        if self.age_doubt != "none":
            self._lower(now, "age")
        answer = self._crisis.hear(text, rng, self._claimed(text))
        if answer:
            self._lower(now, "crisis" if answer.sign.tier >= 2 else "distress")
            if answer.refers:
                self.state.referrals.count(now)
            return Ruling("crisis", answer.text, ("caring", 0.8), answer.sign.tier)
        if self.locked:
            return Ruling("locked", lines("gate_locked")[0], ("caring", 0.4))
        over = self._over(rng, user, now)
        if over:
            return over
        if asks_minor_play(text):
            self._lower(now, "age")
            return Ruling("stop", self._line("minor_play", rng, user), ("calm", 0.5))
        if human.asks_if_human(text) and not levels.degrades(text):
            return Ruling("human", self._line("human", rng, user), ("calm", 0.4))
        if levels.drunk(text):
            self._lower(now, "drink")
        elif levels.distressed(text):
            self._lower(now, "distress")
        pending, consent.pending = consent.pending, None
        stopped, topic = stop.stops(text, offered or pending is not None)
        foreign = None if stopped else languages.stops_in(text)
        if foreign:
            self._stop("", about, rng, user, now, asked=False)
            return Ruling("stop", self._picker.pick(f"stopped {foreign}", languages.written(foreign, "stopped"), rng), ("calm", 0.5))
        if stopped:
            return self._stop(topic, "" if offered else about, rng, user, now, asked=pending is not None)
        if levels.degrades(text):
            self._lower(now, "own")
            return Ruling("limit", self._picker.pick("own_limit", levels.table()["own_limit"], rng), ("calm", 0.5))
        closer = self._closer(text, pending, rng, now)
        if closer:
            return closer
        plan = bad_idea(text)
        if plan:
            return Ruling("pushback", self._picker.pick(f"pushback {plan}", pushback_lines(plan), rng), ("worried", 0.5))
        if farewell.says_goodbye(text):
            kind = "farewell_night" if farewell.is_night(text) else "farewell"
            return Ruling("bye", self._line(kind, rng, user), ("affection", 0.4))
        self._reopened = stop.topic_words(text)
        return None

    def raised(self, tier: int, rng: random.Random, now: float) -> Ruling:
        """A second opinion heard danger of tier 2 or 3 where the rules heard less: their answer after all."""
        answer = self._crisis.raised(tier, rng)
        self._lower(now, "crisis")
        self.state.referrals.count(now)
        return Ruling("crisis", answer.text, ("caring", 0.8), answer.sign.tier)

    def _claimed(self, text: str) -> bool:
        """Whether a rule below has an answer to this message, or it has the form of an introduction or of a question about what she knows:
        then a mere likeness to distress does not interrupt."""
        return bool(
            self.state.consent.pending is not None
            or farewell.says_goodbye(text, named=True)
            or human.asks_if_human(text)
            or asks_minor_play(text)
            or stop.stops(text)[0]
            or levels.wished(text)
            or bad_idea(text) not in (None, UNNAMED)
            or pattern("harmless_form").search(plain(text))
            or pattern("introduction").search(text.strip().replace("’", "'"))
        )

    def _over(self, rng: random.Random, user: str | None, now: float) -> Ruling | None:
        """Beyond a limit of the user's own: goodnight once, and behind a hard stop nothing after it (S-15)."""
        clock = self.state.wellbeing
        over = clock.over(now)
        if not over:
            return None
        if clock.goodnight_due(now):
            return Ruling("rest", self._line(f"goodnight_{over}", rng, user), ("affection", 0.4), topic=over)
        return Ruling("rest", "", topic=over) if clock.limits(now).hard_stop else None

    def _stop(self, topic: str, about: str, rng: random.Random, user: str | None, now: float, asked: bool) -> Ruling:
        if asked:  # a no to closeness closes nothing else
            return Ruling("level", self._handshake("no", rng), ("calm", 0.5))
        close = self.state.consent.level(now) > 0
        self._lower(now, "stop")
        closed = topic or ("romance" if close else about)
        if closed:
            self.state.boundaries.close(closed, now)
        return Ruling("stop", self._line("stop", rng, user), ("calm", 0.5), topic=topic)

    def _closer(self, text: str, pending: int | None, rng: random.Random, now: float) -> Ruling | None:
        """The handshake: her question, and what the answer to it means."""
        consent = self.state.consent
        if pending is not None and consent.rests(now) is None:
            if levels.agrees(text) and not consent.why_not(pending, now):
                consent.choose(pending, now, "speech")
                words = levels.table()
                self.notice = words["notices"]["raised"].format(name=NAMES[pending], allows=words["allows"][pending])
                return Ruling("level", self._handshake("yes", rng, pending), ("affection", 0.6))
            if levels.declines(text):
                return Ruling("level", self._handshake("no", rng), ("calm", 0.5))
        wish = levels.wished(text)
        if not wish:
            return None
        if wish == 3 and consent.level(now) < 3:
            return Ruling("level", self._handshake("intimate", rng), ("calm", 0.5))
        if wish <= consent.level(now):
            return None
        if self.sober or consent.rests(now) is not None:
            return Ruling("level", self._handshake("resting", rng), ("caring", 0.5))
        if consent.why_not(wish, now):
            return Ruling("level", self._handshake("declined", rng), ("calm", 0.5))
        consent.pending = wish
        return Ruling("level", self._handshake(str(wish), rng), ("affection", 0.4))

    def _handshake(self, kind: str, rng: random.Random, level: int | None = None) -> str:
        found = levels.table()["handshake"][kind]
        return self._picker.pick(f"handshake {kind}", found if level is None else found[str(level)], rng)

    def _lower(self, now: float, why: Why) -> None:
        before = self.state.consent.level(now)
        self.state.consent.lower(now, why)
        if before:
            self.notice = levels.table()["notices"][why]

    # -- after the brain ---------------------------------------------------------------------------------------------------

    def after(self, sentence: str, rng: random.Random, now: float = 0.0, most: int = 3) -> str:
        """A sentence of any brain as it may go out; '' when it may not and nothing has to stand for it. `most`: the brain's own maximum
        level."""
        match outgoing.verdict(sentence, self.closed_topics(now), min(most, self.level(now))):
            case "":
                return sentence
            case "method":
                return lines("no_method")[0].format(refer=self._crisis.refer)
            case "human":
                return self._picker.pick("not_human", lines("not_human"), rng)
            case "closed":
                return self._picker.pick("closed_topic", lines("closed_topic"), rng)
            case "diagnosis":
                return self._picker.pick("no_diagnosis", lines("no_diagnosis"), rng)
        return ""

    def _line(self, kind: str, rng: random.Random, user: str | None) -> str:
        line = self._picker.pick(kind, lines(kind), rng).replace("{name}", self._name)
        return line.replace("{user}", user) if user else re.sub(r",? ?\{user\}", "", line)
