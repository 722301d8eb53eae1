"""Acts follow the sound: cues wait for their sentence, stale turns fall out, hush tells what was heard."""

from __future__ import annotations

import math

import numpy as np
import pytest

from avatar.body.body import Body
from avatar.character import Character
from avatar.face.frame import INDEX
from avatar.recipe import stock
from dialogue import events
from dialogue.affect.state import Affect
from dialogue.speech.espeak import EspeakVoice
from dialogue.speech.growing import Growing
from dialogue.speech.sound import Phone, Prosody, Utterance
from tests.fakes import HandClock
from world.director import Director
from world.sound import SilentPlayer
from world.talk import Talk

TRAITS = dict.fromkeys("OCEAN", 0.0)


@pytest.fixture(scope="module")
def body() -> Body:
    return Body.build(stock("mira"), "low")


class Stand:
    """A director with everything around it, and a frame."""

    def __init__(self, body: Body) -> None:
        self.clock = HandClock()
        self.talk = Talk()
        self.character = Character(body, 1)
        self.affect = Affect.at_rest(TRAITS, self.clock())
        self.director = Director(self.character, SilentPlayer(self.clock), self.talk, self.affect, self.clock)

    def pass_(self, seconds: float) -> None:
        for _ in range(max(1, round(seconds * 60))):
            self.clock.pass_(1 / 60)
            self.director.step()
            self.director.player.step(1.0)
            self.character.update(1 / 60)


@pytest.fixture
def stand(body: Body) -> Stand:
    return Stand(body)


def speech(turn: int, text: str, seconds: float = 1.0, feeling: tuple[str, float] | None = None) -> events.Speech:
    phones = (Phone("AA", "ɑ", 0.0, seconds * 0.8, True), Phone("SIL", "", seconds * 0.8, seconds))
    return events.Speech(turn, text, Utterance(np.zeros(int(22050 * seconds), np.float32), 22050, text, phones), feeling)


def test_sentences_play_one_after_another_and_share_a_bubble(stand: Stand) -> None:
    for event in (events.Heard(1, "hi"), events.Thinking(1), speech(1, "One."), speech(1, "Two."), events.Done(1)):
        stand.director.receive(event)
    stand.pass_(0.5)
    assert [(m.who, m.text) for m in stand.talk.messages] == [("user", "hi"), ("her", "One.")]
    assert stand.talk.caption == "One."
    assert stand.character.doing == "speaking"
    stand.pass_(1.0)
    assert stand.talk.messages[-1].text == "One. Two."
    stand.pass_(1.0)
    assert stand.director.idle
    assert stand.character.doing == "listening"
    assert stand.talk.caption == ""


def test_while_the_mind_is_at_work_she_thinks(stand: Stand) -> None:
    stand.director.receive(events.Heard(1, "hi"))
    stand.pass_(0.1)
    assert stand.character.doing == "thinking"


def test_a_cue_fires_with_its_sentence_and_not_before(stand: Stand) -> None:
    stand.director.receive(speech(1, "Plain."))
    stand.director.receive(speech(1, "Happy!", feeling=("joy", 0.8)))
    stand.pass_(0.5)
    assert stand.character.strengths.get("joy", 0) < 0.1
    stand.pass_(0.7)
    assert stand.character.strengths["joy"] == pytest.approx(0.8)
    stand.pass_(8)
    assert stand.character.strengths.get("joy", 0) < 0.15


def test_a_state_behind_a_sentence_waits_for_it(stand: Stand) -> None:
    later = stand.affect.felt("joy", 0.9, "test", stand.clock())
    stand.director.receive(speech(1, "First."))
    stand.director.receive(events.Feeling(1, later))
    stand.pass_(0.2)
    assert stand.director.affect is stand.affect
    stand.pass_(1.0)
    assert stand.director.affect is later


def test_a_new_turn_hushes_the_old_one_and_what_is_stale_falls_out(stand: Stand) -> None:
    stand.director.receive(speech(1, "Old.", 5.0))
    stand.director.receive(speech(1, "Older still."))
    stand.pass_(0.3)
    stand.director.receive(events.Heard(2, "wait"))
    stand.director.receive(speech(1, "Stale."))
    stand.director.receive(speech(2, "New."))
    stand.pass_(0.3)
    assert [m.text for m in stand.talk.messages] == ["Old.", "wait", "New."]


def test_hush_tells_the_seconds_heard_and_which_sentence(stand: Stand) -> None:
    stand.director.receive(speech(1, "One."))
    stand.director.receive(speech(1, "Two.", 3.0))
    stand.pass_(1.5)
    heard, sentence = stand.director.hush()
    assert heard == pytest.approx(0.5, abs=0.1)
    assert sentence == 1
    stand.pass_(0.12)
    assert stand.director.idle
    stand.pass_(0.3)
    assert stand.character.frame.weights[17] < 0.05
    assert stand.director.hush() is None


def test_between_two_sentences_a_hush_keeps_those_that_were_heard(stand: Stand) -> None:
    for event in (events.Heard(1, "hi"), events.Thinking(1)):
        stand.director.receive(event)
    assert stand.director.hush() == (0.0, 0), "nothing of the answer was heard"
    for event in (events.Heard(2, "hi"), events.Thinking(2), speech(2, "One.")):
        stand.director.receive(event)
    stand.pass_(1.5)
    assert not stand.director.idle, "the second is still being made"
    assert stand.director.hush() == (math.inf, 0)
    assert stand.director.hush() is None


def test_a_sentence_that_was_made_before_the_mind_heard_of_the_silence_is_not_said(stand: Stand) -> None:
    stand.director.receive(speech(1, "One.", 3.0))
    stand.pass_(0.5)
    stand.director.hush()
    stand.director.receive(speech(1, "Two."))
    stand.pass_(0.3)
    assert stand.director.idle
    assert [m.text for m in stand.talk.messages] == ["One."]
    stand.director.receive(speech(2, "New."))
    stand.pass_(0.1)
    assert stand.talk.caption == "New."


def test_a_sentence_without_sound_is_shown_for_as_long_as_reading_takes(stand: Stand) -> None:
    stand.director.receive(events.Speech(1, "A sentence that could not be voiced.", None))
    stand.pass_(1.0)
    assert stand.talk.caption
    stand.pass_(4.0)
    assert stand.director.idle


def test_notices_and_troubles_are_shown_as_such(stand: Stand) -> None:
    stand.director.receive(events.Notice(1, "ai", "She is software."))
    stand.director.receive(events.Trouble(1, "The endpoint is silent."))
    assert [(m.who, m.text) for m in stand.talk.messages] == [("notice", "She is software."), ("trouble", "The endpoint is silent.")]


def test_her_eyes_meet_the_viewer_wherever_the_viewer_stands(stand: Stand) -> None:
    for x in (-0.5, 0.0, 0.5):
        stand.character.viewer = np.array([x, -1.2, 1.6], np.float32)
        stand.character.gaze.look_at_viewer()
        stand.pass_(1.0)
        for side in "lr":
            matrix = stand.character.body.world_joint(f"eye_{side}")
            ahead = matrix[:3, :3] @ np.array([0, -1, 0])
            line = stand.character.viewer + np.array([stand.character.gaze.aim_m[0], 0, stand.character.gaze.aim_m[1]]) - matrix[:3, 3]
            cosine = float(ahead @ line / np.linalg.norm(line))
            assert np.degrees(np.arccos(min(cosine, 1.0))) < 1.0


def test_a_body_at_rest_is_never_still_and_never_wild(stand: Stand) -> None:
    heads = []
    for _ in range(300):
        stand.pass_(1 / 60)
        heads.append(stand.character.body.world_joint("head")[:3, 3].copy())
    path = np.array(heads)
    assert 0.001 < float(np.ptp(path, axis=0).max()) < 0.08
    assert float(np.abs(np.diff(path, axis=0)).max()) < 0.004


def test_she_attends_while_one_writes_to_her(stand: Stand) -> None:
    stand.pass_(0.1)
    assert stand.character.hearing == 0.0
    for _ in range(3):
        stand.director.written()
        stand.pass_(1.0)
        assert stand.character.hearing > 0.5
    stand.pass_(1.0)
    assert stand.character.hearing == 0.0


def test_whoever_speaks_to_her_has_her_eyes_again_and_hears_her_catch_a_breath(stand: Stand) -> None:
    character = stand.character
    character.doing = "speaking"
    for _ in range(3600):
        stand.pass_(1 / 60)
        character.doing = "speaking"
        if character.gaze.away and max(map(abs, character.gaze.offset_deg)) > 4:
            break
    assert character.gaze.away, "she never looked past the viewer while she spoke"
    chest = character.body.joints.index("spine_03")

    def breath() -> float:
        return float(character._posture.breath)

    before, calm = breath(), character.body.skeleton.world[chest].copy()
    character.attend()
    for _ in range(9):  # 150 ms
        character.doing = "listening"
        stand.pass_(1 / 60)
    assert not character.gaze.away
    assert max(map(abs, character.gaze.offset_deg)) < 1.0
    assert breath() > before + 0.2
    assert float(np.abs(character.body.skeleton.world[chest] - calm).max()) > 1e-3
    for _ in range(120):
        stand.pass_(1 / 60)
    assert -1.01 <= breath() <= 1.01, "the breath is let go again"


def test_spoken_words_count_for_more_than_written_ones(stand: Stand) -> None:
    stand.director.written()
    stand.director.hearing = 1.0
    stand.pass_(0.1)
    assert stand.character.hearing == 1.0


def coming(seconds: float, phones: tuple[Phone, ...]) -> Growing:
    made = Growing(22050, "A sentence.", phones)
    made.append(np.zeros(int(22050 * seconds), np.float32))
    return made


def test_lips_go_over_to_what_is_known_better_without_a_jump(stand: Stand) -> None:
    said = coming(0.5, (Phone("AA", "ɑ", 0.0, 3.0),))
    stand.director.receive(events.Speech(1, "A sentence.", said))
    stand.pass_(0.3)
    assert stand.character.phone == "AA"
    said.append(np.zeros(22050, np.float32))
    said.tell((Phone("AA", "ɑ", 0.0, 0.6), Phone("UW", "u", 0.6, 1.0), Phone("M", "m", 1.0, 1.2), Phone("SIL", "", 1.2, 1.5)), ())
    weights = []
    for _ in range(54):
        stand.pass_(1 / 60)
        weights.append(stand.character.frame.weights.copy())
        t = stand.director.sound_s or 0.0
        expected = "AA" if t < 0.6 else "UW" if t < 1.0 else "M"
        assert stand.character.phone == expected
    mouth = np.array(weights)
    jaw, close = mouth[:, INDEX["jawOpen"]], mouth[:, INDEX["mouthClose"]]
    assert float(np.abs(np.diff(jaw)).max()) < 0.25
    closed = slice(43, 50)
    assert float((jaw - close)[closed].min()) < 0.02, "the closure that was told later is complete"


def test_a_sentence_that_stays_away_stands_still_and_goes_on(stand: Stand) -> None:
    said = coming(0.5, (Phone("AA", "ɑ", 0.0, 1.0), Phone("SIL", "", 1.0, 1.5)))
    stand.director.receive(events.Speech(1, "A sentence.", said))
    stand.pass_(1.0)
    assert stand.director.speaking
    assert stand.director.sound_s == pytest.approx(0.5, abs=0.01)
    assert stand.character.frame.weights[INDEX["jawOpen"]] < 0.05, "nobody waits with an open mouth"
    said.append(np.zeros(22050, np.float32))
    said.end()
    stand.pass_(0.3)
    assert 0.6 < (stand.director.sound_s or 0.0) < 0.9
    assert stand.character.frame.weights[INDEX["jawOpen"]] > 0.2
    stand.pass_(1.5)
    assert not stand.director.speaking


def test_the_next_sentence_is_laid_behind_the_present_one_and_a_hush_takes_both(stand: Stand) -> None:
    stand.director.receive(speech(1, "One."))
    stand.director.receive(speech(1, "Two."))
    stand.pass_(0.5)
    assert stand.talk.messages[-1].text == "One."
    assert stand.director.hush() == (pytest.approx(0.5, abs=0.02), 0)
    stand.pass_(0.2)
    assert not stand.director.speaking
    assert stand.talk.messages[-1].text == "One."
    stand.director.receive(speech(2, "Three."))
    stand.pass_(0.1)
    assert stand.director.speaking


def test_a_loud_take_of_a_sentence_opens_her_mouth_wider(body: Body) -> None:
    voice = EspeakVoice()
    widest = {}
    for gain_db in (-12.0, 0.0, 6.0):
        stand = Stand(body)
        stand.director.receive(events.Speech(1, "Bob saw a large car.", voice.speak_now("Bob saw a large car.", Prosody(gain_db=gain_db))))
        jaw = 0.0
        for _ in range(120):
            stand.pass_(1 / 60)
            jaw = max(jaw, float(stand.character.frame.weights[INDEX["jawOpen"]]))
        widest[gain_db] = jaw
    voice.close()
    assert widest[6.0] > 1.05 * widest[0.0]  # its peaks allow no more than some decibels
    assert widest[-12.0] < 0.75 * widest[0.0]
