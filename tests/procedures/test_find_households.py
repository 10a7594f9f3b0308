"""A household is what the ledger says, and nothing is guessed from an address."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tasks.domain.office.settings import ColumnNames
from tasks.domain.records import Applicant
from tasks.edges.city_ledgers.ledgers import Ledgers, open_ledgers
from tasks.procedures.find_households import find_households
from tasks.procedures.identify import identify

TODAY = dt.date(2026, 11, 4)
HEADER = ["宛名番号", "名寄せ番号", "世帯番号", "氏名", "生年月日", "住所", "支援措置"]
HOUSE = "みなと市本町一丁目2番3号"
PEOPLE = [
    ["01", "", "0007", "甲野　一", "S60.4.1", HOUSE, ""],
    ["02", "A1", "7", "甲野　花", "S61.5.2", HOUSE, ""],
    ["03", "A1", "", "甲野　花", "S61.5.2", "みなと市港町4番地5", ""],
    ["04", "", "0008", "甲野　老", "S10.6.3", HOUSE, ""],
    ["05", "", "", "乙野　二", "H2.5.6", "みなと市港町6番地7", ""],
    ["06", "", "000", "乙野　三", "H3.5.6", "みなと市港町6番地7", ""],
    ["07", "", "20", "丙野　四", "H4.5.6", "みなと市港町8番地1", ""],
    ["08", "", "20", "丙野　正太郎", "S40.9.9", "みなと市港町8番地1", "有"],
    ["09", "B1", "30", "丁野　六", "H6.5.6", "みなと市港町9番地1", ""],
    ["10", "B1", "31", "丁野　六", "H6.5.6", "みなと市港町9番地2", ""],
    ["11", "", "40", "戊野　七", "H7.5.6", "みなと市港町9番地9", ""],
    *(
        [f"{number}", "", "40", f"戊野　{'一' * (number - 99)}", "H8.5.6", "港町9", ""]
        for number in range(100, 131)
    ),
    ["200", "", "５０", "己野　八", "H9.5.6", "みなと市浜町1番地1", ""],
    ["201", "", "５０", "己野　九", "H10.5.6", "みなと市浜町1番地1", ""],
]


@pytest.fixture
def ledgers(tmp_path: Path) -> Iterator[Ledgers]:
    path = tmp_path / "住民台帳.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([HEADER, *PEOPLE])
    with open_ledgers(
        [path], [], cache_folder=tmp_path / "c", columns=ColumnNames(), today=TODAY
    ) as found:
        yield found


def household(ledgers: Ledgers, row: Sequence[str]) -> tuple[list[str], str]:
    asked = Applicant("list:1", "a!1行", "1", row[3], birth_date=row[4], address=row[5])
    matches = identify([asked], ledgers, today=TODAY)
    found = find_households(matches, ledgers)["list:1"]
    return [member.addressee_no for member in found.members], found.doubt


@pytest.mark.parametrize(
    ("number", "members", "doubt"),
    [
        pytest.param("01", ["02", "03"], "", id="all_numbers_of_a_member"),
        pytest.param("04", [], "", id="one_house_two_households"),
        pytest.param("05", [], "台帳に世帯番号がない", id="no_number"),
        pytest.param("06", [], "台帳に世帯番号がない", id="filler"),
        pytest.param("07", [], "支援措置の対象者が関係する", id="protected_member"),
        pytest.param("09", [], "宛名番号により世帯番号が異なる", id="two_numbers"),
        pytest.param("11", [], "同じ世帯番号の人が30人を超える", id="facility"),
        pytest.param("200", ["201"], "", id="full_width_digits"),
    ],
)
def test_household_is(
    ledgers: Ledgers, number: str, members: list[str], doubt: str
) -> None:
    row = next(row for row in PEOPLE if row[0] == number)
    assert household(ledgers, row) == (members, doubt)


def test_nobody_who_is_not_settled_has_a_household(ledgers: Ledgers) -> None:
    asked = Applicant("list:1", "a!1行", "1", "甲野　一", birth_date="S60.4.1")
    matches = identify([asked], ledgers, today=TODAY)
    assert find_households(matches, ledgers) == {}


def test_household_is_unseen_in_logs(ledgers: Ledgers) -> None:
    asked = Applicant("list:1", "a!1行", "1", "甲野　一", "", "S60.4.1", HOUSE)
    found = find_households(identify([asked], ledgers, today=TODAY), ledgers)
    assert "甲野" not in repr(found)
