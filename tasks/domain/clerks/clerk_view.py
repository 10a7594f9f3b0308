"""What one clerk may see of what clerks said: a second one decides blind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic

from tasks.domain.clerks.decision_record import W, Word, person_of, standing


@dataclass(frozen=True, slots=True)
class Clerk:
    """Who looks at a question."""

    name: str
    account: str
    """Login."""


@dataclass(frozen=True, slots=True)
class View(Generic[W]):
    """Words of clerks on one thing, as one of them sees them."""

    shown: tuple[W, ...] = field(repr=False)
    """What may be seen, oldest first."""
    seen_until: int
    """Number that a new word of this clerk bears: it replaces all he could see."""
    mine: tuple[W, ...] = field(repr=False)
    """His own words that stand: he may take them back."""
    spoke: bool
    """He has said his part."""


def view_of(
    words: Sequence[W],
    clerk: Clerk | None,
    *,
    blind: bool,
    says: Callable[[W], bool],
) -> View[W]:
    """Return what a clerk sees of the words on one thing.

    Args:
        words: All of them, in the order of their numbers.
        clerk: Who looks; None sees everything and says nothing.
        blind: What others said alone is hidden.
        says: Whether a word decides something; holding back does not.
    """
    newest = max((one.seq for one in words), default=0)
    if clerk is None:
        return View(tuple(words), newest, (), spoke=False)
    own = {one.seq for one in words if is_of(one, clerk)}
    stands = standing(words)
    said = {one.seq for one in stands if says(one)}
    hidden = said - own if blind else set()
    return View(
        shown=tuple(one for one in words if one.seq not in hidden),
        # A word replaces what its clerk saw, and never what was hidden from him.
        seen_until=min(hidden) - 1 if hidden else newest,
        mine=tuple(one for one in stands if one.seq in own),
        spoke=bool(said & own),
    )


def is_of(word: Word, clerk: Clerk) -> bool:
    """Tell whether a word is a clerk's own, by his account or his name."""
    same_account = bool(word.account) and word.account == clerk.account
    return same_account or word.person == person_of(clerk.name)
