"""Erasing that is real: what was forgotten is searched for in every file and in the decrypted image."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from dialogue.memory.export import read_export, restore, to_json, to_markdown
from dialogue.memory.journal import SnapshotStore
from dialogue.memory.keys import Keys
from dialogue.memory.memory import Memory
from dialogue.memory.vault import Kind, Vault, files_of, state_of
from dialogue.trouble import MemoryTrouble
from tests.dialogue.memory.talking import Person

GOOD = "lantern orbit cactus"
NAME = "Zanzibarius"
KINDS: tuple[Kind, ...] = ("sqlcipher", "snapshot")
PAGE, RESERVE = 4096, 80


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    found: Kind = request.param
    return found


def user_of(folder: Path, kind: Kind) -> Person:
    return Person(Vault.make(folder, "passphrase", passphrase=GOOD, kind=kind, cheap=True))


def close(user: Person) -> None:
    user.leave()
    user.vault.close()


def raw(folder: Path) -> bytes:
    return b"".join(p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file())


def image(vault: Vault, folder: Path) -> bytes:
    """Everything that lies in the files, decrypted: pages of the database with their free space, pages of the log, journal records."""
    assert vault.keys is not None
    key = vault.keys.sub_key("store")
    if isinstance(vault.store, SnapshotStore):
        out = b""
        snap = folder / "vault.snap"
        if snap.exists():
            out += vault.store._read_snap(snap.read_bytes(), snap)[1]
        out += _journal(vault.store, folder)
        return out + vault.store._db.serialize()
    pages = b""
    db = (folder / "vault.db").read_bytes()
    for at in range(0, len(db), PAGE):
        pages += _page(key, db[at : at + PAGE], first=at == 0)
    log = (folder / "vault.db-wal").read_bytes() if (folder / "vault.db-wal").exists() else b""
    for at in range(32, len(log), PAGE + 24):
        frame = log[at : at + 24 + PAGE]
        pages += _page(key, frame[24:], first=int.from_bytes(frame[:4], "big") == 1)
    return pages


def _page(key: bytes, page: bytes, *, first: bool) -> bytes:
    iv = page[PAGE - RESERVE : PAGE - RESERVE + 16]
    body = page[16 if first else 0 : PAGE - RESERVE]
    decryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor()
    return decryptor.update(body) + decryptor.finalize()


def _journal(store: SnapshotStore, folder: Path) -> bytes:
    out = b""
    data = store._log_path().read_bytes()
    at, number, tag = 0, 0, bytes(16)
    while at < len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        body = data[at + 8 : at + 8 + length]
        bound = b"VVJ1" + store._generation.to_bytes(8, "big") + number.to_bytes(8, "big") + tag
        out += store._cipher.decrypt(body[:12], body[12:], bound)
        at, number, tag = at + 8 + length, number + 1, body[-16:]
    return out


def test_p_04_what_is_forgotten_is_in_no_file_and_not_in_the_decrypted_image(tmp_path: Path, kind: Kind) -> None:
    user = user_of(tmp_path, kind)
    user.says(f"My dog is called {NAME}. I like rain.")
    for i in range(30):
        user.says(f"{NAME} ran {i} times around the block" if i % 3 == 0 else f"the number is {i}")
    user.says("I love kayaking in the fjord")
    assert NAME.encode() in image(user.vault, tmp_path), "the search must be able to find it"
    assert NAME.encode() not in raw(tmp_path)
    user.says(f"forget {NAME}")
    for shape in (NAME, NAME.lower(), NAME.upper()):
        assert shape.encode() not in image(user.vault, tmp_path)
        assert shape.encode() not in raw(tmp_path)
    assert b"kayaking" in image(user.vault, tmp_path), "nothing else is gone"
    user.leave()
    for shape in (NAME, NAME.lower()):
        assert shape.encode() not in image(user.vault, tmp_path)
    user.arrive()
    assert NAME not in user.says("what's my dog called?")
    assert NAME not in " ".join(i.text for i in user.memory.find("dog Zanzibarius", user.clock()))
    user.says(f"My dog is called {NAME}")
    assert not [f for f in user.memory.facts if f.name == NAME], "told again in the same words it does not come back"
    close(user)


def test_a_visit_can_be_erased_with_all_that_came_from_it(tmp_path: Path, kind: Kind) -> None:
    user = user_of(tmp_path, kind)
    user.says("I work as a nurse")
    user.leave()
    user.says(f"I work as a baker. My dog is called {NAME}.")
    user.leave()
    user.arrive()
    user.memory.eraser.visit(2, user.clock())
    user.leave()
    user.arrive()
    assert [(f.kind, f.value) for f in user.memory.facts] == [("job", "nurse")]
    assert NAME.encode() not in image(user.vault, tmp_path)
    close(user)


def test_everything_goes_key_first_and_what_is_left_of_it_is_nothing(tmp_path: Path, kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    user = user_of(tmp_path, kind)
    user.says("I love kayaking")
    gone: list[str] = []
    destroyed = Keys.destroy

    def destroy(keys: Keys) -> None:
        assert files_of(tmp_path), "the key goes before the files"
        gone.append("key")
        destroyed(keys)

    monkeypatch.setattr(Keys, "destroy", destroy)
    user.leave()
    user.vault.destroy()
    assert gone == ["key"]
    assert state_of(tmp_path) == "none"
    assert [p.name for p in tmp_path.iterdir()] == ["vault.lock"]
    Vault.make(tmp_path, "passphrase", passphrase=GOOD, kind=kind, cheap=True).close()


def test_files_without_their_header_are_not_taken_for_a_new_memory(tmp_path: Path, kind: Kind) -> None:
    user_of(tmp_path, kind).vault.close()
    (tmp_path / "vault.json").unlink()
    with pytest.raises(MemoryTrouble, match="without its vault"):
        Vault.make(tmp_path, "plain", kind=kind)
    assert files_of(tmp_path)


def talked(user: Person) -> None:
    for line in (
        "I'm Sam", "I work as a nurse", "I'm a baker", "My dog is called Biscuit", "I have an interview on Friday", "forget my dog's name",
        "remember that I park on level 3", "I'm worried about my knee", "Straße 9 – “quoted”, 日本語 🙂", "I like jazz", "undo that",
    ):  # fmt: skip
        user.says(line)
    user.vault.ledger.write("consent", {"level": 1, "at": 5})
    user.leave(3)
    user.says("I hate mornings")
    user.leave()


def test_an_export_wiped_and_imported_is_equal_byte_for_byte(tmp_path: Path, kind: Kind) -> None:
    user = user_of(tmp_path, kind)
    talked(user)
    memory = Memory(user.vault, user.clock())
    settings = {"version": 1, "user_name": "Sam", "newer": {"field": [1, 2.5, None]}}
    first = to_json(memory, settings)
    assert to_json(memory, settings) == first
    user.vault.destroy()
    again = Memory(Vault.make(tmp_path, "passphrase", passphrase=GOOD, kind=kind, cheap=True), user.clock())
    tables, kept = read_export(first)
    restore(again, tables, user.clock())
    assert to_json(again, kept) == first
    assert again.facts.user_name == "Sam"
    assert [i for i in again.find("where do I park my car", user.clock()) if "level 3" in i.text]
    with pytest.raises(MemoryTrouble, match="memories here already"):
        restore(again, tables, user.clock())
    assert to_json(again, kept) == first
    again.vault.close()
    user = Person(Vault.open(tmp_path, passphrase=GOOD), user.clock)
    user.says("My dog is called Biscuit")
    assert not [f for f in user.memory.facts if f.kind == "pet"], "what was forgotten stays so after an import"
    close(user)


def test_the_export_to_be_read_holds_all_of_it() -> None:
    user = Person(Vault.loose())
    memory = Memory(user.vault, user.clock())
    memory.begin_visit("Mira", user.clock())
    memory.hear(1, "I work as a nurse", user.clock())
    memory.said(1, "I work as a nurse", "A nurse, okay.")
    memory.learn("I work as a nurse", 1, False, user.clock())
    memory.felt(1, "joy", (0.1, 0.2, 0.3), user.clock())
    memory.vault.ledger.write("consent", {"level": 1})
    text = to_markdown(memory, {"user_name": "Sam"}, user.clock()).decode()
    for part in ("nurse", "A nurse, okay.", "(joy)", '"level": 1', '"user_name": "Sam"', "0.2", "not encrypted"):
        assert part in text, part
    memory.close(user.clock())


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda m: m["turns"][0].pop("user"), "turns[0].user"), (lambda m: m["facts"][0].update(turns="[1]"), "facts[0].turns"),
        (lambda m: m.update(moods=5), "moods"), (lambda m: m["facts"][0].update(importance=True), "facts[0].importance"),
        (lambda m: m["ledger"].append({"key": 5}), "ledger"), (lambda m: m["visits"].append([]), "visits"),
        (lambda m: m["turns"][0].update(number=2**70), "turns[0].number"),
    ],
)  # fmt: skip
def test_a_changed_export_is_refused_with_its_place_and_changes_nothing(change: object, place: str) -> None:
    user = Person(Vault.loose())
    memory = Memory(user.vault, user.clock())
    memory.begin_visit("Mira", user.clock())
    memory.hear(1, "I work as a nurse", user.clock())
    memory.learn("I work as a nurse", 1, False, user.clock())
    tables, settings = read_export(to_json(memory, {}))
    change(tables)  # type: ignore[operator]  # one of the functions above
    empty = Memory(Vault.loose(), user.clock())
    before = to_json(empty, settings)
    with pytest.raises(MemoryTrouble) as error:
        restore(empty, tables, user.clock())
    assert place in str(error.value)
    assert to_json(empty, settings) == before
    memory.close(user.clock())
    empty.close(user.clock())


def test_what_is_no_export_is_said_to_be_none() -> None:
    for bad in (
        b"",
        b"[]",
        b"\xff",
        b'{"format": "visavis export", "version": 2}',
        b'{"format": "visavis export", "version": 1}',
        b"[" * 100_000,
    ):
        with pytest.raises(MemoryTrouble):
            read_export(bad)


CHILD = """
import os, random, sys, time
from pathlib import Path
from dialogue import events
from dialogue.memory.memory import Memory
from dialogue.memory.vault import Vault
from dialogue.mind import build_mind
from dialogue.persona.persona import load_persona
from tests.fakes import FakeVoice

class Slow(FakeVoice):
    async def speak(self, text, prosody):
        print("saying", text, flush=True)
        return await super().speak(text, prosody)

vault = Vault.open(Path(sys.argv[1]), passphrase=sys.argv[2])
mind = build_mind(load_persona("mira"), None, Slow(), time.time, random.Random(1), memory=Memory(vault, time.time()))
mind.run(events.Arrive())
n = 0
while True:
    n += 1
    words = f"The number {n} is about zanzibar marzipan"
    for out in mind.run(events.Say(words)):
        if isinstance(out, events.Heard):
            print("heard", out.text, flush=True)
        if isinstance(out, events.Speech):
            print("said", out.shown, flush=True)
    print("done", n, flush=True)
"""


def talk_and_kill(folder: Path, kind: Kind, times: int) -> int:
    """Kill a talking mind again and again: every word of the user and every sentence handed out is kept. Returns how many were looked
    for."""
    looked_for = 0
    Vault.make(folder, "passphrase", passphrase=GOOD, kind=kind, cheap=True).close()
    for i in range(times):
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, str(folder), GOOD], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3]
        )
        assert child.stdout is not None
        seen: list[str] = []
        while sum(line.startswith("heard") for line in seen) < 2 + i % 4:
            seen.append(child.stdout.readline().strip())
        for _ in range(i % 5):
            seen.append(child.stdout.readline().strip())
        assert b"marzipan" not in raw(folder)
        child.kill()
        seen += [line.strip() for line in child.stdout.read().splitlines(keepends=True) if line.endswith("\n")]
        child.wait()
        child.stdout.close()
        assert b"marzipan" not in raw(folder)
        vault = Vault.open(folder, passphrase=GOOD)
        memory = Memory(vault, 0.0)
        kept = memory.visits.newest(400)
        newest = max(t.visit for t in kept)
        users = [t.user for t in kept if t.visit == newest]
        hers = " ".join(t.hers for t in kept if t.visit == newest)
        for line in seen:
            what, _, words = line.partition(" ")
            looked_for += bool(words)
            if what == "heard" and words:
                assert words in users, (i, words)
            if what == "said":
                assert words in hers, (i, words)
        assert vault.store.read("PRAGMA integrity_check") == [("ok",)]
        vault.close()
    return looked_for


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is Posix's")
def test_a_talk_that_is_killed_loses_at_most_the_sentence_being_made(tmp_path: Path, kind: Kind) -> None:
    assert talk_and_kill(tmp_path, kind, 2) >= 4


@pytest.mark.long
@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is Posix's")
def test_a_talk_killed_a_hundred_times_loses_at_most_the_sentence_being_made(tmp_path: Path, kind: Kind) -> None:
    assert talk_and_kill(tmp_path, kind, 100) >= 200


def test_an_export_is_json_that_others_can_read() -> None:
    user = Person(Vault.loose())
    memory = Memory(user.vault, user.clock())
    whole = json.loads(to_json(memory, {}))
    assert whole["format"] == "visavis export"
    assert hashlib.sha256(to_json(memory, {})).hexdigest() == hashlib.sha256(to_json(memory, {})).hexdigest()
    memory.close(user.clock())
