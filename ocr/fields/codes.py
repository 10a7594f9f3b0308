"""QR and bar codes on a page, read by zxing-cpp: what a machine printed, not a hand."""

from __future__ import annotations

from dataclasses import dataclass, field

import zxingcpp

from ocr.preprocess import Picture

_FORMATS = zxingcpp.barcode_formats_from_str(
    "QRCode,DataMatrix,Code128,Code39,Codabar,ITF,EAN13"
)
"""Those that forms bear in Japan: NW-7 is Codabar, GS1-128 a kind of Code 128."""


@dataclass(frozen=True, slots=True)
class Code:
    """One code on a picture."""

    text: str = field(repr=False)
    kind: str
    """QRCode, Code128, ..., as zxing-cpp names it."""
    corners_px: tuple[tuple[int, int], ...]
    """Across, down; top left first, clockwise as printed."""


def codes_on(picture: Picture) -> tuple[Code, ...]:
    """Return the codes on a picture, any way round, from top to bottom.

    A code that is damaged beyond its own error correction is not returned.

    Args:
        picture: Grey, or blue-green-red.
    """
    found = [
        Code(result.text, result.format.name, _corners(result.position))
        for result in zxingcpp.read_barcodes(picture, formats=_FORMATS)
        if result.valid
    ]
    return tuple(sorted(found, key=lambda code: (code.corners_px[0][1], code.text)))


def _corners(position: zxingcpp.Position) -> tuple[tuple[int, int], ...]:
    places = (
        position.top_left,
        position.top_right,
        position.bottom_right,
        position.bottom_left,
    )
    return tuple((place.x, place.y) for place in places)
