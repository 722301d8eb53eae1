"""Where the mind's texts and tables come from: JSON files in the assets folder, read once."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

from dialogue.trouble import SettingsTrouble


def asset_bytes(name: str) -> bytes:
    """The raw content of an asset such as `mind/topics.json`; `SettingsTrouble` when it is missing."""
    try:
        return files("world.assets").joinpath(name).read_bytes()
    except (OSError, ModuleNotFoundError) as error:
        raise SettingsTrouble(f"The file assets/{name} is missing or unreadable; install Visavis again to restore it.") from error


@cache
def asset_json(name: str) -> Any:
    """A JSON asset, parsed once. Callers must not change what they get."""
    try:
        return json.loads(asset_bytes(name).decode("utf-8"))
    except ValueError as error:
        raise SettingsTrouble(f"The file assets/{name} is not valid JSON; install Visavis again to restore it.") from error
