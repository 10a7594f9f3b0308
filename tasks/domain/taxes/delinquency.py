"""滞納 or not: what one line of the tax ledger means on the as-of date, by the ordinance."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass, field

from tasks.domain.errors import NeedsPersonError
from tasks.domain.lists_and_ledgers.tax_kinds import configured_tax
from tasks.domain.office.settings import DelinquencyRules
from tasks.domain.records import Answer, TaxLine, TaxStatus
from tasks.domain.taxes.arrears_charge import (
    Charge,
    FirstMonths,
    Relief,
    arrears_charge,
)

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

SPECIAL = {
    TaxStatus.GRACE: Answer.GRACE,
    TaxStatus.CONVERSION_GRACE: Answer.GRACE,
    TaxStatus.INSTALMENTS: Answer.INSTALMENTS,
    TaxStatus.SUSPENDED: Answer.SUSPENDED,
}
"""Special states, and the answer each gives where the ordinance does not count it as owing."""

RECEIPT_SHOWN = "領収書で納付を確認"
FOUND_BY_CLERK = "職員が台帳の行を確認"
PERIOD_UNKNOWN = "猶予・停止の期間を確かめて計算"
RATE_UNKNOWN = "割合が未登録の年を含む"

_CHARGED = frozenset({Answer.OWING, Answer.INSTALMENTS, Answer.GRACE, Answer.SUSPENDED})
_NEGATIVE = "負の金額の行"
_PAID_UP_AND_UNPAID = "状態が完納で収納額が足りない行"
_STATE_OVER = "猶予・分納・停止の期間と状態が合わない行"
_WRITTEN_OFF = "不納欠損とされ、収納額が足りない行"
_DUE_TOO_LATE = "納期限が賦課年度より後の行"
_DUE_FAR_AHEAD = "納期限が賦課年度より後で、まだ何か月も先の行"
_RECEIPT_UNCLEAR = "金額が領収書の記録の後で変わり、納付が載ったか分からない行"
_NOT_POSTED_SO_FAR = "台帳の最後の収納日からみて、納付がまだ載っていないおそれのある行"
_DUE_OUT_OF_CALENDAR = "納期限が期別の月と合わない行"

BOOKS_CLOSED = (6, 5)
"""Month and day after the fiscal year by which every instalment of it has fallen due:
the books close on 31 May (地方自治法235条の5), and a due date may move over a holiday."""
_MOVED_DAYS = 7
"""A due date at the end of a month may move this far into the next."""
_LAST_USUAL_DUE = (4, 10)
"""Month and day after the fiscal year: its last 期別 falls due in March, moved over a
holiday. What falls due later was billed late (随時)."""
_BILLED_AHEAD_DAYS = 120
"""A bill is sent out at most this long before it falls due, when billed late."""


@dataclass(frozen=True, slots=True)
class JudgedLine:
    """One tax line and what it means on the as-of date."""

    line: TaxLine = field(repr=False)
    state: Answer
    """One of PRIORITY; SEVERAL where the ledger contradicts itself."""
    unpaid_yen: int = field(default=0, repr=False)
    """Without what receipts show."""
    overpaid_yen: int = field(default=0, repr=False)
    """過納: never set off against another line, that is an act of the office (充当)."""
    charge: Charge | None = field(default=None, repr=False)
    """延滞金 on the amount still unpaid, to the as-of date; None when not computed."""
    charge_note: str = ""
    """Why there is no charge where one might be expected."""
    remark: str = ""
    """Why the state is not what the ledger alone says."""


def judge_line(line: TaxLine, *, rules: DelinquencyRules, as_of: dt.date) -> JudgedLine:
    """Return what one tax line means on the as-of date.

    Due on the as-of date itself is not yet overdue: the day is not over.
    """
    remark = RECEIPT_SHOWN if line.receipt_yen else ""
    if line.found is not None:
        return _as_found(line, line.found, rules)
    if fault := contradiction(line, rules=rules, as_of=as_of):
        return JudgedLine(line, Answer.SEVERAL, charge_note=fault)
    if line.assessed_yen == 0 and line.paid_yen == 0:
        return JudgedLine(line, Answer.NO_TAX)
    unpaid_yen = line.assessed_yen - line.paid_yen - line.receipt_yen
    if unpaid_yen <= 0:
        return JudgedLine(line, Answer.PAID, overpaid_yen=-unpaid_yen, remark=remark)
    state = _state_of_unpaid(line, rules, as_of)
    if state not in _CHARGED:
        return JudgedLine(line, state, unpaid_yen, remark=remark)
    charge, note = _charged(line, unpaid_yen, rules, as_of)
    return JudgedLine(
        line, state, unpaid_yen, charge=charge, charge_note=note, remark=remark
    )


def contradiction(line: TaxLine, *, rules: DelinquencyRules, as_of: dt.date) -> str:
    """Return how a line of the ledger contradicts itself; empty when it does not.

    Args:
        line: As the ledger has it.
        rules: For the months in which instalments fall due.
        as_of: 収納反映日.
    """
    if line.found is not None:
        return ""
    if line.assessed_yen < 0 or line.paid_yen < 0:
        return _NEGATIVE
    if line.paid_yen >= line.assessed_yen:
        return ""
    if line.status is TaxStatus.PAID_UP:
        return _PAID_UP_AND_UNPAID
    if line.status is TaxStatus.WRITTEN_OFF:
        return _WRITTEN_OFF
    if line.receipt_unclear and line.due_date < as_of:
        return _RECEIPT_UNCLEAR
    if line.status in SPECIAL and _is_over(line, as_of):
        return _STATE_OVER
    odd = _out_of_calendar(line, rules, as_of)
    return odd or (_NOT_POSTED_SO_FAR if _outruns_ledger(line, rules, as_of) else "")


def months_at_lower_rate(tax: str, rules: DelinquencyRules) -> FirstMonths:
    """Return how long the lower rate of 延滞金 lasts for a 税目.

    Examples:
        >>> rules = DelinquencyRules(
        ...     taxes=("介護保険料",), charge_rates={}, charge_three_month_taxes=("介護保険料",)
        ... )
        >>> months_at_lower_rate("介護保険", rules), months_at_lower_rate("軽自動車税", rules)
        (3, 1)
    """
    if configured_tax(tax, rules.charge_three_month_taxes) is not None:
        return 3
    return rules.charge_first_months


def relief_of(
    state: TaxStatus, first_day: dt.date, last_day: dt.date, *, rules: DelinquencyRules
) -> Relief | None:
    """Return what the days of a special state lift of the charge; None for nothing.

    Args:
        state: 徴収猶予, 換価の猶予, 分納誓約 or 執行停止.
        first_day: First day of the state.
        last_day: Last day of it, counted too.
        rules: `charge_during` of the ordinance.

    Examples:
        >>> rules = DelinquencyRules(taxes=("軽自動車税",), charge_rates={})
        >>> day = dt.date(2026, 6, 1)
        >>> relief_of(TaxStatus.SUSPENDED, day, day, rules=rules).kind
        'none'
        >>> relief_of(TaxStatus.INSTALMENTS, day, day, rules=rules) is None
        True
    """
    kinds = {str(name): kind for name, kind in rules.charge_during.items()}
    kind = kinds.get(state.value, "full")
    if kind == "full":
        return None
    return Relief(first_day, last_day, kind, state.value, rules.charge_grace_rates)


def rules_version(rules: DelinquencyRules) -> str:
    """Return 12 hex digits that change whenever a rule of the ordinance changes."""
    text = json.dumps(rules.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _as_found(line: TaxLine, found: Answer, rules: DelinquencyRules) -> JudgedLine:
    """Return a line as a clerk found it to be; no charge on what the ledger has wrong."""
    state = Answer.OWING if _counts_as_owing(found, rules) else found
    unpaid_yen = line.assessed_yen - line.paid_yen - line.receipt_yen
    open_still = state in OVERDUE or state is Answer.NOT_YET_DUE
    return JudgedLine(
        line,
        state,
        max(unpaid_yen, 0) if open_still else 0,
        charge_note=FOUND_BY_CLERK if state in _CHARGED else "",
        remark=FOUND_BY_CLERK,
    )


def _counts_as_owing(state: Answer, rules: DelinquencyRules) -> bool:
    counts = {
        Answer.GRACE: rules.grace_counts_as_owing,
        Answer.INSTALMENTS: rules.instalments_count_as_owing,
        Answer.SUSPENDED: rules.suspension_counts_as_owing,
    }
    return counts.get(state, False)


def _is_over(line: TaxLine, as_of: dt.date) -> bool:
    """Tell whether the special state does not hold on the as-of date by its own days."""
    begins, ends = line.status_from, line.status_until
    if begins is not None and (begins > as_of or (ends is not None and ends < begins)):
        return True
    return ends is not None and ends < as_of


def _outruns_ledger(line: TaxLine, rules: DelinquencyRules, as_of: dt.date) -> bool:
    """Tell whether the ledger may have been written out before a payment could show.

    Its newest 収納日 lies further back than the lag window, and the line fell due within
    that window of it or later: unpaid in it says nothing.
    """
    if line.posted_until is None or line.due_date >= as_of:
        return False
    lag = dt.timedelta(days=rules.lag_days)
    return line.posted_until < as_of - lag and line.due_date >= line.posted_until - lag


def _out_of_calendar(line: TaxLine, rules: DelinquencyRules, as_of: dt.date) -> str:
    """Return what is odd about the due date: 令和01 typed as 令和10 forgives for years."""
    year_after = line.fiscal_year + 1
    if line.instalment and line.due_date > dt.date(year_after, *BOOKS_CLOSED):
        return _DUE_TOO_LATE
    if line.due_date > max(
        dt.date(year_after, *_LAST_USUAL_DUE),
        as_of + dt.timedelta(days=_BILLED_AHEAD_DAYS),
    ):
        return _DUE_FAR_AHEAD
    tax = configured_tax(line.tax, tuple(rules.due_months))
    months = rules.due_months[tax] if tax is not None else ()
    if line.due_date < dt.date(line.fiscal_year, 4, 1):
        return ""  # before its year only where 調定年度, the year booked, stands for it
    if not line.instalment:
        later = any(_falls_in(month, year_after, line.due_date) for month in months)
        return _DUE_OUT_OF_CALENDAR if later else ""
    if line.instalment > len(months):
        return ""
    month = months[line.instalment - 1]
    fits = _falls_in(month, line.fiscal_year, line.due_date)
    return "" if fits else _DUE_OUT_OF_CALENDAR


def _falls_in(month: int, fiscal_year: int, day: dt.date) -> bool:
    """Tell whether a day is a due date of a month of a fiscal year."""
    begins = dt.date(fiscal_year + (month < 4), month, 1)
    ends = (begins + dt.timedelta(days=31)).replace(day=_MOVED_DAYS)
    return begins <= day <= ends


def _state_of_unpaid(line: TaxLine, rules: DelinquencyRules, as_of: dt.date) -> Answer:
    if line.due_date >= as_of:
        return Answer.NOT_YET_DUE
    if line.due_date >= as_of - dt.timedelta(days=rules.lag_days):
        return Answer.WAITING_FOR_POSTING
    state = SPECIAL.get(line.status, Answer.OWING)
    return Answer.OWING if _counts_as_owing(state, rules) else state


def _charged(
    line: TaxLine, unpaid_yen: int, rules: DelinquencyRules, as_of: dt.date
) -> tuple[Charge | None, str]:
    """Return the 延滞金 on a line to the as-of date, or why it cannot be told."""
    relief = _relief(line, rules, as_of)
    if relief is None:
        return None, PERIOD_UNKNOWN
    try:
        charge = arrears_charge(
            tax_yen=unpaid_yen,
            due=line.due_date,
            paid=as_of,
            rates=rules.charge_rates,
            first_months=months_at_lower_rate(line.tax, rules),
            reliefs=relief,
        )
    except NeedsPersonError:
        return None, RATE_UNKNOWN
    return charge, ""


def _relief(
    line: TaxLine, rules: DelinquencyRules, as_of: dt.date
) -> tuple[Relief, ...] | None:
    """Return what the special state lifts of the charge; None when since when is unknown."""
    if line.status not in SPECIAL:
        return ()
    begins = line.status_from
    relief = relief_of(
        line.status, begins or as_of, line.status_until or as_of, rules=rules
    )
    if relief is None:
        return ()
    return (relief,) if begins is not None else None
