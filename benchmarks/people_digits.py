"""Write the archive of digits that people wrote, for `score_ocr --digits`.

Run: python -m benchmarks.people_digits OUT.npz

The digits are the 1,797 that scikit-learn brings (UCI, Optical Recognition of
Handwritten Digits, E. Alpaydin and C. Kaynak, 1998, CC BY 4.0), written by 13 people on
paper; scikit-learn is installed for comparisons (recordlinkage needs it), so nothing is
fetched and nothing committed. They are counts on 8 x 8 squares: shapes of real hands,
drawn large again without the sharpness of a pen. A person who looks at them misses some
too, so that figures with them are no better than those of a sharp scan would be.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from sklearn.datasets import load_digits  # type: ignore[import-untyped]

MARGIN = 4
"""White around a digit of 20 x 20, as hand.people_digits expects it."""
FULL = 16
"""Dots counted in a square of full ink."""


def archive() -> dict[str, npt.NDArray[np.uint8]]:
    """Return pictures by digit, N x 28 x 28, ink bright."""
    bunch = load_digits()
    return {
        str(digit): np.stack(
            [_large(one) for one in bunch.images[bunch.target == digit]]
        )
        for digit in range(10)
    }


def _large(counts: npt.NDArray[np.float64]) -> npt.NDArray[np.uint8]:
    side = 28 - 2 * MARGIN
    wide = cv2.resize(
        counts.astype(np.float32) / FULL, (side, side), interpolation=cv2.INTER_CUBIC
    )
    return np.pad((wide.clip(0, 1) * 255).astype(np.uint8), MARGIN)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    pictures = archive()
    np.savez_compressed(options.out, allow_pickle=False, **pictures)
    print(f"{sum(map(len, pictures.values()))} digits in {options.out.name}")


if __name__ == "__main__":
    main()
