"""Runs are kept whole, found again, and held against the run before over the same request."""

import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import openpyxl  # noqa: TID251 - the reader that did not write the file
import pytest
import sqlalchemy as sa

from tasks.domain.errors import NeedsPersonError
from tasks.domain.lists_and_ledgers.sources import Role, SourceFile
from tasks.domain.office.settings import DelinquencyRules
from tasks.domain.records import (
    Applicant,
    Evidence,
    Identity,
    Level,
    Match,
    Resident,
    TaxLine,
    TaxStatus,
    Verdict,
    WrittenCell,
)
from tasks.domain.runs.run_changes import difference
from tasks.domain.runs.run_records import RunHead
from tasks.domain.taxes.verdicts import judge
from tasks.edges.office_database.audit_log import AuditLog
from tasks.edges.office_database.database import Database, open_database, sqlite_url
from tasks.edges.office_database.database_tables import CHECK_ANSWERS, CHECK_RUNS
from tasks.edges.runs.difference_sheets import difference_workbook
from tasks.edges.runs.run_history import RunHistory

NOW = dt.datetime(2026, 11, 20, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=9)))
AS_OF = dt.date(2026, 10, 31)
RULES = DelinquencyRules(taxes=("軽自動車税",), charge_rates={2026: ("2.8", "9.1")})
PERSON = Resident("0000000011", "検査　一郎", "", dt.date(1980, 3, 1), "検査町1番2号")
LIST = SourceFile(Role.REQUEST, "名簿.xlsx", "ab" * 32, 2)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    found = open_database(database_url)
    yield found
    found.close()


def head(run_id: str = "0123456789ab", source: SourceFile = LIST) -> RunHead:
    ledger = SourceFile(Role.TAXES, "税.csv", "cd" * 32, 9, taxes=("軽自動車税",))
    return RunHead(
        run_id, NOW, "検査係", "1", "3", AS_OF, RULES, (source, ledger),
        (("未納あり", 1),), "結果",
    )  # fmt: skip


def verdict(row: int = 4, *, paid: int = 0, name: str = "検査 一郎") -> Verdict:
    asked = Applicant(
        f"list:{row}",
        f"名簿.xlsx!{row}行",
        f"A-{row}",
        name,
        birth_date="S55.3.1",
        written=(WrittenCell("氏名", name),),
    )
    evidence = Evidence(PERSON, *(Level.EQUAL,) * 4)
    match = Match(
        asked.row_id, Identity.SAME, "一致", persons=(PERSON,), candidates=(evidence,)
    )
    due = dt.date(2026, 6, 1)
    line = TaxLine(
        "0000000011", "軽自動車税", 2026, 0, due, 10_800, paid, TaxStatus.NORMAL
    )
    return judge(asked, match, [line], rules=RULES, as_of=AS_OF)


def test_a_run_reads_back_as_it_was_kept(database: Database) -> None:
    history = RunHistory(database)
    verdicts = tuple(verdict(row) for row in range(4, 2_504))
    history.keep(head(), verdicts)
    assert history.heads() == (head(),)
    kept = history.load(head())
    bare = replace(verdicts[0], applicant=replace(verdicts[0].applicant, written=()))
    assert (len(kept.verdicts), kept.verdicts[0]) == (2_500, bare)


def test_keeping_a_run_is_said_in_the_audit_log(database: Database) -> None:
    RunHistory(database).keep(head(), [verdict()])
    (entry,) = AuditLog(database).entries()
    assert (entry.action, entry.subject, entry.who) == (
        "answers_kept",
        "0123456789ab",
        "検査係",
    )
    assert ("税.csv", "cd" * 32) in [(one.file, one.sha256) for one in entry.files]


def test_a_run_kept_twice_is_a_fault_and_changes_nothing(database: Database) -> None:
    history = RunHistory(database)
    history.keep(head(), [verdict()])
    with pytest.raises(sa.exc.IntegrityError):
        history.keep(head(), [verdict()])
    assert len(AuditLog(database).entries()) == 1


@pytest.mark.parametrize(
    "wanted",
    [
        pytest.param("ffff", id="none"),
        pytest.param("0123", id="two"),
        pytest.param("012", id="too short"),
        pytest.param("%%%%", id="a pattern"),
    ],
)
def test_a_run_that_is_not_one_is_refused(database: Database, wanted: str) -> None:
    history = RunHistory(database)
    history.keep(head(), [])
    history.keep(head("0123ffffffff"), [])
    with pytest.raises(NeedsPersonError, match="RUN-001"):
        history.find(wanted)
    assert history.find("01234").run_id == "0123456789ab"


def test_the_run_before_has_a_list_of_the_same_content(database: Database) -> None:
    history = RunHistory(database)
    renamed = replace(LIST, file="名簿（写し）.xlsx")
    history.keep(head("a" * 12), [verdict()])
    history.keep(
        head("b" * 12, replace(LIST, file="別の名簿.xlsx", sha256="ef" * 32)), []
    )
    found = history.previous([renamed], [verdict().applicant])
    assert found is not None
    assert found.head.run_id == "a" * 12


def test_a_corrected_list_follows_the_one_of_its_name_about_the_same_people(
    database: Database,
) -> None:
    history = RunHistory(database)
    history.keep(head("a" * 12), [verdict(4), verdict(5, name="検査 花子")])
    others = [verdict(4, name="別課 太郎"), verdict(5, name="別課 次郎")]
    others = [
        replace(v, applicant=replace(v.applicant, birth_date="H1.1.1", row_id=f"x{n}"))
        for n, v in enumerate(others)
    ]
    history.keep(head("b" * 12, replace(LIST, sha256="11" * 32)), others)
    corrected = replace(LIST, sha256="22" * 32)
    asked = [replace(verdict(4).applicant, row_id="y", address="検査町1-2")]
    found = history.previous([corrected], asked)
    assert found is not None
    assert found.head.run_id == "a" * 12


def test_the_first_run_has_none_before_it(database: Database) -> None:
    history = RunHistory(database)
    assert history.previous([LIST], [verdict().applicant]) is None
    history.keep(head("b" * 12, replace(LIST, file="別.xlsx", sha256="e" * 64)), [])
    assert history.previous([LIST], [verdict().applicant]) is None


def test_a_run_that_cannot_be_read_any_more_is_told_and_passed_over(
    database: Database,
) -> None:
    history = RunHistory(database)
    history.keep(head(), [verdict()])
    with database.writing() as connection:
        connection.execute(sa.update(CHECK_ANSWERS).values(body=b"no longer"))
    with pytest.raises(NeedsPersonError, match=r"RUN-002: 0123456789ab$"):
        history.load(head())
    assert history.previous([LIST], [verdict().applicant]) is None
    with database.writing() as connection:
        connection.execute(sa.update(CHECK_RUNS).values(head="{}"))
    with pytest.raises(NeedsPersonError, match="RUN-002"):
        history.heads()
    assert history.previous([LIST], [verdict().applicant]) is None


def test_the_workbook_of_a_difference_tells_who_and_why(database: Database) -> None:
    history = RunHistory(database)
    history.keep(head("a" * 12), [verdict(), verdict(5)])
    history.keep(head("b" * 12), [verdict(paid=10_800), verdict(5)])
    before, after = (history.load(history.find(c * 12)) for c in "ab")
    content = difference_workbook(difference(before, after), now=NOW)
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["結論", "変わった人"]
    titles = [cell.value for cell in book["変わった人"][2]]
    (row,) = [
        dict(zip(titles, (cell.value for cell in cells), strict=True))
        for cells in book["変わった人"].iter_rows(min_row=3)
    ]
    assert (row["番号"], row["前回の回答"], row["今回の回答"]) == (
        "A-4",
        "未納あり",
        "完納",
    )
    assert (row["前回の\n未納額"], row["今回の\n未納額"]) == (10_800, None)
    assert row["理由"] == "納付が台帳に載った"
    assert "収納額 0円 → 10,800円" in str(row["理由の中身"])
    summary = [[c.value for c in cells] for cells in book["結論"].iter_rows(min_row=3)]
    assert ["違い", "変わらない", None, 1] in summary
    assert ["回答の動き", "未納あり", "完納", 1] in summary


def test_runs_past_their_years_are_deleted_and_the_audit_log_says_so(
    database: Database,
) -> None:
    history = RunHistory(database)
    old = NOW - dt.timedelta(days=400)
    history.keep(replace(head("aaaa00000000"), at=old), [verdict(name="昔 太郎")])
    history.keep(head(), [verdict()])
    year_ago = NOW - dt.timedelta(days=365)
    assert [run.run_id for run in history.before(year_ago)] == ["aaaa00000000"]
    assert len(history.heads()) == 2
    gone = history.forget(year_ago, now=NOW, who="検査係")
    assert [run.run_id for run in gone] == ["aaaa00000000"]
    assert [one.run_id for one in history.heads()] == [head().run_id]
    assert len(history.load(head()).verdicts) == 1
    with database.reading() as connection:
        left = connection.scalars(sa.select(CHECK_ANSWERS.c.run_id)).all()
    assert left == [head().run_id]
    entry = AuditLog(database).entries()[-1]
    assert (entry.action, entry.subject, entry.who) == (
        "answers_deleted",
        "aaaa00000000",
        "検査係",
    )
    assert AuditLog(database).verify() == 3
    assert history.forget(year_ago, now=NOW, who="検査係") == ()


def test_of_a_deleted_run_no_byte_is_left_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / "a.sqlite3"
    database = open_database(sqlite_url(file))
    history = RunHistory(database)
    history.keep(head(), [verdict(row) for row in range(4, 400)])
    with database.reading() as connection:
        body = connection.scalars(sa.select(CHECK_ANSWERS.c.body)).one()
    history.forget(NOW + dt.timedelta(days=1), now=NOW, who="検査係")
    database.close()
    bytes_left = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert body[100:140] not in bytes_left
