"""The workbook of open questions: one sheet per kind, pictures in the rows, cells to fill."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from functools import partial
from typing import Any

from PIL import Image, UnidentifiedImageError

from tasks.domain.review.question_sheet import (
    ANSWER,
    FIRST_SHEET,
    ITEM,
    SEAL,
    SURE,
    SURE_MARK,
    TYPE_IT,
    TYPED,
    AskedBook,
    AskedRow,
    AskedSheet,
)
from tasks.edges.runs.cell_looks import RULE, Cell, lines_of
from tasks.edges.runs.sheets import Book, Page, draw

FILLED_BY, SECTION, MINUTES, NUMBER = (
    "記入した人の氏名",
    "所属（課・係）",
    "かかった時間（分）",
    "このシートの番号",
)
"""What stands left of each cell of the first sheet; read back by these words."""
HEAD_ROW = 2
"""0-based row of the heads of every sheet of questions."""
_FONT = "Meiryo UI"
_NOTHING = "―"
_HEADS = (
    *("番号", "紙の画像", "項目", "書類とページ", "尋ねるわけ", "読み取り"),
    *(ANSWER, TYPED, SURE, ITEM, SEAL),
)
_WIDTHS = (6, 44, 14, 27, 27, 30, 13, 26, 9, 4, 4)
_WIDE_PICTURE = 66
_PICTURE, _ANSWER, _TYPED, _SURE, _ITEM = 1, 6, 7, 8, 9
_COLUMN_UNIT_PX = 7.0
_POINTS_A_PX = 0.75
_LINE_POINTS = 15.0
_FIELD_POINTS, _PAGE_POINTS, _MOST_POINTS = 48.0, 320.0, 400.0
_MARGIN_PX = 3
_PICTURE_PX = 900
"""Longest side of an embedded picture of a field; enough for a magnified look."""
_PAGE_PX = 1400
_LONGEST_LIST = 250
"""Characters that Excel takes as a list within a cell's rule."""


def question_workbook(asked: AskedBook, *, now: dt.datetime, footer: str) -> bytes:
    """Return the file.

    Cells to fill in are open, all others are locked without a password: the lock is
    against slips, what comes back is checked against the database anyway.

    Args:
        asked: The questions.
        now: Printed, and written into the file's properties.
        footer: Printed at the foot of every page.

    Raises:
        NeedsPersonError: FILE-003 when there is no room for the file.
    """
    book = Book(font=_FONT, footer=footer, created=now)
    pages: list[Callable[[Book], object]] = [partial(_first_page, asked=asked, now=now)]
    for sheet, name in zip(asked.sheets, _names(asked), strict=True):
        pages.append(partial(_sheet, asked=sheet, name=name))
    return draw(book, pages)


def _names(asked: AskedBook) -> list[str]:
    """Return a name for each sheet that Excel takes: short, unlike any other."""
    names: list[str] = []
    for sheet in asked.sheets:
        base = "".join(c for c in sheet.title if c not in "[]:*?/\\'")[:25] or "質問"
        name, number = base, 2
        while name in (FIRST_SHEET, *names):
            name, number = f"{base} {number}", number + 1
        names.append(name)
    return names


def _first_page(book: Book, asked: AskedBook, now: dt.datetime) -> None:
    page = book.page(FIRST_SHEET, landscape=False)
    sheet = page.sheet
    for column, width in enumerate((24, 40, 24)):
        sheet.set_column(column, column, width)
    sheet.hide_gridlines(2)
    plain, bold = book.look(valign="vcenter"), book.look("bold", valign="vcenter")
    title = book.look("bold", font_size=16, valign="vcenter")
    to_fill = book.look(
        "fill_in", locked=False, border=1, border_color=RULE, valign="vcenter", indent=1
    )
    page.row(0, [f"{asked.city}　読み取りの確認".strip()], [title], points=30)
    page.merge(0, 0, 2)
    made = f"{now:%Y年%m月%d日 %H:%M} 書き出し　{asked.count}件"
    page.row(1, [made], [plain], points=18)
    page.merge(1, 0, 2)
    row = 3
    for word, value in (
        (FILLED_BY, ""),
        (SECTION, asked.section),
        (MINUTES, ""),
    ):
        page.row(row, [word, value], [bold, to_fill], points=26)
        row += 1
    page.row(row, [NUMBER, asked.export_id], [bold, plain], points=18)
    sheet.data_validation(
        5,
        1,
        5,
        1,
        {
            "validate": "decimal",
            "criteria": "between",
            "minimum": 0.1,
            "maximum": 10_000,
            "error_title": "かかった時間",
            "error_message": "分を数で入れてください（例　45）。",
        },
    )
    row += 2
    page.row(row, ["書き方"], [bold], points=20)
    for text in _HOW:
        row += 1
        page.row(row, [text], [plain], points=_LINE_POINTS * lines_of(text, 104) + 6)
        page.merge(row, 0, 2)
    row += 2
    page.row(row, ["シート", "件数"], [book.look("head"), book.look("head")], points=20)
    for one, name in zip(asked.sheets, _names(asked), strict=True):
        row += 1
        page.row(row, [name, len(one.rows)], [plain, plain], points=18)
    sheet.print_area(0, 0, row, 2)
    _lock(page)


_HOW = (
    "1　色のついた欄だけに書きます。ほかの欄は変えられません。並べ替えや行の削除はしないでください。",
    f"2　「{ANSWER}」の欄で、正しい読み取りの番号か、空欄・読めない・本人に確認 などを選びます。",
    f"3　どの読み取りも違うときは、「{TYPED}」の欄に紙のとおりに入力します（「{TYPE_IT}」は選ばなくても構いません）。",
    "4　分からないものは空のままにしてください。確認ページで、ほかの職員が確かめます。",
    f"5　珍しい値だが紙のとおりだと言われたときは、「{SURE}」に{SURE_MARK}を入れます。",
    "6　二人で入力する項目には、読み取りを載せていません。紙の画像だけを見て入力してください。",
    f"7　この紙に、氏名・所属・{MINUTES}を書き、xlsx のまま保存して返してください。式やマクロは使えません。",
    "8　個人情報が入っています。用が済んだら、決められた手順で消してください。",
)


def _sheet(book: Book, asked: AskedSheet, name: str) -> None:
    page = book.page(name, landscape=True)
    sheet = page.sheet
    points = _row_points(asked)
    # Pictures are placed by it; every row is given its own height as well.
    sheet.set_default_row(points)
    for column, width in enumerate(_widths(asked)):
        hidden = {"hidden": True} if column >= _ITEM else {}
        sheet.set_column(column, column, width, None, hidden)
    note = "色のついた欄だけに書いてください。書き方は「はじめに」にあります。"
    page.row(0, [name], [book.look("bold", font_size=14, valign="vcenter")], points=24)
    page.merge(0, 0, _ANSWER - 1)
    page.row(1, [note], [book.look("pale", text_wrap=False)], points=16)
    head = book.look("head")
    filled_head = book.look("head_result")
    heads = [head if column < _ANSWER else filled_head for column in range(len(_HEADS))]
    page.row(HEAD_ROW, list(_HEADS), heads, points=24)
    ruled: dict[str, Any] = {"valign": "vcenter", "border": 1, "border_color": RULE}
    longest = _PAGE_PX if asked.whole_page else _PICTURE_PX
    box = _widths(asked)[_PICTURE] * _COLUMN_UNIT_PX, points / _POINTS_A_PX
    line = book.look(**ruled, indent=1)
    centre = book.look("centre", **ruled)
    cell = book.look("fill_in", **ruled, locked=False, font_size=12, indent=1)
    shut = book.look("pale", **ruled, align="center")
    for number, row in enumerate(asked.rows, start=1):
        at = HEAD_ROW + number
        typed = cell if row.typed or row.several else shut
        sure = cell if row.typed else shut
        cells: list[Cell] = [
            number,
            "",
            row.label,
            row.place,
            _reason(row),
            _readings(row),
        ]
        looks = [centre, line, line, line, line, line, cell, typed, sure, line, line]
        cells += ["", *("" if look is cell else _NOTHING for look in (typed, sure))]
        page.row(at, [*cells, row.item_id, row.seal], looks, points=points)
        _put_picture(page, at, row.crop_png, box=box, longest=longest)
        _rules(page, at, row)
    last = HEAD_ROW + len(asked.rows)
    sheet.freeze_panes(HEAD_ROW + 1, 3)
    sheet.repeat_rows(HEAD_ROW)
    sheet.print_area(0, 0, last, _SURE)
    sheet.ignore_errors({"number_stored_as_text": f"A1:K{last + 1}"})
    _lock(page)


def _lock(page: Page) -> None:
    page.sheet.protect(
        "", {"format_columns": True, "format_rows": True, "select_locked_cells": True}
    )


def _reason(row: AskedRow) -> str:
    return f"{row.reason}\n{row.hint}" if row.hint else row.reason


def _readings(row: AskedRow) -> str:
    shown = [f"{one.word}　{one.shown}" for one in row.options if one.shown]
    # Marks have no reading; of a second entry or a blind sample none is shown.
    return "\n".join(shown) or ("（載せていません）" if row.typed else _NOTHING)


def _row_points(asked: AskedSheet) -> float:
    least = _PAGE_POINTS if asked.whole_page else _FIELD_POINTS
    most = max(
        (
            lines_of(text, width)
            for row in asked.rows
            for text, width in (
                (_readings(row), _WIDTHS[5] - 2),
                (_reason(row), _WIDTHS[4] - 2),
                (row.place, _WIDTHS[3] - 2),
            )
        ),
        default=1,
    )
    return min(max(least, most * _LINE_POINTS + 4), _MOST_POINTS)


def _rules(page: Page, at: int, row: AskedRow) -> None:
    words = [one.word for one in row.options]
    if row.typed or row.several:
        words.append(TYPE_IT)
    if len(",".join(words)) <= _LONGEST_LIST:
        page.sheet.data_validation(
            at,
            _ANSWER,
            at,
            _ANSWER,
            {
                "validate": "list",
                "source": words,
                "error_title": ANSWER,
                "error_message": f"一覧から選んでください。違うときは「{TYPED}」の欄に書きます。",
            },
        )
    if row.typed:
        mark = {"validate": "list", "source": [SURE_MARK]}
        page.sheet.data_validation(at, _SURE, at, _SURE, mark)


def _widths(asked: AskedSheet) -> list[float]:
    widths: list[float] = list(_WIDTHS)
    if asked.whole_page:
        widths[_PICTURE] = _WIDE_PICTURE
    return widths


def _put_picture(
    page: Page, at: int, png: bytes, *, box: tuple[float, float], longest: int
) -> None:
    """Lay a picture into its cell, to move and grow with it.

    Args:
        page: The sheet.
        at: 0-based row.
        png: The picture; what is none is left out.
        box: Width and height of the cell, in px.
        longest: Side of the picture as embedded, in px.
    """
    shrunk = _shrunk(png, longest)
    if shrunk is None:
        return
    file, size = shrunk
    scale = min(
        *((room - 2 * _MARGIN_PX) / side for room, side in zip(box, size, strict=True)),
        1.0,
    )
    page.sheet.insert_image(
        at,
        _PICTURE,
        "crop.png",
        {
            "image_data": file,
            "x_scale": scale,
            "y_scale": scale,
            "x_offset": _MARGIN_PX,
            "y_offset": _MARGIN_PX,
            "object_position": 1,
            "description": "紙の画像",
        },
    )


def _shrunk(png: bytes, longest: int) -> tuple[io.BytesIO, tuple[int, int]] | None:
    """Return a picture small enough to send, with its size; None when it is none."""
    try:
        with Image.open(io.BytesIO(png)) as found:
            found.load()
            picture = found.convert("L" if found.mode in ("1", "L") else "RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        return None
    picture.thumbnail((longest, longest))
    file = io.BytesIO()
    picture.save(file, "PNG", optimize=True)
    return file, picture.size
