"""Pages of TIFF, PNG and JPEG files, whatever colours they are stored in."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Literal, cast

import cv2
import numpy as np
from PIL import Image, ImageOps

from ocr.errors import ReadingError
from ocr.page import Limits, Page, at_most_full_dpi, broken_page
from ocr.preprocess import Picture

PictureKind = Literal["TIFF", "PNG", "JPEG"]
_ORIENTATION, _PHOTOMETRIC = 0x0112, 0x0106
_ON_ITS_SIDE = (5, 6, 7, 8)
_STRIP_ROWS = 64
"""Of a page, handed from one library to the other while the processor has it at hand."""


def picture_pages(
    path: Path, kind: PictureKind, limits: Limits, first: int
) -> Iterator[Page]:
    """Yield the pages of a picture file; see `ocr.pages.open_pages`."""
    with path.open("rb") as stream:
        image = _open_image(stream, kind)
        frames = _frame_count(image, limits)
        if frames == 1:
            if first == 1:
                yield _image_page(image, 1, limits)
            return
        for number in range(first, frames + 1):
            try:
                with _decoder_faults(f"page {number}"):
                    image.seek(number - 1)
                page = _image_page(image, number, limits)
            except ReadingError as error:
                page = broken_page(number, error)
            yield page


def count_pictures(path: Path, kind: PictureKind, limits: Limits) -> int:
    """Return how many pages a picture file has, without decoding any."""
    with path.open("rb") as stream:
        return _frame_count(_open_image(stream, kind), limits)


def _open_image(stream: BinaryIO, kind: PictureKind) -> Image.Image:
    with _decoder_faults("header"):
        return Image.open(stream, formats=[kind])


@contextlib.contextmanager
def _decoder_faults(place: str) -> Iterator[None]:
    """Turn whatever a decoder raises on bad bytes into a ReadingError."""
    try:
        yield
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ReadingError("PAGE-003", f"{place}: too many pixels") from error
    except (OSError, ValueError, SyntaxError, EOFError, TypeError, KeyError) as error:
        # Pillow's plugins raise any of these on malformed files.
        raise ReadingError("PAGE-001", f"{place}: {type(error).__name__}") from error
    except (IndexError, ArithmeticError, MemoryError, UserWarning) as error:
        raise ReadingError("PAGE-001", f"{place}: {type(error).__name__}") from error


def _frame_count(image: Image.Image, limits: Limits) -> int:
    if image.format != "TIFF":
        return 1  # animated PNG and MPO previews: the first picture is the page
    count = 1
    while count <= limits.max_pages:
        try:
            with _decoder_faults(f"page {count + 1}"):
                image.seek(count)
        except ReadingError as error:
            if isinstance(error.__cause__, EOFError):
                break
            if error.code == "PAGE-003":  # the directory is whole, go on behind it
                count += 1
                continue
            count += 1  # a broken directory: that page is lost and ends the chain
            break
        count += 1
    if count > limits.max_pages:
        raise ReadingError("PAGE-006", f"more than {limits.max_pages} pages")
    with _decoder_faults("page 1"):
        image.seek(0)
    return count


def _image_page(image: Image.Image, number: int, limits: Limits) -> Page:
    width, height = image.size
    if width * height > limits.max_pixels:
        raise ReadingError("PAGE-003", f"page {number}: {width} x {height} px")
    with _decoder_faults(f"page {number}"):
        bilevel = image.mode == "1"
        resolution = _stated_dpi(image)
        picture = _to_colour(image)
        if image.mode.startswith("I;16") and _white_is_zero(image):
            picture = 255 - picture  # Pillow leaves 16 bits as stored
    return at_most_full_dpi(number, picture, resolution, bilevel=bilevel)


def _stated_dpi(image: Image.Image) -> tuple[float, float] | None:
    stated = image.info.get("dpi")
    if not isinstance(stated, tuple) or len(stated) != 2:
        return None
    across, down = float(stated[0]), float(stated[1])
    if image.getexif().get(_ORIENTATION, 1) in _ON_ITS_SIDE:
        across, down = down, across
    return across, down


def _white_is_zero(image: Image.Image) -> bool:
    tags = getattr(image, "tag_v2", {})
    return bool(tags.get(_PHOTOMETRIC) == 0)


def _to_colour(image: Image.Image) -> Picture:
    image.load()  # what says how it is turned may stand behind the picture
    turned = image.getexif().get(_ORIENTATION, 1) != 1
    upright = ImageOps.exif_transpose(image) if turned else image
    if upright.mode.startswith("I") or upright.mode == "F":
        return _deep_grey(np.asarray(upright))
    if upright.has_transparency_data:
        layer = upright.convert("RGBA")
        paper = Image.new("RGBA", layer.size, "white")
        upright = Image.alpha_composite(paper, layer)
    return _blue_green_red(upright)


def _blue_green_red(image: Image.Image) -> Picture:
    """Return a picture as OpenCV has it, strip by strip.

    Pillow hands on a whole page as a list of small pieces and joins them, in memory that
    is new each time: three times the work.
    """
    grey = image.mode in ("1", "L")
    mode, how = ("L", cv2.COLOR_GRAY2BGR) if grey else ("RGB", cv2.COLOR_RGB2BGR)
    width, height = image.size
    picture = np.empty((height, width, 3), np.uint8)
    for top in range(0, height, _STRIP_ROWS):
        bottom = min(top + _STRIP_ROWS, height)
        strip = image.crop((0, top, width, bottom))
        stored = np.asarray(strip if strip.mode == mode else strip.convert(mode))
        cv2.cvtColor(stored, how, dst=picture[top:bottom])
    return picture


def _deep_grey(levels: np.ndarray) -> Picture:
    """Return a grey picture of more than 8 bits, its white at the depth it uses.

    Scanners of 10, 12 and 14 bits store their levels in 16 without stretching them.
    """
    brightest = float(levels.max(initial=1))
    white = next(
        (2.0**bits - 1 for bits in (8, 10, 12, 14, 16) if brightest < 2**bits),
        brightest,
    )
    if brightest <= 1.0:  # floating point, 0 to 1
        white = 1.0
    grey = np.clip(levels.astype(np.float32) * (255.0 / white), 0, 255)
    return cast("Picture", cv2.cvtColor(grey.astype(np.uint8), cv2.COLOR_GRAY2BGR))
