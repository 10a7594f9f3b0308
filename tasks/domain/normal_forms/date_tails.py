"""What stands behind a date and is no part of it: time, weekday, 生, 付, 不詳."""

from __future__ import annotations

import re

_TIME = re.compile(
    r"(?<=[0-9日)])[T ]?(?P<time>[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)(?:Z|[+\-][0-9:]{4,6})?$"
)
_TIME_IN_WORDS = re.compile(
    r"(?<=[日)]) ?(?:午[前後])? ?(?P<time>[0-9]{1,2} ?時(?: ?(?:[0-9]{1,2} ?分|半))?(?: ?[0-9]{1,2} ?秒)?)$"
)
_WEEKDAY_LONG = re.compile(r"(?:\([月火水木金土日](?:曜日?)?\)|[月火水木金土日]曜日?)$")
_WORD = re.compile(r" ?(?:生まれ|生れ|生|付け?|現在)$")
_UNKNOWN = re.compile(r"(?<=[年月]) ?(?:月日|月|日)?(?:不詳|不明)$")


def without_tail(plain: str) -> tuple[str, str, tuple[str, ...]]:
    """Return text without what stands behind the date, the weekday, and notes.

    Args:
        plain: Folded text.

    Returns:
        Notes: time_dropped (a time other than midnight), day_unknown (the register says
        that the rest of the date is not known).

    Examples:
        >>> without_tail("2023/4/1(土) 9:30")
        ('2023/4/1', '土', ('time_dropped',))
        >>> without_tail("昭和60年4月日不詳")
        ('昭和60年4月', '', ('day_unknown',))
    """
    notes: tuple[str, ...] = ()
    plain = _WORD.sub("", plain)
    for pattern in (_TIME, _TIME_IN_WORDS):
        time = pattern.search(plain)
        if time:
            plain = plain[: time.start()]
            if re.sub("[0:. 時分秒]", "", time["time"]):
                notes = ("time_dropped",)
    unknown = _UNKNOWN.search(plain)
    if unknown:
        plain, notes = plain[: unknown.start()], (*notes, "day_unknown")
    weekday = ""
    plain = plain.rstrip()
    long_form = _WEEKDAY_LONG.search(plain)
    if long_form:
        weekday = next(c for c in long_form[0] if c in "月火水木金土日")
        plain = plain[: long_form.start()]
    return plain.strip(), weekday, notes
