"""The answer for one applicant: who it is, whose taxes are looked at, what they say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from tasks.domain.clerks.second_clerk import SECOND_AWAITED, Class
from tasks.domain.lists_and_ledgers.tax_kinds import configured_tax, resembled_tax
from tasks.domain.office.settings import DelinquencyRules
from tasks.domain.records import (
    Answer,
    Applicant,
    Consent,
    Identity,
    Match,
    Ruling,
    TaxLine,
    Verdict,
    Whose,
)
from tasks.domain.taxes.delinquency import (
    OVERDUE,
    PRIORITY,
    SPECIAL,
    JudgedLine,
    contradiction,
    judge_line,
)
from tasks.domain.taxes.related_persons import looks_at_others

PROTECTED_REASON = "担当者による個別確認"
"""All that is written about a person under 支援措置."""

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
_TAX_UNSURE = (
    "台帳の税目「{taxes}」が対象の税目かどうか分からず、納期限を過ぎた未納があるため、"
    "職員の確認が必要です（設定の taxes か taxes_left_out に書けば分かります）。"
)
_OTHERS_REFUSED = "同じ世帯の人などの同意が確かめられないため、答えられません。"
_DECIDED_BY_ALL = frozenset({Answer.PAID, Answer.NOT_YET_DUE, Answer.NO_TAX})
"""Answers that everybody's lines give together."""


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
        lines: Every tax line of every 宛名番号 that the match looks at.
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
    if {line.addressee_no for line in lines} - set(match.addressee_nos):
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
    faults = dict.fromkeys(
        filter(
            None, (contradiction(one, rules=rules, as_of=as_of) for one in looked_at)
        )
    )
    if faults:
        reason = f"{_CONTRADICTION.format(what='と'.join(faults))}。"
        return Verdict(applicant, match, Answer.SEVERAL, lines=looked_at, reason=reason)
    judged = [judge_line(line, rules=rules, as_of=as_of) for line in looked_at]
    states = {item.state for item in judged}
    answer = next((state for state in PRIORITY if state in states), Answer.NO_TAX)
    if answer is not Answer.OWING and (match.others_refused or match.doubts):
        return _not_everybody(applicant, match, looked_at)
    if answer is Answer.OWING and Class.OWING in rules.second_clerk:
        if _chosen_alone(match):
            return _second_awaited(applicant, match)
        owing = [item for item in judged if item.state is Answer.OWING]
        if match.found_alone or all(item.line.found_alone for item in owing):
            return _second_awaited_of_others(applicant, match, looked_at)
    unsure = _taxes_unsure(lines, rules, as_of)
    if answer is not Answer.OWING and unsure:
        reason = _TAX_UNSURE.format(taxes="」「".join(unsure))
        return Verdict(applicant, match, Answer.SEVERAL, lines=looked_at, reason=reason)
    deciding = [item for item in judged if item.state is answer]
    decides = answer is not Answer.NO_TAX
    taxes = {configured_tax(j.line.tax, rules.taxes) for j in deciding if decides}
    return Verdict(
        applicant=applicant,
        match=match,
        answer=answer,
        taxes=tuple(tax for tax in rules.taxes if tax in taxes),
        owners=_owners(answer, deciding, match),
        arrears_yen=sum(j.unpaid_yen for j in judged if j.state in OVERDUE),
        arrears_charge_yen=sum(j.charge.yen for j in judged if j.charge),
        lines=looked_at,
        waits_too=_waits_too(answer, states),
        reason=_reason(answer, deciding, judged, match, others=looks_at_others(rules)),
    )


def _waits_too(answer: Answer, states: Collection[Answer]) -> bool:
    """Tell whether a line waits for its posting beside one in a special state."""
    return answer in SPECIAL.values() and Answer.WAITING_FOR_POSTING in states


def _taxes_unsure(
    lines: Iterable[TaxLine], rules: DelinquencyRules, as_of: dt.date
) -> tuple[str, ...]:
    """Return the 税目 that may be one of those looked at, of lines unpaid after due."""
    return tuple(
        dict.fromkeys(
            line.tax
            for line in lines
            if line.tax not in rules.taxes_left_out
            and resembled_tax(line.tax, rules.taxes) is not None
            and line.assessed_yen > line.paid_yen
            and line.due_date < as_of
        )
    )


def _chosen_alone(match: Match) -> bool:
    """Tell whether one clerk alone said who is meant."""
    ruling = match.ruling
    return ruling is not None and ruling.applied and ruling.voices < 2


def _second_awaited_of_others(
    applicant: Applicant, match: Match, looked_at: tuple[TaxLine, ...]
) -> Verdict:
    """Return the question again where one clerk alone found whose taxes make it owing."""
    return Verdict(
        applicant,
        match,
        Answer.SEVERAL,
        lines=looked_at,
        reason=f"{SECOND_AWAITED}。職員の確認が必要です。",
    )


def _second_awaited(applicant: Applicant, match: Match) -> Verdict:
    """Return the question again; nothing of the taxes is told till two agree."""
    seen_until = match.ruling.seen_until if match.ruling else 0
    asked = replace(
        match,
        identity=Identity.ASK,
        persons=(),
        related=(),
        doubts=(),
        to_find=(),
        others_refused=False,
        ruling=Ruling(SECOND_AWAITED, seen_until),
    )
    return _unmatched(applicant, asked)


def _not_everybody(
    applicant: Applicant, match: Match, looked_at: tuple[TaxLine, ...]
) -> Verdict:
    """Return the answer where somebody who must be looked at could not be."""
    if match.others_refused:
        return Verdict(
            applicant,
            match,
            Answer.OUT_OF_SCOPE,
            lines=looked_at,
            reason=_OTHERS_REFUSED,
        )
    reason = "。".join((*match.doubts, "職員の確認が必要です。"))
    return Verdict(applicant, match, Answer.SEVERAL, lines=looked_at, reason=reason)


def _owners(
    answer: Answer, deciding: Sequence[JudgedLine], match: Match
) -> tuple[Whose, ...]:
    """Return whose taxes the answer rests on."""
    numbers = match.addressee_nos
    if answer in _DECIDED_BY_ALL:
        found = {*numbers.values(), *(entry.whose for entry in match.related)}
    else:
        found = {numbers[item.line.addressee_no] for item in deciding}
    return tuple(whose for whose in Whose if whose in found)


def _reason(
    answer: Answer,
    deciding: Sequence[JudgedLine],
    judged: Sequence[JudgedLine],
    match: Match,
    *,
    others: bool,
) -> str:
    by_ordinance = answer is Answer.OWING and _all_special(deciding)
    sentence = _OWING_BY_ORDINANCE if by_ordinance else _REASONS[answer]
    sentence = sentence.format(count=len(deciding))
    if others:
        owners = "・".join(_owners(answer, deciding, match))
        sentence = f"{owners}について、{sentence}"
    reason = _with_rule(sentence, match)
    unknown = [entry.whose.value for entry in match.related if not entry.persons]
    if unknown:
        reason += f"{'・'.join(unknown)}は宛名台帳に見つかりません。"
    if _waits_too(answer, {item.state for item in judged}):
        reason += "ほかに、納付がまだ台帳に載っていないかもしれない期別があります。"
    shown = sum(bool(item.line.receipt_yen) for item in judged)
    if shown:
        reason += f"領収書で確かめた納付{shown}期分を含みます。"
    return reason


def _all_special(deciding: Iterable[JudgedLine]) -> bool:
    return all(item.line.status in SPECIAL for item in deciding)


def _with_rule(sentence: str, match: Match) -> str:
    reason = f"{sentence}（{match.rule}）。" if match.rule else f"{sentence}。"
    told = match.ruling.told if match.ruling else ""
    return f"{reason}{told}。" if told and told != match.rule else reason
