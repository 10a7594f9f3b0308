"""Command-line arguments as staff write them."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterator, Sequence

import typer

from tasks.domain.errors import NeedsPersonError
from tasks.domain.lists_and_ledgers.ledger_values import tax_status_of
from tasks.domain.normal_forms.dates import normalize_date
from tasks.domain.records import TaxStatus
from tasks.domain.taxes.delinquency import SPECIAL


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


def read_state(
    text: str, *, until: dt.date, today: dt.date
) -> tuple[TaxStatus, dt.date, dt.date]:
    """Return the special state that 執行停止:R8.4.1:R8.6.30 means, with its days.

    Args:
        text: State, first day, last day; the last one may be left out.
        until: Last day of a state that goes on.
        today: For the plausibility of dates.

    Raises:
        NeedsPersonError: DATE-001 when a day is none.
        BadParameter: The state is not known, or ends before it begins.

    Examples:
        >>> day = dt.date(2026, 11, 20)
        >>> read_state("執行停止：R8.4.1", until=day, today=day)[1:]
        (datetime.date(2026, 4, 1), datetime.date(2026, 11, 20))
    """
    words = unicodedata.normalize("NFKC", text).split(":")
    state = tax_status_of(words[0])
    if len(words) not in (2, 3) or state not in SPECIAL:
        raise typer.BadParameter("", param_hint=_STATE_EXPECTED)
    first = read_day(words[1], today=today, what="--during")
    last = until
    if len(words) == 3 and words[2].strip():
        last = read_day(words[2], today=today, what="--during")
    if last < first:
        raise typer.BadParameter("", param_hint=_STATE_EXPECTED)
    return state, first, last


_STATE_EXPECTED = "--during 状態:初日:末日（例 執行停止:R8.4.1:R8.6.30）"
