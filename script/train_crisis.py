"""Train the tables by which the rules hear what no phrase list holds: assets/safety/table.npz.

The text is written for this and lies in script/lines (one message a line, `{a|b}` stands for either) and in the tuning sets of the
tests; the halves of the sets that are held back are never opened. The same text gives the same file, byte for byte.

    .venv/bin/python script/train_crisis.py            train, report, write
    .venv/bin/python script/train_crisis.py --folds    report five-fold figures on the tuning sets, write nothing
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import random
import re
import sys
import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from dialogue.safety.table import features  # noqa: E402  # the path must be set first

WRITTEN = ROOT / "script" / "lines"
SETS = ROOT / "tests" / "dialogue" / "sets"
OUT = ROOT / "assets" / "safety" / "table.npz"
DANGER = ("distress", "thoughts", "selfharm", "eating", "method", "acute", "third")
WEIGHTS = dict.fromkeys(("method", "acute"), 2.0) | dict.fromkeys(("plan", "minor_doubt", "minor_lock", "delusion", "people_tie"), 0.5)
"""Of some there are few lines, and none may be missed: they count twice. What other rules answer counts half, but in its own table."""
QUIET = (
    "plain", "idiom", "sad", "fiction", "health", "lookalike", "not_human", "not_farewell", "plan_none", "people_tie", "people_none",
    "minor_none", "delusion_none",
)  # fmt: skip
OTHER = ("farewell", "human", "plan", "minor_doubt", "minor_lock", "delusion")
"""Messages that tables of their own are for."""
DANGER_SETS = ("crisis", "crisis_more", "crisis_early", "crisis_tune", "method_tune")
QUIET_SETS = ("ordinary", "ordinary_more", "ordinary_early", "ordinary_tune")
OTHER_SETS = ("farewells", "farewells_tune", "human", "human_tune", "people_tune", "minors_tune", "baits_tune")
"""Messages that other rules answer: quiet here, at half the weight."""
SERIOUS = ("thoughts", "selfharm", "eating", "method", "acute", "third")
"""Of what tells of danger, what is of tier 2 or 3."""
WHAT = ("danger", "serious", "farewell", "human", "plan", "minor", "delusion", "tie")
OWN = {"farewell": ("farewell",), "human": ("human",), "plan": ("plan",), "minor": ("minor_doubt", "minor_lock"), "delusion": ("delusion",),
       "tie": ("people_tie",)}  # fmt: skip
"""The files of the other tables; all the rest is not what they are for, but `BESIDE`."""
BESIDE = {"plan": DANGER, "tie": tuple(name for name in (*DANGER, *QUIET, *OTHER) if name not in ("people_tie", "people_none"))}
OWN_SETS = {"farewell": ("farewells", "farewells_tune"), "human": ("human", "human_tune"), "plan": ("baits_tune",),
            "minor": ("minors_tune",), "delusion": ("delusion_tune",), "tie": ("people_tune",)}  # fmt: skip
VARIANTS = 6
Row = tuple[str, int, float]
"""text, whether it is what the table is for, weight"""
STEPS, RATE, RIDGE = 500, 2.0, 0.000003


def expand(line: str, rng: random.Random) -> str:
    """One variation of a line with slots."""
    while True:
        found = re.search(r"\{([^{}]*)\}", line)
        if found is None:
            return " ".join(line.split())
        line = line[: found.start()] + rng.choice(found[1].split("|")) + line[found.end() :]


def of_file(name: str, label: int) -> list[Row]:
    """All variations of the lines of one file; those of a line share its weight."""
    rng = random.Random(name)
    rows: list[Row] = []
    for line in (WRITTEN / f"{name}.txt").read_text("utf-8").splitlines():
        line = line.rpartition("\t")[2]  # before it stands of what kind it is, where that is told
        made = sorted({expand(line, rng) for _ in range(VARIANTS if "{" in line else 1)})
        rows += [(text, label, WEIGHTS.get(name, 1.0) / len(made) ** 0.5) for text in made]
    return rows


def written(what: tuple[str, ...] = DANGER) -> list[Row]:
    """What tells of danger (`what` of it) and what does not, in the training folder."""
    return [row for name in (*DANGER, *QUIET, *OTHER) for row in of_file(name, int(name in what))]


def house() -> list[Row]:
    """Ordinary sentences that the house has anyway: her own lines about her topics and the scripted users' talk, at a low weight."""
    topics = json.loads((ROOT / "assets/mind/topics.json").read_text("utf-8"))
    users = [json.loads(path.read_text("utf-8"))["says"] for path in sorted((ROOT / "tests/dialogue/users").glob("*.json"))]
    texts = (*strings(topics), *(line for user in users for line in user))
    return [(text, 0, 0.35) for text in sorted({t for t in texts if 12 < len(t) < 160 and " " in t and "{" not in t})]


def strings(node: object) -> list[str]:
    """All strings of a JSON value."""
    if isinstance(node, str):
        return [node]
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else []
    return [text for child in children for text in strings(child)]


def sets(least: int = 1) -> list[Row]:
    """The sets that may be tuned on; danger from tier `least` on. Those of methods name no tier: they are of tier 2."""
    rows: list[Row] = []
    for label, weight, names in ((1, 1.0, DANGER_SETS), (0, 1.0, QUIET_SETS), (0, 0.5, OTHER_SETS)):
        for name in names:
            for item in json.loads((SETS / f"{name}.json").read_text("utf-8")):
                text, tier = (item, 2) if isinstance(item, str) else (item["text"], item.get("tier", 2))
                rows.append((text, int(label and tier >= least), weight))
    return rows


def fit(rows: list[Row], buckets: int) -> tuple[NDArray[np.float64], float]:
    """Logistic regression with a ridge, by plain accelerated descent: no library, no chance, the same on each run."""
    found = [features(text) for text, _, _ in rows]
    at = np.concatenate([a for a, _ in found])
    values = np.concatenate([v for _, v in found])
    row = np.repeat(np.arange(len(rows)), [len(a) for a, _ in found])
    label = np.array([y for _, y, _ in rows], np.float64)
    weight = np.array([w for _, _, w in rows], np.float64)
    for side in (0.0, 1.0):
        weight[label == side] /= weight[label == side].sum() * 2
    w, bias = np.zeros(buckets), 0.0
    before = w.copy()
    for step in range(STEPS):
        look = w + (step / (step + 3)) * (w - before)
        score = np.bincount(row, look[at] * values, len(rows)) + bias
        miss = weight * (1 / (1 + np.exp(-score)) - label)
        before = w
        w = look - RATE * 4 * (np.bincount(at, miss[row] * values, buckets) + RIDGE * look)
        bias -= RATE * miss.sum()
    return w, float(bias)


def scores(texts: list[str], w: NDArray[np.float64], bias: float) -> NDArray[np.float64]:
    """The log-odds of each text."""
    return np.array([float((w[a] * v).sum()) + bias for a, v in map(features, texts)])


def report(danger: NDArray[np.float64], quiet: NDArray[np.float64]) -> str:
    """Recall at a few shares of false alarms."""
    parts = []
    for share in (0.005, 0.01, 0.02, 0.05, 0.08, 0.10):
        least = float(np.quantile(quiet, 1 - share))
        parts.append(f"{share:.3f}: {float((danger > least).mean()):.3f} above {least:.2f}")
    return "recall at false alarms " + "; ".join(parts)


def rows_for(what: str) -> tuple[list[Row], list[Row]]:
    """(always trained on, sets that folds hold out) for one table: its own messages against all others."""
    if what == "danger":
        return [*written(), *house()], sets()
    if what == "serious":
        return [*written(SERIOUS), *house()], sets(least=2)
    names = [name for name in (*DANGER, *QUIET, *OTHER) if name not in BESIDE.get(what, ())]
    lines = [row for name in names for row in of_file(name, int(name in OWN[what]))]
    own = of_sets(OWN_SETS[what])
    mine = {text for text, _, _ in own}
    kept = [(text, 0, 0.5) for text, _, _ in sets() if text not in mine] if what != "tie" else []
    return [*lines, *(house() if what != "tie" else [])], [*own, *kept]


def of_sets(names: tuple[str, ...]) -> list[Row]:
    """Whole sets as positive rows, but for what is there to be told from them (`expect` none)."""
    items = [item for name in names for item in json.loads((SETS / f"{name}.json").read_text("utf-8"))]
    return [(item, 1, 1.0) if isinstance(item, str) else (item["text"], int(item.get("expect") != "none"), 1.0) for item in items]


def folds(buckets: int) -> None:
    """Five-fold over the sets, the written text always in: what a table does on text it has not seen."""
    for what in WHAT:
        rows, kept = rows_for(what)
        order = list(range(len(kept)))
        random.Random(2).shuffle(order)
        found = np.zeros(len(kept))
        for fold in range(5):
            out = set(order[fold::5])
            w, bias = fit([*rows, *(r for i, r in enumerate(kept) if i not in out)], buckets)
            for i in out:
                found[i] = scores([kept[i][0]], w, bias)[0]
        label = np.array([y for _, y, _ in kept])
        print(f"{what}, five-fold on the tuning sets:", report(found[label == 1], found[label == 0]))


def write(tables: dict[str, tuple[NDArray[np.float64], float]]) -> str:
    """int8 weights with one scale each, as an .npz whose times are fixed; its SHA-256."""
    parts: dict[str, NDArray[np.generic] | np.float64] = {}
    for what, (w, bias) in tables.items():
        scale = float(np.abs(w).max()) / 127
        parts |= {what: np.round(w / scale).astype(np.int8), f"{what}_scale": np.float64(scale), f"{what}_bias": np.float64(round(bias, 4))}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, value in parts.items():
            raw = io.BytesIO()
            np.lib.format.write_array(raw, np.asanyarray(value), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", (2026, 1, 1, 0, 0, 0)), raw.getvalue(), zipfile.ZIP_DEFLATED)
    OUT.write_bytes(packed.getvalue())
    return hashlib.sha256(packed.getvalue()).hexdigest()


def main() -> None:
    """Train and write, or report the folds."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--folds", action="store_true")
    args = parser.parse_args()
    buckets = int(json.loads((ROOT / "assets/safety/table.json").read_text("utf-8"))["buckets"])
    if args.folds:
        folds(buckets)
        return
    tables = {what: fit([row for part in rows_for(what) for row in part], buckets) for what in WHAT}
    print(f"SHA-256 {write(tables)}; {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
