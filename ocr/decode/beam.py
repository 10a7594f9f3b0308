"""CTC prefix beam search held to a grammar: n-best texts with their probabilities."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ocr.decode.automaton import Automaton, State
from ocr.decode.grammars import Grammar
from ocr.model import Candidate

_PER_STEP = 12
"""Characters considered at one step."""
_NEGLIGIBLE = 1e-6
"""Share of a step's best below which a character is not tried."""


@dataclass(frozen=True, slots=True)
class Alphabet:
    """Columns of the recogniser that a grammar allows, and what they stand for."""

    columns: NDArray[np.intp] = field(repr=False)
    """Of the recogniser's output, sorted by the symbol they stand for."""
    starts: NDArray[np.intp] = field(repr=False)
    """First column of each symbol."""
    symbols: tuple[str, ...] = field(repr=False)


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


class _Path(NamedTuple):
    """A text so far: probability with the last step blank, and with it written."""

    blank: float
    written: float
    state: State


def decode(
    probabilities: NDArray[np.float32],
    grammar: Grammar,
    alphabet: Alphabet,
    *,
    width: int = 10,
    best: int = 8,
) -> tuple[Candidate, ...]:
    """Return the likeliest texts that fit the grammar, best first.

    The confidence is the probability that the recogniser itself gives to the text,
    summed over all ways to write it; what it gave to characters that the grammar
    forbids stays lost, so that a field filled with something else scores low. When
    nothing fits the grammar's shape, texts over its alphabet are returned.

    Args:
        probabilities: Steps x classes, each step summing to 1; column 0 is the blank,
            the last one the space.
        grammar: Of the field.
        alphabet: Of that grammar and the recogniser.
        width: Texts kept at each step.
        best: Texts returned at most.
    """
    steps = _steps(probabilities, alphabet)
    found = _search(steps, grammar.automaton, width)
    if not found:
        found = _search(steps, None, width)
    found.sort(key=lambda pair: -pair[1])
    return tuple(Candidate(text, chance) for text, chance in found[:best])


def _steps(
    probabilities: NDArray[np.float32], alphabet: Alphabet
) -> list[tuple[float, list[tuple[str, float]]]]:
    """Return, step by step, the blank's probability and the likely characters'."""
    blanks = probabilities[:, 0]
    if " " not in alphabet.symbols:  # a gap says nothing where no space can be
        blanks = blanks + probabilities[:, -1]
    if alphabet.columns.size == 0:
        return [(float(blank), []) for blank in blanks]
    allowed = probabilities[:, alphabet.columns]
    summed = np.add.reduceat(allowed, alphabet.starts, axis=1)
    take = min(_PER_STEP, summed.shape[1])
    places = np.argpartition(-summed, take - 1, axis=1)[:, :take]
    chances = np.take_along_axis(summed, places, axis=1)
    least = np.maximum(chances.max(axis=1), blanks) * _NEGLIGIBLE
    return [
        (
            float(blank),
            [
                (alphabet.symbols[place], float(chance))
                for place, chance in zip(row, row_chances, strict=True)
                if chance > floor
            ],
        )
        for blank, row, row_chances, floor in zip(
            blanks, places, chances, least, strict=True
        )
    ]


def _search(
    steps: list[tuple[float, list[tuple[str, float]]]],
    automaton: Automaton | None,
    width: int,
) -> list[tuple[str, float]]:
    start: State = automaton.start if automaton else frozenset()
    paths: dict[str, _Path] = {"": _Path(1.0, 0.0, start)}
    lost = 0.0  # log of what was divided out to keep the numbers in range
    for blank, characters in steps:
        paths = _kept(_step(paths, blank, characters, automaton), width)
        if not paths:
            return []
        top = max(path.blank + path.written for path in paths.values())
        paths = {
            text: _Path(path.blank / top, path.written / top, path.state)
            for text, path in paths.items()
        }
        lost += math.log(top)
    return [
        (text, min(1.0, (path.blank + path.written) * math.exp(lost)))
        for text, path in paths.items()
        if automaton is None or automaton.accepts(path.state)
    ]


def _step(
    paths: dict[str, _Path],
    blank: float,
    characters: list[tuple[str, float]],
    automaton: Automaton | None,
) -> dict[str, _Path]:
    ahead: dict[str, _Path] = {}

    def add(text: str, to_blank: float, to_written: float, state: State) -> None:
        before = ahead.get(text)
        if before is not None:
            to_blank, to_written = before.blank + to_blank, before.written + to_written
        ahead[text] = _Path(to_blank, to_written, state)

    for text, path in paths.items():
        both = path.blank + path.written
        add(text, both * blank, 0.0, path.state)
        for character, chance in characters:
            again = text.endswith(character)
            if again:
                add(text, 0.0, path.written * chance, path.state)
            state = automaton.after(path.state, character) if automaton else path.state
            if automaton is None or state:
                start = path.blank if again else both
                add(text + character, 0.0, start * chance, state)
    return ahead


def _kept(paths: dict[str, _Path], width: int) -> dict[str, _Path]:
    best = sorted(paths.items(), key=lambda item: -(item[1].blank + item[1].written))
    return {
        text: path for text, path in best[:width] if path.blank + path.written > 0.0
    }
