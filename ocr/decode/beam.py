"""CTC prefix beam search held to a grammar: n-best texts with their probabilities."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ocr.decode.automaton import Automaton, State
from ocr.decode.grammars import Grammar
from ocr.model import Candidate

_PER_STEP = 12
"""Characters considered at one step."""
_NEGLIGIBLE = 1e-6
"""Share of a step's best below which a character is not tried."""


_NOWHERE: tuple[float, float, State] = (0.0, 0.0, frozenset())


@dataclass(frozen=True, slots=True)
class Alphabet:
    """Columns of the recogniser that a grammar allows, and what they stand for."""

    columns: NDArray[np.intp] = field(repr=False)
    """Of the recogniser's output, sorted by the symbol they stand for."""
    starts: NDArray[np.intp] = field(repr=False)
    """First column of each symbol."""
    symbols: tuple[str, ...] = field(repr=False)

    def counts(self) -> NDArray[np.intp]:
        """Return how many columns each symbol has."""
        return np.diff(self.starts, append=len(self.columns))


def alphabet_of(grammar: Grammar, classes: tuple[str, ...]) -> Alphabet:
    """Return the columns a grammar allows among a recogniser's classes.

    Args:
        grammar: Of the field.
        classes: Character of each column; the first one is CTC's blank.
    """
    allowed = [
        (symbol, column)
        for column, character in enumerate(classes)
        if column > 0 and (symbol := grammar.symbol(character)) is not None
    ]
    allowed.sort()
    symbols = [symbol for symbol, _ in allowed]
    starts = [
        place
        for place, symbol in enumerate(symbols)
        if place == 0 or symbols[place - 1] != symbol
    ]
    return Alphabet(
        np.array([column for _, column in allowed], np.intp),
        np.array(starts, np.intp),
        tuple(symbols[start] for start in starts),
    )


_Path = tuple[float, float, State]
"""A text so far: probability with the last step blank, and with it written. A plain
tuple: a search makes ten thousands of them."""
_Steps = list[tuple[float, list[tuple[str, float]]]]


def decode(
    probabilities: NDArray[np.float32],
    grammar: Grammar,
    alphabet: Alphabet,
    *,
    width: int = 10,
    best: int = 8,
) -> tuple[Candidate, ...]:
    """Return the likeliest texts that fit the grammar, best first.

    See `Search`.

    Args:
        probabilities: Steps x classes, each step summing to 1; column 0 is the blank,
            the last one the space.
        grammar: Of the field.
        alphabet: Of that grammar and the recogniser.
        width: Texts kept at each step.
        best: Texts returned at most.
    """
    return Search(probabilities, alphabet, width=width, best=best).fitting(grammar)


class Search:
    """One line's probabilities, searched for texts.

    The confidence of a text is the probability that the recogniser itself gives to it,
    summed over all ways to write it; what it gave to characters that the grammar
    forbids stays lost, so that a field filled with something else scores low.
    """

    def __init__(
        self,
        probabilities: NDArray[np.float32],
        alphabet: Alphabet,
        *,
        width: int = 10,
        best: int = 8,
    ) -> None:
        """Prepare the steps.

        Args:
            probabilities: Steps x classes, each step summing to 1; column 0 is the
                blank, the last one the space.
            alphabet: Of the grammar and the recogniser.
            width: Texts kept at each step.
            best: Texts returned at most.
        """
        self._steps = _steps(probabilities, alphabet)
        self._width, self._best = width, best

    def fitting(self, grammar: Grammar) -> tuple[Candidate, ...]:
        """Return the likeliest texts that fit the grammar, best first.

        When nothing fits its shape, texts over its alphabet are returned.
        """
        return self.within(grammar.automaton) or self.within(None)

    def within(self, automaton: Automaton | None) -> tuple[Candidate, ...]:
        """Return the likeliest texts that fit an automaton, best first; maybe none."""
        found = _search(self._steps, automaton, self._width)
        found.sort(key=lambda pair: -pair[1])
        return tuple(Candidate(text, chance) for text, chance in found[: self._best])


def _steps(probabilities: NDArray[np.float32], alphabet: Alphabet) -> _Steps:
    """Return, step by step, the blank's probability and the likely characters'."""
    blanks = probabilities[:, 0]
    if " " not in alphabet.symbols:  # a gap says nothing where no space can be
        blanks = blanks + probabilities[:, -1]
    if alphabet.columns.size == 0:
        return [(float(blank), []) for blank in blanks]
    rows, places, chances = _likely(probabilities, blanks, alphabet)
    order = np.lexsort((-chances, rows))
    ends = np.searchsorted(rows, np.arange(len(blanks) + 1))
    symbols = alphabet.symbols
    found = []
    for blank, start, end in zip(
        blanks.tolist(), ends[:-1].tolist(), ends[1:].tolist(), strict=True
    ):
        best = order[start : min(end, start + _PER_STEP)]
        likely = zip(places[best].tolist(), chances[best].tolist(), strict=True)
        found.append((blank, [(symbols[place], chance) for place, chance in likely]))
    return found


def _likely(
    probabilities: NDArray[np.float32],
    blanks: NDArray[np.float32],
    alphabet: Alphabet,
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float32]]:
    """Return steps, symbols and chances of what is not negligible, in this order.

    Few of thousands are: only of those that have a column above its share of the limit
    are all columns summed.
    """
    counts = alphabet.counts()
    # All columns are there: "clip" only saves looking at each again.
    allowed = np.take(probabilities, alphabet.columns, axis=1, mode="clip")
    share = _NEGLIGIBLE / (2 * counts.max())
    above = allowed > (np.maximum(allowed.max(axis=1), blanks) * share)[:, None]
    rows, columns = np.divmod(np.flatnonzero(above), above.shape[1])
    places = np.searchsorted(alphabet.starts, columns, side="right") - 1
    first = np.ones(len(rows), np.bool_)
    first[1:] = (np.diff(rows) > 0) | (np.diff(places) > 0)
    rows, places = rows[first], places[first]
    if not len(rows):
        return rows, places, np.zeros(0, np.float32)
    lengths = counts[places]
    offsets = np.cumsum(lengths) - lengths
    starts = rows * allowed.shape[1] + alphabet.starts[places]
    inside = np.arange(lengths.sum()) - np.repeat(offsets, lengths)
    chances = np.add.reduceat(
        allowed.ravel()[np.repeat(starts, lengths) + inside], offsets
    )
    most = np.zeros(len(blanks), np.float32)
    np.maximum.at(most, rows, chances)
    keep = chances > (np.maximum(most, blanks) * _NEGLIGIBLE)[rows]
    return rows[keep], places[keep], chances[keep]


def _search(
    steps: _Steps, automaton: Automaton | None, width: int
) -> list[tuple[str, float]]:
    start: State = automaton.start if automaton else frozenset()
    paths: dict[str, _Path] = {"": (1.0, 0.0, start)}
    lost = 0.0  # log of what was divided out to keep the numbers in range
    for blank, characters in steps:
        paths, top = _kept(_step(paths, blank, characters, automaton), width)
        if not paths:
            return []
        lost += math.log(top)
    return [
        (text, min(1.0, (to_blank + to_written) * math.exp(lost)))
        for text, (to_blank, to_written, state) in paths.items()
        if automaton is None or automaton.accepts(state)
    ]


def _step(
    paths: dict[str, _Path],
    blank: float,
    characters: list[tuple[str, float]],
    automaton: Automaton | None,
) -> dict[str, _Path]:
    ahead: dict[str, _Path] = {}
    for text, (from_blank, from_written, state) in paths.items():
        both = from_blank + from_written
        to_blank, to_written, _ = ahead.get(text, _NOWHERE)
        ahead[text] = (to_blank + both * blank, to_written, state)
        last = text[-1:]
        # Looked up here: a call for each of ten thousands takes as long as all else.
        known = automaton.known_after(state) if automaton else {}
        for character, chance in characters:
            written = both * chance
            if character == last:
                to_blank, to_written, _ = ahead[text]
                ahead[text] = (to_blank, to_written + from_written * chance, state)
                written = from_blank * chance
            behind = state
            if automaton is not None:
                found = known.get(character)
                behind = automaton.after(state, character) if found is None else found
                if not behind:
                    continue
            longer = text + character
            other = ahead.get(longer)
            if other is None:
                ahead[longer] = (0.0, written, behind)
            else:
                ahead[longer] = (other[0], other[1] + written, behind)
    return ahead


def _kept(paths: dict[str, _Path], width: int) -> tuple[dict[str, _Path], float]:
    """Return the likeliest texts, the first one's probability 1.0, and what it was."""
    texts, found = list(paths), list(paths.values())
    sums = [to_blank + to_written for to_blank, to_written, _ in found]
    best = sorted(range(len(sums)), key=sums.__getitem__, reverse=True)[:width]
    top = sums[best[0]] if best else 0.0
    kept: dict[str, _Path] = {}
    for place in best:
        if sums[place] > 0.0:
            to_blank, to_written, state = found[place]
            kept[texts[place]] = (to_blank / top, to_written / top, state)
    return kept, top
