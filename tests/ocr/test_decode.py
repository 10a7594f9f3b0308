from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocr.decode.automaton import chain, compiled, either, maybe, one_of, times, word
from ocr.decode.beam import alphabet_of, decode
from ocr.decode.grammars import Grammar, grammar_of, tidied
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


TOWN = frozenset({"鴎台", "本町"})


def test_a_listed_town_goes_before_a_look_alike_that_the_picture_leaves_open():
    found = (Candidate("鴻台1-2", 0.5), Candidate("鴎台1-2", 0.3))
    first = settled(FieldKind.ADDRESS, found, words=TOWN)[0]
    assert first.text == "鴎台1-2"


def test_a_town_of_another_city_written_clearly_stays_as_written():
    found = (Candidate("朝凪3-4", 0.9), Candidate("本町3-4", 0.02))
    assert settled(FieldKind.ADDRESS, found, words=TOWN)[0].text == "朝凪3-4"


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
