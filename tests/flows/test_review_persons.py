"""The page about persons: from a real run to a decision, and back into the next run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from tasks.domain.records import Answer, Verdict
from tasks.domain.settings import ColumnNames, DelinquencyRules, Municipality
from tasks.edges.clerk_record import ClerkRecord
from tasks.edges.database import Database, open_database
from tasks.edges.database_tables import (
    IDENTITY_DECISIONS,
    PERSON_QUESTIONS,
    PERSON_TIMES,
)
from tasks.edges.run_history import RunHistory
from tasks.procedures.check_request import CheckRequest, CheckResult
from tasks.procedures.delinquency_check import check
from tasks.procedures.take_clerks_word import take_clerks_word
from tests.flows.review_helpers import Clock, ReviewClient, hidden, review_client

TOKYO = dt.timezone(dt.timedelta(hours=9))
NOW = dt.datetime(2026, 11, 20, 9, 30, tzinfo=TOKYO)
PERSONS = """宛名番号,氏名,氏名カナ,生年月日,住所,前住所,支援措置,名寄せ番号
0000000011,検査　一郎,ケンサ イチロウ,昭和55年3月1日,みなと市検査町1番2号,みなと市旧町5番5号,,7001
0000000021,検査　一郎,ケンサ イチロウ,昭和55年3月1日,みなと市検査町1番2号,,,7001
0000000012,検査　一郎,ケンサ イチロウ,昭和55年3月1日,みなと市試験町7番7号,,,7002
0000000013,別当　花子,ベットウ ハナコ,昭和57年4月2日,みなと市検査町3番4号,,,
0000000014,秘匿　守,ヒトク マモル,昭和60年6月6日,みなと市秘匿町1番1号,,有,
"""
TAXES = """宛名番号,税目,賦課年度,期別,納期限,調定額,収納額,状態
0000000011,軽自動車税,令和8年度,0,R8.6.1,10800,0,通常
0000000012,軽自動車税,令和8年度,0,R8.6.1,10800,10800,通常
0000000013,軽自動車税,令和8年度,0,R8.6.1,10800,0,通常
"""
REQUEST = """番号,氏名,フリガナ,生年月日,住所,同意
A-1,検査　一郎,ケンサ イチロウ,昭和55年3月1日,よその市遠い町9番9号,有
A-2,別当　花子,ベットウ ハナコ,昭和57年4月2日,みなと市検査町3番4号,有
A-3,秘匿　守,ヒトク マモル,昭和60年6月6日,みなと市別の町1番1号,有
"""


class TaxSection:
    """Ledgers, one list, a database, runs one after another, clerks at the page."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.folder, self.database = folder, database
        self.record = ClerkRecord(database)
        self.second: tuple[str, ...] = ()
        self.runs = 0
        self.clock = Clock(NOW)
        self.files = {"台帳.csv": PERSONS, "税.csv": TAXES, "名簿.csv": REQUEST}

    def run(self, *filled: Path) -> CheckResult:
        for name, content in self.files.items():
            (self.folder / name).write_text(content, encoding="utf-8-sig")
        self.runs += 1
        self.clock.wait(60)
        said = take_clerks_word(filled, self.record, now=self.clock(), who="収納係")
        request = replace(self._request(), said=said)
        return check(request, RunHistory(self.database))

    def _request(self) -> CheckRequest:
        return CheckRequest(
            request_files=(self.folder / "名簿.csv",),
            persons=(self.folder / "台帳.csv",),
            taxes=(self.folder / "税.csv",),
            as_of=dt.date(2026, 10, 31),
            out_folder=self.folder / f"結果{self.runs}",
            cache_folder=self.folder / "cache",
            rules=DelinquencyRules.model_validate(
                {
                    "taxes": ["軽自動車税"],
                    "charge_rates": {},
                    "second_clerk": self.second,
                }
            ),
            columns=ColumnNames(),
            municipality=Municipality(
                prefecture="汐見県",
                city="みなと市",
                name_for_letters="みなと市長",
                tax_section="税務課",
            ),
            now=self.clock(),
            who="収納係",
            run_id=f"{self.runs:012x}",
        )

    def change(self, name: str, old: str, new: str) -> None:
        assert old in self.files[name]
        self.files[name] = self.files[name].replace(old, new)

    def clerk(
        self, login: str = "yamada", name: str = "山田 葵", **how
    ) -> ReviewClient:
        return review_client(
            self.database, login=login, name=name, clock=self.clock, **how
        )

    def rows(self, table: sa.Table) -> list[sa.Row]:
        with self.database.reading() as connection:
            return list(connection.execute(sa.select(table)))


@pytest.fixture
def section(tmp_path: Path, database_url: str) -> Iterator[TaxSection]:
    database = open_database(database_url)
    yield TaxSection(tmp_path, database)
    database.close()


def first(result: CheckResult) -> Verdict:
    return result.verdicts[0]


def path_of(answer) -> str:
    return str(answer.url.path)


def opened(client: ReviewClient) -> tuple[str, str]:
    """Open the next question; return its path and page."""
    answer = client.get("/persons/next")
    assert answer.status_code == 200
    return path_of(answer), answer.text


def decide(client: ReviewClient, path: str, html: str, **fields: str):
    return client.send(
        path,
        ticket=hidden(html, "ticket"),
        **{"attended": "3.5", "reason": "免許証で確認", **fields},
    )


def test_a_decision_on_the_page_changes_the_answer_and_closes_the_question(
    section: TaxSection,
) -> None:
    assert first(section.run()).answer is Answer.SEVERAL
    client = section.clerk()
    path, html = opened(client)
    assert "検査" in html
    assert "0000000021" in html  # every number of the first candidate's person
    assert "みなと市旧町5番5号" in html
    assert "秘匿" not in html
    section.clock.wait(10)
    answer = decide(client, path, html, who="1")
    assert path_of(answer) == "/persons"
    after = section.run()
    assert first(after).answer is Answer.OWING
    assert first(after).match.addressee_nos.keys() == {"0000000011", "0000000021"}
    assert "職員の判断により同一" in first(after).reason
    (question,) = section.rows(PERSON_QUESTIONS)
    assert (question.stage, question.body) == ("終了", None)
    (decision,) = section.rows(IDENTITY_DECISIONS)
    assert (decision.by_whom, decision.account, decision.file) == (
        "山田 葵",
        "yamada",
        "確認画面",
    )
    (spent,) = section.rows(PERSON_TIMES)
    assert spent.seconds == 3.5
    assert client.get(path).status_code == 404


def test_nothing_of_a_protected_person_is_kept_or_shown(section: TaxSection) -> None:
    result = section.run()
    assert result.verdicts[2].match.protected
    (question,) = section.rows(PERSON_QUESTIONS)
    assert "名簿.csv" in question.place
    assert "4行" not in question.place
