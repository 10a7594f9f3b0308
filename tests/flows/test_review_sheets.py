"""Open questions out on a workbook and back: the page's rules, nothing overwritten."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import openpyxl  # noqa: TID251 - fills in as a section does, with a program not ours
import pytest
from PIL import Image

from tasks.domain.review.accounts import Role
from tasks.domain.review_item import (
    Decision,
    QuestionKind,
    ReviewAnswer,
    ReviewItem,
    item_id,
)
from tasks.edges.office_database.audit_log import AuditLog
from tasks.edges.office_database.database import Database, open_database
from tasks.edges.review.review_leases import Desk, Leases, Wanted
from tasks.edges.review.review_store import ReviewStore
from tests.flows import review_helpers as helpers

NOON = helpers.NOON
HEADS = 3
"""1-based row of the heads."""


def picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (700, 90), "white").save(file, "PNG")
    return file.getvalue()


PICTURE = picture()


def question(
    number: int,
    field_kind: str = "name",
    *,
    kind: QuestionKind = QuestionKind.FIELD,
    job: str = "tax_delinquency",
    **more: Any,
) -> ReviewItem:
    document = f"{number:064x}"
    readings = {
        "name": ("潮見 渚", "汐見 渚"),
        "date": ("令和5年4月1日", "令和6年4月1日"),
        "amount": ("98765430", "98765439"),
        "choice": ("新規", "更新", "廃止"),
        "seal": ("yes", "no"),
        "": (),
    }[field_kind]
    asked = ReviewItem(
        item_id=item_id(job, document, 1, field_kind, kind),
        job=job,
        kind=kind,
        document_sha256=document,
        file=f"申請_{number:03}.pdf",
        page=1,
        field_id=field_kind,
        label={"name": "申請者", "date": "申請日", "seal": "押印"}.get(field_kind, ""),
        field_kind=field_kind,
        form="hojokin",
        reason="二つの読取結果が一致しません。",
        value_read=readings[0] if readings else "",
        choices=readings,
        crop_png=PICTURE,
        error_class="strict" if field_kind == "amount" else "ordinary",
    )
    return replace(asked, **more)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    found = open_database(database_url)
    yield found
    found.close()


@pytest.fixture
def store(database: Database) -> ReviewStore:
    return ReviewStore(database)


def clerk(
    database: Database, login: str = "yamada", **how: Any
) -> helpers.ReviewClient:
    how.setdefault("clock", helpers.Clock(NOON))
    return helpers.review_client(
        database, roles=(Role.CLERK,), login=login, name=f"職員 {login}", **how
    )


class Sheet:
    """A workbook in the hands of a section."""

    def __init__(self, content: bytes) -> None:
        self.book = openpyxl.load_workbook(io.BytesIO(content))

    def head(
        self, name: str = "浜田 航", section: str = "福祉課", minutes: object = 12
    ) -> Sheet:
        first = self.book["はじめに"]
        first["B4"], first["B5"], first["B6"] = name, section, minutes
        return self

    def row(self, item: ReviewItem) -> tuple[Any, int]:
        for sheet in self.book.worksheets[1:]:
            for row in range(HEADS + 1, sheet.max_row + 1):
                if sheet.cell(row, 10).value == item.item_id:
                    return sheet, row
        raise AssertionError("the question is not in the workbook")

    def fill(
        self, item: ReviewItem, answer: object = None, typed: object = None, **more: Any
    ) -> Sheet:
        sheet, row = self.row(item)
        sheet.cell(row, 7).value = answer
        sheet.cell(row, 8).value = typed
        if "sure" in more:
            sheet.cell(row, 9, more["sure"])
        return self

    def has(self, item: ReviewItem) -> bool:
        ids = [
            sheet.cell(row, 10).value
            for sheet in self.book.worksheets[1:]
            for row in range(HEADS + 1, sheet.max_row + 1)
        ]
        return item.item_id in ids

    def saved(self) -> bytes:
        file = io.BytesIO()
        self.book.save(file)
        # A book with pictures can be saved but once.
        self.book = openpyxl.load_workbook(file)
        return file.getvalue()


def exported(desk: helpers.ReviewClient, **words: str) -> Sheet:
    found = desk.send("/lists/workbooks", section="福祉課", most="100", **words)
    assert found.status_code == 200, found.text
    assert found.headers["content-type"].endswith("spreadsheetml.sheet")
    assert "申請" not in found.headers["content-disposition"]
    return Sheet(found.content)


def returned(desk: helpers.ReviewClient, content: bytes) -> httpx.Response:
    return desk.post(
        "/lists/workbooks/return",
        data={"csrf": desk.csrf},
        files={"workbook": ("潮見 渚.xlsx", content, "application/octet-stream")},
    )


def faults(found: httpx.Response) -> dict[str, str]:
    assert found.status_code == 422, found.text
    rows = re.findall(
        r"<td>([^<]*)</td><th scope=\"row\">([^<]*)</th><td>([^<]*)</td>", found.text
    )
    return {f"{sheet}!{cell}": what for sheet, cell, what in rows}


def test_a_workbook_shows_what_the_page_shows_and_locks_all_else(
    database: Database, store: ReviewStore
) -> None:
    items = [
        question(1),
        question(2, "date"),
        question(3, "choice", several=True),
        question(4, "seal"),
        question(5, "", kind=QuestionKind.PAGE),
        question(6, kind=QuestionKind.BLIND),
        question(7, "amount"),
        question(8, crop_png=b"no picture"),
    ]
    store.ask(items)
    store.settle(
        ReviewAnswer(items[6].item_id, Decision.VALUE, "98765432", "kato", NOON, 1)
    )
    sheet = exported(clerk(database))
    book = sheet.book
    assert [one.title for one in book.worksheets] == [
        *(
            "はじめに",
            "様式のわからないページ",
            "金額",
            "選択欄",
            "日付",
            "氏名",
            "押印",
        ),
        "抜き取り確認（氏名）",
    ]
    name, row = sheet.row(items[0])
    assert name.cell(row, 6).value == "①　潮見 渚\n②　汐見 渚"
    assert len(name._images) == 1
    assert {one.anchor._from.row for one in name._images} == {row - 1}
    rules = {
        str(one.sqref): one.formula1 for one in name.data_validations.dataValidation
    }
    assert rules[f"G{row}"] == '"①,②,空欄,読めない,本人に確認,右に入力"'
    for page in book.worksheets:
        assert page.protection.sheet
        for cells in page.iter_rows():
            for cell in cells:
                coloured = cell.fill.fgColor.rgb == "FFFFF2CC"
                assert cell.protection.locked is not coloured, cell.coordinate
    assert name.column_dimensions["J"].hidden
    # What two people enter shows neither reading nor first entry; nor a blind sample.
    text = str([[c.value for c in r] for one in book.worksheets for r in one.rows])
    for hidden in ("98765430", "98765439", "98765432"):
        assert hidden not in text
    blind, row = sheet.row(items[5])
    assert blind.cell(row, 6).value == "（載せていません）"
    entries = AuditLog(database).entries()
    assert entries[-1].action == "questions_exported"
    assert items[0].item_id in dict(entries[-1].details)["subjects"]


def test_what_a_section_fills_in_is_stored_by_the_rules_of_the_page(
    database: Database, store: ReviewStore
) -> None:
    items = [question(number) for number in range(1, 6)]
    date = question(6, "date")
    several = question(7, "choice", several=True)
    seal, page = question(8, "seal"), question(9, "", kind=QuestionKind.PAGE)
    left = question(10)
    store.ask([*items, date, several, seal, page, left])
    desk = clerk(database)
    sheet = exported(desk).head(minutes="18分")
    sheet.fill(items[0], "②").fill(items[1], None, "鴎台　凪")
    sheet.fill(items[2], "空欄").fill(items[3], "読めない").fill(items[4], "本人に確認")
    sheet.fill(date, "右に入力", "R5.4.2").fill(several, "右に入力", "①・廃止")
    sheet.fill(seal, "押印なし").fill(page, "対象外（この業務の書類ではない）")
    found = returned(desk, sheet.saved())
    assert found.status_code == 200, found.text
    assert "9 件を取り込みました" in found.text
    assert "18 分" in found.text

    answers = store.answers(
        [one.item_id for one in (*items, date, several, seal, page)]
    )
    given = [answers[one.item_id] for one in items]
    assert [(one.decision, one.value) for one in given] == [
        (Decision.VALUE, "汐見 渚"),
        (Decision.VALUE, "鴎台　凪"),
        (Decision.BLANK, ""),
        (Decision.UNREADABLE, ""),
        (Decision.ASK_APPLICANT, ""),
    ]
    assert answers[date.item_id].value == "R5.4.2"
    assert answers[several.item_id].value == "新規・廃止"
    assert answers[seal.item_id].value == "no"
    assert answers[page.item_id].decision is Decision.EXCLUDE
    assert {one.by for one in answers.values()} == {"浜田 航（福祉課）"}
    assert store.seconds_total("tax_delinquency") == pytest.approx(18 * 60)
    assert [one.item_id for one in store.open_items()] == [left.item_id]

    log = AuditLog(database)
    entry = log.entries()[-1]
    assert (entry.action, entry.who) == ("questions_returned", "yamada")
    assert dict(entry.details)["filled_by"] == "浜田 航（福祉課）"
    assert "渚" not in repr(log.entries())
    trail = desk.get(f"/lists/items/{items[0].item_id}").text
    assert "シートで回答（読み込み 職員 yamada）" in trail
    assert "見た（シートへの書き出し）" in trail
    assert '10</td><td class="number">9' in desk.get("/lists/workbooks").text


def test_the_same_workbook_twice_counts_once_and_a_corrected_one_corrects(
    database: Database, store: ReviewStore
) -> None:
    items = [question(1), question(2)]
    store.ask(items)
    desk = clerk(database)
    sheet = exported(desk).head(minutes=10).fill(items[0], "①").fill(items[1], "②")
    first = sheet.saved()
    assert "2 件を取り込みました" in returned(desk, first).text
    again = returned(desk, first).text
    assert "0 件を取り込みました" in again
    assert "前に取り込んだものと同じです" in again
    assert store.seconds_total("tax_delinquency") == pytest.approx(600)

    second = sheet.head(minutes=13).fill(items[1], None, "汐見　凪").saved()
    assert "1 件を取り込みました" in returned(desk, second).text
    assert store.answers([items[1].item_id])[items[1].item_id].value == "汐見　凪"
    assert store.seconds_total("tax_delinquency") == pytest.approx(780)
    # The first file once more does not bring the old answer back.
    assert "0 件を取り込みました" in returned(desk, first).text
    assert store.answers([items[1].item_id])[items[1].item_id].value == "汐見　凪"
    assert len(store.history(items[0].item_id)) == 1


def test_nothing_that_happened_meanwhile_is_overwritten(
    database: Database, store: ReviewStore
) -> None:
    answered, looked_at, held, withdrawn, changed, free = items = [
        question(number) for number in range(1, 7)
    ]
    store.ask(items)
    desk = clerk(database)
    sheet = exported(desk).head()
    for item in items:
        sheet.fill(item, "②")
    store.settle(ReviewAnswer(answered.item_id, Decision.BLANK, "", "kato", NOON, 1))
    leases = Leases(database, store.rules)
    leases.open_one(Desk("kato"), looked_at.item_id, NOON)
    store.hold(held.item_id, reason="紙を確かめます", by="kato", at=NOON)
    store.withdraw([withdrawn.item_id])
    store.ask([replace(changed, value_read="浜田 渚", choices=("浜田 渚", "汐見 渚"))])
    found = returned(desk, sheet.saved()).text
    assert "1 件を取り込みました" in found
    for sentence in (
        "ほかの人が回答したか、確認中です。上書きしていません",
        "保留になっています",
        "取り下げられました",
        "読み取り直されました",
    ):
        assert sentence in found
    assert store.answers([free.item_id])
    history = store.history(answered.item_id)
    assert [one.decision for one in history] == [Decision.BLANK]
    for item in (looked_at, held, withdrawn, changed):
        assert store.history(item.item_id) == ()


def test_every_fault_is_told_with_its_cell_and_nothing_is_stored(
    database: Database, store: ReviewStore
) -> None:
    names = [question(number) for number in range(1, 6)]
    date, seal = question(6, "date"), question(7, "seal")
    old = question(8, "date")
    store.ask([*names, date, seal, old])
    desk = clerk(database)
    sheet = exported(desk).head(name="", section="課" * 41, minutes="一時間")
    sheet.fill(names[0], "①", "鴎台 凪").fill(names[1], "右に入力")
    sheet.fill(names[2], "たぶん").fill(names[3], None, "=1+1").fill(names[4], "②")
    sheet.fill(date, None, "令和99年99月").fill(seal, None, "押してある")
    sheet.fill(old, None, "R5.4.1", sure="はい")
    told = faults(returned(desk, sheet.saved()))

    def cell(item: ReviewItem, column: str) -> str:
        page, row = sheet.row(item)
        return f"{page.title}!{column}{row}"

    assert told["はじめに!B4"].startswith("記入した人の氏名")
    assert told["はじめに!B5"].startswith("所属")
    assert told["はじめに!B6"].startswith("かかった時間")
    assert "両方" in told[cell(names[0], "H")]
    assert "入力がありません" in told[cell(names[1], "H")]
    assert "一覧にない答え" in told[cell(names[2], "G")]
    assert "式は使えません" in told[cell(names[3], "H")]
    assert cell(names[4], "G") not in told
    assert cell(date, "H") in told
    assert "入力できません" in told[cell(seal, "H")]
    assert "○だけ" in told[cell(old, "I")]
    assert store.open_items()
    assert not any(store.history(one.item_id) for one in (*names, date, seal, old))
    assert "令和99" not in repr(AuditLog(database).entries())


def test_rows_that_were_moved_copied_or_forged_are_found(
    database: Database, store: ReviewStore
) -> None:
    one, two, other = question(1), question(2), question(3)
    store.ask([one, two])
    desk = clerk(database)
    sheet = exported(desk).head().fill(one, "①").fill(two, "①")
    store.ask([other])
    page, row = sheet.row(one)
    _, second = sheet.row(two)
    page.cell(second, 11, page.cell(row, 11).value)  # the mark of another row
    told = faults(returned(desk, sheet.saved()))
    assert "合いません" in told[f"氏名!G{second}"]

    sheet = exported(desk).head().fill(one, "①")
    page, row = sheet.row(one)
    page.cell(row, 10, other.item_id)  # a question that never left
    assert "合いません" in faults(returned(desk, sheet.saved()))[f"氏名!G{row}"]

    sheet = exported(desk).head().fill(one, "①").fill(two, "①")
    page, row = sheet.row(one)
    _, second = sheet.row(two)
    for column in (10, 11):
        page.cell(second, column, page.cell(row, column).value)
    told = faults(returned(desk, sheet.saved()))
    assert "二つあります" in told[f"氏名!G{max(row, second)}"]
    assert not store.history(one.item_id)

    sheet = exported(desk).head().fill(one, "①")
    sheet.book["はじめに"]["B7"] = "0" * 32
    refused = returned(desk, sheet.saved())
    assert refused.status_code == 422
    assert "この確認ページが書き出したシートではありません" in refused.text


def test_two_people_enter_what_two_must_enter_and_a_sheet_is_one_of_them(
    database: Database, store: ReviewStore
) -> None:
    item = question(1, "amount")
    store.ask([item])
    desk = clerk(database)
    sheet = exported(desk).head().fill(item, None, "12000").saved()
    assert "1 件を取り込みました" in returned(desk, sheet).text
    assert store.answers([item.item_id]) == {}

    # Who had the first entry in hand neither enters the second one nor takes it out.
    leases = Leases(database, store.rules)
    account = helpers.AccountStore(database).by_login("yamada")
    assert account is not None
    assert leases.take(Desk(account.account.account_id), Wanted(9), NOON) == ()
    nothing = desk.send("/lists/workbooks", section="", most="10")
    assert nothing.status_code == 422
    assert "書き出せる質問がありません" in nothing.text

    # The same section fills in a second workbook, taken out by somebody else.
    second = clerk(database, "suzuki")
    same = exported(second).head().fill(item, None, "12000")
    assert "二人で入力する項目です" in returned(second, same.saved()).text
    assert store.answers([item.item_id]) == {}
    other = same.head(name="鴎台 凪").saved()
    # Read in by the one who read in the first: not taken either.
    assert "二人で入力する項目です" in returned(desk, other).text
    assert store.answers([item.item_id]) == {}
    assert "1 件を取り込みました" in returned(second, other).text
    assert store.answers([item.item_id])[item.item_id].value == "12000"


def test_a_colleague_who_fills_in_a_sheet_is_the_same_person_as_on_the_page(
    database: Database, store: ReviewStore
) -> None:
    item = question(1, "amount")
    store.ask([item])
    colleague = clerk(database, "kato")
    account = helpers.AccountStore(database).by_login("kato")
    assert account is not None
    store.settle(
        ReviewAnswer(
            *(item.item_id, Decision.VALUE, "12000", "kato", NOON, 1.0),
            account=account.account.account_id,
        )
    )
    desk = clerk(database)
    sheet = exported(desk).head(name="職員　kato").fill(item, None, "12000").saved()
    assert "二人で入力する項目です" in returned(desk, sheet).text
    assert store.answers([item.item_id]) == {}
    assert colleague.get("/lists").status_code == 200


def test_unusual_values_are_asked_about_once_more(
    database: Database, store: ReviewStore
) -> None:
    item = question(1, "amount", error_class="ordinary")
    item = replace(item, field_kind="digits", check_digit="my_number", choices=())
    store.ask([item])
    desk = clerk(database)
    sheet = exported(desk).head().fill(item, None, "123456789012")
    told = faults(returned(desk, sheet.saved()))
    assert "「念押し」に○" in next(iter(told.values()))
    sheet.fill(item, None, "123456789012", sure="○")
    assert "1 件を取り込みました" in returned(desk, sheet.saved()).text


def test_only_clerks_of_the_job_take_out_and_bring_in(
    database: Database, store: ReviewStore
) -> None:
    mine, other = question(1), question(2, job="subsidy")
    store.ask([mine, other])
    desk = clerk(database, jobs=["tax_delinquency"])
    sheet = exported(desk)
    assert sheet.has(mine)
    assert not sheet.has(other)
    assert desk.send("/lists/workbooks", job="subsidy", most="9").status_code == 422

    everything = exported(clerk(database, "suzuki")).head()
    everything.fill(mine, "①").fill(other, "①")
    told = faults(returned(desk, everything.saved()))
    assert list(told.values()) == ["担当していない業務の質問です。"]

    auditor = helpers.review_client(database, roles=(Role.AUDITOR,), login="kansa")
    assert auditor.get("/lists/workbooks").status_code == 403
    assert auditor.send("/lists/workbooks", most="9").status_code == 403
    assert returned(auditor, everything.saved()).status_code == 403
    forged = desk.post("/lists/workbooks/return", files={"workbook": ("a.xlsx", b"PK")})
    assert forged.status_code == 403
    assert not store.history(mine.item_id)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        pytest.param(b"", "xlsx）ではありません", id="nothing"),
        pytest.param(b"<html>", "xlsx）ではありません", id="a page"),
        pytest.param(b"PK\x03\x04 and then nothing", "壊れています", id="cut off"),
    ],
)
def test_other_files_are_refused_with_a_sentence(
    database: Database, content: bytes, sentence: str
) -> None:
    found = returned(clerk(database), content)
    assert found.status_code == 422
    assert sentence in found.text


@pytest.mark.parametrize("most", ["0", "501", "x", "-1", "１０"])
def test_a_number_of_questions_that_is_none_is_refused(
    database: Database, most: str
) -> None:
    found = clerk(database).send("/lists/workbooks", most=most, section="")
    assert found.status_code == 422
    assert "500までの数" in found.text


def test_an_old_sheet_asks_again_after_a_question_was_reopened(
    database: Database, store: ReviewStore
) -> None:
    item = question(1)
    store.ask([item])
    desk = clerk(database)
    sheet = exported(desk).head().fill(item, "②").saved()
    assert "1 件を取り込みました" in returned(desk, sheet).text
    desk.office.clock.wait(60)  # type: ignore[attr-defined]
    desk.send(f"/lists/items/{item.item_id}/reopen", reason="別の紙でした")
    found = returned(desk, sheet).text
    assert "0 件を取り込みました" in found
    assert store.answers([item.item_id]) == {}
