"""Print is compared with the page piece by piece, and found where all of it would be."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ocr.fields.print_pieces import best_place, pieces_of

DRIFT = 8


@given(hnp.arrays(np.bool_, st.tuples(st.integers(1, 90), st.integers(1, 90))))
def test_every_dot_of_print_is_in_exactly_one_piece(ink):
    counts = np.zeros(ink.shape, np.int64)
    for piece in pieces_of(ink):
        high, wide = piece.ink.shape
        counts[piece.top : piece.top + high, piece.left : piece.left + wide] += (
            piece.ink
        )

    assert (counts == ink).all()


def test_a_frame_with_a_label_is_several_pieces_of_little_paper():
    ink = framed()

    pieces = list(pieces_of(ink))

    assert len(pieces) == 5
    assert sum(piece.ink.size for piece in pieces) < 0.2 * ink.size


@pytest.mark.parametrize(
    ("across", "down"),
    [
        pytest.param(0, 0, id="not-moved"),
        pytest.param(5, -3, id="right-and-up"),
        pytest.param(-8, 8, id="as-far-as-it-may"),
    ],
)
def test_print_that_moved_is_found_where_it_is(across, down):
    ink = framed()
    paper = np.full((ink.shape[0] + 2 * DRIFT, ink.shape[1] + 2 * DRIFT), 250, np.uint8)
    rows, columns = np.nonzero(ink)
    paper[rows + DRIFT + down, columns + DRIFT + across] = 40

    found = best_place(paper, tuple(pieces_of(ink)), DRIFT)

    assert found == (DRIFT + across, DRIFT + down)


def test_a_lone_rule_is_not_moved_along_itself():
    ink = np.zeros((60, 300), np.bool_)
    ink[30:33] = True
    paper = np.full((60 + 2 * DRIFT, 300 + 2 * DRIFT), 250, np.uint8)
    paper[30 + DRIFT + 2 : 33 + DRIFT + 2] = 40

    assert best_place(paper, tuple(pieces_of(ink)), DRIFT) == (DRIFT, DRIFT + 2)


def framed() -> np.ndarray:
    ink = np.zeros((180, 800), np.bool_)
    ink[20:23, 30:770] = ink[150:153, 30:770] = True
    ink[20:153, 30:33] = ink[20:153, 767:770] = True
    ink[60:90, 100:140] = True
    return ink
