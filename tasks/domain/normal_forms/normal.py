"""The result every normal form returns: the value, how sure it is, and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

T = TypeVar("T", covariant=True)


class NormalStatus(StrEnum):
    """What may be done with a normalised value."""

    OK = "ok"
    WARN = "warn"
    """Usable, but a person should know why it was odd."""
    AMBIGUOUS = "ambiguous"
    """More than one meaning; see the candidates, never pick one silently."""
    INVALID = "invalid"
    """No meaning; the original is kept."""


@dataclass(frozen=True, slots=True)
class Normal(Generic[T]):
    """A normalised value beside its original."""

    input: str = field(repr=False)
    """Exactly what came in."""
    value: T | None = field(repr=False)
    """None when ambiguous or invalid."""
    status: NormalStatus
    notes: tuple[str, ...] = ()
    """Short stable English words such as era_overrun, lunar, gaiji."""
    candidates: tuple[T, ...] = field(default=(), repr=False)
    """The possible values when ambiguous."""

    @property
    def usable(self) -> bool:
        """True when value can be used: ok or warn."""
        return self.value is not None and self.status in (
            NormalStatus.OK,
            NormalStatus.WARN,
        )
