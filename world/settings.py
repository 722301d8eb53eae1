"""One settings file, validated, with `VISAVIS_*` variables over it.

An endpoint comes from here alone: keys, addresses and proxies that lie around in the environment for other programs are
never used.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from platformdirs import user_data_path
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dialogue.files import write_whole
from dialogue.trouble import SettingsTrouble

FILE = "settings.json"
Quality = Literal["low", "medium", "high"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="allow", validate_assignment=True)  # fields of a newer version survive


class BrainSettings(_Part):
    """kind: `embedded` needs nothing; `endpoint` talks to `base_url` (OpenAI-compatible, ending in /v1). redact: names, mail, numbers and
    addresses are hidden from it."""

    kind: Literal["embedded", "endpoint"] = "embedded"
    base_url: str = ""
    api_key: str = ""
    model: str = ""
    redact: bool = False


class VoiceSettings(_Part):
    """voice: `engine:name` as in `dialogue.speech.voices`, empty for the person's own. base_url, api_key, model: the server of a voice
    `endpoint:name`. language: which it speaks, as espeak-ng calls it; empty: told from its name, else English. device: name of the
    speakers, empty for the system's own. volume: 0..1. offset_ms: lips against sound."""

    voice: str = ""
    base_url: str = ""
    api_key: str = ""
    model: str = ""
    language: str = Field(default="", pattern=r"^[A-Za-z0-9/-]*$")
    device: str = Field(default="", pattern=r"^[^\r\n]*$")
    volume: float = Field(default=0.9, ge=0, le=1)
    muted: bool = False
    offset_ms: int = Field(default=0, ge=-100, le=150)


class EarSettings(_Part):
    """mode: `held` listens while the key or the button is held, `free` all the time, `off` never. device: a microphone's name, empty
    for the system's own. base_url, api_key, model: the server that understands speech; without an address this computer does.
    language: two letters, empty to find out. murmurs: she says "mm-hm" now and then while you speak."""

    mode: Literal["off", "held", "free"] = "held"
    device: str = ""
    base_url: str = ""
    api_key: str = ""
    model: str = ""
    language: str = ""
    murmurs: bool = True


class SafetySettings(_Part):
    """break_min: minutes to a break reminder. daily_min: minutes a day, 0 for no limit. quiet_from, quiet_to: `HH:MM`, empty for none.
    hard_stop: beyond a limit she answers no more. second_opinion: the own endpoint is asked too whether a message tells of danger."""

    break_min: int = Field(default=90, ge=15, le=180)
    daily_min: int = Field(default=0, ge=0, le=1440)
    quiet_from: str = Field(default="", pattern=r"^(?:([01]\d|2[0-3]):[0-5]\d)?$")
    quiet_to: str = Field(default="", pattern=r"^(?:([01]\d|2[0-3]):[0-5]\d)?$")
    hard_stop: bool = False
    second_opinion: bool = False


class MemorySettings(_Part):
    """reads: an own endpoint is also asked, after each reply, for facts in what was said. base_url, api_key, model: a server of
    embeddings, for a finer search; without an address this computer does."""

    reads: bool = True
    base_url: str = ""
    api_key: str = ""
    model: str = ""


class WindowSettings(_Part):
    """text_size: points at 100 %."""

    text_size: float = Field(default=17.0, ge=11, le=40)
    captions: bool = True
    width: int = Field(default=1280, ge=480, le=16384)
    height: int = Field(default=720, ge=360, le=16384)
    full_screen: bool = False


class Settings(_Part):
    """All that a user chooses. `person` is a stock person or a recipe's name; `country` two letters for help lines. `voices_offered`:
    more voices were offered, which happens once. `welcomed`: the first evening's steps were gone through; False while they are open, None
    where there was nothing to go through."""

    version: Literal[1] = 1
    user_name: str = ""
    person: str = "mira"
    country: str = ""
    voices_offered: bool = False
    welcomed: bool | None = None
    quality: Quality | Literal["auto"] = "auto"
    brain: BrainSettings = BrainSettings()
    voice: VoiceSettings = VoiceSettings()
    ear: EarSettings = EarSettings()
    memory: MemorySettings = MemorySettings()
    safety: SafetySettings = SafetySettings()
    window: WindowSettings = WindowSettings()


def default_profile() -> Path:
    """The user's data folder for Visavis; nothing is created."""
    return user_data_path("visavis", appauthor=False)


def load(profile: Path, environ: Mapping[str, str] = os.environ) -> Settings:
    """Settings of a profile, defaults where there is no file. Raises `SettingsTrouble` for a file that cannot be used."""
    path = profile / FILE
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        text = "{}"
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsTrouble(f"{path} cannot be read ({error}); mend it or move it away to start with defaults.") from error
    try:
        data = json.loads(text)
        settings = Settings.model_validate(data)
    except json.JSONDecodeError as error:
        raise SettingsTrouble(
            f"{path} is not valid JSON (line {error.lineno}: {error.msg}); mend it or move it away to start with defaults."
        ) from error
    except ValidationError as error:
        raise SettingsTrouble(f"{path}: {_first(error)}; mend it or move the file away to start with defaults.") from error
    return _overlay(settings, environ)


def save(settings: Settings, profile: Path) -> None:
    """Written beside and renamed, readable by the user alone (it may hold a key). Raises `SettingsTrouble`."""
    path = profile / FILE
    try:
        profile.mkdir(parents=True, exist_ok=True)
        write_whole(path, settings.model_dump_json(indent=2).encode())
    except OSError as error:
        raise SettingsTrouble(f"{path} cannot be written ({error.strerror}); choose another folder with --profile.") from error


def keep(profile: Path, **fields: object) -> None:
    """Change fields in the file alone; what the environment says for this run is not kept with them. Raises `SettingsTrouble`."""
    kept = load(profile, {})
    for name, value in fields.items():
        setattr(kept, name, value)
    save(kept, profile)


def _overlay(settings: Settings, environ: Mapping[str, str]) -> Settings:
    changes: dict[str, Any] = {}
    for variable, field in (("VISAVIS_BASE_URL", "base_url"), ("VISAVIS_API_KEY", "api_key"), ("VISAVIS_MODEL", "model")):
        if environ.get(variable):
            changes[field] = environ[variable]
    if "base_url" in changes:
        changes["kind"] = "endpoint"
    if changes:
        settings.brain = settings.brain.model_copy(update=changes)
    return settings


def _first(error: ValidationError) -> str:
    problem = error.errors()[0]
    place = ".".join(str(p) for p in problem["loc"]) or "the file"
    return f"field {place}: {problem['msg']}"
