from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.normal_forms.money import normalize_amount
from tasks.domain.normal_forms.normal import NormalStatus


@given(
    st.text()
    | st.text(
        alphabet="0123456789０９,，.-−△▲()（）￥円千万億一二十拾百也eE ", max_size=14
    )
)
def test_any_text_gets_an_answer_and_an_amount_is_read_the_same_again(
    text: str,
) -> None:
    normal = normalize_amount(text)
    assert normal.input == text
    if normal.value is not None:
        assert type(normal.value) is int
        assert normalize_amount(str(normal.value)).value == normal.value


@given(st.integers(-(10**17), 10**17))
def test_every_writing_of_an_amount_means_it(yen: int) -> None:
    wide = f"{abs(yen):,}".translate(
        str.maketrans("0123456789,", "０１２３４５６７８９，")
    )
    sign = "△" if yen < 0 else ""
    for text in (
        str(yen),
        f"{yen:,}",
        f"{sign}{wide}",
        f"{sign}¥{abs(yen):,}-",
        f"{sign}{abs(yen):,}円",
    ):
        assert normalize_amount(text).value == yen
    if yen < 0:
        assert normalize_amount(f"({-yen:,})").value == yen


@pytest.mark.parametrize(
    ("text", "yen"),
    [
        pytest.param("￥１２，３４５", 12345, id="full width"),
        pytest.param("12,345円", 12345, id="円"),
        pytest.param("\\12,345", 12345, id="yen sign of JIS X 0201"),
        pytest.param("金壱万弐千参百円也", 12300, id="大字"),
        pytest.param("金12,000円也", 12000, id="金 and 也"),
        pytest.param("¥12,000-", 12000, id="closing mark"),
        pytest.param("三万二千円", 32000, id="漢数字"),
        pytest.param("3万2千円", 32000, id="digits and units"),
        pytest.param("1億2,345万円", 123450000, id="億 and 万"),
        pytest.param("120万円", 1200000, id="万"),
        pytest.param("1,234千円", 1234000, id="千円"),
        pytest.param("△1,000", -1000, id="white triangle"),
        pytest.param("▲1,000", -1000, id="black triangle"),
        pytest.param("－１，０００", -1000, id="full-width minus"),
        pytest.param("−1000", -1000, id="minus sign"),
        pytest.param("（1,000）", -1000, id="brackets"),
        pytest.param("¥-1,000", -1000, id="minus after the mark"),
        pytest.param("0", 0, id="zero"),
        pytest.param("〇", 0, id="kanji zero"),
        pytest.param("8302000", 8302000, id="the tax office's amount"),
    ],
)
def test_amount(text: str, yen: int) -> None:
    normal = normalize_amount(text)
    assert normal.value == yen
    assert normal.status is NormalStatus.OK


@pytest.mark.parametrize(
    ("text", "note"),
    [
        pytest.param("8.3e7", "exponent", id="float"),
        pytest.param("83e2000", "exponent", id="misread zero"),
        pytest.param("1,23,456", "separators", id="commas of lakhs"),
        pytest.param("12,34", "separators", id="short group"),
        pytest.param("1234,567", "separators", id="long group"),
        pytest.param("1.234.567", "separators", id="dots"),
        pytest.param("1,234.567", "decimal", id="both"),
        pytest.param("1.234,567", "separators", id="both, the other way"),
        pytest.param("1，234、567", "separators", id="ideographic comma"),
        pytest.param("1'234", "separators", id="apostrophe"),
        pytest.param("12.5", "decimal", id="half a yen"),
        pytest.param("12000.0", "decimal", id="number cell as text"),
        pytest.param("1 234", "blank_inside", id="blank"),
        pytest.param("--100", "not_an_amount", id="two signs"),
        pytest.param("(-100)", "not_an_amount", id="sign in brackets"),
        pytest.param("12O0", "not_an_amount", id="letter O"),
        pytest.param("10²", "not_an_amount", id="power"),
        pytest.param("十百円", "not_an_amount", id="units that rise"),
        pytest.param("1.5万円", "decimal", id="fraction of 万"),
        pytest.param("円", "not_an_amount", id="no number"),
        pytest.param(
            "１２３４５６７８９０１２３４５６７８９", "too_large", id="19 digits"
        ),
        pytest.param("9" * 5000, "too_large", id="5,000 digits"),
        pytest.param("", "empty", id="empty"),
        pytest.param("٣٤", "not_an_amount", id="digits of another script"),
    ],
)
def test_no_amount_and_why(text: str, note: str) -> None:
    normal = normalize_amount(text)
    assert normal.value is None
    assert normal.status is NormalStatus.INVALID
    assert normal.notes == (note,)


def test_thousands_in_the_header_multiply_unless_the_cell_says_yen() -> None:
    assert normalize_amount("1,234", unit=1000).value == 1_234_000
    assert normalize_amount("1,234千円", unit=1000).value == 1_234_000
    both = normalize_amount("1,234円", unit=1000)
    assert both.status is NormalStatus.AMBIGUOUS
    assert both.candidates == (1234, 1_234_000)


def test_leading_zeros_are_noted() -> None:
    normal = normalize_amount("00123")
    assert (normal.value, normal.status, normal.notes) == (
        123,
        NormalStatus.WARN,
        ("leading_zeros",),
    )


@pytest.mark.parametrize(
    ("written", "yen"),
    [
        pytest.param("1,000 円", 1_000, id="blank_before_yen"),
        pytest.param("金 1,000 円也", 1_000, id="blanks_around"),
        pytest.param("1,234 千円", 1_234_000, id="blank_before_thousand"),
        pytest.param("3千万円", 30_000_000, id="thousand_myriads"),
        pytest.param("1,234百万円", 1_234_000_000, id="millions"),
        pytest.param("２百億", 20_000_000_000, id="hundred_oku"),
        pytest.param("三千万円", 30_000_000, id="kanji_thousand_myriads"),
    ],
)
def test_units_of_units_and_blanks_before_yen_are_read(written: str, yen: int) -> None:
    assert normalize_amount(written).value == yen


@pytest.mark.parametrize("written", ["1 234 円", "12,34百万円", "3千百万円"])
def test_digits_parted_by_blanks_or_units_out_of_order_are_refused(
    written: str,
) -> None:
    assert normalize_amount(written).status in (
        NormalStatus.INVALID,
        NormalStatus.AMBIGUOUS,
    )
