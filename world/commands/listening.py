"""How soon she shows that she heard, and how soon she is silent: sentences of the built-in voice are fed to the real ear, and what she
does is read off her face frame by frame.

All of it runs on a clock that steps 1/60 s a frame, so it says what the program decides and not how busy this machine is. What the
devices add comes on top: some 20 ms of the microphone's buffer, and the way to the screen or the loudspeaker.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray

from avatar.body.body import Body
from avatar.character import Character
from avatar.face.frame import INDEX
from dialogue import events
from dialogue.affect.state import Affect
from dialogue.speech.ear.activity import RATE_HZ, open_activity
from dialogue.speech.ear.ear import Ear, Noticed
from dialogue.speech.ear.microphone import WavMicrophone
from dialogue.speech.ear.own import OwnVoice
from dialogue.speech.espeak import EspeakVoice
from dialogue.speech.resample import resample
from dialogue.speech.sound import Phone, Prosody, Samples, Utterance
from world.commands.common import TakeClock
from world.director import Director
from world.hearing import DUCKED, Hearing
from world.media import save_wav
from world.murmur import Listener
from world.overheard import Overheard
from world.sound import MixPlayer
from world.talk import Talk

FRAME_S = 1 / 60
HEAD_DEG, BROW = 0.3, 0.03
"""What counts as visible: so many degrees of the head, or so much of a brow's weight."""
BEFORE_S, AFTER_S = 1.0, 0.8
_USERS = ("en-us+m3", "en-us+f2")
_HERS = "I was thinking about the garden this morning, how the light fell on the old wall, and what you said last week about the rain."
_NOISE = 0.001  # -60 dBFS: a quiet room
_FAINT = 0.01  # of the loudest: where speech begins and ends
_SPEAKERS_S, _SPEAKERS = 0.07, 0.3  # her voice from loudspeakers to the microphone: how late and how loud
_NOTICED_S = 0.15  # a pause so long before the end may be that of the last consonant
_FACE = [INDEX[name] for name in ("browInnerUp", "browOuterUpLeft", "browOuterUpRight", "browDownLeft", "browDownRight")]


@dataclass(frozen=True, slots=True)
class Take:
    """Frame by frame: `t` in seconds, `head_deg` (frames, 3), `brows` (frames, 5), how loud she may be, and whether she sounds."""

    t: NDArray[np.float64]
    head_deg: NDArray[np.float64]
    brows: NDArray[np.float64]
    loudness: NDArray[np.float64]
    sounds: NDArray[np.bool_]

    def first(self, where: NDArray[np.bool_], after_s: float) -> float | None:
        """Seconds from `after_s` to the first frame at which `where` holds; None when it never does."""
        found = np.flatnonzero(where & (self.t >= after_s))
        return float(self.t[found[0]] - after_s) if len(found) else None


def differs(one: Take, other: Take) -> NDArray[np.bool_]:
    """The frames in which a viewer could tell the two takes apart."""
    head = np.abs(one.head_deg - other.head_deg).max(1) > HEAD_DEG
    return np.asarray(head | (np.abs(one.brows - other.brows).max(1) > BROW))


Keep = Callable[[Noticed, float], bool]
"""What of the noticed she is told of, at which second of the take."""


def everything(what: Noticed, t: float) -> bool:
    """Deaf to nothing."""
    return True


def nothing(what: Noticed, t: float) -> bool:
    """Deaf."""
    return False


class _NoWords:
    name = "none"

    async def transcribe(self, samples: Samples) -> str:
        return ""

    async def aclose(self) -> None: ...


class _Filtered(Ear):
    """An ear that is deaf to some of what it notices."""

    keep: Keep

    def poll(self) -> list[Noticed]:
        return [what for what in super().poll() if self.keep(what, self._clock())]


def take(body: Body, heard: Samples, keep: Keep = everything, hers: Utterance | None = None) -> Take:
    """She stands there and hears `heard` (16 kHz), or of it what `keep` lets through; `hers` is what she says meanwhile, from the
    start."""
    clock, own = TakeClock(0.0), OwnVoice()
    character = Character(body, 1)
    affect = Affect.at_rest(dict.fromkeys("OCEAN", 0.0), clock())
    director = Director(character, Overheard(MixPlayer(clock, RATE_HZ), own, clock), Talk(), affect, clock)
    rows = []
    with tempfile.TemporaryDirectory(prefix="visavis-") as folder:
        path = Path(folder) / "heard.wav"
        save_wav(heard, RATE_HZ, path)
        ear = _Filtered(lambda: WavMicrophone(path, clock), open_activity, _NoWords(), clock, own, free=True, paced=False)
        ear.press()
        ear.keep = keep
        hearing = Hearing(ear, lambda words: None, lambda: _hush(director), lambda sentence: None, Listener(lambda: None, clock, Random(1)))
        if hers is not None:
            director.receive(events.Speech(1, hers.text, hers))
            director.receive(events.Done(1))
        for k in range(int(len(heard) / RATE_HZ / FRAME_S)):
            clock.now = k * FRAME_S
            ear.step()
            hearing.step(director)
            director.step()
            director.player.step(director.volume)
            character.update(FRAME_S)
            rows.append((clock.t, *character.frame.head_deg, *character.frame.weights[_FACE], director.loudness, director.speaking))
        ear.close()
    table = np.array(rows, np.float64)
    return Take(table[:, 0], table[:, 1:4], table[:, 4:9], table[:, 9], table[:, 10] > 0)


def _hush(director: Director) -> None:
    director.hush()


def spoken(texts: Sequence[str]) -> Iterator[Samples]:
    """Sentences of a user at 16 kHz, cut to where they sound."""
    voices = [EspeakVoice(name) for name in _USERS]
    try:
        for k, text in enumerate(texts):
            made = voices[k % len(voices)].speak_now(text, Prosody())
            samples = resample(made.samples, made.rate_hz, RATE_HZ)
            loud = np.flatnonzero(np.abs(samples) > _FAINT * np.abs(samples).max())
            yield samples[loud[0] : loud[-1] + 1]
    finally:
        for voice in voices:
            voice.close()


def in_room(parts: Sequence[tuple[float, Samples]], seconds: float) -> Samples:
    """`parts` (begin in seconds, samples) in a quiet room of so many seconds."""
    room = np.random.default_rng(1).normal(0, _NOISE, int(seconds * RATE_HZ)).astype(np.float32)
    for begin_s, samples in parts:
        begin = int(begin_s * RATE_HZ)
        room[begin : begin + len(samples)] += samples[: max(len(room) - begin, 0)]
    return room


def reactions(body: Body, texts: Sequence[str]) -> tuple[list[float], list[float]]:
    """Seconds to the first visible reaction, for each sentence: to its first sound, against a take in which she is deaf, and to its last,
    against one in which she does not notice its end. Infinite where there was none."""
    first, last = [], []
    for words in spoken(texts):
        end_s = BEFORE_S + len(words) / RATE_HZ
        heard = in_room([(BEFORE_S, words)], end_s + AFTER_S)

        def all_but_its_end(what: Noticed, t: float, until_s: float = end_s - _NOTICED_S) -> bool:
            return t < until_s

        whole = take(body, heard)
        begun = whole.first(differs(whole, take(body, heard, nothing)), 0.0)
        ended = whole.first(differs(whole, take(body, heard, all_but_its_end)), 0.0)
        first.append(np.inf if begun is None else begun - BEFORE_S)
        last.append(np.inf if ended is None else ended - end_s)
    return first, last


def interruptions(body: Body, texts: Sequence[str], *, speakers: bool) -> tuple[list[float], list[float]]:
    """Seconds from a user's first sound over her speech until she is quieter, and until she is silent. `speakers`: the microphone
    hears her as well. Infinite where she went on; below zero where she stopped before the user spoke."""
    voice = EspeakVoice()
    hers = voice.speak_now(_HERS, Prosody())
    voice.close()
    echo = resample(hers.samples, hers.rate_hz, RATE_HZ) * np.float32(_SPEAKERS)
    ducked, silent = [], []
    for k, words in enumerate(spoken(texts)):
        begin_s = 0.5 * hers.duration_s + 0.037 * k
        heard = in_room([(begin_s, words), *([(_SPEAKERS_S, echo)] if speakers else [])], hers.duration_s)
        whole = take(body, heard, hers=hers)
        quieter, over = whole.first(whole.loudness <= DUCKED, 0.0), whole.first(~whole.sounds, 0.1)
        ducked.append(np.inf if quieter is None else quieter - begin_s)
        silent.append(np.inf if over is None else over + 0.1 - begin_s)
    return ducked, silent


def hushes(body: Body, times: int, frame_s: float = FRAME_S) -> list[float]:
    """Seconds from a wish for silence, at any moment of a frame, until nothing of her sounds any more."""
    rng, out = np.random.default_rng(1), []
    character = Character(body, 1)
    long = Utterance(np.full(4 * RATE_HZ, 0.5, np.float32), RATE_HZ, "", (Phone("SIL", "", 0.0, 4.0),))
    for _ in range(times):
        clock = TakeClock(0.0)
        director = Director(character, MixPlayer(clock, RATE_HZ), Talk(), Affect.at_rest(dict.fromkeys("OCEAN", 0.0), 0.0), clock)
        director.receive(events.Speech(1, "", long))
        director.step()
        wish_s, heard = 1.0 + frame_s * rng.random(), None
        while director.speaking:
            clock.now += frame_s
            if clock.now >= wish_s and heard is None:
                heard = director.hush()
            director.step()
        out.append(clock.now - wish_s)
    return out
