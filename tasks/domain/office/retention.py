"""How long records are kept: whole fiscal years, as offices count them."""

from __future__ import annotations

import datetime as dt

from tasks.domain.office.periods import fiscal_year_of


def first_kept_day(today: dt.date, *, keep_years: int) -> dt.date:
    """Return the first day whose records are still kept.

    Years are counted from the 1 April after a record was made, as 文書保存規程 do.

    Args:
        today: The present day.
        keep_years: 保存年数, at least 1.

    Examples:
        What was made in 令和8年度 and is kept for five years goes on 1 April 2032.

        >>> first_kept_day(dt.date(2032, 3, 31), keep_years=5).isoformat()
        '2026-04-01'
        >>> first_kept_day(dt.date(2032, 4, 1), keep_years=5).isoformat()
        '2027-04-01'
    """
    return dt.date(fiscal_year_of(today) - keep_years, 4, 1)
