"""Makes files that must be refused with a clear sentence, each with its code."""

from __future__ import annotations

import csv
import io
import struct
import zlib
from pathlib import Path

import xlsxwriter

from sample_docs.ledgers import CREATED
from sample_docs.pdf import locked_pdf

COPIED = "scan_20261109_001.png"
CODES = (
    ("途中で切れた.pdf", "PAGE-001"),
    ("途中で切れた.jpg", "PAGE-001"),
    ("パスワード付き.pdf", "PAGE-002"),
    ("巨大画像.png", "PAGE-003"),
    ("名前を変えたプログラム.pdf", "PAGE-004"),
    ("空のファイル.pdf", "PAGE-005"),
    ("生年月日のない名簿.xlsx", "TABLE-002"),
    ("文字コード違いの住民台帳.csv", "TABLE-003"),
    ("scan_20261109_001のコピー.png", "FILE-005"),
)
"""File and the code of its refusal (ocr.errors, tasks.domain.errors)."""


def write_bad(out: Path) -> None:
    """Write the refused files; the inbox must exist, since some are made from it."""
    folder = out / "bad"
    folder.mkdir(parents=True, exist_ok=True)
    whole = (out / "inbox" / "電子申請_20261112.pdf").read_bytes()
    (folder / "途中で切れた.pdf").write_bytes(whole[: len(whole) * 2 // 5])
    photo = (out / "inbox" / "scan_20261106_004.jpg").read_bytes()
    (folder / "途中で切れた.jpg").write_bytes(photo[: len(photo) // 2])
    (folder / "パスワード付き.pdf").write_bytes(locked_pdf("minato"))
    (folder / "巨大画像.png").write_bytes(huge_png(20_000))
    program = b"MZ" + bytes(58) + b"\x40\0\0\0" + b"This is text, not a program.\r\n"
    (folder / "名前を変えたプログラム.pdf").write_bytes(program)
    (folder / "空のファイル.pdf").write_bytes(b"")
    _request_without_births(folder / "生年月日のない名簿.xlsx")
    _ledger_in_utf16(folder / "文字コード違いの住民台帳.csv")
    copy = (out / "inbox" / COPIED).read_bytes()
    (folder / "scan_20261109_001のコピー.png").write_bytes(copy)
    lines = ["file,code", *(f"{file},{code}" for file, code in CODES)]
    (out / "keys" / "bad.csv").write_bytes(("\n".join(lines) + "\n").encode("utf-8"))


def huge_png(side: int) -> bytes:
    """Return a valid white PNG of side x side black-and-white pixels, a few kB long."""
    row = b"\0" + b"\xff" * ((side + 7) // 8)
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", data), (b"IEND", b""))
    chunks = b"".join(
        struct.pack(">I", len(body))
        + name
        + body
        + struct.pack(">I", zlib.crc32(name + body))
        for name, body in parts
    )
    return b"\x89PNG\r\n\x1a\n" + chunks


def _request_without_births(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        book.set_properties({"created": CREATED, "author": "子育て支援課"})
        sheet = book.add_worksheet("名簿")
        sheet.write(0, 0, "給付金申請者名簿")
        sheet.write_row(2, 0, ["番号", "お名前", "ご住所", "電話"])
        sheet.write_row(3, 0, ["1", "柏木　洋介", "灯台前1-1-1", "090-0000-0001"])
        sheet.write_row(4, 0, ["2", "三枝　由紀", "本町2-2-2", "090-0000-0002"])


def _ledger_in_utf16(path: Path) -> None:
    text = io.StringIO()
    rows = (
        ("宛名番号", "氏名", "氏名カナ", "生年月日", "住所"),
        (
            "0000000001",
            "汐見　太郎",
            "ｼｵﾐ ﾀﾛｳ",
            "S60.04.01",
            "みなと市本町一丁目１番１号",
        ),
    )
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    path.write_bytes(("\ufeff" + text.getvalue()).encode("utf-16-le"))
