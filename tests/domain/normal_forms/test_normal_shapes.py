"""The JSON of `yakuba normalize` (DESIGN §7)."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.normal_forms.normalize import KINDS, normalize

TODAY = dt.date(2026, 4, 1)


@pytest.mark.parametrize("kind", KINDS)
@given(text=st.text())
def test_any_text_of_any_kind_becomes_json_of_the_promised_shape(
    kind: str, text: str
) -> None:
    result = normalize(kind, text, today=TODAY)
    assert list(result) == ["input", "value", "status", "notes"]
    assert result["input"] == text
    assert result["status"] in ("ok", "warn", "ambiguous", "invalid")
    assert (result["status"] == "invalid") == (result["value"] is None)
    assert isinstance(result["value"], list) == (result["status"] == "ambiguous")
    json.dumps(result, ensure_ascii=True)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        pytest.param("date", "R5.4.1", "2023-04-01", id="date"),
        pytest.param(
            "name",
            "髙橋　太郎",
            {
                "display": "髙橋　太郎",
                "key": "高橋太郎",
                "family": "髙橋",
                "given": "太郎",
            },
            id="name",
        ),
        pytest.param(
            "kana",
            "ｻﾄｳ ﾊﾙｷ",
            {
                "display": "サトウ ハルキ",
                "strict": "サトウハルキ",
                "search": "サトウハルキ",
            },
            id="kana",
        ),
        pytest.param(
            "address",
            "汐見県みなと市松ヶ丘一丁目２番３号　コーポ101",
            {
                "prefecture": "汐見県",
                "city": "みなと市",
                "town": "松ヶ丘",
                "number": "1-2-3",
                "building": "コーポ101",
                "key": "汐見県|ミナト市|松ケ丘|1-2-3",
            },
            id="address",
        ),
        pytest.param("phone", "03-1234-5678", "0312345678", id="phone"),
        pytest.param("postal", "1234567", "123-4567", id="postal"),
        pytest.param("amount", "△1,000", -1000, id="amount"),
        pytest.param("my_number", "1234 5678 9018", "123456789018", id="my_number"),
        pytest.param(
            "corporate_number", "7000012050002", "7000012050002", id="corporate"
        ),
    ],
)
def test_value_of_each_kind(kind: str, text: str, value: object) -> None:
    assert normalize(kind, text, today=TODAY)["value"] == value


def test_ambiguous_date_lists_its_candidates() -> None:
    result = normalize("date", "1/4/2023", today=TODAY)
    assert result["value"] == ["2023-04-01", "2023-01-04"]
    assert result["status"] == "ambiguous"


def test_lunar_date_is_invalid_with_its_gregorian_day_in_the_notes() -> None:
    result = normalize("date", "明治5年12月2日", today=TODAY)
    assert result["value"] is None
    assert result["notes"] == ["lunar", "gregorian:1872-12-31"]


def test_unknown_kind_is_an_error() -> None:
    with pytest.raises(KeyError):
        normalize("shoe_size", "24.5", today=TODAY)
