"""The table of what can be fetched: ours is sound, and any other text is a table or one sentence."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.speech.catalogue import Catalogue, catalogue, parse
from dialogue.trouble import SettingsTrouble

GOOD: dict[str, Any] = {
    "about": "a table", "read_on": "2026-11-23", "sources": ["here"],
    "models": [{
        "key": "en_US-x-low", "kind": "voice", "name": "X", "language": "English", "about": "a tone", "licence": "CC0",
        "terms": "https://example.org/terms", "files": [
            {"name": f"en_US-x-low{s}", "url": f"https://example.org/x{s}", "size": 3, "sha256": "0" * 64} for s in (".onnx", ".onnx.json")
        ],
    }],
}  # fmt: skip


def changed(change: Callable[[dict[str, Any]], object]) -> str:
    table = json.loads(json.dumps(GOOD))
    change(table)
    return json.dumps(table)


def test_ours_has_voices_of_several_languages_and_models_that_hear_each_checkable() -> None:
    ours = catalogue()
    languages = {m.key.partition("-")[0] for m in ours.models if m.kind == "voice"}
    assert {"en_US", "en_GB", "de_DE", "fr_FR", "es_ES"} <= languages
    assert sum(m.kind == "ear" for m in ours.models) >= 2
    assert ours.sources
    for model in ours.models:
        assert {f.host for f in model.files} == {"huggingface.co"}
        assert all(urlsplit(f.url).scheme == "https" and f.url.endswith(f.name) for f in model.files)
        assert "/main/" not in "".join(f.url for f in model.files), "a revision that moves would break the digest"
    digests = [f.sha256 for m in ours.models for f in m.files if not f.name.endswith("-tokens.txt")]
    assert len(set(digests)) == len(digests)


def test_a_model_is_found_whatever_the_case() -> None:
    found = catalogue().find("EN_us-Kristin-MEDIUM")
    assert found is not None
    assert found.key == "en_US-kristin-medium"
    assert catalogue().find("nobody") is None


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda t: t["models"][0]["files"][0].update(sha256="0" * 63), "models.0.files.0.sha256"),
        (lambda t: t["models"][0]["files"][0].update(sha256="G" * 64), "models.0.files.0.sha256"),
        (lambda t: t["models"][0]["files"][0].update(size=0), "models.0.files.0.size"),
        (lambda t: t["models"][0]["files"][0].update(size="3"), "models.0.files.0.size"),
        (lambda t: t["models"][0]["files"][0].update(url="http://example.org/x"), "https"),
        (lambda t: t["models"][0]["files"][0].update(url="https://me:pw@example.org/x"), "https"),
        (lambda t: t["models"][0]["files"][0].update(url="https://[::1/x"), "https"),
        (lambda t: t["models"][0]["files"][0].update(name="../x"), "models.0.files.0.name"),
        (lambda t: t["models"][0]["files"][0].update(name=".hidden"), "models.0.files.0.name"),
        (lambda t: t["models"][0]["files"].pop(), "needs en_US-x-low.onnx"),
        (lambda t: t["models"][0].pop("licence"), "models.0.licence"),
        (lambda t: t["models"][0].update(licence=" "), "models.0.licence"),
        (lambda t: t["models"][0].update(kind="song"), "models.0.kind"),
        (lambda t: t["models"][0].update(key="a/b"), "models.0.key"),
        (lambda t: t["models"].append(t["models"][0]), "twice"),
        (lambda t: t.update(read_on="yesterday"), "read_on"),
        (lambda t: t.update(extra=1), "extra"),
        (lambda t: t.pop("models"), "models"),
    ],
)
def test_a_wrong_field_is_named_in_one_sentence(change: Callable[[dict[str, Any]], object], named: str) -> None:
    with pytest.raises(SettingsTrouble) as caught:
        parse(changed(change), "assets/x.json")
    sentence = str(caught.value)
    assert sentence.startswith("assets/x.json")
    assert named in sentence
    assert "\n" not in sentence


@given(st.one_of(st.text(max_size=300), st.binary(max_size=300)))
def test_any_text_is_a_table_or_a_sentence(text: str | bytes) -> None:
    sentence = "x.json"
    try:
        parse(text, "x.json")
    except SettingsTrouble as trouble:
        sentence = str(trouble)
    assert "x.json" in sentence


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=6,
)


@given(st.sampled_from(sorted(GOOD["models"][0]["files"][0])), json_values)
def test_any_value_in_a_file_is_taken_safely_or_refused(field: str, value: Any) -> None:
    text = changed(lambda t: t["models"][0]["files"][0].update({field: value}))
    table: Catalogue | None = None
    sentence = "models.0"
    try:
        table = parse(text, "x.json")
    except SettingsTrouble as trouble:
        sentence = str(trouble)
    assert "models.0" in sentence
    if table is not None:
        file = table.models[0].files[0]
        assert "/" not in file.name
        assert file.url.startswith(("https://", "http://127.", "http://localhost", "http://[::1]"))
        assert file.size > 0
        assert len(file.sha256) == 64
