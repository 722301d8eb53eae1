"""What a persona may not be: rules over its texts, as data in assets/safety/lint.json (L-18, L-06, L-07).

A persona is text of a stranger that ends in a prompt. What is refused here could not change the rules of `safety` anyway; it says so
before somebody is met who was made to try.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from dialogue.data import asset_json
from dialogue.safety.lines import plain


@dataclass(frozen=True, slots=True)
class Finding:
    """rule: `E01` and so on. field: where, such as `about` or `says.music.0`. why: in words. found: the words that hit."""

    rule: str
    field: str
    why: str
    found: str


@cache
def _rules() -> tuple[tuple[str, str, re.Pattern[str], re.Pattern[str]], ...]:
    rules = asset_json("safety/lint.json")["rules"]
    return tuple((n, r["why"], re.compile("|".join(f"(?:{p})" for p in r["found"])), re.compile(r["not"])) for n, r in rules.items())


def lint(persona: Any) -> list[Finding]:
    """Everything in the texts of a persona (a JSON value, unknown fields too) that refuses it. A hit that the words before it in the
    same sentence turn around ("she never pleads when you leave") is none."""
    return [finding for field, text in _texts(persona, "") for finding in _judge(field, text)]


def _texts(node: Any, field: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, str):
        yield field, node
    elif isinstance(node, dict):
        for key, child in node.items():
            yield from _texts(child, f"{field}.{key}".lstrip("."))
    elif isinstance(node, list):
        for i, child in enumerate(node):
            yield from _texts(child, f"{field}.{i}".lstrip("."))


def _judge(field: str, text: str) -> Iterator[Finding]:
    for sentence in re.split(r"(?<=[.!?;])\s+", plain(text)):
        for name, why, found, turned in _rules():
            for hit in found.finditer(sentence):
                if not turned.search(sentence[: hit.start()]):
                    yield Finding(name, field, why, hit[0])
                    break
