"""Which pages make one application: joined by number, or by following each other.

A number or code that every sheet bears joins sheets in whatever order they were
scanned. Sheets without one are joined only when they follow each other in one file.
What cannot be proved to belong together is never joined, and told with a code.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ocr.model import PageReading

CONFLICT, INCOMPLETE, TWICE = "FORM-007", "FORM-008", "FORM-009"


@dataclass(frozen=True, slots=True)
class SheetRule:
    """What is known of one form as a sheet of an application."""

    form: str
    needs: frozenset[str] = frozenset()
    """Further sheets without which an application of this form is incomplete."""
    numbered: bool = False
    """It bears a number or code that joins sheets."""
    repeats: bool = False
    """An application may have several of it."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of one file."""

    document: str
    """SHA-256 of the file."""
    page: PageReading


@dataclass(frozen=True, slots=True)
class Application:
    """The sheets of one application, its first sheet first."""

    sheets: tuple[Sheet, ...]
    number: str = field(default="", repr=False)
    trouble: str | None = None
    """FORM-007 numbers speak against it or cannot be read, FORM-008 a sheet is
    missing, FORM-009 a sheet is there twice; None when all is well."""


def join_sheets(
    sheets: Sequence[Sheet], rules: Mapping[str, SheetRule]
) -> tuple[Application, ...]:
    """Return the applications that the pages make, by their first page.

    Empty sheets are left out. A page that could not be read is left out, too, and
    nothing is joined over it.

    Args:
        sheets: In the order of scanning, file by file.
        rules: By form identifier; forms without a rule are whole applications.

    Examples:
        >>> front = PageReading(1, "a", "1", 0, 0.1, False, ())
        >>> back = PageReading(2, "b", "1", 0, 0.1, False, (), continues="a")
        >>> found = join_sheets([Sheet("f", front), Sheet("f", back)], {})
        >>> [sheet.page.page for sheet in found[0].sheets]
        [1, 2]
    """
    numbered: dict[str, list[Sheet]] = {}
    groups: list[tuple[str, list[Sheet]]] = []
    last: list[Sheet] | None = None
    for sheet in sheets:
        page = sheet.page
        if page.blank_page:
            continue
        if page.trouble is not None or page.form is None:
            last = None
            continue
        if page.bound_by:
            known = numbered.get(page.bound_by)
            if known is None:
                known = numbered[page.bound_by] = []
                groups.append((page.bound_by, known))
            known.append(sheet)
            last = known
            continue
        if last is not None and _follows(sheet, last, rules):
            last.append(sheet)
            continue
        last = [sheet]
        groups.append(("", last))
    return tuple(_judged(number, group, rules) for number, group in groups)


def _follows(
    sheet: Sheet, group: Sequence[Sheet], rules: Mapping[str, SheetRule]
) -> bool:
    """Tell whether a sheet without a number belongs to the sheets right before it."""
    page, before = sheet.page, group[-1]
    if page.continues is None or before.document != sheet.document:
        return False
    if _rule(page, rules).numbered or any(one.page.bound_by for one in group):
        return False
    return any(page.continues == one.page.form for one in group)


def _judged(
    number: str, group: Sequence[Sheet], rules: Mapping[str, SheetRule]
) -> Application:
    """Return a group as an application, with the first thing that is wrong."""
    ordered = tuple(sorted(group, key=lambda sheet: sheet.page.continues is not None))
    whole = Application(ordered, number)
    if not number and any(_rule(one.page, rules).numbered for one in group):
        return replace(whole, trouble=CONFLICT)
    firsts = [one for one in group if one.page.continues is None]
    forms = [one.page.form for one in group]
    if len({one.page.form for one in firsts}) > 1 or _of_strangers(group):
        return replace(whole, trouble=CONFLICT)
    if _twice(forms, rules) or len(firsts) > 1:
        return replace(whole, trouble=TWICE)
    if not firsts or not _needed(firsts, rules) <= set(forms):
        return replace(whole, trouble=INCOMPLETE)
    return whole


def _of_strangers(group: Sequence[Sheet]) -> bool:
    """Tell whether a first sheet stands beside a further sheet of another form."""
    forms = {one.page.form for one in group}
    return any(one.page.continues is None for one in group) and any(
        one.page.continues is not None and one.page.continues not in forms
        for one in group
    )


def _twice(forms: Iterable[str | None], rules: Mapping[str, SheetRule]) -> bool:
    seen: set[str | None] = set()
    for form in forms:
        rule = rules.get(form or "")
        may_repeat = rule is not None and rule.repeats
        if form in seen and not may_repeat:
            return True
        seen.add(form)
    return False


def _needed(
    firsts: Iterable[Sheet], rules: Mapping[str, SheetRule]
) -> frozenset[str | None]:
    return frozenset(form for one in firsts for form in _rule(one.page, rules).needs)


def _rule(page: PageReading, rules: Mapping[str, SheetRule]) -> SheetRule:
    form = page.form or ""
    return rules.get(form, SheetRule(form))
