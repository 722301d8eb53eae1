"""Cutting a stream of text into sentences while it arrives, safe for abbreviations, decimals, links and emoji."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dialogue.brain.tags import EMOJI
from dialogue.data import asset_json

EARLY_WORDS = 4
"""With `early`, the first cut comes at the first comma or colon after so many words ..."""
EARLY_MOST = 12
"""... or after so many words without one."""
LONG_WORDS = 36
"""A sentence longer than this is cut at its next comma."""
MOST_LETTERS = 400
"""And one longer than this at a blank, or where it stands: a voice takes no more at a time."""

_CLOSING = "\"'”’)]」』）】》"
_CLEAR, _WIDE = "।؟۔", "。！？"  # of Hindi, Arabic and Urdu; of Chinese and Japanese, where no blank follows
_STOPS = f".!?…{_CLEAR}{_WIDE}"
ENDS = (*_STOPS, '"', "”", "」", "』")
"""What a whole sentence ends with."""

_NO_BLANK = re.compile(rf"[{_WIDE}，、；][{re.escape(_CLOSING)}]*$")
_LATE = rf"[{re.escape(_CLOSING)}]*(?:[^\S\n]*[{EMOJI}]+)*"
_END = re.compile(rf"[{_STOPS}]*[{_WIDE}][{_STOPS}]*{_LATE}|(?:[{_STOPS}]+{_LATE}|[{EMOJI}]+)(?=\s)|\n+")
_CLAUSE = re.compile(rf"[,;:—–،؛](?=\s)|—|[，、；](?![{re.escape(_CLOSING)}])")
_CERTAIN = re.compile(r"(?:^|\s)([^\W\d_]+(?:['’][^\W\d_]+)*),")  # whose blank need not be awaited where the word is an ordinary one
_LINKED = re.compile(r"://|www\.|@")  # what such a run without blanks holds is no sign of a sentence
_QUOTE = re.compile(r"[\"“‘]|(?:^|\s)'")  # its end may stand behind the comma
_TABLE = asset_json("mind/abbreviations.json")


def _one_of(words: Sequence[str]) -> str:
    return "|".join(re.escape(word) for word in words)


_ABBREVIATION = re.compile(rf"(?:^|[\s(\"“])(?:{_one_of(_TABLE['always'])}|[A-HJ-Z])\.$")
_BEFORE_NUMBER = re.compile(rf"(?:^|\s)(?:{_one_of(_TABLE['number'])})\.$", re.I)
_WAITS = frozenset(word.lower() for group in ("always", "number", "wait") for word in _TABLE[group])
_NAMES = frozenset(_TABLE["names"])
_ORDINARY = frozenset(" ".join(_TABLE["ordinary"]).split())
_CLEAR_END = re.compile(rf"[^\s{_STOPS}][{_CLEAR}{_WIDE}]$")  # these signs mean nothing else
_PLAIN_END = re.compile(r"(?:^|\s)([^\W\d_]+(?:['’-][^\W\d_]+)*)([.!?])$")
_WIDE_LETTER = r"[\u3040-\u30ff\u3400-\u9fff]"
_WORD = re.compile(rf"{_WIDE_LETTER}{{1,2}}|\w[\w\u0900-\u0963]*(?:['’]\w+)*")  # one of Chinese has about two letters
_OPEN = re.compile(r"[\"“”‘(\[*_`「『（【《]|(?:^|\s)'")  # what is opened there may be closed behind the stop
_FOLLOWS = re.compile(rf"^[{_STOPS}]+")
_EMOJI_RUN = re.compile(rf"[{EMOJI}]+")
_NOT_LAST = re.escape(f",;:“‘،؛，、；「（{_STOPS}{_CLOSING}")  # a link's last sign is not the sentence's stop
_LINK = re.compile(rf"(?:https?://|www\.)[^\s。！？，、；「」（）]*[^\s{_NOT_LAST}]")
_STARS = r"(?<![A-Za-z0-9)\]*])\*{1,3}(?=\S)|(?<=\S)\*{1,3}(?![A-Za-z0-9(+*-]|\.\d)"
"""Stars around words, also where a cut took one of the pair; `3*4` keeps its own."""
_MARKUP = re.compile(rf"^\s*(?:#+|[-*•>]|\d+\.)\s+|[`_~]{{1,3}}(?=\S)|(?<=\S)[`_~]{{1,3}}|{_STARS}")

_TOKEN = re.compile(r"<\|+|\|+>")
"""A model's control mark; taking signs out of the text may lay one bare."""


def spoken_form(shown: str) -> str:
    """What a voice says for a shown sentence: no emoji, no markup, links by their host's name only."""
    text = _LINK.sub("this link", shown)
    text = _TOKEN.sub(" ", _MARKUP.sub("", _EMOJI_RUN.sub(" ", text)))
    text = re.sub(r"\s+", " ", text).strip()
    return text if re.search(r"\w", text) else ""


def joined(before: str, after: str) -> str:
    """Two pieces as one text: the blank between them was lost in cutting, and behind a wide sign there was none."""
    return f"{before}{'' if not before or _NO_BLANK.search(before) else ' '}{after}"


def _words(text: str) -> int:
    """How many; a link is one."""
    return sum(1 if _LINKED.search(run) else len(_WORD.findall(run)) for run in text.split())


def _ordinary(word: str) -> bool:
    """Whether a word is known to be no name that goes on as `wikipedia.org` does."""
    word = word.lower().replace("’", "'")
    return "'" in word or word in _ORDINARY or word.removesuffix("s") in _ORDINARY


def _in_link(text: str) -> bool:
    """Whether a dash behind this text would part a link."""
    return text.endswith("—") and bool(_LINKED.search(text.split()[-1]))


def _sure_end(text: str) -> bool:
    """Whether a text ends with a stop that is one, whatever follows."""
    found = _PLAIN_END.search(text)
    if _OPEN.search(text):
        return False
    if found is None:
        return bool(_CLEAR_END.search(text))
    if found[2] != ".":
        return True
    word = found[1]
    before = text[: found.start(1)].split()[-1:]
    if word.lower() in _WAITS or len(word) < 2 or (before and before[0].lower() in _NAMES):
        return False
    if word[1:].isupper():  # US may go on as it is
        return False
    return _ordinary(word) or not (word.isascii() or re.search(_WIDE_LETTER, word))  # else it may be, or end with, a site's name


class Splitter:
    """Feed it text, take whole sentences (stripped, never empty). `early`: cut the first one short, to be heard sooner."""

    def __init__(self, early: bool = False) -> None:
        self._held = ""
        self._early = early
        self._released = False  # the last piece went before it was known what follows its stop

    @property
    def held(self) -> str:
        """The beginning of the sentence that is not complete yet."""
        return self._held.strip()

    def feed(self, text: str) -> list[str]:
        """The sentences that are complete after this text."""
        self._held += text
        if self._released and self._held.strip():
            self._released = False
            self._held = _FOLLOWS.sub("", self._held)  # the second of two marks
        out = []
        while (cut := self._cut()) is not None:
            sentence, self._held = self._held[:cut].strip(), self._held[cut:].lstrip()
            if sentence:
                self._early = self._early and not re.search(r"\w", sentence)
                out.append(sentence)
        return out

    def pause(self) -> list[str]:
        """The stream pauses here: with `early`, a first sentence that nothing could prolong need not wait for the next word. Not if it
        ends with an abbreviation, an initial, a number or dots, nor inside quotes, nor where a name with a dot may stand: behind a
        word that is not known to be an ordinary one."""
        held = self._held.strip()
        if not self._early or not _sure_end(held):
            return []
        self._early, self._released = False, not self._held[-1].isspace()
        self._held = ""
        return [held]

    def end(self) -> list[str]:
        """The rest."""
        rest, self._held = self._held.strip(), ""
        return [rest] if rest else []

    def _cut(self) -> int | None:
        """Where the held text can be cut for certain, whatever chunks come; but for an early comma that needs one character of the next
        word."""
        for found in _END.finditer(self._held):
            clause = self._clause(found.start())
            if clause is not None:
                return clause
            if found[0].startswith("\n"):
                return found.end()
            following = self._held[found.end() :].lstrip(" \t")
            if not following:
                return None
            if self._ends(self._held[: found.end()], following[0]):
                return found.end()
        return self._clause(len(self._held))

    @staticmethod
    def _ends(text: str, following: str) -> bool:
        if _EMOJI_RUN.match(following):
            return False
        stop = text.rstrip(_CLOSING)
        if _EMOJI_RUN.search(stop[-1]):
            return not following.islower()
        if stop.endswith((".", "…")) and following.islower():
            return False
        if following.isdigit() and _BEFORE_NUMBER.search(stop):
            return False
        return not _ABBREVIATION.search(stop)

    def _clause(self, before: int) -> int | None:
        """A cut at a comma before `before`, for an early first piece or an overlong sentence."""
        least = EARLY_WORDS if self._early else LONG_WORDS
        held, cuts = self._held, []
        for found in _CLAUSE.finditer(held, 0, before):
            if _words(held[: found.start()]) >= least and len(held) > found.end() + 1 and not _in_link(held[: found.end()]):
                cuts.append(found.end())
                break
        if self._early:
            for found in _CERTAIN.finditer(held, 0, before):
                # without waiting for the next word: at some models' pace that is a tenth of a second
                if _ordinary(found[1]) and _words(held[: found.end()]) >= least and not _QUOTE.search(held, 0, found.start(1)):
                    cuts.append(found.end())
                    break
            heads = list(re.finditer(r"\s+(?=\S)", held[:before]))
            if len(heads) >= EARLY_MOST and _words(held[: heads[EARLY_MOST - 1].start()]) >= EARLY_MOST - 2:
                cuts.append(heads[EARLY_MOST - 1].start())
        if cuts:
            return min(cuts)
        if before > MOST_LETTERS:
            blank = self._held.rfind(" ", MOST_LETTERS // 2, MOST_LETTERS)
            return blank if blank > 0 else MOST_LETTERS
        return None
