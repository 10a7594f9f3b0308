"""The machinery of every evidence table: levels, rules, rivals. No score decides.

Which kinds of evidence there are and which rules hold is declared where it is used:
for people of a Japanese ledger in `matching`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from rapidfuzz.distance import OSA

from tasks.domain.records import Identity, Level

AGREES = frozenset({Level.EQUAL, Level.VARIANT})
BEST_FIRST = (Level.EQUAL, Level.VARIANT, Level.NEAR, Level.MISSING, Level.DIFFERS)

_NEAR_FROM_LETTERS = 3
_TWO_EDITS_FROM_LETTERS = 9
_ORDER = {
    Level.EQUAL: 3,
    Level.VARIANT: 3,
    Level.NEAR: 2,
    Level.MISSING: 1,
    Level.DIFFERS: 0,
}

Found = TypeVar("Found", contravariant=True)


@dataclass(frozen=True, slots=True)
class Rule(Generic[Found]):
    """One row of an evidence table."""

    label: str
    """As the reader of the answer reads it: Japanese for staff."""
    identity: Identity
    fits: Callable[[Found], bool]


class Weighed(Protocol):
    """A candidate with what a rule made of it."""

    @property
    def identity(self) -> Identity:
        """What the rule that fired says of this candidate alone."""

    @property
    def label(self) -> str:
        """The rule that fired, in words."""


Candidate = TypeVar("Candidate", bound=Weighed)


def first_rule(rules: Sequence[Rule[Found]], found: Found) -> Rule[Found] | None:
    """Return the first row of the table that fits, None when none does."""
    return next((rule for rule in rules if rule.fits(found)), None)


def settle(
    ranked: Sequence[Candidate], veto: Callable[[Sequence[Candidate]], str]
) -> tuple[Identity, str]:
    """Return what the table says of all candidates together, and why.

    Args:
        ranked: Best first.
        veto: Takes those that a rule calls the same person, best first, and says why
            the best of them is not proved; empty when he is.

    Returns:
        SAME when a rule says so and nothing speaks against it, ASK when somebody could
        be the person, else NONE with an empty reason.
    """
    same = [entry for entry in ranked if entry.identity is Identity.SAME]
    if same:
        reason = veto(same)
        return (Identity.ASK, reason) if reason else (Identity.SAME, same[0].label)
    for entry in ranked:
        if entry.identity is Identity.ASK:
            return Identity.ASK, entry.label
    return Identity.NONE, ""


def strength_of(levels: Iterable[Level]) -> int:
    """Return how much agrees: 2 for each kind that agrees, 1 for each that is near.

    Examples:
        >>> strength_of([Level.EQUAL, Level.NEAR, Level.MISSING])
        3
    """
    return sum(2 if level in AGREES else int(level is Level.NEAR) for level in levels)


def within_reach(pairs: Iterable[tuple[Level, Level]]) -> bool:
    """Return True when one misreading could have turned a rival into the best.

    Args:
        pairs: For each kind of evidence the best one's level and the rival's.

    Examples:
        >>> within_reach([(Level.EQUAL, Level.EQUAL), (Level.EQUAL, Level.NEAR)])
        True
        >>> within_reach([(Level.EQUAL, Level.EQUAL), (Level.EQUAL, Level.DIFFERS)])
        False
    """
    worse = [its for ours, its in pairs if _ORDER[its] < _ORDER[ours]]
    return len(worse) <= 1 and Level.DIFFERS not in worse


def best_level(levels: Iterable[Level]) -> Level:
    """Return the best of several levels; MISSING when there is none."""
    found = set(levels)
    return next((level for level in BEST_FIRST if level in found), Level.MISSING)


def spelling_level(one: str, other: str) -> Level:
    """Return EQUAL, NEAR at a misread letter, DIFFERS, or MISSING when one is empty.

    Examples:
        >>> [spelling_level("neumann", text).name for text in ("neuman", "meier", "")]
        ['NEAR', 'DIFFERS', 'MISSING']
    """
    if not one or not other:
        return Level.MISSING
    if one == other:
        return Level.EQUAL
    return Level.NEAR if few_edits(one, other) else Level.DIFFERS


def few_edits(one: str, other: str) -> bool:
    """Return True at one misread letter, in long texts two; never in very short ones."""
    shorter = min(len(one), len(other))
    if shorter < _NEAR_FROM_LETTERS:
        return False
    most = 2 if shorter >= _TWO_EDITS_FROM_LETTERS else 1
    return OSA.distance(one, other, score_cutoff=most) <= most
