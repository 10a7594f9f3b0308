"""A clerk's decisions and receipts: filled in on 税務課控え, read back, applied, never lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import openpyxl  # noqa: TID251 - fills in what staff fill in with Excel
import pytest
import sqlalchemy as sa

from tasks.domain.clerks.clerk_word import ClerkWord
from tasks.domain.clerks.decision_columns import (
    DECIDED_BY,
    DECISION,
    KEY,
    REASON,
    RECEIPT_KEY,
    RECEIPT_SHEET,
    RECEIPT_WITHDRAWN,
    RECORD_SHEET,
    RECORDED,
    SHEET,
)
from tasks.domain.clerks.decisions import key_of
from tasks.domain.errors import NeedsPersonError
from tasks.domain.office.settings import ColumnNames, DelinquencyRules, Municipality
from tasks.domain.records import Answer, Verdict
from tasks.edges.office_database.audit_log import AuditLog
from tasks.edges.office_database.database import Database, open_database, sqlite_url
from tasks.edges.office_database.database_tables import IDENTITY_DECISIONS, RECEIPTS
from tasks.edges.review.clerk_record import ClerkRecord
from tasks.procedures.check_request import CheckRequest, CheckResult
from tasks.procedures.delinquency_check import check
from tasks.procedures.take_clerks_word import filled_in, take_clerks_word

TOKYO = dt.timezone(dt.timedelta(hours=9))
NOW = dt.datetime(2026, 11, 20, 9, 30, tzinfo=TOKYO)
LATER = NOW + dt.timedelta(days=3)

PERSONS = """宛名番号,氏名,氏名カナ,生年月日,住所,前住所,支援措置
0000000011,検査　一郎,ケンサ イチロウ,昭和55年3月1日,みなと市検査町1番2号,,
0000000012,検査　一郎,ケンサ イチロウ,昭和55年3月1日,みなと市試験町7番7号,,
0000000013,別当　花子,ベットウ ハナコ,昭和57年4月2日,みなと市検査町3番4号,,
"""
TAXES = """宛名番号,税目,賦課年度,期別,納期限,調定額,収納額,状態
0000000011,軽自動車税,令和8年度,0,R8.6.1,10800,0,通常
0000000012,軽自動車税,令和8年度,0,R8.6.1,10800,10800,通常
0000000013,軽自動車税,令和8年度,0,R8.6.1,10800,0,通常
0000000013,軽自動車税,令和8年度,1,R8.9.30,5000,1000,通常
"""
REQUEST = """番号,氏名,フリガナ,生年月日,住所,同意
A-1,検査　一郎,ケンサ イチロウ,昭和55年3月1日,よその市遠い町9番9号,有
A-2,別当　花子,ベットウ ハナコ,昭和57年4月2日,みなと市検査町3番4号,有
"""


class Office:
    """A tax section: ledgers, one list, a database, and runs one after another."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.folder = folder
        self.record = ClerkRecord(database)
        self.runs = 0
        self.files = {"台帳.csv": PERSONS, "税.csv": TAXES, "名簿.csv": REQUEST}

    def run(self, *filled: Path, now: dt.datetime = NOW) -> CheckResult:
        for name, content in self.files.items():
            (self.folder / name).write_text(content, encoding="utf-8-sig")
        self.runs += 1
        said = take_clerks_word(filled, self.record, now=now, who="収納係")
        return check(replace(self._request(now), said=said))

    def _request(self, now: dt.datetime) -> CheckRequest:
        return CheckRequest(
            request_files=(self.folder / "名簿.csv",),
            persons=(self.folder / "台帳.csv",),
            taxes=(self.folder / "税.csv",),
            as_of=dt.date(2026, 10, 31),
            out_folder=self.folder / f"結果{self.runs}",
            cache_folder=self.folder / "cache",
            rules=DelinquencyRules(taxes=("軽自動車税",), charge_rates={}),
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
    sheet: str,
    entries: Mapping[tuple[str, str], Mapping[str, object]],
    name: str = "記入.xlsx",
) -> Path:
    """Fill in a copy: (番号, 区分 or 期別) to {header: value}."""
    book = openpyxl.load_workbook(result.office_copy)
    page = book[sheet]
    heads = {str(cell.value).replace("\n", ""): cell.column for cell in page[2]}
    second = "期別" if sheet == RECEIPT_SHEET else "区分"
    left = dict(entries)
    for row in range(3, page.max_row + 1):
        at = (
            str(page.cell(row, heads["番号"]).value),
            str(page.cell(row, heads[second]).value),
        )
        for header, value in left.pop(at, {}).items():
            page.cell(row, heads[header]).value = value  # type: ignore[assignment]
    assert not left
    target = result.office_copy.parent.parent / name
    book.save(target)
    return target


def decided(
    choice: str, by: str = "税務 太郎", why: str = "免許証で確認"
) -> dict[str, object]:
    return {DECISION: choice, REASON: why, DECIDED_BY: by}


def received(
    yen: object = 10_800, on: object = "R8.11.5", **more: object
) -> dict[str, object]:
    return {
        "領収日": on,
        "領収額": yen,
        "確認した書類・理由": "領収証書を窓口で確認",
        "確認者": "税務 花子",
        **more,
    }


def verdict(result: CheckResult, number: str = "A-1") -> Verdict:
    return next(v for v in result.verdicts if v.applicant.request_id == number)


def verdict_key(result: CheckResult, rank: int) -> str:
    return key_of(verdict(result), rank)


def first(result: CheckResult) -> tuple[Answer, list[str]]:
    found = verdict(result)
    return found.answer, list(found.match.addressee_nos if found.match else ())


def rows(office: Office, table: sa.Table) -> list[sa.Row[object]]:
    with office.record.database.reading() as connection:
        return list(connection.execute(sa.select(table).order_by(table.c.seq)))


def test_a_decision_is_applied_and_kept_with_who_when_and_why(office: Office) -> None:
    asked = office.run()
    assert verdict(asked).answer is Answer.SEVERAL
    filled = fill_in(asked, SHEET, {("A-1", "候補1"): decided("同一")})
    result = office.run(filled)
    assert first(result) == (Answer.OWING, ["0000000011"])
    assert "職員の判断により同一" in verdict(result).reason
    (kept,) = rows(office, IDENTITY_DECISIONS)
    assert (kept.by_whom, kept.reason, kept.choice) == (
        "税務 太郎",
        "免許証で確認",
        "同一",
    )
    assert kept.at == NOW.astimezone(dt.UTC)
    assert [e.action for e in AuditLog(office.record.database).entries()] == [
        "clerk_sheets_read"
    ]


def test_a_number_of_twelve_digits_in_a_reason_is_not_kept(office: Office) -> None:
    why = "個人番号1234 5678 9012の写しで確認"
    entries = {("A-1", "候補1"): decided("同一", why=why)}
    office.run(fill_in(office.run(), SHEET, entries))
    assert (
        rows(office, IDENTITY_DECISIONS)[0].reason == "個人番号************の写しで確認"
    )


def test_a_later_run_applies_it_again_and_overwrites_nothing(office: Office) -> None:
    filled = fill_in(office.run(), SHEET, {("A-1", "候補1"): decided("同一")})
    office.run(filled)
    before = rows(office, IDENTITY_DECISIONS)
    assert first(office.run(now=LATER)) == (Answer.OWING, ["0000000011"])
    assert first(office.run(filled, now=LATER))[0] is Answer.OWING
    assert rows(office, IDENTITY_DECISIONS) == before


def test_another_row_in_another_list_is_not_decided_with_it(office: Office) -> None:
    filled = fill_in(office.run(), SHEET, {("A-1", "候補1"): decided("同一")})
    office.run(filled)
    office.change("名簿.csv", "よその市遠い町9番9号", "よその市近い町1番1号")
    result = office.run()
    assert verdict(result).answer is Answer.SEVERAL
    assert "依頼の内容が変わったため" in verdict(result).reason


def test_a_row_that_says_less_than_a_person_is_decided_only_where_it_stands(
    office: Office,
) -> None:
    office.change("名簿.csv", "昭和55年3月1日,よその市遠い町9番9号", ",検査町")
    filled = fill_in(office.run(), SHEET, {("A-1", "候補1"): decided("同一")})
    assert verdict(office.run(filled)).answer is Answer.OWING
    office.change("名簿.csv", "A-1,", "A-7,")
    elsewhere = office.run()
    assert verdict(elsewhere, "A-7").answer is Answer.SEVERAL


def test_a_row_that_says_all_of_a_person_is_decided_wherever_it_stands(
    office: Office,
) -> None:
    office.run(fill_in(office.run(), SHEET, {("A-1", "候補1"): decided("同一")}))
    office.change("名簿.csv", "A-1,", "A-7,")
    assert verdict(office.run(), "A-7").answer is Answer.OWING


def test_a_decision_is_void_when_the_candidate_has_changed(office: Office) -> None:
    filled = fill_in(office.run(), SHEET, {("A-1", "候補1"): decided("同一")})
    office.run(filled)
    office.change("台帳.csv", "みなと市検査町1番2号", "みなと市港町5番5号")
    result = office.run()
    assert verdict(result).answer is Answer.SEVERAL
    assert "候補の内容が変わったため" in verdict(result).reason
    assert "decision_not_used" in {note.code for note in result.notes}


def test_a_sheet_filled_in_before_the_candidate_changed_is_void_when_read(
    office: Office,
) -> None:
    filled = fill_in(office.run(), SHEET, {("A-1", "候補1"): decided("同一")})
    office.change("台帳.csv", "みなと市検査町1番2号", "みなと市港町5番5号")
    assert verdict(office.run(filled)).answer is Answer.SEVERAL
    assert len(rows(office, IDENTITY_DECISIONS)) == 1


def test_a_nearer_candidate_that_the_clerk_never_saw_makes_it_void(
    office: Office,
) -> None:
    filled = fill_in(office.run(), SHEET, {("A-1", "候補1"): decided("同一")})
    office.run(filled)
    office.files["台帳.csv"] += (
        "0000000010,検査　一郎,ケンサ イチロウ,昭和55年3月1日,みなと市港町8番8号,,\n"
    )
    result = office.run()
    assert verdict(result).answer is Answer.SEVERAL
    assert "そのときなかった候補" in verdict(result).reason


def test_a_decision_whose_columns_were_sorted_apart_is_not_used(office: Office) -> None:
    asked = office.run()
    keys = [verdict_key(asked, rank) for rank in (1, 2)]
    swapped = {
        ("A-1", "候補1"): decided("同一") | {KEY: keys[1]},
        ("A-1", "候補2"): {KEY: keys[0]},
    }
    result = office.run(fill_in(asked, SHEET, swapped))
    assert verdict(result).answer is Answer.SEVERAL
    assert "照合キーが合わない" in verdict(result).reason


def test_a_contradicting_second_decision_is_asked(office: Office) -> None:
    asked = office.run()
    one = fill_in(asked, SHEET, {("A-1", "候補1"): decided("同一")}, "甲.xlsx")
    two = fill_in(asked, SHEET, {("A-1", "候補2"): decided("同一", "乙")}, "乙.xlsx")
    office.run(one)
    result = office.run(two, now=LATER)
    assert verdict(result).answer is Answer.SEVERAL
    assert "食い違う" in verdict(result).reason
    assert len(rows(office, IDENTITY_DECISIONS)) == 2


def test_a_contradiction_is_settled_on_the_sheet_that_shows_it(office: Office) -> None:
    asked = office.run()
    one = fill_in(asked, SHEET, {("A-1", "候補1"): decided("同一")}, "甲.xlsx")
    two = fill_in(asked, SHEET, {("A-1", "候補1"): decided("別人", "乙")}, "乙.xlsx")
    contradicting = office.run(one, two)
    assert verdict(contradicting).answer is Answer.SEVERAL
    third = fill_in(contradicting, SHEET, {("A-1", "候補2"): decided("同一", "課長")})
    assert first(office.run(third)) == (Answer.PAID, ["0000000012"])
    assert len(rows(office, IDENTITY_DECISIONS)) == 3


def test_a_decision_can_be_taken_back_where_it_is_recorded(office: Office) -> None:
    filled = fill_in(office.run(), SHEET, {("A-1", "候補1"): decided("同一")})
    applied = office.run(filled)
    back = fill_in(applied, RECORD_SHEET, {("A-1", "候補1"): decided("保留", why="")})
    result = office.run(back, now=LATER)
    assert verdict(result).answer is Answer.SEVERAL
    assert len(rows(office, IDENTITY_DECISIONS)) == 2
    again = fill_in(result, SHEET, {("A-1", "候補2"): decided("同一")})
    assert first(office.run(again, now=LATER)) == (Answer.PAID, ["0000000012"])


@pytest.mark.parametrize(
    "entries",
    [
        pytest.param({("A-1", "依頼"): decided("該当なし")}, id="beside the request"),
        pytest.param(
            {
                ("A-1", "候補1"): decided("別人"),
                ("A-1", "候補2"): decided("別人"),
            },
            id="every candidate",
        ),
    ],
)
def test_nobody_is_the_person_when_a_clerk_says_so_of_all(
    office: Office, entries: dict[tuple[str, str], dict[str, object]]
) -> None:
    result = office.run(fill_in(office.run(), SHEET, entries))
    assert first(result) == (Answer.NOT_FOUND, [])


def test_one_candidate_put_aside_leaves_the_question_open(office: Office) -> None:
    filled = fill_in(office.run(), SHEET, {("A-1", "候補1"): decided("別人")})
    assert verdict(office.run(filled)).answer is Answer.SEVERAL


def test_whom_the_evidence_settles_against_a_decision_is_asked(office: Office) -> None:
    filled = fill_in(office.run(), SHEET, {("A-1", "候補1"): decided("同一")})
    office.run(filled)
    office.change(
        "台帳.csv", "みなと市試験町7番7号,", "みなと市試験町7番7号,よその市遠い町9番9号"
    )
    result = office.run()
    assert verdict(result).answer is Answer.SEVERAL
    assert "照合の結果が食い違う" in verdict(result).reason


@pytest.mark.parametrize(
    ("entry", "place"),
    [
        pytest.param({DECISION: "同一", REASON: "確認"}, "M4", id="nobody decided"),
        pytest.param({DECISION: "同一", DECIDED_BY: "係"}, "L4", id="no reason"),
        pytest.param(decided("たぶん"), "K4", id="no such choice"),
        pytest.param(decided("該当なし"), "K4", id="choice of the request"),
        pytest.param({**decided("同一"), KEY: "1234"}, "N4", id="key written over"),
        pytest.param({REASON: "確認"}, "K4", id="reason without decision"),
    ],
)
def test_an_entry_that_is_not_whole_is_named_by_its_cell_and_nothing_is_recorded(
    office: Office, entry: dict[str, object], place: str
) -> None:
    filled = fill_in(office.run(), SHEET, {("A-1", "候補1"): entry})
    with pytest.raises(NeedsPersonError, match=f"CLERK-001.*要確認!{place}") as found:
        office.run(filled)
    assert "検査" not in str(found.value)
    assert rows(office, IDENTITY_DECISIONS) == []


def test_a_file_that_is_no_office_copy_is_refused(office: Office) -> None:
    result = office.run()
    with pytest.raises(NeedsPersonError, match="CLERK-002"):
        office.run(result.replies[0])


def test_a_receipt_pays_the_line_it_is_for_and_no_other(office: Office) -> None:
    asked = office.run()
    assert verdict(asked, "A-2").answer is Answer.OWING
    filled = fill_in(asked, RECEIPT_SHEET, {("A-2", "全期・随時"): received()})
    result = verdict(office.run(filled), "A-2")
    assert result.answer is Answer.OWING
    assert result.arrears_yen == 4_000
    assert "領収書で確かめた納付1期分" in result.reason


def both_receipts() -> dict[tuple[str, str], dict[str, object]]:
    return {
        ("A-2", "全期・随時"): received(),
        ("A-2", "1"): received("４，０００円", dt.date(2026, 11, 5)),
    }


def test_receipts_for_all_lines_make_the_answer_paid_and_stay_recorded(
    office: Office,
) -> None:
    filled = fill_in(office.run(), RECEIPT_SHEET, both_receipts())
    result = office.run(filled)
    assert verdict(result, "A-2").answer is Answer.PAID
    assert verdict(office.run(now=LATER), "A-2").answer is Answer.PAID
    kept = rows(office, RECEIPTS)
    assert [(r.received_yen, r.received_on, r.by_whom) for r in kept] == [
        (10_800, "2026-11-05", "税務 花子"),
        (4_000, "2026-11-05", "税務 花子"),
    ]


def test_part_of_the_amount_leaves_the_rest_owing(office: Office) -> None:
    entries = both_receipts() | {("A-2", "1"): received(3_999)}
    result = office.run(fill_in(office.run(), RECEIPT_SHEET, entries))
    assert verdict(result, "A-2").answer is Answer.OWING
    assert verdict(result, "A-2").arrears_yen == 1


def test_a_receipt_no_longer_counts_once_the_ledger_has_moved(office: Office) -> None:
    entries = {("A-2", "1"): received(3_000)}
    office.run(fill_in(office.run(), RECEIPT_SHEET, entries))
    office.change("税.csv", "5000,1000", "5000,4000")
    result = office.run()
    assert verdict(result, "A-2").arrears_yen == 10_800 + 1_000
    assert "receipt_overtaken" in {note.code for note in result.notes}


@pytest.mark.parametrize(
    ("line", "old", "new"),
    [
        pytest.param("全期・随時", "R8.6.1,10800,0,通常\n0000000013,軽自動車税,令和8年度,1",
                     "R8.6.1,9000,0,通常\n0000000013,軽自動車税,令和8年度,1", id="調定額 of 全期"),
        pytest.param("1", "5000,1000", "6000,1000", id="調定額"),
        pytest.param("1", "5000,1000", "5000,1500", id="another payment"),
    ],
)  # fmt: skip
def test_nobody_is_accused_while_a_receipt_may_or_may_not_be_posted(
    office: Office, line: str, old: str, new: str
) -> None:
    office.run(fill_in(office.run(), RECEIPT_SHEET, {("A-2", line): received(3_000)}))
    office.change("税.csv", old, new)
    result = office.run()
    assert verdict(result, "A-2").answer is Answer.SEVERAL
    assert "receipt_unclear" in {note.code for note in result.notes}


def test_a_receipt_that_lost_its_line_is_shown_and_written_down_again(
    office: Office,
) -> None:
    entries = {("A-2", "全期・随時"): received(3_000)}
    office.run(fill_in(office.run(), RECEIPT_SHEET, entries))
    line = "13,軽自動車税,令和8年度,0,R8.6.1,"
    office.change("税.csv", f"{line}10800", f"{line}9000")
    asked = office.run()
    page = openpyxl.load_workbook(asked.office_copy)[RECEIPT_SHEET]
    shown = [[cell.value for cell in row] for row in page.iter_rows(min_row=3)]
    assert sum(3_000 in row and RECORDED in row for row in shown) == 1
    again = office.run(fill_in(asked, RECEIPT_SHEET, entries))
    assert verdict(again, "A-2").answer is Answer.OWING
    assert verdict(again, "A-2").arrears_yen == 6_000 + 4_000


def test_a_receipt_whose_columns_were_sorted_apart_is_not_used(office: Office) -> None:
    asked = office.run()
    entry = received() | {"宛名番号": "0000000011"}
    result = office.run(fill_in(asked, RECEIPT_SHEET, {("A-2", "1"): entry}))
    assert verdict(result, "A-2").arrears_yen == 10_800 + 4_000
    assert "receipt_misplaced" in {note.code for note in result.notes}


def test_the_same_receipt_written_down_twice_counts_once(office: Office) -> None:
    asked = office.run()
    one = fill_in(asked, RECEIPT_SHEET, {("A-2", "1"): received(2_000)}, "甲.xlsx")
    again = received(2_000) | {"確認した書類・理由": "もう一度確認"}
    two = fill_in(office.run(one), RECEIPT_SHEET, {("A-2", "1"): again}, "乙.xlsx")
    assert verdict(office.run(two), "A-2").arrears_yen == 10_800 + 2_000


def test_a_receipt_can_be_taken_back_and_both_records_stay(office: Office) -> None:
    filled = fill_in(office.run(), RECEIPT_SHEET, both_receipts())
    result = office.run(filled)
    back = {
        ("A-2", "全期・随時"): {
            "確認した書類・理由": "別人の領収書だった",
            "確認者": "課長",
            RECEIPT_WITHDRAWN: RECEIPT_WITHDRAWN,
        }
    }
    after = office.run(fill_in(result, RECEIPT_SHEET, back), now=LATER)
    assert verdict(after, "A-2").arrears_yen == 10_800
    assert [row.withdrawn for row in rows(office, RECEIPTS)] == [0, 0, 1]


@pytest.mark.parametrize(
    ("entry", "place"),
    [
        pytest.param(received(on="R9.1.1"), "J", id="a day to come"),
        pytest.param(received("約1万円"), "K", id="no amount"),
        pytest.param(received(0), "K", id="nothing paid"),
        pytest.param(received() | {"確認者": ""}, "M", id="nobody confirmed"),
        pytest.param(received() | {"確認した書類・理由": ""}, "L", id="no reason"),
        pytest.param(received() | {RECEIPT_KEY: "x"}, "O", id="key written over"),
    ],
)
def test_a_receipt_that_is_not_whole_is_named_by_its_cell(
    office: Office, entry: dict[str, object], place: str
) -> None:
    filled = fill_in(office.run(), RECEIPT_SHEET, {("A-2", "1"): entry})
    with pytest.raises(NeedsPersonError, match=rf"CLERK-001.*領収書!{place}\d"):
        office.run(filled)


def test_nothing_said_shows_in_reprs(office: Office) -> None:
    entries = both_receipts()
    asked = office.run()
    office.run(fill_in(asked, SHEET, {("A-1", "候補1"): decided("同一")}, "甲.xlsx"))
    office.run(fill_in(asked, RECEIPT_SHEET, entries, "乙.xlsx"))
    said: ClerkWord = office.record.everything()
    shown = repr(said)
    for secret in ("0000000011", "10800", "窓口", "免許証"):
        assert secret not in shown


def test_a_run_at_night_passes_over_a_faulty_workbook_and_says_so(
    office: Office,
) -> None:
    asked = office.run()
    half = fill_in(asked, SHEET, {("A-1", "候補1"): {DECISION: "同一"}}, "半端.xlsx")
    whole = fill_in(asked, RECEIPT_SHEET, both_receipts(), "領収.xlsx")
    said = take_clerks_word(
        [half, whole], office.record, now=NOW, who="夜間", go_on=True
    )
    assert (len(said.decisions), len(said.receipts)) == (0, 2)
    assert [(note.file, note.code) for note in said.notes] == [
        ("領収.xlsx", "clerk_sheet_read"),
        ("半端.xlsx", "CLERK-001"),
    ]
    assert said.notes[1].place == "要確認!L4、要確認!M4"


def test_workbooks_of_a_folder_are_found_and_what_excel_leaves_behind_is_not(
    tmp_path: Path,
) -> None:
    for name in ("記入.xlsx", "~$記入.xlsx", ".隠し.xlsx", "メモ.txt"):
        (tmp_path / name).write_bytes(b"")
    assert [path.name for path in filled_in(tmp_path)] == ["記入.xlsx"]
    assert filled_in(tmp_path / "none") == ()
