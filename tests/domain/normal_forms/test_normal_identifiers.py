from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.normal_forms import identifiers as ids
from tasks.domain.normal_forms.normal import NormalStatus
from tasks.domain.normal_forms.phone_numbers import normalize_phone

ALL = (
    normalize_phone,
    ids.normalize_postal,
    ids.normalize_my_number,
    ids.normalize_corporate_number,
    ids.normalize_addressee_no,
    ids.normalize_account_number,
)


@pytest.mark.parametrize("normalize", ALL)
@given(text=st.text() | st.text(alphabet="0123456789０９-ー() +T〒", max_size=16))
def test_any_text_gets_an_answer_and_is_read_the_same_again(
    normalize, text: str
) -> None:
    normal = normalize(text)
    assert normal.input == text
    if normal.value is not None:
        assert normalize(normal.value).value == normal.value


@pytest.mark.parametrize("normalize", ALL)
@given(text=st.text(alphabet="0123456789-", min_size=4, max_size=16))
def test_notes_never_hold_a_digit(normalize, text: str) -> None:
    assert not any(re.search("[0-9]", note) for note in normalize(text).notes)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("03-1234-5678", "0312345678", id="fixed line"),
        pytest.param(
            "０３（１２３４）５６７８", "0312345678", id="full width, brackets"
        ),
        pytest.param("(03)1234-5678", "0312345678", id="area in brackets"),
        pytest.param("090−1234−5678", "09012345678", id="mobile, minus"),
        pytest.param("090ー1234ー5678", "09012345678", id="mobile, long vowel"),
        pytest.param("090 1234 5678", "09012345678", id="blanks"),
        pytest.param("+81-90-1234-5678", "09012345678", id="country code"),
        pytest.param(
            "+81(0)3-1234-5678", "0312345678", id="country code, zero in brackets"
        ),
        pytest.param("0120-123-456", "0120123456", id="free call"),
        pytest.param("0800-123-4567", "08001234567", id="free call, eleven"),
        pytest.param("050-1234-5678", "05012345678", id="IP phone"),
        pytest.param("TEL 0312345678", "0312345678", id="label"),
        pytest.param("0987-12-3456", "0987123456", id="long area code"),
    ],
)
def test_phone(text: str, value: str) -> None:
    normal = normalize_phone(text)
    assert (normal.value, normal.status) == (value, NormalStatus.OK)


@pytest.mark.parametrize(
    ("text", "status", "note"),
    [
        pytest.param("312345678", "warn", "leading_zero_lost", id="zero lost"),
        pytest.param("9012345678", "warn", "leading_zero_lost", id="mobile, zero lost"),
        pytest.param("03-1234-5678 内線12", "warn", "extension", id="extension"),
        pytest.param("12-3456", "invalid", "no_area_code", id="local"),
        pytest.param("090-1234-567", "invalid", "wrong_length", id="mobile too short"),
        pytest.param("03-1234-56789", "invalid", "wrong_length", id="too long"),
        pytest.param("0000000000", "invalid", "wrong_length", id="zeros"),
        pytest.param("なし", "invalid", "not_a_number", id="none"),
        pytest.param("", "invalid", "empty", id="empty"),
        pytest.param(
            "03-1234-5678, 090-1234-5678", "ambiguous", "several_numbers", id="two"
        ),
    ],
)
def test_phone_that_is_odd(text: str, status: str, note: str) -> None:
    normal = normalize_phone(text)
    assert (normal.status, normal.notes) == (status, (note,))


@pytest.mark.parametrize(
    ("text", "value", "note"),
    [
        pytest.param("1234567", "123-4567", None, id="digits"),
        pytest.param("〒123-4567", "123-4567", None, id="mark"),
        pytest.param("１２３－４５６７", "123-4567", None, id="full width"),
        pytest.param("123ー4567", "123-4567", None, id="long vowel"),
        pytest.param("600001", "060-0001", "leading_zero_lost", id="zero lost"),
        pytest.param("123", None, "old_format", id="old, three"),
        pytest.param("123-45", None, "old_format", id="old, five"),
        pytest.param("12345678", None, "wrong_length", id="eight"),
        pytest.param("ABC", None, "not_a_number", id="letters"),
        pytest.param(" ", None, "empty", id="blank"),
    ],
)
def test_postal(text: str, value: str | None, note: str | None) -> None:
    normal = ids.normalize_postal(text)
    assert normal.value == value
    assert list(normal.notes) == ([note] if note else [])


@given(st.text(alphabet="0123456789", min_size=11, max_size=11))
def test_my_number_holds_only_with_its_own_check_digit(first: str) -> None:
    check = ids.my_number_check_digit(first)
    valid = [d for d in "0123456789" if ids.normalize_my_number(first + d).value]
    assert valid == ([] if len(set(first + str(check))) == 1 else [str(check)])


@given(st.text(alphabet="0123456789", min_size=12, max_size=12))
def test_corporate_number_holds_only_with_its_own_check_digit(last: str) -> None:
    check = str(ids.corporate_check_digit(last))
    valid = [d for d in "0123456789" if ids.normalize_corporate_number(d + last).value]
    assert valid == ([] if len(set(check + last)) == 1 else [check])


def test_the_tax_agencys_own_corporate_number_holds() -> None:
    assert ids.normalize_corporate_number("7000012050002").value == "7000012050002"
    assert ids.normalize_corporate_number("T7000012050002").value == "7000012050002"


def test_addressee_number_keeps_its_leading_zeros() -> None:
    assert ids.normalize_addressee_no(" ０００１２３ ").value == "000123"
    assert (
        ids.normalize_addressee_no("000123").value
        != ids.normalize_addressee_no("123").value
    )
    assert ids.normalize_addressee_no("123.0").notes == ("decimal",)


def test_account_number_is_padded_to_seven() -> None:
    assert ids.normalize_account_number("123456").value == "0123456"
    assert ids.normalize_account_number("12345678").notes == ("postal_bank",)
    assert ids.normalize_account_number("0000000").status is NormalStatus.INVALID


def test_my_number_in_running_text_is_masked() -> None:
    assert (
        ids.mask_my_numbers("1234 5678 9018と123456789012")
        == "************と123456789012"
    )


@pytest.mark.parametrize(
    ("address", "agrees"),
    [
        pytest.param(("東京都", "千代田区", "千代田"), True, id="all agree"),
        pytest.param(("", "千代田区", "千代田"), True, id="no prefecture"),
        pytest.param(("東京都", "千代田区", ""), True, id="no town"),
        pytest.param(("東京都", "千代田区", "麹町"), False, id="another town"),
        pytest.param(("大阪府", "大阪市北区", "梅田"), False, id="another city"),
    ],
)
def test_postal_code_agrees_with_its_town(
    address: tuple[str, str, str], agrees: bool
) -> None:
    towns = {"100-0001": frozenset({"東京都千代田区千代田"})}
    assert ids.postal_agrees("100-0001", *address, towns) is agrees
    assert ids.postal_agrees("999-9999", *address, towns) is None


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("0100000000", id="no_area_code"),
        pytest.param("041-234-5678", id="gap_of_the_plan"),
        pytest.param("090-0123-4567", id="mobile_with_zero"),
    ],
)
def test_a_phone_number_outside_the_numbering_plan_warns(written: str) -> None:
    normal = normalize_phone(written)
    assert normal.status is NormalStatus.WARN
    assert normal.notes == ("unassigned",)


@pytest.mark.parametrize(
    "written",
    [
        "03-1234-5678", "06-1234-5678", "011-234-5678", "0123-45-6789", "04992-1-2345",
        "0120-123-456", "0570-123-456", "0800-123-4567", "050-1234-5678", "060-1234-5678",
        "070-1234-5678", "098-123-4567", "0990-12-3456",
    ],
)  # fmt: skip
def test_a_phone_number_of_the_plan_is_fine(written: str) -> None:
    assert normalize_phone(written).status is NormalStatus.OK


def test_main_line_and_label_are_no_part_of_a_phone_number() -> None:
    assert normalize_phone("FAX 03-1234-5678（代）").value == "0312345678"
