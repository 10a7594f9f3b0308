"""The scanned files: which applicant stands on which page, and how it was scanned."""

from __future__ import annotations

from dataclasses import dataclass, field

from sample_docs.designs import Design
from sample_docs.filling import Filling
from sample_docs.form_2019 import FORM_2019 as OLD
from sample_docs.form_2026 import FORM_2026 as NEW
from sample_docs.pen import BLACK, BLUE, PENCIL, Hand
from sample_docs.scanner import Scan

GOTHIC, MINCHO, SANS = (Hand(face, wild=0) for face in ("gothic", "mincho", "sans"))
SETO = Hand("seto", BLACK, 1.0, 1.05)
SETO_BLUE = Hand("seto", BLUE, 1.2, 1.0)
YOZ = Hand("yoz_bold", BLACK, 1.1)
YOZ_BLUE = Hand("yoz_bold", BLUE, 0.8)
KILOJI = Hand("kiloji", BLACK, 0.9, 1.1)
PENCIL_HAND = Hand("kiloji", PENCIL, 1.0, 1.1)
MARU = Hand("maru", BLUE, 1.3, 0.95)


@dataclass(frozen=True, slots=True)
class PagePlan:
    """One page of one file."""

    case: int | None
    """Place of the applicant in form_cases; None for a page without a form."""
    design: Design | None = None
    filling: Filling = field(default_factory=lambda: Filling(GOTHIC))
    scan: Scan = field(default_factory=Scan)
    other: str = ""
    """back (empty reverse side) or letter, for a page without a form."""


@dataclass(frozen=True, slots=True)
class FilePlan:
    """One file of the inbox; the suffix of its name says the format."""

    file: str
    pages: tuple[PagePlan, ...]
    packing: str = ""
    """TIFF only: g4 or deflate. PDF only: text for a born-digital file."""


def _grey(skew: float = 0.0, **more: object) -> Scan:
    return Scan(dpi=300, mode="grey", skew_deg=skew, **more)  # type: ignore[arg-type]


def _grey200(skew: float = 0.0, **more: object) -> Scan:
    return Scan(dpi=200, mode="grey", skew_deg=skew, **more)  # type: ignore[arg-type]


def _colour(dpi: int, skew: float = 0.0, **more: object) -> Scan:
    return Scan(dpi=dpi, mode="colour", skew_deg=skew, **more)  # type: ignore[arg-type]


def _bilevel(skew: float = 0.0, **more: object) -> Scan:
    return Scan(dpi=200, mode="bilevel", skew_deg=skew, **more)  # type: ignore[arg-type]


CREAM, RECYCLED = (250, 246, 234), (240, 239, 233)

FILES = (
    FilePlan(
        "scan_20261104_001.pdf",
        (
            PagePlan(0, NEW, Filling(GOTHIC, stamp_day=4), _grey(0.4)),
            PagePlan(
                1, NEW, Filling(SETO, stamp_day=4), _grey(-0.7, shift_mm=(1.5, -1))
            ),
            PagePlan(2, NEW, Filling(YOZ, "apart", "re"), _grey(0.9, blur_px=0.8)),
            PagePlan(3, OLD, Filling(SETO_BLUE, tick="re"), _grey(-1.2)),
            PagePlan(None, scan=_grey(-0.5), other="back"),
        ),
    ),
    FilePlan(
        "scan_20261104_002.pdf",
        (
            PagePlan(4, NEW, Filling(SETO_BLUE, "over"), _colour(200, 0.6)),
            PagePlan(5, NEW, Filling(MINCHO, "apart"), _colour(200, -0.3, tint=CREAM)),
            PagePlan(6, OLD, Filling(KILOJI, "apart", "re"), _colour(200, 1.1)),
            PagePlan(7, OLD, Filling(GOTHIC, "over"), _colour(200, -0.8)),
        ),
    ),
    FilePlan(
        "scan_20261105_001.tif",
        (
            PagePlan(8, NEW, Filling(SANS, commas=False), _bilevel(0.5)),
            PagePlan(9, NEW, Filling(YOZ, tick="re"), _bilevel(-0.9, noise=9)),
            PagePlan(10, OLD, Filling(MINCHO), _bilevel(0.3)),
        ),
        packing="g4",
    ),
    FilePlan(
        "scan_20261105_002.tif",
        (
            PagePlan(11, NEW, Filling(KILOJI), _grey200(0.8, white=225)),
            PagePlan(12, NEW, Filling(SETO), _grey200(0.4, white=225, quarter_turns=2)),
        ),
        packing="deflate",
    ),
    FilePlan(
        "scan_20261106_001.jpg",
        (PagePlan(13, NEW, Filling(MARU, "apart", stamp_day=6), _colour(300, -1.6)),),
    ),
    FilePlan(
        "scan_20261106_002.jpg",
        (
            PagePlan(
                14, NEW, Filling(GOTHIC, western=True), _colour(200, 0.3, quality=35)
            ),
        ),
    ),
    FilePlan(
        "scan_20261106_003.jpg",
        (
            PagePlan(
                16, NEW, Filling(YOZ_BLUE, "over", "re"), _colour(300, 0.7, tint=CREAM)
            ),
        ),
    ),
    FilePlan(
        "scan_20261106_004.jpg",
        (
            PagePlan(
                17,
                OLD,
                Filling(SANS, "apart"),
                _colour(200, -2.2, tint=RECYCLED, shade=10, quality=40, white=256),
            ),
        ),
    ),
    FilePlan(
        "scan_20261106_005.jpg",
        (PagePlan(18, NEW, Filling(SETO), _grey(0.5, quarter_turns=1)),),
    ),
    FilePlan(
        "scan_20261109_001.png",
        (PagePlan(19, NEW, Filling(MINCHO, stamp_day=9), _grey200(-0.4, white=222)),),
    ),
    FilePlan(
        "scan_20261109_002.png",
        (PagePlan(20, OLD, Filling(YOZ), _grey(0.6, white=222)),),
    ),
    FilePlan(
        "scan_20261109_003.png",
        (PagePlan(21, NEW, Filling(SANS), _grey200(3.0, white=222, zoom=0.99)),),
    ),
    FilePlan(
        "scan_20261110_001.pdf",
        (
            PagePlan(22, NEW, Filling(SETO_BLUE, "apart"), _grey(0.8)),
            PagePlan(23, NEW, Filling(YOZ, western=True), _grey(-0.4)),
            PagePlan(24, NEW, Filling(GOTHIC), _grey(0.3)),
            PagePlan(25, NEW, Filling(SETO, stamp_day=10), _grey(-1.0)),
            PagePlan(None, scan=_grey(0.5), other="letter"),
            PagePlan(26, OLD, Filling(GOTHIC), _grey(1.3, shift_mm=(-2, 1.5))),
        ),
    ),
    FilePlan(
        "訂正あり_20261111.jpg",
        (
            PagePlan(
                27,
                NEW,
                Filling(SETO, "apart", wrong_name="奥田　京子"),
                _colour(300, 0.5),
            ),
        ),
    ),
    FilePlan(
        "scan_20261111_002.png",
        (
            PagePlan(
                28, NEW, Filling(YOZ_BLUE, no_amount=True), _grey200(-0.6, white=222)
            ),
        ),
    ),
    FilePlan(
        "scan_20261111_003.jpg",
        (PagePlan(29, NEW, Filling(MARU, "apart", "re"), _colour(200, 1.0)),),
    ),
    FilePlan(
        "電子申請_20261112.pdf",
        (PagePlan(15, NEW, Filling(GOTHIC)),),
        packing="text",
    ),
)
