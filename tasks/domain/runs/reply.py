"""What leaves the tax section: the least that the asking section needs (地方税法22条)."""

from __future__ import annotations

from tasks.domain.office.settings import DelinquencyRules
from tasks.domain.records import Answer, Verdict, Whose

IN_QUESTION = "確認中"
NO_ARREARS = "滞納なし"
ARREARS = "滞納あり"

_YES_NO = {
    Answer.PAID: NO_ARREARS,
    Answer.NO_TAX: NO_ARREARS,
    Answer.NOT_YET_DUE: NO_ARREARS,
    Answer.GRACE: NO_ARREARS,
    Answer.INSTALMENTS: NO_ARREARS,
    Answer.SUSPENDED: NO_ARREARS,
    Answer.OWING: ARREARS,
}
_TAXES_SHOWN = frozenset({Answer.OWING, Answer.WAITING_FOR_POSTING})


def reply_word(verdict: Verdict, rules: DelinquencyRules) -> str:
    """Return the word printed on 回答書 for an answer.

    With `reply_wording: yes_no` nobody outside learns who is untaxed, in 分納 or under
    執行停止: where those do not count as 滞納, the reply says 滞納なし, or 反映待ち when
    another line is still inside the lag window. Of other people
    than the applicant no more than that, or 反映待ち, is ever said, whatever the wording.

    Examples:
        >>> from tasks.domain.records import Applicant
        >>> rules = DelinquencyRules(taxes=("軽自動車税",), charge_rates={})
        >>> asked = Applicant("list:4", "a.xlsx!4行", "1", "")
        >>> [reply_word(Verdict(asked, None, answer), rules)
        ...     for answer in (Answer.SEVERAL, Answer.NO_TAX)]
        ['確認中', '滞納なし']
    """
    answer = verdict.answer
    if answer in (Answer.SEVERAL, Answer.QUESTION_OPEN):
        return IN_QUESTION
    if rules.reply_wording == "answer" and _of_applicant_alone(verdict):
        return answer.value
    word = _YES_NO.get(answer, answer.value)
    if word == NO_ARREARS and verdict.waits_too:
        return Answer.WAITING_FOR_POSTING.value
    return word


def reply_taxes(verdict: Verdict, rules: DelinquencyRules) -> tuple[str, ...]:
    """Return the 税目 that may be named beside the answer: often none.

    Never those of other people than the applicant.
    """
    if not rules.show_taxes_in_reply or verdict.answer not in _TAXES_SHOWN:
        return ()
    return verdict.taxes if _of_applicant_alone(verdict) else ()


def _of_applicant_alone(verdict: Verdict) -> bool:
    return set(verdict.owners) <= {Whose.APPLICANT}
