"""Why a tax line no longer says what it said: payment, assessment, state, day or rules."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import combinations, zip_longest

from tasks.domain.lists_and_ledgers.tax_kinds import configured_tax
from tasks.domain.normal_forms.letter_dates import letter_date, letter_fiscal_year
from tasks.domain.office.settings import DelinquencyRules
from tasks.domain.records import Answer, TaxLine
from tasks.domain.runs.run_records import RunHead
from tasks.domain.taxes.delinquency import judge_line


class Cause(StrEnum):
    """Why somebody's row changed, as staff read it."""

    PAYMENT = "納付が台帳に載った"
    PAYMENT_GONE = "台帳の収納額が減った（還付・取消など）"
    RECEIPT = "領収書の扱いが変わった"
    FINDING = "職員が確かめた結果の扱いが変わった"
    ASSESSMENT = "調定額が変わった"
    STATUS = "猶予・分納・執行停止の状態が変わった"
    DUE_DATE = "納期限が変わった"
    LINE_ADDED = "新しい課税・期別が加わった"
    LINE_GONE = "課税・期別が台帳からなくなった"
    AS_OF = "収納反映日が変わった"
    RULES = "規則（要綱の設定）が変わった"
    MATCHING = "照合の規則の版が変わった"
    REQUEST = "依頼の記載が直された"
    CONSENT = "同意の記載が変わった"
    QUESTION = "申請書の読み取りの確認が進んだ"
    LEDGER_PERSON = "住民台帳の記載が変わった"
    PERSON_FOUND = "住民台帳に加わった人が見つかった"
    PERSON_GONE = "住民台帳からいなくなった"
    DECISION = "職員の判断が加わった"
    DECISION_VOID = "職員の判断が使えなくなった"
    BY_OFFICER = "担当者による個別確認の対象が変わった"
    OTHERS = "同じ世帯など、あわせて見る人が変わった"
    ROW_ADDED = "依頼に加わった"
    ROW_GONE = "依頼からなくなった"
    UNKNOWN = "原因を特定できません（両方の控えを確かめてください）"


@dataclass(frozen=True, slots=True)
class Reason:
    """One cause with what it was: a line, an amount, a field."""

    cause: Cause
    detail: str = field(default="", repr=False)
    """Japanese, with personal data: for the workbook alone."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a line says: its state and what is unpaid of it."""

    state: Answer | None
    unpaid_yen: int = 0


def line_reasons(
    old: Sequence[TaxLine], new: Sequence[TaxLine], before: RunHead, after: RunHead
) -> Iterator[Reason]:
    """Yield why the lines of the same people say something else than before."""
    paid_only: list[Reason] = []
    told = False
    for was, now in _paired(old, new):
        if was is not None and now is not None:
            found = tuple(_of_both(was, now, before, after))
        elif now is not None:
            found = (_of_one_run(now, Cause.LINE_ADDED, other=before),)
            if _is_settled(now, after):
                paid_only += found
                continue
        elif was is not None:
            found = (_of_one_run(was, Cause.LINE_GONE, other=after),)
            if _is_settled(was, before):
                paid_only += found
                continue
        else:
            continue
        told = told or bool(found)
        yield from found
    if not told:  # then one that is paid up made 完納 of 課税なし, or the other way
        yield from paid_only


def _is_settled(line: TaxLine, head: RunHead) -> bool:
    return _seen(line, head.rules, head.as_of).state in (Answer.PAID, Answer.NO_TAX)


def _of_one_run(line: TaxLine, cause: Cause, *, other: RunHead) -> Reason:
    if configured_tax(line.tax, other.rules.taxes) is None:
        return Reason(Cause.RULES, f"{line.tax}を見るかどうかの設定")
    return Reason(cause, _words(line))


def _of_both(
    was: TaxLine, now: TaxLine, before: RunHead, after: RunHead
) -> Iterator[Reason]:
    """Yield the fewest things that turn what the line said into what it says.

    The line, the as-of date and the rules are taken from the newer run one at a time,
    then two, then all, until the line says what it says now.
    """
    target = _seen(now, after.rules, after.as_of)
    if _seen(was, before.rules, before.as_of) == target:
        return
    factors = ("line", "as_of", "rules")
    for size in (1, 2, 3):
        for chosen in combinations(factors, size):
            line = now if "line" in chosen else was
            as_of = after.as_of if "as_of" in chosen else before.as_of
            rules = after.rules if "rules" in chosen else before.rules
            if _seen(line, rules, as_of) == target:
                yield from _named(chosen, was, now, before, after)
                return


def _named(
    chosen: tuple[str, ...],
    was: TaxLine,
    now: TaxLine,
    before: RunHead,
    after: RunHead,
) -> Iterator[Reason]:
    if "line" in chosen:
        yield from _data_reasons(was, now)
    if "as_of" in chosen:
        days = f"{before.as_of:%m-%d} → {after.as_of:%m-%d}"
        yield Reason(Cause.AS_OF, f"{_words(now)}　{days}")
    if "rules" in chosen:
        yield Reason(Cause.RULES, _words(now))


def _data_reasons(was: TaxLine, now: TaxLine) -> Iterator[Reason]:
    words = _words(now)
    if now.paid_yen != was.paid_yen:
        cause = Cause.PAYMENT if now.paid_yen > was.paid_yen else Cause.PAYMENT_GONE
        yield Reason(cause, f"{words}　収納額 {was.paid_yen:,}円 → {now.paid_yen:,}円")
    if now.receipt_yen != was.receipt_yen:
        yen = f"{was.receipt_yen:,}円 → {now.receipt_yen:,}円"
        yield Reason(Cause.RECEIPT, f"{words}　領収書 {yen}")
    if now.found != was.found:
        found = f"{was.found or '－'} → {now.found or '－'}"
        yield Reason(Cause.FINDING, f"{words}　{found}")
    if now.assessed_yen != was.assessed_yen:
        yen = f"{was.assessed_yen:,}円 → {now.assessed_yen:,}円"
        yield Reason(Cause.ASSESSMENT, f"{words}　調定額 {yen}")
    if _status(now) != _status(was):
        states = f"{was.status.value} → {now.status.value}"
        yield Reason(Cause.STATUS, f"{words}　{states}")
    if now.due_date != was.due_date:
        days = f"{letter_date(was.due_date)} → {letter_date(now.due_date)}"
        yield Reason(Cause.DUE_DATE, f"{words}　納期限 {days}")


def _status(line: TaxLine) -> tuple[object, ...]:
    return line.status, line.status_from, line.status_until


def _seen(line: TaxLine, rules: DelinquencyRules, as_of: dt.date) -> _Seen:
    if configured_tax(line.tax, rules.taxes) is None:
        return _Seen(None)
    judged = judge_line(line, rules=rules, as_of=as_of)
    return _Seen(judged.state, judged.unpaid_yen)


def _paired(
    old: Iterable[TaxLine], new: Iterable[TaxLine]
) -> Iterator[tuple[TaxLine | None, TaxLine | None]]:
    """Yield the lines of one and the same 期別 together, in the newer run's order."""
    groups: dict[tuple[object, ...], tuple[list[TaxLine], list[TaxLine]]]
    groups = defaultdict(lambda: ([], []))
    for line in new:
        groups[_key(line)][1].append(line)
    for line in old:
        groups[_key(line)][0].append(line)
    for were, are in groups.values():
        yield from zip_longest(sorted(were, key=_order), sorted(are, key=_order))


def _key(line: TaxLine) -> tuple[object, ...]:
    return (
        line.addressee_no.lstrip("0"),
        line.tax,
        line.fiscal_year,
        line.instalment,
        line.notice_no,
    )


def _order(line: TaxLine) -> tuple[object, ...]:
    return line.due_date, line.assessed_yen, line.paid_yen


def _words(line: TaxLine) -> str:
    instalment = f"第{line.instalment}期" if line.instalment else "全期・随時"
    year = letter_fiscal_year(line.fiscal_year)
    return f"{line.tax} {year} {instalment} {line.addressee_no}"
