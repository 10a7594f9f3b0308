"""Packs pictures of pages into the file formats that scanners write."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

MADE = time.struct_time((2026, 11, 13, 17, 0, 0, 4, 317, 0))
"""Written into every PDF, so that the same seed gives the same bytes."""


def save_pages(
    pages: Sequence[Image.Image], path: Path, *, dpi: int, quality: int, packing: str
) -> None:
    """Write pages into one file; the suffix says the format."""
    path.parent.mkdir(parents=True, exist_ok=True)
    first, rest = pages[0], list(pages[1:])
    if path.suffix == ".pdf":
        first.save(
            path,
            save_all=True,
            append_images=rest,
            resolution=dpi,
            quality=quality,
            producer="Minato MFP",
            creationDate=MADE,
            modDate=MADE,
        )
    elif path.suffix == ".tif":
        compression = {"g4": "group4", "deflate": "tiff_adobe_deflate"}[packing]
        first.save(
            path,
            save_all=True,
            append_images=rest,
            compression=compression,
            dpi=(dpi, dpi),
        )
    elif path.suffix == ".png":
        first.quantize(16).save(path, dpi=(dpi, dpi), optimize=True)
    else:
        first.save(path, dpi=(dpi, dpi), quality=quality, optimize=True)
