"""A reader of a streamed reply that takes out what is not meant to be said: feeling tags, stage directions, reasoning.

Accepted marks for a feeling: `[joy]`, `[joy:0.7]`, `[HAPPY=80%]`, `<joy/>`, `<|ACT {"emotion": "joy"}|>`, `(laughing)`,
`*smiles*`, emoji. What it guarantees: where the stream is cut into chunks never changes the result; no known mark reaches
the text; `[1]`, `(see p. 3)`, `2 < 3` and `a*b*c` survive while `**bold**` loses its stars; an unfinished mark at the end is
dropped, an unknown opener is released and the rest read again; reasoning is dropped; at most `HOLD` characters are held
back and never past a newline; each piece knows its offset in the stream.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from dialogue.affect.tables import label_or_none
from dialogue.data import asset_json

HOLD = 160
USUAL = 0.7
EMOJI = "\U0001f300-\U0001faff\u2600-\u27bf\ufe0f\u200d"


@dataclass(frozen=True, slots=True)
class Text:
    """Words to show (emoji included). `at`: offset of the first character in the stream."""

    text: str
    at: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A feeling (label, strength 0..1), a gesture, or both, found at offset `at`; `inline` when it is an emoji, which colours
    what stands before it."""

    at: int
    feeling: tuple[str, float] | None = None
    gesture: str | None = None
    inline: bool = False


Piece = Text | Mark

_SPECIAL = re.compile(rf"[\[(*<{EMOJI}]")
_LABEL = re.compile(r"\s*([A-Za-z][A-Za-z_ -]{1,19}?)\s*(?:[:=|,]\s*(\d{1,3}%?|[01]?\.\d+)?\s*)?")
_LABEL_START = re.compile(r"\s*[A-Za-z][A-Za-z_ -]{0,20}(?:[:=|,]\s*[\d.]{0,5}%?\s*)?|\s*")
_ELEMENT = re.compile(r"<\s*(/?)\s*([A-Za-z_]{2,20})(?:\s*[:=]\s*([\d.]+%?))?\s*/?\s*>")
_ELEMENT_START = re.compile(r"<\s*/?\s*[A-Za-z_]{0,20}(?:\s*[:=]\s*[\d.]{0,5}%?)?\s*/?\s*")
_THINK = re.compile(r"<think(?:ing)?>", re.I)
_UNTHINK = re.compile(r"</think(?:ing)?>", re.I)
_CLOSES = {"[": "]", "(": ")", "*": "*"}


def _strength(number: str | None) -> float:
    """0.7, 80%, 80 and 7 (of ten) as 0..1."""
    if not number:
        return USUAL
    value = float(number.rstrip("%"))
    if number.endswith("%") or value > 10:
        value /= 100
    elif value > 1:
        value /= 10
    return max(0.0, min(1.0, value))


def read_label(body: str) -> tuple[str, float] | None:
    """`happy`, `joy:0.7` or `SAD=40%` as (label, strength), or None when it is no feeling."""
    match = _LABEL.fullmatch(body)
    label = label_or_none(match[1]) if match else None
    return (label, _strength(match[2])) if match and label else None


@cache
def _action_pattern() -> re.Pattern[str]:
    table = asset_json("mind/actions.json")
    lead = "|".join(table["lead"])
    stems = "|".join(sorted(table["stems"], key=len, reverse=True))
    return re.compile(rf"(?:(?:{lead})\s+)*({stems})(?:s|e|es|ed|ing|gles?|les?|ling)?(?:\s.{{0,60}})?", re.I)


def read_action(body: str) -> Mapping[str, str] | None:
    """What a stage direction stands for (keys `label`, `gesture`, maybe none), or None when it is ordinary text."""
    match = _action_pattern().fullmatch(body.strip())
    return dict(asset_json("mind/actions.json")["stems"][match[1].lower()]) if match else None


class TagStream:
    """Feed it chunks, take pieces; call `end` once after the last chunk."""

    def __init__(self) -> None:
        self._held = ""
        self._at = 0
        self._thinking = False

    def feed(self, chunk: str) -> list[Piece]:
        """The pieces that are certain after this chunk."""
        self._held += chunk
        return list(self._read(final=False))

    @property
    def open(self) -> bool:
        """Something is held back that may be a mark."""
        return bool(self._held) or self._thinking

    def end(self) -> list[Piece]:
        """What was held back, now that nothing follows."""
        return list(self._read(final=True))

    def _take(self, count: int) -> str:
        taken, self._held = self._held[:count], self._held[count:]
        self._at += count
        return taken

    def _read(self, final: bool) -> Iterator[Piece]:
        while self._held:
            if self._thinking:
                if not self._skip_thought(final):
                    return
                continue
            found = _SPECIAL.search(self._held)
            plain = found.start() if found else len(self._held)
            if plain:
                at = self._at
                yield Text(self._take(plain), at)
                continue
            at = self._at
            opener = self._held[0]
            if opener == "<":
                step = self._angle(final)
            elif opener in _CLOSES:
                step = self._bracket(opener, final)
            else:
                step = self._emoji()
            if step is None:
                return
            count, pieces = step
            shown = self._take(count)
            for piece in pieces:
                yield piece if isinstance(piece, Mark) else Text(shown, at)

    def _skip_thought(self, final: bool) -> bool:
        end = _UNTHINK.search(self._held)
        if end:
            self._take(end.end())
            self._thinking = False
            return True
        # Enough is kept to recognise a closing mark that is cut in two.
        self._take(len(self._held) if final else max(0, len(self._held) - len("</thinking>")))
        return False

    # Each reader below looks at the held text from its first character on and answers (characters used, pieces), where the
    # piece `None` stands for "show these characters", or answers None for "wait for more".

    def _release(self) -> tuple[int, list[Mark | None]]:
        return 1, [None]

    def _emoji(self) -> tuple[int, list[Mark | None]]:
        label = asset_json("mind/actions.json")["emoji"].get(self._held[0])
        mark: list[Mark | None] = [Mark(self._at, (label, 0.6), inline=True)] if label else []
        return 1, [None, *mark]

    def _bracket(self, opener: str, final: bool) -> tuple[int, list[Mark | None]] | None:
        held = self._held
        if opener == "*":
            if held.startswith("**"):
                return 2, []
            if len(held) == 1:
                return (1, []) if final else None
        if len(held) > 1 and not (held[1].isalpha() or (opener == "[" and held[1] == " ")):
            return self._release()
        close, newline = held.find(_CLOSES[opener], 1), held.find("\n", 1)
        if close < 0 or (0 <= newline < close):
            if newline >= 0 or len(held) >= HOLD:
                return self._release()
            if not final:
                return None
            body = held[1:]
            unfinished = _LABEL_START.fullmatch(body) if opener == "[" else read_action(body)
            return (len(held), []) if unfinished is not None else self._release()
        if close >= HOLD:
            return self._release()
        body = held[1:close]
        feeling = read_label(body)
        if feeling:
            return close + 1, [Mark(self._at, feeling)]
        action = read_action(body)
        if action is None:
            return self._release()
        label = action.get("label")
        return close + 1, [Mark(self._at, (label, USUAL) if label else None, action.get("gesture"))]

    def _angle(self, final: bool) -> tuple[int, list[Mark | None]] | None:
        held = self._held
        thought = _THINK.match(held)
        if thought:
            self._thinking = True
            return thought.end(), []
        stray = _UNTHINK.match(held)
        if stray:
            return stray.end(), []
        if held.startswith("<|"):
            return self._marker(final)
        whole = _ELEMENT.match(held)
        if whole:
            label = label_or_none(whole[2])
            if not label:
                return self._release()
            return whole.end(), [] if whole[1] else [Mark(self._at, (label, _strength(whole[3])))]
        if _ELEMENT_START.fullmatch(held) and "\n" not in held and len(held) < 40:
            if not final:
                return None
            # `2 <` at the end is arithmetic; `<jo` is a mark that was cut off.
            return self._release() if re.fullmatch(r"<\s*", held) else (len(held), [])
        return self._release()

    def _marker(self, final: bool) -> tuple[int, list[Mark | None]] | None:
        held = self._held
        end, newline = held.find("|>"), held.find("\n")
        if end < 0 or (0 <= newline < end) or end + 2 > HOLD:
            if newline >= 0 or len(held) >= HOLD:
                # A marker that never closes on its line is malformed: its opener goes, the rest is read as text.
                return 2, []
            return (len(held), []) if final else None
        return end + 2, _marker_pieces(held[2:end], self._at)


def _marker_pieces(body: str, at: int) -> list[Mark | None]:
    """The content of `<|ACT {"emotion": {"name": "joy", "intensity": 1}, "motion": "nod"}|>`; nonsense gives nothing."""
    rest = re.sub(r"^\s*(?:ACT|EMOTE?)?_?\s*:?\s*", "", body, flags=re.I).strip()
    feeling = read_label(rest)
    if feeling:
        return [Mark(at, feeling)]
    try:
        data: Any = json.loads(rest)
    except ValueError:
        return []
    if not isinstance(data, dict):
        return []
    emotion = data.get("emotion")
    name, power = (emotion.get("name"), emotion.get("intensity")) if isinstance(emotion, dict) else (emotion, None)
    label = label_or_none(name) if isinstance(name, str) else None
    strength = _strength(str(power)) if isinstance(power, (int, float)) and 0 <= power <= 100 else USUAL
    motion = data.get("motion")
    action = read_action(motion) if isinstance(motion, str) else None
    gesture = action.get("gesture") if action else None
    return [Mark(at, (label, strength) if label else None, gesture)] if label or gesture else []
