"""What clerks find out about households, representatives and contradictory lines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import openpyxl  # noqa: TID251 - fills in what staff fill in with Excel
import pytest
import sqlalchemy as sa

from tasks.domain.clerks.decision_columns import (
    FINDING_BY,
    FINDING_KEY,
    FINDING_PERSONS,
    FINDING_REASON,
    FINDING_RESULT,
    FINDING_SHEET,
    FINDING_UNTIL,
)
from tasks.domain.errors import NeedsPersonError
from tasks.domain.office.settings import ColumnNames, DelinquencyRules, Municipality
from tasks.domain.records import Answer, Verdict
from tasks.edges.office_database.database import Database, open_database, sqlite_url
from tasks.edges.office_database.database_tables import CLERK_FINDINGS
from tasks.edges.review.clerk_record import ClerkRecord
from tasks.procedures.check_request import CheckRequest, CheckResult
from tasks.procedures.delinquency_check import check
from tasks.procedures.take_clerks_word import take_clerks_word

TOKYO = dt.timezone(dt.timedelta(hours=9))
NOW = dt.datetime(2026, 11, 20, 9, 30, tzinfo=TOKYO)
PERSONS = """宛名番号,氏名,氏名カナ,生年月日,住所,世帯番号,支援措置
0000000011,検査　一郎,ケンサ イチロウ,昭和55年3月1日,みなと市検査町1番2号,,
0000000012,検査　花子,ケンサ ハナコ,昭和56年4月2日,みなと市検査町1番2号,,
0000000013,別当　次郎,ベットウ ジロウ,昭和57年5月3日,みなと市検査町3番4号,5001,
0000000014,秘匿　守,ヒトク マモル,昭和60年6月6日,みなと市秘匿町1番1号,,有
"""
TAXES = """宛名番号,税目,賦課年度,期別,納期限,調定額,収納額,状態,終了日
0000000011,軽自動車税,令和8年度,0,R8.6.1,10800,10800,通常,
0000000012,軽自動車税,令和8年度,0,R8.6.1,7200,0,通常,
0000000013,軽自動車税,令和8年度,0,R8.6.1,10800,0,完納,
"""
REQUEST = """番号,氏名,フリガナ,生年月日,住所,同意
A-1,検査　一郎,ケンサ イチロウ,昭和55年3月1日,みなと市検査町1番2号,有
A-2,別当　次郎,ベットウ ジロウ,昭和57年5月3日,みなと市検査町3番4号,有
"""


class Office:
    """A tax section that looks at households, and runs one after another."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.folder = folder
        self.record = ClerkRecord(database)
        self.runs = 0
        self.second: tuple[str, ...] = ()
        self.files = {"台帳.csv": PERSONS, "税.csv": TAXES, "名簿.csv": REQUEST}

    def run(self, *filled: Path, now: dt.datetime = NOW) -> CheckResult:
        for name, content in self.files.items():
            (self.folder / name).write_text(content, encoding="utf-8-sig")
        self.runs += 1
        said = take_clerks_word(filled, self.record, now=now, who="収納係")
        return check(replace(self._request(now), said=said))

    def _request(self, now: dt.datetime) -> CheckRequest:
        rules = {
            "taxes": ["軽自動車税"],
            "charge_rates": {},
            "household_counts": True,
            "second_clerk": self.second,
        }
        return CheckRequest(
            request_files=(self.folder / "名簿.csv",),
            persons=(self.folder / "台帳.csv",),
            taxes=(self.folder / "税.csv",),
            as_of=dt.date(2026, 10, 31),
            out_folder=self.folder / f"結果{self.runs}",
            cache_folder=self.folder / "cache",
            rules=DelinquencyRules.model_validate(rules),
            columns=ColumnNames(),
            municipality=Municipality(
                prefecture="汐見県",
                city="みなと市",
                name_for_letters="みなと市長",
                tax_section="税務課",
            ),
            now=now,
            who="収納係",
        )

    def change(self, name: str, old: str, new: str) -> None:
        assert old in self.files[name]
        self.files[name] = self.files[name].replace(old, new)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    database = open_database(sqlite_url(tmp_path / "yakuba.sqlite3"))
    yield Office(tmp_path, database)
    database.close()


def fill_in(
    result: CheckResult,
    entries: Mapping[str, Mapping[str, object]],
    name: str = "記入.xlsx",
) -> Path:
    """Fill in a copy of 確認事項: 番号 to {header: value}."""
    book = openpyxl.load_workbook(result.office_copy)
    page = book[FINDING_SHEET]
    heads = {str(cell.value).replace("\n", ""): cell.column for cell in page[2]}
    left = dict(entries)
    for row in range(3, page.max_row + 1):
        number = str(page.cell(row, heads["番号"]).value)
        for header, value in left.pop(number, {}).items():
            page.cell(row, heads[header]).value = value  # type: ignore[assignment]
    assert not left
    target = result.office_copy.parent.parent / name
    book.save(target)
    return target


def found(result: str, by: str = "税務 太郎", **more: object) -> dict[str, object]:
    entry = {FINDING_RESULT: result, FINDING_REASON: "住民票で確認", FINDING_BY: by}
    return entry | more


def members(*named: str) -> dict[str, object]:
    return found("この人たち", **{FINDING_PERSONS: "、".join(named)})


def verdict(result: CheckResult, number: str = "A-1") -> Verdict:
    return next(v for v in result.verdicts if v.applicant.request_id == number)


def rows(office: Office) -> list[sa.Row]:
    with office.record.database.reading() as connection:
        return list(connection.execute(sa.select(CLERK_FINDINGS)))


def test_a_household_without_number_is_answered_once_a_clerk_found_nobody_else(
    office: Office,
) -> None:
    asked = office.run()
    assert verdict(asked).answer is Answer.SEVERAL
    assert "世帯番号がない" in verdict(asked).reason
    result = office.run(fill_in(asked, {"A-1": found("いない")}))
    assert verdict(result).answer is Answer.PAID
    assert verdict(office.run()).answer is Answer.PAID
    (kept,) = rows(office)
    assert (kept.result, kept.by_whom, kept.reason) == (
        "いない",
        "税務 太郎",
        "住民票で確認",
    )


def test_the_members_that_a_clerk_names_are_looked_at(office: Office) -> None:
    entry = members("12 検査花子")
    result = office.run(fill_in(office.run(), {"A-1": entry}))
    assert verdict(result).answer is Answer.OWING
    assert verdict(result).owners[0].value == "同じ世帯の人"


@pytest.mark.parametrize(
    "named",
    [
        pytest.param("0000000013 検査 花子", id="a slip in the number"),
        pytest.param("0000000099 検査 花子", id="nobody has the number"),
    ],
)
def test_a_number_that_is_not_of_the_name_counts_nobody_as_family(
    office: Office, named: str
) -> None:
    result = office.run(fill_in(office.run(), {"A-1": members(named)}))
    assert verdict(result).answer is Answer.SEVERAL
    assert "台帳にいません" in verdict(result).reason


def test_a_member_under_protection_silences_the_row(office: Office) -> None:
    entry = members("0000000014 秘匿 守")
    result = office.run(fill_in(office.run(), {"A-1": entry}))
    assert verdict(result).match.protected
    assert verdict(result).reason == "担当者による個別確認"


def test_a_finding_is_not_used_once_the_ledger_says_otherwise(office: Office) -> None:
    office.run(fill_in(office.run(), {"A-1": found("いない")}))
    office.change("台帳.csv", "みなと市検査町1番2号", "みなと市検査町1番3号")
    office.change("名簿.csv", "みなと市検査町1番2号", "みなと市検査町1番3号")
    assert verdict(office.run()).answer is Answer.SEVERAL


def test_a_household_found_long_ago_is_asked_again(office: Office) -> None:
    office.run(fill_in(office.run(), {"A-1": found("いない")}))
    later = office.run(now=NOW + dt.timedelta(days=31))
    assert verdict(later).answer is Answer.SEVERAL
    assert "期限が過ぎています" in verdict(later).reason


@pytest.mark.parametrize(
    ("entry", "answer"),
    [
        pytest.param(found("完納"), Answer.PAID, id="paid"),
        pytest.param(found("未納あり"), Answer.OWING, id="owing"),
        pytest.param(found("課税なし"), Answer.NO_TAX, id="no tax"),
        pytest.param(
            found("猶予中", **{FINDING_UNTIL: "R9.3.31"}), Answer.GRACE, id="grace"
        ),
        pytest.param(
            found("分納中", **{FINDING_UNTIL: "R8.10.30"}),
            Answer.SEVERAL,
            id="over by the as-of date",
        ),
        pytest.param(found("保留"), Answer.SEVERAL, id="held"),
    ],
)
def test_a_contradictory_line_is_what_a_clerk_found_it_to_be(
    office: Office, entry: dict[str, object], answer: Answer
) -> None:
    asked = office.run()
    assert verdict(asked, "A-2").answer is Answer.SEVERAL
    result = office.run(fill_in(asked, {"A-2": entry}))
    assert verdict(result, "A-2").answer is answer
    assert verdict(office.run(), "A-2").answer is answer


def test_a_finding_about_a_line_ends_when_the_ledger_moves(office: Office) -> None:
    office.run(fill_in(office.run(), {"A-2": found("完納")}))
    office.change("税.csv", "10800,0,完納", "10800,500,完納")
    result = office.run()
    assert verdict(result, "A-2").answer is Answer.SEVERAL
    assert "finding_not_used" in {note.code for note in result.notes}


def test_findings_that_contradict_each_other_are_asked(office: Office) -> None:
    asked = office.run()
    one = fill_in(asked, {"A-2": found("完納")}, "甲.xlsx")
    two = fill_in(asked, {"A-2": found("未納あり", "乙")}, "乙.xlsx")
    both = office.run(one, two)
    assert verdict(both, "A-2").answer is Answer.SEVERAL
    third = fill_in(both, {"A-2": found("完納", "課長")}, "課長.xlsx")
    assert verdict(office.run(third), "A-2").answer is Answer.PAID
    assert len(rows(office)) == 3


def test_a_finding_can_be_taken_back_where_it_stands(office: Office) -> None:
    applied = office.run(fill_in(office.run(), {"A-2": found("完納")}))
    assert verdict(applied, "A-2").answer is Answer.PAID
    back = fill_in(applied, {"A-2": found("保留")}, "取消.xlsx")
    assert verdict(office.run(back), "A-2").answer is Answer.SEVERAL


@pytest.mark.parametrize(
    ("number", "entry"),
    [
        pytest.param("A-1", members("12 検査花子"), id="household"),
        pytest.param("A-2", found("未納あり"), id="line"),
    ],
)
def test_what_makes_somebody_owe_counts_with_a_second_clerk_only(
    office: Office, number: str, entry: dict[str, object]
) -> None:
    office.second = ("未納あり",)
    first = office.run(fill_in(office.run(), {number: entry}, "甲.xlsx"))
    assert verdict(first, number).answer is Answer.SEVERAL
    assert "二人目" in verdict(first, number).reason
    same = fill_in(first, {number: entry}, "同じ人.xlsx")
    assert verdict(office.run(same), number).answer is Answer.SEVERAL
    other = fill_in(first, {number: entry | {FINDING_BY: "収納 次郎"}}, "乙.xlsx")
    assert verdict(office.run(other), number).answer is Answer.OWING


@pytest.mark.parametrize(
    ("number", "entry"),
    [
        pytest.param("A-1", found("たぶん"), id="no such result"),
        pytest.param("A-1", found("この人たち"), id="nobody named"),
        pytest.param("A-1", members("検査 花子"), id="no number"),
        pytest.param("A-1", found("いない", **{FINDING_REASON: ""}), id="no reason"),
        pytest.param("A-2", found("猶予中"), id="no last day"),
        pytest.param("A-2", found("いない"), id="result of a household"),
        pytest.param("A-2", found("完納", **{FINDING_KEY: "x"}), id="key written over"),
    ],
)
def test_a_finding_that_is_not_whole_is_named_by_its_cell(
    office: Office, number: str, entry: dict[str, object]
) -> None:
    filled = fill_in(office.run(), {number: entry})
    with pytest.raises(NeedsPersonError, match=r"CLERK-001.*確認事項![G-L]\d") as fault:
        office.run(filled)
    assert "検査" not in str(fault.value)
    assert rows(office) == []
