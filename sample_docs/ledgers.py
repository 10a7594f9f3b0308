"""Writes the residents' ledger and the tax ledgers as a city's system exports them."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import xlsxwriter

from sample_docs.people import Person
from sample_docs.taxes import CAR, HEALTH, PROPERTY, RESIDENT, Line

CREATED = dt.datetime(2026, 11, 4, 9, 0, 0, tzinfo=dt.UTC).replace(tzinfo=None)
"""Written into every workbook, so that the same seed gives the same bytes."""
ERAS = (
    (dt.date(2019, 5, 1), "R", "令和", "5", 2018),
    (dt.date(1989, 1, 8), "H", "平成", "4", 1988),
    (dt.date(1926, 12, 25), "S", "昭和", "3", 1925),
    (dt.date(1912, 7, 30), "T", "大正", "2", 1911),
)
HALF = dict(
    zip(
        "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲンァィゥェォッャュョー　",
        "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝｧｨｩｪｫｯｬｭｮｰ ",
        strict=True,
    )
)
HALF |= {
    full: HALF[plain] + mark
    for fulls, plains, mark in (
        (
            "ガギグゲゴザジズゼゾダヂヅデドバビブベボ",
            "カキクケコサシスセソタチツテトハヒフヘホ",
            "ﾞ",
        ),
        ("パピプペポ", "ハヒフヘホ", "ﾟ"),
    )
    for full, plain in zip(fulls, plains, strict=True)
}


def era(day: dt.date, style: str) -> str:
    """Return a date in 和暦.

    Args:
        day: From 1912 on.
        style: letter (S60.04.01), digits (3600401) or kanji (昭和60年4月1日).
    """
    _, letter, kanji, code, base = next(entry for entry in ERAS if day >= entry[0])
    year = day.year - base
    if style == "letter":
        return f"{letter}{year:02d}.{day.month:02d}.{day.day:02d}"
    if style == "digits":
        return f"{code}{year:02d}{day.month:02d}{day.day:02d}"
    if style == "kanji":
        return f"{kanji}{'元' if year == 1 else year}年{day.month}月{day.day}日"
    raise ValueError(f"no date style {style}")


def half_kana(text: str) -> str:
    """Return katakana in half width, as old systems keep it."""
    return "".join(HALF.get(letter, letter) for letter in text)


def write_csv(path: Path, rows: Iterable[Sequence[str]]) -> None:
    """Write rows as cp932 with CRLF; raises UnicodeEncodeError rather than losing one."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    path.write_bytes(text.getvalue().encode("cp932"))


RESIDENT_COLUMNS = (
    *(
        "宛名番号",
        "世帯番号",
        "名寄せ番号",
        "氏名",
        "氏名カナ",
        "通称名",
        "生年月日",
        "性別",
    ),
    *(
        "続柄",
        "郵便番号",
        "住所",
        "方書",
        "前住所",
        "住民区分",
        "支援措置",
        "個人番号",
        "法人番号",
    ),
)

TAX_COLUMNS = (
    *(
        "宛名番号",
        "税目",
        "賦課年度",
        "期別",
        "納期限",
        "調定額",
        "収納額",
        "収納日",
        "状態",
    ),
)


def resident_rows(people: Sequence[Person]) -> list[list[str]]:
    """Return 住民台帳 with its header, sorted by 宛名番号."""
    rows = [list(RESIDENT_COLUMNS)]
    for p in sorted(people, key=lambda person: person.addressee_no):
        postal = p.address.area.postal
        rows.append(
            [
                *(p.addressee_no, p.household_no, p.group_no, p.name),
                *(half_kana(p.kana), p.common_name),
                *(era(p.birth, "letter") if p.birth else "", p.sex, p.relation),
                *(f"{postal[:3]}-{postal[3:]}", p.address.ledger(), p.address.building),
                *(p.former, p.kind, "有" if p.protected else ""),
                *(p.my_number, p.corporate_number),
            ]
        )
    return rows


def write_ledgers(
    people: Sequence[Person], lines: Sequence[Line], folder: Path
) -> None:
    """Write 住民台帳 and the four tax ledgers into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    write_csv(folder / "住民台帳.csv", resident_rows(people))
    by_tax = {tax: _sorted(lines, tax) for tax in (RESIDENT, PROPERTY, CAR, HEALTH)}
    write_csv(folder / "個人市県民税.csv", _resident_tax(by_tax[RESIDENT]))
    write_csv(folder / "固定資産税.csv", _property_tax(by_tax[PROPERTY]))
    _car_tax(folder / "軽自動車税.xlsx", by_tax[CAR])
    _health_tax(folder / "国民健康保険税.xlsx", by_tax[HEALTH])


def _sorted(lines: Sequence[Line], tax: str) -> list[Line]:
    chosen = [line for line in lines if line.tax == tax]
    return sorted(chosen, key=lambda x: (x.addressee_no, x.year, x.instalment))


def _resident_tax(lines: Sequence[Line]) -> list[list[str]]:
    rows = [list(TAX_COLUMNS)]
    for x in lines:
        rows.append(
            [
                *(
                    x.addressee_no,
                    x.tax,
                    f"令和{x.year - 2018}年度",
                    f"{x.instalment}期",
                ),
                *(era(x.due, "letter"), str(x.assessed), str(x.paid)),
                *(era(x.paid_on, "letter") if x.paid_on else "", x.status),
            ]
        )
    return rows


def _property_tax(lines: Sequence[Line]) -> list[list[str]]:
    rows = [[*TAX_COLUMNS, "備考"]]
    for x in lines:
        rows.append(
            [
                *(
                    x.addressee_no,
                    "固定資産税・都市計画税",
                    str(x.year),
                    str(x.instalment),
                ),
                *(era(x.due, "digits"), f"{x.assessed:,}", f"{x.paid:,}"),
                *(era(x.paid_on, "digits") if x.paid_on else "", x.status, ""),
            ]
        )
    return rows


def _car_tax(path: Path, lines: Sequence[Line]) -> None:
    """A workbook with real dates, and a title row above the header."""
    with xlsxwriter.Workbook(path) as book:
        book.set_properties({"created": CREATED, "author": "税務課"})
        sheet = book.add_worksheet("軽自動車税")
        day = book.add_format({"num_format": "yyyy/m/d"})
        yen = book.add_format({"num_format": "#,##0"})
        text = book.add_format({"num_format": "@"})
        sheet.write(0, 0, "軽自動車税（種別割）収納台帳　収納反映日：令和8年10月31日")
        header = [
            "宛名番号",
            "税目",
            "年度",
            "期別",
            "納期限",
            "調定額",
            "収納額",
            "収納日",
            "状態",
        ]
        sheet.write_row(2, 0, header)
        for row, x in enumerate(lines, start=3):
            sheet.write_string(row, 0, x.addressee_no, text)
            sheet.write_row(row, 1, [x.tax, f"R{x.year - 2018}", "全期"])
            sheet.write_datetime(row, 4, _midnight(x.due), day)
            sheet.write_number(row, 5, x.assessed, yen)
            sheet.write_number(row, 6, x.paid, yen)
            if x.paid_on:
                sheet.write_datetime(row, 7, _midnight(x.paid_on), day)
            sheet.write_string(row, 8, x.status)
        sheet.set_column(0, 8, 14)


def _health_tax(path: Path, lines: Sequence[Line]) -> None:
    """A workbook with dates written as 令和8年7月27日, header in the first row."""
    with xlsxwriter.Workbook(path) as book:
        book.set_properties({"created": CREATED, "author": "税務課"})
        sheet = book.add_worksheet("国保税")
        sheet.write_row(0, 0, TAX_COLUMNS)
        for row, x in enumerate(lines, start=1):
            cells = [
                x.addressee_no,
                x.tax,
                f"令和{x.year - 2018}年度",
                f"第{x.instalment}期",
            ]
            cells.append(era(x.due, "kanji"))
            for column, value in enumerate(cells):
                sheet.write_string(row, column, value)
            sheet.write_number(row, 5, x.assessed)
            sheet.write_number(row, 6, x.paid)
            sheet.write_string(row, 7, era(x.paid_on, "kanji") if x.paid_on else "")
            sheet.write_string(row, 8, x.status)
        sheet.set_column(0, 8, 16)


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a plain date
