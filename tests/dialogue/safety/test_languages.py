"""The crisis line and the stop words in the most spoken languages, in their own letters and in Latin ones (L-09, S-11)."""

from __future__ import annotations

import random

import pytest

from dialogue.data import asset_json
from dialogue.safety.crisis import MOST_WORDS, CrisisWatch
from dialogue.safety.guard import Guard
from dialogue.safety.languages import danger_in, stops_in
from dialogue.safety.state import SafetyState
from tests.dialogue.safety.sets import load

DANGER = {
    "zh": ["我不想活了", "我想自杀", "活着没有意思", "wo xiang si"],
    "hi": ["मैं मरना चाहता हूँ", "मुझे जीने का मन नहीं है", "main marna chahta hoon", "khudkushi karne ka soch raha hoon"],
    "es": ["quiero morirme", "ya no quiero vivir", "pienso en suicidarme"],
    "fr": ["je veux mourir", "je ne veux plus vivre", "j'ai envie d'en finir"],
    "ar": ["أريد أن أموت", "لا أريد أن أعيش", "areed an amoot", "afakker fel intihar"],
    "bn": ["আমি মরতে চাই", "আমি আর বাঁচতে চাই না", "ami morte chai"],
    "pt": ["quero morrer", "não quero mais viver", "penso em me matar"],
    "ru": ["хочу умереть", "не хочу больше жить", "ya hochu umeret"],
    "ur": ["میں مرنا چاہتا ہوں", "میں خودکشی کرنا چاہتی ہوں", "main mar jaun"],
    "id": ["aku ingin mati", "aku mau bunuh diri", "gak mau hidup lagi"],
    "de": ["ich will nicht mehr leben", "ich möchte sterben", "ich habe Suizidgedanken"],
}
URGENT = {
    "zh": "今晚就自杀",
    "hi": "आज रात जान दे दूंगा",
    "es": "esta noche me mato",
    "fr": "ce soir je me tue",
    "ar": "الليلة سأقتل نفسي",
    "bn": "আজ রাতে আত্মহত্যা করব",
    "pt": "hoje à noite vou me matar",
    "ru": "сегодня ночью убью себя",
    "ur": "آج رات خودکشی کروں گا",
    "id": "malam ini aku bunuh diri",
    "de": "heute Nacht bringe ich mich um",
}
STOP = {
    "zh": ["停", "别说了", "慢一点"],
    "hi": ["रुको", "बस करो", "ruko please", "aaj raat nahi"],
    "es": ["para", "basta ya", "esta noche no"],
    "fr": ["arrête", "pas ce soir", "doucement s'il te plaît"],
    "ar": ["توقف", "كفى", "khalas", "مش الليلة"],
    "bn": ["থামো", "আর না", "thamo"],
    "pt": ["para com isso", "chega", "mais devagar"],
    "ru": ["хватит", "стоп", "ne nado", "не сегодня"],
    "ur": ["رکو", "بس کرو", "ruk jao"],
    "id": ["berhenti", "cukup", "pelan-pelan ya"],
    "de": ["hör auf", "langsamer bitte", "heute nicht"],
}
HARMLESS = [
    "我想吃面",
    "我想死你了",
    "मुझे भूख लगी है",
    "quiero dormir",
    "para mi hermana",
    "je veux manger",
    "أريد أن آكل",
    "আমি ভাত খেতে চাই",
    "quero comer",
    "хочу спать",
    "مجھے بھوک لگی ہے",
    "aku mau makan",
    "lampu mati lagi",
    "ich will schlafen",
    "das reicht mir schon zum Glück",
    "basta pasta",
    "mari kita makan",
    "mati lampu",
    "bas ki ticket",
    "bas stand kahan hai",
]


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, texts in DANGER.items() for text in texts])
def test_l09_danger_is_answered_in_the_language_with_the_countrys_line(code: str, text: str) -> None:
    for country, line in (("GB", "116 123"), ("IN", "14416"), (None, "findahelpline.com")):
        watch = CrisisWatch(country)
        answer = watch.hear(text, random.Random(1))
        assert answer, text
        assert answer.sign.tier == 2
        assert answer.refers
        assert watch.referrals == 1
        assert line in answer.text
        assert " or " not in answer.text
        assert len(answer.text.split()) <= MOST_WORDS
        assert "{" not in answer.text
    assert danger_in(text) is not None


@pytest.mark.parametrize("code", sorted(URGENT))
def test_l09_immediate_danger_gets_the_emergency_number_first(code: str) -> None:
    answer = CrisisWatch("GB").hear(URGENT[code], random.Random(1))
    assert answer
    assert answer.sign.tier == 3
    assert answer.text.index("999") < answer.text.index("116 123")
    assert answer.text.replace("{", "") in {
        line.replace("{emergency}", "999").replace("{short}", "Samaritans 116 123, SMS SHOUT 85258")
        for line in asset_json("safety/languages.json")["languages"][code]["urgent"]
    }


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, texts in STOP.items() for text in texts])
def test_s11_a_stop_word_of_any_language_ends_it_in_that_very_turn(code: str, text: str) -> None:
    state = SafetyState("Mira")
    state.consent.choose(2, 0.0, "page")
    ruling = Guard("Mira", None, state).before(text, random.Random(1))
    assert ruling, text
    assert ruling.rule == "stop"
    assert "?" not in ruling.text
    assert state.consent.level(0.0) == 0


@pytest.mark.parametrize("text", HARMLESS)
def test_daily_words_of_those_languages_are_neither(text: str) -> None:
    assert danger_in(text) is None
    assert stops_in(text) is None


def test_ordinary_english_is_neither() -> None:
    for name in ("ordinary", "ordinary_more", "ordinary_early", "ordinary_tune"):
        for item in load(name):
            assert danger_in(item["text"]) is None, item
            assert stops_in(item["text"]) is None, item


def test_every_language_has_all_parts_and_her_stop_lines_ask_nothing() -> None:
    table = asset_json("safety/languages.json")["languages"]
    assert set(table) == set(DANGER) == set(URGENT) == set(STOP)
    for row in table.values():
        assert all(row[part] for part in ("name", "thoughts", "acute", "stop", "answer", "urgent", "stopped"))
        assert all("{short}" in line and "{emergency}" in line for line in (*row["answer"], *row["urgent"]))
        assert not any(sign in line for line in row["stopped"] for sign in "?？؟")
