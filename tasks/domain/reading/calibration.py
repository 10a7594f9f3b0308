"""What agreement of readers is worth, per kind of field, as fitted on generated pages.

Fitted by `python -m benchmarks.fit_calibration` on seeds kept for training and frozen in
ocr/calibration.json. Nothing here trusts a confidence by itself: confidence only says
which of the values that readers *agree* on are sure enough (docs/decisions/0011).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field

from ocr.model import FieldKind
from tasks.domain.reading.error_bounds import DOUBT, shown_worse, upper_bound

RUNGS = (0.0, 0.4, 0.7)
"""Confidences of the least sure reader at which the fit looks. The surest is looked at
first and the next only when it holds (a fixed sequence costs no certainty): below,
readers agree on what cleaning or a seal has left over."""
FAMILIES: Mapping[str, tuple[str, ...]] = {
    FieldKind.DIGITS: ("figures in boxes", "figures"),
    FieldKind.POSTAL: ("figures in boxes", "figures"),
    FieldKind.PHONE: ("figures on a line", "figures"),
    FieldKind.AMOUNT: ("figures on a line", "figures"),
    FieldKind.DATE: ("figures on a line", "figures"),
    FieldKind.NAME: ("words",),
    FieldKind.TEXT: ("words",),
}
"""Kinds written with the same ten figures, or the same kanji, and read alike: what one
of them shows counts for the others, nearest family first, as long as nothing nearer
speaks against. Addresses, of kanji and figures, stand alone."""
SISTERS: Mapping[str, str] = {"mobile": "rapid"}
"""Readers of one make, trained apart: they count as one where readers of different
make are asked for (docs/decisions/0014)."""
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

        Rungs are looked at in a fixed sequence, surest first, and the first that
        neither the kind nor its families show ends it, so that each has the whole
        certainty.

        Args:
            kind: Value of ocr.model.FieldKind.
            found: Who agreed, how surely.
            allowed: Highest rate that would be accepted, 0.0-1.0.

        Returns:
            0.0-1.0; 1.0 when such agreement was never seen in fitting, or when one
            kind of writing is shown to be worse than allowed.
        """
        own = self.rungs.get((kind, found.pattern), ())
        groups = [own]
        if own and own[0].samples >= OWN:
            families = FAMILIES.get(kind, ())
            groups += [self.rungs.get((one, found.pattern), ()) for one in families]
        for look in reversed(own):
            bound = _shown(groups, look.confidence, allowed)
            if found.confidence >= look.confidence:
                return bound
            if bound > allowed:
                break
        return 1.0

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


def _shown(
    groups: Sequence[Sequence[Rung]], confidence: float, allowed: float
) -> float:
    """Return the lowest bound that a kind or, while it is silent, its families show.

    Only a bound within `allowed` has been shown; others say how far off it is.
    """
    lowest = 1.0
    for group in groups:
        for rung in group:
            if rung.confidence == confidence and not shown_worse(*rung.worst, allowed):
                lowest = min(lowest, rung.bound())
        speaks = any(shown_worse(r.wrong, r.samples, allowed) for r in group)
        if lowest <= allowed or speaks:
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
        [(0.0, 9), (0.4, 9), (0.7, 9)]
    """
    groups: dict[tuple[str, str], list[tuple[float, str, bool]]] = {}
    for kind, found, writing, right in seen:
        kinds = {kind, *FAMILIES.get(kind, ())}
        for one in kinds if found.pattern not in (MARK, BLANK) else {kind}:
            groups.setdefault((one, found.pattern), []).append(
                (found.confidence, writing, right)
            )
    return {
        key: tuple(_rung(least, values) for least in _looks(key[1]))
        for key, values in sorted(groups.items())
    }


def _looks(pattern: str) -> tuple[float, ...]:
    return (0.0,) if pattern in (MARK, BLANK) else RUNGS


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
