"""Small automata over characters, built from parts like a regular expression.

Python's `re` cannot say whether a beginning may still become a match, which is what a
beam search asks at every step.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import count

State = frozenset[int]
_NO_LETTERS: Mapping[str, int] = {}


@dataclass(slots=True)
class _Wiring:
    """Edges under construction: by sets of characters, by one letter, and free ones."""

    edges: dict[int, list[tuple[Container[str], int]]] = field(default_factory=dict)
    letters: dict[int, dict[str, int]] = field(default_factory=dict)
    free: dict[int, list[int]] = field(default_factory=dict)
    numbers: count[int] = field(default_factory=count)

    def join(self, start: int, end: int) -> None:
        self.free.setdefault(start, []).append(end)


Part = Callable[[_Wiring, int], int]
"""Wires itself in behind a node and returns its last node."""


@dataclass(frozen=True, slots=True)
class Characters:
    """A set of characters too large to list, given by what they have in common."""

    belongs: Callable[[str], bool]

    def __contains__(self, character: object) -> bool:
        return isinstance(character, str) and self.belongs(character)


def one_of(allowed: Container[str]) -> Part:
    """Return the part that takes one character of a set (or of a string)."""

    def wire(wiring: _Wiring, start: int) -> int:
        end = next(wiring.numbers)
        wiring.edges.setdefault(start, []).append((allowed, end))
        return end

    return wire


def word(text: str) -> Part:
    """Return the part that takes exactly this text."""
    return chain(*(one_of(character) for character in text))


def any_word(words: Iterable[str]) -> Part:
    """Return the part that takes exactly one of many words.

    Beginnings are shared, so that a step costs the same among ten words and a hundred
    thousand.
    """

    def wire(wiring: _Wiring, start: int) -> int:
        root, end = next(wiring.numbers), next(wiring.numbers)
        wiring.join(start, root)
        for text in words:
            node = root
            for letter in text:
                below = wiring.letters.setdefault(node, {})
                if letter not in below:
                    below[letter] = next(wiring.numbers)
                node = below[letter]
            if node != root:
                wiring.join(node, end)
        return end

    return wire


def chain(*parts: Part) -> Part:
    """Return the part that takes its parts one after the other."""

    def wire(wiring: _Wiring, start: int) -> int:
        for part in parts:
            start = part(wiring, start)
        return start

    return wire


def either(*parts: Part) -> Part:
    """Return the part that takes any one of its parts."""

    def wire(wiring: _Wiring, start: int) -> int:
        end = next(wiring.numbers)
        for part in parts:
            wiring.join(part(wiring, start), end)
        return end

    return wire


def times(part: Part, least: int, most: int | None) -> Part:
    """Return the part repeated from `least` to `most` times; None is without end."""

    def wire(wiring: _Wiring, start: int) -> int:
        for _ in range(least):
            start = part(wiring, start)
        if most is None:
            loop = next(wiring.numbers)
            wiring.join(start, loop)
            wiring.join(part(wiring, loop), loop)
            return loop
        end = next(wiring.numbers)
        wiring.join(start, end)
        for _ in range(most - least):
            start = part(wiring, start)
            wiring.join(start, end)
        return end

    return wire


def maybe(part: Part) -> Part:
    """Return the part that may be left out."""
    return times(part, 0, 1)


@dataclass(slots=True)
class Automaton:
    """Says which texts, and which beginnings of texts, fit a grammar.

    Examples:
        >>> postal = compiled(
        ...     chain(times(one_of("0123456789"), 3, 3), word("-"))
        ... )
        >>> state = postal.start
        >>> for character in "123-":
        ...     state = postal.after(state, character)
        >>> postal.accepts(state), bool(postal.after(state, "4"))
        (True, False)
    """

    start: State
    _end: int
    _wiring: _Wiring
    _closure: dict[int, State]
    _known: dict[State, dict[str, State]] = field(default_factory=dict)
    _whole: bool = True

    def after(self, state: State, character: str) -> State:
        """Return the state behind one more character; empty when it does not fit."""
        known = self.known_after(state)
        found = known.get(character)
        if found is None:
            found = frozenset(
                reached
                for node in state
                for end in self._ends(node, character)
                for reached in self._reached(end)
            )
            known[character] = found
        return found

    def _ends(self, node: int, character: str) -> Iterator[int]:
        for allowed, end in self._wiring.edges.get(node, ()):
            if character in allowed:
                yield end
        letter = self._wiring.letters.get(node, _NO_LETTERS).get(character)
        if letter is not None:
            yield letter

    def _reached(self, node: int) -> State:
        found = self._closure.get(node)
        if found is None:  # kept where a search came by: lists have many nodes
            found = _closure_of(self._wiring.free, node)
            self._closure[node] = found
        return found

    def known_after(self, state: State) -> dict[str, State]:
        """Return what `after` has found out about a state so far, by character."""
        known = self._known.get(state)
        return self._known.setdefault(state, {}) if known is None else known

    def accepts(self, state: State) -> bool:
        """Tell whether a text that led to this state is whole."""
        return bool(state) if not self._whole else self._end in state

    def open_ended(self) -> Automaton:
        """Return the automaton that takes beginnings, too; what it knows is shared."""
        return replace(self, _whole=False)

    def matches(self, text: str) -> bool:
        """Tell whether a whole text fits."""
        state = self.start
        for character in text:
            state = self.after(state, character)
        return self.accepts(state)


def compiled(part: Part) -> Automaton:
    """Return the automaton of a part."""
    wiring = _Wiring()
    first = next(wiring.numbers)
    last = part(wiring, first)
    start = _closure_of(wiring.free, first)
    return Automaton(start, last, wiring, {first: start})


def _closure_of(free: dict[int, list[int]], node: int) -> State:
    reached, waiting = {node}, [node]
    while waiting:
        for end in free.get(waiting.pop(), ()):
            if end not in reached:
                reached.add(end)
                waiting.append(end)
    return frozenset(reached)
