"""What a model streams becomes sentences; where the chunks are cut must never matter."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dialogue.affect.tables import labels
from dialogue.brain.script import Script, Sentence, read_reply, without_marks
from dialogue.brain.sentences import MOST_LETTERS, Splitter, spoken_form
from dialogue.brain.tags import HOLD, Mark, Piece, TagStream, Text
from dialogue.record import Sentence as Kept
from dialogue.record import Turn
from world.talk import Talk

SAMPLES = [
    "[joy] Hi! [sad:0.4]oh no",
    'Hello <|ACT {"emotion":{"name":"surprised","intensity":1},"motion":"shrug"}|> wow',
    "<think>plan [joy] secret</think>Fine. *smiles softly* So (see page 3) 2 < 3 and a*b*c",
    "**Bold** text [note: not a tag] ok [happy",
    "<|unfinished",
    "(laughing) I love it 😂 and ❤️ you. [HAPPY=80%] yes",
    "a [1] b [2] c <joy/> d </joy> e <b>x</b>",
    "*she leans closer and grins* hey\n*\nlist item * two",
    "[love]I missed… no [angry: 2]x",
    "([joy])",
    "text ends with <",
    "text ends with [",
    "<thi nk> [sad]\n[joy\n] k",
    "Dr. Smith paid 3.50 at 9 a.m. today. See https://example.org/a.b?c=1, it's nice! Really? Yes… maybe.",
    "<thinking>[joy] all of it</thinking>[calm] Good.",
]
ALPHABET = '[]()*<>|/ joysadthink:0.7%\n{}"😂❤️aAC.,!?…'


def pieces(chunks: list[str]) -> list[Piece]:
    stream = TagStream()
    found = [p for chunk in chunks for p in stream.feed(chunk)] + stream.end()
    merged: list[Piece] = []
    for piece in found:
        last = merged[-1] if merged else None
        if isinstance(piece, Text) and isinstance(last, Text):
            merged[-1] = Text(last.text + piece.text, last.at)
        else:
            merged.append(piece)
    return merged


def sentences(chunks: list[str], early: bool = False) -> list[Sentence]:
    script = Script(early)
    return [s for chunk in chunks for s in script.feed(chunk)] + script.end()


def cut(text: str, rng: random.Random) -> list[str]:
    places = sorted(rng.sample(range(1, len(text)), rng.randint(0, len(text) - 1))) if len(text) > 1 else []
    return [text[a:b] for a, b in zip([0, *places], [*places, len(text)], strict=True)]


TAGGY = st.lists(st.one_of(st.sampled_from(SAMPLES), st.text(ALPHABET, max_size=12)), max_size=5).map("".join)


# 1
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TAGGY, st.randoms(use_true_random=False), st.booleans())
def test_chunks_never_change_the_result(text: str, rng: random.Random, early: bool) -> None:
    if text:
        assert pieces(cut(text, rng)) == pieces([text])
        assert sentences(cut(text, rng), early) == sentences([text], early)


@pytest.mark.parametrize("sample", SAMPLES)
def test_one_character_at_a_time_is_the_same(sample: str) -> None:
    assert pieces(list(sample)) == pieces([sample])
    assert sentences(list(sample)) == sentences([sample])


# 2
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TAGGY)
def test_no_known_mark_is_shown_or_spoken(text: str) -> None:
    known = "|".join(labels())
    for sentence in sentences([text]):
        for words in (sentence.shown, sentence.spoken):
            assert not re.search(rf"\[(?:{known})(?:[:=]0?\.\d+)?\]|<\|.*?\|>|</?think>|<(?:{known})/>", words), words
        assert not re.search("[😂❤]", sentence.spoken)


# 3
def test_ordinary_signs_survive_and_bold_loses_its_stars() -> None:
    assert without_marks("[1] (see p. 3) 2 < 3 and a*b*c, **bold** [note: x]") == "[1] (see p. 3) 2 < 3 and a*b*c, bold [note: x]"


# 4
@pytest.mark.parametrize(
    "text",
    ["Fine. [hap", "Fine. <|ACT {", "Fine. <jo", "Fine. (laughing", "Fine. *smiles softly", "Fine. <|x|>", "Fine. [joy:0."],
)
def test_an_unfinished_or_malformed_mark_is_never_spoken(text: str) -> None:
    assert without_marks(text) == "Fine."


def test_an_unknown_opener_is_released_and_the_rest_is_read_again() -> None:
    assert pieces(["(well [joy] yes)"]) == [Text("(well ", 0), Mark(6, ("joy", 0.7)), Text(" yes)", 11)]


# 5
@given(st.text("abc [joy].\n<", max_size=40), st.randoms(use_true_random=False))
def test_reasoning_is_never_spoken(thought: str, rng: random.Random) -> None:
    text = f"<think>{thought}</think>Done."
    assert without_marks("".join(text)) == "Done."
    assert [s.spoken for s in sentences(cut(text, rng))] == ["Done."]


# 6
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(ALPHABET, max_size=600))
def test_little_is_held_back_and_never_past_a_newline(text: str) -> None:
    stream = TagStream()
    for sign in text:
        stream.feed(sign)
        assert len(stream._held) <= HOLD
        if not stream._thinking:
            assert "\n" not in stream._held


# 7
def test_every_piece_knows_where_it_stood() -> None:
    text = "One. [joy] Two. *nods* Three."
    made = sentences(list(text))
    assert [text[s.at :][: len(s.shown)] for s in made] == ["One.", "Two.", "Three."]
    assert [(s.feeling, s.gesture) for s in made] == [(None, None), (("joy", 0.7), None), (None, "nod")]


# 8
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TAGGY)
def test_history_is_free_of_tags_and_stays_so(text: str) -> None:
    kept = without_marks(text)
    assert not re.search(r"\[(?:joy|sad)\]|<\|.*?\|>", kept.replace("[joy\n]", ""))


def test_an_emoji_colours_the_sentence_before_it_and_a_tag_the_one_after() -> None:
    made = read_reply("I love it! 😂 Then I left. [sad:0.4] It rained.")
    assert [(s.shown, s.feeling) for s in made] == [
        ("I love it! 😂", ("amused", 0.6)),
        ("Then I left.", None),
        ("It rained.", ("sad", 0.4)),
    ]
    assert made[0].spoken == "I love it!"


def split(text: str, early: bool = False) -> list[str]:
    splitter = Splitter(early)
    return splitter.feed(text) + splitter.end()


def test_abbreviations_decimals_and_links_do_not_end_a_sentence() -> None:
    assert split(
        "Dr. Smith paid 3.50 at 9 a.m. today. See https://example.org/a.b?c=1 now! Really? Yes… maybe. J. R. knows e.g. Tolkien."
    ) == [
        "Dr. Smith paid 3.50 at 9 a.m. today.",
        "See https://example.org/a.b?c=1 now!",
        "Really?",
        "Yes… maybe.",
        "J. R. knows e.g. Tolkien.",
    ]


def tokens(chunks: list[str], hurry: bool) -> list[str]:
    """The pieces of a stream; `hurry`: as a turn reads it, which asks after each token what need not wait."""
    splitter = Splitter(early=hurry)
    return [piece for chunk in chunks for piece in (*splitter.feed(chunk), *splitter.pause())] + splitter.end()


@pytest.mark.parametrize("sign", "。！？")
def test_a_wide_stop_ends_a_sentence_without_a_blank(sign: str) -> None:
    first, second = f"今天天气很好{sign}", "我们去公园吧。"
    assert split(first + second) == [first, second]
    for hurry in (False, True):
        assert tokens(list(first + second), hurry) == [first, second]
    assert early(first) == [first], "nothing is awaited"
    assert early(f"他说「今天天气很好{sign}") == []


@pytest.mark.parametrize("sign", "।؟۔")
def test_the_stops_of_hindi_arabic_and_urdu_end_a_sentence(sign: str) -> None:
    for first, second in ((f"मैं आज खुश हूँ{sign}", "यह अच्छा है।"), (f"كيف حالك اليوم{sign}", "أنا بخير.")):
        assert split(f"{first} {second}") == [first, second]
        for hurry in (False, True):
            assert tokens(list(f"{first} {second}"), hurry) == [first, second]
        assert early(first) == [first], "nothing is awaited"


@pytest.mark.parametrize("sign", "，、；")
def test_a_wide_comma_ends_the_first_clause(sign: str) -> None:
    first, second = f"我今天真的很高兴见到你{sign}", "因为天气很好。"
    assert split(first + second, early=True) == tokens(list(first + second), True) == [first, second]
    assert split(first + second) == [first + second]
    assert split(f"好{sign}{second}", early=True) == [f"好{sign}{second}"], "two letters are no clause"
    assert split(f"「我今天真的很高兴见到你{sign}」他说。", early=True) == [f"「我今天真的很高兴见到你{sign}」他说。"]


@pytest.mark.parametrize("sign", "،؛")
def test_an_arabic_comma_ends_the_first_clause(sign: str) -> None:
    first, second = f"أنا سعيد جدا بلقائك اليوم{sign}", "لأن الطقس جميل."
    assert split(f"{first} {second}", early=True) == tokens(list(f"{first} {second}"), True) == [first, second]


def test_no_blank_comes_between_the_pieces_of_a_chinese_reply() -> None:
    for text in ("我今天真的很高兴见到你，因为天气很好。「走吧！」他说。", "That is so very kind of you, thank you. Really."):
        pieces = split(text, early=True)
        talk, turn = Talk(), Turn(1, "", [Kept(piece, None, piece) for piece in pieces])
        for piece in pieces:
            talk.sentence(1, piece)
        assert len(pieces) >= 3
        assert talk.messages[-1].text == turn.reply == text


def test_wide_quotes_emoji_and_links_stay_with_their_sentence() -> None:
    assert split("「你好。」他说。太好了！😂我们走吧？！好。") == ["「你好。」", "他说。", "太好了！😂", "我们走吧？！", "好。"]
    assert split("请看https://example.org/a。很好。") == ["请看https://example.org/a。", "很好。"]
    assert spoken_form("请看https://example.org/a，很好。") == "请看this link，很好。"


def test_quotes_and_newlines_end_sentences() -> None:
    assert split('She said "no." Then left.\nNew line') == ['She said "no."', "Then left.", "New line"]


def test_the_first_piece_comes_early_when_asked() -> None:
    text = "Well that is lovely to hear, because I like it. And more, of course, follows here."
    assert split(text, early=True) == [
        "Well that is lovely to hear,",
        "because I like it.",
        "And more, of course, follows here.",
    ]
    long = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen."
    assert split(long, early=True)[0].split()[-1] == "twelve"
    assert split(text)[0] == "Well that is lovely to hear, because I like it."


def test_the_first_clause_does_not_wait_for_the_next_word() -> None:
    splitter = Splitter(early=True)
    assert splitter.feed("Well that is lovely to hear") == []
    assert splitter.feed(",") == ["Well that is lovely to hear,"]
    for text in ("It would cost you about 1,", '"Well that is lovely to hear,', "He wrote 'that is so very kind,", "Well now,"):
        assert Splitter(early=True).feed(text) == []
    quoted = '"Well that is lovely to hear," she said. "Go on."'
    assert split(quoted, early=True)[0] == '"Well that is lovely to hear," she said.'
    assert Splitter().feed("Well that is lovely to hear,") == []


def early(text: str) -> list[str]:
    splitter = Splitter(early=True)
    return [*splitter.feed(text), *splitter.pause()]


@pytest.mark.parametrize("text", ["That sounds like a lovely evening.", "Oh no!", "Do you really think so?", "I don't.",
                                  "Das klingt wunderschön.", "Это прекрасно."])  # fmt: skip
def test_a_stop_that_is_one_does_not_wait_for_the_next_word(text: str) -> None:
    assert early(text) == [text]
    assert early(f"  {text} ") == [text]
    splitter = Splitter()
    assert [*splitter.feed(text), *splitter.pause()] == [], "only the first words of a reply hurry"


@pytest.mark.parametrize(
    "text",
    ["It costs 3.", "See e.", "See e.g.", "I met Dr.", "I met Mr.", "My name is J.", "Well...", "Well…", "Well..", "At 9 a.m.",
     "The U.S.", "The US.", "Look at https://example.", "Look at example.", "We are on reddit.", "www.", 'He said "yes.', "He said “yes.",
     "It was ('so.", "He *smiled.", "Really?!", "Wait!!", "It is no.", "Made by Acme Corp.", "On Mon.", "I have a Ph.D.", "Nice 😊.", "",
     ".", "1.", "a.", "Use node.", "I like wikipedia.", "The site is well-known.", "我听说wikipedia.", "Das ist gut."],
)  # fmt: skip
def test_a_stop_that_may_be_none_waits(text: str) -> None:
    assert early(text) == []


@pytest.mark.parametrize(
    ("chunks", "pieces"),
    [(["That is so kind", ".", " Thank", " you."], ["That is so kind.", "Thank you."]),
     (["It is 3", ".", "5 metres", " long", ".", " Really", "."], ["It is 3.5 metres long.", "Really."]),
     (["I saw Dr", ".", " Smith", " today", ".", " He waved."], ["I saw Dr. Smith today.", "He waved."]),
     (["Wow", "!", "!", " That is it."], ["Wow!", "That is it."]),
     (["Hmm", "...", " let me see", "."], ["Hmm... let me see."]),
     (["Look at example", ".", "com", " now", "."], ["Look at example.com now."]),
     (["I like wikipedia", ".", "org", " a lot", "."], ["I like wikipedia.org a lot."]),
     (["Look", " at", " https", "://", "example", ".", "org", "/a", ",", "b", "?", "c", "=d", "."], ["Look at https://example.org/a,b?c=d."]),
     (["Look at https://example.org/a—b", ",", " it is", " good", "."], ["Look at https://example.org/a—b, it is good."]),
     (["You could write to me", "@example", ",", "x.org", " or to her", "."], ["You could write to me@example,x.org or to her."]),
     (["The colours that I like are red", ",", "green", " and blue", "."], ["The colours that I like are red,green and blue."]),
     (["For example e", ".", "g", ".", " bread", "."], ["For example e.g. bread."])],
)  # fmt: skip
def test_tokens_of_a_model_give_whole_sentences(chunks: list[str], pieces: list[str]) -> None:
    assert tokens(chunks, True) == pieces


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(["Dr.", "e.g.", "3.5", "J. R.", "https://a.example/b.c", "www.example.org", "hello", "sea.", "so!", "now?",
                                 "...", "😂", "yes,"]), max_size=12), st.integers(1, 4))  # fmt: skip
def test_hurrying_breaks_no_abbreviation_number_or_link(words: list[str], size: int) -> None:
    text = " ".join(words)
    splitter = Splitter(early=True)
    chunks = [text[i : i + size] for i in range(0, len(text), size)]
    out = [piece for chunk in chunks for piece in (*splitter.feed(chunk), *splitter.pause())] + splitter.end()
    assert re.sub(r"\s", "", "".join(out)) == re.sub(r"\s", "", text), "nothing is lost"
    for word in ("3.5", "https://a.example/b.c", "www.example.org", "e.g."):
        assert sum(piece.count(word) for piece in out) == text.count(word)
    whole = [*Splitter(early=True).feed(text)]
    assert len(out) >= len(whole)


def test_a_mark_after_the_first_stop_is_not_lost() -> None:
    script = Script(early=True)
    out = []
    for chunk in ("[joy", "] That is so good", ".", " [sad:0.4", "] But it rained", "."):
        out += [*script.feed(chunk), *script.pause()]
    out += script.end()
    assert [(s.shown, s.feeling) for s in out] == [("That is so good.", ("joy", 0.7)), ("But it rained.", ("sad", 0.4))]


@given(st.text("ab  ,.:!?\n😂1\"'。，」؟我", max_size=80), st.booleans())
@example("?\n😂 ", False)
def test_the_pieces_do_not_depend_on_how_the_text_arrives(text: str, early: bool) -> None:
    splitter = Splitter(early)
    pieces = [piece for sign in text for piece in splitter.feed(sign)] + splitter.end()
    assert pieces == split(text, early)


@given(st.text("ab .,!?\n😂1。，」؟我", max_size=80), st.booleans())
def test_splitting_loses_no_word(text: str, early: bool) -> None:
    assert re.sub(r"\s", "", "".join(split(text, early))) == re.sub(r"\s", "", text)


def test_the_spoken_form_leaves_out_what_cannot_be_said() -> None:
    assert spoken_form("# A `title` with https://example.org/x 😊") == "A title with this link"
    assert spoken_form("😂😂") == ""
    assert spoken_form("Look at (https://example.org/a_b). Or www.example.org/x?") == "Look at (this link). Or this link?"


def test_stars_are_left_out_around_words_and_kept_in_sums() -> None:
    for sum_ in ("3*4 = 12", "3 * 4 = 12", "2*(3+4)", "x*-1", "2**3"):
        assert spoken_form(sum_) == sum_
    assert spoken_form("It is **very, very** *good*.") == "It is very, very good."
    assert spoken_form("**It is good,") + spoken_form("really** good") == "It is good,really good", "a cut parts the pair"
    assert spoken_form("* first") == "first"
    assert spoken_form("这是**重点**内容") == "这是重点内容"


@pytest.mark.parametrize("text", ["word " * 2000, "a" * 10_000, "You and I, " * 900, "😀" * 3000, "Привет мир " * 900])
def test_ten_thousand_characters_come_in_pieces_that_a_voice_takes_and_none_is_lost(text: str) -> None:
    splitter = Splitter(early=True)
    pieces = [*splitter.feed(text), *splitter.end()]
    assert "".join("".join(pieces).split()) == "".join(text.split())
    assert max(map(len, pieces)) <= MOST_LETTERS or set(text) == {"😀"}
    assert len(pieces) > 10 or set(text) == {"😀"}
