"""Recipes: round trips, ranges, and one sentence for anything wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avatar.recipe import Recipe, dump, hair_styles, load, parse, save, sliders, stock, stock_names

NAMES = sorted(sliders())
share = st.floats(0, 1, allow_nan=False)


@st.composite
def recipes(draw: st.DrawFn) -> Recipe:
    chosen = draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=6))
    known = sliders()
    shape = {n: draw(st.floats(known[n].low, known[n].high, allow_nan=False)) for n in chosen}
    return Recipe.model_validate({
        "name": draw(st.text(min_size=1, max_size=20)), "shape": shape,
        "figure": {"gender": draw(share), "age": draw(st.floats(25, 80)), "muscle": draw(share)},
        "skin": {"colour": draw(st.from_regex(r"#[0-9a-f]{6}", fullmatch=True)), "freckles": draw(share)},
        "hair": {"style": draw(st.sampled_from(sorted(hair_styles()))), "length": draw(st.floats(0.7, 1.3))},
    })  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(recipes())
def test_a_recipe_survives_the_round_trip(recipe: Recipe) -> None:
    assert parse(dump(recipe), "somewhere") == recipe


@settings(max_examples=25, deadline=None)
@given(
    st.dictionaries(st.from_regex(r"x_[a-z]{1,8}", fullmatch=True), st.none() | st.booleans() | st.integers() | st.text(), max_size=4)
)
def test_unknown_fields_survive_the_round_trip(extra: dict[str, object]) -> None:
    text = json.dumps({**json.loads(dump(stock("mira"))), **extra, "skin": {"x_glow": 3, "blush": 0.5}})
    again = json.loads(dump(parse(text, "f")))
    assert {k: again[k] for k in extra} == extra
    assert again["skin"]["x_glow"] == 3


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60) | st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), st.lists).map(json.dumps))
def test_any_text_is_a_recipe_or_one_sentence_naming_the_file(text: str) -> None:
    try:
        parse(text, "the/file.json")
    except ValueError as err:
        message = str(err)
        assert message.startswith("the/file.json")
        assert message.endswith(".")
        assert "\n" not in message


@pytest.mark.parametrize(
    ("field", "data"),
    [
        ("figure.age", {"figure": {"age": 17}}),
        ("figure.gender", {"figure": {"gender": 2}}),
        ("skin.colour", {"skin": {"colour": "peach"}}),
        ("hair.style", {"hair": {"style": "beehive"}}),
        ("brows.shape", {"brows": {"shape": "zigzag"}}),
        ("beard.style", {"beard": {"style": "wizard"}}),
        ("shape", {"shape": {"eye-scale": 1.0}}),
        ("shape", {"shape": {"wingspan": 0.2}}),
        ("name", {"name": ""}),
        ("figure.muscle", {"figure": {"muscle": float("nan")}}),
    ],
)
def test_a_wrong_field_is_named(field: str, data: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=rf"^r\.json: field {field}: .*\.$"):
        parse(json.dumps(data), "r.json")


def test_no_recipe_can_ask_for_somebody_younger_than_an_adult() -> None:
    for age in (0, 12, 17, 24.9):
        with pytest.raises(ValueError, match=r"figure\.age"):
            parse(json.dumps({"figure": {"age": age}}), "r.json")


def test_a_newer_version_is_refused_kindly() -> None:
    with pytest.raises(ValueError, match="newer than this program"):
        parse('{"version": 99}', "r.json")


def test_saving_and_loading_from_disk(tmp_path: Path) -> None:
    path = tmp_path / "me.json"
    save(stock("jon"), path)
    assert load(path) == stock("jon")
    assert list(tmp_path.iterdir()) == [path]


def test_an_unreadable_or_unwritable_path_gives_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"cannot be read .*\.$"):
        load(tmp_path / "missing.json")
    with pytest.raises(ValueError, match=r"cannot be written .*\.$"):
        save(stock("mira"), tmp_path / "no" / "such" / "folder.json")


def test_stock_people_are_adults_with_characters_of_their_own() -> None:
    people = [stock(name) for name in stock_names()]
    assert len(people) >= 12
    assert all(person.figure.age >= 25 for person in people)
    assert len({tuple(sorted(person.shape.items())) for person in people}) == len(people)
    assert max(person.figure.age for person in people) > 65
    assert any(0.3 < person.figure.gender < 0.7 for person in people)
    for share in ("european", "asian", "african"):
        assert any(getattr(person.figure.heritage, share) > 0.8 for person in people)
    with pytest.raises(ValueError, match=r"choose one of .*jon.*mira"):
        stock("nobody")
