"""What a visit comes to: at most five lines, each resting on facts that it cites; erasing one of them erases the line."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from dialogue.brain.knowing import and_list, say_fact
from dialogue.data import asset_json
from dialogue.memory.dates import day_of
from dialogue.memory.kept import as_fact
from dialogue.memory.store import Row, Store
from dialogue.memory.vectors import vector
from dialogue.memory.words import indexed

MOST, EVERY_TURNS = 5, 40
_GROUPS = (
    ("change", ("job", "home", "status")), ("care", ("worry", "health", "allergy", "boundary")), ("ahead", ("plan", "date")),
    ("people", ("person", "pet")), ("tastes", ("like", "dislike", "hobby", "diet", "note")),
)  # fmt: skip
_NAMED = 4


def bullets(rows: Sequence[Row], older: dict[int, Row], now: float) -> list[tuple[str, list[int]]]:
    """Lines with the ids of the facts they cite. `rows`: facts of one visit; `older`: what some of them replaced, by the newer's id."""
    lines, today = asset_json("memory/lines.json")["reflections"], day_of(now)
    out: list[tuple[str, list[int]]] = []
    for group, kinds in _GROUPS:
        mine = [row for row in rows if row[1] in kinds]
        if group == "change":
            for row in [r for r in mine if r[0] in older]:
                before = older[row[0]]
                line = lines["changed"].format(new=say_fact(as_fact(row, today)), old=say_fact(as_fact(before, today)))
                out.append((line, [row[0], before[0]]))
            mine = [r for r in mine if r[0] not in older]
        if mine:
            said = and_list([say_fact(as_fact(row, today)) for row in mine[:_NAMED]])
            out.append((lines[group].format(list=said), [row[0] for row in mine[:_NAMED]]))
    return out[:MOST]


def reflect(store: Store, visit: int, now: float, embed: Callable[[str], bytes] = vector) -> list[str]:
    """Write the lines of a visit, in place of earlier ones about it."""
    columns = "id, kind, slot, value, name, gone, importance, pinned, uses, at, turns, replaced"
    turns = {n for (n,) in store.read("SELECT id FROM turns WHERE visit = ?", (visit,))}
    held = store.read(f"SELECT {columns} FROM facts WHERE successor IS NULL AND replaced IS NULL ORDER BY importance DESC, id")
    rows = [row for row in held if turns & set(json.loads(row[10])) and row[1] != "name"]
    older = {row[-1]: row[:-1] for row in store.read(f"SELECT {columns}, successor FROM facts WHERE successor > 0")}
    made = bullets(rows, older, now)
    with store.change() as run:
        for (number,) in store.read("SELECT id FROM reflections WHERE visit = ?", (visit,)):
            run("DELETE FROM reflections WHERE id = ?", (number,))
            run("DELETE FROM note_words WHERE rowid = ?", (2 * number + 1,))
        for text, cited in made:
            number = run(
                "INSERT INTO reflections(visit, text, facts, at, vec) VALUES (?, ?, ?, ?, ?)",
                (visit, text, json.dumps(cited), now, embed(text)),
            )
            run("INSERT INTO note_words(rowid, words) VALUES (?, ?)", (2 * number + 1, indexed(text)))
        run("UPDATE visits SET reflected = (SELECT count(*) FROM turns WHERE visit = ?) WHERE id = ?", (visit, visit))
    return [text for text, _ in made]
