"""From what a form sent to the choice that is recorded."""

from __future__ import annotations

from dataclasses import dataclass, field

from flows.review_app.access.gate import Form
from flows.review_app.persons.wording import REASONS
from tasks.domain.decision_columns import Decision
from tasks.domain.person_choice import Choice

NONE, HOLD = "none", "hold"
_MOST_RANK = 9


@dataclass(frozen=True, slots=True)
class Typed:
    """A form as it came in; shown again when something is not right."""

    who: str = ""
    """A candidate's number, `none` or `hold`; empty for nothing chosen."""
    also: tuple[str, ...] = ()
    """Further candidates that are the same person."""
    preset: str = ""
    """Key of one of REASONS."""
    reason: str = field(default="", repr=False)


def typed_from(form: Form) -> Typed:
    """Return what a form holds."""
    return Typed(
        who=form.get("who"),
        also=tuple(form.all("also")),
        preset=form.get("preset"),
        reason=" ".join(form.get("reason").split()),
    )


def choice_of(typed: Typed) -> Choice:
    """Return what was chosen; whether it can be recorded is for the domain to say."""
    preset = dict(REASONS).get(typed.preset, "")
    reason = "。".join(filter(None, (preset, typed.reason)))
    if typed.who == NONE:
        return Choice(Decision.NOBODY, reason=reason)
    if typed.who == HOLD:
        return Choice(Decision.LATER, reason=reason)
    ranks = dict.fromkeys(map(_rank, filter(None, (typed.who, *typed.also))))
    return Choice(Decision.SAME, tuple(ranks) if typed.who else (), reason)


def _rank(text: str) -> int:
    """Return the number of a candidate; 0, which is nobody's, for anything else."""
    known = len(text) == 1 and text.isascii() and text.isdecimal()
    return int(text) if known and int(text) <= _MOST_RANK else 0
