"""From what a form sent to the choice that is recorded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from flows.review_app.access.gate import Form
from flows.review_app.persons.wording import REASONS
from tasks.domain.clerks.decision_columns import Decision
from tasks.domain.clerks.findings import read_persons
from tasks.domain.normal_forms.dates import Precision, normalize_date
from tasks.domain.review.finding_question import FoundChoice
from tasks.domain.review.person_choice import Choice

NONE, HOLD = "none", "hold"
_MOST_RANK = 9
_MOST_THINGS = 40


@dataclass(frozen=True, slots=True)
class TypedThing:
    """What came in of one thing to find out."""

    result: str = ""
    persons: str = field(default="", repr=False)
    until: str = ""


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
    things: dict[int, TypedThing] = field(default_factory=dict, repr=False)
    """By the place of the thing; only those of which a result was chosen."""

    def thing(self, place: int) -> TypedThing:
        """Return what was typed of one thing."""
        return self.things.get(place, TypedThing())


def typed_from(form: Form) -> Typed:
    """Return what a form holds."""
    return Typed(
        who=form.get("who"),
        also=tuple(form.all("also")),
        preset=form.get("preset"),
        reason=" ".join(form.get("reason").split()),
        things={
            place: TypedThing(
                form.get(f"result-{place}"),
                form.get(f"persons-{place}"),
                form.get(f"until-{place}").strip(),
            )
            for place in range(_MOST_THINGS)
            if form.get(f"result-{place}")
        },
    )


def reason_of(typed: Typed, reasons: Sequence[tuple[str, str]]) -> str:
    """Return the reason: the one chosen, and what was typed beside it."""
    preset = dict(reasons).get(typed.preset, "")
    return "。".join(filter(None, (preset, typed.reason)))


def choice_of(typed: Typed) -> Choice:
    """Return who was chosen; whether it can be recorded is for the domain to say."""
    reason = reason_of(typed, REASONS)
    if typed.who == NONE:
        return Choice(Decision.NOBODY, reason=reason)
    if typed.who == HOLD:
        return Choice(Decision.LATER, reason=reason)
    ranks = dict.fromkeys(map(_rank, filter(None, (typed.who, *typed.also))))
    return Choice(Decision.SAME, tuple(ranks) if typed.who else (), reason)


def found_of(typed: Typed, today: dt.date) -> tuple[FoundChoice, ...] | str:
    """Return what was found out, or in Japanese what cannot be read.

    Args:
        typed: As it came in.
        today: For days.
    """
    found: list[FoundChoice] = []
    for place, thing in typed.things.items():
        persons = read_persons(thing.persons)
        if persons is None:
            return "見る人は「宛名番号 氏名」の形で入れてください（例 0000000012 検査花子）。"
        until = None
        if thing.until:
            day = normalize_date(thing.until, today=today).value
            if day is None or day.precision is not Precision.DAY:
                return "「いつまで」を日付として読めません（例 令和9年3月31日）。"
            until = day.date
        found.append(FoundChoice(place, thing.result, persons, until))
    return tuple(found)


def _rank(text: str) -> int:
    """Return the number of a candidate; 0, which is nobody's, for anything else."""
    known = len(text) == 1 and text.isascii() and text.isdecimal()
    return int(text) if known and int(text) <= _MOST_RANK else 0
