"""回答書.xlsx: the letter to a requesting section, with no more than it needs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from tasks.domain.normal_forms.letter_dates import letter_date
from tasks.domain.office.settings import DelinquencyRules
from tasks.domain.records import Answer
from tasks.domain.runs.check_report import CheckReport, number_shown
from tasks.domain.runs.reply import (
    ARREARS,
    IN_QUESTION,
    NO_ARREARS,
    reply_taxes,
    reply_word,
)
from tasks.domain.runs.requesting_sections import by_addressee, letter_names, numbered
from tasks.edges.runs.cell_looks import Cell, Style, cell_text, lines_of
from tasks.edges.runs.sheets import Book, Page, draw

REPLY = "回答書"
"""Name of the letter, without ending."""
NOTHING_BELOW = "以下余白"

_FONT = "ＭＳ 明朝"
_ROW_POINTS = 19
_POINTS_OF_A_COLUMN_UNIT = 5.4
"""Width of one unit of Excel's column width."""
_WORD_STYLES: dict[str, Style] = {ARREARS: "bold", Answer.OWING.value: "bold"}


def reply_names(report: CheckReport) -> tuple[str, ...]:
    """Return the file names of the letters, without drawing them."""
    groups = by_addressee(report.verdicts, addressed_to=report.letter.addressed_to)
    return letter_names(groups, stem=REPLY)


def reply_letters(report: CheckReport) -> Mapping[str, bytes]:
    """Return a letter for each requesting section, by file name.

    A section sees only who it asked about itself.

    Raises:
        NeedsPersonError: FILE-003 when there is no room for the files.
    """
    groups = by_addressee(report.verdicts, addressed_to=report.letter.addressed_to)
    letters: dict[str, bytes] = {}
    for place, (name, (addressee, verdicts)) in enumerate(
        zip(letter_names(groups, stem=REPLY), groups.items(), strict=True)
    ):
        letter = replace(
            report.letter,
            addressed_to=addressee.name,
            number=numbered(report.letter.number, place),
        )
        letters[name] = reply_letter(replace(report, verdicts=verdicts, letter=letter))
    return letters


def reply_letter(report: CheckReport) -> bytes:
    """Return one letter about everybody in the report, ready to print on A4 upright.

    It says for each row of the request what `tasks.domain.runs.reply` lets out, and never
    an amount, a 宛名番号 or evidence. The section's own number and name stand beside
    the answer, so it learns nothing that it did not write itself.

    Raises:
        NeedsPersonError: FILE-003 when there is no room for the file.
    """
    book = Book(
        font=_FONT,
        footer=f"{report.municipality.city}　{report.municipality.tax_section}",
        created=report.now,
    )
    return draw(book, [lambda book: _letter_page(book, report)])


def _letter_page(book: Book, report: CheckReport) -> None:
    page = book.page(REPLY, landscape=False)
    sheet = page.sheet
    sheet.set_margins(left=0.8, right=0.7, top=0.8, bottom=0.8)
    sheet.hide_gridlines(2)
    shows_taxes = report.rules.show_taxes_in_reply
    widths = _widths(report, shows_taxes=shows_taxes)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    last = len(widths) - 1
    head_row = _opening(book, page, report, widths)
    row = _table(book, page, report, head_row=head_row, widths=widths)
    look = book.look(font_size=11, align="center", valign="vcenter")
    page.row(row, [NOTHING_BELOW], [look], points=_ROW_POINTS)
    page.merge(row, 0, last)
    sheet.repeat_rows(head_row)
    sheet.print_area(0, 0, row, last)
    sheet.ignore_errors({"number_stored_as_text": f"A1:E{row + 1}"})


def _widths(report: CheckReport, *, shows_taxes: bool) -> tuple[int, ...]:
    """Return the columns' widths; scanned forms have long numbers: file and page."""
    if any(len(number_shown(verdict)) > 8 for verdict in report.verdicts):
        return (6, 26, 26, 16, 20) if shows_taxes else (6, 34, 32, 22)
    return (6, 16, 30, 18, 24) if shows_taxes else (6, 20, 42, 26)


def _opening(
    book: Book, page: Page, report: CheckReport, widths: Sequence[float]
) -> int:
    """Draw everything above the table; return the row of the table's head."""
    town, letter = report.municipality, report.letter

    def line(row: int, text: str, align: str = "left", size: float = 11) -> None:
        half_widths = sum(widths) * _POINTS_OF_A_COLUMN_UNIT / (size / 2) - 1
        look = book.look(font_size=size, align=align, valign="vcenter")
        points = size * 1.5 * lines_of(text, half_widths) + 3
        page.row(row, [text], [look], points=points)
        page.merge(row, 0, len(widths) - 1)

    line(0, letter.number or f"{town.tax_section}　第　　　　号", "right")
    line(1, letter_date(report.now.date()), "right")
    line(3, _titled(letter.addressed_to))
    line(5, town.name_for_letters, "right")
    line(6, f"（担当：{town.tax_section}）", "right")
    line(8, "納税状況確認について（回答）", "center", 14)
    asked = (
        f"　{letter_date(letter.requested_on)}付けで依頼のありました"
        if letter.requested_on
        else "　依頼のありました"
    )
    line(10, f"{asked}納税状況の確認について、下記のとおり回答します。")
    line(12, "記", "center")
    row = 14
    for number, text in enumerate(_particulars(report), start=1):
        line(row, f"{number}　{text}")
        row += 1
    for text in _remarks(report):
        line(row, f"　・{text}", size=9.5)
        row += 1
    return row + 1


def _titled(name: str) -> str:
    """Return the addressee with the title that a person or a section bears."""
    return f"{name}　様" if name.endswith(("長", "者")) else f"{name}　御中"


def _particulars(report: CheckReport) -> Iterator[str]:
    asked_on = report.letter.requested_on
    yield f"照会日　　　　　　　　{letter_date(asked_on) if asked_on else '　　年　　月　　日'}"
    yield f"基準日（収納反映日）　{letter_date(report.as_of)}"
    yield f"回答の有効期限　　　　{letter_date(report.valid_until)}"
    yield f"確認した税目　　　　　{'、'.join(report.held_taxes) or 'なし'}"
    yield f"回答　　　　　　　　　次の表のとおり（{len(report.verdicts)}件）"


def _remarks(report: CheckReport) -> Iterator[str]:
    """Yield each word that occurs in the letter with its count and its meaning."""
    counts = Counter(reply_word(v, report.rules) for v in report.verdicts)
    meanings = {
        NO_ARREARS: "基準日までに納期限が来た税に、要綱等に定める滞納がないもの。",
        ARREARS: "基準日までに納期限が来た税に、要綱等に定める滞納があるもの。",
        Answer.WAITING_FOR_POSTING.value: _waiting(report.rules),
        IN_QUESTION: "本人の確認などを行っており、後日あらためて回答します。",
        Answer.NOT_FOUND.value: (
            "記載の内容に当てはまる人が見つかりません。記載をお確かめください。"
        ),
        Answer.OUT_OF_SCOPE.value: "本人の同意が確かめられないため、調べていません。",
    }
    for word in sorted(counts, key=list({**meanings, **counts}).index):
        yield f"{word}　{counts[word]}件　{meanings.get(word, '')}".rstrip()


def _waiting(rules: DelinquencyRules) -> str:
    return (
        f"納期限から{rules.lag_days}日以内で、納付が台帳に反映されていない可能性があるもの。"
        "領収証書などでお確かめください。"
    )


def _table(
    book: Book,
    page: Page,
    report: CheckReport,
    *,
    head_row: int,
    widths: Sequence[float],
) -> int:
    """Draw the answers; return the row below them."""
    looks = {
        style: [
            book.look(style, **_form(column, style=style))
            for column in range(len(widths))
        ]
        for style in ("letter_head", "plain", "bold")
    }
    heads = ("順", "番号", "氏名", "回答", "税目")[: len(widths)]
    page.row(head_row, heads, looks["letter_head"], points=_ROW_POINTS)
    row = head_row
    for row, cells in enumerate(_answers(report), start=head_row + 1):
        style = _WORD_STYLES.get(cells[3], "plain")
        shown = cells[: len(widths)]
        points = _ROW_POINTS + (_lines(shown, widths) - 1) * 14
        page.row(row, shown, looks[style], points=points)
    return row + 1


def _form(column: int, *, style: Style) -> dict[str, Any]:
    is_name = column == 2 and style != "letter_head"
    return {
        "border": 1,
        "align": "left" if is_name else "center",
        "indent": int(is_name),
        "valign": "vcenter",
        "font_size": 11,
    }


def _answers(report: CheckReport) -> Iterator[tuple[int, str, str, str, str]]:
    for order, verdict in enumerate(report.verdicts, start=1):
        yield (
            order,
            number_shown(verdict),
            verdict.applicant.name,
            reply_word(verdict, report.rules),
            "、".join(reply_taxes(verdict, report.rules)),
        )


def _lines(cells: Sequence[Cell], widths: Sequence[float]) -> int:
    """Return how many lines the tallest cell of a row takes."""
    pairs = zip(cells, widths, strict=False)
    return max(lines_of(cell_text(cell), width - 2) for cell, width in pairs)
