"""Command-line arguments as staff write them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from tasks.domain.dates import normalize_date
from tasks.domain.errors import NeedsPersonError


def spread(arguments: Sequence[str], *, options: frozenset[str]) -> list[str]:
    """Return the arguments with `--persons A B` written as `--persons A --persons B`.

    Staff pass several files after one option; the command-line library wants the
    option before each.

    Examples:
        >>> spread(["check", "--taxes", "a", "b", "--out", "o"], options=frozenset({"--taxes"}))
        ['check', '--taxes', 'a', '--taxes', 'b', '--out', 'o']
    """
    return list(_spread(arguments, options))


def _spread(arguments: Sequence[str], options: frozenset[str]) -> Iterator[str]:
    current: str | None = None
    first = False
    for word in arguments:
        if word in options:
            current, first = word, True
            yield word
        elif word.startswith("--"):
            current = None
            yield word
        else:
            if current is not None and not first:
                yield current
            first = False
            yield word


def read_day(text: str, *, today: dt.date, what: str) -> dt.date:
    """Return the day that a text such as 2026-10-31 or 令和8年10月31日 means.

    Args:
        text: As written by staff.
        today: For the plausibility of dates.
        what: Name of the argument, for the message.

    Raises:
        NeedsPersonError: DATE-001 when it is no single day.

    Examples:
        >>> read_day("R8.10.31", today=dt.date(2026, 11, 20), what="as_of")
        datetime.date(2026, 10, 31)
    """
    value = normalize_date(text, today=today).value
    if value is None or value.precision != "day":
        raise NeedsPersonError("DATE-001", f"{what}: expected a day such as 2026-10-31")
    return value.date
