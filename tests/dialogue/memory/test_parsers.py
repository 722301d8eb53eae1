"""Whatever is typed, imported or lies damaged on the disk: an answer or one sentence, never another error."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue.brain.about import about, ended
from dialogue.brain.facts import Facts
from dialogue.memory.dates import resolve, spoken, when
from dialogue.memory.erase import mark_of_words, without
from dialogue.memory.export import read_export
from dialogue.memory.journal import log_name
from dialogue.memory.spoken import chosen, order
from dialogue.memory.vault import Vault
from dialogue.trouble import MemoryTrouble

GOOD = "lantern orbit cactus"
DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))
SIMPLE = """
    I i'm my the a forget remember that is called work as nurse live in Rome moved to Friday next week 31 February not anymore
    allergic and , . ? birthday on 5 May was cancelled her name no actually dog Rex
"""
WORDS = st.lists(
    st.sampled_from(SIMPLE.split()),
    max_size=14,
).map(" ".join)


@given(st.text(max_size=120) | WORDS)
def test_any_message_is_read(text: str) -> None:
    order(text)
    about(text, 1)
    ended(text)
    facts = Facts("Sam")
    for turn in (1, 2):
        learned = facts.learn(text, turn)
        assert all(f in list(facts) or any(c.old == f for c in learned.changes) for f in learned.new)
    picked = chosen(text, ["your dog is called Rex", "your cat is called Tom"])
    assert picked is None or set(picked) <= {0, 1}


@given(st.text(max_size=80) | WORDS, DAYS)
def test_a_day_that_is_meant_is_near_and_can_be_said_again(text: str, today: date) -> None:
    found = resolve(text, today)
    if found is not None:
        assert timedelta(0) <= found - today <= timedelta(days=999 * 31)
        assert spoken(found, today)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("tomorrow", 1), ("the day after tomorrow", 2), ("on Friday", 4), ("on Monday", 7), ("next Friday", 11), ("in two weeks", 14),
        ("in 3 days", 3), ("tonight", 0), ("on 1 December", 8),
        ("on the 24th of December", 31), ("on January 2nd", 40), ("this weekend", 6),
    ],
)  # fmt: skip
def test_days_are_counted_from_the_day_they_are_said(text: str, days: int) -> None:
    monday = date(2026, 11, 23)
    assert resolve(text, monday) == monday + timedelta(days=days)


@given(st.floats(1e9, 1.9e9), st.floats(0, 3e8))
def test_when_something_was_told_can_always_be_said(then: float, later: float) -> None:
    assert when(then, then + later)


@given(st.text(max_size=200), st.text(max_size=20))
def test_what_is_cut_out_of_a_text_is_out(text: str, word: str) -> None:
    mark = mark_of_words(word)
    assert not any(mark.fits(piece) for piece in [without(text, [mark])] if mark.exact)


@given(st.binary(max_size=300))
def test_no_bytes_break_the_import(raw: bytes) -> None:
    with pytest.raises(MemoryTrouble):
        read_export(raw)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_journal_gives_a_beginning_of_the_truth_or_one_sentence(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = _written(tmp_path_factory)
    log = folder / log_name(0)
    good = log.read_bytes()
    bad = bytearray(good)
    if data.draw(st.booleans()):
        bad[data.draw(st.integers(0, len(bad) - 1))] ^= data.draw(st.integers(1, 255))
    bad = bad[: data.draw(st.integers(0, len(bad)))]
    log.write_bytes(bytes(bad))
    try:
        with suppress(MemoryTrouble):
            vault = Vault.open(folder, passphrase=GOOD)
            try:
                found = [vault.ledger.read(f"key {i}") for i in range(5)]
                count = sum(v is not None for v in found)
                assert found == [*range(count), *[None] * (5 - count)]
            finally:
                vault.close()
    finally:
        log.write_bytes(good)


_folders: list[Path] = []


def _written(factory: pytest.TempPathFactory) -> Path:
    """A journal of five steps, made once."""
    if not _folders:
        folder = factory.mktemp("journal")
        vault = Vault.make(folder, "passphrase", passphrase=GOOD, kind="snapshot", cheap=True)
        for i in range(5):
            vault.ledger.write(f"key {i}", i)
        vault.close()
        _folders.append(folder)
    return _folders[0]
