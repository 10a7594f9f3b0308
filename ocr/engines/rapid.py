"""RapidOCR's recogniser (PP-OCRv6 small, in its wheel), decoded under our grammars."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import logging
import os
import threading
from collections.abc import Mapping, Sequence, Set
from itertools import chain
from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray

# Since 1.29 ONNX Runtime looks up a collector of its maker as soon as it is loaded;
# it reads this name once, then, and asking it later to be silent is too late.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import onnxruntime

from ocr.decode.beam import Alphabet, Search, alphabet_of
from ocr.decode.grammars import Grammar, grammar_of
from ocr.decode.guides import Guide, guide_of
from ocr.decode.settle import settled
from ocr.errors import ReadingError
from ocr.model import PLACES, Candidate, FieldKind, Reading
from ocr.preprocess import Picture, Snippet

_LOGGER = logging.getLogger(__name__)
_MODEL = "models/PP-OCRv6_rec_small.onnx"
_HEIGHT = 48
_LEAST_WIDTH = 64
_MOST_WIDTH = 2400
_RUNNERS_UP = 4
_WITHOUT_WORDS, _WITH_WORDS = (10, 8), (24, 24)
"""Texts that the search keeps at each step, and returns."""
_INK_BELOW = 0.75
"""Faint ink counts: of the prepared line, -1.0 black to 1.0 white."""
_GAP_REACH_PX = 11
"""Without ink this far to both sides, at height 48, a step is inside a gap."""
_SPACE_SURE = 0.2
"""Blank's probability at most inside a gap: the rest goes to the space."""


class _RefusedError(Exception):
    """The recogniser broke off on one line; carries why, without what was read."""


class RapidEngine:
    """The first reader. One session, shared by threads; each run uses one core."""

    name = "rapid"

    def __init__(
        self, model: Path | None = None, words: Mapping[str, Set[str]] | None = None
    ) -> None:
        """Load the recogniser.

        Args:
            model: ONNX file; the one in the rapidocr wheel when left out.
            words: Lists by name, such as the towns of the city: where a picture leaves
                a reading open, one that holds a listed word is put first. `PLACES`
                holds what may stand before a town.

        Raises:
            ReadingError: ENGINE-001 when it is missing or cannot be loaded.
        """
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        options.enable_cpu_mem_arena = False  # widths vary: the arena only grows
        try:
            self._session = onnxruntime.InferenceSession(
                str(model or _model_in_wheel()),
                options,
                providers=["CPUExecutionProvider"],
            )
            listed = self._session.get_modelmeta().custom_metadata_map["character"]
        except Exception as error:  # onnxruntime raises its own untyped errors
            raise ReadingError(
                "ENGINE-001", f"rapidocr model: {type(error).__name__}"
            ) from error
        self._classes = ("", *listed.splitlines(), " ")
        self._input = self._session.get_inputs()[0].name
        self._alphabets: dict[FieldKind, Alphabet] = {}
        self._words = {
            name: frozenset(listed) for name, listed in (words or {}).items()
        }
        self._places = self._words.get(PLACES, frozenset())
        self._lock = threading.Lock()

    @property
    def version(self) -> str:
        """Version of the wheel, which carries the model."""
        return importlib.metadata.version("rapidocr")

    @property
    def characters(self) -> tuple[str, ...]:
        """What each column of `probabilities` stands for; the first is the blank."""
        return self._classes

    def read(self, snippets: Sequence[Snippet]) -> tuple[Reading | None, ...]:
        """Return the likeliest text of each snippet with its runners-up.

        A line that the recogniser refuses has no reading, the others keep theirs.

        Raises:
            ReadingError: ENGINE-001 when it refuses even an empty line.
        """
        return tuple(self._read_or_none(snippet) for snippet in snippets)

    def probabilities(self, line: Picture) -> NDArray[np.float32]:
        """Return steps x classes of one grey line of writing; column 0 is the blank."""
        prepared = _prepared(line)
        try:
            run = self._session.run(None, {self._input: prepared})
        except Exception as error:  # onnxruntime raises its own untyped errors
            raise _RefusedError(type(error).__name__) from error
        found = cast("NDArray[np.float32]", run[0][0])
        return _silent_in_gaps(found, prepared[0, 0])

    def _read_or_none(self, snippet: Snippet) -> Reading | None:
        try:
            return self._read(snippet)
        except _RefusedError as error:
            try:
                self.probabilities(np.full((_HEIGHT, _LEAST_WIDTH), 255, np.uint8))
            except _RefusedError:
                raise ReadingError("ENGINE-001", f"rapidocr model: {error}") from None
            _LOGGER.warning("rapid: one field left unread (%s)", error)
            return None

    def _read(self, snippet: Snippet) -> Reading | None:
        filled = len(snippet.cells) or None
        grammar = grammar_of(snippet.kind, filled)
        alphabet = self._alphabet(snippet.kind, grammar)
        words = self._words.get(snippet.words, frozenset())
        found = []
        for number, line in enumerate(snippet.lines, 1):
            guide = None
            if filled is None and number == 1:  # a town stands in the first line
                goes_on = number < len(snippet.lines)
                guide = guide_of(snippet.kind, words, self._places, goes_on=goes_on)
            # Behind a listed word the runners-up count: keep more of them.
            width, best = _WITH_WORDS if guide and words else _WITHOUT_WORDS
            chances = self.probabilities(line)
            search = Search(chances, alphabet, width=width, best=best)
            found.append(texts_in(search, snippet.kind, grammar, guide))
        texts = _joined([candidates for candidates in found if candidates])
        if not texts or not texts[0].text:
            return None
        return Reading(
            self.name, texts[0].text, texts[0].confidence, texts[1 : _RUNNERS_UP + 1]
        )

    def _alphabet(self, kind: FieldKind, grammar: Grammar) -> Alphabet:
        with self._lock:
            known = self._alphabets.get(kind)
            if known is None:
                known = alphabet_of(grammar, self._classes)
                self._alphabets[kind] = known
            return known


def texts_in(
    search: Search, kind: FieldKind, grammar: Grammar, guide: Guide | None
) -> tuple[Candidate, ...]:
    """Return the readings of a line, searched again where its first one is unusual."""
    likely = search.fitting(grammar)
    texts = settled(kind, likely, guide=guide)
    for step in guide.steps() if guide else ():
        if texts and not step.is_met_by(texts[0].text):
            likely = _merged(likely, search.within(step.automaton))
            texts = settled(kind, likely, guide=guide)
    return texts


def _merged(*several: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    """Return each text once: a narrow search finds ways to write it that a wide drops."""
    chances: dict[str, float] = {}
    for one in chain.from_iterable(several):
        chances[one.text] = max(one.confidence, chances.get(one.text, 0.0))
    return tuple(Candidate(text, chance) for text, chance in chances.items())


def _model_in_wheel() -> Path:
    # Found without importing the package, which would load its whole pipeline.
    found = importlib.util.find_spec("rapidocr")
    if found is None or found.origin is None:
        raise FileNotFoundError("rapidocr")
    return Path(found.origin).parent / _MODEL


def _prepared(line: Picture) -> NDArray[np.float32]:
    height, width = line.shape
    wide = min(_MOST_WIDTH, max(1, round(width * _HEIGHT / height)))
    how = cv2.INTER_AREA if height > _HEIGHT else cv2.INTER_CUBIC
    small: Any = cv2.resize(line, (wide, _HEIGHT), interpolation=how)
    # Steps are 8 px: widths in eighths keep the number of shapes small.
    target = max(_LEAST_WIDTH, -(-wide // 8) * 8)
    paper = np.full((_HEIGHT, target), 255, np.uint8)
    paper[:, :wide] = small
    values = paper.astype(np.float32) / 127.5 - 1.0
    return np.ascontiguousarray(np.broadcast_to(values, (1, 3, *values.shape)))


def _silent_in_gaps(
    found: NDArray[np.float32], prepared: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return the probabilities with only blank and space where there is no ink.

    The recogniser likes to see ー or 一 in the gap between family and given name.
    """
    steps = found.shape[0]
    width = prepared.shape[1]
    inked = cast(
        "NDArray[np.float32]", (prepared < _INK_BELOW).any(axis=0).astype(np.float32)
    )
    reach = 2 * _GAP_REACH_PX + 1
    near: Any = cv2.dilate(inked[None], np.ones((1, reach), np.float32))[0]
    middles = ((np.arange(steps) + 0.5) * width / steps).astype(int)
    first, last = _ends(inked)
    gaps = (near[middles] == 0) & (middles > first) & (middles < last)
    if gaps.any():
        found = found.copy()
        blank = found[gaps, 0]
        found[gaps] = 0.0
        found[gaps, 0] = np.minimum(blank, _SPACE_SURE)
        found[gaps, -1] = 1.0 - found[gaps, 0]
    return found


def _ends(inked: NDArray[np.float32]) -> tuple[int, int]:
    places = np.flatnonzero(inked)
    return (int(places[0]), int(places[-1])) if places.size else (0, 0)


def _joined(lines: list[tuple[Candidate, ...]]) -> tuple[Candidate, ...]:
    """Return the likeliest combinations of the lines' texts, one under the other."""
    joined = [Candidate("", 1.0)] if lines else []
    for candidates in lines:
        both = [
            Candidate(before.text + one.text, before.confidence * one.confidence)
            for before in joined
            for one in candidates
        ]
        joined = sorted(both, key=lambda one: -one.confidence)[: _RUNNERS_UP + 1]
    return tuple(joined)
