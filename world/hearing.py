"""What the ear notices, as acts of hers: she looks up, falls silent, nods, answers.

First sign of speech: her sound ducks by 12 dB and her eyes come to you. Sure that it is speech: she stops, and so does the mind.
You fall silent: brows and a nod, before it is known that you are done. It was nothing: her sound comes back.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from typing import Literal

from dialogue.client import Endpoint
from dialogue.speech.ear.activity import open_activity
from dialogue.speech.ear.ear import Ear, Failed, Words
from dialogue.speech.ear.microphone import DeviceMicrophone
from dialogue.speech.ear.own import OwnVoice
from dialogue.speech.ear.sherpa import local_ear
from dialogue.speech.ear.transcribe import ServedTranscriber, SphinxTranscriber, Transcriber
from dialogue.speech.ear.turns import Began, Dropped, Ended, Paused, Sure
from dialogue.trouble import Trouble
from world.director import Director
from world.murmur import Listener
from world.settings import EarSettings

DUCKED = 0.25
"""-12 dB."""
_LOUD = 0.9  # how much she is spoken to while the user speaks aloud
BADLY = (
    "Spoken words are understood badly here, one in five is wrong, for nothing better is installed: fetch a model under Settings, "
    "More voices, or name a server of yours."
)
_ENOUGH = 600  # letters that are an answer's worth, however long somebody (or a radio) goes on

State = Literal["off", "ready", "hearing", "understanding"]


class Hearing:
    """Joins an ear to a director. `say` takes the user's words, `hush` ends what she says, `trouble` shows a sentence, `listener` answers
    pauses."""

    def __init__(
        self, ear: Ear, say: Callable[[str], None], hush: Callable[[], None], trouble: Callable[[str], None], listener: Listener
    ) -> None:
        self.ear, self.listener = ear, listener
        self._say, self._hush, self._trouble = say, hush, trouble
        self._speaking = self._sure = False
        self._kept = ""  # words of somebody who goes on speaking

    @property
    def state(self) -> State:
        """For the user's eyes: whether the microphone is open, and what becomes of what was said."""
        if self.ear.open and (self._speaking or not self.ear.free):
            return "hearing"
        if self.ear.waiting:
            return "understanding"
        return "ready" if self.ear.open else "off"

    @property
    def waits(self) -> bool:
        """A closed ear has not told everything yet."""
        return self.ear.busy or bool(self._kept)

    def step(self, director: Director) -> None:
        """Once a frame, before the director's own step."""
        self._take(director)
        director.hearing, director.loudness = (_LOUD, DUCKED) if self._speaking else (0.0, 1.0)
        if self._sure and director.answering:  # what she says was on its way already when they went on
            self._hush()

    def _take(self, director: Director) -> None:
        for what in self.ear.poll():
            match what:
                case Began():
                    self._begin(director)
                case Sure():
                    self._sure = True
                    self._interrupt(director)
                    self.listener.sure(director)
                case Paused():
                    self.listener.paused(director)
                case Dropped():
                    self._end()
                    self._finish()
                case Ended():
                    self.listener.done(director)
                    self._end()
                    director.character.gaze.look_at_viewer()
                case Words(text=text):
                    self._understood(text)
                case Failed(sentence=sentence):
                    if not self.ear.open:  # else somebody may be speaking on
                        self._end()
                    self._finish()
                    self._trouble(sentence)

    def _begin(self, director: Director) -> None:
        self._speaking = True
        self.listener.began()
        director.character.attend()
        if not self.ear.free:  # who presses the key means it
            self._sure = True
            self._interrupt(director)

    def _interrupt(self, director: Director) -> None:
        if not director.idle:
            self._hush()

    def _end(self) -> None:
        self._speaking = self._sure = False
        self.listener.ended()

    def _understood(self, text: str) -> None:
        self._kept = f"{self._kept} {text}".strip()
        if self._kept:
            self._finish()
        elif not self.ear.free:
            self._trouble("I heard no words; hold the key while you speak, and see that the right microphone is chosen in Settings.")

    def _finish(self) -> None:
        """Hand over what was understood, unless more of it comes: who pauses to think is not answered in the middle."""
        if self._kept and (len(self._kept) > _ENOUGH or not (self._speaking or self.ear.waiting)):
            said, self._kept = self._kept, ""
            self._say(said)


def open_ear(look: EarSettings, profile: Path, clock: Callable[[], float], own: OwnVoice) -> Ear:
    """The ear of the user's choice, its microphone shut until `press`. Raises `Trouble` when nothing here understands speech."""
    if look.base_url:
        understands: Transcriber = ServedTranscriber(Endpoint(look.base_url, look.model, look.api_key), look.language)
    else:
        understands = local_ear(profile / "ears", look.language)
    return Ear(partial(DeviceMicrophone, look.device), open_activity, understands, clock, own, free=look.mode == "free")


class Listening:
    """The ear of the settings, opened anew when they change, and why there is none. A free one listens where the user did not switch it
    off and somebody is there to answer (`ready`)."""

    def __init__(
        self, profile: Path, own: OwnVoice, clock: Callable[[], float], say: Callable[[str], None], hush: Callable[[], None],
        trouble: Callable[[str], None], murmur: Callable[[], None],
    ) -> None:  # fmt: skip
        self._profile, self._own, self._clock = profile, own, clock
        self._listener = Listener(murmur, clock, Random())
        self._hush, self._trouble = hush, trouble
        self._say = self._honest(say)
        self._hearing: Hearing | None = None
        self._former: list[Hearing] = []  # ears that are closed and still understand
        self._deaf = ""
        self._wanted, self._ready, self._pressed = True, False, False

    def _honest(self, say: Callable[[str], None]) -> Callable[[str], None]:
        """Says once, at the first words, who it is that understood them, where that is the last resort."""
        told = False

        def said(text: str) -> None:
            nonlocal told
            say(text)
            if not told and self.understands == SphinxTranscriber.name:
                told = True
                self._trouble(BADLY)

        return said

    @property
    def microphone(self) -> bool:
        """It is open: whoever shows it to the user asks here."""
        return self._hearing is not None and self._hearing.ear.open

    @property
    def state(self) -> State:
        """As `Hearing.state`."""
        return self._hearing.state if self._hearing is not None else "off"

    @property
    def level(self) -> float:
        """Of what the microphone hears, 0..1."""
        return self._hearing.ear.level if self._hearing is not None else 0.0

    @property
    def understands(self) -> str:
        """Name of what turns speech into words; empty when nothing does."""
        return self._hearing.ear.understands if self._hearing is not None else ""

    def open(self, look: EarSettings) -> None:
        """An ear as the settings want it; none where it is switched off or nothing here understands speech. What the former one has
        heard is understood still."""
        if self._hearing is not None:
            self._hearing.ear.close(0.0)  # the frame does not wait for a transcriber
            self._former.append(self._hearing)
            self._wanted = self._wanted or not self._hearing.ear.free
        self._hearing, self._pressed, self._deaf = None, False, ""
        if look.mode == "off":
            return
        try:
            ear = open_ear(look, self._profile, self._clock, self._own)
        except Trouble as trouble:
            self._deaf = str(trouble)
        else:
            self._hearing = Hearing(ear, self._say, self._hush, self._trouble, self._listener)
            self._press()

    def ready(self, there: bool) -> None:
        """Whether anybody is there to answer; without, no microphone is open."""
        if there != self._ready:
            self._ready = there
            self._press()

    def _press(self, held: bool = False) -> None:
        if self._hearing is None:
            return
        on = self._ready and (self._wanted if self._hearing.ear.free else held)
        if on != self._pressed:
            self._pressed = on
            (self._hearing.ear.press if on else self._hearing.ear.release)()

    def allow(self, aloud: bool) -> None:
        """Whether she may be heard while the user speaks. Before her voice can be told from theirs, she would drown out their words."""
        free = self._hearing is not None and self._hearing.ear.free  # else her murmur would be part of what they mean
        self._listener.aloud = aloud and free and self._own.known

    def talk(self, on: bool) -> None:
        """The microphone listens, or no longer; who wants to talk where nothing hears is told why."""
        if self._hearing is None:
            if on and self._deaf:
                self._trouble(self._deaf)
        else:
            self._wanted = on if self._hearing.ear.free else self._wanted
            self._press(held=on)

    def step(self, director: Director) -> None:
        """Once a frame, before the director's own step."""
        for former in self._former:
            former.step(director)
        self._former = [one for one in self._former if one.waits]
        if self._hearing is not None:
            self._hearing.step(director)
        else:
            director.hearing, director.loudness = 0.0, 1.0

    def close(self, timeout_s: float = 5.0) -> None:
        """No ear from now on."""
        if self._hearing is not None:
            self._hearing.ear.close(timeout_s)
        self._hearing = None
