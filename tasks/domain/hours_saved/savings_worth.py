"""What the hours saved are worth against what they cost: net yen and pay-back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tasks.domain.hours_saved.savings_table import rounded
from tasks.domain.office.periods import MONTHS_A_YEAR, fiscal_year_of, months_after
from tasks.domain.office.settings import YearCost

_LONGEST_MONTHS = 50 * MONTHS_A_YEAR
"""Beyond this a pay-back is called out of sight."""


@dataclass(frozen=True, slots=True)
class YearWorth:
    """One fiscal year in yen."""

    year: int
    worth_yen: int
    introduction_yen: int
    running_yen: int

    @property
    def cost_yen(self) -> int:
        """Return both costs."""
        return self.introduction_yen + self.running_yen

    @property
    def net_yen(self) -> int:
        """Return what is left of the worth; negative when it cost more."""
        return self.worth_yen - self.cost_yen


@dataclass(frozen=True, slots=True)
class PayBack:
    """The month in which worth has made up for all costs."""

    month: dt.date | None
    """First day; None when it is out of sight."""
    expected: bool
    """True when the month lies ahead, reckoned from the last months."""


@dataclass(frozen=True, slots=True)
class CostPerItem:
    """What an item costs, in yen of staff time and of money."""

    before_yen: int
    """By hand, before."""
    staff_yen: int
    """Staff time now."""
    money_yen: int
    """Costs of the period by item."""

    @property
    def after_yen(self) -> int:
        """Return all that an item costs now."""
        return self.staff_yen + self.money_yen


def year_worths(
    worth_by_month: Mapping[dt.date, int], costs: Sequence[YearCost], *, until: dt.date
) -> tuple[YearWorth, ...]:
    """Return each fiscal year that has worth or costs, oldest first.

    Args:
        worth_by_month: First day of a month: yen saved; may be negative.
        costs: As configured.
        until: A running year bears the costs of its months up to this day only.

    Examples:
        笠間市's plan: 15,000 h at ¥3,000, ¥22 M once, ¥20 M a year.

        >>> worth = {months_after(dt.date(2026, 4, 1), n): 3_750_000 for n in range(24)}
        >>> plan = [
        ...     YearCost(year=2026, what="導入", introduction_yen=22_000_000, running_yen=20_000_000),
        ...     YearCost(year=2027, what="運用", running_yen=20_000_000),
        ... ]
        >>> [one.net_yen for one in year_worths(worth, plan, until=dt.date(2028, 3, 31))]
        [3000000, 25000000]
    """
    spent = monthly_costs(costs)
    last = until.replace(day=1)
    months = sorted({*worth_by_month, *spent})
    years: dict[int, list[dt.date]] = {}
    for month in months:
        if month <= last:
            years.setdefault(fiscal_year_of(month), []).append(month)
    return tuple(
        YearWorth(
            year,
            sum(worth_by_month.get(month, 0) for month in own),
            sum(spent.get(month, (0, 0))[0] for month in own),
            sum(spent.get(month, (0, 0))[1] for month in own),
        )
        for year, own in years.items()
    )


def monthly_costs(costs: Sequence[YearCost]) -> dict[dt.date, tuple[int, int]]:
    """Return introduction and running yen of every month that bears any.

    The twelve parts of a year's running costs add up to it to the yen.
    """
    found: dict[dt.date, tuple[int, int]] = {}
    for one in costs:
        april = dt.date(one.year, 4, 1)
        paid_in = (one.introduced_in - 4) % MONTHS_A_YEAR
        for number in range(MONTHS_A_YEAR):
            month = months_after(april, number)
            begun, ended = (
                one.running_yen * done // MONTHS_A_YEAR for done in (number, number + 1)
            )
            introduction = one.introduction_yen if number == paid_in else 0
            if introduction or ended - begun:
                before = found.get(month, (0, 0))
                found[month] = (before[0] + introduction, before[1] + ended - begun)
    return found


def pay_back(
    worth_by_month: Mapping[dt.date, int], costs: Sequence[YearCost], *, today: dt.date
) -> PayBack | None:
    """Return the month in which the worth has paid for all costs; None without costs.

    That is the first month from which on the balance never falls below zero again, as
    far as costs are known: worth that came before an introduction was paid has not
    paid for it. Months after today are reckoned at the average of the last twelve
    (fewer where worth began later; months without any count as nothing), and at the
    running costs of the last year configured.

    Examples:
        >>> worth = {months_after(dt.date(2026, 4, 1), n): 3_750_000 for n in range(12)}
        >>> plan = [YearCost(year=2026, what="x", introduction_yen=22_000_000, running_yen=20_000_000)]
        >>> pay_back(worth, plan, today=dt.date(2027, 3, 31)).month
        datetime.date(2027, 2, 1)
    """
    spent = monthly_costs(costs)
    if not spent:
        return None
    this_month = today.replace(day=1)
    last_year = max(one.year for one in costs)
    running = rounded(
        sum(one.running_yen for one in costs if one.year == last_year), MONTHS_A_YEAR
    )
    usual = _usual_worth(worth_by_month, this_month)
    known_until = max(this_month, *spent)
    bought = min(
        (month for month, (introduction, _) in spent.items() if introduction),
        default=min(spent),
    )
    month = min([*spent, *(one for one in worth_by_month if one <= this_month)])
    balance, found = 0, None
    for _ in range(_LONGEST_MONTHS):
        ahead = month > this_month
        known = month in spent or fiscal_year_of(month) <= last_year
        cost = sum(spent.get(month, (0, 0))) if known else running
        balance += (usual if ahead else worth_by_month.get(month, 0)) - cost
        if balance < 0:
            found = None
        elif found is None and month >= bought:
            found = PayBack(month, ahead)
        if found is not None and month >= known_until:
            return found
        month = months_after(month, 1)
    return PayBack(None, expected=True)


def _usual_worth(worth_by_month: Mapping[dt.date, int], this_month: dt.date) -> int:
    """Return the worth of a month to come, from the last twelve at most."""
    past = [month for month in worth_by_month if month <= this_month]
    if not past:
        return 0
    first = max(min(past), months_after(this_month, 1 - MONTHS_A_YEAR))
    count = (
        (this_month.year - first.year) * MONTHS_A_YEAR
        + this_month.month
        - first.month
        + 1
    )
    return rounded(
        sum(worth_by_month.get(months_after(first, n), 0) for n in range(count)), count
    )


def cost_per_item(
    *, items: int, before_yen: int, after_yen: int, money_yen: int
) -> CostPerItem | None:
    """Return what one item costs before and now; None without items.

    Args:
        items: Done in the period, by machine or by hand.
        before_yen: Worth of 導入前.
        after_yen: Worth of 導入後.
        money_yen: Costs of the period.

    Examples:
        >>> cost_per_item(items=1000, before_yen=300_000, after_yen=60_000, money_yen=90_000)
        CostPerItem(before_yen=300, staff_yen=60, money_yen=90)
    """
    if items <= 0:
        return None
    return CostPerItem(
        rounded(before_yen, items), rounded(after_yen, items), rounded(money_yen, items)
    )
