"""What `visavis doctor --privacy` says: what of the user lies where, how it is protected, and what may connect."""

from __future__ import annotations

from pathlib import Path

from dialogue.memory.vault import state_of
from dialogue.trouble import MemoryTrouble
from world.settings import Settings, default_profile, load

HERE = "all of it is done on this computer"


def kept_and_sent(profile: Path) -> list[dict[str, str]]:
    """Rows of what, where and how, from the settings alone: nothing is opened or asked. Raises `SettingsTrouble`."""
    return [*_kept(profile), *_sent(load(profile))]


def _row(what: str, where: str, how: str) -> dict[str, str]:
    return {"what": what, "where": where, "how": how}


def _kept(profile: Path) -> list[dict[str, str]]:
    lock = "adults-only.lock"
    return [
        _row("settings", str(profile / "settings.json"), "plain, readable by you alone; holds a server's key where you set one"),
        _row("that you are an adult", str(profile / "adult.json"), "plain: yes, the day and the way you said so, never the date of birth"),
        _row("the adult lock", f"{profile / lock} and {default_profile().parent / lock}", "plain: only that it is closed"),
        _row("her body, made ready", str(profile / "cache"), "plain: shapes and colours of the stock people, nothing of you"),
        _row("fetched voices and ears", f"{profile / 'voices'}, {profile / 'ears'}", "plain: files that anybody can fetch"),
        _row("talk, facts, moods", *memory_state(profile)),
        _row("consent, limits, counters", *memory_state(profile)),
        _row("logs", "the terminal", "no word of a talk at any level that is shown"),
    ]


def memory_state(profile: Path) -> tuple[str, str]:
    """Where what she remembers lies, and how it is protected."""
    guarded = {
        "none": "held in memory until the window closes; nothing is written until you choose a protection",
        "passphrase": "encrypted; your passphrase opens it, or its recovery code",
        "keyring": "encrypted; this account's keyring opens it, or its recovery code",
        "plain": "NOT protected: whoever reads this disk can read it",
    }
    try:
        state = state_of(profile)
    except MemoryTrouble as trouble:
        return str(profile), str(trouble)
    return ("nowhere" if state == "none" else str(profile)), guarded[state]


def _sent(settings: Settings) -> list[dict[str, str]]:
    brain = settings.brain.base_url if settings.brain.kind == "endpoint" else ""
    hidden = ", with names and numbers hidden" if settings.brain.redact else ""
    parts = (
        ("mind", brain, f"what you write and what she knows of you{hidden}"),
        ("voice", settings.voice.base_url, "what she says"),
        ("ear", settings.ear.base_url, "the sound of what you say"),
        ("search of memories", settings.memory.base_url, f"the words of what she remembers{hidden}"),
    )
    rows = [
        _row(f"connects: {what}", address or "nowhere", f"{sent} goes to this address and to no other" if address else HERE)
        for what, address, sent in parts
    ]
    return [
        *rows,
        _row("connects: visavis get", "the hosts that it names", "only after a yes; sends nothing of you"),
        _row("connects: anything else", "nowhere", "no account, no statistics, no updates, nothing for training"),
    ]
