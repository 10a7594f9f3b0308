"""The third reader: our own, for numerals, dates and katakana; words it leaves alone.

Two readers that learned from the same pictures err alike. This one shares nothing with
the others: it cuts the line into characters, knows each by the directions of its
strokes, and joins them under the field's grammar. Trained by benchmarks/train_shapes.py
on faces that no benchmark writes in; what its agreement is worth is in
docs/decisions/0010.
"""

from __future__ import annotations

import hashlib
import importlib.resources
import io
import math
import zipfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from ocr.decode.automaton import State
from ocr.decode.grammars import Grammar, grammar_of
from ocr.decode.settle import settled
from ocr.engines.cutting import Segment, Style, segments_of, segments_of_cells
from ocr.engines.glyphs import stroke_features
from ocr.errors import ReadingError
from ocr.model import Candidate, FieldKind, Reading
from ocr.preprocess import Snippet

SMALL_KANA = dict(
    zip("ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ", strict=True)
)
"""Kana that differ from another one in size alone."""

_WEIGHTS_SHA256 = "3e0a0923ca67e01a30c89ae90d15d5764d3476048c16c80586dcd6d5117c9b9a"
_NUMERALS = Style(cut_above=0.62, widest=1.05, numeric=True)
_DATE = Style(cut_above=0.7, widest=1.35, numeric=False)
_KANA = Style(cut_above=1.25, widest=1.35, numeric=False)
_STYLES = {
    FieldKind.DIGITS: _NUMERALS,
    FieldKind.POSTAL: _NUMERALS,
    FieldKind.PHONE: _NUMERALS,
    FieldKind.AMOUNT: _NUMERALS,
    FieldKind.DATE: _DATE,
    FieldKind.KANA: _KANA,
}
_LEGIBLE = 0.85
"""Of each character on average (geometric mean); below it nothing is said, since a
doubtful agreement would look like proof (docs/decisions/0010)."""
_BEAM = 12
_PER_SEGMENT = 8
_BEST = 5
_PRODUCT = "ij,jk->ik"
_Found = list[tuple[str, float]]


class ShapesEngine:
    """Reads numerals, dates and katakana. Holds its weights only: threads may share it."""

    name = "shapes"
    version = _WEIGHTS_SHA256[:12]

    def __init__(self, weights: Path | None = None) -> None:
        """Load the weights.

        Args:
            weights: Another file of the same make; the package's own when left out.

        Raises:
            ReadingError: ENGINE-001 when the file is missing or not the one that this
                version was measured with.
        """
        own = Path(str(importlib.resources.files("ocr.engines"))) / "shapes.npz"
        try:
            content = (weights or own).read_bytes()
        except OSError as error:
            raise ReadingError("ENGINE-001", "shapes: weights are missing") from error
        if weights is None and hashlib.sha256(content).hexdigest() != _WEIGHTS_SHA256:
            raise ReadingError("ENGINE-001", "shapes: weights are not this version's")
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as stored:
                self._into = stored["into"].astype(np.float32)
                self._into_bias = stored["into_bias"]
                self._out = stored["out"].astype(np.float32)
                self._out_bias = stored["out_bias"]
                self._shapes = tuple(str(one) for one in stored["shapes"])
        except (EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
            raise ReadingError("ENGINE-001", "shapes: weights are damaged") from error

    def read(self, snippets: Sequence[Snippet]) -> tuple[Reading | None, ...]:
        """Return the text of each snippet of a kind it reads, where it is legible."""
        return tuple(self._read(snippet) for snippet in snippets)

    def _read(self, snippet: Snippet) -> Reading | None:
        style = _STYLES.get(snippet.kind)
        if style is None or len(snippet.lines) != 1:
            return None
        grammar = grammar_of(snippet.kind, len(snippet.cells) or None)
        segments = (
            segments_of_cells(snippet.cells)
            if snippet.cells
            else segments_of(snippet.lines[0], style)
        )
        found = self._texts(segments, grammar)
        candidates = settled(
            snippet.kind,
            [Candidate(text, min(1.0, math.exp(score))) for text, score in found],
        )
        if not candidates or not _is_legible(candidates[0]):
            return None
        return Reading(
            self.name, candidates[0].text, candidates[0].confidence, candidates[1:]
        )

    def _texts(self, segments: Sequence[Segment], grammar: Grammar) -> _Found:
        """Return the likeliest texts that fit, with the logarithm of their probability."""
        features = [stroke_features(segment.ink) for segment in segments]
        seen = [
            (segment, feature)
            for segment, feature in zip(segments, features, strict=True)
            if feature is not None
        ]
        symbols = self._symbols(grammar)
        if not seen or not symbols:
            return []
        chances = self._chances(np.array([feature for _, feature in seen]))
        columns = np.array([column for column, _ in symbols])
        leaving: defaultdict[int, list[tuple[int, _Found]]] = defaultdict(list)
        for (segment, _), chance in zip(seen, chances, strict=True):
            order = np.argsort(-chance[columns])[:_PER_SEGMENT]
            weighed = [
                (
                    symbols[place][1],
                    _score(segment, symbols[place], chance, self._shapes),
                )
                for place in order
            ]
            leaving[segment.first].append((segment.end, weighed))
        return _paths(leaving, max(segment.end for segment in segments), grammar)

    def _symbols(self, grammar: Grammar) -> list[tuple[int, str]]:
        """Return the column of each character that the grammar allows."""
        return [
            (column, symbol)
            for column, shape in enumerate(self._shapes)
            for symbol in _stands_for(shape)
            if symbol in grammar.alphabet
        ]

    def _chances(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return logarithms of probabilities: segments x shapes, the last one is none."""
        # Not `@`: BLAS starts threads for products this small, which then wait for
        # each other longer than the product takes. Sums come out the same on any PC.
        hidden = np.maximum(
            np.einsum(_PRODUCT, features, self._into) + self._into_bias, 0.0
        )
        scores = (np.einsum(_PRODUCT, hidden, self._out) + self._out_bias).astype(
            np.float64
        )
        scores -= scores.max(axis=1, keepdims=True)
        total = np.log(np.exp(scores).sum(axis=1, keepdims=True))
        return cast("NDArray[np.float64]", scores - total)


def _is_legible(one: Candidate) -> bool:
    return one.confidence > _LEGIBLE ** len(one.text)


def _stands_for(shape: str) -> tuple[str, ...]:
    small = tuple(one for one, large in SMALL_KANA.items() if large == shape)
    return (shape, *small, "ー") if shape == "-" else (shape, *small)


def _score(
    segment: Segment,
    symbol: tuple[int, str],
    chance: NDArray[np.float64],
    shapes: tuple[str, ...],
) -> float:
    """Return how well a segment is the character: its shape, its size, its place."""
    column, character = symbol
    # A character of many pieces must not win because fewer factors are multiplied.
    pieces = segment.end - segment.first
    score = float(chance[column]) * math.pow(pieces, 0.7)
    score -= 6.0 * max(0.0, segment.gap - 0.25)
    if shapes[column] in SMALL_KANA.values():
        size = max(segment.height, segment.width)
        small = 1.0 / (1.0 + math.exp((size - 0.72) * 18.0))
        share = small if character in SMALL_KANA else 1.0 - small
        score += math.log(share + 1e-3)
    return score - _misplaced(segment, character)


def _misplaced(segment: Segment, character: str) -> float:
    if character in ",.":
        return 0.0 if segment.height < 0.6 and segment.middle > 0.55 else 5.0
    if character in "-ー・":
        return 0.0 if segment.height < 0.55 else 4.0
    if character.isdigit():
        return 20.0 * max(0.0, 0.6 - segment.height)
    return 0.0


def _paths(
    leaving: dict[int, list[tuple[int, _Found]]], end: int, grammar: Grammar
) -> _Found:
    """Return the best ways through the segments that spell what the grammar allows."""
    automaton = grammar.automaton
    reached: defaultdict[int, dict[str, tuple[float, State]]] = defaultdict(dict)
    reached[0][""] = (0.0, automaton.start)
    for place in range(end):
        best = sorted(reached[place].items(), key=lambda item: -item[1][0])[:_BEAM]
        for behind, weighed in leaving.get(place, ()):
            for text, (so_far, state) in best:
                for character, score in weighed:
                    after = automaton.after(state, character)
                    known = reached[behind].get(text + character)
                    better = known is None or known[0] < so_far + score
                    if after and better:
                        reached[behind][text + character] = (so_far + score, after)
    whole = [
        (text, score)
        for text, (score, state) in reached[end].items()
        if automaton.accepts(state)
    ]
    return sorted(whole, key=lambda item: -item[1])[:_BEST]
