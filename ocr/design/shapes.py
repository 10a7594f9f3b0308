"""What is printed on a blank, as values in millimetres from the page's upper left."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in millimetres."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Across, in millimetres."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Down, in millimetres."""
        return self.bottom - self.top

    @property
    def area(self) -> float:
        """In square millimetres."""
        return max(0.0, self.width) * max(0.0, self.height)

    @property
    def across(self) -> float:
        """Its middle, from the left."""
        return (self.left + self.right) / 2

    @property
    def down(self) -> float:
        """Its middle, from the top."""
        return (self.top + self.bottom) / 2

    def grown(self, mm: float) -> Box:
        """Return the box wider by `mm` on every side; negative is smaller."""
        return Box(self.left - mm, self.top - mm, self.right + mm, self.bottom + mm)

    def holds(self, other: Box) -> bool:
        """Tell whether the middle of another box is inside."""
        return (
            self.left <= other.across <= self.right
            and self.top <= other.down <= self.bottom
        )

    def as_mm(self) -> tuple[float, float, float, float]:
        """Return left, top, width, height, to a tenth of a millimetre.

        Examples:
            >>> Box(10.04, 20.0, 40.06, 28.0).as_mm()
            (10.0, 20.0, 30.1, 8.0)
        """
        left, top = round(self.left, 1), round(self.top, 1)
        return left, top, round(self.right - left, 1), round(self.bottom - top, 1)


def box_of_mm(box_mm: Sequence[float]) -> Box:
    """Return a form definition's left, top, width, height as a box."""
    left, top, width, height = box_mm
    return Box(left, top, left + width, top + height)


def overlap(one: Box, other: Box) -> float:
    """Return the area that two boxes share, in square millimetres.

    Examples:
        >>> overlap(Box(0, 0, 10, 10), Box(5, 5, 20, 20))
        25.0
    """
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    return float(across * down) if across > 0 and down > 0 else 0.0


def shared_down(one: Box, other: Box) -> float:
    """Return how far two boxes stand beside each other, in the lower one's heights."""
    both = min(one.bottom, other.bottom) - max(one.top, other.top)
    return both / max(0.1, min(one.height, other.height))


def shared_across(one: Box, other: Box) -> float:
    """Return how far two boxes stand above each other, in the narrower one's widths."""
    both = min(one.right, other.right) - max(one.left, other.left)
    return both / max(0.1, min(one.width, other.width))


def around(boxes: Iterable[Box]) -> Box:
    """Return the smallest box around one or more boxes."""
    listed = list(boxes)
    return Box(
        min(box.left for box in listed),
        min(box.top for box in listed),
        max(box.right for box in listed),
        max(box.bottom for box in listed),
    )


@dataclass(frozen=True, slots=True)
class Letter:
    """One printed character."""

    text: str
    box: Box


@dataclass(frozen=True, slots=True)
class Word:
    """Letters on one line without a wide gap between them."""

    letters: tuple[Letter, ...]

    @property
    def text(self) -> str:
        """The letters joined."""
        return "".join(letter.text for letter in self.letters)

    @property
    def box(self) -> Box:
        """Around all letters."""
        return around(letter.box for letter in self.letters)


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight printed line, level or upright."""

    box: Box
    level: bool
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A place with rules on all sides, without its rules."""

    box: Box
    regular: bool = True
    """False for what is left of a cell that another one is cut out of."""


def largest_free(
    place: Box, taken: Iterable[Box], *, least: tuple[float, float]
) -> Box | None:
    """Return the largest part of a place that nothing printed is in.

    Args:
        place: Where to look.
        taken: Boxes of print.
        least: Width and height below which a part is of no use.

    Examples:
        >>> largest_free(Box(0, 0, 50, 10), [Box(40, 2, 44, 6)], least=(5, 5))
        Box(left=0, top=0, right=40, bottom=10)
    """
    inside = [box for box in taken if overlap(place, box) > 0]
    lefts = [place.left, *(box.right for box in inside)]
    rights = [place.right, *(box.left for box in inside)]
    best: Box | None = None
    for left in lefts:
        for right in rights:
            if right - left < least[0] or left < place.left or right > place.right:
                continue
            strip = Box(left, place.top, right, place.bottom)
            free = _tallest(strip, [box for box in inside if overlap(strip, box) > 0])
            if free.height >= least[1] and (best is None or free.area > best.area):
                best = free
    return best


def _tallest(strip: Box, taken: list[Box]) -> Box:
    best = Box(strip.left, strip.top, strip.right, strip.top)
    top = strip.top
    for box in sorted(taken, key=lambda box: box.top):
        if box.top - top > best.height:
            best = Box(strip.left, top, strip.right, box.top)
        top = max(top, box.bottom)
    if strip.bottom - top > best.height:
        best = Box(strip.left, top, strip.right, strip.bottom)
    return best
