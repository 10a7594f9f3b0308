"""What the form definitions say about how sheets make an application."""

from __future__ import annotations

from collections.abc import Sequence

from ocr.forms import FormDefinition
from tasks.domain.reading.applications import SheetRule


def sheet_rules(forms: Sequence[FormDefinition]) -> dict[str, SheetRule]:
    """Return the rule of every form, for `tasks.domain.reading.applications.join_sheets`.

    A form needs each other form that is registered as continuing it.
    """
    further: dict[str, set[str]] = {form.form: set() for form in forms}
    for form in forms:
        if form.continues is not None:
            further.setdefault(form.continues, set()).add(form.form)
    return {
        form.form: SheetRule(
            form.form,
            needs=frozenset(further[form.form]),
            numbered=form.bound_by is not None,
        )
        for form in forms
    }
