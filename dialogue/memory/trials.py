"""How well the right things are found: our own set of told facts among chatter, and LoCoMo files that a user has.

Both count evidence: the share of the turns that hold an answer which are among the first k items, a fact standing for the turns that
it came from. No model judges anything.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dialogue.data import asset_bytes, asset_json
from dialogue.memory.items import Item
from dialogue.memory.memory import Memory
from dialogue.memory.vault import Vault
from dialogue.trouble import MemoryTrouble

HELD = "abdda3c8d7a79672c099aa90575250fb091d2f1b9472f41bf53606b87f954e20"
"""SHA-256 of the half that nothing is tuned on."""
CHATTER = 400
"""Lines of chatter around each person's eighteen facts."""
START = 1_767_290_400.0


@dataclass
class Tally:
    """found of asked, and how many of the updated slots are current."""

    asked: float = 0.0
    found: float = 0.0
    slots: int = 0
    current: int = 0
    missed: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        """Share of the evidence."""
        return self.found / self.asked if self.asked else 0.0

    @property
    def up_to_date(self) -> float:
        """Share of the slots that hold what was told last."""
        return self.current / self.slots if self.slots else 0.0


def held_is_frozen() -> bool:
    """Whether the held half is the one that was written first."""
    return hashlib.sha256(asset_bytes("memory/recall_held.json")).hexdigest() == HELD


def own_set(half: str, k: int = 10, seed: int = 1) -> Tally:
    """The figures of one half, `tune` or `held`."""
    table, tally = asset_json(f"memory/recall_{half}.json"), Tally()
    for name, person in table["people"].items():
        rng = random.Random(f"{seed} {name}")
        memory, now, told = _lived(person["tells"], table["chatter"], rng)
        for question, evidence in person["asks"]:
            wanted = {told[e] for e in evidence}
            hits = wanted & seen(memory.find(question, now, k))
            tally.asked += 1
            tally.found += len(hits) / len(wanted)
            if hits != wanted:
                tally.missed.append(f"{name}: {question}")
        for kind, value, wrong in person["now"]:
            held = " ; ".join(f"{f.value} {f.name}" for f in memory.facts if f.kind == kind and not f.gone)
            right = (not value or _has(held, value)) and not (wrong and _has(held, wrong))
            tally.slots += 1
            tally.current += right
            if not right:
                tally.missed.append(f"{name}: {kind} should be {value or 'over'}, is {held}")
        memory.close(now)
    return tally


def _has(text: str, words: str) -> bool:
    """Whether whole words stand in a text."""
    return re.search(rf"\b{re.escape(words)}\b", text, re.I) is not None


def _lived(tells: Sequence[Sequence[str]], chatter: list[str], rng: random.Random) -> tuple[Memory, float, dict[str, int]]:
    """Somebody's visits: facts in their order, chatter between them, a visit a day; the ids of the turns that told them."""
    places = sorted(rng.sample(range(CHATTER + len(tells)), len(tells)))
    now, told = START, dict[str, int]()
    memory = Memory(Vault.loose(), now)
    each = (CHATTER + len(tells)) // 6
    for place in range(CHATTER + len(tells)):
        if place % each == 0:
            memory.end_visit(now)
            now += 86400.0
            memory.begin_visit("Mira", now)
        now += 20.0
        number = place + 1
        if place in places:
            key, text = tells[places.index(place)]
            told[key] = place + 1
        else:
            text = " ".join(rng.sample(chatter, rng.randint(1, 2)))
        memory.hear(number, text, now)
        memory.said(number, text, "I see.")
        memory.learn(text, number, False, now)
    return memory, now + 3 * 86400.0, told


def seen(items: Sequence[Item]) -> set[int]:
    """The turns that items stand for."""
    return {turn for item in items for turn in item.turns}


# -- LoCoMo --------------------------------------------------------------------------------------------------------------


def locomo(raw: bytes, ks: Sequence[int] = (5, 10, 20)) -> dict[str, Any]:
    """Evidence recall at each k over all questions with evidence, and by category as the file numbers them (5 is adversarial). Raises
    `MemoryTrouble` for a file of another shape."""
    try:
        samples = json.loads(raw.decode("utf-8"))
        if not isinstance(samples, list) or not samples:
            raise ValueError("no list")
        sums: dict[str, dict[int, float]] = defaultdict(lambda: dict.fromkeys(ks, 0.0))
        counts: dict[str, int] = defaultdict(int)
        for sample in samples:
            _one(sample, ks, sums, counts)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise MemoryTrouble("The file is no LoCoMo set: a list of samples with `conversation` and `qa`, as locomo10.json.") from error
    groups = {g: {"questions": counts[g], **{f"recall_at_{k}": round(sums[g][k] / counts[g], 4) for k in ks}} for g in sorted(counts)}
    if not groups:
        raise MemoryTrouble("The LoCoMo file holds no question whose evidence is in its conversation; nothing can be counted.")
    return {"dialogues": len(samples), "all": groups.pop("all"), "by_category": groups}


def _one(sample: dict[str, Any], ks: Sequence[int], sums: dict[str, dict[int, float]], counts: dict[str, int]) -> None:
    talk = sample["conversation"]
    memory, told, now = Memory(Vault.loose(), 0.0), dict[str, int](), 0.0
    number = 0
    for session in sorted((k for k in talk if re.fullmatch(r"session_\d+", k)), key=lambda k: int(k[8:])):
        now = max(now + 86400.0, _time(str(talk.get(f"{session}_date_time", ""))))
        memory.begin_visit(str(talk.get("speaker_b", "")), now)
        for line in talk[session]:
            number, now = number + 1, now + 20.0
            text = " ".join(str(line[k]) for k in ("text", "blip_caption") if line.get(k))
            memory.hear(number, f"{line['speaker']}: {text}", now)
            told[line["dia_id"]] = number
        memory.end_visit(now)
    for question in sample["qa"]:
        evidence = {told[e] for e in re.findall(r"D\d+:\d+", " ".join(map(str, question.get("evidence") or ()))) if e in told}
        if not evidence:
            continue
        items = memory.find(str(question["question"]), now + 86400.0, max(ks))
        for group in ("all", f"category {question.get('category')}"):
            counts[group] += 1
            for k in ks:
                sums[group][k] += len(evidence & seen(items[:k])) / len(evidence)
    memory.close(now)


def _time(text: str) -> float:
    """`1:56 pm on 8 May, 2023`; 0 where it is written otherwise."""
    for form in ("%I:%M %p on %d %B, %Y", "%I:%M %p on %d %b, %Y"):
        try:
            return datetime.strptime(text.strip(), form).timestamp()
        except ValueError:
            continue
    return 0.0
