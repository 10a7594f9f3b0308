"""Tables of Arrow come back as Arrow: the same values, their text type, their nulls."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from tasks.domain.normal_forms.normalize import fields_of
from tasks.edges.city_ledgers import normal_cache
from tasks.edges.city_ledgers.normal_cache import normalize_columns

TODAY = dt.date(2026, 4, 1)
CELLS = {
    "氏名": ["髙橋　太郎", None, "渡邉　花子", "髙橋　太郎", ""],
    "生年月日": ["S60.4.1", "5.4.1", None, "不明", "R1.5.1"],
    "住所": ["汐見県みなと市本町1-2-3", None, "", "本町", "汐見県みなと市本町1丁目2"],
}
KINDS = {"氏名": "name", "生年月日": "date", "住所": "address"}
TEXT_TYPES = [
    pytest.param(pa.string(), id="string"),
    pytest.param(pa.large_string(), id="large_string"),
    pytest.param(pa.string_view(), id="string_view"),
    pytest.param(pa.dictionary(pa.int32(), pa.string()), id="dictionary"),
    pytest.param(pa.dictionary(pa.int32(), pa.large_string()), id="large_dictionary"),
]


def table(text_type: pa.DataType, rows: int = 5) -> pa.Table:
    """Each column in two chunks, as files are read."""
    columns = {}
    for name, cells in CELLS.items():
        plain = pa.array(cells[:rows], pa.string())
        if pa.types.is_dictionary(text_type):
            plain = plain.dictionary_encode()
        typed = plain.cast(text_type)
        columns[name] = pa.chunked_array([typed[:2], typed[2:]], type=text_type)
    return pa.table(columns)


@pytest.mark.parametrize("text_type", TEXT_TYPES)
def test_arrow_gives_the_values_that_pandas_gives(text_type: pa.DataType) -> None:
    made = normalize_columns(table(text_type), KINDS, today=TODAY)
    frame = normalize_columns(pd.DataFrame(CELLS), KINDS, today=TODAY)
    assert made.column_names == list(frame.columns)
    for name in made.column_names:
        expected = frame[name].astype(object)
        assert made.column(name).to_pylist() == [
            None if missing else text
            for text, missing in zip(expected, expected.isna(), strict=True)
        ]


@pytest.mark.parametrize("rows", [5, 0], ids=["rows", "no_rows"])
@pytest.mark.parametrize("text_type", TEXT_TYPES)
def test_arrow_keeps_the_text_type(text_type: pa.DataType, rows: int) -> None:
    made = normalize_columns(table(text_type, rows), KINDS, today=TODAY)
    assert made.num_rows == rows
    assert {field.type for field in made.schema} == {text_type}


def test_a_null_stays_null_and_its_status_is_invalid() -> None:
    made = normalize_columns(table(pa.string()), {"氏名": "name"}, today=TODAY)
    row = made.slice(1, 1).to_pylist()[0]
    assert (row.pop("氏名_status"), row.pop("氏名_notes")) == ("invalid", "missing")
    assert list(row.values()) == [None] * (len(fields_of("name")) - 2)


def test_columns_that_are_no_text_are_written_out() -> None:
    given = pa.table(
        {
            "税額": pa.array([12000, None], pa.int64()),
            "納付日": pa.array([dt.date(2023, 4, 1), None]),
        }
    )
    made = normalize_columns(given, {"税額": "amount", "納付日": "date"}, today=TODAY)
    assert made.column("税額_value").to_pylist() == ["12000", None]
    assert made.column("納付日_value").to_pylist() == ["2023-04-01", None]
    assert {field.type for field in made.schema} == {pa.string()}


def test_bytes_of_an_unknown_encoding_are_refused() -> None:
    given = pa.table({"氏名": pa.array(["山田".encode("cp932")])})
    with pytest.raises(pa.ArrowInvalid, match="UTF8"):
        normalize_columns(given, {"氏名": "name"}, today=TODAY)


def test_what_was_kept_of_a_pandas_table_serves_an_arrow_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = table(pa.large_string())
    fresh = normalize_columns(given, KINDS, today=TODAY)
    normalize_columns(
        pd.DataFrame(CELLS), KINDS, today=TODAY, source_sha256="a", folder=tmp_path
    )
    monkeypatch.delattr(normal_cache, "normal_rows")
    kept = normalize_columns(
        given, KINDS, today=TODAY, source_sha256="a", folder=tmp_path
    )
    assert kept.equals(fresh)


def test_a_column_that_is_not_there_is_named() -> None:
    with pytest.raises(KeyError, match="ない列"):
        normalize_columns(table(pa.string()), {"ない列": "name"}, today=TODAY)
