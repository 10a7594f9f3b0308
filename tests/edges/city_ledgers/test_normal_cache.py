from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from tasks.domain.normal_forms.normalize import fields_of, normal_rows
from tasks.edges.city_ledgers import normal_cache
from tasks.edges.city_ledgers.normal_cache import normalize_columns

TODAY = dt.date(2026, 4, 1)
FRAME = pd.DataFrame(
    {
        "氏名": ["髙橋　太郎", None, "渡邉　花子", "髙橋　太郎"],
        "生年月日": ["S60.4.1", "5.4.1", "", "不明"],
        "住所": [
            "汐見県みなと市本町1-2-3",
            "汐見県みなと市本町一丁目2番3号",
            "",
            "本町",
        ],
    },
    index=[3, 1, 4, 15],
)
KINDS = {"氏名": "name", "生年月日": "date", "住所": "address"}


def as_rows(made: pd.DataFrame, column: str, kind: str) -> list[tuple[str, ...]]:
    return list(
        zip(*(made[f"{column}_{f}"].astype(str) for f in fields_of(kind)), strict=True)
    )


def test_columns_hold_what_each_text_alone_gives() -> None:
    made = normalize_columns(FRAME, KINDS, today=TODAY)
    assert list(made.index) == [3, 1, 4, 15]
    for column, kind in KINDS.items():
        rows = as_rows(made.loc[[3, 4, 15]], column, kind)
        texts = list(FRAME.loc[[3, 4, 15], column])
        assert rows == normal_rows(kind, texts, today=TODAY)


def test_a_missing_cell_stays_missing_and_is_invalid() -> None:
    made = normalize_columns(FRAME, {"氏名": "name"}, today=TODAY)
    assert list(made.loc[1].isna()) == [True, True, True, False, False]
    assert made.loc[1, "氏名_status"] == "invalid"
    assert made.loc[1, "氏名_notes"] == "missing"


@pytest.mark.parametrize(
    "cells",
    [
        pytest.param(["1,000", None, 20, 20.5, "\ud800"], id="anything"),
        pytest.param([1000, 20], id="numbers"),
        pytest.param([None, None], id="nothing"),
    ],
)
def test_cells_that_are_no_text_are_taken_as_written(cells: list[object]) -> None:
    frame = pd.DataFrame({"amount": cells})
    made = normalize_columns(frame, {"amount": "amount"}, today=TODAY)
    expected = normal_rows(
        "amount", ["" if cell is None else str(cell) for cell in cells], today=TODAY
    )
    assert list(made["amount_status"]) == [row[-2] for row in expected]
    assert list(made["amount_value"].astype(object).fillna("")) == [
        row[0] for row in expected
    ]


def test_a_file_seen_before_is_not_normalised_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = normalize_columns(
        FRAME, KINDS, today=TODAY, source_sha256="a", folder=tmp_path
    )
    monkeypatch.delattr(normal_cache, "normal_rows")
    again = normalize_columns(
        FRAME, KINDS, today=TODAY, source_sha256="a", folder=tmp_path
    )
    pd.testing.assert_frame_equal(first, again)
    assert not list(tmp_path.glob("*.part"))


def test_another_file_or_rule_is_normalised_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for sha, rules in (("a", "1"), ("b", "1"), ("a", "2")):
        monkeypatch.setattr(normal_cache, "RULE_VERSION", rules)
        normalize_columns(
            FRAME, {"氏名": "name"}, today=TODAY, source_sha256=sha, folder=tmp_path
        )
    assert len(list(tmp_path.glob("*.npz"))) == 3


def test_an_empty_table_gives_an_empty_table() -> None:
    made = normalize_columns(FRAME.iloc[:0], KINDS, today=TODAY)
    assert len(made) == 0
    assert "氏名_key" in made.columns


@pytest.mark.slow
def test_two_processes_give_what_one_gives() -> None:
    frame = pd.DataFrame({"amount": [f"{n:,}" for n in range(60_000)]})
    one = normalize_columns(frame, {"amount": "amount"}, today=TODAY, workers=1)
    two = normalize_columns(frame, {"amount": "amount"}, today=TODAY, workers=2)
    pd.testing.assert_frame_equal(one, two)
