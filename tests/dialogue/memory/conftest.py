"""Somebody who talks to her over several visits."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dialogue.memory.vault import Vault
from tests.dialogue.memory.talking import Person


@pytest.fixture
def user(monkeypatch: pytest.MonkeyPatch) -> Iterator[Person]:
    """Her vault is loose and stands for what lasts."""
    monkeypatch.setattr(Vault, "lasting", property(lambda self: True))
    person = Person(Vault.loose())
    yield person
    # a loose vault closes with its mind's visit unless it is shared, so it is closed here
    person.leave()
    person.vault.close()
