"""The two nearest features are those that looking at every bit finds."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ocr.sort import two_nearest


@given(st.integers(1, 70), st.integers(2, 40), st.integers(0, 2**32 - 1))
def testtwo_nearest_are_those_of_counting_every_bit(asked, known, seed):
    rng = np.random.default_rng(seed)
    query = rng.integers(0, 256, (asked, 32), dtype=np.uint8)
    train = rng.integers(0, 256, (known, 32), dtype=np.uint8)
    train[-1] = train[0]  # among equals the first one counts

    nearest, first, second = two_nearest(query, train)

    bits = np.unpackbits(query[:, None] ^ train[None], axis=2).sum(axis=2)
    assert (nearest == bits.argmin(axis=1)).all()
    assert (np.stack([first, second], axis=1) == np.sort(bits, axis=1)[:, :2]).all()


def test_a_feature_that_differs_in_every_bit_is_the_farthest():
    query = np.zeros((1, 32), np.uint8)
    train = np.full((2, 32), 255, np.uint8)
    train[1, 0] = 254

    nearest, first, second = two_nearest(query, train)

    assert (nearest.tolist(), first.tolist(), second.tolist()) == (
        [1],
        [255.0],
        [256.0],
    )
