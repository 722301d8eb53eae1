"""Every error that a user may see.

Trouble                  one sentence: what, where, the way out
 ├─ SettingsTrouble      a settings, persona or data file cannot be read or written
 ├─ BrainTrouble         an endpoint does not answer, or answers nonsense
 ├─ VoiceTrouble         no speech could be made
 │   ├─ WrongLanguage    this voice cannot say these words; another can
 │   └─ TooLate          this voice keeps one waiting
 ├─ EarTrouble           no speech could be heard or understood
 ├─ MemoryTrouble        the encrypted store cannot be opened, read or written
 │   ├─ WrongKey         a passphrase or recovery code does not open it
 │   └─ VaultBusy        another program of ours has it open
 ├─ FetchTrouble         a voice or a speech model could not be fetched, kept or removed
 └─ NotAllowed           the adult gate, a lock or a limit says no (commands exit 2)
"""

from __future__ import annotations


class Trouble(Exception):  # noqa: N818  # it is shown to people, and reads better without `Error`
    """Something a user can act on; `str(error)` is the one sentence that is shown."""


class SettingsTrouble(Trouble):
    """A file of ours is unreadable, invalid or unwritable; the sentence names file, field and cure."""


class BrainTrouble(Trouble):
    """The configured endpoint failed; the embedded brain goes on."""


class VoiceTrouble(Trouble):
    """The voice failed; the words are still shown."""


class WrongLanguage(VoiceTrouble):
    """A voice has no sounds for these words; it is as good as before for others."""


class TooLate(VoiceTrouble):
    """A voice gave nothing in time; who asks it again waits again."""


class TooLong(VoiceTrouble):
    """A sound of more than ten minutes."""


class EarTrouble(Trouble):
    """The microphone or what understands it failed; the user can still type."""


class FetchTrouble(Trouble):
    """Nothing half done is in use; what came well so far may be gone on with."""


class MemoryTrouble(Trouble):
    """The encrypted store failed; nothing of it was overwritten."""


class WrongKey(MemoryTrouble):
    """What was typed does not open the store."""


class VaultBusy(MemoryTrouble):
    """One writer at a time."""


class NotAllowed(Trouble):
    """Refused by a safety rule, not by a fault."""
