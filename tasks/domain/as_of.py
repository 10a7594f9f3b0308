"""収納反映日: the day up to which payments are posted, held against today and the ledgers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from tasks.domain.errors import NeedsPersonError
from tasks.domain.sources import Role, SourceFile

_FURTHEST_BACK_DAYS = 366
"""An answer further back than this is about another time than the ledgers'."""


def posted_until(sources: Iterable[SourceFile]) -> dt.date | None:
    """Return the day up to which all tax ledgers have payments; None when one is silent.

    It is the earliest of the ledgers' newest 収納日: the ledger written out first
    decides.

    Examples:
        >>> car = SourceFile(Role.TAXES, "a", "", 1, posted_until=dt.date(2026, 10, 30))
        >>> land = SourceFile(Role.TAXES, "b", "", 1, posted_until=dt.date(2026, 10, 31))
        >>> posted_until([car, land])
        datetime.date(2026, 10, 30)
        >>> posted_until([car, SourceFile(Role.TAXES, "c", "", 1)]) is None
        True
    """
    days = [source.posted_until for source in sources if source.role is Role.TAXES]
    known = [day for day in days if day is not None]
    return min(known) if known and len(known) == len(days) else None


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
