from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocr.decode.automaton import (
    any_word,
    chain,
    compiled,
    either,
    maybe,
    one_of,
    times,
    word,
)
from ocr.decode.beam import Search, alphabet_of, decode
from ocr.decode.grammars import Grammar, grammar_of, tidied
from ocr.decode.guides import guide_of
from ocr.decode.settle import settled
from ocr.model import Candidate, FieldKind

CLASSES = ("", "1", "2", "一", "l", " ")


def collapsed(path: tuple[int, ...]) -> str:
    kept = [one for one, _ in itertools.groupby(path) if one != 0]
    return "".join(CLASSES[one] for one in kept)


def by_enumeration(probabilities: np.ndarray) -> dict[str, float]:
    """Every path of CTC, summed by text: the definition itself."""
    totals: dict[str, float] = {}
    for path in itertools.product(range(len(CLASSES)), repeat=len(probabilities)):
        chance = float(
            np.prod([probabilities[step, one] for step, one in enumerate(path)])
        )
        text = collapsed(path)
        totals[text] = totals.get(text, 0.0) + chance
    return totals


def probabilities_of(rows: list[list[float]]) -> np.ndarray:
    table = np.array(rows, np.float32) + 1e-3
    return table / table.sum(axis=1, keepdims=True)


TABLES = st.lists(
    st.lists(st.floats(0, 1), min_size=len(CLASSES), max_size=len(CLASSES)),
    min_size=1,
    max_size=4,
).map(probabilities_of)


@settings(max_examples=60, deadline=None)
@given(TABLES)
def test_wide_beam_gives_each_text_the_probability_that_ctc_defines(probabilities):
    free = Grammar(compiled(times(one_of("12一l "), 0, None)), "12一l ", {})
    found = decode(probabilities, free, alphabet_of(free, CLASSES), width=500, best=500)
    expected = by_enumeration(probabilities)
    for one in found:
        assert one.confidence == pytest.approx(expected[one.text], rel=1e-3, abs=1e-7)


@settings(max_examples=60, deadline=None)
@given(TABLES)
def test_every_decoded_text_fits_the_grammar_and_the_best_comes_first(probabilities):
    grammar = Grammar(compiled(chain(word("1"), maybe(word("2")))), "12", {"l": "1"})
    found = decode(probabilities, grammar, alphabet_of(grammar, CLASSES))
    confidences = [one.confidence for one in found]
    assert confidences == sorted(confidences, reverse=True)
    fitting = [one.text for one in found if grammar.automaton.matches(one.text)]
    assert fitting == [one.text for one in found] or not fitting


def test_character_the_field_cannot_hold_gives_way_to_what_it_looks_like():
    grammar = grammar_of(FieldKind.DIGITS)
    steps = probabilities_of(
        [[0, 0.2, 0, 0, 0.8, 0], [1, 0, 0, 0, 0, 0], [0, 0, 1, 0, 0, 0]]
    )
    assert decode(steps, grammar, alphabet_of(grammar, CLASSES))[0].text == "12"


def test_reading_full_of_forbidden_characters_scores_low():
    grammar = grammar_of(FieldKind.AMOUNT)
    classes = ("", "1", "漢", " ")
    sure = np.array([[0.02, 0.01, 0.96, 0.01]], np.float32)
    assert decode(sure, grammar, alphabet_of(grammar, classes))[0].confidence < 0.05


def test_shape_that_nothing_fits_still_gives_what_was_seen():
    grammar = grammar_of(FieldKind.DIGITS, filled=7)
    steps = probabilities_of(
        [[0, 1, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0], [0, 0, 1, 0, 0, 0]]
    )
    assert decode(steps, grammar, alphabet_of(grammar, CLASSES))[0].text == "12"


@pytest.mark.parametrize(
    ("kind", "fits", "does_not"),
    [
        pytest.param(
            FieldKind.DATE,
            [
                "平成元年1月8日",
                "S63.4.1",
                "1996年11月23日",
                "2023/4/1",
                "5050401",
                "12年3月4日",
            ],
            ["平成年1月8日", "昭和5月4月", "2023/4"],
            id="date",
        ),
        pytest.param(
            FieldKind.AMOUNT,
            ["0", "80,000", "¥1,234,567-", "金10,000円也", "1234"],
            ["80,00", "8,0000", ",800"],
            id="amount",
        ),
        pytest.param(
            FieldKind.POSTAL,
            ["1234567", "123-4567"],
            ["12-34567", "123456"],
            id="postal",
        ),
        pytest.param(
            FieldKind.PHONE,
            ["0399-22-8351", "09012345678", "(03)1234-5678", "03(1234)5678"],
            ["1-2-3", "090"],
            id="phone",
        ),
        pytest.param(
            FieldKind.KANA,
            ["スズキ イチロー", "ハナコ"],
            ["鈴木", "スズキ  イチ", " スズキ"],
            id="kana",
        ),
        pytest.param(
            FieldKind.NAME,
            ["鈴木 一郎", "髙橋 さくら", "Smith, John", "佐々木"],
            ["鈴木A", "John鈴木"],
            id="name",
        ),
    ],
)
def test_grammar_takes_what_people_write_and_nothing_else(kind, fits, does_not):
    automaton = grammar_of(kind).automaton
    assert [text for text in fits if not automaton.matches(text)] == []
    assert [text for text in does_not if automaton.matches(text)] == []


def test_boxes_hold_exactly_as_many_characters_as_are_filled():
    automaton = grammar_of(FieldKind.POSTAL, filled=7).automaton
    assert automaton.matches("1234567")
    assert not automaton.matches("123-456")


@given(st.text(alphabet="アカ力二ニ一ー 　スキ・", max_size=12))
def test_tidying_twice_changes_nothing(text):
    once = tidied(FieldKind.KANA, text)
    assert tidied(FieldKind.KANA, once) == once


@given(st.text(alphabet="0123456789-ー一OlS", max_size=12))
def test_tidying_drops_nothing_inside_a_number(text):
    tidy = tidied(FieldKind.DIGITS, "7" + text + "7")
    assert len(tidy) == len(text) + 2


def test_parts_join_as_in_a_regular_expression():
    automaton = compiled(
        chain(either(word("ab"), word("a")), times(one_of("xy"), 2, 3))
    )
    assert [
        text for text in ("abxy", "axyx", "ax", "abxyxy") if automaton.matches(text)
    ] == ["abxy", "axyx"]


def test_spellings_that_differ_in_spaces_count_together():
    found = settled(
        FieldKind.NAME,
        [
            Candidate("山口 恵", 0.3),
            Candidate("山口惠", 0.35),
            Candidate("山口恵", 0.2),
        ],
    )
    assert [one.text for one in found] == ["山口 恵", "山口惠"]
    assert sum(one.confidence for one in found) == pytest.approx(0.85)


def test_rare_kanji_that_the_picture_is_sure_of_stays_first():
    found = settled(FieldKind.NAME, [Candidate("澤田", 0.95), Candidate("沢田", 0.01)])
    assert found[0].text == "澤田"
    assert found[0].confidence > 0.85


TOWNS = frozenset({"鴎台", "本町", "大浜"})
PLACES = frozenset({"みなと市", "汐見県みなと市"})
IN_TOWN = guide_of(FieldKind.ADDRESS, TOWNS, PLACES)


def test_a_listed_town_goes_before_a_look_alike_that_the_picture_leaves_open():
    found = (Candidate("鴻台1-2", 0.5), Candidate("鴎台1-2", 0.3))
    first = settled(FieldKind.ADDRESS, found, guide=IN_TOWN)[0]
    assert first.text == "鴎台1-2"


def test_a_town_of_another_city_written_clearly_stays_as_written():
    found = (Candidate("朝凪3-4", 0.9), Candidate("本町3-4", 0.01))
    assert settled(FieldKind.ADDRESS, found, guide=IN_TOWN)[0].text == "朝凪3-4"


def test_a_listed_word_of_one_letter_is_listed():
    found = (Candidate("5", 0.6), Candidate("子", 0.3))
    guide = guide_of(FieldKind.TEXT, frozenset({"子", "長男"}))
    assert settled(FieldKind.TEXT, found, guide=guide)[0].text == "子"


def test_a_town_of_the_same_name_in_another_city_is_not_the_listed_one():
    assert IN_TOWN is not None
    weights = [IN_TOWN.weight(f"{city}本町3-4") for city in ("みなと市", "うしお市")]
    assert weights[0] > weights[1]


@pytest.mark.parametrize(
    ("fits", "does_not"),
    [
        pytest.param("本町三丁目9番22号", "本町 丁119番22号", id="丁目 番 号"),
        pytest.param("本町3-9-22", "本町3-9-", id="dashes"),
        pytest.param("みなと市本町12番地3", "みなと市本町番地", id="番地"),
        pytest.param("本町二十三丁目5-1", "本町三丁月5-1", id="目 is not 月"),
        pytest.param("本町3-9-22コーポ港A-203", "本町3-9-22目203", id="a building"),
        pytest.param("大字大浜字前田590番地", "大字大浜字前田590番0", id="字"),
        pytest.param("本町1番10号", "本町1番0号", id="no number begins with 0"),
        pytest.param("みなと市 本町3丁目 4-5", "本町1 4号", id="spaces between parts"),
        pytest.param("本町3-4-5 601", "本町3-4-5 6 1", id="a room"),
        pytest.param("本町無番地", "本町無番", id="no number at all"),
        pytest.param("本町3-4(山田方)", "本町3-4)山田方", id="at somebody's"),
    ],
)
def test_an_address_is_usual_as_the_city_writes_addresses(fits, does_not):
    assert IN_TOWN is not None
    assert IN_TOWN.weight(fits) == 1.0
    assert IN_TOWN.weight(does_not) < 1.0


def test_a_line_that_another_one_follows_may_break_off_anywhere():
    goes_on = guide_of(FieldKind.ADDRESS, TOWNS, PLACES, goes_on=True)
    assert goes_on is not None
    whole = "汐見県みなと市本町三丁目9番22号"
    begun = [whole[:end] for end in range(len("汐見県みなと市本町"), len(whole))]
    assert [text for text in begun if goes_on.weight(text) < 1.0] == []


def test_the_search_finds_a_listed_word_that_a_wide_one_dropped_on_its_way():
    classes = ("", *"保音台育間関園", " ")
    sure, open_ = [0.0, 1.0, *[0.0] * 7], [0.0, 0.0, 0.5, 0.3, 0.2, 0.0, 0.0, 0.0, 0.0]
    last = [0.0, 0.0, 0.0, 0.0, 0.0, 0.5, 0.3, 0.2, 0.0]
    grammar = grammar_of(FieldKind.TEXT)
    search = Search(
        probabilities_of([sure, open_, last]), alphabet_of(grammar, classes), width=2
    )
    guide = guide_of(FieldKind.TEXT, frozenset({"保育園", "保管所"}))
    assert guide is not None
    assert "保育園" not in [one.text for one in search.fitting(grammar)]
    found = search.within(guide.listed)
    assert [one.text for one in found] == ["保育園"]
    assert found[0].confidence == pytest.approx(0.2 * 0.2, abs=0.01)


@given(
    st.sets(st.text(alphabet="港町本浜", min_size=1, max_size=4), min_size=1),
    st.text(alphabet="港町本浜", max_size=4),
)
def test_any_word_takes_the_words_of_its_list_and_no_other(words, text):
    assert compiled(any_word(words)).matches(text) == (text in words)


def test_among_a_hundred_thousand_words_a_step_is_in_as_few_places_as_among_ten():
    letters = "港町本浜松桜鴎汐灯台"
    words = {"".join(one) for one in itertools.product(letters, repeat=5)}
    many = compiled(any_word(words))
    state = many.start
    for letter in "港町本浜松":
        assert len(state) <= 2
        state = many.after(state, letter)
    assert many.accepts(state)


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        pytest.param("30.000", "30,000", id="a comma written short"),
        pytest.param("1.234.500", "1,234,500", id="two of them"),
        pytest.param("30.00", "30.00", id="no thousands behind it"),
    ],
)
def test_a_point_before_three_digits_of_an_amount_is_a_comma(read, meant):
    found = settled(FieldKind.AMOUNT, (Candidate(read, 0.9),))
    assert found[0].text == meant
