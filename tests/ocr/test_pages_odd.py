"""Scans as machines and offices store them: one file made for each oddity."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ocr.pages import Page, count_pages, open_pages

WIDE, HIGH = 620, 877
"""A4 at 75 dots per inch."""
SHEET = (0, 0, 595, 842)


def sheet(size: tuple[int, int] = (WIDE, HIGH)) -> Image.Image:
    """Return white paper with a black square in its upper left and a bar below."""
    paper = Image.new("L", size, 255)
    wide, high = size
    paper.paste(0, (wide // 10, high // 10, wide * 3 // 10, high * 2 // 10))
    paper.paste(0, (wide // 10, high * 8 // 10, wide * 9 // 10, high * 82 // 100))
    return paper


def only_page(path: Path) -> Page:
    (page,) = open_pages(path)
    assert page.error is None
    return page


def looks_like_the_sheet(page: Page) -> bool:
    high, wide = page.picture.shape[:2]
    grey = page.picture.mean(axis=2)
    return bool(
        grey[high * 15 // 100, wide * 2 // 10] < 60
        and grey[high * 15 // 100, wide * 7 // 10] > 200
        and grey[high * 81 // 100, wide * 5 // 10] < 60
        and grey[high * 9 // 10, wide * 5 // 10] > 200
    )


# --- PDF --------------------------------------------------------------------------


def pdf(
    page: bytes = b"/MediaBox[0 0 595 842]",
    content: bytes = b"q 595 0 0 842 0 0 cm /Im0 Do Q",
    images: list[bytes] | None = None,
) -> bytes:
    """Return a PDF of one page, its pictures named Im0, Im1, ... and a font F."""
    streams = images or []
    names = b" ".join(b"/Im%d %d 0 R" % (n, 6 + n) for n in range(len(streams)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R%s/Contents 4 0 R"
        b"/Resources<</XObject<<%s>>/Font<</F 5 0 R>>>>>>" % (page, names),
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        *streams,
    ]
    body, places = b"%PDF-1.5\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj" % number + one + b"endobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return body + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\n"
        b"startxref\n%d\n%%%%EOF\n"
        % (len(places) + 1, table, len(places) + 1, len(body))
    )


def image_object(stored: bytes, entries: bytes, size: tuple[int, int]) -> bytes:
    return (
        b"<</Type/XObject/Subtype/Image/Width %d/Height %d%s/Length %d>>stream\n"
        % (*size, entries, len(stored))
        + stored
        + b"\nendstream"
    )


def group4(image: Image.Image) -> bytes:
    """Return the picture as one strip of CCITT group 4, its black runs black."""
    held = io.BytesIO()
    # Pillow writes TIFF whose zero is black, and codes the ones as black runs.
    image.point(lambda level: 255 - level).convert("1").save(
        held, "TIFF", compression="group4", tiffinfo={278: image.height}
    )
    with Image.open(io.BytesIO(held.getvalue())) as tiff:
        offset, count = tiff.tag_v2[273][0], tiff.tag_v2[279][0]
    return held.getvalue()[offset : offset + count]


def encoded(image: Image.Image, kind: str, **how: object) -> bytes:
    held = io.BytesIO()
    image.save(held, kind, **how)
    return held.getvalue()


def ccitt(image: Image.Image) -> bytes:
    return image_object(
        group4(image),
        b"/BitsPerComponent 1/ColorSpace/DeviceGray/Filter/CCITTFaxDecode"
        b"/DecodeParms<</K -1/Columns %d/Rows %d>>" % image.size,
        image.size,
    )


def jbig2(image: Image.Image) -> bytes:
    """Return the picture as JBIG2: one generic region, coded as group 4."""
    wide, high = image.size

    def segment(number: int, kind: int, data: bytes) -> bytes:
        return struct.pack(">IBBBI", number, kind, 0, 1, len(data)) + data

    about = struct.pack(">IIIIBH", wide, high, 0, 0, 0, 0)
    region = struct.pack(">IIIIB", wide, high, 0, 0, 0) + b"\x01"
    return image_object(
        segment(0, 48, about) + segment(1, 38, region + group4(image)),
        b"/BitsPerComponent 1/ColorSpace/DeviceGray/Filter/JBIG2Decode",
        image.size,
    )


def jpeg2000(image: Image.Image) -> bytes:
    return image_object(encoded(image, "JPEG2000"), b"/Filter/JPXDecode", image.size)


def jpeg(image: Image.Image) -> bytes:
    return image_object(
        encoded(image, "JPEG"),
        b"/BitsPerComponent 8/ColorSpace/DeviceGray/Filter/DCTDecode",
        image.size,
    )


@pytest.mark.parametrize(
    "store", [ccitt, jbig2, jpeg2000, jpeg], ids=lambda f: f.__name__
)
def test_a_scan_in_a_pdf_is_drawn_however_it_is_coded(
    tmp_path: Path, store: Callable[[Image.Image], bytes]
):
    path = tmp_path / "scan.pdf"
    path.write_bytes(pdf(images=[store(sheet())]))
    page = only_page(path)
    assert looks_like_the_sheet(page)
    assert not page.born_digital
    assert page.dpi == 300


LETTERS = b"BT /F 12 Tf %s 60 700 Td (Written by a machine, letter by letter) Tj ET"


@pytest.mark.parametrize(
    ("page", "content", "born"),
    [
        pytest.param("none", LETTERS % b"", True, id="text and no picture"),
        pytest.param(
            "whole",
            b"q 595 0 0 842 0 0 cm /Im0 Do Q " + LETTERS % b"3 Tr",
            False,
            id="scan with the unseen text of an OCR program over it",
        ),
        pytest.param(
            "whole",
            LETTERS % b"" + b" q 595 0 0 842 0 0 cm /Im0 Do Q",
            False,
            id="scan with text under it",
        ),
        pytest.param(
            "whole",
            b"q 595 0 0 842 0 0 cm /Im0 Do Q " + LETTERS % b"",
            False,
            id="scanned blank that was filled in on a screen",
        ),
        pytest.param(
            "strips",
            b" ".join(
                b"q 595 0 0 %d 0 %d cm /Im0 Do Q" % (122, 120 * n) for n in range(7)
            )
            + b" "
            + LETTERS % b"",
            False,
            id="scan in strips, none of them large",
        ),
        pytest.param("none", LETTERS % b"3 Tr", False, id="unseen text alone"),
        pytest.param(
            "small",
            b"q 90 0 0 90 480 730 cm /Im0 Do Q " + LETTERS % b"",
            True,
            id="text with a coat of arms",
        ),
    ],
)
def test_text_counts_only_where_no_scan_is_and_it_is_seen(
    tmp_path: Path, page: str, content: bytes, born: bool
):
    path = tmp_path / "mixed.pdf"
    images = [] if page == "none" else [jpeg(sheet())]
    path.write_bytes(pdf(content=content, images=images))
    assert only_page(path).born_digital is born


def test_a_turned_pdf_page_is_drawn_as_it_is_shown(tmp_path):
    path = tmp_path / "turned.pdf"
    lying = sheet().transpose(Image.Transpose.ROTATE_90)
    path.write_bytes(
        pdf(
            page=b"/MediaBox[0 0 842 595]/Rotate 90",
            content=b"q 842 0 0 595 0 0 cm /Im0 Do Q",
            images=[jpeg(lying)],
        )
    )
    page = only_page(path)
    assert page.picture.shape[0] > page.picture.shape[1]
    assert looks_like_the_sheet(page)


def test_only_what_the_crop_box_shows_is_the_page(tmp_path):
    path = tmp_path / "cropped.pdf"
    path.write_bytes(
        pdf(
            page=b"/MediaBox[0 0 800 1000]/CropBox[100 80 695 922]",
            content=b"q 595 0 0 842 100 80 cm /Im0 Do Q " + LETTERS % b"",
            images=[jpeg(sheet())],
        )
    )
    page = only_page(path)
    assert looks_like_the_sheet(page)
    assert not page.born_digital


@pytest.mark.parametrize(
    ("wide", "high", "dpi"),
    [
        pytest.param(2480, 3508, 300, id="300 dpi scan put in at 72"),
        pytest.param(59, 84, 300, id="thumbnail"),
        pytest.param(842, 1191, 300, id="A3"),
    ],
)
def test_a_pdf_page_of_impossible_size_is_taken_to_be_a4(tmp_path, wide, high, dpi):
    path = tmp_path / "size.pdf"
    path.write_bytes(
        pdf(
            page=b"/MediaBox[0 0 %d %d]" % (wide, high),
            content=b"q %d 0 0 %d 0 0 cm /Im0 Do Q" % (wide, high),
            images=[jpeg(sheet())],
        )
    )
    page = only_page(path)
    assert page.dpi == pytest.approx(dpi, rel=0.01)
    expected = 4961 if wide == 842 else 3508
    assert page.picture.shape[0] == pytest.approx(expected, rel=0.01)


def test_a_pdf_page_as_thin_as_a_thread_is_refused(tmp_path):
    path = tmp_path / "thin.pdf"
    path.write_bytes(pdf(page=b"/MediaBox[0 0 1 14000]", images=[jpeg(sheet())]))
    (page,) = open_pages(path)
    assert page.error is not None
    assert page.error.code == "PAGE-001"


def test_many_pictures_on_one_page_share_one_bound(tmp_path):
    claims = b"/BitsPerComponent 1/ColorSpace/DeviceGray"
    large = image_object(b"", claims, (8000, 8000))
    path = tmp_path / "many.pdf"
    draw = b" ".join(b"q 595 0 0 842 0 0 cm /Im%d Do Q" % n for n in range(5))
    path.write_bytes(pdf(content=draw, images=[large] * 5))
    (page,) = open_pages(path)
    assert page.error is not None
    assert page.error.code == "PAGE-003"


# --- TIFF, PNG, JPEG --------------------------------------------------------------


def tiff_by_hand(tags: dict[int, tuple[int, int]], data: bytes) -> bytes:
    """Return a little-endian TIFF of one strip; tags are (type, value)."""
    tags = {**tags, 273: (4, 8 + 2 + 12 * (len(tags) + 2) + 4), 279: (4, len(data))}
    rows = b"".join(
        struct.pack("<HHI", tag, kind, 1)
        + (struct.pack("<HH", value, 0) if kind == 3 else struct.pack("<I", value))
        for tag, (kind, value) in sorted(tags.items())
    )
    head = b"II*\x00" + struct.pack("<I", 8)
    return head + struct.pack("<H", len(tags)) + rows + b"\x00" * 4 + data


@pytest.mark.parametrize("bits", [1, 8, 16])
@pytest.mark.parametrize("white_is_zero", [True, False])
def test_tiff_whose_zero_is_white_or_black_is_read_alike(tmp_path, bits, white_is_zero):
    levels = np.asarray(sheet((624, 880)))
    if white_is_zero:
        levels = 255 - levels
    stored = {
        1: np.packbits(levels > 127, axis=1),
        8: levels,
        16: levels.astype("<u2") * 257,
    }
    data = stored[bits].tobytes()
    path = tmp_path / "page.tif"
    path.write_bytes(
        tiff_by_hand(
            {
                256: (4, 624),
                257: (4, 880),
                258: (3, bits),
                259: (3, 1),
                262: (3, 0 if white_is_zero else 1),
                277: (3, 1),
                278: (4, 880),
            },
            data,
        )
    )
    assert looks_like_the_sheet(only_page(path))


def test_scanner_of_12_bits_in_16_gives_white_paper(tmp_path):
    path = tmp_path / "deep.png"
    levels = (np.asarray(sheet()).astype(np.uint16) * 4095 // 255).astype(np.uint16)
    Image.fromarray(levels).save(path)
    assert looks_like_the_sheet(only_page(path))


def test_tiled_tiff_is_read(tmp_path):
    path = tmp_path / "tiled.tif"
    paper = sheet((640, 896))
    tiles = [
        np.asarray(paper)[top : top + 128, left : left + 128].tobytes()
        for top in range(0, 896, 128)
        for left in range(0, 640, 128)
    ]
    head, count = 8, len(tiles)
    entries = [
        (256, 4, 1, 640),
        (257, 4, 1, 896),
        (258, 3, 1, 8),
        (259, 3, 1, 1),
        (262, 3, 1, 1),
        (277, 3, 1, 1),
        (322, 4, 1, 128),
        (323, 4, 1, 128),
        (324, 4, count, head + 2 + 12 * 10 + 4),
        (325, 4, count, head + 2 + 12 * 10 + 4 + 4 * count),
    ]
    begin = head + 2 + 12 * 10 + 4 + 8 * count
    body = b"II*\x00" + struct.pack("<IH", head, len(entries))
    for tag, kind, many, value in entries:
        body += struct.pack("<HHII", tag, kind, many, value)
    body += b"\x00" * 4
    body += b"".join(struct.pack("<I", begin + n * 128 * 128) for n in range(count))
    body += struct.pack("<I", 128 * 128) * count + b"".join(tiles)
    path.write_bytes(body)
    assert looks_like_the_sheet(only_page(path))


@pytest.mark.parametrize(
    ("rows", "stated"),
    [
        pytest.param(1146, None, id="standard, no resolution in the file"),
        pytest.param(2292, None, id="fine, no resolution in the file"),
        pytest.param(1146, (204, 98), id="standard"),
        pytest.param(2292, (204, 196), id="fine"),
        pytest.param(1146, (1, 1), id="standard, nonsense in the file"),
    ],
)
def test_a_fax_becomes_a4_whatever_its_file_says(tmp_path, rows, stated):
    path = tmp_path / "fax.tif"
    how = {} if stated is None else {"dpi": stated}
    sheet((1728, rows)).convert("1").save(path, compression="group4", **how)
    page = only_page(path)
    high, wide = page.picture.shape[:2]
    assert high / wide == pytest.approx(297 / 215, rel=0.02)
    assert page.dpi == pytest.approx(204, rel=0.01)
    assert looks_like_the_sheet(page)


@pytest.mark.parametrize("dpi", [150, 200, 240, 300, 400, 600])
def test_any_office_resolution_is_kept_or_brought_to_300(tmp_path, dpi):
    path = tmp_path / "page.png"
    size = (round(210 / 25.4 * dpi), round(297 / 25.4 * dpi))
    sheet(size).convert("1").save(path, dpi=(dpi, dpi))
    page = only_page(path)
    assert page.dpi == pytest.approx(min(dpi, 300), rel=0.01)
    assert page.picture.shape[0] == pytest.approx(297 / 25.4 * page.dpi, rel=0.01)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "TIFF", "PNG"])
def test_every_exif_orientation_stands_upright(tmp_path, orientation, kind):
    undo = {
        1: (),
        2: (Image.Transpose.FLIP_LEFT_RIGHT,),
        3: (Image.Transpose.ROTATE_180,),
        4: (Image.Transpose.FLIP_TOP_BOTTOM,),
        5: (Image.Transpose.TRANSPOSE,),
        6: (Image.Transpose.ROTATE_90,),
        7: (Image.Transpose.TRANSVERSE,),
        8: (Image.Transpose.ROTATE_270,),
    }[orientation]
    stored = sheet()
    for step in undo:
        stored = stored.transpose(step)
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / "photo"
    stored.save(path, kind, exif=exif)
    page = only_page(path)
    assert page.picture.shape[:2] == (HIGH, WIDE)
    assert looks_like_the_sheet(page)


def test_cmyk_jpeg_of_a_copier_is_black_on_white(tmp_path):
    path = tmp_path / "page.jpg"
    sheet().convert("CMYK").save(path, "JPEG", quality=90)
    assert looks_like_the_sheet(only_page(path))


@pytest.mark.parametrize("mode", ["P", "LA", "RGBA", "PA"])
def test_paper_that_is_clear_is_white(tmp_path, mode):
    path = tmp_path / "page.png"
    clear = Image.new("RGBA", (WIDE, HIGH), (0, 0, 0, 0))
    black = Image.new("RGBA", (WIDE, HIGH), (0, 0, 0, 255))
    clear.paste(black, mask=sheet().point(lambda level: 255 - level))
    if mode in ("P", "PA"):
        clear.quantize(8).save(path)
    else:
        clear.convert(mode).save(path)
    assert looks_like_the_sheet(only_page(path))


def test_pages_are_counted_and_begun_anywhere_without_decoding_the_others(tmp_path):
    tiff, document = tmp_path / "many.tif", tmp_path / "one.pdf"
    sheets = [sheet((60 + n, 80)) for n in range(5)]
    sheets[0].save(tiff, save_all=True, append_images=sheets[1:])
    document.write_bytes(pdf(images=[jpeg(sheet())]))
    assert (count_pages(tiff), count_pages(document)) == (5, 1)
    later = list(open_pages(tiff, first=4))
    assert [page.number for page in later] == [4, 5]
    assert [page.picture.shape[1] for page in later] == [63, 64]
    assert list(open_pages(document, first=2)) == []
