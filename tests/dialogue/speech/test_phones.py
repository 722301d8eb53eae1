from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.speech.phones import arpa, timed


@pytest.mark.parametrize(
    ("ipa", "expected"),
    [
        ("p", ["P"]),
        ("ˈɛɹ", ["EH", "R"]),
        ("", ["SIL"]),
        ("aɪə", ["AY", "AX"]),
        ("dʒ", ["JH"]),
        ("iː", ["IY"]),
        ("ˈoʊ", ["OW"]),
        ("?!", ["SIL"]),
    ],
)
def test_ipa_becomes_arpabet(ipa: str, expected: list[str]) -> None:
    assert arpa(ipa) == expected


def test_two_phones_in_one_event_share_its_time_60_to_40() -> None:
    phones = timed([("ɛɹ", 0.0)], 1.0, 175)
    assert [(p.arpa, round(p.start_s, 3), round(p.end_s, 3)) for p in phones] == [("EH", 0.0, 0.6), ("R", 0.6, 1.0)]


def test_a_stop_begins_before_its_burst_by_the_measured_lag() -> None:
    phones = timed([("ɑ", 0.0), ("p", 0.5), ("ɑ", 0.6)], 1.0, 175)
    assert phones[1].start_s == pytest.approx(0.5 - 0.041, abs=1e-6)
    voiced = timed([("ɑ", 0.0), ("b", 0.5), ("ɑ", 0.6)], 1.0, 175)
    assert voiced[1].start_s == pytest.approx(0.5 - 0.78 * 0.041, abs=1e-6)
    nasal = timed([("ɑ", 0.0), ("m", 0.5), ("ɑ", 0.6)], 1.0, 175)
    assert nasal[1].start_s == 0.5


def test_faster_speech_closes_later() -> None:
    slow, fast = (timed([("ɑ", 0.0), ("t", 0.5)], 1.0, rate)[1].start_s for rate in (110, 280))
    assert slow < fast < 0.5


def test_the_phone_before_a_stop_keeps_at_least_ten_milliseconds() -> None:
    phones = timed([("ɑ", 0.49), ("p", 0.5)], 1.0, 110)
    vowel = next(p for p in phones if p.arpa == "AA")
    assert vowel.end_s - vowel.start_s == pytest.approx(0.01, abs=1e-6)


IPA = st.sampled_from(["", "p", "b", "m", "t", "k", "dʒ", "tʃ", "ˈɛɹ", "aɪə", "oʊ", "s", "ə", "ˈɑː", "ɫ", "?"])


@given(st.lists(st.tuples(IPA, st.floats(0, 3)), max_size=40), st.floats(0.1, 3.5), st.floats(90, 300))
def test_any_events_cover_the_sound_without_gap_or_overlap(events: list[tuple[str, float]], end: float, rate: float) -> None:
    events.sort(key=lambda e: e[1])
    phones = timed(events, end, rate)
    assert phones[0].start_s == 0.0
    assert all(a.end_s == pytest.approx(b.start_s) for a, b in pairwise(phones))
    assert all(p.end_s > p.start_s for p in phones)
    assert phones[-1].end_s == pytest.approx(end)
