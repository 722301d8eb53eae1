"""`visavis doctor`: what works, what does not, why, and the cure. Exit 1 when she could not be met at all."""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from dialogue.client import Endpoint
from dialogue.trouble import BrainTrouble, SettingsTrouble, Trouble
from world.commands.common import add_profile, say
from world.commands.privacy import kept_and_sent
from world.native import quietly
from world.people import chosen
from world.settings import Settings, load

State = Literal["ok", "absent", "broken"]
_SIGN = {"ok": "✓", "absent": "–", "broken": "✗"}


@dataclass(frozen=True, slots=True)
class Finding:
    """state: `absent` is a lack one can live with. needed: without it the main job cannot run."""

    name: str
    state: State
    reason: str
    cure: str = ""
    needed: bool = False


_NO_SOUND = Finding("sound", "absent", "no sound device: she speaks silently, in time", "connect speakers or start the sound server")


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = commands.add_parser("doctor", help="check this computer and say what is missing")
    add_profile(parser)
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")
    parser.add_argument("--privacy", action="store_true", help="say what is kept where, how it is protected, and what may connect")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Check everything; nothing is changed."""
    if args.privacy:
        rows = kept_and_sent(args.profile)
        say(rows, args.json, "\n".join(f"{row['what']:<26} {row['where']}\n  {'':<24} {row['how']}" for row in rows))
        return 0
    findings = list(examine(args.profile))
    able = not any(f.needed and f.state == "broken" for f in findings)
    lines = []
    for f in findings:
        lines.append(f"{_SIGN[f.state]} {f.name:<10} {f.reason}")
        if f.cure:
            lines.append(f"  {'':<10} → {f.cure}")
    lines.append("You can meet her." if able else "She cannot be met before the points marked ✗ are cured.")
    say({"findings": [asdict(f) for f in findings], "able": able}, args.json, "\n".join(lines))
    return 0 if able else 1


def examine(profile: Path) -> Iterator[Finding]:
    """One finding a subject, in the order in which a start needs them."""
    settings = Settings()
    try:
        settings = load(profile)
        chosen(settings)
        if settings.country and not (len(settings.country) == 2 and settings.country.isalpha()):
            raise SettingsTrouble(f"settings.json, field country: {settings.country!r} is not two letters, such as US.")
        yield Finding("settings", "ok", f"read from {profile}", needed=True)
    except Trouble as trouble:
        yield Finding("settings", "broken", str(trouble), "mend or move the named file", needed=True)
    yield _folder(profile)
    yield _opengl()
    yield _display()
    yield _audio()
    yield _voice(settings, profile)
    yield _lips()
    yield _ear(settings, profile)
    yield _safety()
    yield _memory(profile)
    yield _endpoint(settings)
    yield _headset()
    yield _film()


def examine_running(profile: Path, settings: Settings, renderer: str, audible: bool) -> Iterator[Finding]:
    """The same for a program that runs: its picture is drawn by `renderer`, its sound device is open or not. Any thread may ask."""
    yield _folder(profile)
    software = "llvmpipe" in renderer or "softpipe" in renderer
    slow = "choose quality low in Settings, or install your graphics card's driver" if software else ""
    drawn = f"drawn by {renderer}" + (", without a graphics card" if software else "")
    yield Finding("picture", "absent" if software else "ok", drawn, slow)
    yield Finding("sound", "ok", "a sound device is open") if audible else _NO_SOUND
    yield _voice(settings, profile)
    yield _lips()
    yield _ear(settings, profile)
    yield _safety()
    yield _endpoint(settings)


def _folder(profile: Path) -> Finding:
    import os
    import tempfile

    place = profile
    while not place.exists() and place != place.parent:
        place = place.parent
    try:
        with tempfile.TemporaryFile(dir=place):
            return Finding("data", "ok", f"{profile} can be written", needed=True)
    except OSError as error:
        cure = "choose another folder with --profile, or give yourself the right to write there"
        return Finding("data", "broken", f"{profile}: {os.strerror(error.errno or 0)}", cure, needed=True)


def _opengl() -> Finding:
    from world.output.offscreen import Offscreen

    try:
        output = Offscreen((32, 32), fine=False)
    except Trouble as trouble:
        return Finding("picture", "broken", str(trouble), "script/setup installs what is missing on Debian and Ubuntu", needed=True)
    gsg = output.graphics.get_gsg()
    version = (gsg.get_driver_version_major(), gsg.get_driver_version_minor())
    name = gsg.get_driver_renderer()
    output.close()
    if version < (3, 3):
        found = f"{name} offers OpenGL {version[0]}.{version[1]}, 3.3 is needed"
        return Finding("picture", "broken", found, "update the graphics driver", needed=True)
    return Finding("picture", "ok", f"OpenGL {version[0]}.{version[1]}, {name}", needed=True)


def _display() -> Finding:
    from world.commands.run import has_display

    if has_display():
        return Finding("display", "ok", "a window can be opened")
    return Finding("display", "absent", "no display: a demo is recorded instead", "start from a desktop session, or set DISPLAY")


def _audio() -> Finding:
    from world.openal import open_player

    player = open_player(time.monotonic)
    audible = player.audible
    player.close()
    if audible:
        return Finding("sound", "ok", "a sound device is open")
    return _NO_SOUND


def _voice(settings: Settings, profile: Path) -> Finding:
    from dialogue.speech.sound import Prosody
    from dialogue.speech.voices import spoken_once
    from world.choices import voice_of
    from world.people import chosen

    try:
        voice = voice_of(settings, chosen(settings), profile)
        said = asyncio.run(spoken_once(voice, "Hello.", Prosody()))
    except Trouble as trouble:
        return Finding("voice", "broken", str(trouble), "run script/setup again")
    if said.trouble:
        return Finding("voice", "broken", said.trouble, "choose another voice in Settings")
    return Finding("voice", "ok", f"{voice.name} speaks at {said.rate_hz} Hz")


def _lips() -> Finding:
    from dialogue.speech.align import sphinx

    if sphinx.installed():
        return Finding("lips", "ok", "English is matched to sound by pocketsphinx, other languages by our own network")
    return Finding("lips", "ok", "every language is matched to sound by our own network")


def _ear(settings: Settings, profile: Path) -> Finding:
    from dialogue.speech.ear.activity import open_activity
    from dialogue.speech.ear.microphone import devices
    from dialogue.speech.ear.own import OwnVoice
    from world.hearing import open_ear

    if settings.ear.mode == "off":
        return Finding("ear", "ok", "switched off: no microphone is opened")
    try:
        ear = open_ear(settings.ear, profile, time.monotonic, OwnVoice())
    except Trouble as trouble:
        return Finding("ear", "absent", str(trouble), "run visavis get, or name a server in Settings")
    name = ear.understands
    ear.close()
    found = devices()
    if not found:
        return Finding("ear", "absent", f"no microphone was found; {name} would understand you", "connect one, or type")
    good = f"{len(found)} microphone{'s' if len(found) > 1 else ''}; {open_activity().name} hears when you speak, {name} understands"
    cure = "visavis get whisper-base understands far better" if name == "pocketsphinx" else ""
    return Finding("ear", "ok", good + (f" (one word in five is wrong; {cure})" if cure else ""))


def _safety() -> Finding:
    unchecked = unchecked_lines()
    good = "the table of crisis lines is in place"
    if unchecked:
        good += f"; nobody has compared these with the services' own pages: {', '.join(unchecked)}"
    finding = _attempt("safety", good, _read_crisis, "reinstall Visavis", needed=True)
    old = old_lines(date.today())
    if finding.state == "ok" and old:
        cure = "install a newer Visavis, or compare them with the services' own pages"
        return Finding("safety", "absent", f"these crisis lines were last looked at more than twelve months ago: {', '.join(old)}", cure)
    return finding


def _memory(profile: Path) -> Finding:
    from dialogue.memory.store import cipher_installed
    from dialogue.memory.vault import state_of

    try:
        state = state_of(profile)
    except Trouble as trouble:
        return Finding("memory", "broken", str(trouble), "put back a copy of the profile's folder")
    kind = "SQLCipher" if cipher_installed() else "an encrypted snapshot and journal (SQLCipher cannot be loaded)"
    if state == "none":
        return Finding("memory", "ok", f"none yet: nothing is kept; it would be kept by {kind}")
    if state == "plain":
        return Finding("memory", "ok", "NOT PROTECTED: whoever reads this disk can read it; visavis memory passphrase guards it")
    return Finding("memory", "ok", f"encrypted by {kind}; {'a passphrase' if state == 'passphrase' else 'the keyring'} opens it")


def _read_crisis() -> None:
    from dialogue.safety import crisis

    crisis.check_table()


def _endpoint(settings: Settings) -> Finding:
    if settings.brain.kind != "endpoint":
        return Finding("mind", "ok", "built in: nothing is sent anywhere")

    from world.choices import endpoint_of

    def ask() -> None:
        found = endpoint_of(settings)
        assert found is not None
        asyncio.run(_probe(found))

    return _attempt("mind", f"{settings.brain.base_url} answers", ask, "she goes on with the built-in mind meanwhile")


async def _probe(endpoint: Endpoint) -> None:
    from dialogue.brain.endpoint import EndpointBrain

    brain = EndpointBrain(endpoint)
    try:
        models = await brain.probe()
    finally:
        await brain.close()
    if models and endpoint.model not in models:
        known = ", ".join(models[:8])
        raise BrainTrouble(f"{endpoint.base_url} has no model {endpoint.model!r}; it offers {known}: choose one in the settings.")


def unchecked_lines() -> list[str]:
    """Countries whose help lines nobody has compared with the page of the service itself."""
    from dialogue.data import asset_json

    return [country for country, entry in asset_json("safety/crisis.json")["countries"].items() if not entry["checked"]]


def old_lines(today: date) -> list[str]:
    """Countries whose help lines nobody has looked at for twelve months."""
    from dialogue.data import asset_json

    table = asset_json("safety/crisis.json")
    found = []
    for country, entry in table["countries"].items():
        looked = max(entry["checked"] or "", entry.get("seen") or "") or table["written"]
        if (today - date.fromisoformat(looked)).days > 365:
            found.append(country)
    return found


def _headset() -> Finding:
    cure = "start SteamVR, Monado or your headset's own program"
    try:
        import xr

        with quietly():
            extensions = len(xr.enumerate_instance_extension_properties())
    except Exception as error:  # the loader raises its own kinds, and ImportError where it is not installed
        return Finding("headset", "absent", f"no OpenXR runtime ({type(error).__name__})", cure)
    return Finding("headset", "ok", f"an OpenXR runtime with {extensions} extensions")


def _film() -> Finding:
    from world.media import ffmpeg

    return _attempt("film", "ffmpeg is there", lambda: _ignore(ffmpeg()), "run script/setup")


def _ignore(_: object) -> None:
    """The call was the test."""


def _attempt(name: str, good: str, test: Callable[[], None], cure: str, *, needed: bool = False) -> Finding:
    try:
        test()
    except Trouble as trouble:
        return Finding(name, "broken", str(trouble), cure, needed)
    return Finding(name, "ok", good, needed=needed)
