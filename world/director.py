"""Turns the mind's events into the body's acts, each at its moment.

Sentences queue and play one after another. A feeling or a gesture that came with a sentence waits until that sentence sounds:
a cue fires with the sound, never on arrival. What carries an old turn is stale and falls out.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable

import numpy as np

from avatar.character import Character, Spoken
from avatar.face.viseme import Loudness, Timed
from dialogue import events
from dialogue.affect.state import Affect
from dialogue.speech.growing import Said
from dialogue.speech.level import loudness
from dialogue.speech.sound import Utterance
from world.line import Source, Whole
from world.sound import Player, Playing
from world.talk import Talk

_UNVOICED_HZ = 22050
_READ_S, _READ_CHAR_S = 0.8, 0.055  # how long a sentence lasts that could not be voiced
_CUE_HALF_LIFE_S = 2.5
_STILL_S, _REST_S = 0.06, 0.15  # a sentence whose sound is late: how long that is no pause yet, and how long the mouth takes to close
_WRITING, _WRITING_S = 0.6, 1.5  # who writes speaks to her too, less loudly, until so long after the last letter


class Director:
    """`clock` is the same as the mind's: the emotional state is read at its `now`."""

    def __init__(self, character: Character, player: Player, talk: Talk, affect: Affect, clock: Callable[[], float]) -> None:
        self.character, self.player, self.talk = character, player, talk
        self.affect = affect
        self._clock = clock
        self._queue: deque[events.Speech | events.Feeling | events.Done] = deque()
        self._playing: Playing | None = None
        self._spoken: Spoken | None = None
        self._said: Said | None = None
        self._told = 0  # which revision of its phones the lips follow
        self._murmur: Utterance | None = None  # ready to be murmured
        self._murmuring: Playing | None = None  # or a line outside the talk
        self._tried: Utterance | None = None  # a line outside the talk, to be said when she is silent
        self._after: tuple[events.Speech, Playing] | None = None  # what is laid behind the present sentence already
        self._cue: tuple[str, float, float] | None = None  # label, strength, time it began to fade
        self._busy = False  # the mind has more to come
        self._count = 0  # sentences begun in this turn
        self.turn, self._hushed = 0, -1
        self.offset_s = 0.0
        self.show: dict[str, float] = {}  # feelings held for a picture, over what she feels
        self.hearing = 0.0  # 0..1, how much she is spoken to aloud
        self.loudness = 1.0  # of her sound, over the user's volume
        self._written_at = -_WRITING_S
        self._moved_at = 0.0  # when the present sentence last went on

    # -- what comes in ---------------------------------------------------------------------------------------------------

    def receive(self, event: events.Outgoing) -> None:
        """One event of the mind, in order."""
        if event.turn < self.turn or (isinstance(event, events.Speech) and event.turn == self._hushed):
            return  # of an old turn, or made before the mind heard of the silence
        if event.turn > self.turn:
            self._cut()
            self.turn, self._count = event.turn, 0
        match event:
            case events.Heard():
                self._busy = True
                if event.text:
                    self.talk.user(event.turn, event.text)
                self.character.gaze.look_at_viewer()
            case events.Thinking():
                self._busy = True
            case events.Notice():
                self.talk.say("notice", event.turn, event.text, event.facts)
            case events.Trouble():
                self.talk.say("trouble", event.turn, event.sentence)
            case events.Murmur(utterance=utterance):
                self._murmur = utterance
            case events.Feeling() if self._playing is None and not self._queue:
                self.affect = event.state
            case events.Speech() | events.Feeling() | events.Done():
                self._queue.append(event)

    def written(self) -> None:
        """The user wrote a letter to her."""
        self._written_at = self._clock()

    def hush(self) -> tuple[float, int] | None:
        """Silence now: the sound fades in 80 ms. Returns the seconds heard of the present sentence, without end where it is over and the
        next has not come, and which of its turn it is; None when nothing went on."""
        nothing = self.idle or self._hushed == self.turn
        heard = self._playing.hush() if self._playing is not None else None
        if self._murmuring is not None:
            self._murmuring.hush()
        self._queue.clear()
        self._after = self._tried = None
        self._busy = False
        if nothing:
            return None
        self._hushed = self.turn
        if heard is not None and self._count:
            return heard, self._count - 1
        return (math.inf, self._count - 1) if self._count else (0.0, 0)

    # -- one frame -------------------------------------------------------------------------------------------------------

    def step(self) -> None:
        """Start what is due, set the lips' clock, and tell the body what she feels and does."""
        now = self._clock()
        if self._playing is not None and self._playing.done:
            self._end(now)
        if self._murmuring is not None:
            if self._spoken is not None:
                self._spoken.t = self._murmuring.t + self.offset_s
            if self._murmuring.done:
                self._murmuring = self._spoken = self.character.spoken = None
        while self._playing is None and self._murmuring is None and self._queue:
            self._next(self._queue.popleft())
        if self._tried is not None and self.idle and self._murmuring is None:
            said, self._tried = self._tried, None
            self._say_aside(said)
        self._look_ahead()
        if self._spoken is not None and self._playing is not None:
            t = self._playing.t + self.offset_s
            if t != self._spoken.t:
                self._moved_at = now
            self._spoken.t = t
            self._spoken.rest = min(max((now - self._moved_at - _STILL_S) / _REST_S, 0.0), 1.0)
            self._follow()
        character = self.character
        character.doing = "speaking" if self._playing is not None else "thinking" if self._busy else "listening"
        writing = _WRITING if now - self._written_at < _WRITING_S else 0.0
        character.hearing = max(self.hearing, writing)
        strengths = dict(self.affect.strengths(now))
        if self._cue is not None:
            label, strength, fade = self._cue
            strength *= 0.5 ** (max(0.0, now - fade) / _CUE_HALF_LIFE_S)
            strengths[label] = max(strengths.get(label, 0.0), strength)
            if strength < 0.02:
                self._cue = None
        strengths.update(self.show)
        character.strengths, character.mood = strengths, self.affect.mood(now)

    @property
    def has_murmur(self) -> bool:
        """A listener's word is ready."""
        return self._murmur is not None

    def forget_murmur(self) -> None:
        """What is ready was made by a voice that is not hers any more."""
        self._murmur = None

    @property
    def murmuring(self) -> bool:
        """A listener's word sounds now."""
        return self._murmuring is not None

    def murmur(self) -> bool:
        """Say the listener's word that is ready, quietly, with lips, while she goes on listening; false where there is none, or she speaks
        or is about to. It belongs to no turn."""
        if self._murmur is None or self._murmuring is not None or not self.idle:
            return False
        said, self._murmur = self._murmur, None
        self._say_aside(said)
        return True

    def preview(self, said: Utterance) -> None:
        """Say a line by which a voice is tried, as soon as she is silent. It belongs to no turn and stands in no talk."""
        self._tried = said

    def _say_aside(self, said: Utterance) -> None:
        phones, stresses, loud = _timed(said)
        feels = self.affect.strengths(self._clock())
        self._spoken = self.character.spoken = self.character.say(phones, stresses, feels, loudness=loud)
        self._murmuring = self.player.play(said)

    @property
    def volume(self) -> float:
        """Of her sound, over the user's volume: ducked or not, but a murmur is quiet by itself."""
        return 1.0 if self._murmuring is not None else self.loudness

    @property
    def speaking(self) -> bool:
        """A sentence sounds now."""
        return self._playing is not None

    @property
    def answering(self) -> bool:
        """A sentence of the present turn sounds, and nobody has hushed it."""
        return self._playing is not None and self._count > 0 and self._hushed != self.turn

    @property
    def idle(self) -> bool:
        """Nothing sounds and nothing is due."""
        return self._playing is None and not self._queue and not self._busy

    @property
    def sound_s(self) -> float | None:
        """Seconds into the present sentence, None in silence."""
        return self._playing.t if self._playing is not None else None

    def _next(self, event: events.Speech | events.Feeling | events.Done) -> None:
        match event:
            case events.Feeling():
                self.affect = event.state
            case events.Done():
                self._busy = False
                self.talk.caption = ""
            case events.Speech():
                self._begin(event)

    def _begin(self, event: events.Speech) -> None:
        source: Source | None = event.utterance
        if event.utterance is None:
            # signs alone, an emoji, are seen at a glance
            read_s = _READ_S + _READ_CHAR_S * len(event.shown) if any(sign.isalnum() for sign in event.shown) else 0.0
            source = Whole(np.zeros(int(_UNVOICED_HZ * read_s), np.float32), _UNVOICED_HZ)
            self._spoken = None
        else:
            self._told = event.utterance.revision
            phones, stresses, loud = _timed(event.utterance)
            asks = event.shown.rstrip().endswith(("?", "？", "؟"))
            feels = dict(self.affect.strengths(self._clock()))
            if event.feeling:
                label, strength = event.feeling
                feels[label] = max(feels.get(label, 0.0), strength)
            self._spoken = self.character.say(phones, stresses, feels, asks, loud)
        assert source is not None
        laid = self._after is not None and self._after[0] is event
        self._playing = self._after[1] if self._after is not None and laid else self.player.play(source)
        self._after, self._said = None, event.utterance
        self._moved_at = self._clock()
        self._count += 1
        if event.feeling:
            lasts = event.utterance.expected_s if event.utterance is not None else self._playing.duration_s
            self._cue = (*event.feeling, self._clock() + lasts)
        if event.gesture == "nod":
            self.character.head.nod(cycles=2)
        self.character.spoken = self._spoken
        self.talk.sentence(event.turn, event.shown)
        self.talk.caption = event.shown

    def _end(self, now: float) -> None:
        self._playing, self._spoken, self._said = None, None, None
        self.character.spoken = None
        if not self._queue:
            self.talk.caption = ""
        self.character.blinks.now()
        if self._cue is not None:
            self._cue = (self._cue[0], self._cue[1], min(self._cue[2], now))

    def _look_ahead(self) -> None:
        """Lay the next sentence behind the present one, so that not even a frame is between them."""
        if self._playing is None or self._after is not None:
            return
        event = next((event for event in self._queue if not isinstance(event, events.Feeling)), None)
        if isinstance(event, events.Speech) and event.utterance is not None:
            self._after = (event, self.player.play(event.utterance, self._playing))

    def _follow(self) -> None:
        """Phones were told anew while the sentence came."""
        if self._said is not None and self._spoken is not None and self._said.revision != self._told:
            self._told = self._said.revision
            self._spoken.follow(*_timed(self._said))

    def _cut(self) -> None:
        """A new turn: the old one's sentences fall out and its sound fades."""
        self._queue.clear()
        self._after = self._tried = None
        self._busy = False
        for sounding in (self._playing, self._murmuring):
            if sounding is not None:
                sounding.hush()


def _timed(said: Said) -> tuple[list[Timed], list[float], Loudness]:
    """Phones for the lips, the moments of stress, and how loud it is."""
    phones = said.phones  # once: it may be told anew meanwhile
    timed = [(p.arpa, p.start_s, p.end_s) for p in phones]
    return timed, [p.start_s for p in phones if p.stressed], loudness(said.samples, said.rate_hz)
