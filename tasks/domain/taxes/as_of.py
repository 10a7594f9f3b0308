"""収納反映日: the day up to which payments are posted, held against today and the ledgers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from tasks.domain.errors import NeedsPersonError
from tasks.domain.lists_and_ledgers.sources import InputNote, Role, SourceFile

_LINES_OF_A_CITY = 1_000
_FURTHEST_BACK_DAYS = 366
"""An answer further back than this is about another time than the ledgers'."""


def posted_until(sources: Iterable[SourceFile]) -> dt.date | None:
    """Return the newest 収納日 of the tax ledgers; None when none of them has one.

    Ledgers of a run are written out together, and a tax due in May has no payment in
    October, so the newest day of all of them counts (docs/decisions/0008). Ledgers
    that fall behind it are told by `behind`.

    Examples:
        >>> car = SourceFile(Role.TAXES, "a", "", 1, posted_until=dt.date(2026, 6, 1))
        >>> land = SourceFile(Role.TAXES, "b", "", 1, posted_until=dt.date(2026, 10, 31))
        >>> posted_until([car, land, SourceFile(Role.TAXES, "c", "", 1)])
        datetime.date(2026, 10, 31)
    """
    days = [source.posted_until for source in sources if source.role is Role.TAXES]
    return max((day for day in days if day is not None), default=None)


def behind(
    sources: Iterable[SourceFile], as_of: dt.date, *, lag_days: int
) -> tuple[str, ...]:
    """Return the tax ledgers whose newest 収納日 lies further back than the lag window.

    Such a ledger may have been written out earlier than the as-of date, and would
    accuse people who paid since: staff must look.

    Examples:
        >>> car = SourceFile(Role.TAXES, "a.csv", "", 1, posted_until=dt.date(2026, 6, 1))
        >>> behind([car], dt.date(2026, 10, 31), lag_days=21)
        ('a.csv',)
    """
    limit = as_of - dt.timedelta(days=lag_days)
    return tuple(
        source.file
        for source in sources
        if source.role is Role.TAXES
        and source.posted_until is not None
        and source.posted_until < limit
    )


def proven_until(sources: Sequence[SourceFile]) -> dt.date | None:
    """Return the newest 収納日 where it shows when the ledgers were written out.

    In a city somebody pays nearly every day. Of few lines the newest payment may lie
    long before that day.

    Examples:
        >>> day = dt.date(2026, 9, 15)
        >>> few = SourceFile(Role.TAXES, "a.csv", "", 40, posted_until=day)
        >>> city = SourceFile(Role.TAXES, "b.csv", "", 40_000, posted_until=day)
        >>> proven_until([few]), proven_until([few, city])
        (None, datetime.date(2026, 9, 15))
    """
    lines = sum(source.rows for source in sources if source.role is Role.TAXES)
    return posted_until(sources) if lines >= _LINES_OF_A_CITY else None


def too_old(as_of: dt.date, *, today: dt.date, valid_days: int) -> InputNote | None:
    """Return a note where the answer is older than it is allowed to become.

    An answer that holds for 30 days and says how things stood 60 days ago has expired
    before it is given.

    Examples:
        >>> day = dt.date(2026, 10, 31)
        >>> too_old(day, today=dt.date(2026, 11, 20), valid_days=30) is None
        True
        >>> too_old(day, today=dt.date(2027, 1, 4), valid_days=30).code
        'as_of_old'
    """
    days = (today - as_of).days
    if days <= valid_days:
        return None
    message = (
        f"収納反映日が{days}日前で、回答の有効日数（{valid_days}日）より古くなっています。"
        "新しい台帳で調べ直してください。"
    )
    return InputNote("", "収納反映日", "as_of_old", message)


def refuse_day_to_come(as_of: dt.date, *, today: dt.date) -> None:
    """Refuse an as-of date that has not come: nothing can be posted up to it.

    Raises:
        NeedsPersonError: DATE-003.
    """
    if as_of > today:
        raise NeedsPersonError(
            "DATE-003", f"as-of date {as_of} is later than today, {today}"
        )


def refuse_another_time(as_of: dt.date, sources: Sequence[SourceFile]) -> None:
    """Refuse an as-of date more than 366 days before the newest day of the ledgers.

    That day is the newest 収納日; where no ledger has one, the newest 納期限.

    Raises:
        NeedsPersonError: DATE-003.
    """
    posted = [source.posted_until for source in sources if source.posted_until]
    due = [source.newest_due for source in sources if source.newest_due]
    what, newest = (
        ("収納日", max(posted)) if posted else ("納期限", max(due, default=None))
    )
    if newest is None:
        return
    days = (newest - as_of).days
    if days > _FURTHEST_BACK_DAYS:
        raise NeedsPersonError(
            "DATE-003",
            f"as-of date {as_of} is {days} days before the newest {what} of the "
            f"ledgers, {newest}",
        )
