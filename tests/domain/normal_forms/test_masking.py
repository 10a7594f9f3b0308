"""個人番号 never stay in kept text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.normal_forms.masking import MASK, mask_my_numbers


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("123456789018", id="bare"),
        pytest.param("1234 5678 9018", id="spaces"),
        pytest.param("1234-5678-9018", id="hyphens"),
        pytest.param("１２３４５６７８９０１８", id="full width"),
        pytest.param("１２３４　５６７８　９０１８", id="full width with spaces"),
        pytest.param("番号123456789018様", id="between kanji"),
        pytest.param("ID123456789018", id="after letters"),
    ],
)
def test_twelve_digits_are_struck_out(text: str) -> None:
    masked = mask_my_numbers(text)
    assert MASK in masked
    assert not any(character.isdigit() for character in masked)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("1234567890123", id="法人番号"),
        pytest.param("03-1234-5678", id="phone"),
        pytest.param("ab" + "123456789012" * 5 + "cd", id="digest"),
        pytest.param("0" * 32, id="item id"),
        pytest.param("2026-11-20T12:00:00", id="instant"),
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert mask_my_numbers(text) == text


@given(st.text(max_size=60))
def test_masking_twice_changes_nothing(text: str) -> None:
    once = mask_my_numbers(text)
    assert mask_my_numbers(once) == once
