"""What she does about what the ear notices: looks up, ducks, falls silent, nods, answers; by one clock, without a device."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import numpy as np
import pytest

from avatar.body.body import Body
from avatar.face.frame import INDEX
from avatar.recipe import stock
from dialogue.speech.ear.activity import RATE_HZ, open_activity
from dialogue.speech.ear.ear import Ear, Failed, Words
from dialogue.speech.ear.microphone import WavMicrophone
from dialogue.speech.ear.turns import Began, Dropped, Ended, Sure
from dialogue.speech.sound import Samples
from dialogue.trouble import EarTrouble
from tests.sounds import record, user_says
from tests.world.test_director import Stand, speech
from world.hearing import DUCKED, Hearing
from world.murmur import Listener

QUIET_S = 1.0


@pytest.fixture(scope="module")
def body() -> Body:
    return Body.build(stock("mira"), "low")


@pytest.fixture(scope="module")
def words() -> Samples:
    return user_says()


class Told:
    """A transcriber that knows what was said."""

    name = "told"

    def __init__(self, answer: str | EarTrouble = "My brother bought plums.") -> None:
        self._answer = answer

    async def transcribe(self, samples: Samples) -> str:
        if isinstance(self._answer, EarTrouble):
            raise self._answer
        return self._answer

    async def aclose(self) -> None: ...


class Room:
    """She, an ear that hears a file after a second of quiet, and what came of it."""

    def __init__(self, body: Body, path: Path, answer: str | EarTrouble = "My brother bought plums.", *, free: bool = True) -> None:
        self.stand = Stand(body)
        clock = self.stand.clock
        self.said: list[str] = []
        self.hushed: list[float] = []
        self.troubles: list[str] = []
        self.asked = 0
        self.listener = Listener(self._ask, clock, Random(1))
        self.ear = Ear(lambda: WavMicrophone(path, clock), open_activity, Told(answer), clock, free=free, paced=False)
        self.hearing = Hearing(self.ear, self.said.append, self._hush, self.troubles.append, self.listener)

    def _hush(self) -> None:
        self.stand.director.hush()
        self.hushed.append(self.stand.clock())

    def _ask(self) -> None:
        self.asked += 1

    def pass_(self, seconds: float) -> None:
        for _ in range(round(seconds * 60)):
            self.ear.step()
            self.hearing.step(self.stand.director)
            self.stand.pass_(1 / 60)

    def close(self) -> None:
        self.ear.close()
        self.hearing.step(self.stand.director)


@pytest.fixture(scope="module")
def spoken(words: Samples, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return record(tmp_path_factory.mktemp("spoken") / "spoken.wav", words, QUIET_S)


@pytest.fixture
def room(body: Body, spoken: Path) -> Iterator[Room]:
    room = Room(body, spoken)
    yield room
    room.close()


def test_words_spoken_aloud_arrive_as_if_typed(room: Room) -> None:
    room.ear.press()
    room.pass_(6)
    room.close()
    assert room.said == ["My brother bought plums."]
    assert room.hushed == [], "she was silent; there was nothing to hush"


def test_speech_over_hers_ducks_her_at_once_and_hushes_her_when_it_is_sure(room: Room) -> None:
    room.stand.director.receive(speech(1, "A long story.", 8.0))
    room.ear.press()
    begin = room.stand.clock()
    ducked = 0.0
    for _ in range(240):
        room.pass_(1 / 60)
        if not ducked and room.stand.director.loudness == DUCKED:
            ducked = room.stand.clock()
            assert not room.hushed
        if room.hushed:
            break
    assert QUIET_S < ducked - begin < QUIET_S + 0.35
    assert ducked < room.hushed[0] < ducked + 0.45
    room.pass_(0.15)
    assert not room.stand.director.speaking, "80 ms of fade, and she is still"
    assert room.stand.character.frame.weights[INDEX["jawOpen"]] < 0.1, "her jaw has come to rest"


def test_her_eyes_and_brows_come_to_who_begins_to_speak(room: Room) -> None:
    brow = INDEX["browOuterUpLeft"]
    room.ear.press()
    room.pass_(QUIET_S)
    before = float(room.stand.character.frame.weights[brow])
    highest = 0.0
    for _ in range(30):
        room.pass_(1 / 60)
        highest = max(highest, float(room.stand.character.frame.weights[brow]))
    assert highest > before + 0.05
    assert room.hearing.state == "hearing"
    assert not room.stand.character.gaze.away
    assert room.stand.director.hearing > 0.5


def test_brows_answer_a_pause_before_it_is_known_that_the_words_are_over_and_a_nod_follows(room: Room, words: Samples) -> None:
    room.ear.press()
    end = QUIET_S + np.nonzero(np.abs(words) > 0.02)[0][-1] / RATE_HZ
    room.pass_(end)
    answers: list[tuple[float, float]] = []
    character, begin = room.stand.character, room.stand.clock()
    acknowledge = character.acknowledge

    def noted(nod_deg: float, brows: float = 0.5) -> None:
        answers.append((room.stand.clock() - begin, nod_deg))
        acknowledge(nod_deg, brows)

    character.acknowledge = noted  # type: ignore[method-assign]
    room.pass_(0.35)
    assert answers
    assert answers[0][0] < 0.15
    assert not room.said
    room.pass_(0.35)
    assert max(nod_deg for _, nod_deg in answers) > 1.0


def test_a_held_key_interrupts_at_once(body: Body, spoken: Path) -> None:
    room = Room(body, spoken, free=False)
    room.stand.director.receive(speech(1, "A long story.", 8.0))
    room.pass_(0.5)
    room.ear.press()
    room.pass_(0.1)
    assert room.hushed
    assert room.hearing.state == "hearing"
    room.ear.release()
    room.pass_(0.1)
    room.close()
    assert room.stand.director.loudness == 1.0


def test_who_goes_on_after_a_pause_is_neither_answered_in_the_middle_nor_talked_over(
    body: Body, words: Samples, tmp_path: Path
) -> None:
    pause = np.zeros(int(0.8 * RATE_HZ), np.float32)
    room = Room(body, record(tmp_path / "twice.wav", np.concatenate([words, pause, words]), QUIET_S))
    room.ear.press()
    once_s = QUIET_S + len(words) / RATE_HZ
    room.pass_(once_s + 0.6)  # the first half is over, and its answer under way
    first = list(room.said)
    room.pass_(0.8)  # they have gone on, and it is certain
    room.stand.director.receive(speech(7, "That sounds lovely.", 3.0))
    room.pass_(0.15)
    assert len(room.hushed) == 1
    assert not room.stand.director.speaking, "she began, and fell silent before a word was out"
    room.pass_(1.0)
    assert len(room.hushed) == 1, "once is enough"
    assert room.said == first, "nothing is said in the middle of a sentence"
    room.pass_(3.0)
    room.close()
    assert " ".join(room.said) == "My brother bought plums. My brother bought plums."


def test_words_that_are_understood_late_wait_for_the_rest(body: Body, spoken: Path) -> None:
    room = Room(body, spoken)
    ear = room.ear
    pieces = iter([[Began(), Sure()], [Ended(np.zeros(9, np.float32))], [Began()], [Words("I went home", 1.0)], [Dropped()]])
    ear.poll = lambda: next(pieces, [])  # type: ignore[method-assign]  # what an ear notices, by hand
    for _ in range(4):
        room.hearing.step(room.stand.director)
    assert room.said == [], "a breath may be the next word"
    room.hearing.step(room.stand.director)
    assert room.said == ["I went home"], "it was none"
    pieces = iter([[Began(), Sure(), Words("and then", 1.0)], [Failed("The server sleeps; wake it.")]])
    room.hearing.step(room.stand.director)
    assert room.said == ["I went home"]
    room.hearing.step(room.stand.director)
    assert room.said == ["I went home", "and then"], "what was understood is not lost with the ear"
    room.close()


def test_what_could_not_be_understood_is_told(body: Body, spoken: Path) -> None:
    for answer, told in ((EarTrouble("The server sleeps; wake it."), "The server sleeps; wake it."), ("", "no words")):
        room = Room(body, spoken, answer, free=False)
        room.ear.press()
        room.pass_(2.5)
        room.ear.release()
        room.pass_(0.1)
        room.close()
        assert not room.said
        assert len(room.troubles) == 1
        assert told in room.troubles[0]
