"""What leaves the tax section is the least."""

from dataclasses import replace

import pytest

from tasks.domain.office.settings import DelinquencyRules
from tasks.domain.records import Answer, Applicant, Verdict, Whose
from tasks.domain.runs.reply import reply_taxes, reply_word

YES_NO = DelinquencyRules(taxes=("軽自動車税",), charge_rates={})
ANSWER = YES_NO.model_copy(update={"reply_wording": "answer"})


def verdict_of(answer: Answer, *owners: Whose) -> Verdict:
    asked = Applicant("list:5", "名簿.csv!5行", "1", "検査 一郎")
    return Verdict(asked, None, answer, ("軽自動車税",), owners)


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        pytest.param(Answer.PAID, "滞納なし", id="完納"),
        pytest.param(Answer.NO_TAX, "滞納なし", id="課税なし stays inside"),
        pytest.param(Answer.NOT_YET_DUE, "滞納なし", id="納期未到来のみ"),
        pytest.param(Answer.GRACE, "滞納なし", id="猶予中 that does not count"),
        pytest.param(Answer.INSTALMENTS, "滞納なし", id="分納中 that does not count"),
        pytest.param(Answer.SUSPENDED, "滞納なし", id="執行停止 that does not count"),
        pytest.param(Answer.OWING, "滞納あり", id="未納あり"),
        pytest.param(Answer.WAITING_FOR_POSTING, "反映待ち", id="反映待ち"),
        pytest.param(Answer.NOT_FOUND, "該当者なし", id="該当者なし"),
        pytest.param(Answer.OUT_OF_SCOPE, "同意なし・対象外", id="同意なし"),
        pytest.param(Answer.SEVERAL, "確認中", id="複数候補"),
        pytest.param(Answer.QUESTION_OPEN, "確認中", id="確認待ち"),
    ],
)
def test_the_reply_says_no_more_than_yes_or_no(answer: Answer, word: str) -> None:
    assert reply_word(verdict_of(answer), YES_NO) == word


@pytest.mark.parametrize(
    "answer",
    [pytest.param(a, id=a.value) for a in (Answer.GRACE, Answer.INSTALMENTS)],
)
def test_nobody_is_cleared_while_another_line_waits_for_its_posting(
    answer: Answer,
) -> None:
    found = replace(verdict_of(answer), waits_too=True)
    assert reply_word(found, YES_NO) == "反映待ち"


@pytest.mark.parametrize("answer", [pytest.param(a, id=a.value) for a in Answer])
def test_the_ordinance_may_let_the_answer_itself_leave(answer: Answer) -> None:
    in_question = answer in (Answer.SEVERAL, Answer.QUESTION_OPEN)
    assert reply_word(verdict_of(answer), ANSWER) == (
        "確認中" if in_question else answer.value
    )


@pytest.mark.parametrize(
    ("answer", "allowed", "shown"),
    [
        pytest.param(Answer.OWING, True, ("軽自動車税",), id="allowed"),
        pytest.param(Answer.OWING, False, (), id="not allowed"),
        pytest.param(Answer.PAID, True, (), id="needless"),
        pytest.param(Answer.SUSPENDED, True, (), id="would give it away"),
    ],
)
def test_tax_kinds_leave_only_where_the_ordinance_lets_them(
    answer: Answer, allowed: bool, shown: tuple[str, ...]
) -> None:
    rules = YES_NO.model_copy(update={"show_taxes_in_reply": allowed})
    asked = Applicant("list:5", "名簿.xlsx!5行", "1", "")
    found = Verdict(asked, None, answer, taxes=("軽自動車税",))
    assert reply_taxes(found, rules) == shown
