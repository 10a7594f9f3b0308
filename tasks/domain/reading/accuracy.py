"""How often accepted values were wrong, as staff's blind answers show it.

A kind of field of a form that is shown to be worse than its class allows is asked about
again. Until enough was looked at, the calibration from generated pages holds (仮).
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ocr.model import ErrorClass, FieldKind
from tasks.domain.office.settings import AcceptanceRules, ClassName
from tasks.domain.reading.calibration import BLANK
from tasks.domain.reading.error_bounds import shown_better, shown_worse, upper_bound
from tasks.domain.reading.field_values import KIND_TITLES

FEWEST = 20
"""Samples before which no kind falls back: one slip at the start proves little."""
ENOUGH = 10
"""So many times one over the allowed rate, and the bound itself must be kept."""

_CLASSES: tuple[ClassName, ...] = ("strict", "ordinary", "statistics")


class Trust(StrEnum):
    """Where a kind of field stands, as staff read it."""

    PROVISIONAL = "仮"
    """Too few samples to say; the calibration from generated pages holds."""
    SHOWN = "確認済み"
    """The samples show a rate that the class allows."""
    FALLEN = "確認に戻した"
    """The samples show a worse rate: asked until they show a better one."""


@dataclass(frozen=True, slots=True)
class BlindResult:
    """One accepted value that a person saw without knowing it. No value is kept."""

    item_id: str
    form: str
    kind: str
    """Value of ocr.model.FieldKind, or `blank` for a field accepted as empty."""
    error_class: ErrorClass
    wrong: bool
    at: dt.datetime
    """When it was settled, with time zone."""


@dataclass(frozen=True, slots=True)
class Accuracy:
    """One kind of field of one form."""

    form: str
    kind: str
    wrong: int
    samples: int
    bound: float
    """95 % upper bound of the error rate, 0.0-1.0."""
    allowed: float
    """Highest rate that the strictest class among these fields allows."""
    trust: Trust

    @property
    def title(self) -> str:
        """What staff call the kind."""
        if self.kind == BLANK:
            return "空欄"
        return KIND_TITLES.get(FieldKind(self.kind), self.kind)


def accuracies(
    results: Iterable[BlindResult], rules: AcceptanceRules
) -> tuple[Accuracy, ...]:
    """Return a row per form and kind, by form and kind.

    Args:
        results: All that staff ever settled, in any order.
        rules: Allowed rates, and from when samples count.
    """
    rows = []
    for (form, kind), seen in sorted(_grouped(results, rules).items()):
        allowed = min(rules.allowed_error(one.error_class.value) for one in seen)
        wrong = sum(one.wrong for one in seen)
        rows.append(
            Accuracy(
                form=form,
                kind=kind,
                wrong=wrong,
                samples=len(seen),
                bound=upper_bound(wrong, len(seen)),
                allowed=allowed,
                trust=trust_in([one.wrong for one in seen], allowed),
            )
        )
    return tuple(rows)


def fallen_back(
    results: Iterable[BlindResult], rules: AcceptanceRules
) -> frozenset[tuple[str, str, str]]:
    """Return (form, kind, error class) that must be asked about again.

    All samples of a kind count for every class, each class by its own allowed rate.
    """
    found: set[tuple[str, str, str]] = set()
    for (form, kind), seen in _grouped(results, rules).items():
        wrongs = [one.wrong for one in seen]
        for name in _CLASSES:
            if trust_in(wrongs, rules.allowed_error(name)) is Trust.FALLEN:
                found.add((form, kind, name))
    return frozenset(found)


def trust_in(wrongs: Sequence[bool], allowed: float) -> Trust:
    """Return where samples leave a kind, taken one after the other.

    It falls when the samples show (95 %) that it is worse than allowed, or when there
    are enough and they do not show that it is not worse; it comes back only when they
    show that it is better. What lies between changes nothing, so that one sample more
    or less does not turn it to and fro.

    Args:
        wrongs: Oldest first.
        allowed: Highest rate allowed, 0.0-1.0.

    Examples:
        >>> trust_in([False] * 50, 1 / 300).value
        '仮'
        >>> trust_in([False] * 1000, 1 / 300).value
        '確認済み'
        >>> trust_in([False] * 30 + [True, True], 1 / 300).value
        '確認に戻した'
    """
    enough = math.ceil(ENOUGH / allowed)
    wrong, fallen, good = 0, False, False
    for number, slip in enumerate(wrongs, start=1):
        wrong += slip
        if number < FEWEST:
            continue
        good = shown_better(wrong, number, allowed)
        if good:
            fallen = False
        elif number >= enough or shown_worse(wrong, number, allowed):
            fallen = True
    if fallen:
        return Trust.FALLEN
    return Trust.SHOWN if good else Trust.PROVISIONAL


def _grouped(
    results: Iterable[BlindResult], rules: AcceptanceRules
) -> dict[tuple[str, str], list[BlindResult]]:
    since = rules.blind_counted_from
    groups: dict[tuple[str, str], list[BlindResult]] = {}
    for one in sorted(results, key=lambda one: (one.at, one.item_id)):
        if since is None or one.at.date() >= since:
            groups.setdefault((one.form, one.kind), []).append(one)
    return groups
