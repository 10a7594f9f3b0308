"""The page about persons: from a real run to a decision, and back into the next run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import openpyxl  # noqa: TID251 - fills in what staff fill in with Excel
import pytest
import sqlalchemy as sa

from tasks.domain.clerks.decision_columns import SHEET
from tasks.domain.office.settings import ColumnNames, DelinquencyRules, Municipality
from tasks.domain.records import Answer, Verdict
from tasks.domain.review.accounts import Role
from tasks.edges.office_database.audit_log import AuditLog
from tasks.edges.office_database.database import Database, open_database
from tasks.edges.office_database.database_tables import (
    IDENTITY_DECISIONS,
    PERSON_QUESTIONS,
    PERSON_TIMES,
)
from tasks.edges.review.clerk_record import ClerkRecord
from tasks.edges.runs.run_history import RunHistory
from tasks.procedures.check_request import CheckRequest, CheckResult
from tasks.procedures.delinquency_check import check
from tasks.procedures.expired_runs import drop_expired
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
    section.change("台帳.csv", "みなと市試験町7番7号,,,", "みなと市試験町7番7号,,有,")
    client = section.clerk()
    path, _ = opened(client)
    assert first(section.run()).match.protected
    assert client.get(path).status_code == 404
    (question,) = section.rows(PERSON_QUESTIONS)
    assert question.body is None


def test_one_with_a_protected_second_number_is_no_candidate(
    section: TaxSection,
) -> None:
    section.change(
        "台帳.csv", "みなと市検査町1番2号,,,7001", "みなと市検査町1番2号,,有,7001"
    )
    assert first(section.run()).match.protected
    assert section.rows(PERSON_QUESTIONS) == []


def fill_in(
    result: CheckResult, entry: dict[int, str], name: str = "記入.xlsx"
) -> Path:
    """Fill in columns of the first candidate's row of 要確認."""
    book = openpyxl.load_workbook(result.office_copy)
    for column, text in entry.items():
        book[SHEET].cell(4, column).value = text
    target = result.office_copy.parent.parent / name
    book.save(target)
    return target


def test_page_and_workbook_make_the_same_record(section: TaxSection) -> None:
    asked = section.run()
    client = section.clerk()
    path, html = opened(client)
    decide(client, path, html, who="1")
    same = {11: "同一", 12: "免許証で確認", 13: "山田 葵"}
    assert first(section.run(fill_in(asked, same))).answer is Answer.OWING
    assert len(section.rows(IDENTITY_DECISIONS)) == 1


def test_a_workbook_that_did_not_know_the_page_contradicts_it_openly(
    section: TaxSection,
) -> None:
    asked = section.run()
    client = section.clerk()
    path, html = opened(client)
    decide(client, path, html, who="2")
    filled = fill_in(asked, {11: "同一", 12: "電話で確認", 13: "収納 次郎"})
    both = section.run(filled)
    assert first(both).answer is Answer.SEVERAL
    html = client.get(path).text
    assert "職員の判断が分かれています" in html
    assert "収納 次郎" in html
    decide(client, path, html, who="1", reason="本人に確認")
    assert first(section.run()).answer is Answer.OWING
    assert len(section.rows(IDENTITY_DECISIONS)) == 3


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        pytest.param("台帳.csv", "検査町1番2号", "別の町3番3号", id="moved"),
        pytest.param("台帳.csv", ",7002", ",7001", id="merged with another"),
        pytest.param(
            "名簿.csv", "遠い町9番9号", "近い町9番9号", id="request corrected"
        ),
    ],
)
def test_a_decision_is_never_applied_to_changed_data(
    section: TaxSection, name: str, old: str, new: str
) -> None:
    section.run()
    client = section.clerk()
    path, html = opened(client)
    decide(client, path, html, who="1")
    section.change(name, old, new)
    after = first(section.run())
    assert after.answer is Answer.SEVERAL
    assert "使っていません" in after.reason


def test_a_page_shown_before_a_run_changed_it_records_nothing(
    section: TaxSection,
) -> None:
    section.run()
    client = section.clerk()
    path, html = opened(client)
    section.change("台帳.csv", "検査町1番2号", "別の町3番3号")
    section.run()
    answer = decide(client, path, html, who="1", reason="窓口で確かめた")
    assert answer.status_code == 409
    assert "先に記録されました" in answer.text
    assert "窓口で確かめた" in answer.text
    assert section.rows(IDENTITY_DECISIONS) == []


def test_the_same_form_sent_twice_counts_once(section: TaxSection) -> None:
    section.run()
    client = section.clerk()
    path, html = opened(client)
    for _ in range(2):
        decide(client, path, html, who="1")
    back = client.get(path).text
    client.send(f"{path}/undo", ticket=hidden(back, "ticket"))
    decide(client, path, html, who="2")  # replayed after the undo: still the old form
    assert [row.choice for row in section.rows(IDENTITY_DECISIONS)] == ["同一", "保留"]
    assert len(section.rows(PERSON_TIMES)) == 2
    assert first(section.run()).answer is Answer.SEVERAL


def test_two_clerks_never_have_the_same_person_and_stale_leases_return(
    section: TaxSection,
) -> None:
    section.run()
    one, two = section.clerk(), section.clerk("suzuki", "鈴木 茜")
    path, html = opened(one)
    assert path_of(two.get("/persons/next")) == "/persons"
    looked = two.get(path)
    assert "ほかの職員（yamada）が見ています" in looked.text
    refused = decide(two, path, looked.text, who="1")
    assert refused.status_code == 409
    section.clock.wait(1201)
    again, html_two = opened(two)
    assert again == path
    assert decide(one, path, html, who="1").status_code == 409
    decide(two, path, html_two, who="1")
    (decision,) = section.rows(IDENTITY_DECISIONS)
    assert decision.account == "suzuki"


def test_a_second_clerk_decides_blind_and_only_then_it_is_applied(
    section: TaxSection,
) -> None:
    section.second = ("すべて",)
    section.run()
    one, two = section.clerk(), section.clerk("suzuki", "鈴木 茜")
    path, html = opened(one)
    decide(one, path, html, who="1", reason="極秘の理由")
    alone = first(section.run())
    assert alone.answer is Answer.SEVERAL
    assert "二人目" in alone.reason
    assert path_of(one.get("/persons/next")) == "/persons"
    assert decide(one, path, one.get(path).text, who="1").status_code == 409
    again, html = opened(two)
    assert again == path
    assert "二人目の確認です" in html
    assert "極秘の理由" not in html
    assert "山田" not in html
    assert "職員の判断により" not in html
    decide(two, path, html, who="1")
    assert first(section.run()).answer is Answer.OWING


def test_only_what_would_accuse_waits_for_a_second_clerk(section: TaxSection) -> None:
    section.second = ("未納あり",)
    section.run()
    one, two = section.clerk(), section.clerk("suzuki", "鈴木 茜")
    path, html = opened(one)
    decide(one, path, html, who="1", reason="極秘の理由")
    assert first(section.run()).answer is Answer.SEVERAL
    _, html = opened(two)
    assert "極秘の理由" not in html
    assert "職員の判断により" not in html
    decide(two, path, html, who="1")
    assert first(section.run()).answer is Answer.OWING


def test_the_person_without_arrears_needs_no_second_clerk(section: TaxSection) -> None:
    section.second = ("未納あり",)
    section.run()
    client = section.clerk()
    path, html = opened(client)
    decide(client, path, html, who="2")
    assert first(section.run()).answer is Answer.PAID


def test_a_disagreement_goes_to_a_third_who_sees_both(section: TaxSection) -> None:
    section.second = ("すべて",)
    section.run()
    one, two = section.clerk(), section.clerk("suzuki", "鈴木 茜")
    three = section.clerk("sato", "佐藤 課長", roles=(Role.KEEPER,))
    path, html = opened(one)
    decide(one, path, html, who="1", reason="一の理由")
    path, html = opened(two)
    decide(two, path, html, who="none", reason="二の理由")
    assert "食い違う" in first(section.run()).reason
    for client in (one, two):
        assert path_of(client.get("/persons/next")) == "/persons"
        assert "三人目の職員が決めます" in client.get(path).text
    _, html = opened(three)
    assert "一の理由" in html
    assert "二の理由" in html
    decide(three, path, html, who="1")
    assert first(section.run()).answer is Answer.OWING


def test_one_clerk_is_never_two_by_page_and_workbook(section: TaxSection) -> None:
    section.second = ("すべて",)
    asked = section.run()
    client = section.clerk()
    path, html = opened(client)
    decide(client, path, html, who="1")
    filled = fill_in(asked, {11: "同一", 12: "もう一度", 13: "山田　葵"})
    assert first(section.run(filled)).answer is Answer.SEVERAL


def test_a_decision_is_taken_back_and_nobody_elses_with_it(
    section: TaxSection,
) -> None:
    section.second = ("すべて",)
    section.run()
    one, two = section.clerk(), section.clerk("suzuki", "鈴木 茜")
    path, html = opened(one)
    decide(one, path, html, who="1")
    path, html = opened(two)
    decide(two, path, html, who="1")
    assert path_of(two.get("/persons/x/back")) == path
    html = two.get(path).text
    two.send(f"{path}/undo", ticket=hidden(html, "ticket"))
    assert "二人目" in first(section.run()).reason
    _, html = opened(two)
    decide(two, path, html, who="1")
    assert first(section.run()).answer is Answer.OWING


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        pytest.param({"who": "1", "reason": ""}, "理由を入れて", id="no reason"),
        pytest.param(
            {"who": "hold", "reason": ""}, "理由を入れて", id="hold, no reason"
        ),
        pytest.param({}, "候補の番号か", id="nobody chosen"),
        pytest.param({"who": "9"}, "その候補はありません", id="no such candidate"),
        pytest.param({"who": "０"}, "その候補はありません", id="no digit"),
        pytest.param(
            {"who": "1", "also": "4"}, "その候補はありません", id="also nobody"
        ),
        pytest.param({"who": "1", "reason": "あ" * 201}, "200字まで", id="too long"),
    ],
)
def test_what_is_not_whole_is_not_recorded_and_kept_on_the_page(
    section: TaxSection, fields: dict[str, str], problem: str
) -> None:
    section.run()
    client = section.clerk()
    path, html = opened(client)
    answer = decide(client, path, html, **fields)
    assert answer.status_code == 422
    assert problem in answer.text
    assert section.rows(IDENTITY_DECISIONS) == []


def test_none_of_these_and_hold_are_what_a_workbook_calls_them(
    section: TaxSection,
) -> None:
    section.run()
    client = section.clerk()
    path, html = opened(client)
    decide(client, path, html, who="hold", preset="d", reason="折返し待ち")
    assert first(section.run()).answer is Answer.SEVERAL
    assert path_of(client.get("/persons/next")) == "/persons"
    html = client.get(path).text
    assert "電話で本人に確認。折返し待ち" in html
    decide(client, path, html, who="none")
    assert first(section.run()).answer is Answer.NOT_FOUND
    assert [row.choice for row in section.rows(IDENTITY_DECISIONS)] == [
        "保留",
        "該当なし",
    ]


def test_who_may_see_and_decide(section: TaxSection) -> None:
    section.run()
    path, html = opened(section.clerk())
    section.clock.wait(1201)
    stranger = section.clerk("kodomo", "子育 係", jobs=("childcare",))
    assert path_of(stranger.get("/persons/next")) == "/persons"
    assert stranger.get(path).status_code == 404
    assert decide(stranger, path, html, who="1").status_code == 404
    assert "0</td>" in stranger.get("/persons").text
    auditor = section.clerk("kansa", "監査 係", roles=(Role.AUDITOR,))
    shown = auditor.get(path)
    assert shown.status_code == 200
    assert "記録する" not in shown.text
    assert decide(auditor, path, html, who="1").status_code == 403
    designer = section.clerk("joho", "情報 係", roles=(Role.DESIGNER,))
    assert designer.get(path).status_code == 403
    nobody = ReviewClient(designer.office)
    assert path_of(nobody.get(path)) == "/sign-in"
    clerk = section.clerk()
    forged = clerk.post(path, data={"ticket": hidden(html, "ticket"), "who": "1"})
    assert forged.status_code == 403
    other = clerk.send(path, ticket="x.y", who="1", reason="確認")
    assert other.status_code == 409
    assert section.rows(IDENTITY_DECISIONS) == []


def test_a_question_goes_with_the_run_whose_years_are_over(
    section: TaxSection,
) -> None:
    section.run()
    history = RunHistory(section.database)
    for years, emptied in ((5, False), (7, True)):
        now = NOW.replace(year=NOW.year + years)
        drop_expired(history, keep_years=5, now=now, who="夜間", dry_run=False)
        (question,) = section.rows(PERSON_QUESTIONS)
        assert (question.body is None) == emptied


def test_a_name_that_is_markup_stays_text(section: TaxSection) -> None:
    for name in ("名簿.csv", "台帳.csv"):
        section.files[name] = section.files[name].replace(
            "検査　一郎", "<script>alert(1)</script>検査　一郎"
        )
    section.run()
    _, html = opened(section.clerk())
    assert "&lt;script&gt;alert(1)" in html
    assert "<script>alert" not in html


def test_a_clerk_of_the_same_name_is_no_second_clerk(section: TaxSection) -> None:
    section.second = ("すべて",)
    section.run()
    path, html = opened(section.clerk())
    decide(section.clerk(), path, html, who="1")
    namesake = section.clerk("yamada2", "山田　葵")
    assert path_of(namesake.get("/persons/next")) in ("/persons", path)
    answer = decide(namesake, path, namesake.get(path).text, who="1")
    assert answer.status_code == 409
    assert first(section.run()).answer is Answer.SEVERAL


def test_every_view_and_decision_is_in_the_audit_log_without_a_name(
    section: TaxSection,
) -> None:
    section.run()
    client = section.clerk()
    path, html = opened(client)
    decide(client, path, html, who="1")
    log = AuditLog(section.database)
    told = [entry for entry in log.entries() if entry.who == "yamada"]
    assert {"viewed", "person_decided"} <= {entry.action for entry in told}
    assert path.rpartition("/")[2] in {entry.subject for entry in told}
    assert "検査" not in repr(told)
    assert "免許証" not in repr(told)
    assert log.verify()


def test_what_the_ledger_cannot_tell_is_found_out_on_the_page(
    section: TaxSection,
) -> None:
    section.second = ("未納あり",)
    section.change(
        "税.csv",
        "0000000013,軽自動車税,令和8年度,0,R8.6.1,10800,0,通常",
        "0000000013,軽自動車税,令和8年度,0,R8.6.1,10800,0,完納",
    )
    section.run()
    one, two = section.clerk(), section.clerk("suzuki", "鈴木 茜")
    question = section.rows(PERSON_QUESTIONS)[1]
    path = f"/persons/{question.question_id}"
    html = one.get(path).text
    assert "状態が完納で収納額が足りない行" in html
    assert "10,800円" in html
    short = decide(one, path, html, **{"result-0": "猶予中"})
    assert "いつまで" in short.text
    assert short.status_code == 422
    html = one.get(path).text
    decide(one, path, html, **{"result-0": "未納あり", "reason": "極秘の理由"})
    waiting = section.run().verdicts[1]
    assert (waiting.answer, "二人目" in waiting.reason) == (Answer.SEVERAL, True)
    html = two.get(path).text
    assert "二人目の確認です" in html
    assert "極秘の理由" not in html
    decide(two, path, html, **{"result-0": "未納あり"})
    assert section.run().verdicts[1].answer is Answer.OWING
    assert client_sees_nothing(one, path)


def client_sees_nothing(client: ReviewClient, path: str) -> bool:
    return client.get(path).status_code == 404
