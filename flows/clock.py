"""The only reader of the clock: office time."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

OFFICE = ZoneInfo("Asia/Tokyo")
"""Every municipality of Japan keeps this time."""


def now() -> dt.datetime:
    """Return the present moment in office time, with its zone."""
    return dt.datetime.now(tz=OFFICE)


def today() -> dt.date:
    """Return the present day of the office."""
    return now().date()
