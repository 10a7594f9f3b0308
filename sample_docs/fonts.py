"""Finds the fonts that paper is made with; none of them is part of the project."""

from __future__ import annotations

import functools
import subprocess
from pathlib import Path

from PIL import ImageFont

FACES = {
    "gothic": ("ipag.ttf", "fonts-ipafont"),
    "mincho": ("ipam.ttf", "fonts-ipafont"),
    "sans": ("NotoSansCJK-Regular.ttc", "fonts-noto-cjk"),
    "sans_bold": ("NotoSansCJK-Bold.ttc", "fonts-noto-cjk"),
    "maru": ("MTLmr3m.ttf", "fonts-motoya-l-maruberi"),
    "seto": ("setofont.ttf", "fonts-seto"),
    "kiloji": ("kiloji.ttf", "fonts-kiloji"),
    "yoz": ("YOzRC_90.ttf", "fonts-yozvox-yozfont"),
    "yoz_bold": ("YOzBA_90.ttf", "fonts-yozvox-yozfont"),
}
"""Our name of a face: file name and Debian package. Noto's first face is Japanese."""


class FontsMissingError(Exception):
    """Fonts that the program needs are not installed; names the packages."""


@functools.cache
def font_files() -> dict[str, Path]:
    """Return the file of each face as fontconfig knows it.

    Raises:
        FontsMissingError: With the apt packages to install.
    """
    try:
        listing = subprocess.run(
            ["fc-list", "--format", "%{file}\n"],  # noqa: S607 - found on PATH
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    except FileNotFoundError as error:
        raise FontsMissingError("fc-list is missing: apt install fontconfig") from error
    known = {Path(line).name: Path(line) for line in listing.splitlines()}
    missing = {package for name, package in FACES.values() if name not in known}
    if missing:
        raise FontsMissingError(
            "fonts are missing: apt install " + " ".join(sorted(missing))
        )
    return {face: known[name] for face, (name, _) in FACES.items()}


@functools.cache
def font(face: str, size_px: int) -> ImageFont.FreeTypeFont:
    """Return a face of `FACES` at a size in pixels."""
    return ImageFont.truetype(font_files()[face], size_px)


@functools.cache
def has_glyph(face: str, letter: str) -> bool:
    """Return whether a face draws this letter itself, not its box for unknown ones."""
    sample = font(face, 48)
    unknown = bytes(sample.getmask("\U0010fffe"))
    mask = sample.getmask(letter)
    return letter.isspace() or (mask.size[0] > 0 and bytes(mask) != unknown)
