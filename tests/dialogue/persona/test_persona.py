"""Persona files: adults with tastes and limits; errors say file and field; unknown fields survive."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.affect.mood import default_mood
from dialogue.persona.persona import STOCK, Persona, load_persona, read_persona, write_persona
from dialogue.safety.farewell import is_tactic
from dialogue.safety.human import claims_human
from dialogue.trouble import SettingsTrouble


def data() -> dict[str, object]:
    loaded: dict[str, object] = json.loads(write_persona(load_persona("mira")))
    return loaded


@pytest.mark.parametrize("name", STOCK)
def test_the_stock_people_are_adults_with_character(name: str) -> None:
    persona = load_persona(name)
    assert persona.age >= 25
    assert len(persona.likes) >= 5
    assert len(persona.flaws) >= 2
    assert len(persona.first_message.split()) <= 60
    assert persona.first_message.count("?") <= 1
    assert default_mood(persona.traits.as_map())[0] > 0
    said = [persona.first_message, persona.about, *(s for lines in persona.says.values() for s in lines)]
    assert not any(claims_human(s) or is_tactic(s) for s in said)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("age", 17, "'age' is wrong"),
        ("traits", {"O": 3}, "'traits.O' is wrong"),
        ("likes", ["one thing"], "'likes' is wrong"),
        ("version", 9, "'version' is wrong"),
    ],
)
def test_a_wrong_field_is_named_in_one_sentence(field: str, value: object, words: str) -> None:
    with pytest.raises(SettingsTrouble) as caught:
        read_persona(json.dumps({**data(), field: value}), "friend.json")
    assert words in str(caught.value)
    assert str(caught.value).startswith("friend.json:")
    assert "\n" not in str(caught.value)


def test_a_missing_field_and_broken_json_are_told_apart() -> None:
    short = data()
    del short["name"]
    with pytest.raises(SettingsTrouble, match="'name' is missing"):
        read_persona(json.dumps(short), "friend.json")
    with pytest.raises(SettingsTrouble, match="not valid JSON"):
        read_persona("{", "friend.json")


def test_an_unknown_name_says_which_there_are(tmp_path: Path) -> None:
    with pytest.raises(SettingsTrouble, match="use mira, jon"):
        load_persona(str(tmp_path / "nobody.json"))


@given(
    st.dictionaries(
        st.text("abcxyz_", min_size=3, max_size=8).map(lambda k: "x_" + k),
        st.one_of(st.integers(), st.text(max_size=9), st.lists(st.integers(), max_size=3)),
    )
)
def test_unknown_fields_survive(extra: dict[str, object]) -> None:
    kept = json.loads(write_persona(read_persona(json.dumps({**data(), **extra}), "f")))
    assert kept == {**data(), **extra}
    assert isinstance(Persona.model_validate(kept), Persona)
