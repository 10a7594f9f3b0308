"""Writes 申請者名簿.xlsx as sections really keep it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from sample_docs.cases import Asked, Case
from sample_docs.ledgers import CREATED, era
from sample_docs.people import WIDE

FIRST_ROW = 8
"""Zero-based row of the first applicant."""
HIDDEN = 16
"""Place (0-based) of the applicant whose row somebody hid."""
GAP = 29
"""Place (0-based) of the applicant after whom the list has an empty row."""
CONSENT = ("○", "有", "○", "済", "○", "同意あり")
NO_CONSENT = ("×", "無")

COLUMNS = (
    ("番号", ""),
    ("受付日", ""),
    ("申請者", "お名前"),
    ("申請者", "フリガナ"),
    ("申請者", "生年月日"),
    ("住所・連絡先", "〒"),
    ("住所・連絡先", "ご住所"),
    ("住所・連絡先", "電話"),
    ("申請額（円）", ""),
    ("同意書", ""),
    ("宛名番号\n（分かる場合）", ""),
    ("法人番号\n（法人のみ）", ""),
    ("備考", ""),
)


def list_row(place: int) -> int:
    """Return the row number that Excel shows for the applicant at this place."""
    return FIRST_ROW + 1 + place + (1 if place > GAP else 0)


def written_number(place: int) -> str:
    """Return 番号 of the applicant at this place as the list writes it: some in 全角."""
    number = str(place + 1)
    return number.translate(WIDE) if place % 9 == 4 else number


def write_request(cases: Sequence[Case], path: Path) -> None:
    """Write the request workbook of the applicants in their order."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(path) as book:
        book.set_properties({"created": CREATED, "author": "子育て支援課"})
        sheet = book.add_worksheet("申請者名簿")
        formats = {
            "title": book.add_format({"bold": True, "font_size": 14}),
            "head": book.add_format(
                {
                    "bold": True,
                    "border": 1,
                    "align": "center",
                    "valign": "vcenter",
                    "bg_color": "#DDEBF7",
                    "text_wrap": True,
                }
            ),
            "cell": book.add_format({"border": 1}),
            "date": book.add_format({"border": 1, "num_format": "yyyy/m/d"}),
            "jdate": book.add_format(
                {"border": 1, "num_format": '[$-411]ggge"年"m"月"d"日"'}
            ),
            "yen": book.add_format({"border": 1, "num_format": "#,##0"}),
            "note": book.add_format({"font_color": "#C00000"}),
        }
        _heading(sheet, formats)
        total = 0
        for place, case in enumerate(cases):
            total += _applicant(sheet, formats, place, case.asked)
        sheet.set_row(list_row(HIDDEN) - 1, None, None, {"hidden": True})
        _foot(sheet, formats, list_row(len(cases) - 1), len(cases), total)
        for column, width in enumerate(
            (6, 10, 24, 26, 16, 10, 44, 16, 12, 9, 14, 16, 20)
        ):
            sheet.set_column(column, column, width)
        notes = book.add_worksheet("記入要領")
        notes.write(0, 0, "１　生年月日は和暦でも西暦でもかまいません。")
        notes.write(1, 0, "２　同意書の欄は、提出があれば○を付けてください。")


def _heading(sheet: Worksheet, formats: dict[str, Format]) -> None:
    sheet.write(0, 0, "令和８年度　子育て応援補助金　申請者名簿", formats["title"])
    sheet.write(1, 0, "子育て支援課　作成日：令和8年11月13日　担当：内線2145")
    sheet.write(2, 0, "税務課　御中")
    sheet.write(3, 0, "下記の者について、滞納の有無の確認をお願いします。")
    sheet.write(
        4, 0, "※同意書は当課で保管しています。×は未提出の方です。", formats["note"]
    )
    column = 0
    while column < len(COLUMNS):
        group, label = COLUMNS[column]
        if not label:
            sheet.merge_range(6, column, 7, column, group, formats["head"])
            column += 1
            continue
        last = max(i for i, entry in enumerate(COLUMNS) if entry[0] == group)
        sheet.merge_range(6, column, 6, last, group, formats["head"])
        for place in range(column, last + 1):
            sheet.write(7, place, COLUMNS[place][1], formats["head"])
        column = last + 1


def _applicant(
    sheet: Worksheet, formats: dict[str, Format], place: int, asked: Asked
) -> int:
    """Write one applicant; returns the amount asked for in yen."""
    row = list_row(place) - 1
    cell = formats["cell"]
    number = written_number(place)
    if number.isascii():
        sheet.write_number(row, 0, place + 1, cell)
    else:
        sheet.write_string(row, 0, number, cell)
    received = dt.datetime(2026, 10, 19 + place % 12)  # noqa: DTZ001 - a plain date
    sheet.write_datetime(row, 1, received, formats["date"])
    gap = ("　", " ", "", "　")[place % 4]
    name = asked.name if asked.name.isascii() else asked.name.replace("　", gap)
    sheet.write_string(row, 2, name, cell)
    sheet.write_string(
        row, 3, asked.kana.replace("　", " " if place % 2 else "　"), cell
    )
    _birth(sheet, formats, row, asked.birth, place)
    sheet.write_string(row, 5, _postal(asked.postal, place), cell)
    sheet.write_string(row, 6, asked.address, cell)
    phone = asked.phone.translate(WIDE) if place % 7 == 3 else asked.phone
    sheet.write_string(row, 7, phone, cell)
    yen = 30_000 + (place * 7 % 10) * 5_000
    sheet.write_number(row, 8, yen, formats["yen"])
    words = CONSENT if asked.consent else NO_CONSENT
    sheet.write_string(row, 9, words[place % len(words)], cell)
    sheet.write_string(row, 10, asked.addressee_no, cell)
    sheet.write_string(row, 11, asked.corporate_number, cell)
    sheet.write_string(row, 12, "取下げの相談あり" if place == HIDDEN else "", cell)
    return yen


def _postal(postal: str, place: int) -> str:
    if not postal:
        return ""
    text = f"{postal[:3]}-{postal[3:]}"
    return text.translate(WIDE) if place % 6 == 2 else text


def _birth(
    sheet: Worksheet,
    formats: dict[str, Format],
    row: int,
    birth: dt.date | None,
    place: int,
) -> None:
    """Write a birth date in one of the ways found in one and the same list."""
    cell = formats["cell"]
    if birth is None:
        sheet.write_blank(row, 4, None, cell)
        return
    real = dt.datetime(birth.year, birth.month, birth.day)  # noqa: DTZ001
    serial = birth.toordinal() - dt.date(1899, 12, 30).toordinal()
    letter = era(birth, "letter")
    style = place % 8
    if style in (0, 6):
        sheet.write_datetime(row, 4, real, formats["jdate" if style else "date"])
    elif style == 3:
        sheet.write_number(row, 4, serial, cell)
    else:
        texts = {
            1: era(birth, "kanji"),
            2: letter[0] + ".".join(str(int(n)) for n in letter[1:].split(".")),
            4: era(birth, "kanji").translate(WIDE),
            5: f"{birth.year}/{birth.month}/{birth.day}",
            7: era(birth, "digits").translate(WIDE),
        }
        sheet.write_string(row, 4, texts[style], cell)


def _foot(
    sheet: Worksheet, formats: dict[str, Format], row: int, count: int, yen: int
) -> None:
    cell = formats["cell"]
    sheet.merge_range(row, 0, row, 1, "合計", formats["head"])
    sheet.write_string(row, 2, f"{count}件", cell)
    formula = f"=SUM(I{FIRST_ROW + 1}:I{row})"
    sheet.write_formula(row, 8, formula, formats["yen"], yen)
    sheet.write(
        row + 2, 0, "※法人は代表者ではなく法人そのものについて確認してください。"
    )
    sheet.write(
        row + 3, 0, "※回答は11月27日（金）までにお願いします。", formats["note"]
    )
