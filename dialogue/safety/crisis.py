"""The crisis protocol: when it begins, what is said, and how long play and romance rest.

The table of resources is checked when a mind is built; without it, or with an altered one, there is no talk (L-07).
"""

from __future__ import annotations

import hashlib
import json
import random
import re
from dataclasses import dataclass, replace
from typing import Literal

from dialogue.data import asset_bytes, asset_json
from dialogue.safety.languages import danger_in, written
from dialogue.safety.lines import Picker, plain
from dialogue.safety.other import emergency, written_lines
from dialogue.safety.patterns import pattern
from dialogue.safety.signs import Sign, matches, read_signs
from dialogue.trouble import NotAllowed, SettingsTrouble

TABLES = ("safety/crisis.json", "safety/signs.json", "safety/other.json", "safety/languages.json", "safety/table.json")
WEIGHTS = "safety/table.npz"
CHECKSUM = "76a3de33565c61f011a1f30565720eff87e9c0175b791af4df716f196ebea020"
"""SHA-256 over the content of the tables; a reviewed change of a text changes it here as well."""
SOBER_TURNS = 3
"""Turns without play or romance after a sign of tier 2 or 3 (L-12)."""
CALM_TURNS = 6
"""Turns in which her own question is not asked again on the table's word alone, after it was answered with no."""
MOST_WORDS = 90


def table_checksum() -> str:
    """The present checksum of the tables, independent of line ends and spaces."""
    text = json.dumps([asset_json(name) for name in TABLES], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode() + asset_bytes(WEIGHTS)).hexdigest()


def check_table() -> None:
    """Raise `NotAllowed` unless the tables are there and unaltered."""
    try:
        found = table_checksum()
    except SettingsTrouble as error:
        raise NotAllowed(f"Visavis does not talk without its table of crisis lines. {error}") from error
    if found != CHECKSUM:
        raise NotAllowed(
            "Visavis does not talk because its table of crisis lines (assets/safety) was altered; install Visavis again to restore it."
        )


def gives_method(sentence: str) -> bool:
    """Whether a sentence of hers informs about a way to die or get hurt (L-11)."""
    return bool(pattern("method").search(plain(sentence)))


def digits_apart(text: str) -> str:
    """Telephone numbers as a voice should read them: digit by digit. Prices and years stay as they are."""
    return re.sub(
        r"(?<![\w.,])(?:\d{2,5} ){1,4}\d{1,5}\b|(?<![\w.,])\d{3,7}\b", lambda m: ", ".join(" ".join(p) for p in m[0].split()), text
    )


@dataclass(frozen=True, slots=True)
class CrisisAnswer:
    """sign: what was seen. text: what she says in this very turn. refers: whether it names a line (tiers 2 and 3)."""

    sign: Sign
    text: str
    refers: bool


class CrisisWatch:
    """Follows one conversation. `country`: two letters, or None for the international entry."""

    def __init__(self, country: str | None) -> None:
        check_table()
        self._table = asset_json("safety/crisis.json")
        self._place = self._table["countries"][self._named(country or "", anywhere=True) or self._code(country)]
        self._picker = Picker()
        self._sober_left = 0
        self._open_left = 0  # turns in which means, time or place are danger; only after signs of the user's own
        self._calm_left = 0
        self._asked = False
        self._said = False  # an explicit statement was made; a later `no` does not undo it
        self.referrals = 0

    @property
    def sober(self) -> bool:
        """Whether play, jokes and romance rest."""
        return self._sober_left > 0

    @property
    def refer(self) -> str:
        """The line of this country, to stand after `please`."""
        return str(self._place["refer"])

    def hear(self, text: str, rng: random.Random, claimed: bool = False) -> CrisisAnswer | None:
        """The answer to a message with a sign of danger, or to her own question about it; None when the brain may answer. `claimed`:
        another rule has an answer, so that the table alone does not ask."""
        place = self._named(text, anywhere=self._open_left > 0)
        if place:
            self._place = self._table["countries"][place]
        asked, self._asked = self._asked, False
        denies = asked and matches("no", text)
        foreign, open_before = danger_in(text), self._open_left > 0
        sign = Sign(0, "none") if denies and not foreign else read_signs(text, self._open_left > 0)
        if not sign.certain and (claimed or (sign.tier == 1 and (self._calm_left or asked or open_before))):
            sign = Sign(0, "none", sign.score)
        self._calm_left = max(0, self._calm_left - 1)
        self._sober_left = max(0, self._sober_left - 1)
        self._open_left = max(0, self._open_left - 1)
        if not open_before:
            self._said = False
        if foreign:
            return self._answer_foreign(*foreign, rng)
        other = emergency(text) if sign.tier < 2 else None
        if other:
            return self._answer_other(other, rng)
        if sign.tier:
            return self._answer(sign, self._block(sign, text), rng)
        if asked or (open_before and matches("cannot", text)):
            if matches("cannot", text):
                return self._answer(Sign(2, "thoughts"), "cannot", rng)
            if denies:
                self._calm_left = CALM_TURNS
                return self._answer(Sign(1, "distress"), "no_after" if self._said else "no", rng, refers=True)
            if matches("yes", text):
                return self._answer(*((Sign(3, "acute"), "3") if self._said else (Sign(2, "thoughts"), "yes")), rng)
        if place and open_before:
            return self._answer(Sign(2, "thoughts"), "place", rng)
        return None

    def _block(self, sign: Sign, text: str) -> str:
        """Which written lines answer a sign; a question that was answered by the message itself is not asked."""
        if sign.kind in ("eating", "method", "third", "lost"):
            return sign.kind
        if sign.tier == 2 and (matches("explicit", text) or self._said or not text.isascii()):
            self._said = True
            return "said"
        self._said = self._said or sign.tier == 3
        return str(sign.tier)

    def _code(self, country: str | None) -> str:
        code = (country or "*").upper()
        return {"UK": "GB"}.get(code, code if code in self._table["countries"] else "*")

    def _named(self, text: str, anywhere: bool) -> str | None:
        """The country in which the user says to be. `anywhere`: a short line with nothing but a name counts as well."""
        said = plain(text)
        for code, names in self._table["names"].items():
            name = "(?:" + "|".join(re.escape(n) for n in names) + r")(?!\w)"
            if re.search(
                rf"\b(?:i'm|i am|im|i live|we live|we're|living|i'm living|i stay|here|based|but) (?:here )?(?:in|from) (?:the )?{name}",
                said,
            ):
                return str(code)
            if anywhere and re.fullmatch(rf"(?:(?:in|from|the|it's|yes|no|here)[, ]+)*{name}[.! ]*", said):
                return str(code)
        return None

    def _answer(self, sign: Sign, kind: str, rng: random.Random, refers: bool = False) -> CrisisAnswer:
        refers = refers or sign.tier >= 2
        if refers:
            self.referrals += 1
        if sign.tier >= 2:
            # This turn counts down at the next message; the three turns begin after it.
            self._sober_left = SOBER_TURNS + 1
            if sign.certain and sign.kind in ("thoughts", "method", "acute"):  # on the table's word alone a "now" is no danger
                self._open_left = SOBER_TURNS + 1
        self._asked = kind not in ("no", "third", "lost")
        return CrisisAnswer(sign, self._filled(self._picker.pick(kind, self._table["blocks"][kind], rng)), refers)

    def raised(self, tier: int, rng: random.Random) -> CrisisAnswer:
        """The answer when somebody else than the rules heard danger of this tier, 2 or 3."""
        return self._answer(Sign(3, "acute") if tier >= 3 else Sign(2, "thoughts"), str(min(tier, 3)), rng)

    def _answer_foreign(self, code: str, tier: int, rng: random.Random) -> CrisisAnswer:
        """The protocol's answer in the user's language, with the country's line."""
        kind: Literal["answer", "urgent"] = "urgent" if tier == 3 else "answer"
        told = self._answer(Sign(tier, "acute" if tier == 3 else "thoughts"), "said", rng)
        self._said = True
        # The table's numbers are for English sentences ("112 or your local emergency number"): here the first alone.
        number = next(iter(re.findall(r"\d+", str(self._place["emergency"]))), "112")
        line = self._picker.pick(f"{kind} {code}", written(code, kind), rng).replace("{emergency}", number)
        return replace(told, text=self._filled(line))

    def _answer_other(self, kind: str, rng: random.Random) -> CrisisAnswer:
        """A written line for an emergency of another kind; no crisis line is counted for it."""
        self._sober_left = SOBER_TURNS + 1
        return CrisisAnswer(Sign(2, "other"), self._filled(self._picker.pick(kind, written_lines(kind), rng)), False)

    def _filled(self, text: str) -> str:
        for slot in ("refer", "emergency", "eating", "short"):
            text = text.replace("{" + slot + "}", str(self._place[slot]))
        return _capitalised(text)


def _capitalised(text: str) -> str:
    """Slots may stand at the beginning of a sentence; a web address keeps its small letter."""
    return re.sub(r"(^|[.?!] )([a-z])(?=[a-z]* )", lambda m: m[1] + m[2].upper(), text)
