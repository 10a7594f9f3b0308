"""滞納 or not: what the ledger's lines say about one applicant, by the ordinance."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from tasks.domain.arrears_charge import Charge, arrears_charge
from tasks.domain.errors import NeedsPersonError
from tasks.domain.records import (
    Answer,
    Applicant,
    Consent,
    Identity,
    Match,
    TaxLine,
    TaxStatus,
    Verdict,
)
from tasks.domain.settings import DelinquencyRules
from tasks.domain.tax_kinds import configured_tax

PRIORITY = (
    Answer.OWING,
    Answer.SUSPENDED,
    Answer.INSTALMENTS,
    Answer.GRACE,
    Answer.WAITING_FOR_POSTING,
    Answer.NOT_YET_DUE,
    Answer.PAID,
    Answer.NO_TAX,
)
"""States of tax lines: the first one present is the answer."""

OVERDUE = frozenset(PRIORITY[:5])
"""States of lines unpaid after their due date."""

PROTECTED_REASON = "担当者による個別確認"
"""All that is written about a person under 支援措置."""

_SPECIAL = {
    TaxStatus.GRACE: Answer.GRACE,
    TaxStatus.CONVERSION_GRACE: Answer.GRACE,
    TaxStatus.INSTALMENTS: Answer.INSTALMENTS,
    TaxStatus.SUSPENDED: Answer.SUSPENDED,
}
_CHARGEABLE = frozenset({TaxStatus.NORMAL, TaxStatus.INSTALMENTS})
_CHARGED_STATES = frozenset({Answer.OWING, Answer.INSTALMENTS})

_REASONS = {
    Answer.OWING: "納期限を過ぎた未納が{count}期分あります",
    Answer.SUSPENDED: "滞納処分の執行が停止されている期別が{count}期分あります",
    Answer.INSTALMENTS: "分納誓約により納付中の期別が{count}期分あります",
    Answer.GRACE: "徴収猶予又は換価の猶予を受けている期別が{count}期分あります",
    Answer.WAITING_FOR_POSTING: (
        "納期限から間もない期別が{count}期分あり、納付が台帳に反映されていない可能性があります"
    ),
    Answer.NOT_YET_DUE: "納期限を過ぎた未納はなく、納期限前の期別が{count}期分あります",
    Answer.PAID: "対象の税目の全期別（{count}期分）が納付済みです",
    Answer.NO_TAX: "対象の税目の課税がありません",
}
_OWING_BY_ORDINANCE = (
    "猶予・分納・執行停止の期別が{count}期分あり、要綱により未納に数えます"
)
_CONTRADICTION = (
    "台帳に{what}があり、納付の状況を判定できないため、職員の確認が必要です"
)
_NEGATIVE = "負の金額の行"
_PAID_UP_AND_UNPAID = "状態が完納で収納額が足りない行"


@dataclass(frozen=True, slots=True)
class JudgedLine:
    """One tax line and what it means on the as-of date."""

    line: TaxLine = field(repr=False)
    state: Answer
    """One of PRIORITY; SEVERAL where the ledger contradicts itself."""
    unpaid_yen: int = field(default=0, repr=False)
    overpaid_yen: int = field(default=0, repr=False)
    """過納: never set off against another line, that is an act of the office (充当)."""
    charge: Charge | None = field(default=None, repr=False)
    """延滞金 on the amount still unpaid, to the as-of date; None when not computed."""
    charge_note: str = ""
    """Why there is no charge where one might be expected."""


def judge(
    applicant: Applicant,
    match: Match | None,
    lines: Sequence[TaxLine],
    *,
    rules: DelinquencyRules,
    as_of: dt.date,
    question_open: bool = False,
) -> Verdict:
    """Return the answer for one applicant with the lines that gave it.

    Args:
        applicant: Who is asked about.
        match: The evidence table's decision; None when `needs_search` said no.
        lines: Every tax line of the matched person's 宛名番号.
        rules: What the ordinance says.
        as_of: 収納反映日: payments are posted up to this day.
        question_open: A field of the form still waits for a clerk.

    Raises:
        ValueError: When a line belongs to somebody else, or a search that should
            have been made was not: a fault of the program, never of the data.
    """
    refused = not _has_consent(applicant.consent, rules)
    if applicant.consent is Consent.NO or (refused and not question_open):
        return Verdict(
            applicant, None, Answer.OUT_OF_SCOPE, reason=_refusal(applicant.consent)
        )
    if question_open:
        return Verdict(
            applicant,
            None,
            Answer.QUESTION_OPEN,
            reason="申請書に職員の確認を待つ項目があるため、まだ照合していません。",
        )
    if match is None or match.row_id != applicant.row_id:
        raise ValueError(f"{applicant.row_id}: expected the match of this row")
    if match.protected or match.identity is not Identity.SAME:
        return _unmatched(applicant, match)
    strangers = {line.addressee_no for line in lines} - {
        person.addressee_no for person in match.persons
    }
    if strangers:
        raise ValueError(f"{applicant.row_id}: a tax line of another person")
    return _matched(applicant, match, lines, rules, as_of)


def needs_search(
    applicant: Applicant, *, rules: DelinquencyRules, question_open: bool = False
) -> bool:
    """Return whether the ledger may and can be searched for this applicant.

    An explicit 同意なし is honoured even where the ordinance asks for no consent.

    Examples:
        >>> rules = DelinquencyRules(taxes=("軽自動車税",), charge_rates={})
        >>> asked = Applicant("list:4", "a.xlsx!4行", "1", "", consent=Consent.NO)
        >>> needs_search(asked, rules=rules)
        False
    """
    return not question_open and _has_consent(applicant.consent, rules)


def judge_line(line: TaxLine, *, rules: DelinquencyRules, as_of: dt.date) -> JudgedLine:
    """Return what one tax line means on the as-of date.

    Due on the as-of date itself is not yet overdue: the day is not over.
    """
    unpaid_yen = line.assessed_yen - line.paid_yen
    if contradiction := _contradiction(line):
        return JudgedLine(line, Answer.SEVERAL, charge_note=contradiction)
    if line.assessed_yen == 0 and line.paid_yen == 0:
        return JudgedLine(line, Answer.NO_TAX)
    if unpaid_yen <= 0:
        return JudgedLine(line, Answer.PAID, overpaid_yen=-unpaid_yen)
    state = _state_of_unpaid(line, rules, as_of)
    if state not in _CHARGED_STATES:
        return JudgedLine(line, state, unpaid_yen)
    if line.status not in _CHARGEABLE:
        note = "猶予・停止の期間を確かめて計算"
        return JudgedLine(line, state, unpaid_yen, charge_note=note)
    try:
        charge = arrears_charge(
            tax_yen=unpaid_yen,
            due=line.due_date,
            paid=as_of,
            rates=rules.charge_rates,
            first_months=rules.charge_first_months,
        )
    except NeedsPersonError:
        note = "割合が未登録の年を含む"
        return JudgedLine(line, state, unpaid_yen, charge_note=note)
    return JudgedLine(line, state, unpaid_yen, charge=charge)


def rules_version(rules: DelinquencyRules) -> str:
    """Return 12 hex digits that change whenever a rule of the ordinance changes."""
    text = json.dumps(rules.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _has_consent(consent: Consent, rules: DelinquencyRules) -> bool:
    if consent is Consent.UNKNOWN:
        return not rules.consent_required or rules.missing_consent_column_means_consent
    return consent is Consent.YES


def _refusal(consent: Consent) -> str:
    if consent is Consent.NO:
        return "同意がないため、台帳を調べていません。"
    return "同意の記載がないため、台帳を調べていません。"


def _unmatched(applicant: Applicant, match: Match) -> Verdict:
    if match.protected:
        silent = replace(match, rule=PROTECTED_REASON, persons=(), candidates=())
        return Verdict(applicant, silent, Answer.SEVERAL, reason=PROTECTED_REASON)
    if match.identity is Identity.NONE:
        reason = _with_rule("宛名台帳に該当する人が見つかりません", match)
        return Verdict(applicant, match, Answer.NOT_FOUND, reason=reason)
    reason = _with_rule("本人と確かめる証拠がそろわず、職員の確認が必要です", match)
    return Verdict(applicant, match, Answer.SEVERAL, reason=reason)


def _matched(
    applicant: Applicant,
    match: Match,
    lines: Sequence[TaxLine],
    rules: DelinquencyRules,
    as_of: dt.date,
) -> Verdict:
    looked_at = tuple(
        line for line in lines if configured_tax(line.tax, rules.taxes) is not None
    )
    contradictions = dict.fromkeys(filter(None, map(_contradiction, looked_at)))
    if contradictions:
        reason = f"{_CONTRADICTION.format(what='と'.join(contradictions))}。"
        return Verdict(applicant, match, Answer.SEVERAL, lines=looked_at, reason=reason)
    judged = [judge_line(line, rules=rules, as_of=as_of) for line in looked_at]
    states = {item.state for item in judged}
    answer = next((state for state in PRIORITY if state in states), Answer.NO_TAX)
    deciding = [item for item in judged if item.state is answer]
    decides = answer is not Answer.NO_TAX
    taxes = {configured_tax(j.line.tax, rules.taxes) for j in deciding if decides}
    return Verdict(
        applicant=applicant,
        match=match,
        answer=answer,
        taxes=tuple(tax for tax in rules.taxes if tax in taxes),
        arrears_yen=sum(j.unpaid_yen for j in judged if j.state in OVERDUE),
        arrears_charge_yen=sum(j.charge.yen for j in judged if j.charge),
        lines=looked_at,
        reason=_with_rule(_reason(answer, deciding), match),
    )


def _contradiction(line: TaxLine) -> str:
    """Return how a line of the ledger contradicts itself; empty when it does not."""
    if line.assessed_yen < 0 or line.paid_yen < 0:
        return _NEGATIVE
    unpaid = line.paid_yen < line.assessed_yen
    return _PAID_UP_AND_UNPAID if unpaid and line.status is TaxStatus.PAID_UP else ""


def _state_of_unpaid(line: TaxLine, rules: DelinquencyRules, as_of: dt.date) -> Answer:
    if line.due_date >= as_of:
        return Answer.NOT_YET_DUE
    if line.due_date >= as_of - dt.timedelta(days=rules.lag_days):
        return Answer.WAITING_FOR_POSTING
    state = _SPECIAL.get(line.status, Answer.OWING)
    counts_as_owing = {
        Answer.GRACE: rules.grace_counts_as_owing,
        Answer.INSTALMENTS: rules.instalments_count_as_owing,
        Answer.SUSPENDED: rules.suspension_counts_as_owing,
    }
    return Answer.OWING if counts_as_owing.get(state, False) else state


def _reason(answer: Answer, deciding: Sequence[JudgedLine]) -> str:
    by_ordinance = answer is Answer.OWING and _all_special(deciding)
    sentence = _OWING_BY_ORDINANCE if by_ordinance else _REASONS[answer]
    return sentence.format(count=len(deciding))


def _all_special(deciding: Iterable[JudgedLine]) -> bool:
    return all(item.line.status in _SPECIAL for item in deciding)


def _with_rule(sentence: str, match: Match) -> str:
    return f"{sentence}（{match.rule}）。" if match.rule else f"{sentence}。"
