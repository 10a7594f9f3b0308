"""What a typed text means, by the same rules as everything that was read."""

from __future__ import annotations

import datetime as dt

from flows.review_app.fields.wording import Checked, Checker
from ocr.model import FieldKind
from tasks.domain.field_values import chosen_of, is_birth_date, value_of
from tasks.domain.review_item import ReviewItem


def checker(*, oldest_birth_year: int | None = None) -> Checker:
    """Return the function that checks a text of a question.

    Args:
        oldest_birth_year: A birth date before this year is refused; None for no limit.
    """

    def check(item: ReviewItem, text: str, today: dt.date) -> Checked:
        kind = FieldKind(item.field_kind)
        if kind is FieldKind.CHOICE:
            found = chosen_of(text, item.choices, several=item.several)
            return Checked(found.problem)
        found = value_of(
            kind,
            text,
            today=today,
            oldest_birth_year=oldest_birth_year
            if is_birth_date(item.field_id)
            else None,
        )
        if not found.usable:
            return Checked(found.problem)
        return Checked("", found.value if found.value != text else "")

    return check
