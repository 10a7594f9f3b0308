"""How long somebody waits who keeps giving a wrong password.

The delay doubles with each failure and has an upper bound, so nobody is locked out for
ever by another's guesses. Failures of a browser that had signed in before are counted
apart (OWASP, "Slow Down Online Guessing Attacks with Device Cookies"): guessing from
elsewhere does not delay the member of staff at the usual PC.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

FORGOTTEN_AFTER = dt.timedelta(hours=24)
"""Without a failure."""
_MOST_DOUBLINGS = 20


@dataclass(frozen=True, slots=True)
class DelayRule:
    """What a failure costs."""

    free: int
    """Failures in a row before the first delay."""
    longest: dt.timedelta


def delay(failures: int, rule: DelayRule) -> dt.timedelta:
    """Return how long to wait after this many failures in a row: 1 s, 2 s, 4 s ...

    Examples:
        >>> rule = DelayRule(free=5, longest=dt.timedelta(minutes=15))
        >>> [delay(n, rule).total_seconds() for n in (0, 4, 5, 6, 7, 99)]
        [0.0, 0.0, 1.0, 2.0, 4.0, 900.0]
    """
    if failures < rule.free:
        return dt.timedelta(0)
    doubled = 1 << min(failures - rule.free, _MOST_DOUBLINGS)
    return min(dt.timedelta(seconds=doubled), rule.longest)


def wait_left(
    failures: int, last_at: dt.datetime, *, now: dt.datetime, rule: DelayRule
) -> dt.timedelta:
    """Return how long somebody must still wait; zero when nothing has to be waited."""
    return max(last_at + delay(failures, rule) - now, dt.timedelta(0))
