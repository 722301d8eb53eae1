"""More facts of a message: health, dates, age, ties, boundaries, what ended. `extract` reads the rest."""

from __future__ import annotations

import re
from functools import cache

from dialogue.brain.extract import Fact, phrase
from dialogue.brain.words import capital, stop_words, straight, swap
from dialogue.data import asset_json

MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_MONTH = "|".join(f"{m}|{m[:3]}" for m in MONTHS)
_DAY = rf"(?:(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<m1>{_MONTH})|(?P<m2>{_MONTH})\.? (?:the )?(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?)\b"
_WHOSE = r"(?:my (?P<whose>[a-z-]{3,20}(?: [a-z-]{3,20})?)'s|my|our)"
_DATED = re.compile(
    rf"\b{_WHOSE} (?P<what>birthday|anniversary|wedding anniversary|name day) (?:is|falls|was)?\s*(?:on )?(?:the )?{_DAY}", re.I
)
_BORN = re.compile(rf"\bi was born (?:on )?(?:the )?{_DAY}", re.I)
_AGE = re.compile(
    r"\bi(?:'m| am)(?: now| just turned| turning)? (\d{2})(?: years old| years of age| now|$|[.,!])|\bi(?:'ve)? (?:just )?turned (\d{2})\b",
    re.I,
)
_ALLERGY = re.compile(
    r"\bi(?:'m| am| have (?:an?|this) (?:\w+ )?)(?: \w+ly| badly| also)? ?(?:allergic to|allergy to|intolerant to) (.+)", re.I
)
_ALLERGY_ALSO = re.compile(r"\bi(?:'ve got| have) an? ([\w ]{3,24}?) (?:allergy|intolerance)\b", re.I)
_HAVE = (
    r"\bi(?:'ve got| have| suffer from|'ve had| live with| was (?:just )?diagnosed with| got diagnosed with)(?: an?| my| chronic| some)? "
)
_TAKE = re.compile(
    r"\bi (?:take|am on|use) ((?:[\w-]+ ){0,2}(?:medication|insulin|antidepressants|inhaler|blood thinners|painkillers))\b", re.I
)
_STATUS = re.compile(
    r"\b(?:i(?:'m| am| got| just got|'m now)|we(?:'re| are| got| just got))(?: now| recently| happily| newly)? "
    r"(married|engaged|divorced|widowed|single|separated|retired)\b"
    r"(?!-)(?<!engaged(?= in))(?<!separated(?= from))",
    re.I,
)
_NOT_CALL = re.compile(r"\b(?:please )?(?:don't|do not|stop|never)(?: you)? (?:ever )?(?:call|calling) me ([\w' -]{2,24})", re.I)
_NOT_ASK = re.compile(
    r"\b(?:please )?(?:don't|do not|never)(?: ever)? (?:ask|tease|joke|talk|comment)(?: me)?(?: about| on) ((?:my|the) [\w' -]{3,40})", re.I
)
_NOT_LIKE = re.compile(
    r"\bi don't (?:want|like)(?: it)?(?: when)? you (?:to )?(?!know\b)((?:call|ask|tease|joke|use|say|bring|mention|push|compare)\w* .+)",
    re.I,
)
_HOBBY_OVER = re.compile(
    r"\bi(?:'ve| have)? (?:stopped|quit|gave up|given up|don't (?:do|play)(?=.* any ?more)) (?:with )?((?:playing |doing )?[\w -]{3,30}?)"
    r"(?:$|[.,!]| anymore| last| because| a )",
    re.I,
)
_JOB_OVER = re.compile(
    r"\bi(?:'ve| have)? (?:just |finally |also )?(?:quit|left|lost|resigned from|gave up|given up)(?: my)?(?: old)? job\b"
    r"|\bi (?:just )?(?:got|was|have been|'ve been) (?:fired|laid off|made redundant)\b"
    r"|\bi(?:'m| am) (?:unemployed|out of work|between jobs|retired)\b"
    r"|\bi(?:'ve| have)? (?:just )?(?:quit|resigned)\b(?=[ .!]*$| (?:today|yesterday|last|this|after|and)\b)"
    r"|\bi(?:'ve| have)? retired\b|\bi no longer work\b|\bi don't work (?:there|at)\b",
    re.I,
)
_NOW_WORK = re.compile(
    r"\bi(?:'m| am|'ve| have)?(?: \w+){0,4}? (?:now )?(?:work|working|started|starting|(?:got|found) a (?:new )?job|become|became)"
    r"(?: now)?(?: work| working)?(?: as)? an? ([a-z][\w -]{2,30})",
    re.I,
)
_TRADE = re.compile(r"\bas an? |\bbec[oa]me? ", re.I)
_HOME = re.compile(
    r"(?i:\b(?:i|we)(?:'ve| have)?(?: just| recently| finally| now)* (moved to|live in|live near)) "
    r"((?:the )?[A-ZÀ-Þ][\w'-]+(?: [A-ZÀ-Þ][\w'-]+){0,2})"
)
_TOGETHER = re.compile(
    r"\bi(?:'ve got| have|'ve found| found| met) an? (?:new )?(?:girlfriend|boyfriend|partner)\b"
    r"|\bi(?:'m| am) in a relationship\b",
    re.I,
)
_CALM = re.compile(
    r"\b(?:not|no longer|never)(?: \w+)? (?:worried|nervous|anxious|scared|afraid|stressed) (?:about|of) ([\w' -]{3,40}?)"
    r"(?: any ?more| now)?(?:[.,!]|$)|\b(?:my|the) ([\w' -]{3,30}?) (?:is|went|was|turned out)(?: \w+)? "
    r"(?:fine|well|over|ok|okay|good|better|sorted|healed)"
    r"(?: again| now| after all)?(?:[.,!]|$)",
    re.I,
)
_OFF = re.compile(
    r"\b(?:my|the) ([\w' -]{3,30}?) (?:(?:was|got|is|has been|were) (?:cancell?ed|called off)"
    r"|is off|isn't happening|won't happen)\b",
    re.I,
)
MOVED = re.compile(
    r"\b(?:my|the|that) ([\w' -]{3,30}?) (?:(?:was|got|is|has been)(?: \w+)? (?:moved|postponed|pushed|shifted|rescheduled|brought forward)"
    r"(?: back)? to|is(?: now)?(?= (?:on|in|at|tomorrow|next)\b)) ?([\w ]{3,30})",
    re.I,
)
"""`My exam was moved to Monday`, `the exam is on Tuesday now`."""


@cache
def _conditions() -> str:
    table = asset_json("memory/words.json")
    return "|".join(sorted(map(re.escape, table["conditions"]), key=len, reverse=True))


@cache
def _diets() -> str:
    return "|".join(sorted(map(re.escape, asset_json("memory/words.json")["diets"]), key=len, reverse=True))


def day_of(found: re.Match[str]) -> str:
    """The day of a match of `_DAY` as `14 March`, '' where there is no such day."""
    day, month = int(found["d1"] or found["d2"]), (found["m1"] or found["m2"]).lower()[:3]
    name = next(m for m in MONTHS if m.startswith(month))
    return f"{day} {capital(name)}" if 1 <= day <= 31 else ""


def about(text: str, turn: int) -> list[Fact]:
    """The facts in one message."""
    found: list[Fact] = []
    for said in re.split(r"(?<=[.!?])\s+|\n", straight(text)):
        if not said.endswith("?"):
            found += [*_dates(said, turn), *_health(said, turn), *_ties(said, turn), *_boundaries(said, turn), *_work(said, turn)]
    return list(dict.fromkeys(found))


def _dates(said: str, turn: int) -> list[Fact]:
    found: list[Fact] = []
    for match in _DATED.finditer(said):
        whose = f"{match['whose'].lower()}'s " if match["whose"] else ""
        if day_of(match):
            found.append(Fact("date", day_of(match), turn, f"{whose}{match['what'].lower()}"))
    born = _BORN.search(said)
    if born and day_of(born):
        found.append(Fact("date", day_of(born), turn, "birthday"))
    age = _AGE.search(said)
    if age and 18 <= int(age[1] or age[2]) <= 99:
        found.append(Fact("age", str(int(age[1] or age[2])), turn))
    return found


def _health(said: str, turn: int) -> list[Fact]:
    found: list[Fact] = []
    for match in (*_ALLERGY.finditer(said), *_ALLERGY_ALSO.finditer(said)):
        things = re.split(r",| and | or ", re.split(r"[.!?;:(]| but | so | since ", match[1])[0])
        for thing in things:
            value = phrase(thing.strip())
            if value and value.lower() not in stop_words() and len(value.split()) <= 3:
                found.append(Fact("allergy", swap(value).lower(), turn))
    for match in re.finditer(rf"{_HAVE}((?:type (?:1|2|one|two) )?(?:{_conditions()}))\b", said, re.I):
        found.append(Fact("health", match[1].lower(), turn))
    for match in re.finditer(rf"\bi(?:'m| am)(?: a| an| also| mostly| now)? (?:type (?:1|2|one|two) )?({_diets()})\b", said, re.I):
        found.append(Fact("diet", match[1].lower(), turn))
    take = _TAKE.search(said)
    if take:
        found.append(Fact("health", f"taking {swap(take[1]).lower()}", turn))
    return found


def _ties(said: str, turn: int) -> list[Fact]:
    found: list[Fact] = []
    status = _STATUS.search(said)
    if status and not re.search(r"\bnot (?:\w+ )?" + status[1], said, re.I):
        found.append(Fact("status", status[1].lower(), turn))
    elif _TOGETHER.search(said):
        found.append(Fact("status", "in a relationship", turn))
    home = _HOME.search(said)
    if home:
        found.append(Fact("home", home[2], turn, home[1].lower()))
    return found


def _boundaries(said: str, turn: int) -> list[Fact]:
    found: list[Fact] = []
    call = _NOT_CALL.search(said)
    if call and phrase(call[1]) and not re.match(r"(?:back|later|again|at)\b", call[1], re.I):
        found.append(Fact("boundary", f"being called {phrase(call[1])}", turn))
    ask = _NOT_ASK.search(said)
    if ask and phrase(ask[1]):
        found.append(Fact("boundary", f"talk about {swap(phrase(ask[1]))}", turn))
    like = _NOT_LIKE.search(said)
    if like and not ask and not call:
        words = re.sub(r"\byou\b", "me", like[1], flags=re.I)
        value = phrase(words)
        if value:
            found.append(Fact("boundary", f"it when I {swap(value)}", turn))
    return found


def _work(said: str, turn: int) -> list[Fact]:
    """A job of any name that is told as one: `I now work as a falconer`."""
    new = _NOW_WORK.search(said)
    if not new or not _TRADE.search(new[0]):
        return []
    value = phrase(re.split(r" (?:in|at|for|with|since|on|last|this) ", new[1])[0]).lower()
    value = re.sub(r"\s+(?:now|here|there|again|these days)$", "", value)
    known = any(value.endswith(job) for job in asset_json("mind/words.json")["jobs"])
    trade = known or re.search(r"\b(?:work|working|job)\b", new[0], re.I)
    return [Fact("job", value, turn)] if value and value not in stop_words() and trade else []


def ended(text: str) -> list[tuple[str, str]]:
    """What is over by a message: (kind, words) with '' for the one fact of its kind."""
    said = straight(text)
    found: list[tuple[str, str]] = []
    if said.endswith("?"):
        return found
    if _JOB_OVER.search(said):
        found.append(("job", ""))
    over = _HOBBY_OVER.search(said)
    if over and not re.search(r"\bjob|work|smoking\b", over[1], re.I):
        found.append(("hobby", over[1].strip()))
    off = _OFF.search(said)
    if off:
        found.append(("plan", off[1]))
    calm = _CALM.search(said)
    if calm:
        found.append(("worry", calm[1] or calm[2]))
    if re.search(r"\bi(?:'m| am)?(?: now)? eat(?:ing)? meat (?:again|now)\b", said, re.I):
        found += [("diet", "vegan"), ("diet", "vegetarian")]
    return found


CORRECTION = re.compile(
    r"^(?:no,? |oh,? |sorry,? |wait,? |ah,? )*(?:actually|correction|i meant|i mean|that(?:'s| is) wrong|not quite|i misspoke|sorry|no)\b"
    r"[,.:;!]? *"
    r"(?:(?:it|he|she|that|they)(?:'s| is|'re| are)|(?:his|her|its|my|the) (?:real |right )?name(?:'s| is)|i said|i meant)?"
    r"(?: called| named)? *"
    r"(?P<value>[\wÀ-ÿ'-]+(?: [\wÀ-ÿ'-]+){0,2}?)(?:,? not (?P<wrong>[\wÀ-ÿ' -]+?))?[.!]*$",
    re.I,
)
"""`Actually it's Basil`, `No, her name is Lea`, `Sorry, I meant Basil, not Biscuit`."""
