"""Phones of a known text in a sound: checked on espeak's own voice, whose times are known, and on flite where it is installed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.resources import files
from itertools import pairwise

import numpy as np
import pytest

from dialogue.speech import align as package
from dialogue.speech import flite
from dialogue.speech.align import align, align_coming, align_told, alone, own, spell, sphinx
from dialogue.speech.align.aligner import Aligner
from dialogue.speech.align.features import RATE_HZ, log_mel, neighbourhoods
from dialogue.speech.align.network import PHONES, load
from dialogue.speech.align.spelling import Spelled
from dialogue.speech.align.viterbi import best_path
from dialogue.speech.align.words import matched, words_of
from dialogue.speech.espeak import EspeakVoice
from dialogue.speech.languages import espeak_name
from dialogue.speech.sound import Phone, Prosody, Samples, Utterance
from world.commands.lips import Score, missed

TEXT = "My brother bought plums, and Bob paid 25 dollars."
Method = Callable[[Samples, int, Spelled], list[Phone]]
METHODS = [pytest.param(own.align, id="own"), pytest.param(sphinx.align, id="pocketsphinx", marks=pytest.mark.skipif(
    not sphinx.installed(), reason="pocketsphinx has no wheel for this Python; English is aligned by our own network here"))]  # fmt: skip


@pytest.fixture(scope="module")
def said() -> Iterator[Utterance]:
    voice = EspeakVoice("en-us+m3")
    yield voice.speak_now(TEXT, Prosody())
    voice.close()


def whole(phones: list[Phone] | tuple[Phone, ...], end_s: float) -> None:
    """Phones cover 0..end without gap or overlap."""
    assert phones[0].start_s == 0.0
    assert phones[-1].end_s == pytest.approx(end_s)
    for a, b in pairwise(phones):
        assert a.end_s == pytest.approx(b.start_s, abs=1e-6)
        assert a.end_s > a.start_s


@pytest.mark.parametrize("method", METHODS)
def test_closed_lips_are_found_where_they_are(method: Method, said: Utterance) -> None:
    found = method(said.samples, said.rate_hz, spell(TEXT))
    whole(found, said.duration_s)
    true, ours = ([p.start_s for p in phones if p.arpa in ("P", "B", "M")] for phones in (said.phones, found))
    assert len(ours) == len(true)
    assert np.median(np.abs(np.array(true) - np.array(ours))) < 0.04
    assert max(np.abs(np.array(true) - np.array(ours))) < 0.13


@pytest.mark.parametrize("method", METHODS)
def test_the_rate_of_the_sound_does_not_matter(method: Method, said: Utterance) -> None:
    from dialogue.speech.resample import resample

    spelled = spell(TEXT)
    there = method(said.samples, said.rate_hz, spelled)
    here = method(resample(said.samples, said.rate_hz, 48000), 48000, spelled)
    assert [p.arpa for p in there if p.arpa != "SIL"] == [p.arpa for p in here if p.arpa != "SIL"]
    starts = [np.array([p.start_s for p in phones if p.arpa != "SIL"]) for phones in (there, here)]
    assert np.median(np.abs(starts[0] - starts[1])) < 0.011


def test_words_get_their_times_also_where_one_is_said_as_several(said: Utterance) -> None:
    aligner = Aligner()
    phones, words = aligner.align(said.samples, said.rate_hz, TEXT)
    aligner.close()
    whole(phones, said.duration_s)
    assert [TEXT[w.start : w.end] for w in words] == ["My", "brother", "bought", "plums,", "and", "Bob", "paid", "25", "dollars."]
    known = {w.start: w.start_s for w in said.words}
    for word in words:
        assert abs(word.start_s - known[word.start]) < 0.12, TEXT[word.start : word.end]
    stressed = {p.arpa for p in phones if p.stressed}
    assert {"AH", "AA"} <= stressed


def test_behind_a_dead_aligner_lips_follow_the_sound_alone(said: Utterance) -> None:
    aligner = Aligner()
    aligner._worker._module = "dialogue.nothing_here"
    phones, words = aligner.align(said.samples, said.rate_hz, TEXT)
    whole(phones, said.duration_s)
    assert {p.arpa for p in phones} > {"SIL"}
    assert words == ()
    assert aligner.align_coming(np.zeros(0, np.float32), 16000, TEXT) == ((), ())


def broken(*_: object, **__: object) -> list[Phone]:
    raise RuntimeError("Failed to stop utterance processing")


def test_where_pocketsphinx_breaks_our_own_network_finds_the_same_lips(said: Utterance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package.sphinx, "align", broken)
    monkeypatch.setattr(package.alone, "by_sphinx", broken)
    assert align(said.samples, said.rate_hz, TEXT) == own.align(said.samples, said.rate_hz, spell(TEXT))
    assert align(said.samples, said.rate_hz, None) == alone.by_network(said.samples, said.rate_hz)


def test_where_every_method_breaks_she_still_has_phones(said: Utterance, monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name in ((package.sphinx, "align"), (package.own, "align"), (package.alone, "by_sphinx"), (package.alone, "by_network")):
        monkeypatch.setattr(module, name, broken)
    monkeypatch.setattr("dialogue.speech.align.begun.found_in", broken)
    whole(align(said.samples, said.rate_hz, TEXT), said.duration_s)
    whole(align(said.samples, said.rate_hz, None), said.duration_s)
    phones, words, _ = align_coming(said.samples, said.rate_hz, TEXT, 1.0)
    assert [p.arpa for p in phones if p.arpa in ("P", "B", "M")] == [p.arpa for p in said.phones if p.arpa in ("P", "B", "M")]
    assert len(words) == len(TEXT.split())


def test_a_language_that_nobody_spells_is_spoken_by_its_sound(said: Utterance) -> None:
    aligner = Aligner("fil")
    phones, words = aligner.align(said.samples, said.rate_hz, TEXT)
    coming, _ = aligner.align_coming(said.samples, said.rate_hz, TEXT)
    aligner.close()
    assert list(phones) == list(coming) == alone.by_network(said.samples, said.rate_hz)
    assert words == ()


@pytest.mark.parametrize(
    "language",
    ["en_US", "en_IN", "en_GB", "zh", "zh_CN", "zh-TW", "zh_HK", "no", "nb_NO", "nn_NO", "pt_PT", "pt_BR", "es_MX",
     "fr-fr", "fr_CA", "iw", "de_DE"],
)  # fmt: skip
def test_languages_are_named_as_espeak_names_them(language: str) -> None:
    assert spell("1", espeak_name(language)).phones


def test_a_language_is_not_taken_for_its_neighbour() -> None:
    names = ("zh_HK", "zh_TW", "fil_PH", "", "gmw/en", "en-us")
    assert [espeak_name(name) for name in names] == ["yue", "cmn", "fil", "en-us", "gmw/en", "en-us"]


def test_a_language_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="xx-nowhere"):
        align(np.ones(1600, np.float32), 16000, "Hello", "xx-nowhere")


def test_another_language_goes_to_our_own_network() -> None:
    voice = EspeakVoice("es")
    text = "Buenas tardes, amigo mío."
    made = voice.speak_now(text, Prosody())
    voice.close()
    found = align(made.samples, made.rate_hz, text, "es")
    whole(found, made.duration_s)
    true, ours = ([p.start_s for p in phones if p.arpa in ("P", "B", "M")] for phones in (made.phones, found))
    assert len(true) == len(ours) == 3
    assert np.median(np.abs(np.array(true) - np.array(ours))) < 0.04


@pytest.mark.parametrize("text", ["", "…", " "])
def test_no_words_are_silence(text: str) -> None:
    assert align(np.ones(1600, np.float32) * 0.1, 16000, text) == [Phone("SIL", "", 0.0, 0.1)]


def test_silence_is_silence_and_nothing_is_nothing() -> None:
    assert align(np.zeros(16000, np.float32), 16000, TEXT) == [Phone("SIL", "", 0.0, 1.0)]
    assert align(np.zeros(0, np.float32), 16000, TEXT) == []


def test_words_that_do_not_fit_are_spread_over_what_sounds(said: Utterance) -> None:
    found = align(said.samples[: said.rate_hz // 2], said.rate_hz, TEXT * 8)
    whole(found, 0.5)
    assert sum(p.arpa != "SIL" for p in found) == len(spell(TEXT * 8).phones)


def test_it_is_told_whether_the_words_were_found(said: Utterance) -> None:
    found, there = align_told(said.samples, said.rate_hz, spell(TEXT))
    assert there
    assert found == align(said.samples, said.rate_hz, TEXT)
    assert not align_told(said.samples[: said.rate_hz // 2], said.rate_hz, spell(TEXT * 8))[1]
    assert not align_told(np.zeros(16000, np.float32), 16000, spell(TEXT))[1]
    assert align_told(np.zeros(16000, np.float32), 16000, spell(""))[1]


def test_what_is_longer_than_any_sentence_is_not_searched_and_that_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    searched: list[object] = []
    monkeypatch.setattr(package.own, "align", lambda *given: searched.append(given))
    monkeypatch.setattr(package.sphinx, "align", lambda *given: searched.append(given))
    hum = np.tile(np.array([0.2, -0.2], np.float32), 8000 * 100 // 2)
    found, there = align_told(hum, 8000, spell("Hello there"))
    whole(found, 100.0)
    assert not searched
    assert not there
    assert [p.arpa for p in found] == ["HH", "AX", "L", "OW", "DH", "EH", "R"]


def test_features_have_a_frame_for_each_hundredth_and_do_not_depend_on_loudness() -> None:
    rng = np.random.default_rng(1)
    noise = rng.normal(0, 0.1, RATE_HZ).astype(np.float32)
    frames = log_mel(noise, RATE_HZ)
    assert frames.shape == (100, 26)
    assert neighbourhoods(frames).shape == (100, 390)
    assert np.abs(frames - log_mel(noise * 0.25, RATE_HZ)).max() < 0.02


def test_viterbi_follows_the_scores_and_keeps_the_least_length() -> None:
    scores = np.full((12, len(PHONES)), -5.0, np.float32)
    for k, name in enumerate(["SIL", "SIL", "B", "B", "B", "AA", "AA", "AA", "AA", "SIL", "SIL", "SIL"]):
        scores[k, PHONES.index(name)] = 0.0
    assert best_path(scores, ["B", "AA"], [True, False, True]) == [(-1, 0, 2), (0, 2, 5), (1, 5, 9), (-1, 9, 12)]
    assert best_path(scores, ["B", "AA"], [False, False, False]) == [(0, 0, 5), (1, 5, 12)]
    assert best_path(scores[:3], ["B", "AA"], [False, False, False]) == []


def test_the_shipped_network_is_small_and_names_forty_phones() -> None:
    assert len(files("world.assets").joinpath("speech/aligner.npz").read_bytes()) < 400_000
    assert load().logits(np.zeros((3, 390), np.float32)).shape == (3, 40)


def test_an_engine_that_spells_otherwise_still_gets_its_words() -> None:
    spelled = spell("better water")
    engine = [Phone(n, "", k * 0.1, k * 0.1 + 0.1) for k, n in enumerate(["B", "EH", "T", "ER", "SIL", "W", "AA", "T", "ER"])]
    phones, counted = matched(engine, spelled)
    words = words_of(counted, phones)
    assert [(round(w.start_s, 1), round(w.end_s, 1)) for w in words] == [(0.0, 0.4), (0.5, 0.9)]
    assert [p.arpa for p in phones if p.stressed] == ["EH", "AA"]


ALONE = [pytest.param(alone.by_network, 0.8, id="own"), pytest.param(alone.by_sphinx, 0.35, id="pocketsphinx", marks=pytest.mark.skipif(
    not sphinx.installed(), reason="pocketsphinx has no wheel for this Python; our own network hears alone here"))]  # fmt: skip


@pytest.mark.parametrize(("method", "least"), ALONE)
def test_without_the_text_lips_are_right_as_far_as_can_be(
    method: Callable[[Samples, int], list[Phone]], least: float, said: Utterance
) -> None:
    """Our network knows this voice; pocketsphinx knows people, and does better on recordings (see the bench)."""
    found = method(said.samples, said.rate_hz)
    whole(found, said.duration_s)
    score, silent = Score(), Score()
    score.add(said.phones, found, 0.0)
    silent.add(said.phones, [Phone("SIL", "", 0.0, said.duration_s)], 0.0)
    assert score.figures()["acc6"] > least
    assert silent.figures()["acc6"] < 0.2


def test_no_text_is_not_an_empty_text(said: Utterance) -> None:
    found = align(said.samples, said.rate_hz, None)
    whole(found, said.duration_s)
    assert len({p.arpa for p in found}) > 8
    assert align(np.zeros(16000, np.float32), 16000, None) == [Phone("SIL", "", 0.0, 1.0)]
    assert align(np.zeros(0, np.float32), 16000, None) == []
    for length in (1, 200, 400):
        whole(align(np.full(length, 0.5, np.float32), 16000, None), length / 16000)


def test_the_free_path_follows_the_scores_keeps_the_least_length_and_pays_for_changes() -> None:
    scores = np.full((8, len(PHONES)), -5.0, np.float32)
    for k, name in enumerate(["SIL", "SIL", "B", "B", "B", "AA", "B", "B"]):
        scores[k, PHONES.index(name)] = 0.0
    sil, b = PHONES.index("SIL"), PHONES.index("B")
    assert alone.free_path(scores, 1.0) == [(sil, 2), (b, 8)]
    assert alone.free_path(scores, 100.0) == [(b, 8)]
    assert alone.free_path(scores[:1], 1.0) == [(sil, 1)]
    rng = np.random.default_rng(1)
    path = alone.free_path(rng.normal(0, 5, (60, len(PHONES))).astype(np.float32), 0.0)
    assert path[-1][1] == 60
    assert min(np.diff([0, *(after for _, after in path)])) >= 2


@pytest.mark.long
@pytest.mark.skipif(not flite.installed(), reason="the program flite is not installed; script/setup installs it on Debian")
def test_the_lips_reach_their_gates_on_sixty_sentences() -> None:
    from world.commands.lips import measure

    figures = measure()
    assert figures["sentences"] == 60
    assert figures["closures_reached"] == 1.0
    for prefix in ("", "own_") if figures["aligner"] == "pocketsphinx" else ("",):  # our network has not heard the voices
        assert figures[f"{prefix}pp_recall"] >= 0.98
        assert figures[f"{prefix}pp_precision"] >= 0.98
        assert figures[f"{prefix}acc15"] >= 0.86
        assert round(figures[f"{prefix}acc6"], 3) >= 0.90
        assert figures[f"{prefix}onset_ms"] <= 10
        assert figures[f"{prefix}onset_p95_ms"] <= 36
    if sphinx.installed():
        assert figures["alone_acc6"] >= 0.77
    assert figures["alone_own_acc6"] >= 0.60
    assert figures["missed"] == []


def test_the_bench_of_lips_names_what_is_missed() -> None:
    reached = {"aligner": "own", "acc6": 0.9, "onset_ms": 10.0, "own_acc15": 0.86, "alone_acc6": 0.77}
    assert missed(reached) == []
    assert missed(reached | {"acc6": 0.899, "own_onset_p95_ms": 36.5, "alone_acc6": 0.76}) == ["acc6", "alone_acc6", "own_onset_p95_ms"]
