"""What agreement of readers is worth, per kind of field, as fitted on generated pages.

Fitted by `python -m benchmarks.fit_calibration` on seeds kept for training and frozen in
ocr/calibration.json. Nothing here trusts a confidence by itself: confidence only says
which of the values that readers *agree* on are sure enough (docs/decisions/0011).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field

from ocr.model import FieldKind
from tasks.domain.error_bounds import DOUBT, shown_worse, upper_bound

RUNGS = (0.7,)
"""Confidences of the least sure reader at which the fit looks. One: each look costs
certainty, and below it readers agree on what cleaning or a seal has left over."""
FAMILY: Mapping[str, str] = {
    FieldKind.DIGITS: "numerals",
    FieldKind.POSTAL: "numerals",
    FieldKind.PHONE: "numerals",
    FieldKind.AMOUNT: "numerals",
    FieldKind.DATE: "numerals",
    FieldKind.NAME: "words",
    FieldKind.TEXT: "words",
}
"""Kinds written with the same ten figures, or the same kanji, and read alike: what one
of them shows counts for the others, as long as a kind's own samples do not speak
against. Addresses, of kanji and figures, stand alone."""
SISTERS: Mapping[str, str] = {"mobile": "rapid"}
"""Readers of one make, trained apart: they count as one where readers of different
make are asked for (docs/decisions/0014)."""
_ALL = 4
"""Readers; where all of them agree, the fit looks at any confidence, too."""
OWN = 100
"""Samples that a kind must have itself before its family's count for it."""

MARK = "mark"
"""Stands for the readers where ink is measured and nothing is read."""
BLANK = "blank"
"""Stands for the readers of a field that looks empty."""


@dataclass(frozen=True, slots=True)
class Witness:
    """One reader's usable value of one field."""

    engine: str
    key: str = field(repr=False)
    confidence: float
    """0.0-1.0."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Who stands behind a value, who against it, and how sure the least sure is."""

    pattern: str
    """`rapid+tesseract`; with `-shapes` when that reader has another value. Where both
    sisters agree, one other behind them is `+other`, and Tesseract, which fails on most
    handwriting, does not count against them."""
    readers: int
    """Distinct readers behind the value."""
    confidence: float
    """Least of those behind it, 0.0-1.0."""
    makes: int = 0
    """Readers behind the value, those of one make counted once."""


def agreement_on(key: str, witnesses: Sequence[Witness]) -> Agreement:
    """Return who stands behind a value.

    Args:
        key: Comparison key of the value.
        witnesses: Usable values of all readers.

    Examples:
        >>> found = agreement_on("1", [Witness("tesseract", "1", 0.8),
        ...     Witness("rapid", "1", 0.9), Witness("shapes", "7", 0.9)])
        >>> found.pattern, found.readers, found.confidence
        ('rapid+tesseract-shapes', 2, 0.8)
    """
    behind = {one.engine for one in witnesses if one.key == key}
    against = {one.engine for one in witnesses if one.key != key} - behind
    sure = min((one.confidence for one in witnesses if one.key == key), default=0.0)
    pattern = _pattern(behind, against)
    makes = {SISTERS.get(engine, engine) for engine in behind}
    return Agreement(pattern, len(behind), sure, len(makes))


def _pattern(behind: Set[str], against: Set[str]) -> str:
    sisters = {*SISTERS, *SISTERS.values()}
    if sisters <= behind and against <= {"tesseract"}:
        others = behind - sisters
        if len(others) == 1:
            others = {"other"}
        return "+".join([*sorted(sisters), *sorted(others)])
    return "+".join(sorted(behind)) + "".join(f"-{one}" for one in sorted(against))


@dataclass(frozen=True, slots=True)
class Rung:
    """How often values were wrong, among those at least so sure."""

    confidence: float
    """Of the least sure reader, at least."""
    wrong: int
    samples: int
    worst: tuple[int, int] = (0, 0)
    """Wrong and all in the kind of writing (printed, hand, real) with most errors."""

    def bound(self, doubt: float = DOUBT) -> float:
        """Return the upper bound of the error rate, 0.0-1.0."""
        return upper_bound(self.wrong, self.samples, doubt)


@dataclass(frozen=True, slots=True)
class Calibration:
    """Error counts by kind of field and by who agreed."""

    rungs: Mapping[tuple[str, str], tuple[Rung, ...]] = field(default_factory=dict)
    """(kind of field, pattern): rungs, least confidence first."""
    fitted: str = ""
    """When and on what, for reports; empty when nothing was fitted."""

    def bound(self, kind: str, found: Agreement, allowed: float) -> float:
        """Return the upper bound of the error rate of values so agreed on.

        The lowest rung that shows `allowed` sets the least confidence. Looking at several rungs is paid for by a
        higher confidence for each (Bonferroni).

        Args:
            kind: Value of ocr.model.FieldKind.
            found: Who agreed, how surely.
            allowed: Highest rate that would be accepted, 0.0-1.0.

        Returns:
            0.0-1.0; 1.0 when such agreement was never seen in fitting, or when one
            kind of writing is shown to be worse than allowed.
        """
        own = self.rungs.get((kind, found.pattern), ())
        bound = _lowest(own, found.confidence, allowed)
        family = self.rungs.get((FAMILY.get(kind, ""), found.pattern), ())
        if (
            bound > allowed
            and own
            and own[0].samples >= OWN
            and not any(shown_worse(r.wrong, r.samples, allowed) for r in own)
        ):
            bound = min(bound, _lowest(family, found.confidence, allowed))
        return bound

    def ink_bound(self, kind: str, what: str, allowed: float) -> float:
        """Return the bound for clear marks or empty fields; over `allowed` if shown.

        Nothing but the blind sample could ever confirm them, so they need no showing
        that they are good, only that they are not shown to be bad.

        Args:
            kind: Value of ocr.model.FieldKind.
            what: `MARK` or `BLANK`.
            allowed: Highest rate that would be accepted, 0.0-1.0.
        """
        rungs = self.rungs.get((kind, what), ())
        if not rungs:
            return allowed
        if shown_worse(rungs[0].wrong, rungs[0].samples, allowed):
            return rungs[0].bound()
        return min(allowed, rungs[0].bound())


def _lowest(rungs: Sequence[Rung], confidence: float, allowed: float) -> float:
    doubt = DOUBT / max(len(rungs), 1)
    lowest = 1.0
    for rung in rungs:
        if confidence < rung.confidence:
            break
        if not shown_worse(*rung.worst, allowed):
            lowest = min(lowest, rung.bound(doubt))
            if lowest <= allowed:
                break
    return lowest


def fit(
    seen: Iterable[tuple[str, Agreement, str, bool]],
) -> dict[tuple[str, str], tuple[Rung, ...]]:
    """Return the rungs that generated readings give.

    Args:
        seen: (kind, who agreed on the value, kind of writing, value is right).

    Examples:
        >>> sure = Agreement("rapid+tesseract", 2, 0.75)
        >>> rungs = fit([("kana", sure, "printed", True)] * 9)["kana", sure.pattern]
        >>> [(rung.confidence, rung.samples) for rung in rungs]
        [(0.7, 9)]
    """
    groups: dict[tuple[str, str], list[tuple[float, str, bool]]] = {}
    for kind, found, writing, right in seen:
        kinds = {kind, FAMILY.get(kind, kind)}
        for one in kinds if found.pattern not in (MARK, BLANK) else {kind}:
            groups.setdefault((one, found.pattern), []).append(
                (found.confidence, writing, right)
            )
    return {
        key: tuple(_rung(least, values) for least in _looks(key[1]))
        for key, values in sorted(groups.items())
    }


def _looks(pattern: str) -> tuple[float, ...]:
    if pattern in (MARK, BLANK):
        return (0.0,)
    return (0.0, *RUNGS) if pattern.count("+") == _ALL - 1 else RUNGS


def _rung(least: float, values: Sequence[tuple[float, str, bool]]) -> Rung:
    kept = [value for value in values if value[0] >= least]
    counts: dict[str, list[int]] = {}
    for _, writing, right in kept:
        counts.setdefault(writing, [0, 0])
        counts[writing][0] += not right
        counts[writing][1] += 1
    worst = max(counts.values(), key=lambda one: one[0] / one[1], default=[0, 0])
    return Rung(
        confidence=least,
        wrong=sum(one[0] for one in counts.values()),
        samples=len(kept),
        worst=(worst[0], worst[1]),
    )
