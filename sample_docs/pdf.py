"""Writes small PDFs: objects and cross-references, text with its own glyphs, a lock."""

from __future__ import annotations

import hashlib
import zlib

import cv2
import numpy as np
from PIL import Image, ImageDraw

from sample_docs.fonts import font
from sample_docs.sheet import MM_PER_INCH, Anchor

POINTS = 72 / MM_PER_INCH
EM_PX = 400
PADDING = bytes.fromhex(
    "28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A"
)
"""The padding string of the PDF reference, 7.6.3.3."""


class PdfFile:
    """Collects objects and writes them with a cross-reference table."""

    def __init__(self) -> None:
        self.objects: list[bytes] = []

    def add(self, body: bytes) -> int:
        """Add an object and return its number."""
        self.objects.append(body)
        return len(self.objects)

    def stream(self, data: bytes, more: bytes = b"") -> int:
        """Add a stream as it is (compressed by the caller where `more` says so)."""
        head = b"<< /Length %d %s >>\nstream\n" % (len(data), more)
        return self.add(head + data + b"\nendstream")

    def write(self, root: int, more: bytes = b"") -> bytes:
        """Return the file whose catalogue is object `root`."""
        out = bytearray(b"%PDF-1.6\n%\xe2\xe3\xcf\xd3\n")
        places = []
        for number, body in enumerate(self.objects, start=1):
            places.append(len(out))
            out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
        start = len(out)
        out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
        for place in places:
            out += b"%010d 00000 n \n" % place
        size = len(places) + 1
        out += b"trailer\n<< /Size %d /Root %d 0 R %s >>\n" % (size, root, more)
        return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


class PdfSheet:
    """A sheet whose text can be read and searched: the PDF backend of Sheet.

    Letters are Type 3 glyphs drawn from outlines, so the page looks the same on a PC
    without Japanese fonts; /ToUnicode says which letters they are.
    """

    def __init__(self, page_mm: tuple[float, float]) -> None:
        self.page_mm = page_mm
        self._operators: list[str] = []
        self._codes: dict[str, dict[str, int]] = {}

    def _at(self, x: float, y: float) -> tuple[float, float]:
        return x * POINTS, (self.page_mm[1] - y) * POINTS

    def text(  # noqa: PLR0913 - see Sheet
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        face: str = "gothic",
        anchor: Anchor = "l",
        grey: int = 0,
    ) -> None:
        """Write text whose vertical middle is at y."""
        codes = self._codes.setdefault(face, {})
        data = bytes(codes.setdefault(letter, len(codes) + 1) for letter in text)
        length = font(face, EM_PX).getlength(text) / EM_PX * size
        left, middle = self._at(x - {"l": 0, "c": 0.5, "r": 1}[anchor] * length, y)
        self._operators.append(
            f"BT {grey / 255:.3f} g /{face} {size * POINTS:.3f} Tf "
            f"{left:.2f} {middle:.2f} Td <{data.hex()}> Tj ET"
        )

    def line(
        self, x1: float, y1: float, x2: float, y2: float, width: float = 0.2
    ) -> None:
        """Draw a line."""
        (ax, ay), (bx, by) = self._at(x1, y1), self._at(x2, y2)
        self._operators.append(
            f"{width * POINTS:.2f} w {ax:.2f} {ay:.2f} m {bx:.2f} {by:.2f} l S"
        )

    def rect(
        self,
        box: tuple[float, float, float, float],
        width: float = 0.2,
        fill: int | None = None,
    ) -> None:
        """Draw a rectangle (left, top, width, height), perhaps filled with a grey."""
        left, bottom = self._at(box[0], box[1] + box[3])
        path = f"{left:.2f} {bottom:.2f} {box[2] * POINTS:.2f} {box[3] * POINTS:.2f} re"
        if fill is not None:
            self._operators.append(f"{fill / 255:.3f} g {path} f")
        if width:
            self._operators.append(f"{width * POINTS:.2f} w {path} S")

    def pdf(self) -> bytes:
        """Return the page as a file."""
        file = PdfFile()
        fonts = b" ".join(
            b"/%s %d 0 R" % (face.encode(), self._font(file, face))
            for face in self._codes
        )
        content = zlib.compress("\n".join(self._operators).encode("ascii"), 9)
        number = file.stream(content, b"/Filter /FlateDecode")
        width, height = (length * POINTS for length in self.page_mm)
        pages = len(file.objects) + 2
        page = file.add(
            b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 %.2f %.2f] /Contents %d 0 R "
            b"/Resources << /Font << %s >> >> >>"
            % (pages, width, height, number, fonts)
        )
        file.add(b"<< /Type /Pages /Kids [%d 0 R] /Count 1 >>" % page)
        return file.write(file.add(b"<< /Type /Catalog /Pages %d 0 R >>" % pages))

    def _font(self, file: PdfFile, face: str) -> int:
        """Add the letters of one face as a Type 3 font and return its number."""
        codes = self._codes[face]
        widths, glyphs, names, pairs = [], [], [], []
        for letter, code in codes.items():
            advance = font(face, EM_PX).getlength(letter) / EM_PX * 1000
            glyph = file.stream(
                zlib.compress(_outline(face, letter, advance), 9),
                b"/Filter /FlateDecode",
            )
            widths.append(b"%d" % round(advance))
            glyphs.append(b"/g%d %d 0 R" % (code, glyph))
            names.append(b"/g%d" % code)
            pairs.append(f"<{code:02x}> <{letter.encode('utf-16-be').hex()}>")
        unicode = file.stream(_to_unicode(pairs).encode("ascii"))
        return file.add(
            b"<< /Type /Font /Subtype /Type3 /FontBBox [0 -500 1000 500] "
            b"/FontMatrix [0.001 0 0 0.001 0 0] /FirstChar 1 /LastChar %d "
            b"/Widths [%s] /Encoding << /Type /Encoding /Differences [1 %s] >> "
            b"/CharProcs << %s >> /Resources << >> /ToUnicode %d 0 R >>"
            % (
                len(codes),
                b" ".join(widths),
                b" ".join(names),
                b" ".join(glyphs),
                unicode,
            )
        )


def _outline(face: str, letter: str, advance: float) -> bytes:
    """Return the drawing operators of a letter, its middle on the base line."""
    side = EM_PX * 2
    image = Image.new("L", (side, side), 0)
    draw = ImageDraw.Draw(image)
    draw.text(
        (EM_PX // 2, EM_PX), letter, fill=255, font=font(face, EM_PX), anchor="lm"
    )
    mask = (np.asarray(image) > 127).astype(np.uint8)
    lines, _ = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    parts = [f"{advance:.0f} 0 0 -500 1000 500 d1"]
    for contour in lines:
        points = cv2.approxPolyDP(contour, 0.7, closed=True)[:, 0, :].astype(float)
        points = (points - [EM_PX / 2, EM_PX]) * [1000 / EM_PX, -1000 / EM_PX]
        path = [
            f"{x:.0f} {y:.0f} {'l' if place else 'm'}"
            for place, (x, y) in enumerate(points)
        ]
        parts.append(" ".join(path) + " h")
    parts.append("f*")
    return "\n".join(parts).encode("ascii")


def _to_unicode(pairs: list[str]) -> str:
    """Return the CMap that says which letter each code is."""
    blocks = [pairs[start : start + 100] for start in range(0, len(pairs), 100)]
    body = "\n".join(
        f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar"
        for block in blocks
    )
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "/CMapName /Sample def /CMapType 2 def\n"
        "1 begincodespacerange <00> <ff> endcodespacerange\n"
        f"{body}\nendcmap end end\n"
    )


def locked_pdf(password: str) -> bytes:
    """Return a one-page PDF that opens only with a password (RC4, 40 bit, revision 2)."""
    name = hashlib.md5(b"yakuba sample").digest()  # noqa: S324 - an identifier
    user = (password.encode("ascii") + PADDING)[:32]
    owner_key = hashlib.md5(user).digest()[:5]  # noqa: S324 - the format's own rule
    owner = _rc4(owner_key, user)
    rights = (-4).to_bytes(4, "little", signed=True)
    key = hashlib.md5(user + owner + rights + name).digest()[:5]  # noqa: S324
    file = PdfFile()
    content = b"0.2 w 60 60 475 720 re S"
    number = len(file.objects) + 1
    mixed = key + number.to_bytes(3, "little") + b"\0\0"
    file.stream(_rc4(hashlib.md5(mixed).digest()[:10], content))  # noqa: S324
    file.add(
        b"<< /Type /Page /Parent 3 0 R /MediaBox [0 0 595 842] /Contents 1 0 R "
        b"/Resources << >> >>"
    )
    file.add(b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>")
    root = file.add(b"<< /Type /Catalog /Pages 3 0 R >>")
    lock = file.add(
        b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >>"
        % (owner.hex().encode(), _rc4(key, PADDING).hex().encode())
    )
    identity = name.hex().encode()
    return file.write(
        root, b"/Encrypt %d 0 R /ID [<%s> <%s>]" % (lock, identity, identity)
    )


def _rc4(key: bytes, data: bytes) -> bytes:
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    out = bytearray()
    i = j = 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)
