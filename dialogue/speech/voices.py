"""Which voices there are here, and how one is opened by the key that a user picks it by: `engine:name`.

    espeak:en-us+f3     always          flite:slt           where the program is installed
    endpoint:af_sky     a server's      piper:NAME          where the package and the model NAME.onnx are
                                        system:Samantha     Windows and macOS
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dialogue.client import Endpoint
from dialogue.speech import flite, piper, system
from dialogue.speech.chain import ChainVoice
from dialogue.speech.espeak import EspeakVoice
from dialogue.speech.extra import install_line
from dialogue.speech.flite import FliteVoice
from dialogue.speech.languages import espeak_name
from dialogue.speech.long import speak_long
from dialogue.speech.piper import PiperVoice
from dialogue.speech.served import ServedVoice
from dialogue.speech.sound import NO_HABIT, Habit, Prosody, Utterance, Voice
from dialogue.speech.system import SystemVoice
from dialogue.trouble import Trouble, VoiceTrouble

ESPEAK = ("en-us+f3", "en-us+f2", "en-us+f4", "en-us+f5", "gmw/en-gb-x-rp+f3", "en-us+m3", "en-us+m1", "en-us+m7")
"""Variants worth offering; espeak-ng has more, which `espeak:NAME` reaches."""


Own = Mapping[str, str | Sequence[str]]
"""A person's own voices: engine to a name, or to names of which the first that is here is taken; the most natural engine first."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One voice that can be chosen. `natural`: recorded or learned from people."""

    key: str
    about: str
    natural: bool


async def spoken_once(voice: Voice, text: str, prosody: Prosody) -> Utterance:
    """One utterance of a voice that is closed afterwards. Raises `VoiceTrouble`."""
    try:
        return await speak_long(voice, text, prosody)
    finally:
        await voice.aclose()


_KOKORO = {"b": "gmw/en-gb-x-rp", "e": "es", "f": "fr", "h": "hi", "i": "it", "j": "ja", "p": "pt-br", "z": "cmn"}


@dataclass(frozen=True, slots=True)
class Sources:
    """Where voices come from that are not of this program: the user's server, with the language that its voice speaks (espeak-ng's name,
    empty where nobody said), and the folder of models that the user fetched."""

    endpoint: Endpoint | None = None
    folder: Path | None = None
    language: str = ""


def offers(sources: Sources = Sources(), voices_of_endpoint: Sequence[str] = ()) -> list[Offer]:
    """All voices that could speak here, the natural ones first."""
    endpoint = sources.endpoint
    out = [Offer(f"endpoint:{name}", f"from {endpoint.name}; what she says is sent there", True) for name in voices_of_endpoint if endpoint]
    out += [Offer(f"system:{name}", f"this computer's own, {language}", True) for name, language in system.names()]
    if sources.folder is not None and piper.installed():
        out += [Offer(f"piper:{name}", "Piper, offline", True) for name in piper.models(sources.folder)]
    if flite.installed():
        out += [Offer(f"flite:{name}", f"flite, offline, English, {about}", True) for name, about in (("slt", "female"), ("rms", "male"))]
    out += [Offer(f"espeak:{name}", "espeak-ng, offline, clear but mechanical", False) for name in ESPEAK]
    return out


def open_one(key: str, habit: Habit = NO_HABIT, sources: Sources = Sources()) -> Voice:
    """A voice by its key; a key without an engine is espeak-ng's. Raises `VoiceTrouble` for one that cannot exist here."""
    engine, colon, name = key.partition(":")
    if not colon:
        engine, name = "espeak", key
    match engine:
        case "espeak":
            return EspeakVoice(name, habit)
        case "flite":
            return FliteVoice(name, habit)
        case "system":
            return SystemVoice(name, habit, language=espeak_name(dict(system.names()).get(name, "")))
        case "piper" if sources.folder is not None and piper.installed():
            return PiperVoice(sources.folder / f"{name}.onnx", habit)
        case "piper":
            raise VoiceTrouble(f"Piper is not installed; run {install_line()}.")
        case "endpoint" if sources.endpoint is not None and name:
            language = espeak_name(sources.language) if sources.language else language_of(name)
            return ServedVoice(sources.endpoint, name, habit, language=language)
        case "endpoint":
            raise VoiceTrouble("A voice of a server needs its address and its name; set both in Settings.")
    raise VoiceTrouble(f"The voice {key!r} is of no known engine; write espeak:, flite:, piper:, system: or endpoint: before its name.")


def language_of(name: str) -> str:
    """espeak-ng's name of the language of a server's voice by the voice's name, as Kokoro names them: `ef_dora` speaks Spanish. English for
    any other."""
    return _KOKORO.get(name[0], "en-us") if re.match(r"[a-z][fm]_\w", name) else "en-us"


def own_here(own: Own, sources: Sources = Sources(), system_names: Sequence[str] | None = None) -> list[str]:
    """Keys of a person's own voices that are here, the first of each engine, in the person's order. `system_names`: of the system's
    voices, asked for where they are not given."""
    here = {
        "piper": piper.models(sources.folder) if sources.folder is not None and piper.installed() else [],
        "system": [name for name, _ in system.names()] if system_names is None else list(system_names),
        "flite": list(flite.F0_HZ) if flite.installed() else [],
    }
    found = []
    for engine, names in own.items():
        for name in (names,) if isinstance(names, str) else names:
            if engine not in here or name in here[engine]:
                found.append(f"{engine}:{name}")
                break
    return found


def open_voice(key: str, own: Own, habit: Habit, sources: Sources = Sources()) -> ChainVoice:
    """The chosen voice with what may step in behind it. `own`: the person's own voices by engine, `espeak` at least; `key` empty: the
    most natural of them that is here. The person's habits are those of their own voices."""
    chain: list[Voice] = []
    trouble: Trouble | None = None
    mine = own_here(own, sources)
    wanted = [key, *mine] if key else mine
    for k in dict.fromkeys(wanted):
        try:
            chain.append(open_one(k, habit if k in mine else Habit(rate_pct=habit.rate_pct), sources))
        except Trouble as error:
            trouble = trouble or error
    if not chain:
        raise trouble or VoiceTrouble("No voice is left; run 'visavis doctor' to see what is missing.")
    return ChainVoice(chain, str(trouble or ""))
