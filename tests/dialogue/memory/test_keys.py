"""The locks of a vault: what opens them, what does not, and that nothing can be changed unnoticed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.memory import ring
from dialogue.memory.header import FILE, Header
from dialogue.memory.keys import Keys, new_code, read
from dialogue.memory.strength import guesses, is_enough, strength
from dialogue.trouble import MemoryTrouble, WrongKey

GOOD = "lantern orbit cactus"


def made(folder: Path, passphrase: str = GOOD) -> tuple[Keys, str]:
    return Keys.make(folder, "snapshot", protection="passphrase", passphrase=passphrase, cheap=True)


def test_the_passphrase_and_the_code_open_it_and_others_do_not(tmp_path: Path) -> None:
    keys, code = made(tmp_path)
    before = (tmp_path / FILE).read_bytes()
    assert Keys.open(tmp_path, passphrase=GOOD).data_key == keys.data_key
    assert Keys.open(tmp_path, code=code).data_key == keys.data_key
    assert Keys.open(tmp_path, code=code.lower().replace("-", " ").replace("0", "O").replace("1", "l")).data_key == keys.data_key
    for wrong in ({"passphrase": GOOD + "s"}, {"passphrase": ""}, {"code": new_code()}, {}):
        with pytest.raises(WrongKey):
            Keys.open(tmp_path, **wrong)
    assert (tmp_path / FILE).read_bytes() == before
    assert keys.data_key not in before


def test_p02_a_weak_passphrase_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    for weak in ("", "12345678", "password", "aaaaaaaaaaaa", "Summer24", "qwertyui"):
        assert not is_enough(weak), weak
        with pytest.raises(MemoryTrouble, match="too easy"):
            made(tmp_path, weak)
    assert list(tmp_path.iterdir()) == []
    for enough in (GOOD, "tenletters", "x9$Qm!7e"):
        assert is_enough(enough), enough


def test_a_longer_or_rarer_passphrase_is_never_weaker_than_a_word_of_the_list() -> None:
    assert strength("password") == 0
    assert strength("lantern orbit cactus violin") == 4
    assert guesses("password1990") < guesses("pqsvwgrt7361")


@given(st.text(max_size=40))
def test_any_text_has_a_strength(text: str) -> None:
    assert 0 <= strength(text) <= 4


def test_a_change_of_passphrase_rewraps_the_same_key(tmp_path: Path) -> None:
    keys, code = made(tmp_path)
    key = keys.data_key
    other = keys.change("passphrase", "violin marble thunder", cheap=True)
    assert Keys.open(tmp_path, passphrase="violin marble thunder").data_key == key
    assert Keys.open(tmp_path, code=other).data_key == key
    for old in ({"passphrase": GOOD}, {"code": code}):
        with pytest.raises(WrongKey):
            Keys.open(tmp_path, **old)
    with pytest.raises(MemoryTrouble, match="too easy"):
        keys.change("passphrase", "short", cheap=True)
    assert Keys.open(tmp_path, passphrase="violin marble thunder").data_key == key


def test_every_changed_field_of_the_header_is_noticed(tmp_path: Path) -> None:
    made(tmp_path)
    path = tmp_path / FILE
    text = path.read_text()
    for change in (
        lambda h: h["locks"]["passphrase"].update(rounds=2), lambda h: h["locks"].pop("recovery"), lambda h: h.update(store="sqlcipher"),
        lambda h: h.update(name="00" * 8), lambda h: h["locks"].update(extra={"kind": "plain"}), lambda h: h.update(seal="AAAA"),
        lambda h: h["locks"]["passphrase"].update(memory_kib=1 << 40), lambda h: h["locks"]["recovery"].update(salt="AAAA"),
    ):  # fmt: skip
        altered: dict[str, Any] = json.loads(text)
        change(altered)
        path.write_text(json.dumps(altered))
        with pytest.raises(MemoryTrouble):
            Keys.open(tmp_path, passphrase=GOOD)
        assert path.read_text() == json.dumps(altered)
    path.write_text(text)
    Keys.open(tmp_path, passphrase=GOOD)


@given(st.text(max_size=200) | st.binary(max_size=60).map(lambda b: b.decode("latin-1")))
def test_no_text_makes_the_reader_of_headers_fail_in_another_way(text: str) -> None:
    with pytest.raises(MemoryTrouble):
        Header.parse(text, "vault.json")


def test_a_header_of_a_newer_version_says_so(tmp_path: Path) -> None:
    made(tmp_path)
    path = tmp_path / FILE
    path.write_text(path.read_text().replace('"version": 1', '"version": 2'))
    with pytest.raises(MemoryTrouble, match="newer"):
        read(tmp_path)


def test_without_protection_the_key_lies_open_and_is_called_so(tmp_path: Path) -> None:
    keys, code = Keys.make(tmp_path, "snapshot", protection="plain")
    assert code == ""
    assert Keys.open(tmp_path).protection == "plain"
    keys.change("passphrase", GOOD, cheap=True)
    assert "plain" not in json.loads((tmp_path / FILE).read_text())["locks"]
    with pytest.raises(WrongKey):
        Keys.open(tmp_path)


class Ring:
    """A keyring in memory that passes for a real one."""

    name = "a test"

    def __init__(self) -> None:
        self.held: dict[tuple[str, str], str] = {}

    def set_password(self, service: str, account: str, secret: str) -> None:
        self.held[service, account] = secret

    def get_password(self, service: str, account: str) -> str | None:
        return self.held.get((service, account))

    def delete_password(self, service: str, account: str) -> None:
        del self.held[service, account]


def test_the_keyring_holds_the_key_and_loses_it_with_the_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = Ring()
    monkeypatch.setattr(ring, "_backend", lambda: held)
    keys, code = Keys.make(tmp_path, "snapshot", protection="keyring")
    assert Keys.open(tmp_path).data_key == keys.data_key
    assert Keys.open(tmp_path, code=code).data_key == keys.data_key
    keys.change("passphrase", GOOD, cheap=True)
    assert held.held == {}
    assert Keys.open(tmp_path, passphrase=GOOD).data_key == keys.data_key


def test_a_backend_that_writes_secrets_down_counts_as_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import keyring

    plain = type("PlaintextKeyring", (Ring,), {"__module__": "keyrings.alt.file"})()
    chain = type("ChainerBackend", (), {"__module__": "keyring.backends.chainer", "backends": [plain]})()
    for backend in (plain, chain):
        monkeypatch.setattr(keyring, "get_keyring", lambda backend=backend: backend)
        assert ring.name() == ""
        with pytest.raises(MemoryTrouble, match="passphrase instead"):
            Keys.make(tmp_path, "snapshot", protection="keyring")
    assert list(tmp_path.iterdir()) == []
    real = type("Keyring", (Ring,), {"__module__": "keyring.backends.SecretService"})()
    monkeypatch.setattr(keyring, "get_keyring", lambda: type("Chain", (), {"backends": [plain, real]})())
    assert ring.name() == "a test"
