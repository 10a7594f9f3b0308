"""What such a field usually holds: listed words, and addresses written as addresses are.

A grammar says what can stand in a field at all; a guide says what nearly always does.
The search is run again within the guide when its first reading lies outside, and what
it finds there is weighed against it: a picture that is clear stays as it was read.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass, field, replace

from ocr.decode.automaton import (
    Automaton,
    Characters,
    Part,
    any_word,
    chain,
    compiled,
    either,
    maybe,
    one_of,
    times,
    word,
)
from ocr.decode.grammars import DIGITS, is_japanese_letter
from ocr.model import FieldKind

UNLISTED = 0.02
"""Weight of a text outside its list: people of other cities write, too."""
UNUSUAL = 0.1
"""Weight of an address that breaks off or runs on where addresses do not."""
_WORD_BEGINS = 14
"""Characters of prefecture, city and ward that may stand before a town."""
_LONGEST_WORD = 12
_KANJI_DIGITS = "一二三四五六七八九十"
_MARKS = "丁番号"
_DASHES = "-－−‐–—ーの"
_AMONG_NAMES = ("番町", "番丁", "丁町", "丁堀", "番館")
"""Where the marks of a number stand in the name of a town: 三番町, 八丁堀."""


@dataclass(frozen=True, slots=True)
class Step:
    """Texts to search once more, and which first readings make that needless."""

    automaton: Automaton = field(repr=False)
    is_met_by: Callable[[str], bool] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Guide:
    """Texts that a field usually holds."""

    listed: Automaton | None = field(repr=False)
    """Texts with a listed word; None without a list."""
    usual: Automaton | None = field(repr=False)
    """What an address looks like, whichever its town; None for other kinds."""
    words: Set[str] = field(repr=False)
    places: Set[str] = field(repr=False)

    def weight(self, text: str) -> float:
        """Return how usual a text is: 1.0, or less outside the list or the shape."""
        listed = not self.words or self.holds_word(text)
        usual = self._is_usual(text)
        return min(1.0 if listed else UNLISTED, 1.0 if usual else UNUSUAL)

    def holds_word(self, text: str) -> bool:
        """Tell whether a text has a listed word, a town of this city and of no other."""
        text = text.replace(" ", "")
        if not self.places:
            return text in self.words or holds_word(text, self.words)
        place = max(
            (one for one in self.places if text.startswith(one)), key=len, default=""
        )
        town = text.removeprefix(place).removeprefix("大字")
        return any(town[:end] in self.words for end in range(1, _LONGEST_WORD + 1))

    def of_beginnings(self) -> Guide:
        """Return the guide of texts that may break off anywhere."""
        if self.usual is None:
            return self
        listed = self.listed.open_ended() if self.listed else None
        return replace(self, listed=listed, usual=self.usual.open_ended())

    def steps(self) -> Iterator[Step]:
        """Yield what to search, the narrowest first."""
        if self.listed is not None:
            yield Step(self.listed, lambda text: self.weight(text) == 1.0)
        if self.usual is not None:
            yield Step(self.usual, self._is_usual)

    def _is_usual(self, text: str) -> bool:
        return self.usual is None or self.usual.matches(text)


def holds_word(text: str, words: Set[str]) -> bool:
    """Tell whether a listed word stands in the text, near its beginning.

    Examples:
        >>> holds_word("みなと市鴎町3-1", {"鴎町"}), holds_word("鳴町3-1", {"鴎町"})
        (True, False)
    """
    return any(
        text[start : start + length] in words
        for start in range(min(_WORD_BEGINS, len(text)))
        for length in range(2, _LONGEST_WORD + 1)
    )


@functools.lru_cache(maxsize=16)
def guide_of(
    kind: FieldKind,
    words: frozenset[str] = frozenset(),
    places: frozenset[str] = frozenset(),
    *,
    goes_on: bool = False,
) -> Guide | None:
    """Return what guides the reading of a kind of field; None when nothing does.

    Args:
        kind: Of the field.
        words: Listed for it; of an address the towns of the city.
        places: What may stand before a listed town: the city, with prefecture or not.
        goes_on: Another line follows, so that an address may break off anywhere.

    Examples:
        >>> guide = guide_of(FieldKind.ADDRESS, frozenset({"港町"}))
        >>> guide.weight("港町三丁目9番22号"), guide.weight("港町 丁119番22号")
        (1.0, 0.1)
        >>> guide_of(FieldKind.AMOUNT) is None
        True
    """
    if goes_on:
        # Of the same lists: a hundred thousand words are not kept twice.
        whole = guide_of(kind, words, places)
        return whole and whole.of_beginnings()
    if kind is FieldKind.ADDRESS:
        return _guide_of_address(words, places)
    if not words:
        return None
    given = chain(maybe(word(" ")), times(one_of(_LETTERS), 0, None))
    named = [given] if kind is FieldKind.NAME else []
    return Guide(compiled(chain(any_word(words), *named)), None, words, frozenset())


def _guide_of_address(towns: frozenset[str], places: frozenset[str]) -> Guide:
    numbers = _numbers()
    gap = maybe(word(" "))
    usual = chain(times(chain(_name_letter(), gap), 1, None), numbers)
    listed = None
    if towns:
        district = chain(word("字"), times(one_of(_LETTERS), 1, 8))
        listed = chain(
            *([maybe(any_word(places)), gap] if places else []),
            maybe(word("大字")),
            any_word(towns),
            maybe(district),
            numbers,
        )
    return Guide(
        compiled(listed) if listed else None,
        compiled(usual),
        towns,
        places if towns else frozenset(),
    )


_LETTERS = Characters(lambda one: one in "々ヶー" or is_japanese_letter(one))
_TOWN_LETTERS = Characters(lambda one: one in _LETTERS and one not in _MARKS)
_BUILDING_BEGINS = Characters(
    lambda one: (
        (one in _LETTERS or one == "(" or (one.isascii() and one.isalpha()))
        and one not in f"地目の月日ー丨{_MARKS}{_KANJI_DIGITS}"
    )
)


def _name_letter() -> Part:
    return either(one_of(_TOWN_LETTERS), *(word(name) for name in _AMONG_NAMES))


def _numbers() -> Part:
    """What follows the town: 丁目, 番(地) and 号 or numbers with dashes; a building."""
    gap = maybe(word(" "))
    number = chain(one_of(DIGITS[1:]), times(one_of(DIGITS), 0, 4))
    counted = either(number, times(one_of(_KANJI_DIGITS), 1, 3))
    dashed = times(chain(one_of(_DASHES), number), 0, 4)
    behind = either(
        chain(gap, maybe(word("の")), counted, maybe(dashed), word("号")),
        chain(maybe(one_of(_DASHES)), gap, number, dashed),
    )
    lot = chain(counted, word("番"), maybe(word("地")), maybe(behind))
    unnumbered = either(word("無番地"), word("番外地"))
    plain = either(lot, unnumbered, chain(number, dashed, maybe(word("号"))))
    chome = chain(counted, word("丁目"), maybe(chain(gap, plain)))
    share = chain(word("第"), counted, word("地割"), maybe(chain(gap, plain)))
    room = chain(word(" "), number, one_of(DIGITS), maybe(word("号室")))
    named = chain(gap, one_of(_BUILDING_BEGINS), times(one_of(_WRITTEN), 0, None))
    building = either(room, named)
    return chain(gap, either(chome, share, plain), maybe(building))


_WRITTEN = Characters(
    lambda one: (
        one in _LETTERS or one in " -・()号" or (one.isascii() and one.isalnum())
    )
)
