"""What somebody writes into a field, and what it means."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from sample_docs.ledgers import era


@dataclass(frozen=True, slots=True)
class Entry:
    """One filled field."""

    text: str = field(default="", repr=False)
    """As written; empty for marks."""
    value: str = field(default="", repr=False)
    """What it means: ISO date, integer yen, else the text."""
    parts: tuple[str, ...] = field(default=(), repr=False)
    """What goes into each gap of the print, where there are gaps."""
    chosen: tuple[str, ...] = ()
    """Printed words to mark."""
    marked: bool = False
    """Check box ticked, sealed, signed."""


NOTHING = Entry()


def plain(text: str) -> Entry:
    """Return an entry that means what it says."""
    return Entry(text, text)


def ticked(*, yes: bool = True) -> Entry:
    """Return a mark, or none."""
    return Entry(marked=yes)


def chosen(*words: str) -> Entry:
    """Return printed words to mark."""
    return Entry(chosen=words)


def yen(amount: int, *, commas: bool = True) -> Entry:
    """Return an amount.

    Examples:
        >>> yen(12000).text
        '12,000'
    """
    return Entry(f"{amount:,}" if commas else str(amount), str(amount))


def day(when: dt.date, *, circled: bool = False, written_era: bool = True) -> Entry:
    """Return a date in 和暦, its era circled or written before the year."""
    text = era(when, "kanji")
    name, rest = text[:2], text[2:]
    year, rest = rest.split("年")
    month, last = rest.rstrip("日").split("月")
    parts = (year, month, last)
    if circled:
        return Entry(f"{year}年{rest}", when.isoformat(), parts, chosen=(name,))
    if written_era:
        return Entry(text, when.isoformat(), (name + year, month, last))
    return Entry(f"{year}年{rest}", when.isoformat(), parts)


def western(when: dt.date) -> Entry:
    """Return a date in Western years."""
    text = f"{when.year}年{when.month}月{when.day}日"
    return Entry(
        text, when.isoformat(), (str(when.year), str(when.month), str(when.day))
    )


def postal(code: str, *, cells: bool) -> Entry:
    """Return a postal code, seven digits, with a hyphen unless it has cells."""
    return Entry(
        code if cells else f"{code[:3]}-{code[3:]}", code, (code[:3], code[3:])
    )
