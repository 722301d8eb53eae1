"""The ear as a whole: a thread that listens, and one that turns what was said into words. The frame only polls.

Two ways to be heard. Held: the microphone is open from `press` to `release`, and what was said between is what was meant.
Free: it stays open, and the detector tells where words begin and end.
"""

from __future__ import annotations

import asyncio
import logging
import math
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dialogue.speech.ear.activity import RATE_HZ, Activity
from dialogue.speech.ear.microphone import Microphone
from dialogue.speech.ear.own import Gated, OwnVoice
from dialogue.speech.ear.transcribe import Transcriber
from dialogue.speech.ear.turns import MOST_S, Began, Ended, Heard, Paused, Turns
from dialogue.speech.sound import Samples
from dialogue.trouble import EarTrouble

log = logging.getLogger(__name__)

STEP_S = 0.010
NUMB_S = 4.0
NUMB = (
    "The microphone gives nothing but silence: see that it is not muted, and that the system lets Visavis hear it (macOS: System Settings, "
    "Privacy & Security, Microphone, for the program that started Visavis; Windows: Settings, Privacy, Microphone), or choose another."
)
_IDLE_S = 0.25  # how often a shut ear looks whether it is to end; a press wakes it at once
_AGAIN_S = 5.0  # after which a free ear looks for its microphone again
_APART_S = 0.05  # of the frames' time from the clock: more is corrected
_QUIET = 0.15  # level of `Turns` under which a held key brought no sound at all (-51 dBFS)


@dataclass(frozen=True, slots=True)
class Words:
    """What was said; '' when no words were understood. `heard_s`: how long it was."""

    text: str
    heard_s: float


@dataclass(frozen=True, slots=True)
class Failed:
    """Microphone or transcriber: one sentence with the way out."""

    sentence: str


Noticed = Heard | Words | Failed


class Ear:
    """`microphone` opens one; `clock` is the one by which `own` is told what is played. All methods may be called from one thread
    and return at once; `close` ends both threads."""

    def __init__(
        self, microphone: Callable[[], Microphone], activity: Callable[[], Activity], transcriber: Transcriber,
        clock: Callable[[], float], own: OwnVoice | None = None, *, free: bool = False, paced: bool = True,
    ) -> None:  # fmt: skip
        self._open_microphone, self._open_activity, self._clock, self._own = microphone, activity, clock, own
        self._transcriber, self.free, self._paced = transcriber, free, paced
        self._out: queue.SimpleQueue[Noticed] = queue.SimpleQueue()
        self._meant: queue.SimpleQueue[Samples | None] = queue.SimpleQueue()
        self._wish = threading.Event()
        self._ended = threading.Event()
        self._listening: Microphone | None = None
        self._turns: Turns | None = None
        self._gate: Gated | None = None
        self._held: list[Samples] = []
        self._loudest = 0.0
        self._numb_s = 0.0  # of nothing but zeros since it was opened; below zero for good once there was a sound
        self._again_at = 0.0  # by the clock; before that a free ear does not open the microphone that failed
        self._told = ""  # what was said of it
        self.level = 0.0
        self.waiting = 0  # utterances whose words are not known yet
        self._threads = [threading.Thread(target=self._understand, name="ear words", daemon=True)]
        if paced:
            self._threads.append(threading.Thread(target=self._run, name="ear", daemon=True))
        for thread in self._threads:
            thread.start()

    @property
    def understands(self) -> str:
        """Name of what turns sound into words."""
        return self._transcriber.name

    @property
    def open(self) -> bool:
        """The microphone is listening now: whoever shows it to the user asks here."""
        return self._listening is not None

    @property
    def busy(self) -> bool:
        """Its threads run, or something was noticed that nobody has taken: false for good once a closed ear has told everything."""
        return any(thread.is_alive() for thread in self._threads) or not self._out.empty()

    def press(self) -> None:
        """Listen, until `release`. A free ear whose microphone fails opens it again when it can, and says once why it cannot."""
        self._again_at = 0.0
        self._told = ""
        self._wish.set()

    def release(self) -> None:
        """What was said since `press` is complete; a free ear listens no more until the next `press`."""
        self._wish.clear()

    def poll(self) -> list[Noticed]:
        """What was noticed since the last time, oldest first."""
        found = []
        while not self._out.empty():
            found.append(self._out.get_nowait())
        return found

    def close(self, timeout_s: float = 5.0) -> None:
        """Stop listening, and wait for words that are still being understood, no longer than that; may be called twice."""
        self._ended.set()
        self._wish.set()  # the listening thread sleeps on it
        if not self._paced:
            self._end()
        for thread in reversed(self._threads):
            thread.join(timeout_s)

    # -- the listening thread ----------------------------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                self.step()
            except Exception as error:
                log.error("the ear broke off: %s", type(error).__name__)
                self._fail("The microphone could not be listened to; choose another in Settings.")
            if self._listening is not None or self._wish.is_set():
                self._ended.wait(STEP_S)
            else:
                self._wish.wait(_IDLE_S)
        self._end()

    def _end(self) -> None:
        """What was said so far is understood before the words' thread ends."""
        if self._listening is not None:
            self._finish()
        self._meant.put(None)

    def step(self) -> None:
        """Take in what was recorded since the last step: called by the thread, or by whoever made an ear that is not `paced`."""
        wanted = self._wish.is_set()
        try:
            if wanted and self._listening is None and self._clock() >= self._again_at:
                self._begin()
            if self._listening is None:
                return
            self._take(self._listening.read())
        except EarTrouble as error:
            self._fail(str(error))
            return
        if not wanted:
            self._finish()

    def _fail(self, sentence: str) -> None:
        if self._turns is not None and (self._held or self._turns.speaking):
            self._finish()  # what was said until then was said
        self._shut()
        if self.free:
            self._again_at = self._clock() + _AGAIN_S
        else:
            self._wish.clear()
        if sentence != self._told:
            self._told = sentence if self.free else ""
            self._out.put(Failed(sentence))

    def _begin(self) -> None:
        activity = self._open_activity()
        self._gate = Gated(activity, self._own, self._clock()) if self._own is not None and self.free else None
        self._turns = Turns(self._gate or activity)
        self._held, self._loudest, self._numb_s = [], 0.0, 0.0
        self._listening = self._open_microphone()

    def _take(self, samples: Samples) -> None:
        assert self._turns is not None
        samples = np.nan_to_num(np.clip(samples, -1, 1))  # a broken driver must not blind the detectors for good
        if self._gate is not None:
            at = self._clock() - (len(samples) + self._turns.unread) / RATE_HZ
            if abs(at - self._gate.at_s) > _APART_S:
                self._gate.at_s = at
        self._feel(samples)
        noticed = self._turns.feed(samples)
        if len(samples):
            self._told = ""
        self.level = self._turns.level
        if self.free:
            for what in noticed:
                self._tell(what)
            return
        if len(samples):
            self._loudest = max(self._loudest, self.level)
            self._held.append(samples)
            if len(self._held) == 1:
                self._out.put(Began())
        for what in noticed:  # of a held key the user tells begin and end; she nods at their pauses all the same
            if isinstance(what, Paused):
                self._out.put(what)
        if sum(map(len, self._held)) > MOST_S * RATE_HZ:
            self._hand_over()  # and it goes on: the pieces are one message

    def _feel(self, samples: Samples) -> None:
        """A system that does not let us hear gives zeros, and so does a switch on the microphone; no room is so silent."""
        if samples.any():
            self._numb_s = -math.inf
        before, self._numb_s = self._numb_s, self._numb_s + len(samples) / RATE_HZ
        if before < NUMB_S <= self._numb_s:
            self._out.put(Failed(NUMB))

    def _tell(self, what: Heard) -> None:
        self._out.put(what)
        if isinstance(what, Ended):
            self._ask(what.samples)

    def _finish(self) -> None:
        """The key is up, or the microphone was switched off."""
        self._shut()
        if self.free:
            assert self._turns is not None
            for what in self._turns.finish():
                self._tell(what)
            return
        self._hand_over()

    def _hand_over(self) -> None:
        """What was said with the key held."""
        samples = np.concatenate(self._held) if self._held else np.zeros(0, np.float32)
        self._held = []
        self._out.put(Ended(samples))
        if len(samples) and 0 < self._numb_s < NUMB_S:
            self._out.put(Failed(NUMB))
        elif self._loudest < _QUIET:
            self._out.put(Words("", len(samples) / RATE_HZ))
        else:
            self._ask(samples)

    def _shut(self) -> None:
        microphone, self._listening = self._listening, None
        self.level = 0.0
        if microphone is not None:
            microphone.close()

    def _ask(self, samples: Samples) -> None:
        self.waiting += 1
        self._meant.put(samples)

    # -- the thread of words -----------------------------------------------------------------------------------------------

    def _understand(self) -> None:
        loop = asyncio.new_event_loop()
        try:
            while (samples := self._meant.get()) is not None:
                loop.run_until_complete(self._words(samples))
            loop.run_until_complete(self._transcriber.aclose())
        finally:
            loop.close()

    async def _words(self, samples: Samples) -> None:
        came: Noticed
        try:
            came = Words(await self._transcriber.transcribe(samples), len(samples) / RATE_HZ)
        except EarTrouble as error:
            came = Failed(str(error))
        except Exception as error:
            # What was said must not reach a log: only the kind of the error does.
            log.error("the ear failed: %s", type(error).__name__)
            came = Failed("What you said could not be understood; please type, or choose another ear in Settings.")
        self.waiting -= 1  # before they come: who takes them sees whether more follow
        self._out.put(came)
