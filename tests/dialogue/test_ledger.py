"""What is kept between visits, where nothing may reach the disk."""

from __future__ import annotations

from dialogue.ledger import LooseLedger


def test_what_is_kept_comes_back_and_belongs_to_the_caller() -> None:
    ledger = LooseLedger()
    assert ledger.read("level") is None
    ledger.write("days", {"2026-01-01": 12})
    found = ledger.read("days")
    found["2026-01-01"] = 99
    assert ledger.read("days") == {"2026-01-01": 12}


def test_none_takes_it_away() -> None:
    ledger = LooseLedger()
    ledger.write("level", 1)
    ledger.write("level", None)
    ledger.write("never there", None)
    assert ledger.read("level") is None
