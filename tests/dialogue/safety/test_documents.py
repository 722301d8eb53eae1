"""The duties' table and the tests that it names; the pages that a user is promised (P-06)."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
NOT_OURS = {"L-22", "F-01"}
ROWS = [f"L-{i:02}" for i in range(1, 25)] + [f"S-{i:02}" for i in range(1, 16)] + [f"P-{i:02}" for i in range(1, 7)]


def table() -> dict[str, list[str]]:
    page = (ROOT / "docs" / "safety.md").read_text("utf-8")
    rows = re.findall(r"^\| ([LSP]-\d\d) \| [^|]+ \| ([^|]+) \|$", page, re.M)
    return {row: re.findall(r"`(test_\w+)`", proof) for row, proof in rows}


def all_tests() -> set[str]:
    return {n for p in (ROOT / "tests").rglob("test_*.py") for n in re.findall(r"^def (test_\w+)", p.read_text("utf-8"), re.M)}


def test_every_duty_of_ours_is_in_the_table_with_a_test_that_exists() -> None:
    found, there = table(), all_tests()
    assert set(found) == set(ROWS) - NOT_OURS
    assert all(found.values())
    assert {name for names in found.values() for name in names} <= there


def test_a_test_that_carries_an_id_is_named_in_its_row() -> None:
    found = table()
    named = {name for names in found.values() for name in names}
    for name in named:
        ids = re.findall(r"(?:^test|)_([lsp]\d\d)(?=_)", name)
        assert not ids or any(name in found[f"{i[0].upper()}-{i[1:]}"] for i in ids), name
    proved = {row for row, names in found.items() if any(row.lower().replace("-", "") in name for name in names)}
    assert proved == set(found)


def test_p06_there_is_a_way_to_report_a_vulnerability() -> None:
    text = (ROOT / "SECURITY.md").read_text("utf-8")
    assert "Report a vulnerability" in text
    assert "within a week" in text


def test_the_promised_pages_are_there_and_plain() -> None:
    for name, words in {
        "privacy.md": ("doctor --privacy", "training", "date of birth"),
        "using-a-companion-well.md": ("break", "people", "stop", "help"),
    }.items():
        text = (ROOT / "docs" / name).read_text("utf-8")
        assert all(word in text for word in words)
        assert len(text.split()) < 900
