"""Which decisions about a person need a second clerk who says the same (four eyes)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import StrEnum

from tasks.domain.records import Evidence, Identity, Level, Match

SECOND_AWAITED = "二人目の職員の判断を待っています"


class Class(StrEnum):
    """What `second_clerk` of configs/delinquency.yaml may name."""

    OWING = "未納あり"
    """The decision would make somebody owe."""
    RIVALS = "似た候補"
    """Another person is near enough to be mistaken for the one chosen."""
    NOBODY = "該当なし"
    """The decision is that nobody in the ledger is meant."""
    ALL = "すべて"


_ALIKE = frozenset({Level.EQUAL, Level.VARIANT, Level.NEAR})
_ENOUGH_ALIKE = 2


def needs_second(match: Match, decided: Match, second: Collection[str]) -> bool:
    """Tell whether what a clerk decided counts only with a second one.

    未納あり is known only once taxes are looked at, see verdicts.

    Args:
        match: The question with its candidates.
        decided: What became of it by the decision.
        second: Classes that the ordinance names.
    """
    if Class.ALL in second:
        return True
    if Class.NOBODY in second and decided.identity is Identity.NONE:
        return True
    return Class.RIVALS in second and has_rivals(match.candidates)


def has_rivals(candidates: Sequence[Evidence]) -> bool:
    """Tell whether two or more different people are near in two kinds of evidence.

    Twins, family in one house, namesakes: whoever could be taken for the other.
    """
    near = [entry for entry in candidates if _kinds_alike(entry) >= _ENOUGH_ALIKE]
    persons = {
        min((entry.resident.addressee_no, *entry.other_numbers)) for entry in near
    }
    return len(persons) > 1


def _kinds_alike(entry: Evidence) -> int:
    named = entry.name in _ALIKE or entry.kana in _ALIKE
    return named + (entry.birth_date in _ALIKE) + (entry.address in _ALIKE)
