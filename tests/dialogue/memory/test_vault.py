"""The encrypted store: what survives, what is noticed, what lies on the disk."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue.memory import schema
from dialogue.memory.journal import SNAP, SnapshotStore, log_name
from dialogue.memory.store import Store, loose_store
from dialogue.memory.vault import Kind, Vault, state_of
from dialogue.trouble import MemoryTrouble, VaultBusy, WrongKey

GOOD = "lantern orbit cactus"
CANARY = "zanzibar marzipan"
KINDS: tuple[Kind, ...] = ("sqlcipher", "snapshot")


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    found: Kind = request.param
    return found


def make(folder: Path, kind: Kind) -> Vault:
    return Vault.make(folder, "passphrase", passphrase=GOOD, kind=kind, cheap=True)


def raw(folder: Path) -> bytes:
    return b"".join(p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file())


def test_what_was_kept_is_there_at_the_next_start(tmp_path: Path, kind: Kind) -> None:
    vault = make(tmp_path, kind)
    vault.ledger.write("consent", {"level": 1, "words": CANARY})
    vault.close()
    again = Vault.open(tmp_path, passphrase=GOOD)
    assert again.ledger.read("consent") == {"level": 1, "words": CANARY}
    again.ledger.write("consent", None)
    assert again.ledger.names() == []
    again.close()
    again.close()
    assert state_of(tmp_path) == "passphrase"


def test_p_03_nothing_readable_lies_on_the_disk_while_it_is_open_or_closed(tmp_path: Path, kind: Kind) -> None:
    vault = make(tmp_path, kind)
    vault.ledger.write("words", CANARY)
    assert CANARY.encode() not in raw(tmp_path)
    assert b"ledger" not in raw(tmp_path)
    vault.close()
    assert CANARY.encode() not in raw(tmp_path)
    assert len(raw(tmp_path)) > 1000


def test_a_wrong_passphrase_and_a_second_start_change_nothing(tmp_path: Path, kind: Kind) -> None:
    vault = make(tmp_path, kind)
    vault.ledger.write("a", 1)
    with pytest.raises(VaultBusy, match="in use by another Visavis"):
        Vault.open(tmp_path, passphrase=GOOD)
    vault.close()
    before = {p: p.read_bytes() for p in tmp_path.iterdir()}
    with pytest.raises(WrongKey):
        Vault.open(tmp_path, passphrase="something else")
    assert {p: p.read_bytes() for p in tmp_path.iterdir()} == before
    Vault.open(tmp_path, passphrase=GOOD).close()


def test_a_step_that_fails_leaves_nothing_of_itself(tmp_path: Path, kind: Kind) -> None:
    vault = make(tmp_path, kind)

    def half() -> None:
        with vault.store.change() as run:
            run("INSERT INTO ledger VALUES ('a', '1')")
            with vault.store.change() as inner:
                inner("INSERT INTO ledger VALUES ('b', '2')")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    assert vault.ledger.names() == []
    vault.ledger.write("c", 3)
    vault.close()
    again = Vault.open(tmp_path, passphrase=GOOD)
    assert again.ledger.names() == ["c"]
    again.close()


def read_all(folder: Path) -> None:
    found = Vault.open(folder, passphrase=GOOD)
    try:
        assert len([found.ledger.read(key) for key in found.ledger.names()]) == 30
        found.store.read("PRAGMA integrity_check")
    finally:
        found.close()


def test_a_flipped_byte_is_noticed_and_nothing_is_overwritten(tmp_path: Path, kind: Kind) -> None:
    vault = make(tmp_path, kind)
    for i in range(30):
        vault.ledger.write(f"key {i}", CANARY * 20)
    vault.close()
    files = [p for p in tmp_path.iterdir() if p.suffix in (".db", ".snap", ".log") and p.stat().st_size]
    assert files
    for path in files:
        good = path.read_bytes()
        for at in (20, len(good) // 2, len(good) - 9):
            bad = bytearray(good)
            bad[at] ^= 4
            path.write_bytes(bytes(bad))
            with pytest.raises(MemoryTrouble):
                read_all(tmp_path)
            path.write_bytes(good)
    again = Vault.open(tmp_path, passphrase=GOOD)
    assert len(again.ledger.names()) == 30
    again.close()


def test_a_store_of_version_1_becomes_one_of_today() -> None:
    store = loose_store()
    schema.migrate(store, 1)
    with store.change() as run:
        run("INSERT INTO visits(id, person, begun) VALUES (1, 'mira', 0)")
        run("INSERT INTO turns VALUES (1, 1, 1, 'my dog is called Biscuit', 'Biscuit, good.', 'joy', 10.0)")
        run(
            "INSERT INTO facts(id, kind, slot, value, name, gone, importance, at, turns)"
            " VALUES (1, 'pet', 'pet:dog:biscuit', 'dog', 'Biscuit', 0, 6, 10.0, '[1]')"
        )
    assert schema.version_of(store) == 1
    schema.migrate(store)
    assert schema.version_of(store) == schema.VERSION
    assert store.read("SELECT rowid FROM turn_words WHERE turn_words MATCH 'biscuit'") == [(1,)]
    assert store.read("SELECT rowid FROM note_words WHERE note_words MATCH 'dog'") == [(2,)]
    assert len(store.read("SELECT vec FROM facts")[0][0]) == 128
    with store.change() as run:
        run(f"PRAGMA user_version = {schema.VERSION + 1}")
    with pytest.raises(MemoryTrouble, match="newer"):
        schema.migrate(store)


def test_a_store_from_before_the_search_index_opens_whole(tmp_path: Path, kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dialogue.memory.vault.migrate", lambda store: schema.migrate(store, 1))
    old = make(tmp_path, kind)
    with old.store.change() as run:
        run("INSERT INTO visits(id, person, begun) VALUES (1, 'mira', 0)")
        run("INSERT INTO turns VALUES (1, 1, 1, 'I keep bees', '', '', 10.0)")
    old.close()
    monkeypatch.undo()
    new = Vault.open(tmp_path, passphrase=GOOD)
    assert new.store.read("SELECT rowid FROM turn_words WHERE turn_words MATCH 'bee'") == [(1,)]
    new.close()


# -- snapshot and journal ------------------------------------------------------------------------------------------------


def test_a_journal_that_breaks_off_loses_its_last_step_alone(tmp_path: Path) -> None:
    vault = make(tmp_path, "snapshot")
    for i in range(5):
        vault.ledger.write(f"key {i}", i)
    vault.store.close()
    vault.close()
    log = tmp_path / log_name(0)
    whole = log.read_bytes()
    for cut in (1, 7, 20):
        log.write_bytes(whole[:-cut])
        again = Vault.open(tmp_path, passphrase=GOOD)
        assert again.ledger.names() == [f"key {i}" for i in range(4)]
        assert again.store.dropped == 1
        again.ledger.write("more", 1)
        again.close()
        third = Vault.open(tmp_path, passphrase=GOOD)
        assert third.ledger.names() == [*(f"key {i}" for i in range(4)), "more"]
        assert third.store.dropped == 0
        third.close()
        log.write_bytes(whole)


def test_records_that_are_moved_or_missing_are_noticed(tmp_path: Path) -> None:
    vault = make(tmp_path, "snapshot")
    vault.close()
    log = tmp_path / log_name(0)
    ends = [log.stat().st_size]
    vault = Vault.open(tmp_path, passphrase=GOOD)
    for i in range(3):
        vault.ledger.write("k", i)
        ends.append(log.stat().st_size)
    vault.close()
    whole = log.read_bytes()
    a, b, c = (whole[ends[i] : ends[i + 1]] for i in range(3))
    for bad in (whole[: ends[0]] + b + a + c, whole[: ends[0]] + a + c, whole[: ends[0]] + a + a + b + c):
        log.write_bytes(bad)
        with pytest.raises(MemoryTrouble, match="changed or is damaged"):
            Vault.open(tmp_path, passphrase=GOOD)
        assert log.read_bytes() == bad


def test_a_death_between_snapshot_and_rename_or_after_it_opens_a_whole_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vault = make(tmp_path, "snapshot")
    vault.ledger.write("a", 1)
    store = vault.store
    assert isinstance(store, SnapshotStore)

    def died(path: Path, content: bytes) -> None:
        (path.parent / f".{path.name}.part").write_bytes(content[:100])
        raise OSError(5, "died")

    monkeypatch.setattr("dialogue.memory.journal.write_whole", died)
    with pytest.raises(MemoryTrouble):
        store.compact()
    monkeypatch.undo()
    vault.ledger.write("b", 2)
    log = (tmp_path / log_name(0)).read_bytes()
    store.compact()
    vault.close()
    (tmp_path / log_name(0)).write_bytes(log)  # the old journal was not yet gone when the program died
    again = Vault.open(tmp_path, passphrase=GOOD)
    assert again.ledger.names() == ["a", "b"]
    assert not (tmp_path / log_name(0)).exists()
    assert not list(tmp_path.glob(".vault.snap.*")), "what was half written is tidied away"
    assert (tmp_path / SNAP).exists()
    again.close()


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("abcd"), st.none() | st.text(max_size=30) | st.integers() | st.lists(st.floats(allow_nan=False))))
)
def test_both_kinds_and_the_loose_one_keep_the_same(tmp_path_factory: pytest.TempPathFactory, writes: list[tuple[str, object]]) -> None:
    wanted: dict[str, object] = {}
    folders = [(tmp_path_factory.mktemp("v"), k) for k in KINDS]
    vaults = [make(f, k) for f, k in folders] + [Vault.loose()]
    for key, value in writes:
        wanted.pop(key, None) if value is None else wanted.update({key: value})
        for vault in vaults:
            vault.ledger.write(key, value)
    for vault in vaults[:2]:
        vault.close()
    again = [Vault.open(f, passphrase=GOOD) for f, _ in folders]
    for vault in (*again, vaults[2]):
        assert {k: vault.ledger.read(k) for k in vault.ledger.names()} == wanted
        vault.close()


# -- killing -------------------------------------------------------------------------------------------------------------

CHILD = """
import sys
from pathlib import Path
from dialogue.memory.vault import Vault
vault = Vault.open(Path(sys.argv[1]), passphrase=sys.argv[2])
n = vault.ledger.read("count") or 0
print(n, flush=True)
while True:
    n += 1
    with vault.store.change() as run:
        run("INSERT OR REPLACE INTO ledger VALUES ('count', ?)", (str(n),))
        run("INSERT INTO turn_words(rowid, words) VALUES (?, ?)", (n, "word " * (n % 40)))
    print(n, flush=True)
"""


def kill_loop(folder: Path, kind: Kind, times: int) -> int:
    """Start a writer, kill it, look: all that it had reported is there, and at most one step more. Returns the steps that were kept."""
    make(folder, kind).close()
    reported = 0
    for i in range(times):
        child = subprocess.Popen([sys.executable, "-c", CHILD, str(folder), GOOD], stdout=subprocess.PIPE, text=True)
        assert child.stdout is not None
        for _ in range(2 + i % 5):
            reported = int(child.stdout.readline())
        os.kill(child.pid, signal.SIGKILL)
        rest = child.stdout.read().split()
        child.wait()
        child.stdout.close()
        reported = int(rest[-1]) if rest and rest[-1].isdigit() else reported
        vault = Vault.open(folder, passphrase=GOOD)
        found = vault.ledger.read("count")
        assert reported <= found <= reported + 1, (i, reported, found)
        assert vault.store.read("SELECT count(*) FROM turn_words") == [(found,)]
        assert vault.store.read("PRAGMA integrity_check") == [("ok",)]
        vault.close()
    return int(found)


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is Posix's")
def test_a_killed_writer_loses_nothing_that_it_had_kept(tmp_path: Path, kind: Kind) -> None:
    assert kill_loop(tmp_path, kind, 4) >= 4, "nothing was written between the kills"


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is Posix's")
def test_a_writer_killed_a_hundred_times_loses_nothing_that_it_had_kept(tmp_path: Path, kind: Kind) -> None:
    assert kill_loop(tmp_path, kind, 100) >= 100, "nothing was written between the kills"


def test_the_loose_store_is_a_store() -> None:
    store: Store = loose_store()
    assert store.bytes() == 0
    store.scrub(whole=True)
