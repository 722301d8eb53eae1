"""Messages without English words: signs that show a feeling, and other languages."""

from __future__ import annotations

from dialogue.brain.words import stop_words, tokens
from dialogue.data import asset_json


def signs(text: str) -> str:
    """The kind of feeling (a key of `emoji` in assets/mind/talk.json) of a line that holds only signs, '' where it has words."""
    if tokens(text):
        return ""
    rows = asset_json("mind/talk.json")["emoji"]
    counts = {kind: sum(text.count(sign) for sign in row["signs"]) for kind, row in rows.items()}
    best = max(counts, key=lambda kind: counts[kind])
    return best if counts[best] else ""


def is_foreign(text: str) -> bool:
    """Whether a line is plainly not English: letters of another script, or small words of another language and none of ours."""
    letters = [c for c in text if c.isalpha()]
    if letters and sum(ord(c) > 0x24F for c in letters) > len(letters) / 2:
        return True
    words = set(tokens(text))
    foreign = words & set(asset_json("mind/words.json")["foreign"].split())
    return len(foreign) >= 2 and len(foreign) > len(words & stop_words())
