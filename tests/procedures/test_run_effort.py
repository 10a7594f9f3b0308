"""What a run of 滞納確認 puts into the account: by machine, by hand, or sent again."""

import datetime as dt
from pathlib import Path

from ocr.model import DocumentReading, PageReading
from tasks.domain.hours_saved.sent_again import sent_again
from tasks.domain.records import Answer, Applicant, Verdict
from tasks.domain.runs.conservation import Outcome
from tasks.procedures.check_request import CheckResult
from tasks.procedures.form_pages import FormPage, PageState
from tasks.procedures.intake import Inbox, Refused
from tasks.procedures.run_inputs import Papers
from tasks.procedures.run_results import run_effort

NOW = dt.datetime(2026, 11, 20, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=9)))
SHA = "ab" * 32
PAGE = f"form:{SHA[:16]}:p1"


def applicant(row_id: str) -> Applicant:
    return Applicant(row_id, row_id, "", "検査 一", birth_date="S50.1.1")


def result(*verdicts: Verdict) -> CheckResult:
    return CheckResult(
        verdicts=verdicts,
        counts={},
        outcomes=dict.fromkeys(Outcome, 0),
        balances=(),
        sources=(),
        notes=(),
        answers_csv=Path("a"),
        office_copy=Path("b"),
        replies=(),
    )


def papers(*refused: Refused, form: str = "subsidy") -> Papers:
    page = PageReading(1, form, "1", 0, 0.1, False, ())
    document = DocumentReading("山田太郎.pdf", SHA, (page,))
    return Papers(Inbox(()), (document,), refused)


def effort_of(*verdicts: Verdict, pages=(), paper: Papers | None = None):
    return run_effort(
        result(*verdicts),
        pages,
        paper or papers(),
        run_id="r",
        at=NOW,
        machine_minutes=1.0,
    )


def test_answers_are_the_machine_s_and_doubtful_people_are_done_by_hand() -> None:
    found = effort_of(
        Verdict(applicant("list:a:1"), None, Answer.PAID),
        Verdict(applicant("list:a:2"), None, Answer.SEVERAL),
        Verdict(applicant("list:a:3"), None, Answer.QUESTION_OPEN),
    )
    assert (found.items, found.by_hand) == (("list:a:1",), ("list:a:2",))


def test_a_page_that_only_the_applicant_can_settle_is_done_by_hand() -> None:
    page = FormPage(PAGE, PageState.ERROR, applicant(PAGE), ())
    open_page = FormPage("form:cd:p1", PageState.QUESTION, applicant("form:cd:p1"), ())
    assert effort_of(pages=(page, open_page)).by_hand == (PAGE,)


def test_a_file_that_nobody_can_read_is_done_by_hand_and_its_name_is_not_kept() -> None:
    refused = Refused("山田太郎.pdf", "cd" * 32, "PAGE-001")
    found = effort_of(paper=papers(refused))
    assert found.by_hand == (f"file:{'cd' * 8}:1",)
    assert "山田" not in repr(found)


def test_a_paper_scanned_again_is_the_same_work_and_one_of_another_form_is_not() -> (
    None
):
    once = effort_of(Verdict(applicant(PAGE), None, Answer.PAID)).prints
    again = Verdict(applicant("form:cdcd:p1"), None, Answer.PAID)
    assert len(once) == 1
    # Unknown form: nothing proves that it is the same paper.
    assert sent_again(effort_of(again).prints, once) == {}
    listed = Verdict(applicant("list:a:1"), None, Answer.PAID)
    assert sent_again(effort_of(listed).prints, once) == {}
