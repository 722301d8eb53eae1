"""What she does while somebody tells a long story: hums now and then, nods with distance, and never takes the floor."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from avatar.body.body import Body
from avatar.face.frame import INDEX
from avatar.recipe import stock
from dialogue import events
from dialogue.affect.state import Affect
from dialogue.backchannel import choose
from dialogue.data import asset_json
from dialogue.mind import build_mind
from dialogue.persona.persona import load_persona
from dialogue.speech.ear.activity import RATE_HZ, open_activity
from dialogue.speech.ear.ear import Ear
from dialogue.speech.ear.microphone import WavMicrophone
from dialogue.speech.ear.own import OwnVoice
from dialogue.speech.espeak import EspeakVoice
from dialogue.speech.sound import Prosody, Samples, Utterance
from dialogue.thread import MindThread
from tests.fakes import FakeVoice, HandClock
from tests.sounds import record, user_says
from tests.world.test_director import TRAITS, speech
from tests.world.test_hearing import Told
from world.choices import murmurs
from world.director import Director
from world.hearing import Hearing
from world.murmur import GAPS_S, LAST_GAP_S, NOD_GAP_S, SPOKEN_S, Listener
from world.overheard import Overheard
from world.settings import Settings
from world.sound import MixPlayer
from world.talk import Talk

STORY = (
    "I got up at six this morning because the dog would not stop barking.",
    "So we went down to the river, and it was still dark outside.",
    "There was nobody on the path but an old man with a red hat.",
    "He told me that his brother bought a boat and never used it.",
    "And then it began to rain, so we ran back home together.",
    "I made a pot of coffee and sat down to write to you.",
)
BREATH_S = 0.36
ECHO_S, ECHO = 0.08, 0.3
BEFORE_S = 4.5
"""In which she greets, and how she is heard is learned."""
FRAME_S = 1 / 60


@pytest.fixture(scope="module")
def body() -> Body:
    return Body.build(stock("mira"), "low")


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sentences with breaths between them that end no turn."""
    parts: list[Samples] = []
    for text in STORY:
        said = user_says(text)
        loud = np.flatnonzero(np.abs(said) > 0.01)
        parts += [said[loud[0] : loud[-1]], np.zeros(int(BREATH_S * RATE_HZ), np.float32)]
    return record(tmp_path_factory.mktemp("story") / "story.wav", np.concatenate(parts), BEFORE_S)


@pytest.fixture(scope="module")
def hum() -> Utterance:
    voice = EspeakVoice()
    made = voice.speak_now("Umhm.", Prosody(gain_db=-8))
    voice.close()
    return made


class Echoing(WavMicrophone):
    """The file, and what the player makes the loudspeakers sound, a little later."""

    def __init__(self, path: Path, clock: Callable[[], float], player: MixPlayer, echo: float) -> None:
        super().__init__(path, clock)
        self._begun, self._player, self._taken, self._echo = clock(), player, 0, echo

    def read(self) -> Samples:
        part = super().read()
        at = self._begun - ECHO_S
        first = int(at * RATE_HZ) + self._taken
        echo = self._player.track((first + len(part) + 0.5) / RATE_HZ, max(first, 0) / RATE_HZ)
        self._taken += len(part)
        out = part.copy()
        if len(echo):
            out[len(out) - len(echo) :] += np.float32(self._echo) * echo
        return out


class Evening:
    """She listens to the story; every wish for a murmur is granted after a moment."""

    def __init__(self, body: Body, story: Path, hum: Utterance, *, aloud: bool = True, echo: float = ECHO) -> None:
        from avatar.character import Character

        self.clock = HandClock(100.0)
        own, self.player = OwnVoice(), MixPlayer(self.clock, RATE_HZ)
        self.own, self.wished = own, aloud
        self.character = Character(body, 1)
        player = Overheard(self.player, own, self.clock)
        self.director = Director(self.character, player, Talk(), Affect.at_rest(TRAITS, self.clock()), self.clock)
        self.hum = hum
        self.said: list[str] = []
        self.hushed = self.asked = 0
        self.hums: list[float] = []
        self.nods: list[float] = []
        nod = self.character.head.nod
        self.character.head.nod = lambda *a, **k: (self.nods.append(self.clock()), nod(*a, **k))[1]  # type: ignore[method-assign]
        self.listener = Listener(self._ask, self.clock, random.Random(1))
        self.ear = Ear(
            lambda: Echoing(story, self.clock, self.player, echo), open_activity, Told(), self.clock, own, free=True, paced=False
        )
        self.hearing = Hearing(self.ear, self.said.append, self._hush, lambda _: None, self.listener)
        self.ear.press()

    def greet(self) -> None:
        """She says something, and is silent before the story begins."""
        voice = EspeakVoice()
        said = voice.speak_now("Hello, I am glad that you are here today.", Prosody())
        voice.close()
        self.director.receive(events.Speech(0, said.text, said))
        self.pass_(BEFORE_S - 0.2)
        assert not self.director.speaking
        self.director.talk.messages.clear()

    def _ask(self) -> None:
        self.asked += 1
        self.director.receive(events.Murmur(self.director.turn, self.hum))

    def _hush(self) -> None:
        self.hushed += 1
        self.director.hush()

    def pass_(self, seconds: float) -> None:
        for _ in range(round(seconds / FRAME_S)):
            was = self.director.murmuring
            self.ear.step()
            self.listener.aloud = self.wished and self.own.known
            self.hearing.step(self.director)
            self.clock.pass_(FRAME_S)
            self.director.step()
            self.director.player.step(self.director.volume)
            self.character.update(FRAME_S)
            if self.director.murmuring and not was:
                self.hums.append(self.clock())


@pytest.fixture
def evening(body: Body, story: Path, hum: Utterance) -> Iterator[Evening]:
    made = Evening(body, story, hum)
    made.greet()
    yield made
    made.ear.close()


def test_she_hums_at_pauses_with_distance_and_takes_no_turn(evening: Evening) -> None:
    evening.pass_(28)
    assert 1 <= len(evening.hums) <= 28 / GAPS_S[0]
    assert evening.hums[0] - 100 - BEFORE_S > SPOKEN_S
    assert all(b - a >= GAPS_S[0] for a, b in zip(evening.hums, evening.hums[1:], strict=False))
    assert not evening.hushed
    assert not evening.director.talk.messages, "the record keeps nothing of it"
    evening.ear.close()
    evening.hearing.step(evening.director)
    assert len(evening.said) == 1, "her own hum, in the microphone, neither ended nor began a turn"


def test_with_headphones_it_is_the_same(body: Body, story: Path, hum: Utterance) -> None:
    evening = Evening(body, story, hum, echo=0.0)
    evening.greet()
    assert evening.own.known
    evening.pass_(28)
    evening.ear.close()
    evening.hearing.step(evening.director)
    assert evening.hums
    assert len(evening.said) == 1


def test_a_hum_moves_her_lips_while_she_goes_on_listening(evening: Evening) -> None:
    opened, doing = 0.0, set()
    while not evening.hums:
        evening.pass_(FRAME_S)
    while evening.director.murmuring:
        assert evening.director.volume == 1.0
        opened = max(opened, float(evening.character.frame.weights[INDEX["jawOpen"]]))
        doing.add(evening.character.doing)
        evening.pass_(FRAME_S)
    assert opened > 0.05
    assert doing == {"listening"}
    assert any(abs(nod - evening.hums[0]) < 0.1 for nod in evening.nods)
    track = evening.player.track(evening.clock())
    greeted, hummed = track[: int((100 + BEFORE_S) * RATE_HZ)], track[int(evening.hums[0] * RATE_HZ) - RATE_HZ // 10 :]
    loud, quiet = (float(np.sqrt(np.mean(np.square(part[np.abs(part) > 1e-3], dtype=np.float64)))) for part in (greeted, hummed))
    assert -11 < 20 * np.log10(quiet / loud) < -4


def test_nods_keep_their_distance(evening: Evening) -> None:
    paused = []
    answer = evening.listener.paused
    evening.listener.paused = lambda director: (paused.append(evening.clock()), answer(director))[1]  # type: ignore[method-assign]
    evening.character._listener.step = lambda dt, hearing: None  # type: ignore[method-assign]  # those of her own accord aside
    evening.pass_(24)
    assert len(paused) > 5, "breaths, and some closed stops"
    assert len(evening.nods) >= 3
    hummed = [nod for nod in evening.nods if any(abs(nod - hum) < 0.1 for hum in evening.hums)]
    by_pauses = [nod for nod in evening.nods if nod not in hummed]
    gaps = np.diff(by_pauses)
    assert gaps[:-1].min() >= NOD_GAP_S - 1e-6
    assert gaps[-1] >= LAST_GAP_S, "the end of the story may be answered sooner"


def test_she_is_still_where_that_is_wished_or_she_speaks(body: Body, story: Path, hum: Utterance) -> None:
    silent = Evening(body, story, hum, aloud=False)
    silent.greet()
    silent.pass_(10)
    silent.ear.close()
    assert not silent.asked
    assert not silent.hums
    unknown = Evening(body, story, hum)
    unknown.pass_(BEFORE_S + 6)
    unknown.ear.close()
    assert not unknown.hums, "nobody could tell her hum from the user yet"
    speaking = Evening(body, story, hum)
    speaking.director.receive(events.Murmur(0, hum))
    speaking.director.receive(speech(0, "A long story of hers.", 2.0))
    speaking.director.step()
    assert not speaking.director.murmur()
    speaking.director.hush()
    speaking.director.receive(events.Thinking(1))
    assert not speaking.director.murmur(), "her answer is on its way"
    speaking.ear.close()


def test_words_after_a_hum_wait_for_it_and_a_hush_ends_it(body: Body, story: Path, hum: Utterance) -> None:
    evening = Evening(body, story, hum)
    evening.ear.close()
    director = evening.director
    director.receive(events.Murmur(0, hum))
    director.step()
    assert director.murmur()
    assert not director.murmur(), "one at a time"
    director.receive(speech(0, "Now she speaks.", 1.0))
    director.step()
    assert not director.speaking
    evening.clock.pass_(hum.duration_s + 0.01)
    director.step()
    assert director.speaking
    assert director.hush()[1] == 0, "a hum is no sentence of the turn"
    director.receive(events.Murmur(0, hum))
    assert director.has_murmur
    director.forget_murmur()
    assert not director.murmur()


def test_settings_and_mute_decide() -> None:
    settings = Settings()
    assert murmurs(settings)
    for field, value in (("muted", True), ("volume", 0.0)):
        other = settings.model_copy(deep=True)
        setattr(other.voice, field, value)
        assert not murmurs(other)
    settings.ear.murmurs = False
    assert not murmurs(settings)


def test_words_are_chosen_by_feeling_and_language() -> None:
    rng = random.Random(1)
    table = asset_json("speech/backchannels.json")
    seen = {(feeling, choose("en-us", {feeling: 0.8}, rng)) for feeling in ("curious", "sad", "pride") for _ in range(40)}
    for feeling, kind in (("curious", "curious"), ("sad", "soft"), ("pride", "plain")):
        assert {words for label, words in seen if label == feeling} == set(table["languages"]["en"][kind])
    assert choose("", {}, rng) in table["languages"]["en"]["plain"]
    assert choose("de", {}, rng) in table["languages"]["de"]["plain"]
    assert choose("xx", {}, rng) == ""
    last = choose("en", {}, rng)
    for _ in range(20):
        now = choose("en", {}, rng, last)
        assert now != last
        last = now
    assert [choose("en", {}, random.Random(5)) for _ in range(3)] == [choose("en", {}, random.Random(5))] * 3


def test_the_mind_makes_one_and_keeps_nothing_of_it() -> None:
    voice = FakeVoice()
    mind = build_mind(load_persona("mira"), None, voice, HandClock(), random.Random(1))
    thread = MindThread(mind)
    try:
        thread.murmur("en")
        found: list[events.Outgoing] = []
        while not found:
            found = thread.poll()
        assert isinstance(found[0], events.Murmur)
        assert voice.asked[0][1].gain_db < 0
        assert not mind.record.turns
        voice.broken = True
        thread.murmur("en")
        thread.send(events.Hush())
        while not any(isinstance(event, events.Done) for event in found):
            found += thread.poll()
        assert not any(isinstance(event, events.Trouble) for event in found)
    finally:
        thread.close()
