"""A server's words onto ours, and phones inside them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue.speech import align as package
from dialogue.speech.align import align_captioned, spell
from dialogue.speech.align.captions import agree, inside, placed
from dialogue.speech.espeak import EspeakVoice
from dialogue.speech.sound import Phone, Prosody, Word

TEXT = "Bob paid 25 dollars, and left."


def test_numbers_and_signs_that_the_server_writes_its_own_way_find_their_place() -> None:
    theirs = [("Bob", 0.1, 0.4), ("paid", 0.4, 0.7), ("twenty", 0.7, 1.0), ("five", 1.0, 1.2), ("dollars", 1.3, 1.8), (",", 1.8, 1.9),
              ("and", 2.0, 2.1), ("left", 2.1, 2.5), (".", 2.5, 2.6)]  # fmt: skip
    words = placed(theirs, TEXT, spell(TEXT), 2.7)
    assert [(TEXT[w.start : w.end], w.start_s, w.end_s) for w in words] == [
        ("Bob", 0.1, 0.4), ("paid", 0.4, 0.7), ("25", 0.7, 1.2), ("dollars,", 1.3, 1.8), ("and", 2.0, 2.1), ("left.", 2.1, 2.5)
    ]  # fmt: skip


def test_a_word_that_the_server_leaves_out_shares_the_gap() -> None:
    theirs = [("Bob", 0.1, 0.4), ("paid", 0.4, 0.7), ("dollars", 1.3, 1.8), ("and", 2.0, 2.1), ("left", 2.1, 2.5)]
    words = placed(theirs, TEXT, spell(TEXT), 2.7)
    assert (words[2].start_s, words[2].end_s) == (0.7, 1.3)


@pytest.mark.parametrize("theirs", [[], [("something", 0.1, 0.5), ("else", 0.5, 0.9)], [("Bob", 9.0, 9.4), ("paid", 9.4, 9.7)],
                                    [("left", 0.1, 0.2), ("Bob", 0.3, 0.4)]])  # fmt: skip
def test_words_of_something_else_are_refused(theirs: list[tuple[str, float, float]]) -> None:
    assert placed(theirs, TEXT, spell(TEXT), 2.7) == ()


def test_phones_lie_inside_their_words_by_the_lengths_of_espeak() -> None:
    voice = EspeakVoice("en-us+m3")
    said = voice.speak_now(TEXT, Prosody())
    voice.close()
    spelled = spell(TEXT)
    words = tuple(Word(w[0], w[1], 0.2 + 0.5 * k, 0.6 + 0.5 * k) for k, w in enumerate(spelled.written))
    phones = inside(words, spelled, said.phones, 4.0)
    assert phones[0] == Phone("SIL", "", 0.0, 0.2)
    assert phones[-1].end_s == 4.0
    assert [p.arpa for p in phones if p.arpa != "SIL"] == [name for name, _, _ in spelled.phones]
    for a, b in pairwise(phones):
        assert a.end_s == pytest.approx(b.start_s)
    lasts = [p.end_s - p.start_s for p in phones[1:4]]
    held = [p.end_s - p.start_s for p in said.phones if p.arpa != "SIL"][:3]
    assert [one / sum(lasts) for one in lasts] == pytest.approx([one / sum(held) for one in held])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([*TEXT.split(), "x", ","]), st.floats(-1, 5), st.floats(-1, 5)), max_size=9))
def test_whatever_a_server_tells_the_phones_cover_the_sound(theirs: list[tuple[str, float, float]]) -> None:
    spelled = spell(TEXT)
    words = placed(theirs, TEXT, spelled, 2.7)
    assert len(words) in (0, len(spelled.written))
    if words:
        phones = inside(words, spelled, (), 2.7)
        assert phones[0].start_s == 0.0
        assert phones[-1].end_s == pytest.approx(2.7)
        for a, b in pairwise(phones):
            assert a.end_s == pytest.approx(b.start_s)
            assert b.end_s > b.start_s


def test_where_the_sound_does_not_agree_the_servers_words_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    voice = EspeakVoice("en-us+m3")
    said = voice.speak_now(TEXT, Prosody())
    voice.close()
    captions = [(TEXT[w.start : w.end], w.start_s, w.end_s) for w in said.words]
    phones, words = align_captioned(said.samples, said.rate_hz, TEXT, captions)
    assert agree(words, words)
    aligned = package.align(said.samples, said.rate_hz, TEXT)
    # pocketsphinx hears the same sound a little differently the second time
    one, two = ([p for p in some if p.arpa != "SIL"] for some in (phones, aligned))
    assert [p.arpa for p in one] == [p.arpa for p in two]
    assert np.median([abs(a.end_s - b.end_s) for a, b in zip(one, two, strict=True)]) < 0.02
    crowded = [Phone(p.arpa, p.ipa, p.start_s * 0.3, p.end_s * 0.3, p.stressed) for p in aligned]
    monkeypatch.setattr(package, "align_spelled", lambda *_: crowded)
    phones, words = align_captioned(said.samples, said.rate_hz, TEXT, captions)
    true, ours = ([p.start_s for p in some if p.arpa in ("P", "B", "M")] for some in (said.phones, phones))
    assert len(true) == len(ours)
    assert float(np.max(np.abs(np.array(true) - np.array(ours)))) < 0.12
