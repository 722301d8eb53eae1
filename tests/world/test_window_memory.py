"""The real window on a virtual display, closed and opened again: she knows whom she met."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from dialogue.memory.vault import Vault
from tests.world.test_window import Desk, furnish

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        not (shutil.which("Xvfb") and shutil.which("xdotool")), reason="needs Xvfb and xdotool (script/setup --dev installs them)"
    ),
]


def test_two_evenings_in_the_window_are_one_acquaintance(tmp_path: Path, profile: Path) -> None:
    furnish(tmp_path, profile)
    Vault.make(tmp_path, "plain").close()
    desk = Desk(tmp_path)
    try:
        desk.wait(lambda s: "her" in str(s["who"]))
        desk.x("type", "--delay", "30", "My dog is called Biscuit")
        desk.x("key", "Return")
        desk.wait(lambda s: "user" in str(s["who"]) and str(s["who"]).endswith("'her']"))
    finally:
        desk.close()  # as by a kill: nothing is tidied up
    desk.report.unlink()
    desk = Desk(tmp_path)
    try:
        desk.wait(lambda s: "her" in str(s["who"]))
        desk.x("type", "--delay", "30", "forget my dog's name")
        desk.x("key", "Return")
        desk.wait(lambda s: "user" in str(s["who"]) and str(s["who"]).endswith("'her']"))
    finally:
        desk.close()
    vault = Vault.open(tmp_path)
    told = " ".join(user for (user,) in vault.store.read("SELECT user FROM turns"))
    assert "Biscuit" not in told
    assert vault.store.read("SELECT count(*) FROM tombstones") == [(1,)], "what the first evening told was known in the second"
    vault.close()
