from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from world import take
from world.take import Cue, ScriptTrouble


def test_a_script_is_read() -> None:
    assert take.parse('{"lines": [{"say": "Hi"}, {"say": "Bye", "after_s": 2}]}', "x.json") == [Cue("Hi"), Cue("Bye", 2.0)]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("{", "not valid JSON"), ("[]", "field lines"), ('{"lines": []}', "field lines"), ('{"lines": [{"say": 3}]}', "lines[0].say"),
        ('{"lines": [{"say": "a"}, {"say": "b", "after_s": -1}]}', "lines[1].after_s"),
        ('{"lines": [{"say": "a", "after_s": true}]}', "lines[0].after_s"),
    ],
)  # fmt: skip
def test_a_broken_script_is_one_sentence(text: str, named: str) -> None:
    with pytest.raises(ScriptTrouble) as caught:
        take.parse(text, "x.json")
    assert "x.json" in str(caught.value)
    assert named in str(caught.value)


def test_a_script_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ScriptTrouble, match="nowhere"):
        take.load(tmp_path / "nowhere.json")


PLAIN = st.none() | st.booleans() | st.floats(allow_nan=False) | st.text()
JSON = st.recursive(PLAIN, lambda x: st.lists(x) | st.dictionaries(st.text(), x))


@given(JSON)
def test_any_json_is_a_script_or_a_sentence(value: object) -> None:
    try:
        cues = take.parse(json.dumps({"lines": value}), "x.json")
    except ScriptTrouble as trouble:
        cues = []
        named = str(trouble)
    else:
        named = "x.json"
    assert cues or "x.json" in named
