"""What the settings choose, as things that work: the endpoint, the voice and where voices come from."""

from __future__ import annotations

from pathlib import Path

from dialogue.client import Endpoint
from dialogue.memory.embed import Embedder, ServedEmbedder
from dialogue.safety.wellbeing import Limits
from dialogue.speech.chain import ChainVoice
from dialogue.speech.ear.sherpa import local_ear
from dialogue.speech.voices import Sources, open_voice
from dialogue.trouble import SettingsTrouble, Trouble
from world.people import Person
from world.settings import Settings


def endpoint_of(settings: Settings) -> Endpoint | None:
    """The user's endpoint, None for the built-in brain. Raises `SettingsTrouble` when its address is missing."""
    if settings.brain.kind != "endpoint":
        return None
    if not settings.brain.base_url:
        raise SettingsTrouble(
            "settings.json, field brain.base_url is empty; give the address of your endpoint, or choose the built-in mind."
        )
    return Endpoint(settings.brain.base_url, settings.brain.model, settings.brain.api_key, settings.brain.redact)


def limits_of(settings: Settings) -> Limits:
    """The limits of the user's own time."""
    own = settings.safety
    return Limits(own.break_min, own.daily_min, own.quiet_from, own.quiet_to, own.hard_stop)


def embedder_of(settings: Settings) -> Embedder:
    """Where the vectors of the memory's search come from."""
    own = settings.memory
    if not own.base_url or not own.model:
        return Embedder()
    return ServedEmbedder(Endpoint(own.base_url, own.model, own.api_key, settings.brain.redact))


def voice_sources(settings: Settings, profile: Path) -> Sources:
    """The server of the user's voice, and the folder of fetched ones."""
    voice = settings.voice
    return Sources(Endpoint(voice.base_url, voice.model, voice.api_key) if voice.base_url else None, profile / "voices", voice.language)


def voice_of(settings: Settings, person: Person, profile: Path) -> ChainVoice:
    """The chosen voice, or the person's own, with what steps in for it."""
    return open_voice(settings.voice.voice, person.voices, person.habit, voice_sources(settings, profile))


def murmurs(settings: Settings) -> bool:
    """Whether she says a word while the user speaks: where that is wished, and she can be heard."""
    return settings.ear.murmurs and not settings.voice.muted and settings.voice.volume > 0


def ear_of_settings(settings: Settings) -> tuple[str, ...]:
    """What makes another ear when it changes."""
    ear = settings.ear
    return ear.mode, ear.device, ear.base_url, ear.model, ear.api_key, ear.language


def ear_here(settings: Settings, profile: Path) -> str:
    """Name of what would understand speech on this computer; empty where a server does, nothing here can, or nobody wants it."""
    if settings.ear.base_url or settings.ear.mode == "off":
        return ""
    try:
        return local_ear(profile / "ears", settings.ear.language).name
    except Trouble:
        return ""


def voice_of_settings(settings: Settings) -> tuple[str, ...]:
    """What makes another voice when it changes."""
    voice = settings.voice
    return voice.voice, voice.base_url, voice.model, voice.api_key, voice.language
