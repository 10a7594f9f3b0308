"""The whole statement of a period: the table, its worth, and what a reader must know."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from tasks.domain.baseline_study import FEW_SAMPLES
from tasks.domain.letter_dates import letter_date
from tasks.domain.periods import Period, month_title
from tasks.domain.savings import MS_PER_HOUR, SavingsSum, baseline_in_force
from tasks.domain.savings_table import (
    JobSavings,
    Quality,
    SavingsTable,
    savings_table,
    worth_yen,
)
from tasks.domain.savings_worth import (
    CostPerItem,
    PayBack,
    YearWorth,
    cost_per_item,
    monthly_costs,
    pay_back,
    year_worths,
)
from tasks.domain.settings import Baseline, SavingsRules

ESTIMATE = "仮"


@dataclass(frozen=True, slots=True)
class SavingsStatement:
    """What a report shows, before it takes the form of a file."""

    table: SavingsTable
    rules: SavingsRules
    years: tuple[YearWorth, ...]
    """From the first line or cost to the end of the period; empty without costs."""
    pay_back: PayBack | None
    per_item: CostPerItem | None
    """None without costs, without items, or when nothing was measured."""
    net_yen: int | None
    """Worth less the costs of the period; None when no job was measured."""
    spent_yen: int
    """Costs of the months of the period."""
    today: dt.date

    @property
    def period(self) -> Period:
        """Return the days of the report."""
        return self.table.period

    @property
    def upkeep_missing(self) -> tuple[JobSavings, ...]:
        """Return the jobs for which nobody entered any upkeep."""
        return tuple(row for row in self.table.jobs if not row.effort.upkeep_ms)


def savings_statement(
    within: Sequence[SavingsSum],
    ever: Sequence[SavingsSum],
    *,
    rules: SavingsRules,
    period: Period,
    quality: dict[str, Quality],
    today: dt.date,
) -> SavingsStatement:
    """Return the statement of a period.

    Args:
        within: All lines of the period, added up.
        ever: All lines up to its last day: pay-back looks at these.
        rules: Baselines (measured versions among them), rates and costs.
        period: Days of the report.
        quality: By job.
        today: Costs of months after it, and after the period, are not yet spent.
    """
    table = savings_table(within, rules, period, quality)
    end = min(period.last, today)
    spent = monthly_costs(rules.costs)
    spent_yen = sum(
        sum(spent.get(month, (0, 0))) for month in period.months() if month <= end
    )
    measured = [one for one in within if not _is_estimate(one.job, table)]
    return SavingsStatement(
        table=table,
        rules=rules,
        years=_years(ever, rules, end),
        pay_back=pay_back(_worth_by_month(ever, rules), rules.costs, today=end),
        per_item=_per_item(measured, rules, spent_yen),
        net_yen=None if table.yen is None else table.yen - spent_yen,
        spent_yen=spent_yen,
        today=today,
    )


def notes(statement: SavingsStatement) -> tuple[str, ...]:
    """Return in Japanese what a reader must know beside the figures."""
    table = statement.table
    found = [
        *rate_notes(statement),
        "導入前は、実測した1件あたりの時間に件数を掛けたものです。導入後には、機械に付いていた時間、質問の確認にかかった"
        "実測の時間、手作業に回った分（導入前と同じ時間）、例外対応、維持の手間をすべて含みます。",
    ]
    if table.estimates:
        found.append(
            f"「{ESTIMATE}」は導入前の時間を測っていない業務です（{_titles(table.estimates)}）。金額は出しません。"
            "yakuba baseline record で測れば、次の月から金額が出ます。"
        )
    if table.losing:
        found.append(f"手作業より時間がかかった業務: {_titles(table.losing)}")
    if statement.upkeep_missing:
        found.append(
            f"維持の手間の記入がない業務: {_titles(statement.upkeep_missing)}（yakuba account upkeep で付けてください）"
        )
    return tuple(found)


def rate_notes(statement: SavingsStatement) -> tuple[str, ...]:
    """Return each hourly rate used, with its basis."""
    rates = dict.fromkeys(
        rate for row in statement.table.jobs if not row.estimate for rate in row.rates
    )
    if not rates:
        rates = dict.fromkeys([statement.rules.rate_on("", statement.period.last)])
    return tuple(
        f"金額は1時間 {rate.yen_per_hour:,}円（{rate.name}）で換算。根拠: {rate.yen_basis}"
        for rate in rates
    )


def baseline_words(baseline: Baseline) -> str:
    """Return how an item's time by hand was measured, with its confidence interval.

    Examples:
        >>> timed = Baseline(
        ...     job="j", title="滞納確認", section="税務課", minutes_per_item=6.0,
        ...     samples=40, error_minutes=0.4, measured_by="税務課",
        ...     measured_on=dt.date(2026, 4, 10), valid_from=dt.date(2026, 4, 1),
        ... )
        >>> baseline_words(timed)
        '6.00分（95％信頼区間 5.60～6.40分、40件、令和8年4月10日まで、税務課）'
    """
    minutes = f"{baseline.minutes_per_item:.2f}分"
    if not baseline.samples:
        return f"{minutes}（{ESTIMATE}: 測っていません）"
    parts = []
    if baseline.error_minutes is not None:
        low = max(0.0, baseline.minutes_per_item - baseline.error_minutes)
        high = baseline.minutes_per_item + baseline.error_minutes
        parts.append(f"95％信頼区間 {low:.2f}～{high:.2f}分")
    few = "、件数が少ない" if baseline.samples < FEW_SAMPLES else ""
    parts.append(f"{baseline.samples:,}件{few}")
    parts.append(f"{letter_date(baseline.measured_on)}まで")
    parts.append(baseline.measured_by)
    return f"{minutes}（{'、'.join(parts)}）"


def pay_back_words(found: PayBack | None) -> str:
    """Return the pay-back month in Japanese.

    Examples:
        >>> pay_back_words(PayBack(dt.date(2028, 2, 1), expected=True))
        '令和10年2月（見込み）'
        >>> pay_back_words(PayBack(None, expected=True))
        '回収の見込みがありません'
    """
    if found is None:
        return "経費の記入がありません"
    if found.month is None:
        return "回収の見込みがありません"
    return month_title(found.month) + ("（見込み）" if found.expected else "")


def clock_words(duration_ms: int) -> str:
    """Return a time to the second, as the account has it.

    Examples:
        >>> clock_words(4_442_000_000), clock_words(-61_000)
        ('1,233時間53分20秒', '-0時間01分01秒')
    """
    seconds = (abs(duration_ms) + 500) // 1000
    sign = "-" if duration_ms < 0 and seconds else ""
    hours, rest = divmod(seconds, 3600)
    return f"{sign}{hours:,}時間{rest // 60:02d}分{rest % 60:02d}秒"


def hours_words(duration_ms: int) -> str:
    """Return hours with one decimal.

    Examples:
        >>> hours_words(4_442_000_000), hours_words(-1)
        ('1,233.9', '0.0')
    """
    text = f"{duration_ms / MS_PER_HOUR:,.1f}"
    return "0.0" if text == "-0.0" else text


def share_words(share: float | None) -> str:
    """Return a share in whole percent; － when there is none.

    Examples:
        >>> share_words(0.784), share_words(None), share_words(-9.125)
        ('78%', '－', '-912%')
    """
    return "－" if share is None else f"{share:.0%}"


def yen_words(yen: int | None) -> str:
    """Return yen, or 仮.

    Examples:
        >>> yen_words(45_000_000), yen_words(None)
        ('45,000,000円', '仮')
    """
    return ESTIMATE if yen is None else f"{yen:,}円"


def total_yen_words(table: SavingsTable) -> str:
    """Return the total in yen, marked when rows without yen are left out."""
    mark = f"（{ESTIMATE}を除く）" if table.yen is not None and table.estimates else ""
    return yen_words(table.yen) + mark


def _titles(rows: Sequence[JobSavings]) -> str:
    return "、".join(row.title for row in rows)


def _is_estimate(job: str, table: SavingsTable) -> bool:
    return any(row.job == job and row.estimate for row in table.jobs)


def _years(
    ever: Sequence[SavingsSum], rules: SavingsRules, end: dt.date
) -> tuple[YearWorth, ...]:
    if not rules.costs:
        return ()
    return year_worths(_worth_by_month(ever, rules), rules.costs, until=end)


def _worth_by_month(
    ever: Sequence[SavingsSum], rules: SavingsRules
) -> dict[dt.date, int]:
    """Return yen by month, without what was counted at estimates."""
    months: dict[dt.date, list[SavingsSum]] = {}
    unmeasured = {one.job for one in ever if one.estimated}
    for one in ever:
        newest = baseline_in_force(
            rules.baselines, one.job, Period.month(one.month).last
        )
        if one.job not in unmeasured and newest is not None and newest.samples:
            months.setdefault(one.month, []).append(one)
    return {month: worth_yen(own, rules) for month, own in months.items()}


def _per_item(
    measured: Sequence[SavingsSum], rules: SavingsRules, spent_yen: int
) -> CostPerItem | None:
    """Return what an item of the measured jobs costs, before and now."""
    saved = worth_yen(measured, rules)
    before = worth_yen([_only_before(one) for one in measured], rules)
    return cost_per_item(
        items=sum(one.items + one.by_hand_items for one in measured),
        before_yen=before,
        after_yen=before - saved,
        money_yen=spent_yen,
    )


def _only_before(one: SavingsSum) -> SavingsSum:
    """Return a sum with all its items at the baseline and nothing spent."""
    return SavingsSum(
        job=one.job,
        month=one.month,
        minutes_per_item=one.minutes_per_item,
        samples=one.samples,
        lines=one.lines,
        items=one.items + one.by_hand_items,
        by_hand_items=0,
        exception_items=0,
        machine_ms=0,
        attended_ms=0,
        review_ms=0,
        upkeep_ms=0,
        exception_ms=0,
    )
