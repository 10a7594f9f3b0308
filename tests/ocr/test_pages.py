from __future__ import annotations

import struct
import tracemalloc
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ocr.errors import SENTENCES, ReadingError
from ocr.pages import Limits, Page, open_pages, sha256_of

GREY = Image.fromarray(
    np.random.default_rng(1).integers(0, 255, (400, 300), np.uint8).repeat(2, 0)
)


def pages(path: Path, limits: Limits | None = None) -> list[Page]:
    return list(open_pages(path, limits))


def png_header_only(width: int, height: int) -> bytes:
    """A PNG that says how large it is and holds nothing."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        checked = kind + body
        return (
            struct.pack(">I", len(body))
            + checked
            + struct.pack(">I", zlib.crc32(checked))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", b"")
        + chunk(b"IEND", b"")
    )


def minimal_pdf(
    *, pages: int = 1, width_pt: float = 595.0, height_pt: float = 842.0
) -> bytes:
    kids = " ".join(f"{3 + number} 0 R" for number in range(pages))
    page = f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {width_pt} {height_pt}]>>".encode()
    return pdf_of(
        [f"<</Type/Pages/Count {pages}/Kids[{kids}]>>".encode(), *[page] * pages]
    )


def pdf_with_scan(image: bytes, content: bytes) -> bytes:
    """A PDF of two pages: the first draws an image over the whole sheet."""
    draw = b"q 595 0 0 842 0 0 cm /Im Do Q"
    return pdf_of(
        [
            b"<</Type/Pages/Count 2/Kids[3 0 R 4 0 R]>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 5 0 R"
            b"/Resources<</XObject<</Im 6 0 R>>>>>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
            b"<</Length %d>>stream\n%s\nendstream" % (len(draw), draw),
            b"<</Type/XObject/Subtype/Image%s/Length %d>>stream\n%s\nendstream"
            % (image, len(content), content),
        ]
    )


def pdf_of(objects: list[bytes]) -> bytes:
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate([b"<</Type/Catalog/Pages 2 0 R>>", *objects], 1):
        places.append(len(body))
        body += f"{number} 0 obj".encode() + content + b"endobj\n"
    table = b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    size = len(places) + 1
    return (
        body
        + f"xref\n0 {size}\n0000000000 65535 f \n".encode()
        + table
        + f"trailer<</Size {size}/Root 1 0 R>>\nstartxref\n{len(body)}\n%%EOF\n".encode()
    )


def test_picture_of_400_million_pixels_is_refused_without_taking_its_memory(tmp_path):
    path = tmp_path / "huge.png"
    path.write_bytes(png_header_only(20_000, 20_000))
    tracemalloc.start()
    try:
        with pytest.raises(ReadingError, match="PAGE-003"):
            pages(path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 5_000_000


def test_picture_just_over_the_bound_is_refused_and_just_under_it_is_read(tmp_path):
    path = tmp_path / "page.png"
    GREY.save(path)
    count = GREY.width * GREY.height
    with pytest.raises(ReadingError, match="PAGE-003"):
        pages(path, Limits(max_pixels=count - 1))
    assert len(pages(path, Limits(max_pixels=count))) == 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(b"", "PAGE-005", id="empty"),
        pytest.param(b"MZ\x90\x00" + b"\x00" * 200, "PAGE-004", id="program"),
        pytest.param(b"PK\x03\x04" + b"\x00" * 200, "PAGE-004", id="workbook"),
        pytest.param(b"%PDF-1.4\n1 0 obj<<>>endobj\n", "PAGE-001", id="pdf cut off"),
        pytest.param(b"%PDF-1.4\nnothing\n%%EOF\n", "PAGE-001", id="pdf without pages"),
        pytest.param(b"\xff\xd8\xff\xe0\x00\x10JFIF", "PAGE-001", id="jpeg cut off"),
        pytest.param(b"\x89PNG\r\n\x1a\n\x00\x00", "PAGE-001", id="png cut off"),
        pytest.param(b"II*\x00\xff\xff\xff\x00", "PAGE-001", id="tiff cut off"),
    ],
)
def test_file_that_is_no_page_says_why_whatever_its_name(tmp_path, content, code):
    path = tmp_path / "form.pdf"
    path.write_bytes(content)
    with pytest.raises(ReadingError, match=code) as caught:
        pages(path)
    assert caught.value.sentence == SENTENCES[code]


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_picture_cut_in_the_middle_is_refused(tmp_path, kind):
    path = tmp_path / "page"
    GREY.save(path, kind)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ReadingError, match="PAGE-001"):
        pages(path)


def test_kind_of_file_is_known_by_content_not_by_name(tmp_path):
    path = tmp_path / "really_a_png.pdf"
    GREY.save(path, "PNG")
    assert pages(path)[0].picture.shape[2] == 3


def test_one_broken_page_of_a_tiff_does_not_lose_the_others(tmp_path):
    path = tmp_path / "three.tif"
    colours = [Image.new("L", (60, 60), shade) for shade in (10, 20, 30)]
    colours[0].save(
        path, save_all=True, append_images=colours[1:], compression="tiff_adobe_deflate"
    )
    whole = bytearray(path.read_bytes())
    second = [
        place for place in range(len(whole)) if whole[place : place + 2] == b"\x78\x9c"
    ]
    place = second[1]
    whole[place : place + 12] = b"\x00" * 12
    path.write_bytes(bytes(whole))
    found = pages(path)
    assert [page.number for page in found] == [1, 2, 3]
    assert [page.error.code if page.error else None for page in found] == [
        None,
        "PAGE-001",
        None,
    ]


def test_oversized_page_of_a_tiff_is_refused_alone(tmp_path):
    path = tmp_path / "two.tif"
    Image.new("L", (900, 900)).save(
        path, save_all=True, append_images=[Image.new("L", (100, 100))]
    )
    found = pages(path, Limits(max_pixels=500_000))
    assert [page.error.code if page.error else None for page in found] == [
        "PAGE-003",
        None,
    ]


def test_more_pages_than_allowed_are_refused_before_any_is_read(tmp_path):
    tiff, pdf = tmp_path / "five.tif", tmp_path / "five.pdf"
    sheets = [Image.new("1", (100, 100)) for _ in range(5)]
    sheets[0].save(tiff, save_all=True, append_images=sheets[1:])
    pdf.write_bytes(minimal_pdf(pages=5))
    for path in (tiff, pdf):
        with pytest.raises(ReadingError, match="PAGE-006"):
            next(open_pages(path, Limits(max_pages=4)))
        assert len(pages(path, Limits(max_pages=5))) == 5


def test_pdf_page_is_drawn_at_300_dpi_and_an_oversized_sheet_smaller(tmp_path):
    path = tmp_path / "a4.pdf"
    path.write_bytes(minimal_pdf())
    page = pages(path)[0]
    assert page.dpi == 300
    assert abs(page.picture.shape[0] - 3508) <= 2
    path.write_bytes(minimal_pdf(width_pt=2480, height_pt=3508))
    assert max(pages(path)[0].picture.shape) <= 4982


@pytest.mark.parametrize(
    ("mode", "options"),
    [
        pytest.param("1", {"compression": "group4"}, id="bilevel G4"),
        pytest.param("L", {"compression": "jpeg"}, id="grey"),
        pytest.param("P", {}, id="palette"),
        pytest.param("CMYK", {}, id="CMYK"),
        pytest.param("RGBA", {}, id="transparent"),
        pytest.param("I;16", {}, id="16 bit"),
    ],
)
def test_every_colour_mode_becomes_white_paper_with_black_ink(tmp_path, mode, options):
    path = tmp_path / "page.tif"
    sheet = Image.new("L", (400, 500), 255)
    sheet.paste(0, (100, 100, 200, 200))
    if mode == "I;16":
        deep = np.asarray(sheet).astype(np.uint16) * 257
        Image.fromarray(deep).save(path)
    elif mode == "RGBA":
        clear = Image.new("RGBA", sheet.size, (0, 0, 0, 0))
        clear.paste((0, 0, 0, 255), (100, 100, 200, 200))
        clear.save(path)
    else:
        sheet.convert(mode).save(path, **options)
    picture = pages(path)[0].picture
    assert picture[150, 150].max() < 20
    assert picture[300, 300].min() > 235


def test_resolution_is_taken_from_the_file_only_when_paper_can_have_it(tmp_path):
    path = tmp_path / "page.png"
    sheet = Image.new("L", (1654, 2339), 255)
    for stated, expected in (((200, 200), 200), ((72, 72), 200), (None, 200)):
        sheet.save(path, **({"dpi": stated} if stated else {}))
        assert pages(path)[0].dpi == pytest.approx(expected, rel=0.01)


def test_600_dpi_scan_is_brought_to_300_and_says_so(tmp_path):
    path = tmp_path / "page.png"
    Image.new("L", (4960, 7016), 255).save(path, dpi=(600, 600))
    page = pages(path)[0]
    assert page.picture.shape[:2] == (3508, 2480)
    assert page.scan_scale == pytest.approx(2.0, rel=0.001)


def test_fax_with_uneven_resolution_is_stretched_to_square_dots(tmp_path):
    path = tmp_path / "fax.tif"
    Image.new("1", (1728, 1146), 1).save(path, dpi=(204, 98), compression="group4")
    height, width = pages(path)[0].picture.shape[:2]
    assert height / width == pytest.approx(297 / 210, rel=0.05)


def test_exif_turn_is_obeyed(tmp_path):
    path = tmp_path / "photo.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6
    sheet = Image.new("L", (600, 400), 255)
    sheet.paste(0, (0, 0, 60, 60))
    sheet.save(path, exif=exif)
    picture = pages(path)[0].picture
    assert picture.shape[:2] == (600, 400)
    assert picture[20, 380].max() < 60


def test_sha256_is_of_the_whole_file(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"abc")
    assert sha256_of(path).startswith("ba7816bf")


@pytest.mark.parametrize(
    ("image", "content", "code"),
    [
        pytest.param(
            b"/Width 20000/Height 20000/BitsPerComponent 8/ColorSpace/DeviceRGB",
            b"",
            "PAGE-003",
            id="too many pixels",
        ),
        pytest.param(
            b"/Width 800/Height 1100/BitsPerComponent 8/ColorSpace/DeviceGray/Filter/DCTDecode",
            b"\xff\xd8 no jpeg",
            "PAGE-001",
            id="cannot be decoded, must not pass for an empty sheet",
        ),
    ],
)
def test_bad_scan_inside_a_pdf_is_that_pages_trouble(tmp_path, image, content, code):
    path = tmp_path / "scan.pdf"
    path.write_bytes(pdf_with_scan(image, content))
    found = pages(path)
    assert [page.error.code if page.error else None for page in found] == [code, None]


def test_scan_inside_a_pdf_is_not_born_digital(tmp_path):
    path = tmp_path / "scan.pdf"
    image = b"/Width 8/Height 8/BitsPerComponent 8/ColorSpace/DeviceGray"
    path.write_bytes(pdf_with_scan(image, b"\x80" * 64))
    assert [page.born_digital for page in pages(path)] == [False, False]
