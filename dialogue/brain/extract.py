"""Taking facts out of a message: the user's name, tastes, worries, plans, people, animals, work, home."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

from dialogue.brain.words import TIME, capital, content, gerund, stop_words, straight, swap
from dialogue.data import asset_json

Kind = Literal[
    "name", "like", "dislike", "worry", "plan", "person", "pet", "job", "home", "hobby",
    "allergy", "health", "diet", "date", "age", "status", "boundary", "note",
]  # fmt: skip
MOST_WORDS = 6


@dataclass(frozen=True, slots=True)
class Fact:
    """value: already turned to the user ("your interview on Friday", "baking bread"), to stand inside a sentence. name: of a person or
    pet, or ''; for a home the words before it ("live in"), for a date what it is ("birthday"). gone: what is over: a person or pet that
    died or left, a study that ended, a plan whose day is past. turn: where it was said. id: in the store, 0 where it is not kept."""

    kind: Kind
    value: str
    turn: int
    name: str = ""
    gone: bool = False
    id: int = field(default=0, compare=False)

    @property
    def words(self) -> frozenset[str]:
        """Base forms to compare with what is being said."""
        return frozenset(content(f"{self.value} {self.name}"))


@cache
def _alternatives(key: str) -> str:
    return "|".join(sorted(map(re.escape, asset_json("mind/words.json")[key]), key=len, reverse=True))


_CUT = re.compile(
    r"[.,!?;:()\n]| - |\b(?:and|but|because|since|so|when|while|which|who|that|although|though|if|as|"
    r"unless|where|after|before|until|except|or|than|these days|at the moment|right now|a lot|very much|"
    r"too|lately|recently|anymore|lol|haha|though|instead|ever since)\b"
)


def phrase(text: str) -> str:
    """The noun phrase at the beginning of `text`: up to a conjunction or sign, at most six words, '' when nothing is left."""
    found = _CUT.search(text)
    cut = (text[: found.start()] if found else text).strip(" '\"")
    cut = re.sub(
        r"(?:\s+(?:a little|a bit|sometimes|best|most|again|a lot|now|mostly|anymore|every day|either|too|neither|as well))+$", "", cut
    )
    words = cut.split()[:MOST_WORDS]
    while words and words[-1].lower() in {
        "the",
        "a",
        "an",
        "my",
        "to",
        "of",
        "in",
        "at",
        "with",
        "for",
        "on",
        "about",
        "is",
        "was",
        "really",
        "just",
        "from",
        "by",
    }:
        words.pop()
    return " ".join(words)


def _thing(text: str) -> str:
    """A liked or feared thing to stand inside a sentence, '' when it is none."""
    value = re.sub(
        r"\s+(?:last|this|next|every) (?:month|week|year|summer|winter|night|weekend|day)$|\s+(?:today|tonight|yesterday|tomorrow)$",
        "",
        phrase(text),
    )
    if re.match(
        r"(?:to|it|that|this|them|him|her|you|how|what|the (?:fact|way|idea)|not|those|these|such|any|more|"
        r"another|being|everything|everyone|nothing)\b",
        value,
        re.I,
    ):
        verb = re.match(r"to ((?!be\b)\w+.*)", value, re.I)
        return swap(gerund(verb[1])) if verb else ""
    meaning = [w for w in value.lower().split() if w not in stop_words()]
    return swap(value) if meaning and not re.search(r"\b(?:you|your)\b", value, re.I) else ""


def extract(text: str, turn: int, name_asked: bool = False) -> list[Fact]:
    """The facts in one message."""
    said = re.sub(r"\b(?:Dr|Mr|Mrs|Ms|Prof)\b\.? (?=[A-ZÀ-Þ])", "", straight(text))
    found: list[Fact] = []
    for sentence in re.split(r"(?<=[.!?])\s+|\n", said):
        if sentence.endswith("?"):
            continue
        found += _about_self(sentence, turn, name_asked)
        found += _tastes(sentence, turn)
        found += _worries_and_plans(sentence, turn)
        found += _others(sentence, turn)
    return list(dict.fromkeys(found))


def _about_self(said: str, turn: int, name_asked: bool) -> list[Fact]:
    found: list[Fact] = []
    name = re.search(
        r"\b(?:my name is|my name's|name's|call me|i am called|i'm called|people call me|everyone calls me)\s+([A-Za-zÀ-ÿ][\w'À-ÿ-]{1,20})",
        said,
        re.I,
    )
    if not name:
        name = re.search(
            r"^(?i:(?:hi|hey|hello|and|well|oh)[,!. ]+)*(?:I'm|I am|it's|"
            r"this is)\s+([A-ZÀ-Þ][\wÀ-ÿ-]{1,20})(?: [A-ZÀ-Þ][\w'À-ÿ-]+){0,2}"
            r"(?:[.! ,]*(?:$|nice|and|by the way|from|here)|, (?:I|an?|my|\d))",
            said,
        )
    if not name and name_asked:
        name = re.fullmatch(r"(?:(?:it's|i'm|i am|just|sure|ok|well)[, ]+)*([A-Za-zÀ-ÿ-]{2,20})[.!]?", said, re.I)
    if name and name[1].lower() not in asset_json("mind/words.json")["not_names"] and name[1].lower() not in stop_words():
        found.append(Fact("name", capital(name[1]), turn))
    jobs = _alternatives("jobs")
    job = re.search(
        rf"\b(?:i'm|i am|i work as|i've been|working as) (?:an? )?((?:\w+ ){{0,2}}(?:{jobs}))\b(?! (?:of|is|was|told|said|called|who))",
        said,
        re.I,
    )
    if job and not re.search(r"\b(?:not|never|with|my|the|to|seeing|meeting|at|no)\b", job[1], re.I):
        where = re.match(r" in ([A-ZÀ-Þ][\w'-]+(?: [A-ZÀ-Þ][\w'-]+)?)", said[job.end() :])
        kind = re.sub(r"^(?:an?|just|now) ", "", job[1].lower())
        found.append(Fact("job", f"{kind} in {where[1]}" if where else kind, turn))
    work = re.search(r"\bI work (?:(?:part|full)[- ]time )?((?:at|in|for|with) .+)", said, re.I)
    if work and not job and phrase(work[1]):
        found.append(Fact("job", "working " + swap(phrase(work[1])), turn))
    home = re.search(
        r"\bI(?:'m| am)? (live in|live near|living in|live by|grew up in|grew up near|grew up by|from|"
        r"come from|moved to) ((?:the |a |an )?[A-Za-z][\w' -]{2,40})",
        said,
        re.I,
    )
    place = phrase(re.sub(r"\s+(?:last|this|next) \w+.*$", "", TIME.sub("", home[2]))) if home else ""
    if home and not re.match(r"(?:my|here|there|it|this)\b", home[2], re.I) and place:
        lead = {"from": "come from", "living in": "live in"}.get(home[1].lower(), home[1].lower())
        found.append(Fact("home", place, turn, lead))
    drives = re.search(r"\bI drive (an? [\w ]{0,15}?(?:van|truck|lorry|bus|taxi|cab|tram|train))\b", said, re.I)
    if drives:
        found.append(Fact("job", f"working with {drives[1].lower()}", turn))
    studied = re.search(r"\bI(?:'m| am)? (?:studied|study|studying) (.+)", said, re.I)
    if studied and _thing(re.sub(r"\bfor\b.*", "", studied[1])):
        over = "studied" in studied[0].lower()
        found.append(Fact("hobby", _thing(re.sub(r"\bfor\b.*", "", studied[1])), turn, gone=over))
    watches = re.search(r"\bI (watch|read|listen to) (?:a lot of|lots of|many|mostly|only) (.+)", said, re.I)
    if watches and _thing(watches[2]):
        verb = {"watch": "watching", "read": "reading", "listen to": "listening to"}[watches[1].lower()]
        found.append(Fact("hobby", f"{verb} {_thing(watches[2])}", turn))
    return found


def _tastes(said: str, turn: int) -> list[Fact]:
    found: list[Fact] = []
    adverbs = r"(?:(?:really|also|just|actually|absolutely|still|always|kind of|do|quite|generally|mostly|totally|honestly)\s+)*"
    for like in re.finditer(rf"\bI(?:'ve| have)? {adverbs}(?:love|like|enjoy|adore|loved|am into|prefer)(?: to be)?\s+(.+)", said, re.I):
        before = said[: like.start()].lower()
        if re.search(r"\b(?:would|if|when)\s*$", before) or re.match(r"(?:to|it) (?:if|when)", like[1], re.I):
            continue
        value = _thing(like[1])
        if value:
            found.append(Fact("like", value, turn))
    for fan in re.finditer(
        r"\b(?:I'm|I am) (?:(?:really|a (?:big|huge) fan of|so|quite|totally|obsessed|big|also)\s*)*(?:fan of|"
        r"into|fond of|crazy about|obsessed with|a fan of) (.+)",
        said,
        re.I,
    ):
        value = _thing(fan[1])
        if value:
            found.append(Fact("like", value, turn))
    favourite = re.search(r"\bmy (?:all[- ]time )?favou?rite (?:[\w ]{2,20}?) (?:is|are|was) (.+)", said, re.I)
    if favourite and _thing(favourite[1]):
        found.append(Fact("like", _thing(favourite[1]), turn))
    for bad in re.finditer(
        rf"\bI {adverbs}(?:hate|dislike|can't stand|cannot stand|don't (?:really |much )?(?:like|enjoy)|"
        rf"do not like|never liked|detest) (.+)",
        said,
        re.I,
    ):
        value = _thing(bad[1])
        if value:
            found.append(Fact("dislike", value, turn))
    for hobby in re.finditer(
        r"\bI(?:'ve| have)? (?:been |just |recently |also )*(?:started|learning|taken up|took up|"
        r"practi[sc]ing|play|doing|collect|am learning)\s+(?:learning |to learn |playing |to play )?(.+)",
        said,
        re.I,
    ):
        value = _thing(hobby[1])
        verb = re.search(r"\b(play|collect|practi[sc]ing)\b", hobby[0], re.I)
        lead = {"play": "playing ", "collect": "collecting "}.get(verb[1].lower(), "") if verb else ""
        if value and not re.match(r"(?:off|out|over|up|well|good|great|fine|ok|okay|some|a lot|it|more|my)\b", value, re.I):
            found.append(Fact("hobby", value if value.startswith(lead.strip() or "\0") else lead + value, turn))
    return found


def _worries_and_plans(said: str, turn: int) -> list[Fact]:
    found: list[Fact] = []
    worry = re.search(
        r"\b(?:worried|nervous|anxious|stressed|scared|afraid|stressing|panicking|freaking out|dreading|"
        r"terrified|worry|worrying)(?: out)?(?: (?:about|of|over|for|because of))? (.+)",
        said,
        re.I,
    )
    if worry and not re.search(
        r"\b(?:not|never|isn't|less|no longer|don't) (?:\w+ )?(?:worried|nervous|anxious|stressed|scared|afraid|worry)", said, re.I
    ):
        value = _thing(worry[1])
        if value and re.search(r"\b(?:about|of|over|for|dreading|because of)\b", worry[0], re.I):
            found.append(Fact("worry", value, turn))
    when = TIME.search(said)
    if (
        when
        and not re.search(r"\b(?:today|tonight|soon|this (?:morning|afternoon|evening))\b", when[0], re.I)
        and not re.search(r"\b(?:last|yesterday|ago|was|were|had|went|did)\b", said, re.I)
    ):
        time = when[0].lower()
        time = re.sub(r"\b(monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b", lambda m: m[0].capitalize(), time)
        have = re.search(r"\bI(?:'ve got|'ve| have got| have| got)? (?:an?|my|this|the) ([\w' -]{3,40})", said, re.I)
        mine = re.search(r"\bmy ([\w' -]{3,30}?) (?:is|starts|comes up|happens)\b", said, re.I)
        doing = re.search(
            r"\bI(?:'m| am) (?:going to|gonna|planning to|thinking (?:about|of)|about to|meeting|visiting|seeing|flying to|"
            r"travelling to|traveling to|driving to|starting|having) (.+)",
            said,
            re.I,
        )
        do = re.search(r"\bI (?:want to|plan to|will|need to|have to|hope to) (?:just |really |finally |probably )?(.+)", said, re.I)
        thing = (have if have and re.search(r"\b(?:have|got|'ve)\b", have[0], re.I) else None) or mine
        if thing and not doing and not re.match(r"to\b", thing[1], re.I):
            value = phrase(TIME.sub(" ", thing[1])).strip()
            if value and content(value) and value.lower() not in asset_json("mind/words.json")["relations"]:
                found.append(Fact("plan", f"your {swap(value)} {_at(time)}".strip(), turn))
        elif doing or do:
            match = doing or do
            assert match is not None
            verb = re.search(
                r"(meeting|visiting|seeing|flying to|travelling to|traveling to|driving to|starting|having) $",
                match[0][: match.start(1) - match.start()],
                re.I,
            )
            value = phrase(TIME.sub(" ", match[1])).strip()
            if value and content(value) and not re.match(r"(?:be|go to (?:bed|sleep|work)|it|sleep)\b", value, re.I):
                made = f"{verb[1].lower()} {swap(value)}" if verb else gerund(swap(value))
                found.append(Fact("plan", f"{made} {_at(time)}".strip(), turn))
    return found


def _at(time: str) -> str:
    """`friday` needs `on`; `tomorrow` does not."""
    return f"on {time}" if re.match(r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day", time) else time


def _others(said: str, turn: int) -> list[Fact]:
    found: list[Fact] = []
    named = r"(?:(?:,? (?:is|was)? ?(?:called|named)|'s name is|, her name is|, his name is)?,? ([A-ZÀ-Þ][\wÀ-ÿ'-]+))?"
    for who in re.finditer(
        rf"(?<!be )(?<!you're )(?<!you are )(?<!as )"
        rf"\b(?:[Mm]y|[Oo]ur) (?:(?:little|big|older|younger|best|old|twin|oldest|youngest|new|dear) )?"
        rf"({_alternatives('relations')})\b{named}",
        said,
    ):
        told = re.search(r"\b(?:[Hh]er|[Hh]is) name(?:'s| is) ([A-ZÀ-Þ][\wÀ-ÿ'-]+)", said[who.end() :])
        found.append(Fact("person", who[1].lower(), turn, _name(who[2]) or _name(told[1] if told else None)))
    for pet in re.finditer(
        rf"\b(?:[Mm]y|[Oo]ur|I have an?|we have an?|I've got an?|I got an?|I have (?:two|three|four)) (?:(?:little|"
        rf"old|new|big|young|black|white|ginger|grey|rescue) )?({_alternatives('pets')})\b{named}",
        said,
    ):
        found.append(Fact("pet", pet[1].lower(), turn, _name(pet[2])))
    return found


def _name(word: str | None) -> str:
    name = (word or "").removesuffix("'s")
    return "" if name.lower() in stop_words() or name in ("I", "I'm") else name
