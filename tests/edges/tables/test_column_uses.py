"""列の対応: what every column was taken for, and which readings staff must look at."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tasks.domain.lists_and_ledgers.sources import ColumnUse
from tasks.domain.office.settings import ColumnNames
from tasks.edges.city_ledgers.ledgers import open_ledgers
from tasks.edges.tables.request_list import read_request

TODAY = dt.date(2026, 11, 4)
PERSON = "0001,甲野　一,S60.1.1,みなと市本町1-2-3"


def request_uses(
    tmp_path: Path, header: str, **columns: object
) -> dict[str, ColumnUse]:
    path = tmp_path / "名簿.csv"
    width = header.count(",") + 1
    cells = ("1,甲野 一,S60.1.1," + "," * width).split(",")[:width]
    path.write_text(f"{header}\n{','.join(cells)}\n", encoding="utf-8")
    names = ColumnNames.model_validate(columns)
    found = read_request(path, columns=names, today=TODAY)
    return {use.header: use for use in found.column_uses}


def test_every_column_with_a_header_says_what_it_was_taken_for(tmp_path: Path) -> None:
    uses = request_uses(tmp_path, "番号,氏名,生年月日,住所,事業名,個人番号,代表者氏名")
    assert [(u.column, u.used_as, u.sure) for u in uses.values()] == [
        ("A", "番号", True),
        ("B", "氏名", True),
        ("C", "生年月日", True),
        ("D", "住所", True),
        ("E", "", True),
        ("F", "", True),
        ("G", "代表者", True),
    ]
    assert "読み捨て" in uses["個人番号"].reason


@pytest.mark.parametrize(
    ("header", "column", "reason"),
    [
        pytest.param(
            "番号,氏名,生年月日,税調査への同意", "税調査への同意", "含まれる言葉", id="part_of_a_header"
        ),
        pytest.param(
            "番号,氏名,生年月日,住所地（住民票）", "住所地（住民票）", "「住所」に似た", id="alike_and_unread"
        ),
    ],
)  # fmt: skip
def test_unsure_columns_say_why(
    tmp_path: Path, header: str, column: str, reason: str
) -> None:
    use = request_uses(tmp_path, header)[column]
    assert not use.sure
    assert reason in use.reason


def test_a_header_the_city_declared_is_sure(tmp_path: Path) -> None:
    header = "番号,氏名,生年月日,住所地（住民票）"
    columns = {"address": ["住所地（住民票）"]}
    use = request_uses(tmp_path, header, request=columns)["住所地（住民票）"]
    assert (use.used_as, use.sure) == ("住所", True)


def test_columns_of_ledgers_are_known_from_the_cache_too(tmp_path: Path) -> None:
    persons, taxes = tmp_path / "宛名.csv", tmp_path / "税.csv"
    persons.write_text(
        f"宛名番号,氏名,生年月日,住所,支援区分\n{PERSON},\n", encoding="utf-8"
    )
    taxes.write_text(
        "宛名番号,税目,賦課年度,期別,納期限,調定額,年税額,収納額\n"
        "0001,個人市県民税,R8,1,R8.6.30,1000,4000,0\n",
        encoding="utf-8",
    )
    for _ in range(2):
        with open_ledgers(
            [persons],
            [taxes],
            cache_folder=tmp_path / "cache",
            columns=ColumnNames(),
            today=TODAY,
        ) as ledgers:
            uses = {use.header: use for use in ledgers.column_uses}
    assert len(uses) == 12  # 宛名番号 is in both
    assert (uses["支援区分"].used_as, uses["支援区分"].sure) == ("支援措置", False)
    assert (uses["調定額"].used_as, uses["調定額"].sure) == ("調定額", True)
    assert (uses["年税額"].used_as, uses["年税額"].sure) == ("", False)
    assert "F列" in uses["年税額"].reason
