"""The whole statement of a period: the table, its worth, and what a reader must know."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tasks.domain.hours_saved.baseline_study import FEW_SAMPLES, MeasuredBaseline
from tasks.domain.hours_saved.known_baselines import KnownBaselines
from tasks.domain.hours_saved.savings import MS_PER_HOUR, SavingsSum
from tasks.domain.hours_saved.savings_table import (
    Effort,
    JobSavings,
    Quality,
    SavingsTable,
    measured,
    savings_table,
    worth_yen,
)
from tasks.domain.hours_saved.savings_worth import (
    CostPerItem,
    PayBack,
    YearWorth,
    cost_per_item,
    monthly_costs,
    pay_back,
    year_worths,
)
from tasks.domain.normal_forms.letter_dates import letter_date
from tasks.domain.office.periods import Period, month_title
from tasks.domain.office.settings import Baseline, SavingsRules

ESTIMATE = "仮"
NO_COSTS = "経費の記入がありません"


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
    """Worth less the costs of the period; None when no job was measured, or nobody
    has written down what anything cost."""
    spent_yen: int
    """Costs of the months of the period."""
    today: dt.date
    account: Effort = field(default_factory=Effort)
    """What the account itself comes to, added up apart from jobs and months."""
    late: tuple[int, int] = (0, 0)
    """Entries typed in after the period, and the milliseconds that they save."""

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
    known: KnownBaselines,
    period: Period,
    quality: dict[str, Quality],
    today: dt.date,
) -> SavingsStatement:
    """Return the statement of a period.

    Args:
        within: All lines of the period, added up.
        ever: All lines up to its last day: pay-back looks at these.
        known: Baselines (measured versions among them), rates and costs.
        period: Days of the report.
        quality: By job.
        today: Costs of months after it, and after the period, are not yet spent.
    """
    rules = known.rules
    table = savings_table(within, known, period, quality)
    end = min(period.last, today)
    spent = monthly_costs(rules.costs)
    spent_yen = sum(
        sum(spent.get(month, (0, 0))) for month in period.months() if month <= end
    )
    worth = _worth_by_month(ever, known)
    return SavingsStatement(
        table=table,
        rules=rules,
        years=year_worths(worth, rules.costs, until=end) if rules.costs else (),
        pay_back=pay_back(worth, rules.costs, today=end),
        per_item=_per_item(measured(within), known, spent_yen),
        net_yen=table.yen - spent_yen
        if rules.costs and table.yen is not None
        else None,
        spent_yen=spent_yen,
        today=today,
    )


def notes(statement: SavingsStatement) -> tuple[str, ...]:
    """Return in Japanese what a reader must know beside the figures."""
    return (
        *rate_notes(statement),
        "導入前は、実測した1件あたりの時間に件数を掛けたものです。導入後には、機械に付いていた時間（立会い）、質問の確認にかかった"
        "実測の時間、手作業に回った分（導入前と同じ時間）、例外対応、維持の手間をすべて含みます。",
        "時間は0.1時間未満を四捨五入、削減率は0.1％未満を切り捨てて示すので、内訳の和と合計の末位が合わないことがあります。"
        "秒までの値は CSV と Excel の「台帳との突合」にあります。",
        *_period_notes(statement),
        *_guess_notes(statement.table),
        *_job_notes(statement),
    )


def _period_notes(statement: SavingsStatement) -> Iterator[str]:
    """Yield what is odd about the days of the report."""
    period, today = statement.period, statement.today
    if period.last > today:
        yield (
            f"まだ終わっていない期間です。{letter_date(today)}までの記録で、それより後は数えていません。"
        )
    if not period.whole_months:
        yield (
            "月の途中で区切った期間です。経費はその月の全額、毎月決まった維持の手間は各月1日の分だけが入っています。"
        )
    if statement.late[0]:
        yield (
            f"この期間の仕事として、期間の終わった後に付けられた記入が {statement.late[0]:,}件あります"
            f"（削減 {hours_words(statement.late[1])}時間）。その前に出した報告とは数字が違います。"
        )
    if not statement.rules.costs:
        yield (
            "経費（導入・運用）の記入がないので、差引と投資の回収は出していません（configs/baselines.yaml の costs）。"
        )


def _guess_notes(table: SavingsTable) -> Iterator[str]:
    """Yield what rests on guesses, and what is left out of the yen for it."""
    if not table.estimates:
        return
    guessed = table.guessed
    yield (
        f"「{ESTIMATE}」は、導入前の時間を測っていない業務を見込みで数えた分です（{_titles(table.estimates)}）。"
        f"削減の時間のうち {hours_words(guessed.saved_ms)}時間がこれに当たります。{ESTIMATE}の月は、削減も、職員が使った時間"
        f"（{hours_words(guessed.after_ms)}時間）も、金額に入れていません。yakuba baseline record で測って採用した月から金額が出ます。"
    )


def _job_notes(statement: SavingsStatement) -> Iterator[str]:
    """Yield what must be known of single jobs."""
    table = statement.table
    few = [
        row
        for row in table.jobs
        if any(0 < one.samples < FEW_SAMPLES for one in row.baselines)
    ]
    for rows, words in (
        (table.losing, "手作業より時間がかかった業務: {}"),
        (
            few,
            f"導入前の計測が{FEW_SAMPLES}件に満たず、まだ確かでない業務: {{}}",
        ),
        (
            [row for row in table.jobs if row.changed],
            "記録した後に、設定の導入前の基準が書き換えられている業務: {}（数字は、記録した時の基準のままです）",
        ),
        (
            [row for row in table.jobs if row.removed],
            "いまは設定にない業務: {}（記録した時の業務名と単価で示しています）",
        ),
        (
            statement.upkeep_missing,
            "維持の手間の記入がない業務: {}（yakuba account upkeep で付けてください）",
        ),
        (
            [
                row
                for row in table.jobs
                if row.effort.items and not row.effort.attended_ms
            ],
            "立会い（スキャン・開始・結果の受け取り）の記入がない業務: {}（yakuba account attended で付けてください）",
        ),
    ):
        if rows:
            yield words.format(_titles(rows))


def rate_notes(statement: SavingsStatement) -> tuple[str, ...]:
    """Return each hourly rate used, with its basis."""
    rates = dict.fromkeys(
        rate
        for row in statement.table.jobs
        if row.yen is not None
        for rate in row.rates
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
        '6.00分（95％信頼区間 5.60～6.40分、40件、令和8年4月10日まで、税務課、1件ずつの計測の記録なし）'
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
    if not isinstance(baseline, MeasuredBaseline):
        parts.append("1件ずつの計測の記録なし")
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
        return NO_COSTS
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


def share_words(effort: Effort) -> str:
    """Return 削減率, cut off after 0.1 %: never more than was saved. － without 導入前.

    Examples:
        >>> share_words(Effort(before_ms=1000, review_ms=216))
        '78.4%'
        >>> share_words(Effort(before_ms=100_000, review_ms=1))
        '99.9%'
        >>> share_words(Effort(before_ms=100_000, review_ms=100_001))
        '-0.1%'
        >>> share_words(Effort(review_ms=1))
        '－'
    """
    if effort.share_permyriad is None:
        return "－"
    permille = effort.share_permyriad // 10
    sign = "-" if permille < 0 else ""
    return f"{sign}{abs(permille) // 10:,}.{abs(permille) % 10}%"


def yen_words(yen: int | None) -> str:
    """Return yen, or 仮.

    Examples:
        >>> yen_words(45_000_000), yen_words(None)
        ('45,000,000円', '仮')
    """
    return ESTIMATE if yen is None else f"{yen:,}円"


def row_yen_words(row: JobSavings) -> str:
    """Return a row's yen, marked when months that rest on guesses are left out."""
    return yen_words(row.yen) + (f"（{ESTIMATE}の月を除く）" if row.partly else "")


def total_yen_words(table: SavingsTable) -> str:
    """Return the total in yen, marked when anything without yen is left out."""
    mark = f"（{ESTIMATE}を除く）" if table.yen is not None and table.estimates else ""
    return yen_words(table.yen) + mark


def net_words(statement: SavingsStatement) -> str:
    """Return what is left after costs, or why it cannot be told."""
    if not statement.rules.costs:
        return NO_COSTS
    return yen_words(statement.net_yen)


def title_words(row: JobSavings) -> str:
    """Return 業務名 with the mark of what rests on guesses."""
    if row.estimate:
        return f"{row.title}（{ESTIMATE}）"
    return f"{row.title}（一部{ESTIMATE}）" if row.partly else row.title


def _titles(rows: Sequence[JobSavings]) -> str:
    return "、".join(row.title for row in rows)


def _worth_by_month(
    ever: Sequence[SavingsSum], known: KnownBaselines
) -> dict[dt.date, int]:
    """Return yen by month, without what was counted at guesses."""
    months: dict[dt.date, list[SavingsSum]] = {}
    for one in measured(ever):
        months.setdefault(one.month, []).append(one)
    return {month: worth_yen(own, known) for month, own in months.items()}


def _per_item(
    worth: Sequence[SavingsSum],
    known: KnownBaselines,
    spent_yen: int,
) -> CostPerItem | None:
    """Return what an item of the measured jobs costs, before and now."""
    saved = worth_yen(worth, known)
    before = worth_yen([_only_before(one) for one in worth], known)
    return cost_per_item(
        items=sum(one.items + one.by_hand_items for one in worth),
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
